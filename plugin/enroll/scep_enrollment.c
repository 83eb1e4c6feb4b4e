/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_enrollment.h"
#include "enroll/scep_expiry.h"
#include "enroll/scep_knowledge.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_progress.h"
#include "enroll/scep_revocation.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_transaction.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

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
	 * Progress of the request, and its times.
	 */
	scep_progress_t *progress;

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
	 * Whether the profile is gone.
	 */
	bool retired;
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
 * Write the status to disk.
 */
static void save_status(private_scep_enrollment_t *this)
{
	this->progress->status.crl_at =
								this->revocation->get_due(this->revocation);
	this->progress->save(this->progress);
}

/**
 * Choose the moment of renewal, once per certificate.
 */
static void schedule_renewal(private_scep_enrollment_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	scep_status_t *status = &this->progress->status;
	time_t not_before, not_after, earliest;
	char at[SCEP_TIME_LEN];

	current->cert->get_validity(current->cert, NULL, &not_before, &not_after);
	if (status->renew_gen != current->number ||
		status->renew_at < not_before || status->renew_at > not_after)
	{
		status->renew_gen = current->number;
		status->renew_at = scep_renewal_time(this->profile, not_before,
											not_after, this->host->random);
		/* a window that is due as soon as a certificate is issued must not
		 * make requests without end */
		earliest = now(this) + this->profile->retry_interval;
		status->renew_at = max(status->renew_at, earliest);
		this->progress->save(this->progress);
	}
	scep_event(this->profile->name, SCEP_EV_RENEWAL_SCHEDULED, "at=%s",
			   scep_time(status->renew_at, at));
}

/**
 * A new certificate is on disk.
 */
static void adopt(private_scep_enrollment_t *this, scep_generation_t *gen)
{
	this->refused_way = SCEP_WAY_NONE;
	this->progress->succeed(this->progress);
	if (this->lineage->adopt(this->lineage, gen))
	{
		scep_event(this->profile->name, SCEP_EV_RENEWED, "generation=%u",
				   gen->number);
	}
	this->revocation->adopt(this->revocation, gen);
	schedule_renewal(this);
}

/**
 * Replace the certificate at a moment, whatever was drawn for it.
 */
static void replace_at(private_scep_enrollment_t *this, time_t at)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);

	this->progress->status.renew_gen = current->number;
	this->progress->status.renew_at = at;
}

/**
 * Replace the certificate if it was found to be revoked, now or a while after
 * the last one came.
 */
static void check_revocation(private_scep_enrollment_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	time_t at;

	at = max(now(this), this->progress->status.last_success +
						this->profile->retry_interval);
	if (this->revocation->is_revoked(this->revocation) &&
		(this->progress->status.renew_gen != current->number ||
		 this->progress->status.renew_at > at))
	{
		replace_at(this, at);
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
	this->progress->reset(this->progress);
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

	next = scep_machine_step(this->progress->state, input);
	this->progress->state = next.state;
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
			this->progress->poll_later(this->progress, outcome);
			break;
		case SCEP_DO_RETRY_LATER:
			this->progress->retry_later(this->progress, outcome);
			break;
		case SCEP_DO_STOP:
			this->progress->stop(this->progress, outcome->error.text);
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
		this->progress->set_pending(this->progress, outcome->pending_since);
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
		this->progress->state = SCEP_STATE_IDLE;
		if (outcome->gen)
		{	/* on disk meanwhile, and maybe what the profile asks for now */
			adopt(this, outcome->gen);
		}
		restart(this);
	}
	else
	{
		if (this->progress->state == SCEP_STATE_NEED_CA &&
			outcome->input == SCEP_IN_ISSUED)
		{
			this->progress->state = SCEP_STATE_REQUESTING;
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

	this->progress->state = SCEP_STATE_NEED_CA;
	if (!this->revocation->cancel(this->revocation))
	{
		this->begin_later = TRUE;
		return;
	}
	this->progress->begin(this->progress);
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

/**
 * When the next attempt is due, 0 for never.
 */
static time_t get_attempt_due(private_scep_enrollment_t *this)
{
	if (this->progress->state == SCEP_STATE_IDLE)
	{
		return this->lineage->fits(this->lineage) ?
									this->progress->status.renew_at : now(this);
	}
	return this->progress->get_due(this->progress);
}

METHOD(scep_enrollment_t, get_due, time_t,
	private_scep_enrollment_t *this)
{
	time_t due;

	due = earlier(get_attempt_due(this), this->lineage->get_due(this->lineage));
	due = earlier(due, get_crl_due(this));
	return earlier(due,
				   scep_expiry_due(this->lineage->get_ending(this->lineage),
								   &this->progress->status));
}

METHOD(scep_enrollment_t, run, void,
	private_scep_enrollment_t *this)
{
	time_t due = get_attempt_due(this);

	this->lineage->run(this->lineage);
	if (scep_expiry_report(this->profile->name,
						   this->lineage->get_ending(this->lineage),
						   &this->progress->status, now(this)))
	{
		save_status(this);
	}
	if (due && due <= now(this) && this->progress->is_ready(this->progress))
	{
		step(this, SCEP_IN_DUE, NULL);
	}
	if (get_crl_due(this))
	{
		this->revocation->run(this->revocation);
	}
}

/**
 * Whether the profile asks for a certificate of an identity.
 */
static bool is_ours(private_scep_enrollment_t *this, identification_t *id)
{
	enumerator_t *enumerator;
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
	return ours;
}

METHOD(scep_enrollment_t, nudge, void,
	private_scep_enrollment_t *this, identification_t *id)
{
	scep_state_t before = this->progress->state;

	if (!is_ours(this, id) || !this->progress->may_nudge(this->progress) ||
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
	this->progress->clock_changed(this->progress, delta);
	this->revocation->clock_changed(this->revocation, delta);
	this->lineage->clock_changed(this->lineage);
	scep_expiry_resume(this->lineage->get_ending(this->lineage),
					   &this->progress->status, now(this));
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
		this->progress->look(this->progress);
		return;
	}
	this->profile = profile->get_ref(profile);
	this->progress->change(this->progress, profile);
	this->lineage->change(this->lineage, profile);
	this->revocation->change(this->revocation, profile);
	if (this->lineage->fits(this->lineage) &&
		!same_window(old, profile))
	{
		this->progress->status.renew_gen = 0;
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
	this->progress = scep_progress_create(host, profile, this->store);
	this->lineage = scep_lineage_create(host, profile, this->store);
	this->lineage->load(this->lineage);
	this->revocation = scep_revocation_create(host, profile, this->store,
								(scep_revocation_cb_t)on_revocation, this);
	this->revocation->load(this->revocation,
						   this->lineage->get_current(this->lineage),
						   this->progress->status.crl_at);
	scep_expiry_resume(this->lineage->get_ending(this->lineage),
					   &this->progress->status, now(this));
	if (this->lineage->fits(this->lineage))
	{
		schedule_renewal(this);
		check_revocation(this);
		if (is_distrusted(this))
		{	/* another CA was pinned while charon was not running */
			replace_at(this, now(this));
		}
	}
	return &this->public;
}
