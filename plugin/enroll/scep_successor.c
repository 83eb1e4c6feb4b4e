/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_successor.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "message/scep_certs.h"
#include "message/scep_next_ca.h"
#include "trust/scep_anchors.h"
#include "trust/scep_rollover.h"
#include "trust/scep_x509.h"

/** A CA that has less of its life left, in percent, is not asked any more */
#define LIFE_LEFT	10

/*
 * Described in header
 */
bool scep_successor_wanted(const scep_job_t *job)
{
	return (job->caps & SCEP_CAP_GET_NEXT_CA_CERT) &&
		   !job->record.pending_since;
}

/**
 * Whether a CA that begins later is known as the next one: the answer has no
 * date, it may be one of long ago.
 */
static bool is_outdated(scep_job_t *job, certificate_t *next)
{
	linked_list_t *known = job->knowledge.next;
	certificate_t *cert;

	return known->get_first(known, (void**)&cert) == SUCCESS &&
		   scep_x509_not_before(cert) > scep_x509_not_before(next) &&
		   scep_x509_not_after(cert) > job->host->clock->now(job->host->clock);
}

/**
 * Keep the next CA.
 */
static bool keep(scep_job_t *job, certificate_t *next, linked_list_t *announced,
				 scep_error_t *err)
{
	char who[SCEP_MAX_ERROR / 2], from[SCEP_TIME_LEN];

	if (scep_x509_is_in(next, job->knowledge.trust.announced))
	{
		return FALSE;
	}
	if (is_outdated(job, next))
	{
		return scep_fail(err, SCEP_SECURITY, "the CA %s begins before the one "
						 "that was announced already",
						 scep_x509_describe(next, who, sizeof(who)));
	}
	/* nobody may announce it again before it takes over: the attempt fails, as
	 * the request could hardly be kept on such a disk, either */
	if (!job->store->save_next_ca(job->store, announced, &job->error))
	{
		return FALSE;
	}
	scep_event(job->profile->name, SCEP_EV_CA_NEXT, "not_before=%s ca=%s",
			   scep_time(scep_x509_not_before(next), from),
			   scep_x509_describe(next, who, sizeof(who)));
	scep_knowledge_clear(&job->knowledge);
	scep_knowledge_load(job->profile, job->store, &job->knowledge);
	return TRUE;
}

/*
 * Described in header
 */
bool scep_successor_learn(scep_job_t *job)
{
	linked_list_t *certs = NULL, *announced = NULL;
	certificate_t *next = NULL;
	scep_error_t error = {};
	bool learnt = FALSE;

	/* only who is trusted by itself may name whom to trust in its place, not a
	 * CA below, which is held to its own branch */
	if (scep_next_ca_parse(job->next_body, job->authority->anchors, &certs,
						   &error) &&
		scep_rollover_check(certs, job->authority, job->profile,
							job->host->clock->now(job->host->clock),
							&next, &announced, &error))
	{
		learnt = keep(job, next, announced, &error);
	}
	if (error.kind != SCEP_OK)
	{
		scep_event(job->profile->name, SCEP_EV_NOTE, "reason=GetNextCACert: %s",
				   error.text);
	}
	DESTROY_IF(next);
	scep_certs_destroy(announced);
	scep_certs_destroy(certs);
	return learnt;
}

/*
 * Described in header
 */
void scep_successor_look(scep_job_t *job)
{
	certificate_t *known = job->knowledge.trust.known;

	if (job->next_body.len && known &&
		known->equals(known, job->authority->anchor))
	{
		scep_successor_learn(job);
	}
}

/*
 * Described in header
 */
bool scep_successor_promote(scep_job_t *job)
{
	certificate_t *known = job->knowledge.trust.known, *cert;
	linked_list_t *cas;
	enumerator_t *enumerator;
	bool success, pinned;

	if (!known ||
		!scep_x509_is_in(job->authority->anchor, job->knowledge.next))
	{
		return TRUE;
	}
	cas = linked_list_create();
	enumerator = job->knowledge.next->create_enumerator(job->knowledge.next);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (scep_x509_usage(cert) & SCEP_IS_CA)
		{
			cas->insert_last(cas, cert);
		}
	}
	enumerator->destroy(enumerator);
	pinned = scep_anchors_is_trusted(known, job->profile,
									 &job->knowledge.trust);
	success = job->store->promote_next_ca(job->store, known, pinned, cas,
										  &job->error);
	cas->destroy(cas);
	return success;
}

/*
 * Described in header
 */
bool scep_successor_is_near(certificate_t *ca, certificate_t *cert, time_t now)
{
	time_t left = scep_x509_not_after(ca) - now;
	time_t life = scep_x509_not_after(ca) - scep_x509_not_before(ca);

	return left < life / 100 * LIFE_LEFT ||
		   (cert && left < scep_x509_not_after(cert) -
						   scep_x509_not_before(cert));
}

/*
 * Described in header
 */
bool scep_successor_due(const scep_job_t *job)
{
	return job->authority->next &&
		   scep_successor_is_near(job->authority->anchor,
								  job->current ? job->current->cert : NULL,
								  job->host->clock->now(job->host->clock));
}
