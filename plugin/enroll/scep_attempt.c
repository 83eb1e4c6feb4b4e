/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_attempt.h"
#include "base/scep_event.h"

typedef struct private_scep_attempt_t private_scep_attempt_t;

/**
 * Private data of a scep_attempt_t.
 */
struct private_scep_attempt_t {

	/**
	 * Public interface.
	 */
	scep_attempt_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * State on disk.
	 */
	scep_profile_store_t *store;

	/**
	 * Certificates, the CRL, and what gives way.
	 */
	scep_lineage_t *lineage;
	scep_revocation_t *revocation;
	scep_errands_t *errands;

	/**
	 * Called when it goes on or has ended, with its data.
	 */
	scep_transaction_cb_t cb;
	void *user;

	/**
	 * Attempt under way, or NULL.
	 */
	scep_transaction_t *transaction;

	/**
	 * Profile of an attempt that begins once a cancelled errand has ended, or
	 * NULL.
	 */
	scep_profile_t *waiting;

	/**
	 * Way to ask that the server refused last: the next attempt takes another.
	 */
	scep_way_t refused_way;
};

/**
 * An attempt goes on or has ended.
 */
static void on_outcome(private_scep_attempt_t *this,
					   const scep_outcome_t *outcome)
{
	scep_transaction_t *transaction = this->transaction;

	if (outcome->input == SCEP_IN_CA)
	{
		this->cb(this->user, outcome);
		return;
	}
	this->transaction = NULL;
	if (outcome->declined)
	{
		this->refused_way = outcome->way;
	}
	this->cb(this->user, outcome);
	transaction->destroy(transaction);
}

/**
 * Start an attempt.
 */
static void start(private_scep_attempt_t *this, scep_profile_t *profile)
{
	scep_generation_t *current = this->lineage->get_current(this->lineage);
	bool revoked = this->revocation->is_revoked(this->revocation);
	bool renew = !revoked && this->lineage->fits(this->lineage) &&
				 this->lineage->is_current_valid(this->lineage);

	if (renew)
	{
		scep_event(profile->name, SCEP_EV_RENEWING, "generation=%u",
				   current->number);
	}
	this->transaction = scep_transaction_create(this->host, profile,
								this->store, current, renew,
								this->refused_way,
								(scep_transaction_cb_t)on_outcome, this);
	this->transaction->start(this->transaction);
}

/**
 * No attempt waits any more.
 */
static void drop_waiting(private_scep_attempt_t *this)
{
	DESTROY_IF(this->waiting);
	this->waiting = NULL;
}

METHOD(scep_attempt_t, begin, void,
	private_scep_attempt_t *this, scep_profile_t *profile)
{
	if (this->errands->cancel(this->errands))
	{
		start(this, profile);
	}
	else
	{
		drop_waiting(this);
		this->waiting = profile->get_ref(profile);
	}
}

METHOD(scep_attempt_t, resume, bool,
	private_scep_attempt_t *this)
{
	scep_profile_t *profile = this->waiting;

	if (!profile)
	{
		return FALSE;
	}
	this->waiting = NULL;
	start(this, profile);
	profile->destroy(profile);
	return TRUE;
}

METHOD(scep_attempt_t, stop, bool,
	private_scep_attempt_t *this)
{
	drop_waiting(this);
	if (this->transaction)
	{
		if (!this->transaction->cancel(this->transaction))
		{
			return FALSE;
		}
		this->transaction->destroy(this->transaction);
		this->transaction = NULL;
	}
	return TRUE;
}

METHOD(scep_attempt_t, is_busy, bool,
	private_scep_attempt_t *this)
{
	return this->transaction && this->transaction->is_busy(this->transaction);
}

METHOD(scep_attempt_t, forget, void,
	private_scep_attempt_t *this)
{
	this->refused_way = SCEP_WAY_NONE;
}

METHOD(scep_attempt_t, is_idle, bool,
	private_scep_attempt_t *this)
{
	return !this->transaction;
}

METHOD(scep_attempt_t, is_waiting, bool,
	private_scep_attempt_t *this)
{
	return this->waiting != NULL;
}

METHOD(scep_attempt_t, destroy, void,
	private_scep_attempt_t *this)
{
	DESTROY_IF(this->transaction);
	DESTROY_IF(this->waiting);
	free(this);
}

/*
 * Described in header
 */
scep_attempt_t *scep_attempt_create(scep_host_t *host,
									scep_profile_store_t *store,
									scep_lineage_t *lineage,
									scep_revocation_t *revocation,
									scep_errands_t *errands,
									scep_transaction_cb_t cb, void *user)
{
	private_scep_attempt_t *this;

	INIT(this,
		.public = {
			.begin = _begin,
			.resume = _resume,
			.stop = _stop,
			.is_busy = _is_busy,
			.forget = _forget,
			.is_idle = _is_idle,
			.is_waiting = _is_waiting,
			.destroy = _destroy,
		},
		.host = host,
		.store = store,
		.lineage = lineage,
		.revocation = revocation,
		.errands = errands,
		.cb = cb,
		.user = user,
	);
	return &this->public;
}
