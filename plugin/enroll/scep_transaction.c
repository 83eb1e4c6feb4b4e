/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_transaction.h"
#include "enroll/scep_job.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "config/scep_url.h"

#include <curl/curl.h>
#include <stdio.h>

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
	 * Transfer under way, or NULL.
	 */
	void *transfer;

	/**
	 * Whether a worker has the job.
	 */
	bool busy;

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
	scep_outcome_t outcome = {
		.input = input,
		.gen = this->job.gen,
		.error = this->job.error,
		.refused = this->job.response.status == SCEP_FAILURE,
		.retry_after = retry_after,
		.pending_since = this->job.record.pending_since,
		.polls = this->job.record.polls,
	};

	this->cb(this->user, &outcome);
}

/**
 * End with the error in the job.
 */
static void fail(private_scep_transaction_t *this, time_t retry_after)
{
	switch (this->job.error.kind)
	{
		case SCEP_UNCONFIRMED:
			report(this, SCEP_IN_UNCONFIRMED, retry_after);
			break;
		case SCEP_PERMANENT:
			report(this, SCEP_IN_UNWANTED, retry_after);
			break;
		default:
			report(this, SCEP_IN_FAILED, retry_after);
			break;
	}
}

/**
 * Build the URL of an operation; the CA identifier goes with GetCACaps and
 * GetCACert only (RFC 8894, 4.1).
 */
static char *build_url(scep_profile_t *profile, const char *operation,
					   bool with_message)
{
	char *url = NULL, *escaped = NULL;
	const char *join = strchr(profile->url, '?') ? "&" : "?";

	if (with_message && profile->ca_identifier)
	{
		escaped = curl_easy_escape(NULL, profile->ca_identifier, 0);
	}
	if (asprintf(&url, "%s%soperation=%s%s%s", profile->url, join, operation,
				 escaped ? "&message=" : "", escaped ?: "") < 0)
	{
		url = NULL;
	}
	curl_free(escaped);
	return url;
}

/**
 * Send an HTTP request; a POST if there is a message.
 */
static bool send_http(private_scep_transaction_t *this, const char *operation,
					  chunk_t message, size_t max_body, scep_http_cb_t cb)
{
	scep_profile_t *profile = this->job.profile;
	scep_transport_t *transport = this->job.host->transport;
	scep_http_request_t request = {
		.url = build_url(profile, operation, !message.ptr),
		.body = message,
		.content_type = "application/x-pki-message",
		.max_body = max_body,
		.timeout = profile->http_timeout,
		.connect_timeout = profile->http_connect_timeout,
		.proxy = profile->http_proxy,
		.ca_file = profile->http_ca_file,
		.source = profile->http_source,
	};
	char shown[SCEP_MAX_SHOWN];

	scep_event(profile->name, SCEP_EV_SENT, "operation=%s url=%s bytes=%zu",
			   operation, scep_url_shown(request.url, shown, sizeof(shown)),
			   message.len);
	this->transfer = transport->send(transport, &request, cb, this,
									 &this->job.error);
	free((char*)request.url);
	return this->transfer != NULL;
}

/**
 * Judge an HTTP answer that has to be 200.
 */
static bool check_answer(private_scep_transaction_t *this,
						 const scep_http_answer_t *answer, const char *what)
{
	char text[SCEP_MAX_ERROR];

	if (answer->error.kind != SCEP_OK)
	{
		return scep_fail(&this->job.error, answer->error.kind, "%s: %s", what,
						 answer->error.text);
	}
	if (answer->status != 200)
	{
		return scep_fail(&this->job.error, SCEP_TRANSIENT, "%s: %s", what,
						 scep_http_describe(answer, text, sizeof(text)));
	}
	return TRUE;
}

/**
 * First half, called by a worker.
 */
static void prepare(private_scep_transaction_t *this)
{
	scep_job_prepare(&this->job);
}

/**
 * Second half, called by a worker.
 */
static void conclude(private_scep_transaction_t *this)
{
	scep_job_conclude(&this->job);
}

/**
 * A worker has concluded.
 */
static void concluded(private_scep_transaction_t *this)
{
	scep_job_t *job = &this->job;
	char text[SCEP_QUOTED_LEN], code[32] = "";

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
			report(this, SCEP_IN_PENDING, 0);
			break;
		case SCEP_FAILURE:
			if (job->response.hresult)
			{
				snprintf(code, sizeof(code), " hresult=0x%08x",
						 job->response.hresult);
			}
			scep_fail(&job->error, SCEP_TRANSIENT, "fail_info=%N text=%s%s",
					  scep_fail_info_names, job->response.fail_info,
					  scep_quote(job->response.fail_info_text, text), code);
			report(this, SCEP_IN_FAILED, 0);
			break;
	}
}

/**
 * The answer to PKIOperation came.
 */
static void got_answer(void *user, const scep_http_answer_t *answer)
{
	private_scep_transaction_t *this = user;
	scep_executor_t *executor = this->job.host->executor;

	this->transfer = NULL;
	if (!check_answer(this, answer, "PKIOperation"))
	{
		fail(this, answer->retry_after);
		return;
	}
	chunk_free(&this->job.body);
	this->job.body = chunk_clone(answer->body);
	this->busy = TRUE;
	executor->submit(executor, (scep_work_t)conclude,
					 (scep_work_t)concluded, this);
}

/**
 * A worker has prepared the message.
 */
static void prepared(private_scep_transaction_t *this)
{
	this->busy = FALSE;
	if (this->cancelled || this->job.error.kind != SCEP_OK)
	{
		fail(this, 0);
		return;
	}
	report(this, SCEP_IN_CA, 0);
	if (!send_http(this, "PKIOperation", this->job.message, SCEP_MAX_PKI_BODY,
				   got_answer))
	{
		fail(this, 0);
		return;
	}
	scep_event(this->job.profile->name,
			   this->job.type == SCEP_CERT_POLL ? SCEP_EV_POLL
												: SCEP_EV_REQUESTED,
			   "type=%N transaction_id=%s", scep_message_type_names,
			   this->job.type, this->job.record.transaction_id);
}

/**
 * The answer to GetCACert came.
 */
static void got_ca(void *user, const scep_http_answer_t *answer)
{
	private_scep_transaction_t *this = user;
	scep_executor_t *executor = this->job.host->executor;

	this->transfer = NULL;
	if (!check_answer(this, answer, "GetCACert"))
	{
		fail(this, answer->retry_after);
		return;
	}
	this->job.body = chunk_clone(answer->body);
	this->busy = TRUE;
	executor->submit(executor, (scep_work_t)prepare,
					 (scep_work_t)prepared, this);
}

/**
 * The answer to GetCACaps came. A server that has no such operation has no
 * capabilities (RFC 8894, 3.5.2); one that can't be reached is no server.
 */
static void got_caps(void *user, const scep_http_answer_t *answer)
{
	private_scep_transaction_t *this = user;

	this->transfer = NULL;
	if (answer->error.kind != SCEP_OK)
	{
		check_answer(this, answer, "GetCACaps");
		fail(this, 0);
		return;
	}
	if (answer->status == 200)
	{
		this->job.caps = scep_caps_parse(answer->body);
	}
	if (!send_http(this, "GetCACert", chunk_empty, SCEP_MAX_CERTS_BODY, got_ca))
	{
		fail(this, 0);
	}
}

/**
 * Nothing to do in a worker.
 */
static void nothing(void *user)
{
}

/**
 * An attempt that could not even start fails from the loop, not in start().
 */
static void failed_start(private_scep_transaction_t *this)
{
	this->busy = FALSE;
	fail(this, 0);
}

METHOD(scep_transaction_t, start, void,
	private_scep_transaction_t *this)
{
	scep_executor_t *executor = this->job.host->executor;
	scep_random_t *random = this->job.host->random;
	scep_job_t *job = &this->job;

	if (!random->get_bytes(random, sizeof(job->nonce), job->nonce,
						   &job->error) ||
		!random->get_bytes(random, sizeof(job->id), job->id, &job->error) ||
		!send_http(this, "GetCACaps", chunk_empty, SCEP_MAX_CAPS, got_caps))
	{
		this->busy = TRUE;
		executor->submit(executor, nothing, (scep_work_t)failed_start, this);
	}
}

METHOD(scep_transaction_t, cancel, bool,
	private_scep_transaction_t *this)
{
	scep_transport_t *transport = this->job.host->transport;

	this->cancelled = TRUE;
	if (this->transfer)
	{
		transport->cancel(transport, this->transfer);
		this->transfer = NULL;
	}
	return !this->busy;
}

METHOD(scep_transaction_t, destroy, void,
	private_scep_transaction_t *this)
{
	cancel(this);
	scep_job_clear(&this->job);
	free(this);
}

/*
 * Described in header
 */
scep_transaction_t *scep_transaction_create(scep_host_t *host,
								scep_profile_t *profile,
								scep_profile_store_t *store,
								scep_generation_t *current, bool renew,
								scep_transaction_cb_t cb, void *user)
{
	private_scep_transaction_t *this;

	INIT(this,
		.public = {
			.start = _start,
			.cancel = _cancel,
			.destroy = _destroy,
		},
		.job = {
			.host = host,
			.profile = profile->get_ref(profile),
			.store = store,
			.current = current ? current->get_ref(current) : NULL,
			.renew = renew,
		},
		.cb = cb,
		.user = user,
	);
	return &this->public;
}
