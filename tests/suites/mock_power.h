/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_power mock_power
 * @{ @ingroup scep_tests
 *
 * A machine that loses its power: what a directory had when it was synced the
 * last time is what it has after that.
 */

#ifndef MOCK_POWER_H_
#define MOCK_POWER_H_

#include <library.h>

typedef struct mock_power_t mock_power_t;

/**
 * What is durable of a directory, as a copy beside it.
 */
struct mock_power_t {

	/** directory, and its copy */
	char dir[64], durable[80];
};

/**
 * Begin with all that is there now, as durable.
 *
 * @param dir		directory
 */
mock_power_t *mock_power_create(const char *dir);

/**
 * The entries of a directory are durable from now on, and what was written to
 * its files; not what is in directories below.
 *
 * @param path		directory, one outside does not matter
 */
void mock_power_sync(mock_power_t *this, const char *path);

/**
 * The power is lost: put back what is durable.
 */
void mock_power_lose(mock_power_t *this);

/**
 * Remove the copy.
 */
void mock_power_destroy(mock_power_t *this);

#endif /** MOCK_POWER_H_ @}*/
