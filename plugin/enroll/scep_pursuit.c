/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_pursuit.h"
#include "enroll/scep_attempt.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_renewal.h"
#include "enroll/scep_wish.h"
#include "base/scep_event.h"

/** Why a request ended that a person cancelled */
#define CANCELLED	"cancelled, until somebody enrols or changes the profile"

typedef struct private_scep_pursuit_t private_scep_pursuit_t;

/**
 * Private data of a scep_pursuit_t.
 */
struct private_scep_pursuit_t {

	/**
	 * Public interface.
	 */
	scep_pursuit_t public;

	/**
	 * What it works on.
	 */
	scep_host_t *host;
	scep_profile_t *profile;
	scep_profile_store_t *store;
	scep_lineage_t *lineage;
	scep_tenure_t *tenure;
	scep_progress_t *progress;
	scep_sanity_t *sanity;
	scep_counters_t *counters;

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
	 * Whether a person wanted a certificate since the start.
	 */
	bool wanted;

	/**
	 * Whether a challenge phrase came during the attempt.
	 */
	bool new_phrase;

	/**
	 * Whether the profile is gone.
	 */
	bool retired;

	/**
	 * Called after an attempt.
	 */
	scep_transaction_cb_t cb;
	void *user;
};

METHOD(scep_pursuit_t, is_idle, bool,
	private_scep_pursuit_t *this)
{
	return this->attempt->is_idle(this->attempt);
}

METHOD(scep_pursuit_t, is_busy, bool,
	private_scep_pursuit_t *this)
{
	return this->attempt->is_busy(this->attempt);
}

/**
 * Start an attempt.
 */
static void begin(private_scep_pursuit_t *this)
{
	this->progress->begin(this->progress,
						  this->lineage->get_ending(this->lineage));
	this->new_phrase = FALSE;
	this->attempt->begin(this->attempt, this->profile);
}

/**
 * Take over a new generation.
 */
static void install(private_scep_pursuit_t *this, scep_input_t input,
					scep_generation_t *gen)
{
	this->attempt->forget(this->attempt);
	this->progress->succeed(this->progress);
	if (input == SCEP_IN_ISSUED && this->lineage->get_current(this->lineage))
	{
		this->counters->renewals++;
	}
	this->tenure->adopt(this->tenure, gen, input == SCEP_IN_IMPORTED ?
										SCEP_EV_IMPORTED : SCEP_EV_ISSUED);
}

/**
 * Wait for a person.
 */
static void stop(private_scep_pursuit_t *this, scep_input_t input,
				 const char *reason)
{
	if (input == SCEP_IN_STOPPED)
	{
		this->progress->await_phrase(this->progress, reason);
	}
	else
	{
		this->progress->stop(this->progress, SCEP_EV_GAVE_UP, reason);
	}
}

/**
 * Begin anew with other settings. A request that is pending is gone on with, if
 * it is for the same certificate, though its time may not have come.
 */
static void restart(private_scep_pursuit_t *this)
{
	scep_status_t *status = &this->progress->status;

	if (status->pending_since && this->lineage->fits(this->lineage))
	{
		scep_renewal_set(this->lineage->get_current(this->lineage), status,
						 this->host->clock->now(this->host->clock));
	}
	this->attempt->forget(this->attempt);
	this->progress->reset(this->progress);
	this->tenure->follow_trust(this->tenure, is_idle(this));
}

/**
 * Make a step of the machine and do what it says.
 */
static void do_step(private_scep_pursuit_t *this, scep_input_t input,
					const scep_outcome_t *outcome)
{
	scep_step_t next = scep_machine_step(this->progress->state, input);

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
			install(this, input, outcome->gen);
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
			stop(this, input, outcome->error.text);
			break;
		case SCEP_DO_GIVE_UP:
			this->progress->give_up(this->progress, outcome->error.text);
			break;
		case SCEP_DO_RESTART:
			restart(this);
			break;
	}
}

METHOD(scep_pursuit_t, step, void,
	private_scep_pursuit_t *this, scep_input_t input)
{
	do_step(this, input, NULL);
}

METHOD(scep_pursuit_t, enroll, bool,
	private_scep_pursuit_t *this, scep_error_t *err)
{
	if (!scep_wish_check(this->progress->state, SCEP_IN_ENROLL,
						 this->sanity->is_sane(this->sanity), err))
	{
		return FALSE;
	}
	this->wanted = TRUE;
	step(this, SCEP_IN_ENROLL);
	return TRUE;
}

/**
 * Make an attempt with a new phrase, if the profile waits or failed.
 */
static void try_phrase(private_scep_pursuit_t *this)
{
	if (this->progress->state == SCEP_STATE_WAITING ||
		this->progress->state == SCEP_STATE_FAILED)
	{
		enroll(this, NULL);
	}
}

METHOD(scep_pursuit_t, use_phrase, void,
	private_scep_pursuit_t *this)
{
	this->new_phrase = !is_idle(this);
	try_phrase(this);
}

/**
 * Give up the request under way.
 */
static void give_up(private_scep_pursuit_t *this, scep_input_t input,
					const char *reason)
{
	scep_outcome_t outcome = {};

	scep_fail(&outcome.error, SCEP_PERMANENT, "%s", reason);
	do_step(this, input, &outcome);
}

/**
 * An attempt has ended by itself.
 */
static void conclude(private_scep_pursuit_t *this,
					 const scep_outcome_t *outcome)
{
	scep_input_t input = this->progress->judge(this->progress, outcome);

	if (input == SCEP_IN_OUT_OF_TIME)
	{
		give_up(this, input, "the CA did not decide within poll.timeout");
	}
	else
	{
		do_step(this, input, outcome);
	}
}

/**
 * An attempt has ended as the clock is wrong, that judges its answer.
 */
static void conclude_interrupted(private_scep_pursuit_t *this)
{
	scep_outcome_t outcome = { .input = SCEP_IN_FAILED };

	scep_fail(&outcome.error, SCEP_TRANSIENT, SCEP_SUSPECT);
	conclude(this, &outcome);
}

/**
 * An attempt has ended that was stopped while a worker was at it. What was
 * issued meanwhile is on disk.
 */
static void conclude_stopped(private_scep_pursuit_t *this,
							 const scep_outcome_t *outcome)
{
	bool restart = this->restart, cancelled = this->cancelled;

	this->restart = FALSE;
	this->cancelled = FALSE;
	this->interrupted = FALSE;
	if (outcome->gen)
	{
		do_step(this, SCEP_IN_ISSUED, outcome);
	}
	if (restart)
	{
		step(this, SCEP_IN_CHANGED);
	}
	else if (!outcome->gen && cancelled)
	{
		give_up(this, SCEP_IN_CANCEL, CANCELLED);
	}
	else if (!outcome->gen)
	{
		conclude_interrupted(this);
	}
}

/**
 * Drop the phrase that a person handed over, as it had its effect.
 */
static void spend_phrase(private_scep_pursuit_t *this,
						 const scep_outcome_t *outcome)
{
	scep_error_t error = {};

	if (!scep_challenge_spend(this->store, outcome->challenge, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

/**
 * An attempt has ended.
 */
static void end(private_scep_pursuit_t *this, const scep_outcome_t *outcome)
{
	if (this->restart || this->cancelled || this->interrupted)
	{
		conclude_stopped(this, outcome);
	}
	else
	{
		conclude(this, outcome);
	}
	if (outcome->gen || outcome->declined)
	{
		spend_phrase(this, outcome);
	}
	if (this->new_phrase)
	{	/* it came too late for that attempt */
		try_phrase(this);
	}
}

/**
 * An attempt goes on or has ended.
 */
static void on_outcome(private_scep_pursuit_t *this,
					   const scep_outcome_t *outcome)
{
	scep_counters_add(this->counters, outcome);
	if (outcome->record_loaded)
	{
		this->progress->set_pending(this->progress, outcome->transaction_id,
									outcome->pending_since);
	}
	if (outcome->input == SCEP_IN_CA)
	{
		do_step(this, SCEP_IN_CA, outcome);
	}
	else if (!this->retired)
	{
		end(this, outcome);
	}
	this->cb(this->user, outcome);
}

METHOD(scep_pursuit_t, cancel, bool,
	private_scep_pursuit_t *this, scep_error_t *err)
{
	if (!scep_wish_check(this->progress->state, SCEP_IN_CANCEL,
						 this->sanity->is_sane(this->sanity), err))
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

METHOD(scep_pursuit_t, interrupt, void,
	private_scep_pursuit_t *this)
{
	if (!is_idle(this) || this->attempt->is_waiting(this->attempt))
	{
		this->interrupted = !this->attempt->stop(this->attempt);
		if (!this->interrupted)
		{
			conclude_interrupted(this);
		}
	}
}

METHOD(scep_pursuit_t, nudge, void,
	private_scep_pursuit_t *this)
{
	scep_state_t before = this->progress->state;

	if (!this->progress->may_nudge(this->progress) ||
		this->lineage->is_exposed(this->lineage) ||
		this->tenure->is_serving(this->tenure))
	{	/* the peer's fault, or just tried */
		return;
	}
	step(this, SCEP_IN_NUDGE);
	if (this->progress->state != before)
	{	/* one that came during an attempt had no effect, and counts not */
		this->progress->nudged(this->progress);
	}
}

METHOD(scep_pursuit_t, change, void,
	private_scep_pursuit_t *this, scep_profile_t *profile)
{
	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
	this->cancelled = FALSE;
	this->restart = !this->attempt->stop(this->attempt);
	if (!this->restart)
	{
		step(this, SCEP_IN_CHANGED);
	}
}

METHOD(scep_pursuit_t, import_, void,
	private_scep_pursuit_t *this, scep_generation_t *gen)
{
	scep_outcome_t outcome = { .gen = gen };

	/* no worker is at it: it ends at once */
	this->attempt->stop(this->attempt);
	do_step(this, SCEP_IN_IMPORTED, &outcome);
}

METHOD(scep_pursuit_t, resume, bool,
	private_scep_pursuit_t *this)
{
	return this->attempt->resume(this->attempt);
}

/**
 * Whether nothing is to be done as others can read the key: a person mends
 * that, or wants another one. A request that is pending was wanted.
 */
static bool is_held(private_scep_pursuit_t *this)
{
	return this->lineage->is_exposed(this->lineage) &&
		   (this->progress->state == SCEP_STATE_IDLE ||
			(this->progress->state != SCEP_STATE_PENDING && !this->wanted));
}

METHOD(scep_pursuit_t, get_due, time_t,
	private_scep_pursuit_t *this)
{
	if (is_held(this))
	{
		return 0;
	}
	if (this->progress->state == SCEP_STATE_IDLE)
	{
		return this->tenure->get_end(this->tenure);
	}
	return this->progress->get_due(this->progress);
}

METHOD(scep_pursuit_t, run, void,
	private_scep_pursuit_t *this)
{
	time_t due = get_due(this), now = this->host->clock->now(this->host->clock);

	if (due && due <= now && this->progress->is_ready(this->progress))
	{	/* another phrase is as good as one that is handed over */
		step(this, this->progress->state == SCEP_STATE_FAILED ?
				   SCEP_IN_ENROLL : SCEP_IN_DUE);
	}
}

METHOD(scep_pursuit_t, retire, void,
	private_scep_pursuit_t *this)
{
	this->retired = TRUE;
	this->attempt->stop(this->attempt);
}

METHOD(scep_pursuit_t, destroy, void,
	private_scep_pursuit_t *this)
{
	this->attempt->destroy(this->attempt);
	this->profile->destroy(this->profile);
	free(this);
}

/*
 * Described in header
 */
scep_pursuit_t *scep_pursuit_create(const scep_parts_t *parts,
									scep_transaction_cb_t cb, void *user)
{
	private_scep_pursuit_t *this;

	INIT(this,
		.public = {
			.step = _step,
			.enroll = _enroll,
			.cancel = _cancel,
			.interrupt = _interrupt,
			.use_phrase = _use_phrase,
			.nudge = _nudge,
			.change = _change,
			.import = _import_,
			.resume = _resume,
			.get_due = _get_due,
			.run = _run,
			.retire = _retire,
			.is_busy = _is_busy,
			.is_idle = _is_idle,
			.destroy = _destroy,
		},
		.host = parts->host,
		.profile = parts->profile->get_ref(parts->profile),
		.store = parts->store,
		.lineage = parts->lineage,
		.tenure = parts->tenure,
		.progress = parts->progress,
		.sanity = parts->sanity,
		.counters = parts->counters,
		.cb = cb,
		.user = user,
	);
	this->attempt = scep_attempt_create(parts->host, parts->store,
								parts->lineage, parts->revocation,
								parts->errands,
								(scep_transaction_cb_t)on_outcome, this);
	return &this->public;
}
