/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_keys mock_keys
 * @{ @ingroup scep_tests
 *
 * A pool of key pairs that are ready, in turn.
 */

#ifndef MOCK_KEYS_H_
#define MOCK_KEYS_H_

#include "enroll/scep_host.h"

/** Keys of a pool: more than one profile has on disk at once */
#define MOCK_KEYS	6

typedef struct mock_keys_t mock_keys_t;

/**
 * Source of keys of a test.
 */
struct mock_keys_t {

	/** interface */
	scep_keys_t public;

	/** keys */
	private_key_t *keys[MOCK_KEYS];

	/** keys that were taken so far */
	u_int taken;

	/** whether generation fails */
	bool fails;
};

/**
 * Generate a pool.
 *
 * @param bits		size of the keys
 */
mock_keys_t *mock_keys_create(u_int bits);

/**
 * Make a pool of keys that exist.
 *
 * @param keys		keys, get owned
 */
mock_keys_t *mock_keys_create_of(private_key_t *keys[MOCK_KEYS]);

/**
 * Destroy a pool.
 */
void mock_keys_destroy(mock_keys_t *this);

#endif /** MOCK_KEYS_H_ @}*/
