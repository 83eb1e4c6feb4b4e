/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_enrollment.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_transaction.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "trust/scep_x509.h"

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
	 * Newest generation, and the one before; NULL if there is none.
	 */
	scep_generation_t *current, *previous;

	/**
	 * The generation that IKE has, one of the above, or NULL.
	 */
	scep_generation_t *installed;

	/**
	 * Whether IKE ever had a certificate of this profile.
	 */
	bool ever_installed;

	/**
	 * Progress.
	 */
	scep_state_t state;

	/**
	 * Attempt under way, or NULL.
	 */
	scep_transaction_t *transaction;

	/**
	 * What to do once a cancelled attempt has ended: begin anew.
	 */
	bool restart;

	/**
	 * Way to ask that the server refused last: the next attempt takes another.
	 */
	scep_way_t refused_way;

	/**
	 * Whether the profile is gone.
	 */
	bool retired;

	/**
	 * Attempts, their error, and times; kept on disk.
	 */
	scep_status_t status;

	/**
	 * Earliest time of the next nudge.
	 */
	time_t next_nudge;

	/**
	 * Whether the end of the installed certificate was reported.
	 */
	bool expiry_reported;
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
 * Start and end of a generation's validity.
 */
static void get_validity(scep_generation_t *gen, time_t *from, time_t *to)
{
	gen->cert->get_validity(gen->cert, NULL, from, to);
}

/**
 * Whether a generation's certificate is valid now.
 */
static bool is_valid(private_scep_enrollment_t *this, scep_generation_t *gen)
{
	return gen && scep_x509_valid_at(gen->cert, now(this));
}

/**
 * Write the status to disk. A failure is reported and changes nothing else:
 * the status only spares the server attempts.
 */
static void save_status(private_scep_enrollment_t *this)
{
	scep_error_t error = {};

	if (!this->store->save_status(this->store, &this->status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

/**
 * Whether there is a certificate that fits the profile, though maybe old.
 */
static bool has_fitting(private_scep_enrollment_t *this)
{
	return this->current && streq(this->current->digest,
								  this->profile->request_digest);
}

/**
 * Root that the peers are verified with, if the profile wants that.
 */
static certificate_t *load_root(private_scep_enrollment_t *this)
{
	certificate_t *root = NULL;
	scep_error_t error = {};

	if (!this->profile->trust_ca)
	{
		return NULL;
	}
	if (!this->store->load_root(this->store, &root, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	else if (!root)
	{
		scep_event(this->profile->name, SCEP_EV_WARNING, "reason=trust_ca = "
				   "yes has no effect: the pinned CA certificate is not a "
				   "self-signed root");
	}
	return root;
}

/**
 * Give the best generation to IKE: the newest that is valid; a current one
 * that is not valid yet waits for its time.
 */
static void install(private_scep_enrollment_t *this)
{
	scep_generation_t *best = this->current;
	char from[SCEP_TIME_LEN], to[SCEP_TIME_LEN];
	time_t not_before, not_after;
	certificate_t *root;

	if (!is_valid(this, best) && is_valid(this, this->previous))
	{
		best = this->previous;
	}
	if (!best || best == this->installed)
	{
		return;
	}
	root = load_root(this);
	this->host->ike->install(this->host->ike, this->profile->name, best, root,
							 this->profile->initiate && !this->ever_installed);
	DESTROY_IF(root);
	this->installed = best;
	this->ever_installed |= is_valid(this, best);
	this->expiry_reported = FALSE;
	get_validity(best, &not_before, &not_after);
	scep_event(this->profile->name, SCEP_EV_INSTALLED, "generation=%u "
			   "not_before=%s not_after=%s", best->number,
			   scep_time(not_before, from), scep_time(not_after, to));
}

/**
 * Choose the moment of renewal, once per certificate.
 */
static void schedule_renewal(private_scep_enrollment_t *this)
{
	time_t not_before, not_after, earliest;
	char at[SCEP_TIME_LEN];

	if (this->status.renew_gen != this->current->number)
	{
		get_validity(this->current, &not_before, &not_after);
		this->status.renew_gen = this->current->number;
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
	char who[SCEP_MAX_ERROR / 2], to[SCEP_TIME_LEN];
	x509_t *x509 = (x509_t*)gen->cert;
	time_t not_before, not_after;
	bool renewed = this->current != NULL;
	chunk_t serial;

	if (this->installed == this->previous)
	{
		this->installed = NULL;
	}
	DESTROY_IF(this->previous);
	this->previous = this->current;
	this->current = gen->get_ref(gen);
	this->refused_way = SCEP_WAY_NONE;
	this->status.attempts = 0;
	this->status.next_at = 0;
	this->status.last_error[0] = '\0';
	this->status.last_success = now(this);
	serial = chunk_to_hex(x509->get_serial(x509), NULL, FALSE);
	get_validity(gen, &not_before, &not_after);
	scep_event(this->profile->name, SCEP_EV_ISSUED, "serial=%s not_after=%s "
			   "certificate=%s", (char*)serial.ptr, scep_time(not_after, to),
			   scep_x509_describe(gen->cert, who, sizeof(who)));
	free(serial.ptr);
	install(this);
	if (renewed)
	{
		scep_event(this->profile->name, SCEP_EV_RENEWED, "generation=%u",
				   gen->number);
	}
	schedule_renewal(this);
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
	switch (outcome->error.kind)
	{
		case SCEP_SECURITY:
			return SCEP_EV_REJECTED;
		case SCEP_UNCONFIRMED:
			return SCEP_EV_CA_UNCONFIRMED;
		case SCEP_LOCAL:
			return SCEP_EV_STORE_ERROR;
		default:
			return SCEP_EV_RETRY;
	}
}

/**
 * Schedule the next attempt after a failure.
 */
static void retry_later(private_scep_enrollment_t *this,
						const scep_outcome_t *outcome)
{
	scep_event_t event = get_event(outcome);
	time_t delay;

	this->status.attempts++;
	delay = scep_backoff(this->status.attempts, this->profile->retry_interval,
						 this->profile->retry_max_interval, this->host->random);
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

	if (now(this) >= outcome->pending_since + profile->poll_timeout)
	{
		scep_event(profile->name, SCEP_EV_GAVE_UP, "reason=the CA did not "
				   "decide within poll.timeout");
		this->state = SCEP_STATE_FAILED;
		this->store->drop_request(this->store);
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
 * Stop until a person acts.
 */
static void stop(private_scep_enrollment_t *this, const scep_outcome_t *outcome)
{
	this->status.next_at = 0;
	snprintf(this->status.last_error, sizeof(this->status.last_error), "%s",
			 outcome->error.text);
	save_status(this);
	scep_event(this->profile->name,
			   this->state == SCEP_STATE_CONFIRM_CA ? SCEP_EV_CA_UNCONFIRMED
													: SCEP_EV_GAVE_UP,
			   "reason=%s", outcome->error.text);
}

/**
 * Start anew, with the profile as it is now.
 */
static void restart(private_scep_enrollment_t *this)
{
	this->refused_way = SCEP_WAY_NONE;
	this->status.attempts = 0;
	this->status.next_at = 0;
	save_status(this);
	if (!has_fitting(this))
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
			stop(this, outcome);
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
	transaction->destroy(transaction);
}

/**
 * Start an attempt: a renewal while the certificate is valid and is what the
 * profile asks for, else an enrolment.
 */
static void begin(private_scep_enrollment_t *this)
{
	bool renew = has_fitting(this) && is_valid(this, this->current);

	this->state = SCEP_STATE_NEED_CA;
	if (renew)
	{
		scep_event(this->profile->name, SCEP_EV_RENEWING, "generation=%u",
				   this->current->number);
	}
	this->transaction = scep_transaction_create(this->host, this->profile,
								this->store, this->current, renew,
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
			return has_fitting(this) ? this->status.renew_at : now(this);
		case SCEP_STATE_WAITING:
		case SCEP_STATE_PENDING:
			return this->status.next_at;
		default:
			return 0;
	}
}

/**
 * When something about the certificate in use changes by itself: the current
 * one becomes valid, or what is in use expires. 0 for never.
 */
static time_t get_validity_due(private_scep_enrollment_t *this)
{
	time_t not_before, not_after;

	if (this->current && this->current != this->installed)
	{
		get_validity(this->current, &not_before, &not_after);
		return not_before;
	}
	if (this->installed && !this->expiry_reported)
	{
		get_validity(this->installed, &not_before, &not_after);
		return not_after;
	}
	return 0;
}

METHOD(scep_enrollment_t, get_due, time_t,
	private_scep_enrollment_t *this)
{
	time_t attempt, validity;

	attempt = get_attempt_due(this);
	validity = get_validity_due(this);
	return !attempt ? validity : !validity ? attempt : min(attempt, validity);
}

/**
 * Report the end of the certificate in use.
 */
static void check_expiry(private_scep_enrollment_t *this)
{
	time_t not_before, not_after;
	char at[SCEP_TIME_LEN];

	if (this->installed && !this->expiry_reported)
	{
		get_validity(this->installed, &not_before, &not_after);
		if (not_after <= now(this))
		{
			scep_event(this->profile->name, SCEP_EV_EXPIRED, "not_after=%s",
					   scep_time(not_after, at));
			this->expiry_reported = TRUE;
		}
	}
}

METHOD(scep_enrollment_t, run, void,
	private_scep_enrollment_t *this)
{
	time_t due = get_attempt_due(this);

	if (this->current != this->installed && is_valid(this, this->current))
	{
		install(this);
	}
	check_expiry(this);
	if (due && due <= now(this))
	{
		step(this, SCEP_IN_DUE, NULL);
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
		(is_valid(this, this->installed) && has_fitting(this) &&
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
	}
	if (this->next_nudge)
	{
		this->next_nudge += delta;
	}
	this->expiry_reported = FALSE;
	install(this);
}

METHOD(scep_enrollment_t, change, void,
	private_scep_enrollment_t *this, scep_profile_t *profile)
{
	scep_profile_t *old = this->profile;

	if (profile->equals(profile, old))
	{
		return;
	}
	this->profile = profile->get_ref(profile);
	if (old->trust_ca != profile->trust_ca)
	{
		this->installed = NULL;
		install(this);
	}
	if (this->current && has_fitting(this))
	{	/* the window may have moved */
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
	return !this->transaction;
}

METHOD(scep_enrollment_t, retire, bool,
	private_scep_enrollment_t *this)
{
	this->retired = TRUE;
	this->host->ike->withdraw(this->host->ike, this->profile->name);
	this->installed = NULL;
	scep_event(this->profile->name, SCEP_EV_REMOVED, "reason=not configured "
			   "any more; its files stay");
	if (this->transaction && this->transaction->cancel(this->transaction))
	{
		this->transaction->destroy(this->transaction);
		this->transaction = NULL;
	}
	return !this->transaction;
}

METHOD(scep_enrollment_t, destroy, void,
	private_scep_enrollment_t *this)
{
	DESTROY_IF(this->transaction);
	DESTROY_IF(this->current);
	DESTROY_IF(this->previous);
	DESTROY_IF(this->store);
	this->profile->destroy(this->profile);
	free(this);
}

/**
 * Load a generation; one that can't be used is reported.
 */
static scep_generation_t *load(private_scep_enrollment_t *this, u_int which)
{
	scep_generation_t *gen = NULL;
	scep_error_t error = {};

	if (!this->store->load_generation(this->store, which, &gen, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	return gen;
}

/**
 * Load what is on disk.
 */
static void load_state(private_scep_enrollment_t *this)
{
	char to[SCEP_TIME_LEN];
	time_t not_before, not_after, latest;
	scep_error_t error = {};

	if (!this->store->load_status(this->store, &this->status, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	this->current = load(this, 0);
	this->previous = load(this, 1);
	if (!this->current)
	{	/* the older one is better than none */
		this->current = this->previous;
		this->previous = NULL;
	}
	if (this->current)
	{
		get_validity(this->current, &not_before, &not_after);
		scep_event(this->profile->name, SCEP_EV_LOADED, "generation=%u "
				   "not_after=%s", this->current->number,
				   scep_time(not_after, to));
	}
	/* a wait that is longer than any we would draw is from a wrong clock */
	latest = now(this) + this->profile->retry_max_interval;
	if (this->status.next_at > now(this))
	{
		this->status.next_at = min(this->status.next_at, latest);
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
	/* charon has no connection yet that could wait for it */
	this->ever_installed = is_valid(this, this->current) ||
						   is_valid(this, this->previous);
	install(this);
	if (has_fitting(this))
	{
		schedule_renewal(this);
	}
	return &this->public;
}
