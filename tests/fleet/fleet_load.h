/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_load fleet_load
 * @{ @ingroup fleet
 *
 * How much there was to do in each minute.
 */

#ifndef FLEET_LOAD_H_
#define FLEET_LOAD_H_

#include <library.h>

typedef struct fleet_load_t fleet_load_t;

/**
 * Counts by minute.
 */
struct fleet_load_t {

	/** counts */
	uint32_t *minutes;

	/** how many minutes */
	u_int count;
};

/**
 * Create counts that are zero.
 *
 * @param span		how long, seconds
 * @return			counts
 */
fleet_load_t *fleet_load_create(time_t span);

/**
 * Count something; what is beyond the end is not counted.
 *
 * @param at		when, milliseconds from the start
 */
void fleet_load_add(fleet_load_t *this, int64_t at);

/**
 * Sum up.
 *
 * @param from		start, seconds
 * @param to		end, seconds
 * @return			sum of the minutes that begin in from..to
 */
uint64_t fleet_load_sum(fleet_load_t *this, time_t from, time_t to);

/**
 * Find the busiest span of time, beginning with any minute.
 *
 * @param width		its length, minutes
 * @return			rate at that time, in a second
 */
double fleet_load_peak(fleet_load_t *this, u_int width);

/**
 * Find the busiest hour of those that clocks show.
 *
 * @return			rate in that hour, in a second
 */
double fleet_load_hour(fleet_load_t *this);

/**
 * Destroy counts.
 */
void fleet_load_destroy(fleet_load_t *this);

#endif /** FLEET_LOAD_H_ @}*/
