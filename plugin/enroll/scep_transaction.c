/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_transaction.h"
#include "enroll/scep_contact.h"
#include "enroll/scep_exchange.h"
#include "enroll/scep_job.h"
#include "enroll/scep_page.h"
#include "enroll/scep_recovery.h"
#include "enroll/scep_successor.h"
#include "base/scep_event.h"

typedef struct private_scep_transaction_t private_scep_transaction_t;

/**
 * Private data of a scep_transaction_t.
 */
struct private_scep_transaction_t {

	/**
	 * Public interface.
	 */
	scep_transaction_t public;

	/**
	 * Data of the attempt.
	 */
	scep_job_t job;

	/**
	 * Called when it goes on or ends, with its data.
	 */
	scep_transaction_cb_t cb;
	void *user;

	/**
	 * Operations over HTTP.
	 */
	scep_exchange_t *exchange;

	/**
	 * The server.
	 */
	scep_contact_t *contact;

	/**
	 * The page with a phrase.
	 */
	scep_page_t *page;

	/**
	 * Whether GET was chosen for PKIOperation.
	 */
	bool chose_get;

	/**
	 * Whether a worker has the job, and which part of it.
	 */
	bool busy;
	void (*part)(scep_job_t *job);

	/**
	 * Retry-After of the last answer, seconds.
	 */
	time_t retry_after;

	/**
	 * Whether it was cancelled.
	 */
	bool cancelled;
};

/**
 * Tell how it goes on, or that it ended.
 */
static void report(private_scep_transaction_t *this, scep_input_t input,
				   time_t retry_after)
{
	scep_outcome_t outcome = scep_outcome_create(&this->job, input,
												 retry_after);

	this->cb(this->user, &outcome);
}

/**
 * End with the error in the job.
 */
static void fail(private_scep_transaction_t *this, time_t retry_after)
{
	report(this, this->job.phrase_over ? SCEP_IN_STOPPED :
		   scep_outcome_of_error(&this->job.error), retry_after);
}

/**
 * Do a part of the job, called by a worker.
 */
static void work(private_scep_transaction_t *this)
{
	this->part(&this->job);
}

/**
 * Give a part of the job to a worker.
 */
static void submit(private_scep_transaction_t *this,
				   void (*part)(scep_job_t *job),
				   void (*done)(private_scep_transaction_t*))
{
	scep_executor_t *executor = this->job.host->executor;

	this->part = part;
	this->busy = TRUE;
	executor->submit(executor, (scep_work_t)work, (scep_work_t)done, this);
}

/**
 * Nothing to do in a worker: an attempt that could not even start fails from
 * the loop, not in start().
 */
static void nothing(scep_job_t *job)
{
}

/**
 * A worker is done with an attempt that failed.
 */
static void failed(private_scep_transaction_t *this)
{
	this->busy = FALSE;
	fail(this, this->retry_after);
}

/**
 * A worker has concluded.
 */
static void concluded(private_scep_transaction_t *this)
{
	scep_job_t *job = &this->job;

	this->busy = FALSE;
	if (this->cancelled || job->error.kind != SCEP_OK)
	{
		fail(this, 0);
		return;
	}
	switch (job->response.status)
	{
		case SCEP_SUCCESS:
			report(this, SCEP_IN_ISSUED, 0);
			break;
		case SCEP_PENDING:
			report(this, SCEP_IN_PENDING, this->retry_after);
			break;
		case SCEP_FAILURE:
			scep_outcome_describe_refusal(job);
			report(this, SCEP_IN_FAILED, this->retry_after);
			break;
	}
}

/**
 * Keep the answer to PKIOperation for a worker, and how it was sent.
 */
static void take_answer(private_scep_transaction_t *this,
						const scep_reply_t *reply)
{
	scep_job_t *job = &this->job;

	if (!this->exchange->use_get || !this->chose_get)
	{	/* a GET that was chosen tells nothing about POST */
		job->server.get_only = this->exchange->use_get;
	}
	chunk_free(&job->body);
	job->body = chunk_clone(reply->body);
}

/**
 * Whether a refusal by HTTP status counts against the transaction: of a poll
 * once it was polled for long enough, as the server may not know of it.
 */
static bool may_decline(scep_job_t *job)
{
	time_t now = job->host->clock->now(job->host->clock);

	switch (job->type)
	{
		case SCEP_PKCS_REQ:
		case SCEP_RENEWAL_REQ:
			return TRUE;
		case SCEP_CERT_POLL:
			return job->record.pending_since &&
				   now >= job->record.pending_since +
						  job->profile->poll_timeout;
		default:
			return FALSE;
	}
}

/**
 * The answer to PKIOperation came.
 */
static void got_answer(void *user, const scep_reply_t *reply)
{
	private_scep_transaction_t *this = user;
	scep_job_t *job = &this->job;

	this->retry_after = reply->retry_after;
	if (reply->error.kind != SCEP_OK)
	{
		job->error = reply->error;
		if (reply->refused && may_decline(job))
		{
			submit(this, scep_job_decline, failed);
			return;
		}
		if (reply->unreachable && job->repeated)
		{	/* the first time its answer may come yet */
			this->contact->failed(this->contact);
		}
		fail(this, reply->retry_after);
		return;
	}
	take_answer(this, reply);
	submit(this, scep_job_conclude, concluded);
}

/**
 * Send the message.
 */
static bool operate(private_scep_transaction_t *this, scep_exchange_cb_t cb)
{
	scep_job_t *job = &this->job;

	this->chose_get = scep_choose_get(job->profile, job->caps, &job->server);
	this->exchange->use_get = this->chose_get;
	if (!this->exchange->operate(this->exchange, job->message,
								 job->errand == SCEP_ERRAND_CRL ?
								 SCEP_MAX_CRL_BODY : SCEP_MAX_PKI_BODY, cb,
								 this, &job->error))
	{
		return FALSE;
	}
	job->sent = TRUE;
	scep_event(job->profile->name,
			   job->type == SCEP_CERT_POLL ? SCEP_EV_POLL : SCEP_EV_REQUESTED,
			   "type=%N transaction_id=%s", scep_message_type_names, job->type,
			   job->transaction_id);
	return TRUE;
}

/**
 * A worker has prepared the message.
 */
static void prepared(private_scep_transaction_t *this)
{
	scep_job_t *job = &this->job;

	this->busy = FALSE;
	if (this->cancelled || job->error.kind != SCEP_OK)
	{
		fail(this, 0);
		return;
	}
	if (job->errand == SCEP_ERRAND_NEXT_CA)
	{
		report(this, SCEP_IN_ISSUED, 0);
		return;
	}
	if (job->want_page)
	{
		if (!this->page->start(this->page))
		{
			fail(this, 0);
		}
		return;
	}
	report(this, SCEP_IN_CA, 0);
	if (!operate(this, got_answer))
	{
		fail(this, 0);
	}
}

/**
 * The page with a phrase came, or none.
 */
static void got_page(private_scep_transaction_t *this, time_t retry_after)
{
	if (this->job.error.kind != SCEP_OK)
	{
		fail(this, retry_after);
		return;
	}
	submit(this, scep_job_continue, prepared);
}

/**
 * The answer to GetNextCACert came, or none: the current CA serves all the
 * same.
 */
static void got_next_ca(void *user, const scep_reply_t *reply)
{
	private_scep_transaction_t *this = user;

	if (reply->error.kind == SCEP_OK)
	{
		this->job.next_body = chunk_clone(reply->body);
	}
	else
	{
		scep_event(this->job.profile->name, SCEP_EV_NOTE, "reason=%s",
				   reply->error.text);
		if (this->job.errand == SCEP_ERRAND_NEXT_CA && !reply->refused)
		{
			this->job.error = reply->error;
			fail(this, reply->retry_after);
			return;
		}
	}
	submit(this, scep_job_prepare, prepared);
}

/**
 * Go on to what the attempt is made for.
 */
static void go_on(private_scep_transaction_t *this)
{
	if (this->job.errand == SCEP_ERRAND_CRL ||
		!scep_successor_wanted(&this->job) ||
		!this->exchange->fetch(this->exchange, "GetNextCACert",
							   SCEP_MAX_CERTS_BODY, got_next_ca, this, NULL))
	{
		submit(this, scep_job_prepare, prepared);
	}
}

/**
 * The lost certificate is not to be had.
 */
static void give_up_lost(private_scep_transaction_t *this)
{
	if (scep_recovery_give_up(&this->job))
	{
		go_on(this);
	}
	else
	{
		fail(this, 0);
	}
}

/**
 * A worker has concluded a GetCert.
 */
static void recovered(private_scep_transaction_t *this)
{
	this->busy = FALSE;
	if (this->cancelled)
	{
		fail(this, 0);
	}
	else if (this->job.gen)
	{
		report(this, SCEP_IN_ISSUED, 0);
	}
	else
	{
		give_up_lost(this);
	}
}

/**
 * The answer to a GetCert came.
 */
static void got_lost(void *user, const scep_reply_t *reply)
{
	private_scep_transaction_t *this = user;

	if (reply->error.kind != SCEP_OK)
	{
		this->job.error = reply->error;
		give_up_lost(this);
		return;
	}
	take_answer(this, reply);
	submit(this, scep_recovery_conclude, recovered);
}

/**
 * A worker has built a GetCert.
 */
static void prepared_lost(private_scep_transaction_t *this)
{
	this->busy = FALSE;
	if (this->cancelled)
	{
		fail(this, 0);
	}
	else if (this->job.error.kind != SCEP_OK || !operate(this, got_lost))
	{
		give_up_lost(this);
	}
}

/**
 * A worker has verified the CA.
 */
static void verified(private_scep_transaction_t *this)
{
	this->busy = FALSE;
	if (this->cancelled || this->job.error.kind != SCEP_OK)
	{
		fail(this, 0);
	}
	else if (this->job.lost.key)
	{
		submit(this, scep_recovery_prepare, prepared_lost);
	}
	else
	{
		go_on(this);
	}
}

/**
 * A server was found, or none.
 */
static void found_server(private_scep_transaction_t *this, time_t retry_after)
{
	if (this->job.error.kind != SCEP_OK)
	{
		fail(this, retry_after);
	}
	else if (this->job.errand == SCEP_ERRAND_NEXT_CA && !this->job.body.len)
	{	/* the server has no such operation */
		report(this, SCEP_IN_ISSUED, 0);
	}
	else
	{
		submit(this, scep_job_verify, verified);
	}
}

METHOD(scep_transaction_t, start, void,
	private_scep_transaction_t *this)
{
	scep_random_t *random = this->job.host->random;
	scep_job_t *job = &this->job;

	if (!random->get_bytes(random, sizeof(job->nonce), job->nonce,
						   &job->error) ||
		!random->get_bytes(random, sizeof(job->id), job->id, &job->error) ||
		!random->get_bytes(random, sizeof(job->salt), job->salt,
						   &job->error) ||
		!this->contact->start(this->contact))
	{
		submit(this, nothing, failed);
	}
}

METHOD(scep_transaction_t, is_busy, bool,
	private_scep_transaction_t *this)
{
	return this->busy;
}

METHOD(scep_transaction_t, cancel, bool,
	private_scep_transaction_t *this)
{
	this->cancelled = TRUE;
	this->exchange->cancel(this->exchange);
	this->page->cancel(this->page);
	return !this->busy;
}

METHOD(scep_transaction_t, destroy, void,
	private_scep_transaction_t *this)
{
	this->contact->destroy(this->contact);
	this->page->destroy(this->page);
	this->exchange->destroy(this->exchange);
	scep_job_clear(&this->job);
	free(this);
}

/*
 * Described in header
 */
scep_transaction_t *scep_transaction_create_errand(scep_host_t *host,
								scep_profile_t *profile,
								scep_profile_store_t *store,
								scep_generation_t *current,
								scep_errand_t errand, certificate_t *known,
								scep_transaction_cb_t cb, void *user)
{
	private_scep_transaction_t *this;

	this = (private_scep_transaction_t*)scep_transaction_create(host, profile,
								store, current, FALSE, SCEP_WAY_NONE, cb, user);
	this->job.errand = errand;
	this->job.known_crl = known ? known->get_ref(known) : NULL;
	return &this->public;
}

/*
 * Described in header
 */
scep_transaction_t *scep_transaction_create(scep_host_t *host,
								scep_profile_t *profile,
								scep_profile_store_t *store,
								scep_generation_t *current, bool renew,
								scep_way_t refused_way,
								scep_transaction_cb_t cb, void *user)
{
	private_scep_transaction_t *this;

	INIT(this,
		.public = {
			.start = _start,
			.is_busy = _is_busy,
			.cancel = _cancel,
			.destroy = _destroy,
		},
		.job = {
			.host = host,
			.profile = profile->get_ref(profile),
			.store = store,
			.current = current ? current->get_ref(current) : NULL,
			.renew = renew,
			.refused_way = refused_way,
		},
		.exchange = scep_exchange_create(host->transport, profile),
		.cb = cb,
		.user = user,
	);
	this->contact = scep_contact_create(&this->job, this->exchange,
								(scep_contact_cb_t)found_server, this);
	this->page = scep_page_create(&this->job, (scep_page_cb_t)got_page, this);
	return &this->public;
}
