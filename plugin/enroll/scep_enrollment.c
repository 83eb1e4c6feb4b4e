/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_enrollment.h"
#include "enroll/scep_attempt.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_progress.h"
#include "enroll/scep_revocation.h"
#include "enroll/scep_sanity.h"
#include "enroll/scep_tenure.h"
#include "enroll/scep_wish.h"
#include "base/scep_event.h"
#include "config/scep_names.h"

/** A clock that jumps by more was wrong before, seconds: validities may have
 * been misjudged */
#define CLOCK_WRONG	(60 * 60)

/** Why nothing is done */
#define SUSPECT		"the clock is not to be believed, set it"

/** Why a request ended that a person cancelled */
#define CANCELLED	"cancelled, until somebody enrols or changes the profile"

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
	 * Time in office of the certificate.
	 */
	scep_tenure_t *tenure;

	/**
	 * Judge of the clock.
	 */
	scep_sanity_t *sanity;

	/**
	 * Progress of the request, and its times.
	 */
	scep_progress_t *progress;

	/**
	 * Attempt under way.
	 */
	scep_attempt_t *attempt;

	/**
	 * What the end of a stopped attempt means: begin anew, nothing more, or
	 * try again with another clock.
	 */
	bool restart, cancelled, interrupted;

	/**
	 * Whether a GetCRL has to end before the profile's trust is followed.
	 */
	bool trust_later;

	/**
	 * Whether a challenge phrase came during the attempt.
	 */
	bool new_phrase;

	/**
	 * What people see of the CA, and whether that is how it is on disk.
	 */
	scep_ca_view_t ca;
	bool ca_seen;

	/**
	 * What happened so far.
	 */
	scep_counters_t counters;

	/**
	 * Whether the profile is gone.
	 */
	bool retired;
};

static void step(private_scep_enrollment_t *this, scep_input_t input,
				 const scep_outcome_t *outcome);

/**
 * The time.
 */
static time_t now(private_scep_enrollment_t *this)
{
	return this->host->clock->now(this->host->clock);
}

/**
 * Write the status to disk.
 */
static void save_status(private_scep_enrollment_t *this)
{
	this->progress->status.crl_at =
								this->revocation->get_due(this->revocation);
	this->progress->save(this->progress);
}

METHOD(scep_enrollment_t, is_idle, bool,
	private_scep_enrollment_t *this)
{
	return this->attempt->is_idle(this->attempt) &&
		   this->revocation->is_idle(this->revocation);
}

/**
 * Follow the profile in whom it trusts, as soon as no worker has the files.
 */
static void follow_trust(private_scep_enrollment_t *this)
{
	if (is_idle(this))
	{
		this->tenure->check_trust(this->tenure);
		this->lineage->update_roots(this->lineage);
	}
	/* an attempt looks for itself whom to trust */
	this->trust_later = !this->revocation->is_idle(this->revocation);
}

/**
 * A GetCRL has ended.
 */
static void on_revocation(private_scep_enrollment_t *this,
						  const scep_outcome_t *outcome)
{
	scep_counters_add(&this->counters, outcome);
	if (this->retired)
	{
		return;
	}
	if (this->trust_later)
	{
		follow_trust(this);
	}
	if (!this->attempt->resume(this->attempt))
	{
		this->tenure->check_revocation(this->tenure);
		save_status(this);
	}
}

/**
 * Start anew, with the profile as it is now.
 */
static void restart(private_scep_enrollment_t *this)
{
	this->attempt->forget(this->attempt);
	this->progress->reset(this->progress);
	follow_trust(this);
}

/**
 * Start an attempt.
 */
static void begin(private_scep_enrollment_t *this)
{
	this->progress->begin(this->progress);
	this->new_phrase = FALSE;
	this->attempt->begin(this->attempt, this->profile);
}

/**
 * Make a step of the machine and do what it says.
 */
static void step(private_scep_enrollment_t *this, scep_input_t input,
				 const scep_outcome_t *outcome)
{
	scep_step_t next;

	next = scep_machine_step(this->progress->state, input);
	this->progress->state = next.state;
	switch (next.action)
	{
		case SCEP_DO_NOTHING:
			break;
		case SCEP_DO_BEGIN:
			begin(this);
			break;
		case SCEP_DO_BEGIN_ANEW:
			this->progress->reset(this->progress);
			begin(this);
			break;
		case SCEP_DO_REST:
			this->progress->reset(this->progress);
			break;
		case SCEP_DO_INSTALL:
			this->attempt->forget(this->attempt);
			this->progress->succeed(this->progress);
			if (input == SCEP_IN_ISSUED &&
				this->lineage->get_current(this->lineage))
			{
				this->counters.renewals++;
			}
			this->tenure->adopt(this->tenure, outcome->gen, input == SCEP_IN_IMPORTED ?
				  SCEP_EV_IMPORTED : SCEP_EV_ISSUED);
			break;
		case SCEP_DO_POLL_LATER:
			this->progress->poll_later(this->progress, outcome,
								this->lineage->get_ending(this->lineage));
			break;
		case SCEP_DO_RETRY_LATER:
			this->progress->retry_later(this->progress, outcome,
								this->lineage->get_ending(this->lineage));
			break;
		case SCEP_DO_CONFIRM:
			this->progress->confirm_later(this->progress, outcome->error.text);
			break;
		case SCEP_DO_STOP:
			if (input == SCEP_IN_STOPPED)
			{
				this->progress->await_phrase(this->progress,
											 outcome->error.text);
				break;
			}
			this->progress->stop(this->progress, SCEP_EV_GAVE_UP,
								 outcome->error.text);
			break;
		case SCEP_DO_GIVE_UP:
			this->progress->give_up(this->progress, outcome->error.text);
			break;
		case SCEP_DO_RESTART:
			restart(this);
			break;
	}
}

/**
 * Whether a person may have a wish that takes a clock.
 */
static bool may(private_scep_enrollment_t *this, scep_input_t wish,
				scep_error_t *err)
{
	if (!scep_wish_check(this->progress->state, wish, err))
	{
		return FALSE;
	}
	return this->sanity->is_sane(this->sanity) ||
		   scep_fail(err, SCEP_TRANSIENT, SUSPECT);
}

METHOD(scep_enrollment_t, enroll, bool,
	private_scep_enrollment_t *this, scep_error_t *err)
{
	if (!may(this, SCEP_IN_ENROLL, err))
	{
		return FALSE;
	}
	step(this, SCEP_IN_ENROLL, NULL);
	return TRUE;
}

/**
 * Use the phrase that a person handed over, if the profile waits or failed.
 */
static void use_phrase(private_scep_enrollment_t *this)
{
	switch (this->progress->state)
	{
		case SCEP_STATE_WAITING:
		case SCEP_STATE_FAILED:
			enroll(this, NULL);
			break;
		default:
			break;
	}
}

/**
 * Give up the request under way.
 */
static void give_up(private_scep_enrollment_t *this, scep_input_t input,
					const char *reason)
{
	scep_outcome_t outcome = {};

	scep_fail(&outcome.error, SCEP_PERMANENT, "%s", reason);
	step(this, input, &outcome);
}

/**
 * An attempt has ended by itself.
 */
static void conclude(private_scep_enrollment_t *this,
					 const scep_outcome_t *outcome)
{
	scep_input_t input = this->progress->judge(this->progress, outcome);

	if (input == SCEP_IN_OUT_OF_TIME)
	{
		give_up(this, input, "the CA did not decide within poll.timeout");
	}
	else
	{
		step(this, input, outcome);
	}
}

/**
 * An attempt has ended as the clock is wrong, that judges its answer.
 */
static void interrupt(private_scep_enrollment_t *this)
{
	scep_outcome_t outcome = { .input = SCEP_IN_FAILED };

	scep_fail(&outcome.error, SCEP_TRANSIENT, SUSPECT);
	conclude(this, &outcome);
}

/**
 * An attempt has ended that was stopped while a worker was at it. What was
 * issued meanwhile is on disk.
 */
static void conclude_stopped(private_scep_enrollment_t *this,
							 const scep_outcome_t *outcome)
{
	bool restart = this->restart, cancelled = this->cancelled;

	this->restart = FALSE;
	this->cancelled = FALSE;
	this->interrupted = FALSE;
	if (outcome->gen)
	{
		step(this, SCEP_IN_ISSUED, outcome);
	}
	if (restart)
	{
		step(this, SCEP_IN_CHANGED, NULL);
	}
	else if (!outcome->gen && cancelled)
	{
		give_up(this, SCEP_IN_CANCEL, CANCELLED);
	}
	else if (!outcome->gen)
	{
		interrupt(this);
	}
}

/**
 * Drop the phrase that a person handed over if the request that had it was
 * granted or refused, and use one that came too late for the attempt.
 */
static void follow_phrase(private_scep_enrollment_t *this,
						  const scep_outcome_t *outcome)
{
	scep_error_t error = {};

	if ((outcome->gen || outcome->declined) &&
		!scep_challenge_spend(this->store, outcome->challenge, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	if (this->new_phrase)
	{
		use_phrase(this);
	}
}

/**
 * An attempt goes on or has ended.
 */
static void on_outcome(private_scep_enrollment_t *this,
					   const scep_outcome_t *outcome)
{
	this->ca_seen = FALSE;
	scep_counters_add(&this->counters, outcome);
	if (outcome->record_loaded)
	{
		this->progress->set_pending(this->progress, outcome->transaction_id,
									outcome->pending_since);
	}
	if (outcome->input == SCEP_IN_CA)
	{
		step(this, SCEP_IN_CA, outcome);
		return;
	}
	if (!this->retired)
	{
		if (this->restart || this->cancelled || this->interrupted)
		{
			conclude_stopped(this, outcome);
		}
		else
		{
			conclude(this, outcome);
		}
		follow_phrase(this, outcome);
		/* the CA may have announced another one, or given way to it */
		this->lineage->update_roots(this->lineage);
		this->sanity->learn(this->sanity, this->store);
	}
}

METHOD(scep_enrollment_t, get_name, const char*,
	private_scep_enrollment_t *this)
{
	return this->profile->name;
}

METHOD(scep_enrollment_t, get_state, scep_state_t,
	private_scep_enrollment_t *this)
{
	return this->progress->state;
}

/**
 * When the CRL is due, 0 for never: not beside a request under way.
 */
static time_t get_crl_due(private_scep_enrollment_t *this)
{
	switch (this->progress->state)
	{
		case SCEP_STATE_IDLE:
		case SCEP_STATE_WAITING:
		case SCEP_STATE_FAILED:
			return this->attempt->is_idle(this->attempt) ?
						this->revocation->get_due(this->revocation) : 0;
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

/**
 * When the next attempt is due, 0 for never.
 */
static time_t get_attempt_due(private_scep_enrollment_t *this)
{
	if (this->lineage->is_exposed(this->lineage))
	{	/* a person mends that, or wants another one */
		return 0;
	}
	if (this->progress->state == SCEP_STATE_IDLE)
	{
		return this->tenure->get_end(this->tenure);
	}
	return this->progress->get_due(this->progress);
}

METHOD(scep_enrollment_t, get_due, time_t,
	private_scep_enrollment_t *this)
{
	if (!this->sanity->is_sane(this->sanity))
	{
		return this->sanity->get_due(this->sanity);
	}
	return earlier(earlier(get_attempt_due(this), get_crl_due(this)),
				   this->tenure->get_due(this->tenure));
}

/**
 * Judge all by a clock that is believed, as at the start.
 */
static void resume(private_scep_enrollment_t *this)
{
	this->progress->adjust(this->progress);
	this->tenure->resume(this->tenure);
	follow_trust(this);
}

/**
 * Judge the clock. While it is wrong nothing is decided, which includes what a
 * request under way would be answered.
 */
static bool check_clock(private_scep_enrollment_t *this)
{
	bool before = this->sanity->is_sane(this->sanity);
	bool sane = this->sanity->check(this->sanity);

	if (sane && !before)
	{
		resume(this);
	}
	else if (before && !sane && !this->attempt->is_idle(this->attempt))
	{
		this->interrupted = !this->attempt->stop(this->attempt);
		if (!this->interrupted)
		{
			interrupt(this);
		}
	}
	return sane;
}

METHOD(scep_enrollment_t, run, void,
	private_scep_enrollment_t *this)
{
	time_t due;

	if (!check_clock(this))
	{
		return;
	}
	this->tenure->run(this->tenure);
	due = get_attempt_due(this);
	if (due && due <= now(this) && this->progress->is_ready(this->progress))
	{
		step(this, this->progress->state == SCEP_STATE_FAILED ?
				   SCEP_IN_CHANGED : SCEP_IN_DUE, NULL);
	}
	if (get_crl_due(this))
	{
		this->revocation->run(this->revocation);
	}
}

METHOD(scep_enrollment_t, renew_within, bool,
	private_scep_enrollment_t *this, time_t seconds, scep_error_t *err)
{
	if (seconds <= 0 || !this->lineage->fits(this->lineage))
	{	/* what is missing is not put off */
		return enroll(this, err);
	}
	if (!may(this, SCEP_IN_SCHEDULE, err))
	{
		return FALSE;
	}
	step(this, SCEP_IN_SCHEDULE, NULL);
	this->tenure->replace_within(this->tenure, seconds);
	return TRUE;
}

METHOD(scep_enrollment_t, cancel, bool,
	private_scep_enrollment_t *this, scep_error_t *err)
{
	if (!scep_wish_check(this->progress->state, SCEP_IN_CANCEL, err))
	{
		return FALSE;
	}
	this->restart = FALSE;
	if (this->attempt->stop(this->attempt))
	{
		give_up(this, SCEP_IN_CANCEL, CANCELLED);
	}
	else
	{
		this->cancelled = TRUE;
	}
	return TRUE;
}

METHOD(scep_enrollment_t, nudge, void,
	private_scep_enrollment_t *this, identification_t *id)
{
	scep_state_t before = this->progress->state;

	if (!scep_names_include(this->profile, id) ||
		!this->sanity->is_sane(this->sanity) ||
		!this->progress->may_nudge(this->progress) ||
		this->lineage->is_exposed(this->lineage) ||
		(this->lineage->is_installed_valid(this->lineage) &&
		 this->lineage->fits(this->lineage) &&
		 this->progress->status.renew_at > now(this)))
	{	/* the peer's fault, somebody else's, or just tried */
		return;
	}
	step(this, SCEP_IN_NUDGE, NULL);
	if (this->progress->state != before)
	{	/* one that came during an attempt had no effect, and counts not */
		this->progress->nudged(this->progress);
	}
}

METHOD(scep_enrollment_t, clock_changed, void,
	private_scep_enrollment_t *this, time_t delta)
{
	bool before = this->sanity->is_sane(this->sanity);

	this->sanity->clock_changed(this->sanity, delta);
	if (!check_clock(this) || !before)
	{	/* all moments are those of a clock that is believed */
		return;
	}
	this->progress->clock_changed(this->progress, delta);
	this->revocation->clock_changed(this->revocation, delta);
	this->tenure->resume(this->tenure);
	follow_trust(this);
	if (delta > CLOCK_WRONG || delta < -CLOCK_WRONG)
	{	/* what failed may have failed for it */
		step(this, SCEP_IN_CLOCK, NULL);
	}
}

METHOD(scep_enrollment_t, set_challenge, bool,
	private_scep_enrollment_t *this, chunk_t phrase, scep_error_t *err)
{
	if (!scep_challenge_set(this->store, phrase, now(this), err))
	{
		return FALSE;
	}
	scep_event(this->profile->name, SCEP_EV_CHALLENGE_SET, "lifetime=%us",
			   (u_int)this->profile->challenge_lifetime);
	this->ca_seen = FALSE;
	this->new_phrase = !this->attempt->is_idle(this->attempt);
	use_phrase(this);
	return TRUE;
}

METHOD(scep_enrollment_t, change, void,
	private_scep_enrollment_t *this, scep_profile_t *profile)
{
	if (profile->equals(profile, this->profile))
	{
		this->progress->look(this->progress);
		return;
	}
	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
	this->progress->change(this->progress, profile);
	this->tenure->change(this->tenure, profile);
	this->ca_seen = FALSE;
	this->cancelled = FALSE;
	this->restart = !this->attempt->stop(this->attempt);
	if (!this->restart)
	{
		step(this, SCEP_IN_CHANGED, NULL);
	}
}

/**
 * Get the generation that an imported one has to be better than, or NULL.
 */
static scep_generation_t *get_kept(private_scep_enrollment_t *this)
{
	if (this->lineage->fits(this->lineage) &&
		!this->revocation->is_revoked(this->revocation))
	{
		return this->lineage->get_current(this->lineage);
	}
	return NULL;
}

METHOD(scep_enrollment_t, import_, bool,
	private_scep_enrollment_t *this, const scep_import_t *import,
	scep_error_t *err)
{
	scep_outcome_t outcome = {};

	if (!may(this, SCEP_IN_IMPORTED, err))
	{
		return FALSE;
	}
	if (this->attempt->is_busy(this->attempt) ||
		!this->revocation->cancel(this->revocation))
	{
		return scep_fail(err, SCEP_TRANSIENT, "an attempt is under way: try "
						 "again in a moment");
	}
	if (!scep_import(this->profile, this->store, import, get_kept(this),
					 now(this), &outcome.gen, err))
	{
		return FALSE;
	}
	this->ca_seen = FALSE;
	/* no worker is at it: it ends at once */
	this->attempt->stop(this->attempt);
	step(this, SCEP_IN_IMPORTED, &outcome);
	outcome.gen->destroy(outcome.gen);
	return TRUE;
}

/**
 * Look at what is known of the CA, unless a worker has that.
 */
static void look_at_ca(private_scep_enrollment_t *this)
{
	if (is_idle(this) && (!this->ca_seen ||
						  this->progress->state == SCEP_STATE_CONFIRM_CA))
	{
		scep_ca_view_load(&this->ca, this->profile, this->store);
		this->ca_seen = TRUE;
	}
}

METHOD(scep_enrollment_t, get_view, scep_view_t,
	private_scep_enrollment_t *this)
{
	scep_view_t view;

	look_at_ca(this);
	view = scep_view_create(this->profile, this->progress, this->lineage,
							this->revocation, now(this));
	view.ca = this->ca.unconfirmed ? &this->ca : NULL;
	view.counters = &this->counters;
	return view;
}

METHOD(scep_enrollment_t, accept_ca, bool,
	private_scep_enrollment_t *this, scep_pin_t *pin, scep_error_t *err)
{
	if (!is_idle(this))
	{
		return scep_fail(err, SCEP_TRANSIENT, "a request is under way: try "
						 "again when it has ended");
	}
	this->ca_seen = FALSE;
	look_at_ca(this);
	if (!scep_ca_view_accept(&this->ca, pin, this->profile->name, this->store,
							 err))
	{
		return FALSE;
	}
	this->ca_seen = FALSE;
	this->progress->look(this->progress);
	return TRUE;
}

METHOD(scep_enrollment_t, retire, bool,
	private_scep_enrollment_t *this)
{
	this->retired = TRUE;
	this->lineage->withdraw(this->lineage);
	scep_event(this->profile->name, SCEP_EV_REMOVED, "reason=not configured "
			   "any more; its files stay");
	this->attempt->stop(this->attempt);
	this->revocation->cancel(this->revocation);
	return is_idle(this);
}

METHOD(scep_enrollment_t, destroy, void,
	private_scep_enrollment_t *this)
{
	DESTROY_IF(this->attempt);
	DESTROY_IF(this->tenure);
	DESTROY_IF(this->sanity);
	scep_ca_view_clear(&this->ca);
	DESTROY_IF(this->revocation);
	DESTROY_IF(this->lineage);
	DESTROY_IF(this->progress);
	DESTROY_IF(this->store);
	this->profile->destroy(this->profile);
	free(this);
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
			.get_view = _get_view,
			.accept_ca = _accept_ca,
			.get_due = _get_due,
			.run = _run,
			.nudge = _nudge,
			.enroll = _enroll,
			.renew_within = _renew_within,
			.cancel = _cancel,
			.clock_changed = _clock_changed,
			.set_challenge = _set_challenge,
			.change = _change,
			.import = _import_,
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
	this->progress = scep_progress_create(host, profile, this->store);
	this->lineage = scep_lineage_create(host, profile, this->store);
	this->lineage->load(this->lineage);
	this->revocation = scep_revocation_create(host, profile, this->store,
								(scep_revocation_cb_t)on_revocation, this);
	this->attempt = scep_attempt_create(host, this->store, this->lineage,
								this->revocation,
								(scep_transaction_cb_t)on_outcome, this);
	this->revocation->load(this->revocation,
						   this->lineage->get_current(this->lineage),
						   this->progress->status.crl_at);
	this->tenure = scep_tenure_create(host, profile, this->store,
								this->lineage, this->revocation,
								this->progress);
	this->sanity = scep_sanity_create(host->clock, profile->name,
									  &this->progress->status);
	this->sanity->learn(this->sanity, this->store);
	if (this->sanity->check(this->sanity))
	{
		resume(this);
	}
	return &this->public;
}
