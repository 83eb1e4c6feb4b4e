/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_schedule.h"

/** A certificate is short of life when less than this part of it is left; then
 * what is left has so many chances at least. A wait is a part of what is left
 * each time, so that more follow; with more at once the fleet of a CA that was
 * away would overrun it in the last hours */
#define SHORT_OF_LIFE	5
#define CHANCES			4

/** Where a time before the end is longer than the certificate's life it is
 * renewed between these parts of it, percent, which are the defaults */
#define FALLBACK_FROM	60
#define FALLBACK_TO		70

/*
 * Described in header
 */
time_t scep_backoff(u_int attempts, time_t interval, time_t max,
					scep_random_t *random)
{
	time_t delay = interval;

	while (attempts > 1 && delay < max)
	{
		delay = delay > max / 2 ? max : delay * 2;
		attempts--;
	}
	delay = min(delay, max);
	delay = scep_random_between(random, delay - delay / 2, delay);
	return max(delay, 1);
}

/*
 * Described in header
 */
time_t scep_patience(time_t interval, time_t max, time_t life, time_t left)
{
	if (left <= 0 || left >= life / SHORT_OF_LIFE)
	{	/* once it has expired, nothing is gained by haste */
		return max;
	}
	return min(max, max(interval, left / CHANCES));
}

/*
 * Described in header
 */
time_t scep_heed(time_t delay, time_t asked, time_t spread,
				 scep_random_t *random)
{
	if (asked <= 0)
	{
		return delay;
	}
	asked += scep_random_between(random, 0, min(asked / 2, spread));
	return max(delay, asked);
}

/**
 * Moment that an end of the window stands for.
 *
 * @param fallback	percent of the lifetime that counts where it is shorter than
 *					a time before the end: the CA issues for less than when
 *					somebody chose that, and must not be asked without end
 */
static time_t resolve(scep_window_t end, u_int fallback, time_t not_before,
					  time_t not_after)
{
	time_t lifetime = not_after - not_before;

	if (!end.percent && end.value < lifetime)
	{
		return not_after - (time_t)end.value;
	}
	/* 64 bits, as a certificate "without end" lasts until the year 9999 */
	return not_before + (int64_t)lifetime *
						(end.percent ? end.value : fallback) / 100;
}

/*
 * Described in header
 */
time_t scep_renewal_time(const scep_profile_t *profile, time_t not_before,
						 time_t not_after, scep_random_t *random)
{
	time_t from, to;

	from = resolve(profile->renew_from, FALLBACK_FROM, not_before, not_after);
	to = resolve(profile->renew_to, FALLBACK_TO, not_before, not_after);
	if (to <= from)
	{	/* only one of them is beyond a short lifetime */
		return from;
	}
	return scep_random_between(random, from, to);
}

/*
 * Described in header
 */
time_t scep_earlier(time_t a, time_t b)
{
	return !a ? b : !b ? a : min(a, b);
}
