/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_pool sim_pool
 * @{ @ingroup scep_sim
 *
 * Keys that are ready, from a file: generating them would take longer than all
 * else, and so would checking each one anew that is read from disk.
 */

#ifndef SIM_POOL_H_
#define SIM_POOL_H_

#include "certrep.h"
#include "mock_keys.h"

typedef struct sim_pool_t sim_pool_t;

/** Keys of CAs and others; the gateway has MOCK_KEYS */
#define SIM_CA_KEYS		10

/**
 * Pool of keys.
 */
struct sim_pool_t {

	/** the gateway's: as its source of keys, as OpenSSL has them, and as they
	 * are on disk */
	mock_keys_t *keys;
	EVP_PKEY *own[MOCK_KEYS];
	chunk_t pem[MOCK_KEYS];

	/** those of others */
	EVP_PKEY *pkeys[SIM_CA_KEYS];

	/** others that were taken so far */
	u_int taken;
};

/**
 * Let libstrongswan take keys that it reads from the pool; before it loads its
 * plugins.
 */
void sim_pool_register();

/**
 * Load the pool; there is one in a process.
 *
 * @param path		file with the keys, PEM
 * @return			pool, NULL if the file has not enough keys
 */
sim_pool_t *sim_pool_create(const char *path);

/**
 * Begin anew.
 *
 * @return			the gateway's keys, internal data
 */
mock_keys_t *sim_pool_reset(sim_pool_t *this);

/**
 * Take a key for a CA; a mock_ca_t calls this.
 *
 * @param bits		size, ignored
 * @return			reference to a key
 */
EVP_PKEY *sim_pool_take(u_int bits);

/**
 * Destroy a pool.
 */
void sim_pool_destroy(sim_pool_t *this);

#endif /** SIM_POOL_H_ @}*/
