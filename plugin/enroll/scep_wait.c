/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_wait.h"
#include "enroll/scep_schedule.h"

/*
 * Described in header
 */
time_t scep_wait_draw(const scep_wait_t *wait, time_t now,
					  scep_random_t *random)
{
	time_t longest = wait->longest, asked = wait->asked, left;

	if (wait->not_after)
	{
		left = wait->not_after - now;
		longest = scep_patience(wait->interval, longest,
								wait->not_after - wait->not_before, left);
		if (left > 0)
		{
			asked = min(asked, left / 2);
		}
	}
	return scep_heed(scep_backoff(wait->attempts, wait->interval, longest,
								  random), asked, longest, random);
}

/**
 * Get the longest wait that may be on disk: a server can ask for more than we
 * would draw, if the clock of then is that of now.
 */
static time_t get_longest(const scep_status_t *status,
						  const scep_profile_t *profile, time_t now)
{
	time_t longest = status->pending_since ? profile->poll_max_interval
										   : profile->retry_max_interval;

	if (status->saved_at && status->saved_at <= now)
	{
		longest = max(longest, SCEP_MAX_RETRY_AFTER + SCEP_MAX_RETRY_AFTER / 2);
	}
	return longest;
}

/*
 * Described in header
 */
void scep_wait_correct(scep_status_t *status, const scep_profile_t *profile,
					   time_t now)
{
	time_t longest = get_longest(status, profile, now);

	if (status->next_at > now + longest)
	{
		status->next_at = now + min(longest, status->pending_since ?
								profile->poll_interval :
								profile->retry_interval);
	}
}
