/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_wait scep_wait
 * @{ @ingroup scep_enroll
 *
 * Waits between attempts, and what is on disk of them.
 */

#ifndef SCEP_WAIT_H_
#define SCEP_WAIT_H_

#include "base/scep_random.h"
#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_wait_t scep_wait_t;

/**
 * What a wait depends on.
 */
struct scep_wait_t {

	/** attempts so far, that one included; UINT_MAX for the longest wait */
	u_int attempts;

	/** shortest and longest wait, seconds */
	time_t interval, longest;

	/** validity of the certificate that must be replaced in time, or both 0 */
	time_t not_before, not_after;

	/** what the server asked for (Retry-After), seconds, or 0 */
	time_t asked;
};

/**
 * Draw the delay before the next attempt. A server's wish for patience counts
 * unless the certificate would have ended by half of what is left. Pure.
 *
 * @param wait		what it depends on
 * @param now		wall clock
 * @param random	random numbers
 * @return			delay, seconds
 */
time_t scep_wait_draw(const scep_wait_t *wait, time_t now,
					  scep_random_t *random);

/**
 * Correct a wait on disk that is longer than any that can be: it is from
 * another clock, as of a device that knows no time when it starts. It is not
 * known how long it has to be, so it is the shortest one. Pure.
 *
 * @param status	status, gets it
 * @param profile	profile
 * @param now		wall clock
 */
void scep_wait_correct(scep_status_t *status, const scep_profile_t *profile,
					   time_t now);

#endif /** SCEP_WAIT_H_ @}*/
