/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_enrollment.h"
#include "enroll/scep_expiry.h"
#include "enroll/scep_knowledge.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_revocation.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_transaction.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

/** While a CA is not confirmed, look for it so often, seconds */
#define CONFIRM_INTERVAL	10

/** A clock that jumps by more was wrong before, seconds: validities may have
 * been misjudged */
#define CLOCK_WRONG		(60 * 60)

typedef struct private_scep_enrollment_t private_scep_enrollment_t;

/**
 * Private data of a scep_enrollment_t.
 */
struct private_scep_enrollment_t {

	/**
	 * Public interface.
	 */
	scep_enrollment_t public;

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
	 * Key and certificate, now and before.
	 */
	scep_lineage_t *lineage;

	/**
	 * CRL of the CA.
	 */
	scep_revocation_t *revocation;

	/**
	 * Progress.
	 */
	scep_state_t state;

	/**
	 * Attempt under way, or NULL.
	 */
	scep_transaction_t *transaction;

	/**
	 * Whether an attempt begins once a cancelled GetCRL has ended.
	 */
	bool begin_later;

	/**
	 * What to do once a cancelled attempt has ended: begin anew.
	 */
	bool restart;

	/**
	 * Way to ask that the server refused last: the next attempt takes another.
	 */
	scep_way_t refused_way;

	/**
	 * Whether the server asked for patience, or said no: a nudge does not
	 * bring the next attempt forward then.
	 */
	bool patient;

	/**
	 * Whether the profile is gone.
	 */
	bool retired;

	/**
	 * Attempts, their error, and times; kept on disk.
	 */
	scep_status_t status;

	/**
	 * Since when a request is pending, 0 if none is.
	 */
	time_t pending_since;

	/**
	 * When to look whether an administrator confirmed the CA, and what was
	 * confirmed before the last attempt.
	 */
	time_t confirm_at;
	uint32_t confirmed;

	/**
	 * Earliest time of the next nudge.
	 */
	time_t next_nudge;
};

static void begin(private_scep_enrollment_t *this);

/**
 * The time.
 */
static time_t now(private_scep_enrollment_t *this)
{
	return this->host->clock->now(this->host->clock);
}

/**
 * Write the status to disk. A failure is reported and changes nothing else:
 * the status only spares the server attempts.
 */
static void save_status(private_scep_enrollment_t *this)
{
	scep_error_t error = {};

	snprintf(this->status.failed, sizeof(this->status.failed), "%s",
			 this->state == SCEP_STATE_FAILED ? this->profile->digest_all : "");
	this->status.crl_at = this->revocation->get_due(this->revocation);
	if (!this->store->save_status(this->store, &this->status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

/**
 * Choose the moment of renewal, once per certificate.
 */
static void schedule_renewal(private_scep_enrollment_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	time_t not_before, not_after, earliest;
	char at[SCEP_TIME_LEN];

	current->cert->get_validity(current->cert, NULL, &not_before, &not_after);
	if (this->status.renew_gen != current->number ||
		this->status.renew_at < not_before || this->status.renew_at > not_after)
	{
		this->status.renew_gen = current->number;
		this->status.renew_at = scep_renewal_time(this->profile, not_before,
											not_after, this->host->random);
		/* a window that is due as soon as a certificate is issued must not
		 * make requests without end */
		earliest = now(this) + this->profile->retry_interval;
		this->status.renew_at = max(this->status.renew_at, earliest);
		save_status(this);
	}
	scep_event(this->profile->name, SCEP_EV_RENEWAL_SCHEDULED, "at=%s",
			   scep_time(this->status.renew_at, at));
}

/**
 * A new certificate is on disk.
 */
static void adopt(private_scep_enrollment_t *this, scep_generation_t *gen)
{
	this->refused_way = SCEP_WAY_NONE;
	this->pending_since = 0;
	this->status.attempts = 0;
	this->status.next_at = 0;
	this->status.last_error[0] = '\0';
	this->status.last_success = now(this);
	this->status.renew_gen = 0;
	if (this->lineage->adopt(this->lineage, gen))
	{
		scep_event(this->profile->name, SCEP_EV_RENEWED, "generation=%u",
				   gen->number);
	}
	this->revocation->adopt(this->revocation, gen);
	schedule_renewal(this);
}

/**
 * Replace the certificate if it was found to be revoked, now or a while after
 * the last one came.
 */
static void check_revocation(private_scep_enrollment_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	time_t at;

	at = max(now(this), this->status.last_success +
						this->profile->retry_interval);
	if (this->revocation->is_revoked(this->revocation) &&
		(this->status.renew_gen != current->number ||
		 this->status.renew_at > at))
	{
		this->status.renew_gen = current->number;
		this->status.renew_at = at;
	}
}

/**
 * A GetCRL has ended.
 */
static void on_revocation(private_scep_enrollment_t *this)
{
	if (this->begin_later && !this->retired)
	{
		this->begin_later = FALSE;
		begin(this);
	}
	else if (!this->retired)
	{
		check_revocation(this);
		save_status(this);
	}
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
			return SCEP_EV_STORE_ERROR;
		case SCEP_PERMANENT:
			return SCEP_EV_WARNING;
		default:
			return SCEP_EV_RETRY;
	}
}

/**
 * Stop until a person acts. An unconfirmed CA is looked at again: who answered
 * for it is not known.
 */
static void give_up(private_scep_enrollment_t *this, scep_event_t event,
					const char *reason)
{
	this->status.next_at = 0;
	if (this->state == SCEP_STATE_CONFIRM_CA)
	{
		this->status.next_at = now(this) + this->profile->retry_max_interval;
		this->confirm_at = now(this) + CONFIRM_INTERVAL;
	}
	snprintf(this->status.last_error, sizeof(this->status.last_error), "%s",
			 reason);
	save_status(this);
	scep_event(this->profile->name, event, "reason=%s", reason);
}

/**
 * End the request on disk. Its key stays: the CA may grant it yet.
 */
static void end_request(private_scep_enrollment_t *this)
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

/**
 * Give up if the CA takes too long to decide.
 */
static bool is_timed_out(private_scep_enrollment_t *this)
{
	if (!this->pending_since ||
		now(this) < this->pending_since + this->profile->poll_timeout)
	{
		return FALSE;
	}
	this->pending_since = 0;
	this->state = SCEP_STATE_FAILED;
	end_request(this);
	give_up(this, SCEP_EV_GAVE_UP, "the CA did not decide within poll.timeout");
	return TRUE;
}

/**
 * Schedule the next attempt after a failure. While a request is pending that
 * is a poll, which a nudge does not bring forward.
 */
static void retry_later(private_scep_enrollment_t *this,
						const scep_outcome_t *outcome)
{
	scep_event_t event = get_event(outcome);
	time_t delay;

	if (is_timed_out(this))
	{
		return;
	}
	if (this->pending_since)
	{
		this->state = SCEP_STATE_PENDING;
	}
	this->patient = outcome->refused || outcome->declined ||
					outcome->retry_after ||
					outcome->error.kind != SCEP_TRANSIENT;
	this->status.attempts++;
	delay = scep_backoff(this->status.attempts, this->profile->retry_interval,
						 this->profile->retry_max_interval, this->host->random);
	if (outcome->error.kind == SCEP_PERMANENT)
	{
		delay = this->profile->retry_max_interval;
	}
	delay = max(delay, outcome->retry_after);
	this->status.next_at = now(this) + delay;
	snprintf(this->status.last_error, sizeof(this->status.last_error), "%s",
			 outcome->error.text);
	save_status(this);
	if (event != SCEP_EV_RETRY)
	{
		scep_event(this->profile->name, event, "%s%s",
				   outcome->refused ? "" : "reason=", outcome->error.text);
	}
	scep_event(this->profile->name, SCEP_EV_RETRY, "attempt=%u in=%us "
			   "reason=%s", this->status.attempts, (u_int)delay,
			   outcome->error.text);
}

/**
 * Schedule the next CertPoll, or give up.
 */
static void poll_later(private_scep_enrollment_t *this,
					   const scep_outcome_t *outcome)
{
	scep_profile_t *profile = this->profile;
	time_t delay;

	if (is_timed_out(this))
	{
		return;
	}
	delay = scep_backoff(outcome->polls + 1, profile->poll_interval,
						 profile->poll_max_interval, this->host->random);
	delay = max(delay, outcome->retry_after);
	this->status.attempts = 0;
	this->status.next_at = now(this) + delay;
	save_status(this);
	scep_event(profile->name, SCEP_EV_PENDING, "polls=%u next_in=%us",
			   outcome->polls, (u_int)delay);
}

/**
 * Whether the CA of before is not the one that the profile trusts now.
 */
static bool is_distrusted(private_scep_enrollment_t *this)
{
	scep_knowledge_t knowledge;
	bool distrusted;

	scep_knowledge_load(this->profile, this->store, &knowledge);
	distrusted = knowledge.trust.known && !knowledge.known_trusted;
	scep_knowledge_clear(&knowledge);
	return distrusted;
}

/**
 * Start anew, with the profile as it is now.
 */
static void restart(private_scep_enrollment_t *this)
{
	this->refused_way = SCEP_WAY_NONE;
	this->begin_later = FALSE;
	this->pending_since = 0;
	this->status.attempts = 0;
	this->status.next_at = 0;
	save_status(this);
	if (!this->lineage->fits(this->lineage) || is_distrusted(this))
	{
		begin(this);
	}
}

/**
 * Make a step of the machine and do what it says.
 */
static void step(private_scep_enrollment_t *this, scep_input_t input,
				 const scep_outcome_t *outcome)
{
	scep_step_t next;

	next = scep_machine_step(this->state, input);
	this->state = next.state;
	switch (next.action)
	{
		case SCEP_DO_NOTHING:
			break;
		case SCEP_DO_BEGIN:
			begin(this);
			break;
		case SCEP_DO_INSTALL:
			adopt(this, outcome->gen);
			break;
		case SCEP_DO_POLL_LATER:
			poll_later(this, outcome);
			break;
		case SCEP_DO_RETRY_LATER:
			retry_later(this, outcome);
			break;
		case SCEP_DO_STOP:
			give_up(this, this->state == SCEP_STATE_CONFIRM_CA ?
						  SCEP_EV_CA_UNCONFIRMED : SCEP_EV_GAVE_UP,
					outcome->error.text);
			break;
		case SCEP_DO_RESTART:
			restart(this);
			break;
	}
}

/**
 * An attempt goes on or has ended.
 */
static void on_outcome(private_scep_enrollment_t *this,
					   const scep_outcome_t *outcome)
{
	scep_transaction_t *transaction = this->transaction;

	if (outcome->record_loaded)
	{
		this->pending_since = outcome->pending_since;
	}
	if (outcome->input == SCEP_IN_CA)
	{
		step(this, SCEP_IN_CA, outcome);
		return;
	}
	this->transaction = NULL;
	if (outcome->declined)
	{
		this->refused_way = outcome->way;
	}
	if (this->retired)
	{	/* nothing more */
	}
	else if (this->restart)
	{
		this->restart = FALSE;
		this->state = SCEP_STATE_IDLE;
		if (outcome->gen)
		{	/* on disk meanwhile, and maybe what the profile asks for now */
			adopt(this, outcome->gen);
		}
		restart(this);
	}
	else
	{
		if (this->state == SCEP_STATE_NEED_CA &&
			outcome->input == SCEP_IN_ISSUED)
		{
			this->state = SCEP_STATE_REQUESTING;
		}
		step(this, outcome->input, outcome);
	}
	if (!this->retired)
	{	/* the CA may have announced another one, or given way to it */
		this->lineage->update_roots(this->lineage);
	}
	transaction->destroy(transaction);
}

/**
 * Start an attempt: a renewal while the certificate is valid, not revoked, and
 * is what the profile asks for, else an enrolment.
 */
static void begin(private_scep_enrollment_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	bool renew = this->lineage->fits(this->lineage) &&
				 this->lineage->is_current_valid(this->lineage) &&
				 !this->revocation->is_revoked(this->revocation);

	this->state = SCEP_STATE_NEED_CA;
	if (!this->revocation->cancel(this->revocation))
	{
		this->begin_later = TRUE;
		return;
	}
	this->confirmed = scep_knowledge_confirmed(this->store);
	if (renew)
	{
		scep_event(this->profile->name, SCEP_EV_RENEWING, "generation=%u",
				   current->number);
	}
	this->transaction = scep_transaction_create(this->host, this->profile,
								this->store, current, renew,
								this->refused_way,
								(scep_transaction_cb_t)on_outcome, this);
	this->transaction->start(this->transaction);
}

METHOD(scep_enrollment_t, get_name, const char*,
	private_scep_enrollment_t *this)
{
	return this->profile->name;
}

METHOD(scep_enrollment_t, get_state, scep_state_t,
	private_scep_enrollment_t *this)
{
	return this->state;
}

/**
 * When the next attempt is due, 0 for never.
 */
static time_t get_attempt_due(private_scep_enrollment_t *this)
{
	switch (this->state)
	{
		case SCEP_STATE_IDLE:
			return this->lineage->fits(this->lineage) ? this->status.renew_at
													  : now(this);
		case SCEP_STATE_WAITING:
		case SCEP_STATE_PENDING:
			return this->status.next_at;
		case SCEP_STATE_CONFIRM_CA:
			return min(this->status.next_at, this->confirm_at);
		default:
			return 0;
	}
}

/**
 * When the CRL is due, 0 for never: not beside a request under way.
 */
static time_t get_crl_due(private_scep_enrollment_t *this)
{
	switch (this->state)
	{
		case SCEP_STATE_IDLE:
		case SCEP_STATE_WAITING:
		case SCEP_STATE_FAILED:
			return this->transaction ? 0 :
						this->revocation->get_due(this->revocation);
		default:
			return 0;
	}
}

/**
 * Get the earlier one of two moments, of which 0 is never.
 */
static time_t earlier(time_t a, time_t b)
{
	return !a ? b : !b ? a : min(a, b);
}

METHOD(scep_enrollment_t, get_due, time_t,
	private_scep_enrollment_t *this)
{
	time_t due;

	due = earlier(get_attempt_due(this), this->lineage->get_due(this->lineage));
	due = earlier(due, get_crl_due(this));
	return earlier(due,
				   scep_expiry_due(this->lineage->get_ending(this->lineage),
								   &this->status));
}

/**
 * Whether it is time to look at an unconfirmed CA again: an administrator
 * confirmed something, or the server may have another one by now.
 */
static bool is_confirmed(private_scep_enrollment_t *this)
{
	return scep_knowledge_confirmed(this->store) != this->confirmed ||
		   this->status.next_at <= now(this);
}

METHOD(scep_enrollment_t, run, void,
	private_scep_enrollment_t *this)
{
	time_t due = get_attempt_due(this);

	this->lineage->run(this->lineage);
	if (scep_expiry_report(this->profile->name,
						   this->lineage->get_ending(this->lineage),
						   &this->status, now(this)))
	{
		save_status(this);
	}
	if (due && due <= now(this))
	{
		if (this->state == SCEP_STATE_CONFIRM_CA && !is_confirmed(this))
		{
			this->confirm_at = now(this) + CONFIRM_INTERVAL;
			return;
		}
		step(this, SCEP_IN_DUE, NULL);
	}
	if (get_crl_due(this))
	{
		this->revocation->run(this->revocation);
	}
}

METHOD(scep_enrollment_t, nudge, void,
	private_scep_enrollment_t *this, identification_t *id)
{
	enumerator_t *enumerator;
	scep_state_t before = this->state;
	identification_t *san;
	bool ours;

	ours = this->profile->subject->matches(this->profile->subject, id) ||
		   this->profile->subject->equals(this->profile->subject, id);
	enumerator = this->profile->sans->create_enumerator(this->profile->sans);
	while (!ours && enumerator->enumerate(enumerator, &san))
	{
		ours = san->equals(san, id);
	}
	enumerator->destroy(enumerator);
	if (!ours || now(this) < this->next_nudge ||
		(this->state == SCEP_STATE_WAITING && this->patient) ||
		(this->lineage->is_installed_valid(this->lineage) &&
		 this->lineage->fits(this->lineage) &&
		 this->status.renew_at > now(this)))
	{	/* the peer's fault, somebody else's, or just tried */
		return;
	}
	step(this, SCEP_IN_NUDGE, NULL);
	if (this->state != before)
	{	/* one that came during an attempt had no effect, and counts not */
		this->next_nudge = now(this) + this->profile->retry_interval;
	}
}

METHOD(scep_enrollment_t, clock_changed, void,
	private_scep_enrollment_t *this, time_t delta)
{
	if (this->status.next_at)
	{
		this->status.next_at += delta;
		if (this->state == SCEP_STATE_WAITING &&
			(delta > CLOCK_WRONG || delta < -CLOCK_WRONG))
		{	/* the last attempt may have failed for it */
			this->status.next_at = now(this);
		}
		save_status(this);
	}
	if (this->confirm_at)
	{
		this->confirm_at += delta;
	}
	if (this->next_nudge)
	{
		this->next_nudge += delta;
	}
	this->revocation->clock_changed(this->revocation, delta);
	this->lineage->clock_changed(this->lineage);
	scep_expiry_resume(this->lineage->get_ending(this->lineage), &this->status,
					   now(this));
}

/**
 * Whether two profiles renew in the same window.
 */
static bool same_window(scep_profile_t *a, scep_profile_t *b)
{
	return a->renew_from.percent == b->renew_from.percent &&
		   a->renew_from.value == b->renew_from.value &&
		   a->renew_to.percent == b->renew_to.percent &&
		   a->renew_to.value == b->renew_to.value;
}

METHOD(scep_enrollment_t, change, void,
	private_scep_enrollment_t *this, scep_profile_t *profile)
{
	scep_profile_t *old = this->profile;

	if (profile->equals(profile, old))
	{
		this->confirm_at = now(this);
		return;
	}
	this->profile = profile->get_ref(profile);
	this->lineage->change(this->lineage, profile);
	this->revocation->change(this->revocation, profile);
	if (this->lineage->fits(this->lineage) &&
		!same_window(old, profile))
	{
		this->status.renew_gen = 0;
		schedule_renewal(this);
	}
	old->destroy(old);
	if (this->transaction && !this->transaction->cancel(this->transaction))
	{
		this->restart = TRUE;
		return;
	}
	DESTROY_IF(this->transaction);
	this->transaction = NULL;
	step(this, SCEP_IN_CHANGED, NULL);
}

METHOD(scep_enrollment_t, is_idle, bool,
	private_scep_enrollment_t *this)
{
	return !this->transaction && this->revocation->is_idle(this->revocation);
}

METHOD(scep_enrollment_t, retire, bool,
	private_scep_enrollment_t *this)
{
	this->retired = TRUE;
	this->lineage->withdraw(this->lineage);
	scep_event(this->profile->name, SCEP_EV_REMOVED, "reason=not configured "
			   "any more; its files stay");
	if (this->transaction && this->transaction->cancel(this->transaction))
	{
		this->transaction->destroy(this->transaction);
		this->transaction = NULL;
	}
	this->revocation->cancel(this->revocation);
	return is_idle(this);
}

METHOD(scep_enrollment_t, destroy, void,
	private_scep_enrollment_t *this)
{
	DESTROY_IF(this->transaction);
	DESTROY_IF(this->revocation);
	DESTROY_IF(this->lineage);
	DESTROY_IF(this->store);
	this->profile->destroy(this->profile);
	free(this);
}

/**
 * Find out since when the request on disk is pending. One that can't be read
 * is reported by the next attempt.
 */
static void load_pending(private_scep_enrollment_t *this)
{
	scep_request_record_t record = {};

	if (this->store->load_request(this->store, &record, NULL) && record.key &&
		streq(record.digest, this->profile->request_digest))
	{
		this->pending_since = record.pending_since;
	}
	scep_request_record_clear(&record);
}

/**
 * Load what is on disk.
 */
static void load_state(private_scep_enrollment_t *this)
{
	scep_error_t error = {};
	time_t latest;

	if (!this->store->load_status(this->store, &this->status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	load_pending(this);
	/* a wait that is longer than any we would draw is from a wrong clock */
	latest = now(this) + (this->pending_since ? this->profile->poll_max_interval
										: this->profile->retry_max_interval);
	this->status.next_at = min(this->status.next_at, latest);
	if (streq(this->status.failed, this->profile->digest_all))
	{	/* a restart is no reason to ask for the same again */
		this->state = SCEP_STATE_FAILED;
	}
	else if (this->pending_since)
	{
		this->status.next_at = max(this->status.next_at, now(this));
		this->state = SCEP_STATE_PENDING;
	}
	else if (this->status.next_at > now(this))
	{
		this->state = SCEP_STATE_WAITING;
	}
}

/*
 * Described in header
 */
scep_enrollment_t *scep_enrollment_create(scep_host_t *host,
										  scep_profile_t *profile)
{
	private_scep_enrollment_t *this;
	scep_error_t error = {};

	INIT(this,
		.public = {
			.get_name = _get_name,
			.get_state = _get_state,
			.get_due = _get_due,
			.run = _run,
			.nudge = _nudge,
			.clock_changed = _clock_changed,
			.change = _change,
			.retire = _retire,
			.is_idle = _is_idle,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = host->store->open(host->store, profile->name, &error),
	);
	if (!this->store)
	{
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s", error.text);
		destroy(this);
		return NULL;
	}
	load_state(this);
	this->lineage = scep_lineage_create(host, profile, this->store);
	this->lineage->load(this->lineage);
	this->revocation = scep_revocation_create(host, profile, this->store,
								(scep_revocation_cb_t)on_revocation, this);
	this->revocation->load(this->revocation,
						   this->lineage->get_current(this->lineage),
						   this->status.crl_at);
	scep_expiry_resume(this->lineage->get_ending(this->lineage), &this->status,
					   now(this));
	if (this->lineage->fits(this->lineage))
	{
		schedule_renewal(this);
		check_revocation(this);
	}
	return &this->public;
}
