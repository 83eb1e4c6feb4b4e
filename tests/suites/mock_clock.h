/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_clock mock_clock
 * @{ @ingroup scep_tests
 *
 * A clock that only moves when it is told to.
 */

#ifndef MOCK_CLOCK_H_
#define MOCK_CLOCK_H_

#include "base/scep_clock.h"

/** When time begins: January 2027 */
#define MOCK_START	1800000000

typedef struct mock_clock_t mock_clock_t;

/**
 * Clock of a test.
 */
struct mock_clock_t {

	/** interface */
	scep_clock_t public;

	/** wall clock */
	time_t now;

	/** time since the start */
	time_t uptime;
};

/**
 * Create a clock that stands at MOCK_START.
 */
mock_clock_t *mock_clock_create();

/**
 * Let time pass.
 *
 * @param seconds	how much
 */
void mock_clock_advance(mock_clock_t *this, time_t seconds);

/**
 * Set the wall clock, while no time passes.
 *
 * @param delta		by how much, seconds
 */
void mock_clock_jump(mock_clock_t *this, time_t delta);

#endif /** MOCK_CLOCK_H_ @}*/
