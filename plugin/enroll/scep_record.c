/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_record.h"
#include "enroll/scep_addressee.h"
#include "enroll/scep_page.h"
#include "enroll/scep_signer.h"
#include "enroll/scep_successor.h"
#include "base/scep_text.h"
#include "message/scep_csr.h"
#include "trust/scep_x509.h"

/** Life of the self-signed certificate that signs a first request, seconds: a
 * CA may be away, or decide on a request, for months */
#define SELF_SIGNED_LIFETIME	(365 * 24 * 60 * 60)

/** The same, before its creation: the server's clock may be behind */
#define SELF_SIGNED_SKEW		(24 * 60 * 60)

/*
 * Described in header
 */
bool scep_record_load(scep_job_t *job)
{
	return job->store->load_request(job->store, &job->record, &job->error);
}

/**
 * Get the phrase of now, whatever it is for. One that can't be had is no reason
 * to leave a request that the CA may have granted.
 */
static bool load_challenge(scep_job_t *job, scep_error_t *err)
{
	return job->challenge.phrase.len ||
		   scep_challenge_load(job->profile, job->store,
							   chunk_from_thing(job->salt),
							   job->host->clock->now(job->host->clock),
							   &job->challenge, err);
}

/**
 * Whether the life of a phrase is over.
 */
static bool is_over(scep_job_t *job, time_t since)
{
	return scep_challenge_is_over(job->profile, since,
								  job->host->clock->now(job->host->clock));
}

/**
 * Whether the request on disk has the challenge of now, if it has any.
 */
static bool is_same_challenge(scep_job_t *job)
{
	if (!scep_way_challenge(job->way))
	{
		return TRUE;
	}
	if (is_over(job, job->record.challenge_since))
	{
		return FALSE;
	}
	if (!load_challenge(job, NULL))
	{
		return TRUE;
	}
	if (job->challenge.fetch)
	{	/* a fresh one is for the next transaction */
		return job->record.challenge != NULL;
	}
	return (!job->record.challenge && !job->challenge.phrase.len) ||
		   (scep_challenge_matches(job->record.challenge,
								   job->challenge.phrase) &&
			!is_over(job, job->challenge.since));
}

/**
 * Get the way of the request on disk, SCEP_WAY_NONE if there is none that can
 * go on.
 */
static scep_way_t get_recorded_way(scep_job_t *job)
{
	int way;

	if (job->record.key && job->record.csr.len &&
		streq(job->record.digest, job->profile->request_digest) &&
		enum_from_name(scep_way_names, job->record.operation, &way) &&
		(job->current || scep_way_signer(way) != SCEP_SIGNER_CURRENT))
	{
		return way;
	}
	return SCEP_WAY_NONE;
}

/**
 * Whether the request on disk is what would be asked for now, of whom.
 */
static bool is_same_request(scep_job_t *job)
{
	return scep_addressee_is_same(job) && is_same_challenge(job) &&
		   job->record.to_next == scep_successor_due(job);
}

/**
 * Whether the key of an earlier request that ended must not serve again: it is
 * that of a certificate which is not renewed, as it was revoked, maybe.
 */
static bool is_spent(scep_job_t *job)
{
	private_key_t *key = job->record.key;

	return job->current && !job->renew &&
		   key->equals(key, job->current->key);
}

/**
 * Find or make the key to certify. A key of an earlier request that ended
 * serves again, as long as it is what the profile asks for.
 */
static bool prepare_key(scep_job_t *job)
{
	scep_profile_t *profile = job->profile;

	if (job->record.key &&
		streq(job->record.digest, profile->request_digest) && !is_spent(job))
	{
		return TRUE;
	}
	DESTROY_IF(job->record.key);
	job->record.key = NULL;
	if (job->lost.key)
	{	/* the CA knows it: there is no need for another one */
		job->record.key = job->lost.key->get_ref(job->lost.key);
		return TRUE;
	}
	if (profile->key_reuse && job->current && job->renew &&
		job->current->key->get_type(job->current->key) == profile->key_type &&
		job->current->key->get_keysize(job->current->key) == profile->key_size)
	{
		job->record.key = job->current->key->get_ref(job->current->key);
		return TRUE;
	}
	job->record.key = job->host->keys->generate(job->host->keys,
									profile->key_type, profile->key_size,
									&job->error);
	return job->record.key != NULL;
}

/**
 * Find the challenge for a new request, or that one has to be fetched.
 */
static bool prepare_challenge(scep_job_t *job)
{
	char at[SCEP_TIME_LEN];

	if (!scep_way_challenge(job->way))
	{
		return TRUE;
	}
	if (!load_challenge(job, &job->error))
	{
		return FALSE;
	}
	if (!job->challenge.fetch && is_over(job, job->challenge.since))
	{
		job->phrase_over = TRUE;
		return scep_fail(&job->error, SCEP_PERMANENT, "the challenge phrase is "
						 "of %s, which is longer ago than challenge_lifetime: "
						 "another one is needed",
						 scep_time(job->challenge.since, at));
	}
	return TRUE;
}

/**
 * Fetch a challenge. It may serve once, and a server hands out few at a time:
 * the key is on disk before, so that none is fetched, again and again, where no
 * key can be made, or nothing written.
 */
static bool fetch_challenge(scep_job_t *job)
{
	if (!scep_way_challenge(job->way) || !job->challenge.fetch)
	{
		return TRUE;
	}
	if (!job->page_at &&
		!job->store->save_request(job->store, &job->record, &job->error))
	{
		return FALSE;
	}
	if (job->profile->challenge_url)
	{
		return scep_page_prepare(job);
	}
	return scep_challenge_fetch(job->profile, job->host->programs,
								job->host->clock->now(job->host->clock),
								&job->challenge, &job->error);
}

/**
 * Remember which challenge is in the request.
 */
static bool record_challenge(scep_job_t *job, chunk_t phrase)
{
	free(job->record.challenge);
	job->record.challenge = NULL;
	job->record.challenge_since = 0;
	if (!phrase.len)
	{
		return TRUE;
	}
	job->record.challenge_since = job->challenge.since;
	job->record.challenge = scep_challenge_hash(chunk_from_thing(job->salt),
												phrase, &job->error);
	return job->record.challenge != NULL;
}

/**
 * Build the PKCS#10 request.
 */
static bool build_csr(scep_job_t *job)
{
	scep_profile_t *profile = job->profile;
	scep_csr_t csr = {
		.key = job->record.key,
		.subject = profile->subject,
		.sans = profile->sans,
		.upns = profile->upns,
		.template = profile->template,
		.digest = job->algorithms.digest,
		.allow_sha1 = profile->allow_sha1,
	};
	bool success;

	if (scep_way_challenge(job->way))
	{
		csr.challenge = job->challenge.phrase;
	}
	success = record_challenge(job, csr.challenge) &&
			  scep_csr_build(&csr, &job->record.csr, &job->error);
	scep_challenge_clear(&job->challenge);
	return success;
}

/**
 * Start a new transaction, with a key and a transactionID but no request yet.
 */
static bool begin_record(scep_job_t *job)
{
	if (!prepare_key(job) || !scep_addressee_record(job))
	{
		return FALSE;
	}
	chunk_clear(&job->record.csr);
	free(job->record.transaction_id);
	free(job->record.digest);
	free(job->record.operation);
	free(job->record.challenge);
	job->record.challenge = NULL;
	job->record.challenge_since = 0;
	job->record.transaction_id = (char*)chunk_to_hex(chunk_from_thing(job->id),
													 NULL, TRUE).ptr;
	job->record.digest = strdup(job->profile->request_digest);
	job->record.operation = strdup(enum_to_name(scep_way_names, job->way));
	job->record.to_next = scep_successor_due(job);
	job->record.created = job->host->clock->now(job->host->clock);
	job->record.heard = 0;
	job->record.sent = FALSE;
	job->record.unwanted = FALSE;
	job->record.pending_since = 0;
	job->record.polls = 0;
	job->record.refusals = 0;
	return TRUE;
}

/**
 * Start a new transaction: key, transactionID, request; written to disk.
 */
static bool prepare_record(scep_job_t *job)
{
	return prepare_challenge(job) && begin_record(job) &&
		   fetch_challenge(job) && build_csr(job) &&
		   job->store->save_request(job->store, &job->record, &job->error);
}

/**
 * Make the self-signed certificate of a request. It is the same each time: a
 * server that answers a CertPoll may encrypt to the one that it saw first
 * (RFC 8894, 2.3).
 */
static bool sign_self(scep_job_t *job)
{
	scep_csr_t csr = {
		.key = job->record.key,
		.subject = job->profile->subject,
		.digest = job->algorithms.digest,
		.allow_sha1 = job->profile->allow_sha1,
	};

	job->signer = scep_csr_self_signed(&csr, chunk_from_chars(0x01),
									job->record.created - SELF_SIGNED_SKEW,
									job->record.created + SELF_SIGNED_LIFETIME,
									&job->error);
	job->signer_key = job->record.key->get_ref(job->record.key);
	return job->signer != NULL;
}

/**
 * Find who signs the message.
 */
static bool prepare_signer(scep_job_t *job)
{
	switch (scep_way_signer(job->way))
	{
		case SCEP_SIGNER_CURRENT:
			if (!scep_x509_valid_at(job->current->cert,
									job->host->clock->now(job->host->clock)))
			{	/* expired while the renewal was pending */
				return sign_self(job);
			}
			job->signer = job->current->cert->get_ref(job->current->cert);
			job->signer_key = job->current->key->get_ref(job->current->key);
			return TRUE;
		case SCEP_SIGNER_OTHER:
			return scep_signer_load(job->profile, job->authority,
									job->host->clock->now(job->host->clock),
									&job->signer, &job->signer_key,
									&job->error);
		default:
			return sign_self(job);
	}
}

/**
 * Fit the way to renew to the phrase that there is: one whose life is over does
 * not stop a renewal that may go without, and one that a person handed over is
 * meant to be used where the server said no.
 */
static scep_way_t fit_way(scep_job_t *job, scep_way_t way)
{
	scep_when_t when = job->profile->renew_challenge;

	if (!job->renew || when == SCEP_WHEN_NEVER || !load_challenge(job, NULL))
	{
		return way;
	}
	if (is_over(job, job->challenge.since))
	{
		return when == SCEP_WHEN_AUTO ? scep_way_set_challenge(way, FALSE)
									  : way;
	}
	if (job->challenge.set &&
		(when == SCEP_WHEN_ALWAYS || job->refused_way != SCEP_WAY_NONE))
	{
		return scep_way_set_challenge(way, TRUE);
	}
	return way;
}

/*
 * Described in header
 */
bool scep_record_prepare(scep_job_t *job)
{
	scep_way_t recorded = get_recorded_way(job);

	job->way = scep_choose_way(job->profile, job->caps, &job->server,
							   job->renew, job->refused_way);
	job->way = fit_way(job, job->way);
	if (recorded != SCEP_WAY_NONE && job->record.pending_since &&
		scep_addressee_is_same(job))
	{
		job->way = recorded;
		job->type = SCEP_CERT_POLL;
	}
	else
	{
		job->type = scep_way_type(job->way);
		if ((recorded != job->way || !is_same_request(job)) &&
			!prepare_record(job))
		{
			return FALSE;
		}
	}
	return prepare_signer(job);
}

/*
 * Described in header
 */
bool scep_record_leave(scep_job_t *job)
{
	job->repeated = job->record.sent && scep_addressee_is_here(job);
	job->record.sent = TRUE;
	if (job->type == SCEP_CERT_POLL)
	{
		job->record.polls++;
	}
	return scep_addressee_record(job) &&
		   job->store->save_request(job->store, &job->record, &job->error);
}

/*
 * Described in header
 */
void scep_record_pending(scep_job_t *job)
{
	job->record.heard = job->host->clock->now(job->host->clock);
	if (!job->record.pending_since)
	{
		job->record.pending_since = job->record.heard;
	}
	job->store->save_request(job->store, &job->record, &job->error);
}

/*
 * Described in header
 */
void scep_record_refused(scep_job_t *job)
{
	chunk_clear(&job->record.csr);
	job->record.sent = FALSE;
	job->record.pending_since = 0;
	job->store->save_request(job->store, &job->record, &job->error);
}

/*
 * Described in header
 */
bool scep_record_unwanted(scep_job_t *job)
{
	if (job->record.unwanted)
	{
		scep_record_refused(job);
		return TRUE;
	}
	job->record.unwanted = TRUE;
	job->store->save_request(job->store, &job->record, &job->error);
	return FALSE;
}

/*
 * Described in header
 */
bool scep_record_declined(scep_job_t *job)
{
	if (++job->record.refusals >= SCEP_MAX_REFUSALS)
	{
		scep_record_refused(job);
		return TRUE;
	}
	job->store->save_request(job->store, &job->record, &job->error);
	return FALSE;
}
