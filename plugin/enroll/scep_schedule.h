/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_schedule scep_schedule
 * @{ @ingroup scep_enroll
 *
 * When things happen: pure functions of their arguments and random numbers.
 */

#ifndef SCEP_SCHEDULE_H_
#define SCEP_SCHEDULE_H_

#include "base/scep_random.h"
#include "config/scep_profile.h"

/**
 * Draw the delay before the next attempt: doubles with each one, bounded, and
 * spread over its upper half, so that a fleet does not come back as one.
 *
 * @param attempts	failed attempts so far, 1 after the first
 * @param interval	first delay, seconds
 * @param max		longest delay, seconds
 * @param random	source
 * @return			delay, seconds, at least 1
 */
time_t scep_backoff(u_int attempts, time_t interval, time_t max,
					scep_random_t *random);

/**
 * Get the longest delay that a certificate leaves time for: when less than a
 * fifth of its life is left a quarter of that, so that no chance to replace
 * it is missed.
 *
 * @param interval	shortest delay that is bearable, seconds
 * @param max		longest delay with plenty of time, seconds
 * @param life		length of the certificate's life, seconds
 * @param left		what is left of it, seconds; 0 or less once it is over
 * @return			longest delay, seconds
 */
time_t scep_patience(time_t interval, time_t max, time_t life, time_t left);

/**
 * Lengthen a delay to what a server asked for by Retry-After. It asks many for
 * the same, so what is waited is up to half longer, that they do not come back
 * as one.
 *
 * @param delay		delay without its wish, seconds
 * @param asked		what it asked for, seconds, 0 if it did not
 * @param spread	most that is added to it, seconds
 * @param random	source
 * @return			delay, seconds, not less than either
 */
time_t scep_heed(time_t delay, time_t asked, time_t spread,
				 scep_random_t *random);

/**
 * Draw the moment of a certificate's renewal, evenly between renew.from and
 * renew.to.
 *
 * @param profile	profile with the window
 * @param not_before start of the certificate's validity
 * @param not_after	end of the certificate's validity
 * @param random	source
 * @return			moment, never past not_after
 */
time_t scep_renewal_time(const scep_profile_t *profile, time_t not_before,
						 time_t not_after, scep_random_t *random);

/**
 * Get the earlier one of two moments.
 *
 * @param a				wall clock time, 0 for never
 * @param b				wall clock time, 0 for never
 * @return				the earlier, 0 for never
 */
time_t scep_earlier(time_t a, time_t b);

#endif /** SCEP_SCHEDULE_H_ @}*/
