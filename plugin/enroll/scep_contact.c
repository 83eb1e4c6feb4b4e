/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_contact.h"
#include "enroll/scep_route.h"
#include "enroll/scep_successor.h"
#include "base/scep_event.h"
#include "config/scep_url.h"

typedef struct private_scep_contact_t private_scep_contact_t;

/**
 * Private data of a scep_contact_t.
 */
struct private_scep_contact_t {

	/**
	 * Public interface.
	 */
	scep_contact_t public;

	/**
	 * Data of the attempt.
	 */
	scep_job_t *job;

	/**
	 * Operations over HTTP.
	 */
	scep_exchange_t *exchange;

	/**
	 * Called at the end, with its data.
	 */
	scep_contact_cb_t cb;
	void *user;

	/**
	 * URLs to try, and the one that is tried.
	 */
	scep_route_t route;
	u_int index;

	/**
	 * Longest Retry-After so far, seconds.
	 */
	time_t retry_after;
};

/**
 * The time.
 */
static time_t now(private_scep_contact_t *this)
{
	return this->job->host->clock->now(this->job->host->clock);
}

/**
 * Tell which URL is used from now on.
 */
static void announce(private_scep_contact_t *this, const char *reason)
{
	char shown[SCEP_MAX_SHOWN];

	/* a look that is made whether there is something or not is no news */
	scep_event(this->job->profile->name,
			   this->job->errand == SCEP_ERRAND_NEXT_CA ? SCEP_EV_NOTE
														: SCEP_EV_SERVER,
			   "url=%s reason=%s",
			   scep_url_shown(this->route.urls[this->index], shown,
							  sizeof(shown)), reason);
}

METHOD(scep_contact_t, failed, void,
	private_scep_contact_t *this)
{
	scep_job_t *job = this->job;
	scep_error_t error = {};

	if (this->route.count == 1)
	{	/* there is no other one */
		return;
	}
	job->server.failed_at = now(this);
	if (!job->store->save_server(job->store, job->url,
								 job->profile->ca_identifier, &job->server,
								 &error))
	{
		scep_event(job->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

static void got_caps(void *user, const scep_reply_t *reply);

/**
 * Try a URL.
 */
static bool try_url(private_scep_contact_t *this)
{
	scep_job_t *job = this->job;

	job->url = this->route.urls[this->index];
	job->server = this->route.servers[this->index];
	job->caps = 0;
	this->exchange->url = job->url;
	this->exchange->other_form = job->server.other_identifier;
	return this->exchange->fetch(this->exchange, "GetCACaps", SCEP_MAX_CAPS,
								 got_caps, this, &job->error);
}

/**
 * Try the next URL, where the server of this one can't be reached.
 */
static void try_next(private_scep_contact_t *this, const scep_reply_t *reply)
{
	scep_error_t *error = &this->job->error;

	*error = reply->error;
	this->retry_after = max(this->retry_after, reply->retry_after);
	failed(this);
	if (++this->index < this->route.count)
	{
		announce(this, error->text);
		*error = (scep_error_t){};
		if (try_url(this))
		{
			return;
		}
	}
	this->cb(this->user, this->retry_after);
}

/**
 * The server said no.
 */
static void give_up(private_scep_contact_t *this, const scep_reply_t *reply)
{
	this->job->error = reply->error;
	this->cb(this->user, max(this->retry_after, reply->retry_after));
}

/**
 * The answer to GetCACert came. A server that fails to tell its CA is no use.
 */
static void got_ca(void *user, const scep_reply_t *reply)
{
	private_scep_contact_t *this = user;
	scep_job_t *job = this->job;

	if (reply->unreachable || reply->status >= 500)
	{
		try_next(this, reply);
		return;
	}
	if (reply->error.kind != SCEP_OK)
	{
		give_up(this, reply);
		return;
	}
	job->server.other_identifier = this->exchange->other_form;
	job->server.failed_at = 0;
	job->body = chunk_clone(reply->body);
	this->cb(this->user, 0);
}

/**
 * The answer to GetCACaps came. A server that has no such operation has no
 * capabilities (RFC 8894, 3.5.2); one that can't be reached is no server.
 */
static void got_caps(void *user, const scep_reply_t *reply)
{
	private_scep_contact_t *this = user;
	scep_job_t *job = this->job;

	if (reply->unreachable)
	{
		try_next(this, reply);
		return;
	}
	if (reply->error.kind == SCEP_OK)
	{
		job->caps = scep_caps_parse(reply->body);
	}
	else if (!reply->refused)
	{
		give_up(this, reply);
		return;
	}
	if (job->errand == SCEP_ERRAND_NEXT_CA && !scep_successor_wanted(job))
	{
		this->cb(this->user, 0);
		return;
	}
	if (!this->exchange->fetch(this->exchange, "GetCACert", SCEP_MAX_CERTS_BODY,
							   got_ca, this, &job->error))
	{
		this->cb(this->user, this->retry_after);
	}
}

METHOD(scep_contact_t, start, bool,
	private_scep_contact_t *this)
{
	scep_route_t *route = &this->route;

	scep_route_find(this->job->profile, this->job->store, !this->job->errand,
					now(this), route);
	if (route->servers[0].failed_at &&
		!scep_route_rests(&route->servers[0], now(this)))
	{
		announce(this, "it is tried again, after it failed");
	}
	return try_url(this);
}

METHOD(scep_contact_t, destroy, void,
	private_scep_contact_t *this)
{
	free(this);
}

/*
 * Described in header
 */
scep_contact_t *scep_contact_create(scep_job_t *job, scep_exchange_t *exchange,
									scep_contact_cb_t cb, void *user)
{
	private_scep_contact_t *this;

	INIT(this,
		.public = {
			.start = _start,
			.failed = _failed,
			.destroy = _destroy,
		},
		.job = job,
		.exchange = exchange,
		.cb = cb,
		.user = user,
	);
	return &this->public;
}
