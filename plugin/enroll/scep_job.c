/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_job.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "message/scep_certs.h"
#include "message/scep_csr.h"
#include "message/scep_request.h"
#include "trust/scep_issued.h"
#include "trust/scep_x509.h"

/** Life of the self-signed certificate that signs a first request, seconds */
#define SELF_SIGNED_LIFETIME	(30 * 24 * 60 * 60)

/** The same, before its creation: the server's clock may be behind */
#define SELF_SIGNED_SKEW		(24 * 60 * 60)

/**
 * Verify what GetCACert answered, and keep it.
 */
static bool verify_authority(scep_job_t *job)
{
	certificate_t *anchor;
	linked_list_t *certs;
	char who[SCEP_MAX_ERROR / 2];

	if (!scep_certs_parse(job->body, &certs, &job->error))
	{
		return scep_fail_in(&job->error, "GetCACert: ");
	}
	job->authority = scep_authority_create(certs, job->profile,
								job->host->clock->now(job->host->clock),
								&job->error);
	scep_certs_destroy(certs);
	if (!job->authority)
	{
		return FALSE;
	}
	anchor = job->authority->anchor;
	scep_event(job->profile->name, SCEP_EV_CA_VERIFIED, "ca=%s recipient=%s",
			   scep_x509_describe(anchor, who, sizeof(who)),
			   job->authority->recipient == anchor ? "ca" :
			   job->authority->ras->get_count(job->authority->ras) ? "ra" :
			   "issuing-ca");
	return job->store->save_ca(job->store, anchor, job->authority->cas,
							   &job->error);
}

/**
 * Name of the operation, as kept with the request.
 */
static char *get_operation(scep_job_t *job)
{
	return job->renew ? "renew" : "enroll";
}

/**
 * Find or make the key to certify. A key of an earlier request that ended
 * serves again, as long as it is what the profile asks for.
 */
static bool prepare_key(scep_job_t *job)
{
	scep_profile_t *profile = job->profile;

	if (job->record.key && streq(job->record.digest, profile->request_digest))
	{
		return TRUE;
	}
	DESTROY_IF(job->record.key);
	job->record.key = NULL;
	if (profile->key_reuse && job->current &&
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
 * Start a new transaction: key, transactionID, request; written to disk.
 */
static bool prepare_record(scep_job_t *job)
{
	scep_profile_t *profile = job->profile;
	scep_csr_t csr = {
		.subject = profile->subject,
		.sans = profile->sans,
		.upns = profile->upns,
		.template = profile->template,
		.digest = profile->digest,
	};
	bool success, refused;

	/* the challenge is omitted at renewal (RFC 8894, 2.4), unless the server
	 * refused that: several want it all the same */
	refused = job->record.key && !job->record.csr.len;
	if (!prepare_key(job))
	{
		return FALSE;
	}
	csr.key = job->record.key;
	if ((!job->renew || refused) &&
		!profile->get_challenge(profile, &csr.challenge, &job->error))
	{
		return FALSE;
	}
	chunk_clear(&job->record.csr);
	success = scep_csr_build(&csr, &job->record.csr, &job->error);
	chunk_clear(&csr.challenge);
	if (!success)
	{
		return FALSE;
	}
	free(job->record.transaction_id);
	free(job->record.digest);
	free(job->record.operation);
	job->record.transaction_id = (char*)chunk_to_hex(chunk_from_thing(job->id),
													 NULL, TRUE).ptr;
	job->record.digest = strdup(profile->request_digest);
	job->record.operation = strdup(get_operation(job));
	job->record.created = job->host->clock->now(job->host->clock);
	job->record.sent = FALSE;
	job->record.pending_since = 0;
	job->record.polls = 0;
	return job->store->save_request(job->store, &job->record, &job->error);
}

/**
 * Whether the request on disk can go on: then a lost answer is recovered by
 * the same request again, and a pending one by polling.
 */
static bool can_resume(scep_job_t *job)
{
	return job->record.key && job->record.csr.len &&
		   streq(job->record.digest, job->profile->request_digest) &&
		   streq(job->record.operation, get_operation(job));
}

/**
 * Load the request under way from disk. One that can't be read is reported,
 * left where it is until the next one replaces it, and not used.
 */
static void load_record(scep_job_t *job)
{
	scep_error_t error = {};

	if (!job->store->load_request(job->store, &job->record, &error))
	{
		scep_event(job->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

/**
 * Find who signs the message: the current certificate, or a self-signed one,
 * which is the same each time for a request: a server that answers a CertPoll
 * may encrypt to the one that it saw first (RFC 8894, 2.3).
 */
static bool prepare_signer(scep_job_t *job)
{
	scep_csr_t csr = {
		.key = job->record.key,
		.subject = job->profile->subject,
		.digest = job->profile->digest,
	};

	if (job->renew)
	{
		job->signer = job->current->cert->get_ref(job->current->cert);
		job->signer_key = job->current->key->get_ref(job->current->key);
		return TRUE;
	}
	job->signer = scep_csr_self_signed(&csr, chunk_from_chars(0x01),
									job->record.created - SELF_SIGNED_SKEW,
									job->record.created + SELF_SIGNED_LIFETIME,
									&job->error);
	job->signer_key = job->record.key->get_ref(job->record.key);
	return job->signer != NULL;
}

/**
 * Choose the type of the message (RFC 8894, 2.3, 3.3).
 */
static scep_message_type_t choose_type(scep_job_t *job)
{
	if (job->record.pending_since)
	{
		return SCEP_CERT_POLL;
	}
	return job->renew && (job->caps & SCEP_CAP_RENEWAL) ? SCEP_RENEWAL_REQ
														: SCEP_PKCS_REQ;
}

/**
 * Build the message.
 */
static bool prepare_message(scep_job_t *job)
{
	certificate_t *issuer = job->authority->issuer;
	scep_profile_t *profile = job->profile;
	scep_request_t request = {
		.type = job->type,
		.transaction_id = chunk_from_str(job->record.transaction_id),
		.sender_nonce = chunk_from_thing(job->nonce),
		.content = job->record.csr,
		.signer = job->signer,
		.key = job->signer_key,
		.recipient = job->authority->recipient,
		.digest = profile->digest,
		.cipher = profile->cipher,
		.key_size = profile->cipher_key_size,
	};
	chunk_t poll = chunk_empty;
	bool success;

	if (job->type == SCEP_CERT_POLL)
	{
		poll = scep_issuer_and_subject(issuer->get_subject(issuer),
									   profile->subject);
		request.content = poll;
	}
	success = scep_request_build(&request, &job->message, &job->error);
	free(poll.ptr);
	return success;
}

/*
 * Described in header
 */
void scep_job_prepare(scep_job_t *job)
{
	if (!verify_authority(job))
	{
		return;
	}
	load_record(job);
	if (!can_resume(job) && !prepare_record(job))
	{
		return;
	}
	job->type = choose_type(job);
	if (!prepare_signer(job) || !prepare_message(job))
	{
		return;
	}
	/* from here on the CA may have a request of ours: keep the key */
	job->record.sent = TRUE;
	if (job->type == SCEP_CERT_POLL)
	{
		job->record.polls++;
	}
	job->store->save_request(job->store, &job->record, &job->error);
}

/**
 * The CA has the request and decides later.
 */
static void keep_pending(scep_job_t *job)
{
	if (!job->record.pending_since)
	{
		job->record.pending_since = job->host->clock->now(job->host->clock);
	}
	job->store->save_request(job->store, &job->record, &job->error);
}

/**
 * The CA refused: the transaction is over, its key can serve the next one.
 */
static void end_transaction(scep_job_t *job)
{
	chunk_clear(&job->record.csr);
	job->record.sent = FALSE;
	job->record.pending_since = 0;
	job->store->save_request(job->store, &job->record, &job->error);
}

/**
 * The CA issued something.
 */
static void accept_certificate(scep_job_t *job)
{
	scep_error_t error = {};
	linked_list_t *chain;
	certificate_t *leaf;

	if (scep_issued_check(job->response.certs, job->record.key, job->authority,
						  job->profile,
						  job->current ? job->current->cert : NULL,
						  job->host->clock->now(job->host->clock),
						  &leaf, &chain, &job->error))
	{
		if (!job->store->commit(job->store, job->record.key, leaf, chain,
								job->profile->request_digest, &job->gen,
								&error))
		{
			scep_fail(&job->error, error.kind, "%s", error.text);
		}
		else if (error.kind != SCEP_OK)
		{	/* in use, but a crash may undo it */
			scep_event(job->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
					   error.text);
		}
		leaf->destroy(leaf);
		scep_certs_destroy(chain);
	}
}

/*
 * Described in header
 */
void scep_job_conclude(scep_job_t *job)
{
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(job->record.transaction_id),
		.nonce = chunk_from_thing(job->nonce),
		.signers = job->authority->signers,
		.recipient = job->signer,
		.key = job->signer_key,
		.accept_des = job->profile->accept_des,
	};

	if (!scep_response_parse(job->body, &expect, &job->response, &job->error))
	{
		return;
	}
	switch (job->response.status)
	{
		case SCEP_SUCCESS:
			accept_certificate(job);
			break;
		case SCEP_PENDING:
			keep_pending(job);
			break;
		case SCEP_FAILURE:
			end_transaction(job);
			break;
	}
}

/*
 * Described in header
 */
void scep_job_clear(scep_job_t *job)
{
	DESTROY_IF(job->profile);
	DESTROY_IF(job->current);
	DESTROY_IF(job->authority);
	DESTROY_IF(job->signer);
	DESTROY_IF(job->signer_key);
	DESTROY_IF(job->gen);
	scep_request_record_clear(&job->record);
	scep_response_clear(&job->response);
	chunk_free(&job->message);
	chunk_free(&job->body);
}
