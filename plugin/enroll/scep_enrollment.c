/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_enrollment.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_errands.h"
#include "enroll/scep_inspection.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_progress.h"
#include "enroll/scep_pursuit.h"
#include "enroll/scep_revocation.h"
#include "enroll/scep_sanity.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_tenure.h"
#include "enroll/scep_wish.h"
#include "base/scep_event.h"
#include "config/scep_names.h"

/** A clock that jumps by more misjudged validities before, seconds */
#define CLOCK_WRONG	(60 * 60)

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
	 * Certificates now and before, the CRL, what is asked for between attempts,
	 * and their time in office.
	 */
	scep_lineage_t *lineage;
	scep_revocation_t *revocation;
	scep_errands_t *errands;
	scep_tenure_t *tenure;

	/**
	 * Progress of the request and its times, and the judge of the clock.
	 */
	scep_progress_t *progress;
	scep_sanity_t *sanity;

	/**
	 * Attempts.
	 */
	scep_pursuit_t *pursuit;

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

/**
 * The time.
 */
static time_t now(private_scep_enrollment_t *this)
{
	return this->host->clock->now(this->host->clock);
}

METHOD(scep_enrollment_t, is_idle, bool,
	private_scep_enrollment_t *this)
{
	return this->pursuit->is_idle(this->pursuit) &&
		   this->errands->is_idle(this->errands);
}

/**
 * What is known of the CA may have changed.
 */
static void follow_ca(private_scep_enrollment_t *this)
{
	this->ca_seen = FALSE;
	this->lineage->update_roots(this->lineage);
	this->sanity->learn(this->sanity, this->store);
}

/**
 * An errand has ended.
 */
static void on_errand(private_scep_enrollment_t *this,
					  const scep_outcome_t *outcome)
{
	scep_counters_add(&this->counters, outcome);
	if (this->retired)
	{
		return;
	}
	if (outcome->errand == SCEP_ERRAND_NEXT_CA)
	{
		follow_ca(this);
	}
	this->tenure->catch_up_trust(this->tenure,
								 this->pursuit->is_idle(this->pursuit));
	if (!this->pursuit->resume(this->pursuit))
	{
		this->tenure->check_revocation(this->tenure);
		this->progress->status.crl_at =
								this->revocation->get_due(this->revocation);
		this->progress->save(this->progress);
	}
}

/**
 * An attempt goes on or has ended.
 */
static void on_outcome(private_scep_enrollment_t *this,
					   const scep_outcome_t *outcome)
{
	this->ca_seen = FALSE;
	if (outcome->input != SCEP_IN_CA && !this->retired)
	{	/* the CA may have announced another one, or given way to it */
		follow_ca(this);
	}
}

METHOD(scep_enrollment_t, enroll, bool,
	private_scep_enrollment_t *this, scep_error_t *err)
{
	return this->pursuit->enroll(this->pursuit, err);
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
 * When the next errand is due, 0 for never: not beside an attempt.
 */
static time_t get_errand_due(private_scep_enrollment_t *this)
{
	return this->pursuit->is_idle(this->pursuit) ?
				this->errands->get_due(this->errands, this->progress->state) :
				0;
}

METHOD(scep_enrollment_t, get_due, time_t,
	private_scep_enrollment_t *this)
{
	if (!this->sanity->is_sane(this->sanity))
	{
		return this->sanity->get_due(this->sanity);
	}
	return scep_earlier(scep_earlier(this->pursuit->get_due(this->pursuit),
									 get_errand_due(this)),
						this->tenure->get_due(this->tenure));
}

/**
 * Judge the certificate by a clock that is believed.
 */
static void judge(private_scep_enrollment_t *this)
{
	this->tenure->resume(this->tenure);
	this->tenure->follow_trust(this->tenure,
							   this->pursuit->is_idle(this->pursuit));
	if (this->errands->resume(this->errands))
	{
		this->progress->save(this->progress);
	}
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
		this->progress->adjust(this->progress);
		judge(this);
	}
	else if (before && !sane)
	{
		this->pursuit->interrupt(this->pursuit);
		this->errands->cancel(this->errands);
	}
	return sane;
}

METHOD(scep_enrollment_t, run, void,
	private_scep_enrollment_t *this)
{
	if (!check_clock(this))
	{
		return;
	}
	this->tenure->run(this->tenure);
	this->pursuit->run(this->pursuit);
	if (get_errand_due(this))
	{
		this->errands->run(this->errands, this->progress->state);
	}
}

/**
 * Whether a person may have a wish.
 */
static bool may(private_scep_enrollment_t *this, scep_input_t wish,
				scep_error_t *err)
{
	return scep_wish_check(this->progress->state, wish,
						   this->sanity->is_sane(this->sanity), err);
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
	this->pursuit->step(this->pursuit, SCEP_IN_SCHEDULE);
	this->tenure->replace_within(this->tenure, seconds);
	return TRUE;
}

METHOD(scep_enrollment_t, cancel, bool,
	private_scep_enrollment_t *this, scep_error_t *err)
{
	return this->pursuit->cancel(this->pursuit, err);
}

METHOD(scep_enrollment_t, nudge, void,
	private_scep_enrollment_t *this, identification_t *id)
{
	if (scep_names_include(this->profile, id) &&
		this->sanity->is_sane(this->sanity))
	{
		this->pursuit->nudge(this->pursuit);
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
	this->errands->clock_changed(this->errands, delta);
	judge(this);
	if (delta > CLOCK_WRONG || delta < -CLOCK_WRONG)
	{	/* what failed may have failed for it */
		this->pursuit->step(this->pursuit, SCEP_IN_CLOCK);
	}
}

METHOD(scep_enrollment_t, set_challenge, bool,
	private_scep_enrollment_t *this, chunk_t phrase, scep_error_t *err)
{
	/* by a clock that is behind its life would be over once that is set */
	if (!scep_challenge_set(this->store, phrase,
							this->sanity->is_sane(this->sanity) ? now(this) : 0,
							err))
	{
		return FALSE;
	}
	scep_event(this->profile->name, SCEP_EV_CHALLENGE_SET, "lifetime=%us",
			   (u_int)this->profile->challenge_lifetime);
	this->ca_seen = FALSE;
	this->pursuit->use_phrase(this->pursuit);
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
	this->pursuit->change(this->pursuit, profile);
}

METHOD(scep_enrollment_t, import_, bool,
	private_scep_enrollment_t *this, const scep_import_t *import,
	scep_error_t *err)
{
	scep_generation_t *kept = this->tenure->get_kept(this->tenure), *gen;

	if (!may(this, SCEP_IN_IMPORTED, err))
	{
		return FALSE;
	}
	if (this->pursuit->is_busy(this->pursuit) ||
		!this->errands->cancel(this->errands))
	{
		return scep_fail(err, SCEP_TRANSIENT, "an attempt is under way: try "
						 "again in a moment");
	}
	if (!scep_import(this->profile, this->store, import, kept, now(this),
					 &gen, err))
	{
		return FALSE;
	}
	this->ca_seen = FALSE;
	this->pursuit->import(this->pursuit, gen);
	gen->destroy(gen);
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
	this->pursuit->retire(this->pursuit);
	this->errands->cancel(this->errands);
	return is_idle(this);
}

METHOD(scep_enrollment_t, destroy, void,
	private_scep_enrollment_t *this)
{
	DESTROY_IF(this->pursuit);
	DESTROY_IF(this->tenure);
	DESTROY_IF(this->sanity);
	DESTROY_IF(this->errands);
	scep_ca_view_clear(&this->ca);
	DESTROY_IF(this->revocation);
	DESTROY_IF(this->lineage);
	DESTROY_IF(this->progress);
	DESTROY_IF(this->store);
	this->profile->destroy(this->profile);
	free(this);
}

/**
 * Create the parts that work on what is on disk.
 */
static void create_parts(private_scep_enrollment_t *this)
{
	scep_host_t *host = this->host;
	scep_profile_t *profile = this->profile;
	scep_parts_t parts;

	this->progress = scep_progress_create(host, profile, this->store);
	this->lineage = scep_lineage_create(host, profile, this->store);
	this->revocation = scep_revocation_create(host, profile, this->store,
								(scep_revocation_cb_t)on_errand, this);
	this->errands = scep_errands_create(host, profile, this->store,
								this->lineage, this->revocation,
								&this->progress->status,
								(scep_transaction_cb_t)on_errand, this);
	this->tenure = scep_tenure_create(host, profile, this->store,
								this->lineage, this->revocation,
								this->errands, this->progress);
	this->sanity = scep_sanity_create(host->clock, profile->name,
									  &this->progress->status);
	parts = (scep_parts_t){
		.host = host,
		.profile = profile,
		.store = this->store,
		.lineage = this->lineage,
		.revocation = this->revocation,
		.errands = this->errands,
		.progress = this->progress,
		.tenure = this->tenure,
		.sanity = this->sanity,
		.counters = &this->counters,
	};
	this->pursuit = scep_pursuit_create(&parts,
								(scep_transaction_cb_t)on_outcome, this);
}

/*
 * Described in header
 */
scep_enrollment_t *scep_enrollment_create(scep_host_t *host,
										  scep_profile_t *profile,
										  scep_error_t *err)
{
	private_scep_enrollment_t *this;

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
		.store = host->store->open(host->store, profile->name, err),
	);
	if (!this->store)
	{
		destroy(this);
		return NULL;
	}
	scep_inspection_run(profile, this->store);
	create_parts(this);
	this->lineage->load(this->lineage);
	this->progress->catch_up(this->progress,
							 this->lineage->get_current(this->lineage));
	this->errands->load(this->errands);
	this->sanity->learn(this->sanity, this->store);
	if (this->sanity->check(this->sanity))
	{
		this->progress->adjust(this->progress);
		judge(this);
	}
	return &this->public;
}
