/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_tenure.h"
#include "enroll/scep_expiry.h"
#include "enroll/scep_knowledge.h"
#include "enroll/scep_renewal.h"
#include "enroll/scep_schedule.h"
#include "base/scep_text.h"

typedef struct private_scep_tenure_t private_scep_tenure_t;

/**
 * Private data of a scep_tenure_t.
 */
struct private_scep_tenure_t {

	/**
	 * Public interface.
	 */
	scep_tenure_t public;

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
	 * Certificates, the CRL, and what is asked for between attempts.
	 */
	scep_lineage_t *lineage;
	scep_revocation_t *revocation;
	scep_errands_t *errands;

	/**
	 * What is kept on disk.
	 */
	scep_progress_t *progress;

	/**
	 * Whether an errand has to end before the profile's trust is followed.
	 */
	bool trust_later;
};

/**
 * The time.
 */
static time_t now(private_scep_tenure_t *this)
{
	return this->host->clock->now(this->host->clock);
}

/**
 * Choose the moment of renewal, once per certificate.
 *
 * @param fresh		whether it has just come
 */
static void schedule(private_scep_tenure_t *this, bool fresh)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	scep_status_t *status = &this->progress->status;
	char at[SCEP_TIME_LEN];

	if (scep_renewal_draw(this->profile, current, fresh, status, now(this),
						  this->host->random))
	{
		this->progress->save(this->progress);
	}
	scep_event(this->profile->name, SCEP_EV_RENEWAL_SCHEDULED, "at=%s",
			   scep_time(status->renew_at, at));
}

METHOD(scep_tenure_t, check_revocation, void,
	private_scep_tenure_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	scep_status_t *status = &this->progress->status;
	time_t at;

	at = max(now(this), status->last_success + this->profile->retry_interval);
	if (this->revocation->is_revoked(this->revocation) &&
		(status->renew_gen != current->number || status->renew_at > at))
	{
		scep_renewal_set(current, status, at);
		this->lineage->distrust(this->lineage);
	}
}

/**
 * Replace the certificate now if the CA of before is not the one that the
 * profile trusts.
 */
static void check_trust(private_scep_tenure_t *this)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	scep_knowledge_t knowledge;

	if (!current)
	{
		return;
	}
	scep_knowledge_load(this->profile, this->store, &knowledge);
	if (knowledge.trust.known && !knowledge.known_trusted)
	{
		scep_renewal_set(current, &this->progress->status, now(this));
	}
	scep_knowledge_clear(&knowledge);
}

METHOD(scep_tenure_t, follow_trust, void,
	private_scep_tenure_t *this, bool idle)
{
	bool updating = !this->errands->is_idle(this->errands);

	if (idle && !updating)
	{
		check_trust(this);
		this->lineage->update_roots(this->lineage);
	}
	/* an attempt looks for itself whom to trust */
	this->trust_later = updating;
}

METHOD(scep_tenure_t, catch_up_trust, void,
	private_scep_tenure_t *this, bool idle)
{
	if (this->trust_later)
	{
		follow_trust(this, idle);
	}
}

METHOD(scep_tenure_t, resume, void,
	private_scep_tenure_t *this)
{
	this->lineage->clock_changed(this->lineage);
	scep_expiry_resume(this->lineage->get_ending(this->lineage),
					   &this->progress->status, now(this));
	if (this->lineage->fits(this->lineage))
	{
		schedule(this, FALSE);
		check_revocation(this);
	}
}

METHOD(scep_tenure_t, adopt, void,
	private_scep_tenure_t *this, scep_generation_t *gen, scep_event_t how)
{
	if (this->lineage->adopt(this->lineage, gen, how) && how == SCEP_EV_ISSUED)
	{
		scep_event(this->profile->name, SCEP_EV_RENEWED, "generation=%u",
				   gen->number);
	}
	this->errands->adopt(this->errands, gen);
	schedule(this, TRUE);
}

METHOD(scep_tenure_t, change, void,
	private_scep_tenure_t *this, scep_profile_t *profile)
{
	scep_profile_t *old = this->profile;

	this->profile = profile->get_ref(profile);
	this->lineage->change(this->lineage, profile);
	this->errands->change(this->errands, profile);
	if (this->lineage->fits(this->lineage) &&
		!scep_renewal_same_window(old, profile))
	{
		this->progress->status.renew_gen = 0;
		schedule(this, FALSE);
	}
	old->destroy(old);
}

METHOD(scep_tenure_t, replace_within, void,
	private_scep_tenure_t *this, time_t seconds)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);

	scep_renewal_set(current, &this->progress->status,
					 scep_renewal_within(current, seconds, now(this),
										 this->host->random));
	this->progress->save(this->progress);
	schedule(this, FALSE);
}

METHOD(scep_tenure_t, is_serving, bool,
	private_scep_tenure_t *this)
{
	return this->lineage->is_installed_valid(this->lineage) &&
		   this->lineage->fits(this->lineage) &&
		   this->progress->status.renew_at > now(this);
}

METHOD(scep_tenure_t, get_kept, scep_generation_t*,
	private_scep_tenure_t *this)
{
	if (this->lineage->fits(this->lineage) &&
		!this->revocation->is_revoked(this->revocation))
	{
		return this->lineage->get_current(this->lineage);
	}
	return NULL;
}

METHOD(scep_tenure_t, get_end, time_t,
	private_scep_tenure_t *this)
{
	return this->lineage->fits(this->lineage) ?
								this->progress->status.renew_at : now(this);
}

METHOD(scep_tenure_t, get_due, time_t,
	private_scep_tenure_t *this)
{
	time_t warns;

	warns = scep_expiry_due(this->lineage->get_ending(this->lineage),
							&this->progress->status);
	return scep_earlier(this->lineage->get_due(this->lineage), warns);
}

METHOD(scep_tenure_t, run, void,
	private_scep_tenure_t *this)
{
	bool exposed = this->lineage->is_exposed(this->lineage);

	this->lineage->run(this->lineage);
	if (exposed && this->lineage->get_current(this->lineage))
	{
		this->errands->adopt(this->errands,
								this->lineage->get_current(this->lineage));
		schedule(this, FALSE);
	}
	if (scep_expiry_report(this->profile->name,
						   this->lineage->get_ending(this->lineage),
						   &this->progress->status, now(this)))
	{
		this->progress->save(this->progress);
	}
}

METHOD(scep_tenure_t, destroy, void,
	private_scep_tenure_t *this)
{
	this->profile->destroy(this->profile);
	free(this);
}

/*
 * Described in header
 */
scep_tenure_t *scep_tenure_create(scep_host_t *host, scep_profile_t *profile,
								  scep_profile_store_t *store,
								  scep_lineage_t *lineage,
								  scep_revocation_t *revocation,
								  scep_errands_t *errands,
								  scep_progress_t *progress)
{
	private_scep_tenure_t *this;

	INIT(this,
		.public = {
			.resume = _resume,
			.adopt = _adopt,
			.change = _change,
			.check_revocation = _check_revocation,
			.follow_trust = _follow_trust,
			.catch_up_trust = _catch_up_trust,
			.replace_within = _replace_within,
			.is_serving = _is_serving,
			.get_kept = _get_kept,
			.get_end = _get_end,
			.get_due = _get_due,
			.run = _run,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
		.lineage = lineage,
		.revocation = revocation,
		.errands = errands,
		.progress = progress,
	);
	return &this->public;
}
