/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_page.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "config/scep_secret.h"
#include "config/scep_url.h"
#include "message/scep_challenge_page.h"

/** Setting that names the page, in front of errors */
#define SETTING		"challenge_url: "

typedef struct private_scep_page_t private_scep_page_t;

/**
 * Private data of a scep_page_t.
 */
struct private_scep_page_t {

	/**
	 * Public interface.
	 */
	scep_page_t public;

	/**
	 * Data of the attempt.
	 */
	scep_job_t *job;

	/**
	 * Called with the result, and its data.
	 */
	scep_page_cb_t cb;
	void *user;

	/**
	 * Transfer under way, or NULL.
	 */
	void *transfer;
};

/**
 * Tell of a status by the first words of its page, where a phrase may be, too.
 */
static bool describe(scep_job_t *job, const scep_http_answer_t *answer)
{
	scep_challenge_page_t page;
	char words[SCEP_QUOTED_LEN];

	scep_challenge_page_parse(answer->body, &page, NULL);
	scep_quote(chunk_from_str(page.words), words);
	scep_challenge_page_clear(&page);
	return scep_fail(&job->error, SCEP_TRANSIENT, SETTING "HTTP %ld: %s",
					 answer->status, words);
}

/**
 * Tell what a status means. A person has to mend what a password is refused
 * for; asked too often with a wrong one Windows locks the user out.
 */
static bool refuse(scep_job_t *job, const scep_http_answer_t *answer)
{
	bool user = job->profile->challenge_user != NULL;

	switch (answer->status)
	{
		case 401:
			return scep_fail(&job->error, SCEP_PERMANENT, SETTING "HTTP 401, "
							 "%s", user ? "see challenge_user and "
							 "challenge_password_file (Basic needs https)" :
							 "set challenge_user "
							 "and challenge_password_file, or give charon a "
							 "Kerberos ticket");
		case 403:
			return scep_fail(&job->error, SCEP_PERMANENT, SETTING "HTTP 403, "
							 "%s may not see the page: it needs the right to "
							 "enrol, or the page https",
							 user ? "challenge_user" : "who has no name");
		default:
			return describe(job, answer);
	}
}

/**
 * The page came, or none.
 */
static void got_page(void *user, const scep_http_answer_t *answer)
{
	private_scep_page_t *this = user;
	scep_job_t *job = this->job;

	this->transfer = NULL;
	if (answer->error.kind != SCEP_OK)
	{
		scep_fail(&job->error, answer->error.kind, SETTING "%s",
				  answer->error.text);
	}
	else if (answer->status == 200)
	{
		chunk_clear(&job->page);
		job->page = chunk_clone(answer->body);
		job->want_page = FALSE;
	}
	else
	{
		refuse(job, answer);
	}
	this->cb(this->user, answer->retry_after);
}

METHOD(scep_page_t, start, bool,
	private_scep_page_t *this)
{
	scep_job_t *job = this->job;
	scep_transport_t *transport = job->host->transport;
	scep_profile_t *profile = job->profile;
	char password[SCEP_MAX_CHALLENGE + 1] = "", shown[SCEP_MAX_SHOWN];
	scep_http_request_t request = {
		.url = profile->challenge_url,
		.login = TRUE,
		.user = profile->challenge_user,
		.password = password,
		.max_body = SCEP_MAX_PAGE,
		.timeout = profile->http_timeout,
		.connect_timeout = profile->http_connect_timeout,
		.proxy = profile->http_proxy,
		.ca_file = profile->http_ca_file,
		.source = profile->http_source,
		.cert = profile->http_cert,
		.key = profile->http_key,
	};

	if (job->password.len)
	{
		memcpy(password, job->password.ptr, job->password.len);
		chunk_clear(&job->password);
	}
	scep_event(profile->name, SCEP_EV_SENT, "operation=challenge_url "
			   "method=GET url=%s bytes=0",
			   scep_url_shown(request.url, shown, sizeof(shown)));
	job->page_at = job->host->clock->now(job->host->clock);
	this->transfer = transport->send(transport, &request, got_page, this,
									 &job->error);
	memwipe(password, sizeof(password));
	return this->transfer != NULL;
}

METHOD(scep_page_t, cancel, void,
	private_scep_page_t *this)
{
	scep_transport_t *transport = this->job->host->transport;

	if (this->transfer)
	{
		transport->cancel(transport, this->transfer);
		this->transfer = NULL;
	}
}

METHOD(scep_page_t, destroy, void,
	private_scep_page_t *this)
{
	cancel(this);
	free(this);
}

/*
 * Described in header
 */
scep_page_t *scep_page_create(scep_job_t *job, scep_page_cb_t cb, void *user)
{
	private_scep_page_t *this;

	INIT(this,
		.public = {
			.start = _start,
			.cancel = _cancel,
			.destroy = _destroy,
		},
		.job = job,
		.cb = cb,
		.user = user,
	);
	return &this->public;
}

/**
 * Read the page.
 */
static bool read_page(scep_job_t *job)
{
	scep_challenge_page_t page;
	bool success;

	success = scep_challenge_page_parse(job->page, &page, &job->error) &&
			  scep_challenge_page_choose(&page, job->authority->cas,
										 &job->challenge.phrase, &job->error);
	scep_challenge_page_clear(&page);
	chunk_clear(&job->page);
	if (!success)
	{
		return scep_fail_in(&job->error, SETTING);
	}
	job->challenge.since = job->page_at;
	job->challenge.fetch = FALSE;
	return TRUE;
}

/*
 * Described in header
 */
bool scep_page_prepare(scep_job_t *job)
{
	scep_profile_t *profile = job->profile;

	if (job->page_at)
	{
		return read_page(job);
	}
	job->want_page = TRUE;
	if (profile->challenge_user)
	{
		scep_secret_read(profile->challenge_password_file,
						 "challenge_password_file", "a password", TRUE,
						 &job->password, &job->error);
	}
	return FALSE;
}
