/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_errands.h"
#include "enroll/scep_outlook.h"
#include "enroll/scep_schedule.h"

typedef struct private_scep_errands_t private_scep_errands_t;

/**
 * Private data of a scep_errands_t.
 */
struct private_scep_errands_t {

	/**
	 * Public interface.
	 */
	scep_errands_t public;

	/**
	 * Certificates.
	 */
	scep_lineage_t *lineage;

	/**
	 * CRL, and next CA.
	 */
	scep_revocation_t *revocation;
	scep_outlook_t *outlook;

	/**
	 * What is kept on disk.
	 */
	scep_status_t *status;
};

METHOD(scep_errands_t, is_idle, bool,
	private_scep_errands_t *this)
{
	return this->revocation->is_idle(this->revocation) &&
		   this->outlook->is_idle(this->outlook);
}

METHOD(scep_errands_t, cancel, bool,
	private_scep_errands_t *this)
{
	return this->revocation->cancel(this->revocation) &&
		   this->outlook->cancel(this->outlook);
}

METHOD(scep_errands_t, load, void,
	private_scep_errands_t *this)
{
	this->revocation->load(this->revocation,
						   this->lineage->get_current(this->lineage),
						   this->status->crl_at);
	this->outlook->update(this->outlook, FALSE);
}

METHOD(scep_errands_t, resume, bool,
	private_scep_errands_t *this)
{
	return this->outlook->resume(this->outlook);
}

METHOD(scep_errands_t, adopt, void,
	private_scep_errands_t *this, scep_generation_t *gen)
{
	this->revocation->adopt(this->revocation, gen);
	this->outlook->update(this->outlook, TRUE);
}

METHOD(scep_errands_t, change, void,
	private_scep_errands_t *this, scep_profile_t *profile)
{
	this->revocation->change(this->revocation, profile);
	this->outlook->change(this->outlook, profile);
}

/**
 * Whether one may begin in a state: not beside another message.
 */
static bool may_begin(private_scep_errands_t *this, scep_state_t state)
{
	switch (state)
	{
		case SCEP_STATE_IDLE:
		case SCEP_STATE_WAITING:
		case SCEP_STATE_PENDING:
		case SCEP_STATE_FAILED:
			return is_idle(this);
		default:
			return FALSE;
	}
}

/**
 * Whether a look for the next CA makes sense in a state: an attempt that waits
 * asks for it, too, and a server that wants to be left alone is.
 */
static bool may_look(private_scep_errands_t *this, scep_state_t state)
{
	return state != SCEP_STATE_WAITING && !this->status->patient;
}

METHOD(scep_errands_t, get_due, time_t,
	private_scep_errands_t *this, scep_state_t state)
{
	time_t due;

	if (!may_begin(this, state))
	{
		return 0;
	}
	due = this->revocation->get_due(this->revocation);
	if (may_look(this, state))
	{
		due = scep_earlier(due, this->outlook->get_due(this->outlook));
	}
	return due;
}

METHOD(scep_errands_t, run, void,
	private_scep_errands_t *this, scep_state_t state)
{
	if (may_begin(this, state))
	{
		this->revocation->run(this->revocation);
	}
	if (may_begin(this, state) && may_look(this, state))
	{
		this->outlook->run(this->outlook);
	}
}

METHOD(scep_errands_t, clock_changed, void,
	private_scep_errands_t *this, time_t delta)
{
	this->revocation->clock_changed(this->revocation, delta);
	if (this->status->look_at)
	{
		this->status->look_at += delta;
	}
}

METHOD(scep_errands_t, destroy, void,
	private_scep_errands_t *this)
{
	this->outlook->destroy(this->outlook);
	free(this);
}

/*
 * Described in header
 */
scep_errands_t *scep_errands_create(scep_host_t *host, scep_profile_t *profile,
									scep_profile_store_t *store,
									scep_lineage_t *lineage,
									scep_revocation_t *revocation,
									scep_status_t *status,
									scep_transaction_cb_t cb, void *user)
{
	private_scep_errands_t *this;

	INIT(this,
		.public = {
			.load = _load,
			.resume = _resume,
			.adopt = _adopt,
			.change = _change,
			.get_due = _get_due,
			.run = _run,
			.cancel = _cancel,
			.is_idle = _is_idle,
			.clock_changed = _clock_changed,
			.destroy = _destroy,
		},
		.lineage = lineage,
		.revocation = revocation,
		.outlook = scep_outlook_create(host, profile, store, lineage, status,
									   cb, user),
		.status = status,
	);
	return &this->public;
}
