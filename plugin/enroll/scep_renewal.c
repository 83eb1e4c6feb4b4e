/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_renewal.h"
#include "enroll/scep_schedule.h"
#include "trust/scep_x509.h"

/** What is overdue when it comes is renewed after this part of that time */
#define OVERDUE_PART	4

/*
 * Described in header
 */
bool scep_renewal_draw(const scep_profile_t *profile, scep_generation_t *gen,
					   bool fresh, scep_status_t *status, time_t now,
					   scep_random_t *random)
{
	time_t from = scep_x509_not_before(gen->cert);
	time_t to = scep_x509_not_after(gen->cert), soon, at;

	soon = now + profile->retry_interval;
	if (status->renew_gen == gen->number &&
		status->renew_at >= from && status->renew_at <= max(to, soon))
	{
		return FALSE;
	}
	at = scep_renewal_time(profile, from, to, random);
	if (fresh && at <= now)
	{	/* a CA may issue what was due long ago; if that was renewed at once,
		 * there were requests without end */
		at = now + min((to - now) / 2, (now - at) / OVERDUE_PART);
	}
	scep_renewal_set(gen, status, max(soon, at));
	return TRUE;
}

/*
 * Described in header
 */
void scep_renewal_set(scep_generation_t *gen, scep_status_t *status, time_t at)
{
	status->renew_gen = gen->number;
	status->renew_at = at;
}

/*
 * Described in header
 */
time_t scep_renewal_within(scep_generation_t *gen, time_t seconds, time_t now,
						   scep_random_t *random)
{
	time_t left = scep_x509_not_after(gen->cert) - now;

	seconds = min(seconds, left / 2);
	return now + (seconds > 0 ? scep_random_between(random, 0, seconds) : 0);
}

/*
 * Described in header
 */
bool scep_renewal_same_window(const scep_profile_t *a, const scep_profile_t *b)
{
	return a->renew_from.percent == b->renew_from.percent &&
		   a->renew_from.value == b->renew_from.value &&
		   a->renew_to.percent == b->renew_to.percent &&
		   a->renew_to.value == b->renew_to.value;
}
