/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_random mock_random
 * @{ @ingroup scep_tests
 *
 * Random numbers that are the same for the same seed.
 */

#ifndef MOCK_RANDOM_H_
#define MOCK_RANDOM_H_

#include "base/scep_random.h"

typedef struct mock_random_t mock_random_t;

/**
 * Random numbers of a test.
 */
struct mock_random_t {

	/** interface */
	scep_random_t public;

	/** state of the generator */
	uint64_t state;

	/** whether it fails */
	bool fails;
};

/**
 * Create a generator.
 *
 * @param seed		seed
 */
mock_random_t *mock_random_create(uint64_t seed);

#endif /** MOCK_RANDOM_H_ @}*/
