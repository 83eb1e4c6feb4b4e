/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "crl.h"
#include "gateway.h"

/*
 * Described in header
 */
void sim_crl_set(sim_world_t *this, mock_ca_t *ca)
{
	if (this->crl.life)
	{
		ca->cdp = NULL;
		ca->crl_to = this->crl.life;
	}
}

/**
 * How long nothing must be asked for, at least, seconds.
 */
static time_t get_least(sim_world_t *this)
{
	sim_crl_t *crl = &this->crl;
	time_t wait = this->profile.retry;

	if (crl->got && !crl->vain)
	{	/* four fifths of its life */
		return crl->life * 3 / 4;
	}
	/* the back-off: after a failure, its first wait, as the server may want */
	if (crl->got)
	{
		wait <<= min(crl->vain, 16) - 1;
	}
	return min(wait, this->profile.retry_max) / 2;
}

/*
 * Described in header
 */
void sim_crl_begin(sim_world_t *this)
{
	sim_crl_t *crl = &this->crl;
	time_t gap = sim_now(this) - crl->last, least = get_least(this);

	if (!crl->free && gap < least)
	{
		sim_check_break(this, "crl", "asked for again after %ld s, expected "
						"%ld", (long)gap, (long)least);
	}
	if (!crl->got)
	{
		crl->vain = 0;
	}
	crl->free = FALSE;
	crl->got = FALSE;
	crl->last = sim_now(this);
	crl->asked++;
}

/*
 * Described in header
 */
void sim_crl_free(sim_world_t *this)
{
	this->crl.free = TRUE;
	this->crl.vain = 0;
}

/*
 * Described in header
 */
void sim_crl_got(sim_world_t *this)
{
	sim_crl_t *crl = &this->crl;
	time_t ahead = sim_gateway_now(this) - sim_now(this);

	/* one that is nearly over, by a clock that is ahead, is no use, and what
	 * comes after its end is another matter */
	crl->vain = ahead > crl->life / 2 ? crl->vain + 1 : 0;
	if (crl->vain && this->profile.retry << min(crl->vain, 16) >
															crl->life - ahead)
	{
		crl->vain = 1;
	}
	crl->got = TRUE;
	crl->last = sim_now(this);
}
