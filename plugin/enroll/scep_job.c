/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_job.h"
#include "enroll/scep_crl_job.h"
#include "enroll/scep_record.h"
#include "enroll/scep_recovery.h"
#include "enroll/scep_successor.h"
#include "base/scep_event.h"
#include "message/scep_certs.h"
#include "message/scep_request.h"
#include "trust/scep_issued.h"
#include "trust/scep_x509.h"

/**
 * Show an administrator what can be confirmed; nothing if there is nothing.
 */
static void save_candidates(scep_job_t *job, linked_list_t *candidates)
{
	linked_list_t *cas = linked_list_create(), *ras = linked_list_create();
	enumerator_t *enumerator;
	scep_candidate_t *candidate;
	scep_error_t error = {};

	if (candidates)
	{
		enumerator = candidates->create_enumerator(candidates);
		while (enumerator->enumerate(enumerator, &candidate))
		{
			if (candidate->role == SCEP_ROLE_CA)
			{
				cas->insert_last(cas, candidate->cert);
			}
			else
			{
				ras->insert_last(ras, candidate->cert);
			}
		}
		enumerator->destroy(enumerator);
	}
	if (!job->store->save_candidates(job->store, cas, ras, &error))
	{
		scep_event(job->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	cas->destroy(cas);
	ras->destroy(ras);
}

/**
 * Find out whom to trust.
 */
static bool create_authority(scep_job_t *job, linked_list_t *certs)
{
	scep_judgement_t judgement = {};

	job->knowledge.trust.current = job->current ? job->current->cert : NULL;
	job->authority = scep_authority_create(certs, job->profile,
								&job->knowledge.trust,
								job->host->clock->now(job->host->clock),
								&judgement, &job->error);
	job->verdict = judgement.verdict;
	if (!job->errand)
	{
		save_candidates(job, judgement.candidates);
	}
	scep_candidates_destroy(judgement.candidates);
	return job->authority != NULL;
}

/**
 * Forget the next CA of one that is not trusted any more: where that one is not
 * known to be the CA of now, its next one would pass for announced by this one.
 */
static bool forget_next(scep_job_t *job)
{
	certificate_t *known = job->knowledge.trust.known;

	if (job->knowledge.known_trusted ||
		(known && known->equals(known, job->authority->anchor)))
	{
		return TRUE;
	}
	if (job->knowledge.undecided)
	{
		return scep_fail(&job->error, SCEP_LOCAL, "which CA announced the next "
						 "one can't be read now");
	}
	return job->store->drop_next_ca(job->store, &job->error);
}

/**
 * Verify what GetCACert answered, and keep it.
 */
static bool verify_authority(scep_job_t *job)
{
	certificate_t *anchor;
	linked_list_t *certs;
	char who[SCEP_MAX_ERROR / 2];
	bool success;

	if (!scep_certs_parse(job->body, &certs, &job->error))
	{
		return scep_fail_in(&job->error, "GetCACert: ");
	}
	success = create_authority(job, certs);
	scep_certs_destroy(certs);
	if (!success || job->errand)
	{	/* what is known of the CA is the enrolment's business */
		return success;
	}
	anchor = job->authority->anchor;
	scep_event(job->profile->name, SCEP_EV_CA_VERIFIED, "ca=%s recipient=%s",
			   scep_x509_describe(anchor, who, sizeof(who)),
			   job->authority->recipient == anchor ? "ca" :
			   job->authority->ras->get_count(job->authority->ras) ? "ra" :
			   "issuing-ca");
	return scep_successor_promote(job) && forget_next(job) &&
		   job->store->save_ca(job->store, anchor, job->authority->cas,
							   &job->error);
}

/**
 * Find out anew whom to trust, after a next CA was announced.
 */
static bool renew_authority(scep_job_t *job)
{
	linked_list_t *certs;
	bool success;

	if (!scep_certs_parse(job->body, &certs, &job->error))
	{
		return FALSE;
	}
	job->authority->destroy(job->authority);
	success = create_authority(job, certs);
	scep_certs_destroy(certs);
	return success;
}

/**
 * Whether one of the CAs, or the next one, issued a certificate.
 */
static bool is_issued(scep_job_t *job, certificate_t *cert)
{
	bool allow_sha1 = job->profile->allow_sha1;
	certificate_t *next = job->authority->next;

	return scep_x509_issued_by_any(cert, job->authority->cas, allow_sha1) ||
		   (next && scep_x509_issued_by(cert, next, allow_sha1, NULL));
}

/**
 * Whether the current certificate is one of this CA, and so can be renewed
 * there: the pin may have been changed since.
 */
static bool is_of_authority(scep_job_t *job)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	bool found;

	found = is_issued(job, job->current->cert);
	enumerator = job->current->chain->create_enumerator(job->current->chain);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		found = is_issued(job, cert);
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
void scep_job_verify(scep_job_t *job)
{
	scep_knowledge_load(job->profile, job->store, &job->knowledge);
	if (verify_authority(job) && !job->errand && scep_record_load(job))
	{
		job->renew = job->renew && is_of_authority(job);
		scep_recovery_load(job);
	}
}

/*
 * Described in header
 */
void scep_job_choose(scep_job_t *job)
{
	char caps[SCEP_MAX_SHOWN];

	if (!scep_choose_algorithms(job->profile, job->caps, &job->server,
								&job->algorithms))
	{
		scep_event(job->profile->name, SCEP_EV_WARNING, "reason=the server had "
				   "better algorithms before than it says now (%s), it is held "
				   "to them (RFC 8894, 7.5)",
				   scep_caps_format(job->caps, caps, sizeof(caps)));
	}
}

/**
 * Build a message.
 */
static bool build_message(scep_job_t *job, certificate_t *recipient,
						  chunk_t content)
{
	scep_request_t request = {
		.type = job->type,
		.transaction_id = chunk_from_str(job->transaction_id),
		.sender_nonce = chunk_from_thing(job->nonce),
		.content = content,
		.signer = job->signer,
		.key = job->signer_key,
		.recipient = recipient,
		.digest = job->algorithms.digest,
		.allow_sha1 = job->profile->allow_sha1,
		.cipher = job->algorithms.cipher,
		.key_size = job->algorithms.key_size,
	};

	chunk_free(&job->message);
	return scep_request_build(&request, &job->message, &job->error);
}

/*
 * Described in header
 */
bool scep_job_ask(scep_job_t *job, certificate_t *recipient, chunk_t content)
{
	chunk_to_hex(chunk_from_thing(job->id), job->own_id, TRUE);
	job->transaction_id = job->own_id;
	return build_message(job, recipient, content);
}

/**
 * Build the message of a request.
 */
static bool prepare_message(scep_job_t *job)
{
	/* the CA of which it was asked, though another one may be due by now */
	bool next = job->record.to_next && job->authority->next, success;
	certificate_t *issuer = next ? job->authority->next
								 : job->authority->issuer;
	certificate_t *recipient = next ? job->authority->next_recipient
									: job->authority->recipient;
	chunk_t poll = chunk_empty;

	job->transaction_id = job->record.transaction_id;
	if (job->type == SCEP_CERT_POLL)
	{
		poll = scep_issuer_and_subject(issuer->get_subject(issuer),
									   job->profile->subject);
	}
	success = build_message(job, recipient, poll.len ? poll : job->record.csr);
	free(poll.ptr);
	return success;
}

/*
 * Described in header
 */
void scep_job_continue(scep_job_t *job)
{
	if (scep_record_prepare(job) && prepare_message(job))
	{	/* from here on the CA may have a request of ours */
		scep_record_leave(job);
	}
}

/**
 * Learn of a next CA, if the server announced one.
 */
static bool learn_next(scep_job_t *job)
{
	return scep_successor_learn(job) ? renew_authority(job)
									 : job->error.kind == SCEP_OK;
}

/**
 * Build the message that asks for something else, or do without one.
 */
static void prepare_errand(scep_job_t *job)
{
	if (job->errand == SCEP_ERRAND_CRL)
	{
		scep_crl_job_prepare(job);
	}
	else
	{
		scep_successor_look(job);
	}
}

/*
 * Described in header
 */
void scep_job_prepare(scep_job_t *job)
{
	if (job->errand)
	{
		prepare_errand(job);
		return;
	}
	if (job->next_body.len && !learn_next(job))
	{
		return;
	}
	scep_job_choose(job);
	scep_job_continue(job);
}

/**
 * Remember what the server took. A failure is reported and changes nothing
 * else: it costs an attempt to find out again.
 */
static void remember(scep_job_t *job)
{
	scep_profile_t *profile = job->profile;
	scep_error_t error = {};

	scep_choice_worked(&job->server, job->caps, job->way);
	if (!job->store->save_server(job->store, job->url,
								 profile->ca_identifier, &job->server, &error))
	{
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s", error.text);
	}
}

/*
 * Described in header
 */
bool scep_job_commit(scep_job_t *job, private_key_t *key)
{
	time_t now = job->host->clock->now(job->host->clock);
	scep_error_t error = {};
	linked_list_t *chain;
	certificate_t *leaf;

	if (!scep_issued_check(job->response.certs, key, job->authority,
						   job->profile,
						   job->current ? job->current->cert : NULL, now,
						   &leaf, &chain, &job->error))
	{
		return FALSE;
	}
	if (!job->store->commit(job->store, key, leaf, chain,
							job->profile->request_digest, now, &job->gen,
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
	return job->gen != NULL;
}

/**
 * Get how long it takes until what the CA issued can be used, if its start is
 * too far ahead. The transaction has no other certificate, but a clock may be
 * set.
 */
static time_t get_too_early(certificate_t *ours, time_t now)
{
	time_t wait = scep_x509_not_before(ours) - SCEP_MAX_FUTURE - now;

	return min(max(0, wait), SCEP_MAX_RETRY_AFTER);
}

/**
 * Whether a request that was repeated brought a certificate of the CA that
 * issued the one in use, from which another CA has taken over meanwhile.
 */
static bool is_of_ca_before(scep_job_t *job, certificate_t *ours)
{
	identification_t *issuer;

	if (!job->repeated || !job->current)
	{
		return FALSE;
	}
	issuer = job->current->cert->get_issuer(job->current->cert);
	return issuer->equals(issuer, ours->get_issuer(ours)) &&
		   !scep_x509_issued_by_any(ours, job->authority->cas,
									job->profile->allow_sha1);
}

/**
 * The CA issued something.
 */
static void accept_certificate(scep_job_t *job)
{
	time_t now = job->host->clock->now(job->host->clock);
	certificate_t *ours;

	if (scep_job_commit(job, job->record.key) ||
		job->error.kind == SCEP_LOCAL || job->error.kind == SCEP_EXPOSED)
	{	/* what the disk did not take may come again */
		return;
	}
	ours = scep_issued_find(job->response.certs, job->record.key);
	if (!ours || (job->error.kind == SCEP_TRANSIENT &&
				  scep_x509_not_after(ours) <= now))
	{	/* not ours, or issued long ago: there will be no other one in this
		 * transaction */
		scep_record_refused(job);
	}
	else if (job->error.kind == SCEP_TRANSIENT)
	{
		job->too_early = get_too_early(ours, now);
	}
	else if (job->error.kind == SCEP_SECURITY && is_of_ca_before(job, ours))
	{	/* the one of now issues for a request of its own */
		scep_record_refused(job);
	}
	else
	{	/* asking for another one would make the CA issue one each time; it may
		 * be asked once a person has acted, and it answers as before */
		job->error.kind = scep_record_unwanted(job) ? SCEP_SECURITY
													: SCEP_PERMANENT;
	}
}

/*
 * Described in header
 */
bool scep_job_read(scep_job_t *job)
{
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(job->transaction_id),
		.nonce = chunk_from_thing(job->nonce),
		.signers = job->authority->signers,
		.recipient = job->signer,
		.key = job->signer_key,
		.accept_des = job->profile->accept_des,
		.want_crl = job->errand == SCEP_ERRAND_CRL,
	};

	scep_response_clear(&job->response);
	return scep_response_parse(job->body, &expect, &job->response, &job->error);
}

/*
 * Described in header
 */
void scep_job_conclude(scep_job_t *job)
{
	if (job->errand == SCEP_ERRAND_CRL)
	{
		scep_crl_job_conclude(job);
		return;
	}
	if (!scep_job_read(job))
	{
		return;
	}
	switch (job->response.status)
	{
		case SCEP_SUCCESS:
			remember(job);
			accept_certificate(job);
			break;
		case SCEP_PENDING:
			remember(job);
			scep_record_pending(job);
			break;
		case SCEP_FAILURE:
			scep_record_refused(job);
			break;
	}
}

/*
 * Described in header
 */
void scep_job_decline(scep_job_t *job)
{
	job->declined = scep_record_declined(job);
}

/*
 * Described in header
 */
void scep_job_clear(scep_job_t *job)
{
	DESTROY_IF(job->profile);
	DESTROY_IF(job->current);
	DESTROY_IF(job->authority);
	scep_knowledge_clear(&job->knowledge);
	DESTROY_IF(job->signer);
	DESTROY_IF(job->signer_key);
	DESTROY_IF(job->gen);
	DESTROY_IF(job->known_crl);
	DESTROY_IF(job->issuer);
	DESTROY_IF(job->crl);
	scep_lost_clear(&job->lost);
	scep_challenge_clear(&job->challenge);
	chunk_clear(&job->password);
	chunk_clear(&job->page);
	scep_request_record_clear(&job->record);
	scep_response_clear(&job->response);
	chunk_free(&job->message);
	chunk_free(&job->body);
	chunk_free(&job->next_body);
}
