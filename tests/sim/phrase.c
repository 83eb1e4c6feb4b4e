/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "phrase.h"

/** Time from making a request to its arrival, at most, seconds */
#define TRAVEL		120

/*
 * Described in header
 */
void sim_phrase_write(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;

	profile->phrase_since = sim_gateway_now(this);
	sim_fs_put(this->fs, SIM_PHRASE_FILE, chunk_from_str(SIM_PHRASE "\n"));
	sim_fs_date(this->fs, SIM_PHRASE_FILE, profile->phrase_since);
}

/*
 * Described in header
 */
void sim_phrase_set(sim_world_t *this)
{
	this->profile.phrase_since = sim_gateway_now(this);
}

/**
 * For how long the phrase is over, by the gateway's clock; negative if it is
 * not.
 */
static time_t get_over(sim_world_t *this)
{
	return sim_gateway_now(this) - this->profile.phrase_since -
		   this->profile.phrase_life;
}

/*
 * Described in header
 */
void sim_phrase_arrived(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;

	/* by a clock that was set meanwhile it may have been another age */
	if (profile->phrase_life && get_over(this) > TRAVEL &&
		sim_now(this) > this->check->trouble_until)
	{
		sim_check_break(this, "phrase", "used %ld s after its end",
						(long)get_over(this));
	}
}

/*
 * Described in header
 */
void sim_phrase_over(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;

	if (!profile->phrase_life ||
		(get_over(this) < 0 && sim_now(this) > this->check->trouble_until))
	{
		sim_check_break(this, "phrase", "said to be over, with %ld s left",
						-(long)get_over(this));
	}
}
