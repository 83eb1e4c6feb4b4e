/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_sanity scep_sanity
 * @{ @ingroup scep_enroll
 *
 * Whether the wall clock can be believed. One that is plainly wrong decides
 * nothing: not what has expired, nor what is due.
 */

#ifndef SCEP_SANITY_H_
#define SCEP_SANITY_H_

#include "base/scep_clock.h"
#include "store/scep_store.h"

#include <library.h>

/** Why nothing is done without a clock */
#define SCEP_SUSPECT	"the clock is not to be believed, set it"

typedef struct scep_sanity_t scep_sanity_t;

/**
 * Judge of the clock, for one profile. Loop thread only, or at load before any
 * other.
 */
struct scep_sanity_t {

	/**
	 * Find out whether the clock can be believed; a change is reported.
	 *
	 * @return			TRUE if so
	 */
	bool (*check)(scep_sanity_t *this);

	/**
	 * Whether the clock was believed when check() was called last.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_sane)(scep_sanity_t *this);

	/**
	 * Get when a clock that is not believed can be, if nobody sets it.
	 *
	 * @return			wall clock time, 0 if it is believed
	 */
	time_t (*get_due)(scep_sanity_t *this);

	/**
	 * Take the start of the CA's certificate from disk: no time is before
	 * that. Only while no worker has the profile's state.
	 *
	 * @param store		state of the profile
	 */
	void (*learn)(scep_sanity_t *this, scep_profile_store_t *store);

	/**
	 * The wall clock was set. One that was ahead and returns is believed.
	 *
	 * @param delta		by how much it jumped, seconds
	 */
	void (*clock_changed)(scep_sanity_t *this, time_t delta);

	/**
	 * Destroy a scep_sanity_t.
	 */
	void (*destroy)(scep_sanity_t *this);
};

/**
 * Create it.
 *
 * @param clock		clock to judge, not owned
 * @param profile	name of the profile, gets cloned
 * @param status	status of the profile, not owned; has when it was written
 * @return			judge
 */
scep_sanity_t *scep_sanity_create(scep_clock_t *clock, const char *profile,
								  scep_status_t *status);

#endif /** SCEP_SANITY_H_ @}*/
