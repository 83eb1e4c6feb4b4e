/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_progress.h"
#include "enroll/scep_lookout.h"
#include "enroll/scep_wait.h"
#include "base/scep_event.h"
#include "trust/scep_x509.h"

#include <limits.h>

typedef struct private_scep_progress_t private_scep_progress_t;

/**
 * Private data of a scep_progress_t.
 */
struct private_scep_progress_t {

	/**
	 * Public interface.
	 */
	scep_progress_t public;

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
	 * What a person has to do.
	 */
	scep_lookout_t lookout;

	/**
	 * Earliest time of the next nudge.
	 */
	time_t next_nudge;
};

/**
 * The time.
 */
static time_t now(private_scep_progress_t *this)
{
	return this->host->clock->now(this->host->clock);
}

METHOD(scep_progress_t, save, void,
	private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;
	scep_error_t error = {};

	snprintf(status->settings, sizeof(status->settings), "%s",
			 this->profile->digest_all);
	snprintf(status->failed, sizeof(status->failed), "%s",
			 this->public.state == SCEP_STATE_FAILED &&
			 !this->lookout.awaits_phrase ? this->profile->digest_all : "");
	status->unconfirmed[0] = '\0';
	if (this->public.state == SCEP_STATE_CONFIRM_CA)
	{
		scep_lookout_save(&this->lookout, status);
	}
	status->saved_at = max(status->saved_at, now(this));
	if (!this->store->save_status(this->store, status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

/**
 * Draw the time of the next attempt.
 *
 * @param ending	generation that must be replaced in time, or NULL
 * @return			delay, seconds
 */
static time_t draw_next(private_scep_progress_t *this, scep_wait_t *wait,
						scep_generation_t *ending)
{
	time_t delay;

	if (ending)
	{
		wait->not_before = scep_x509_not_before(ending->cert);
		wait->not_after = scep_x509_not_after(ending->cert);
	}
	delay = scep_wait_draw(wait, now(this), this->host->random);
	this->public.status.next_at = now(this) + delay;
	return delay;
}

METHOD(scep_progress_t, begin, void,
	private_scep_progress_t *this, scep_generation_t *ending)
{
	scep_status_t *status = &this->public.status;
	scep_wait_t wait = {
		.attempts = status->attempts + 1,
		.interval = this->profile->retry_interval,
		.longest = this->profile->retry_max_interval,
	};

	scep_lookout_begin(&this->lookout, this->profile, this->store);
	/* if the attempt ends charon it has failed, or each start made one */
	draw_next(this, &wait, ending);
	status->attempts++;
	save(this);
	status->attempts--;
}

METHOD(scep_progress_t, succeed, void,
	private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;

	this->public.transaction_id[0] = '\0';
	status->pending_since = 0;
	status->attempts = 0;
	status->patient = FALSE;
	status->next_at = 0;
	status->last_error[0] = '\0';
	status->last_success = now(this);
	status->renew_gen = 0;
	this->lookout.awaits_phrase = FALSE;
}

METHOD(scep_progress_t, reset, void,
	private_scep_progress_t *this)
{
	this->public.status.pending_since = 0;
	this->public.status.attempts = 0;
	this->public.status.patient = FALSE;
	this->public.status.next_at = 0;
	this->lookout.awaits_phrase = FALSE;
	save(this);
}

METHOD(scep_progress_t, stop, void,
	private_scep_progress_t *this, scep_event_t event, const char *reason)
{
	scep_status_t *status = &this->public.status;

	status->patient = FALSE;
	status->next_at = 0;
	snprintf(status->last_error, sizeof(status->last_error), "%s", reason);
	save(this);
	scep_event(this->profile->name, event, "reason=%s", reason);
}

METHOD(scep_progress_t, await_phrase, void,
	private_scep_progress_t *this, const char *reason)
{
	this->lookout.awaits_phrase = TRUE;
	scep_lookout_put_off(&this->lookout, now(this));
	stop(this, SCEP_EV_CHALLENGE_EXPIRED, reason);
}

METHOD(scep_progress_t, confirm_later, void,
	private_scep_progress_t *this, const char *reason)
{
	scep_status_t *status = &this->public.status;

	status->next_at = now(this) + this->profile->retry_max_interval;
	scep_lookout_put_off(&this->lookout, now(this));
	snprintf(status->last_error, sizeof(status->last_error), "%s", reason);
	save(this);
	scep_event(this->profile->name, SCEP_EV_CA_UNCONFIRMED, "reason=%s",
			   reason);
}

/**
 * End the request on disk. Its key stays: the CA may grant it yet.
 */
static void end_request(private_scep_progress_t *this)
{
	scep_request_record_t record = {};
	scep_error_t error = {};

	if (this->store->load_request(this->store, &record, &error) && record.key)
	{
		chunk_clear(&record.csr);
		record.sent = FALSE;
		record.pending_since = 0;
		this->store->save_request(this->store, &record, &error);
	}
	if (error.kind != SCEP_OK)
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	scep_request_record_clear(&record);
}

METHOD(scep_progress_t, judge, scep_input_t,
	private_scep_progress_t *this, const scep_outcome_t *outcome)
{
	time_t since = this->public.status.pending_since;

	switch (outcome->input)
	{
		case SCEP_IN_UNWANTED:
			if (this->public.state != SCEP_STATE_NEED_CA)
			{
				return outcome->input;
			}
			/* else nothing of what the CA sent is authentic; fall-through */
		case SCEP_IN_FAILED:
		case SCEP_IN_PENDING:
			break;
		default:
			return outcome->input;
	}
	if (!since)
	{
		return outcome->input;
	}
	if (outcome->input != SCEP_IN_PENDING)
	{	/* whoever did not answer may have decided long ago */
		return SCEP_IN_POLL_FAILED;
	}
	return now(this) >= since + this->profile->poll_timeout ?
		   SCEP_IN_OUT_OF_TIME : SCEP_IN_PENDING;
}

METHOD(scep_progress_t, give_up, void,
	private_scep_progress_t *this, const char *reason)
{
	this->public.transaction_id[0] = '\0';
	this->public.status.pending_since = 0;
	end_request(this);
	stop(this, SCEP_EV_GAVE_UP, reason);
}

METHOD(scep_progress_t, poll_later, void,
	private_scep_progress_t *this, const scep_outcome_t *outcome,
	scep_generation_t *ending)
{
	scep_profile_t *profile = this->profile;
	scep_wait_t wait = {
		.attempts = outcome->polls + 1,
		.interval = profile->poll_interval,
		.longest = profile->poll_max_interval,
		.asked = outcome->retry_after,
	};
	time_t delay;

	delay = draw_next(this, &wait, ending);
	this->public.status.attempts = 0;
	this->public.status.patient = FALSE;
	save(this);
	scep_event(profile->name, SCEP_EV_PENDING, "polls=%u next_in=%us",
			   outcome->polls, (u_int)delay);
}

METHOD(scep_progress_t, retry_later, void,
	private_scep_progress_t *this, const scep_outcome_t *outcome,
	scep_generation_t *ending)
{
	scep_status_t *status = &this->public.status;
	scep_event_t event = scep_outcome_event(outcome);
	scep_wait_t wait = {
		.interval = this->profile->retry_interval,
		.longest = this->profile->retry_max_interval,
		.asked = outcome->retry_after,
	};
	time_t delay;

	status->patient = outcome->refused || outcome->declined ||
					outcome->retry_after ||
					outcome->error.kind != SCEP_TRANSIENT;
	status->attempts++;
	wait.attempts = outcome->error.kind == SCEP_PERMANENT ? UINT_MAX
														  : status->attempts;
	delay = draw_next(this, &wait, ending);
	snprintf(status->last_error, sizeof(status->last_error), "%s",
			 outcome->error.text);
	save(this);
	if (event != SCEP_EV_RETRY)
	{
		scep_event(this->profile->name, event, "%s%s",
				   outcome->refused ? "" : "reason=", outcome->error.text);
	}
	scep_event(this->profile->name, SCEP_EV_RETRY, "attempt=%u in=%us "
			   "reason=%s", status->attempts, (u_int)delay,
			   outcome->error.text);
}

METHOD(scep_progress_t, set_pending, void,
	private_scep_progress_t *this, const char *id, time_t since)
{
	snprintf(this->public.transaction_id, sizeof(this->public.transaction_id),
			 "%s", id ?: "");
	/* the request does not know when the clock was set */
	if (!since || !this->public.status.pending_since)
	{
		this->public.status.pending_since = since;
	}
}

METHOD(scep_progress_t, get_due, time_t,
	private_scep_progress_t *this)
{
	switch (this->public.state)
	{
		case SCEP_STATE_WAITING:
		case SCEP_STATE_PENDING:
			return this->public.status.next_at;
		case SCEP_STATE_CONFIRM_CA:
			return min(this->public.status.next_at, this->lookout.at);
		case SCEP_STATE_FAILED:
			return this->lookout.awaits_phrase ? this->lookout.at : 0;
		default:
			return 0;
	}
}

METHOD(scep_progress_t, is_ready, bool,
	private_scep_progress_t *this)
{
	if ((this->public.state == SCEP_STATE_CONFIRM_CA &&
		 this->public.status.next_at > now(this) &&
		 !scep_lookout_is_confirmed(&this->lookout, this->store)) ||
		(this->public.state == SCEP_STATE_FAILED &&
		 scep_lookout_lacks_phrase(&this->lookout, this->profile, this->store)))
	{
		scep_lookout_put_off(&this->lookout, now(this));
		return FALSE;
	}
	return TRUE;
}

METHOD(scep_progress_t, look, void,
	private_scep_progress_t *this)
{
	this->lookout.at = now(this);
}

METHOD(scep_progress_t, may_nudge, bool,
	private_scep_progress_t *this)
{
	return now(this) >= this->next_nudge &&
		   (this->public.state != SCEP_STATE_WAITING ||
			!this->public.status.patient);
}

METHOD(scep_progress_t, nudged, void,
	private_scep_progress_t *this)
{
	this->next_nudge = now(this) + this->profile->retry_interval;
}

METHOD(scep_progress_t, change, void,
	private_scep_progress_t *this, scep_profile_t *profile)
{
	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
}

METHOD(scep_progress_t, clock_changed, void,
	private_scep_progress_t *this, time_t delta)
{
	scep_status_t *status = &this->public.status;

	if (status->pending_since)
	{
		status->pending_since += delta;
	}
	if (status->next_at)
	{
		status->next_at += delta;
	}
	if (status->pending_since || status->next_at)
	{
		save(this);
	}
	scep_lookout_clock_changed(&this->lookout, delta, now(this));
	if (this->next_nudge)
	{
		this->next_nudge += delta;
	}
}

METHOD(scep_progress_t, catch_up, void,
	private_scep_progress_t *this, scep_generation_t *gen)
{
	scep_status_t *status = &this->public.status;

	if (gen && gen->number > status->renew_gen &&
		this->public.state == SCEP_STATE_WAITING)
	{
		this->public.state = SCEP_STATE_IDLE;
		status->attempts = 0;
		status->next_at = 0;
	}
}

METHOD(scep_progress_t, destroy, void,
	private_scep_progress_t *this)
{
	if (this->public.state == SCEP_STATE_NEED_CA ||
		this->public.state == SCEP_STATE_REQUESTING)
	{	/* nothing went wrong: the next start goes on at once */
		this->public.status.next_at = 0;
		save(this);
	}
	this->profile->destroy(this->profile);
	free(this);
}

/**
 * Find out whether the request on disk is pending. One that can't be read is
 * reported by the next attempt.
 */
static void load_pending(private_scep_progress_t *this)
{
	scep_request_record_t record = {};
	const char *id = NULL;
	time_t since = 0;

	if (this->store->load_request(this->store, &record, NULL) && record.key &&
		record.csr.len && /* it has not ended */
		streq(record.digest, this->profile->request_digest))
	{
		id = record.transaction_id;
		since = record.pending_since;
	}
	set_pending(this, id, since);
	scep_request_record_clear(&record);
}

METHOD(scep_progress_t, adjust, void,
	private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;

	/* by a clock that was ahead the request would never be given up, nor a
	 * revoked certificate be replaced */
	status->pending_since = min(now(this), status->pending_since);
	status->last_success = min(now(this), status->last_success);
	scep_wait_correct(status, this->profile, now(this));
	scep_lookout_adjust(&this->lookout, now(this));
	this->next_nudge = min(this->next_nudge, now(this));
}

/**
 * Find out what goes on after a restart, which is no reason to ask for the same
 * again.
 */
static scep_state_t find_state(private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;

	if (streq(status->failed, this->profile->digest_all))
	{
		return SCEP_STATE_FAILED;
	}
	if (status->unconfirmed[0] && status->next_at)
	{
		scep_lookout_load(&this->lookout, status, now(this));
		return SCEP_STATE_CONFIRM_CA;
	}
	if (status->pending_since)
	{
		status->next_at = max(status->next_at, now(this));
		return SCEP_STATE_PENDING;
	}
	return status->next_at > now(this) ? SCEP_STATE_WAITING : SCEP_STATE_IDLE;
}

/**
 * Load what is on disk.
 */
static void load(private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;
	scep_error_t error = {};

	if (!this->store->load_status(this->store, status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	load_pending(this);
	if (status->settings[0] &&
		!streq(status->settings, this->profile->digest_all))
	{	/* a restart with other settings is as good as a reload */
		status->attempts = 0;
		status->patient = FALSE;
		status->next_at = 0;
	}
	this->public.state = find_state(this);
	if (this->public.state == SCEP_STATE_FAILED)
	{	/* who looks into the log of now, not into that of then, learns why */
		scep_event(this->profile->name, SCEP_EV_GAVE_UP, "reason=%s",
				   status->last_error);
	}
}

/*
 * Described in header
 */
scep_progress_t *scep_progress_create(scep_host_t *host,
									  scep_profile_t *profile,
									  scep_profile_store_t *store)
{
	private_scep_progress_t *this;

	INIT(this,
		.public = {
			.save = _save,
			.begin = _begin,
			.succeed = _succeed,
			.reset = _reset,
			.poll_later = _poll_later,
			.retry_later = _retry_later,
			.judge = _judge,
			.confirm_later = _confirm_later,
			.stop = _stop,
			.await_phrase = _await_phrase,
			.give_up = _give_up,
			.set_pending = _set_pending,
			.get_due = _get_due,
			.is_ready = _is_ready,
			.look = _look,
			.may_nudge = _may_nudge,
			.nudged = _nudged,
			.change = _change,
			.adjust = _adjust,
			.clock_changed = _clock_changed,
			.catch_up = _catch_up,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
	);
	load(this);
	return &this->public;
}
