/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_clock scep_clock
 * @{ @ingroup scep_base
 *
 * The time, as an interface: simulations and tests bring their own.
 */

#ifndef SCEP_CLOCK_H_
#define SCEP_CLOCK_H_

#include <library.h>

typedef struct scep_clock_t scep_clock_t;

/**
 * A wall clock, and one that nobody can set. Any thread.
 */
struct scep_clock_t {

	/**
	 * Get the wall clock's time, that certificates are judged by.
	 *
	 * @return		seconds since 1970, UTC
	 */
	time_t (*now)(scep_clock_t *this);

	/**
	 * Get the time since some fixed moment, suspended time included.
	 *
	 * @return		seconds
	 */
	time_t (*uptime)(scep_clock_t *this);

	/**
	 * Destroy a scep_clock_t.
	 */
	void (*destroy)(scep_clock_t *this);
};

/**
 * Create the clock of this host (CLOCK_REALTIME and CLOCK_BOOTTIME).
 *
 * @return			clock
 */
scep_clock_t *scep_clock_create();

#endif /** SCEP_CLOCK_H_ @}*/
