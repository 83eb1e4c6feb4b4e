/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_addressee.h"
#include "config/scep_digest.h"
#include "store/scep_server.h"
#include "trust/scep_x509.h"

/**
 * Hash what tells a server and its CA.
 */
static bool hash_server(scep_job_t *job, const char *url, certificate_t *anchor,
						char hex[SCEP_DIGEST_LEN])
{
	char *identifier = job->profile->ca_identifier;
	chunk_t der, all;
	bool success;

	if (!anchor->get_encoding(anchor, CERT_ASN1_DER, &der))
	{
		return scep_fail(&job->error, SCEP_LOCAL, "CA certificate can't be "
						 "encoded");
	}
	all = chunk_cat("ccccm", chunk_from_str((char*)url),
					identifier ? chunk_from_chars('\n') : chunk_empty,
					chunk_from_str(identifier ?: ""), chunk_from_chars('\n'),
					der);
	success = scep_digest(all, hex, &job->error);
	chunk_clear(&all);
	return success;
}

/**
 * Whether the request on disk went to a CA, by any of the profile's URLs.
 */
static bool went_to(scep_job_t *job, certificate_t *anchor)
{
	enumerator_t *enumerator;
	char hex[SCEP_DIGEST_LEN], *url;
	bool found = FALSE;

	enumerator = job->profile->urls->create_enumerator(job->profile->urls);
	while (!found && enumerator->enumerate(enumerator, &url))
	{
		found = hash_server(job, url, anchor, hex) &&
				streq(job->record.server, hex);
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
bool scep_addressee_is_same(scep_job_t *job)
{
	certificate_t *anchor = job->authority->anchor;

	if (went_to(job, anchor))
	{
		return TRUE;
	}
	if (!job->knowledge.known_trusted ||
		!scep_x509_is_in(anchor, job->knowledge.trust.announced) ||
		!went_to(job, job->knowledge.trust.known))
	{
		return FALSE;
	}
	/* the next one of then is the one of now */
	job->record.to_next = FALSE;
	return TRUE;
}

/*
 * Described in header
 */
bool scep_addressee_is_here(const scep_job_t *job)
{
	char url[SCEP_DIGEST_LEN];

	return scep_server_identity(job->url, job->profile->ca_identifier, url,
								NULL) && streq(job->record.url ?: "", url);
}

/*
 * Described in header
 */
bool scep_addressee_record(scep_job_t *job)
{
	char server[SCEP_DIGEST_LEN], url[SCEP_DIGEST_LEN];

	if (!hash_server(job, job->url, job->authority->anchor, server) ||
		!scep_server_identity(job->url, job->profile->ca_identifier, url,
							  &job->error))
	{
		return FALSE;
	}
	free(job->record.server);
	free(job->record.url);
	job->record.server = strdup(server);
	job->record.url = strdup(url);
	return TRUE;
}
