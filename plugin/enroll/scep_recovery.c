/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_recovery.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "message/scep_csr.h"
#include "message/scep_request.h"

#include <credentials/certificates/x509.h>

/** Life of the self-signed certificate that signs a GetCert, before and after
 * its creation, seconds */
#define SELF_SIGNED_LIFETIME	(24 * 60 * 60)

/**
 * Whether the certificate in use is the one that is lost on disk.
 */
static bool is_in_use(scep_job_t *job)
{
	x509_t *x509;

	if (!job->current)
	{
		return FALSE;
	}
	x509 = (x509_t*)job->current->cert;
	return chunk_equals(chunk_skip_zero(x509->get_serial(x509)),
						chunk_skip_zero(job->lost.serial));
}

/*
 * Described in header
 */
void scep_recovery_load(scep_job_t *job)
{
	/* what is wrong with the generation is reported when it gets loaded */
	if (job->record.key ||
		!job->store->load_lost(job->store, &job->lost, NULL))
	{
		return;
	}
	if (job->lost.key && (is_in_use(job) ||
		!streq(job->lost.digest, job->profile->request_digest)))
	{
		scep_lost_clear(&job->lost);
	}
}

/**
 * Make the self-signed certificate. The answer is encrypted to it.
 */
static bool sign_self(scep_job_t *job)
{
	time_t now = job->host->clock->now(job->host->clock);
	scep_csr_t csr = {
		.key = job->lost.key,
		.subject = job->profile->subject,
		.digest = job->algorithms.digest,
		.allow_sha1 = job->profile->allow_sha1,
	};

	job->signer = scep_csr_self_signed(&csr, chunk_from_chars(0x01),
									   now - SELF_SIGNED_LIFETIME,
									   now + SELF_SIGNED_LIFETIME, &job->error);
	job->signer_key = job->lost.key->get_ref(job->lost.key);
	return job->signer != NULL;
}

/*
 * Described in header
 */
void scep_recovery_prepare(scep_job_t *job)
{
	chunk_t content;

	job->type = SCEP_GET_CERT;
	scep_job_choose(job);
	if (sign_self(job))
	{
		content = scep_issuer_and_serial(job->lost.issuer, job->lost.serial);
		scep_job_ask(job, job->authority->recipient, content);
		free(content.ptr);
	}
}

/*
 * Described in header
 */
void scep_recovery_conclude(scep_job_t *job)
{
	char text[SCEP_QUOTED_LEN];

	if (!scep_job_read(job))
	{
		return;
	}
	switch (job->response.status)
	{
		case SCEP_SUCCESS:
			scep_job_commit(job, job->lost.key);
			break;
		case SCEP_PENDING:
			scep_fail(&job->error, SCEP_SECURITY, "PENDING does not answer a "
					  "GetCert");
			break;
		case SCEP_FAILURE:
			scep_fail(&job->error, SCEP_TRANSIENT, "fail_info=%N text=%s",
					  scep_fail_info_names, job->response.fail_info,
					  scep_quote(job->response.fail_info_text, text));
			break;
	}
}

/*
 * Described in header
 */
bool scep_recovery_give_up(scep_job_t *job)
{
	scep_random_t *random = job->host->random;

	scep_event(job->profile->name, SCEP_EV_LOST, "reason=%s", job->error.text);
	job->error = (scep_error_t){};
	scep_response_clear(&job->response);
	DESTROY_IF(job->signer);
	DESTROY_IF(job->signer_key);
	job->signer = NULL;
	job->signer_key = NULL;
	/* what follows is another transaction */
	return random->get_bytes(random, sizeof(job->nonce), job->nonce,
							 &job->error) &&
		   random->get_bytes(random, sizeof(job->id), job->id, &job->error);
}
