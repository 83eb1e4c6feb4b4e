/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "phrase.h"

/** Time from making a request to its arrival, at most, and until a clock that
 * was set is believed, seconds */
#define TRAVEL		(4 * HOUR)

/*
 * Described in header
 */
void sim_phrase_write(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;

	profile->phrase_since = sim_gateway_now(this);
	profile->undated = FALSE;
	sim_fs_put(this->fs, SIM_PHRASE_FILE, chunk_from_str(SIM_PHRASE "\n"));
	sim_fs_date(this->fs, SIM_PHRASE_FILE, profile->phrase_since);
}

/*
 * Described in header
 */
void sim_phrase_set(sim_world_t *this)
{
	this->profile.handed_since = sim_gateway_now(this);
}

/*
 * Described in header
 */
void sim_phrase_clock_set(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;
	time_t now = sim_gateway_now(this);

	if (max(profile->phrase_since, profile->handed_since) > now)
	{	/* it counts from when it was seen first, maybe in an older file, or
		 * from then, if the clock is set once more */
		profile->phrase_since = min(profile->phrase_since, now);
		profile->handed_since = min(profile->handed_since, now);
		profile->undated = TRUE;
	}
}

/**
 * For how long a phrase is over, by the gateway's clock; negative if it is not.
 */
static time_t get_over(sim_world_t *this, time_t since)
{
	return sim_gateway_now(this) - since - this->profile.phrase_life;
}

/*
 * Described in header
 */
void sim_phrase_arrived(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;
	time_t over = get_over(this, max(profile->phrase_since,
									 profile->handed_since));

	/* by a clock that was set meanwhile it may have been another age */
	if (profile->phrase_life && !profile->undated && over > TRAVEL &&
		sim_now(this) > this->check->trouble_until)
	{
		sim_check_break(this, "phrase", "used %ld s after its end", (long)over);
	}
}

/*
 * Described in header
 */
void sim_phrase_over(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;
	time_t over = get_over(this, profile->phrase_since);

	/* the one that was handed over may have served already */
	if (!profile->phrase_life ||
		(over < 0 && !profile->undated && sim_now(this) > this->check->trouble_until))
	{
		sim_check_break(this, "phrase", "said to be over, with %ld s left",
						-(long)over);
	}
}
