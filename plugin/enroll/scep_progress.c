/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_progress.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_knowledge.h"
#include "enroll/scep_schedule.h"
#include "base/scep_event.h"
#include "trust/scep_x509.h"

#include <limits.h>

/** While a person has to confirm a CA or change the challenge phrase, look for
 * it so often, seconds */
#define CONFIRM_INTERVAL	10

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
	 * Whether the server asked for patience, or said no: a nudge does not
	 * bring the next attempt forward then.
	 */
	bool patient;

	/**
	 * When to look whether an administrator confirmed the CA, and what was
	 * confirmed before the last attempt.
	 */
	time_t confirm_at;
	uint32_t confirmed;

	/**
	 * Whether another challenge phrase is waited for, and which there was
	 * before the last attempt.
	 */
	bool awaits_phrase;
	uint32_t phrase;

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

	snprintf(status->failed, sizeof(status->failed), "%s",
			 this->public.state == SCEP_STATE_FAILED &&
			 !this->awaits_phrase ? this->profile->digest_all : "");
	status->saved_at = max(status->saved_at, now(this));
	if (!this->store->save_status(this->store, status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

METHOD(scep_progress_t, begin, void,
	private_scep_progress_t *this)
{
	this->confirmed = scep_knowledge_confirmed(this->store);
	this->awaits_phrase = FALSE;
	this->phrase = scep_challenge_mark(this->profile, this->store);
}

METHOD(scep_progress_t, succeed, void,
	private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;

	this->public.transaction_id[0] = '\0';
	status->pending_since = 0;
	status->attempts = 0;
	status->next_at = 0;
	status->last_error[0] = '\0';
	status->last_success = now(this);
	status->renew_gen = 0;
}

METHOD(scep_progress_t, reset, void,
	private_scep_progress_t *this)
{
	this->public.status.pending_since = 0;
	this->public.status.attempts = 0;
	this->public.status.next_at = 0;
	this->awaits_phrase = FALSE;
	save(this);
}

/**
 * Event that fits a failure.
 */
static scep_event_t get_event(const scep_outcome_t *outcome)
{
	if (outcome->refused)
	{
		return SCEP_EV_REFUSED;
	}
	switch (outcome->verdict)
	{
		case SCEP_CA_MISMATCH:
			return SCEP_EV_CA_MISMATCH;
		case SCEP_CA_CHANGED:
			return SCEP_EV_CA_CHANGED;
		default:
			break;
	}
	switch (outcome->error.kind)
	{
		case SCEP_SECURITY:
			return SCEP_EV_REJECTED;
		case SCEP_UNCONFIRMED:
			return SCEP_EV_CA_UNCONFIRMED;
		case SCEP_LOCAL:
		case SCEP_EXPOSED:
			return SCEP_EV_STORE_ERROR;
		case SCEP_PERMANENT:
			return SCEP_EV_WARNING;
		default:
			return SCEP_EV_RETRY;
	}
}

METHOD(scep_progress_t, stop, void,
	private_scep_progress_t *this, scep_event_t event, const char *reason)
{
	scep_status_t *status = &this->public.status;

	status->next_at = 0;
	snprintf(status->last_error, sizeof(status->last_error), "%s", reason);
	save(this);
	scep_event(this->profile->name, event, "reason=%s", reason);
}

METHOD(scep_progress_t, await_phrase, void,
	private_scep_progress_t *this, const char *reason)
{
	this->awaits_phrase = TRUE;
	this->confirm_at = now(this) + CONFIRM_INTERVAL;
	stop(this, SCEP_EV_CHALLENGE_EXPIRED, reason);
}

METHOD(scep_progress_t, confirm_later, void,
	private_scep_progress_t *this, const char *reason)
{
	scep_status_t *status = &this->public.status;

	status->next_at = now(this) + this->profile->retry_max_interval;
	this->confirm_at = now(this) + CONFIRM_INTERVAL;
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
	if (since && now(this) >= since + this->profile->poll_timeout)
	{
		return SCEP_IN_OUT_OF_TIME;
	}
	if (since && outcome->input != SCEP_IN_PENDING)
	{
		return SCEP_IN_POLL_FAILED;
	}
	return outcome->input;
}

METHOD(scep_progress_t, give_up, void,
	private_scep_progress_t *this, const char *reason)
{
	this->public.transaction_id[0] = '\0';
	this->public.status.pending_since = 0;
	end_request(this);
	stop(this, SCEP_EV_GAVE_UP, reason);
}

/**
 * Draw the delay before the next attempt. A server's wish for patience counts
 * unless the certificate would have ended by half of what is left.
 */
static time_t draw_delay(private_scep_progress_t *this, u_int attempts,
						 time_t interval, time_t longest,
						 scep_generation_t *ending, time_t asked)
{
	time_t end = ending ? scep_x509_not_after(ending->cert) : 0;
	time_t left = end - now(this);

	if (ending)
	{
		longest = scep_patience(interval, longest,
								end - scep_x509_not_before(ending->cert), left);
		if (left > 0)
		{
			asked = min(asked, left / 2);
		}
	}
	return scep_heed(scep_backoff(attempts, interval, longest,
								  this->host->random),
					 asked, longest, this->host->random);
}

METHOD(scep_progress_t, poll_later, void,
	private_scep_progress_t *this, const scep_outcome_t *outcome,
	scep_generation_t *ending)
{
	scep_profile_t *profile = this->profile;
	time_t delay;

	delay = draw_delay(this, outcome->polls + 1, profile->poll_interval,
					   profile->poll_max_interval, ending,
					   outcome->retry_after);
	this->public.status.attempts = 0;
	this->public.status.next_at = now(this) + delay;
	save(this);
	scep_event(profile->name, SCEP_EV_PENDING, "polls=%u next_in=%us",
			   outcome->polls, (u_int)delay);
}

METHOD(scep_progress_t, retry_later, void,
	private_scep_progress_t *this, const scep_outcome_t *outcome,
	scep_generation_t *ending)
{
	scep_status_t *status = &this->public.status;
	scep_event_t event = get_event(outcome);
	time_t delay;

	this->patient = outcome->refused || outcome->declined ||
					outcome->retry_after ||
					outcome->error.kind != SCEP_TRANSIENT;
	status->attempts++;
	delay = draw_delay(this, outcome->error.kind == SCEP_PERMANENT ?
							 UINT_MAX : status->attempts,
					   this->profile->retry_interval,
					   this->profile->retry_max_interval, ending,
					   outcome->retry_after);
	status->next_at = now(this) + delay;
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
			return min(this->public.status.next_at, this->confirm_at);
		case SCEP_STATE_FAILED:
			return this->awaits_phrase ? this->confirm_at : 0;
		default:
			return 0;
	}
}

METHOD(scep_progress_t, is_ready, bool,
	private_scep_progress_t *this)
{
	if ((this->public.state == SCEP_STATE_CONFIRM_CA &&
		 this->public.status.next_at > now(this) &&
		 scep_knowledge_confirmed(this->store) == this->confirmed) ||
		(this->awaits_phrase &&
		 scep_challenge_mark(this->profile, this->store) == this->phrase))
	{
		this->confirm_at = now(this) + CONFIRM_INTERVAL;
		return FALSE;
	}
	return TRUE;
}

METHOD(scep_progress_t, look, void,
	private_scep_progress_t *this)
{
	this->confirm_at = now(this);
}

METHOD(scep_progress_t, may_nudge, bool,
	private_scep_progress_t *this)
{
	return now(this) >= this->next_nudge &&
		   (this->public.state != SCEP_STATE_WAITING || !this->patient);
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
	if (this->awaits_phrase)
	{	/* which is over by the clock of before only, maybe */
		this->confirm_at = now(this);
		this->phrase++;
	}
	else if (this->confirm_at)
	{
		this->confirm_at += delta;
	}
	if (this->next_nudge)
	{
		this->next_nudge += delta;
	}
}

METHOD(scep_progress_t, destroy, void,
	private_scep_progress_t *this)
{
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
		streq(record.digest, this->profile->request_digest))
	{
		id = record.csr.len ? record.transaction_id : NULL;
		since = record.pending_since;
	}
	set_pending(this, id, since);
	scep_request_record_clear(&record);
}

/**
 * Get the longest wait that may be on disk: a server can ask for more than we
 * would draw, if the clock of then is that of now.
 */
static time_t get_longest(private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;
	time_t longest = this->profile->retry_max_interval;

	if (status->pending_since)
	{
		longest = this->profile->poll_max_interval;
	}
	if (status->saved_at && status->saved_at <= now(this))
	{
		longest = max(longest, SCEP_MAX_RETRY_AFTER + SCEP_MAX_RETRY_AFTER / 2);
	}
	return longest;
}

/**
 * Correct a wait that is longer than any that can be: it is from another
 * clock, as of a device that knows no time when it starts. It is not known how
 * long it has to be, so it is the shortest one.
 */
static void correct_wait(private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;
	time_t longest = get_longest(this);

	if (status->next_at > now(this) + longest)
	{
		status->next_at = now(this) + min(longest, status->pending_since ?
										  this->profile->poll_interval :
										  this->profile->retry_interval);
	}
}

METHOD(scep_progress_t, adjust, void,
	private_scep_progress_t *this)
{
	scep_status_t *status = &this->public.status;

	/* by a clock that was ahead the request would never be given up */
	status->pending_since = min(now(this), status->pending_since);
	correct_wait(this);
	this->confirm_at = min(this->confirm_at, now(this));
	this->next_nudge = min(this->next_nudge, now(this));
	this->phrase += this->awaits_phrase ? 1 : 0;
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
	if (streq(status->failed, this->profile->digest_all))
	{	/* a restart is no reason to ask for the same again */
		this->public.state = SCEP_STATE_FAILED;
	}
	else if (status->pending_since)
	{
		status->next_at = max(status->next_at, now(this));
		this->public.state = SCEP_STATE_PENDING;
	}
	else if (status->next_at > now(this))
	{
		this->public.state = SCEP_STATE_WAITING;
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
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
	);
	load(this);
	return &this->public;
}
