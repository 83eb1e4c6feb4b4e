/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_outlook.h"
#include "enroll/scep_route.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_successor.h"
#include "base/scep_event.h"
#include "trust/scep_x509.h"

/** Longest time between two looks, once the end of the CA is near, and before,
 * seconds */
#define DAY			(24 * 60 * 60)
#define WEEK		(7 * DAY)

/** Looks in the life of a CA, at least */
#define LOOKS		64

typedef struct private_scep_outlook_t private_scep_outlook_t;

/**
 * Private data of a scep_outlook_t.
 */
struct private_scep_outlook_t {

	/**
	 * Public interface.
	 */
	scep_outlook_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Configuration.
	 */
	scep_profile_t *profile;

	/**
	 * State on disk.
	 */
	scep_profile_store_t *store;

	/**
	 * Certificates.
	 */
	scep_lineage_t *lineage;

	/**
	 * Has when to look, 0 for never.
	 */
	scep_status_t *status;

	/**
	 * Called when a look has ended, with its data.
	 */
	scep_transaction_cb_t cb;
	void *user;

	/**
	 * Longest time between two looks, seconds; 0 if there is nothing to see.
	 */
	time_t interval;

	/**
	 * Look under way, or NULL.
	 */
	scep_transaction_t *transaction;
};

/**
 * The time.
 */
static time_t now(private_scep_outlook_t *this)
{
	return this->host->clock->now(this->host->clock);
}

/**
 * Whether one of the servers has GetNextCACert, as far as is known: attempts
 * find that out.
 */
static bool has_operation(private_scep_outlook_t *this)
{
	scep_route_t route;
	u_int i, caps = 0;

	scep_route_find(this->profile, this->store, FALSE, now(this), &route);
	for (i = 0; i < route.count; i++)
	{
		caps |= route.servers[i].caps_seen;
	}
	return caps & SCEP_CAP_GET_NEXT_CA_CERT;
}

/**
 * Find out how often to look.
 */
static time_t find_interval(private_scep_outlook_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	certificate_t *ca = NULL;
	time_t interval, life;

	/* what can't be read is reported by who needs it */
	if (!has_operation(this) ||
		!this->store->load_pinned(this->store, &ca, NULL) || !ca)
	{
		return 0;
	}
	interval = scep_successor_is_near(ca, current ? current->cert : NULL,
									  now(this)) ? DAY : WEEK;
	life = scep_x509_not_after(ca) - scep_x509_not_before(ca);
	ca->destroy(ca);
	return max(min(interval, life / LOOKS), this->profile->retry_interval);
}

/**
 * Draw a moment in the second half of some time from now.
 */
static time_t draw(private_scep_outlook_t *this, time_t interval)
{
	return now(this) + scep_random_between(this->host->random, interval / 2,
										   interval);
}

/**
 * A look has failed: the next one is not put off for long, nor told to anybody
 * who did not ask for details, unless it was the disk.
 */
static void retry_later(private_scep_outlook_t *this,
						const scep_outcome_t *outcome)
{
	time_t at = draw(this, min(this->interval, DAY)), delay;

	delay = scep_heed(at - now(this), outcome->retry_after,
					  this->profile->retry_max_interval, this->host->random);
	this->status->look_at = now(this) + delay;
	scep_event(this->profile->name, outcome->error.kind == SCEP_LOCAL ?
									SCEP_EV_STORE_ERROR : SCEP_EV_NOTE,
			   "in=%us reason=no look for the next CA: %s", (u_int)delay,
			   outcome->error.text);
}

METHOD(scep_outlook_t, update, void,
	private_scep_outlook_t *this, bool looked)
{
	this->interval = find_interval(this);
	if (looked)
	{
		this->status->look_at = this->interval ? draw(this, this->interval) : 0;
	}
}

/**
 * A look has ended.
 */
static void on_outcome(private_scep_outlook_t *this,
					   const scep_outcome_t *outcome)
{
	scep_transaction_t *transaction = this->transaction;

	this->transaction = NULL;
	update(this, TRUE);
	if (this->interval && outcome->error.kind != SCEP_OK)
	{
		retry_later(this, outcome);
	}
	this->cb(this->user, outcome);
	transaction->destroy(transaction);
}

METHOD(scep_outlook_t, resume, bool,
	private_scep_outlook_t *this)
{
	time_t before = this->status->look_at, *at = &this->status->look_at;

	if (!this->interval)
	{
		*at = 0;
	}
	else if (!*at)
	{
		*at = draw(this, this->interval);
	}
	else if (*at <= now(this))
	{
		*at = now(this) + scep_random_between(this->host->random, 0,
											  min(this->interval, DAY) / 2);
	}
	else if (*at > now(this) + max(this->interval, SCEP_MAX_RETRY_AFTER * 3 / 2))
	{	/* longer than any that is drawn: it is from a wrong clock */
		*at = draw(this, this->interval);
	}
	return *at != before;
}

METHOD(scep_outlook_t, get_due, time_t,
	private_scep_outlook_t *this)
{
	return this->transaction ? 0 : this->status->look_at;
}

METHOD(scep_outlook_t, run, void,
	private_scep_outlook_t *this)
{
	time_t due = get_due(this);

	if (!due || due > now(this))
	{
		return;
	}
	scep_event(this->profile->name, SCEP_EV_NOTE, "reason="
			   SCEP_OUTLOOK_BEGINS);
	this->transaction = scep_transaction_create_errand(this->host,
									this->profile, this->store,
									this->lineage->get_current(this->lineage),
									SCEP_ERRAND_NEXT_CA, NULL,
									(scep_transaction_cb_t)on_outcome, this);
	this->transaction->start(this->transaction);
}

METHOD(scep_outlook_t, cancel, bool,
	private_scep_outlook_t *this)
{
	if (this->transaction)
	{	/* the next one as late as after a failure: an attempt ends this one, and
		 * there are many where the server is slow */
		this->status->look_at = draw(this, min(this->interval, DAY));
		if (!this->transaction->cancel(this->transaction))
		{
			return FALSE;
		}
		this->transaction->destroy(this->transaction);
		this->transaction = NULL;
	}
	return TRUE;
}

METHOD(scep_outlook_t, is_idle, bool,
	private_scep_outlook_t *this)
{
	return !this->transaction;
}

METHOD(scep_outlook_t, change, void,
	private_scep_outlook_t *this, scep_profile_t *profile)
{
	cancel(this);
	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
}

METHOD(scep_outlook_t, destroy, void,
	private_scep_outlook_t *this)
{
	DESTROY_IF(this->transaction);
	this->profile->destroy(this->profile);
	free(this);
}

/*
 * Described in header
 */
scep_outlook_t *scep_outlook_create(scep_host_t *host, scep_profile_t *profile,
									scep_profile_store_t *store,
									scep_lineage_t *lineage,
									scep_status_t *status,
									scep_transaction_cb_t cb, void *user)
{
	private_scep_outlook_t *this;

	INIT(this,
		.public = {
			.update = _update,
			.resume = _resume,
			.change = _change,
			.get_due = _get_due,
			.run = _run,
			.cancel = _cancel,
			.is_idle = _is_idle,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
		.lineage = lineage,
		.status = status,
		.cb = cb,
		.user = user,
	);
	return &this->public;
}
