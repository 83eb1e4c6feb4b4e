/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_random scep_random
 * @{ @ingroup scep_base
 *
 * Random numbers, as an interface: simulations seed their own.
 */

#ifndef SCEP_RANDOM_H_
#define SCEP_RANDOM_H_

#include "base/scep_error.h"

#include <library.h>

typedef struct scep_random_t scep_random_t;

/**
 * Source of random numbers. One thread at a time.
 */
struct scep_random_t {

	/**
	 * Get random bytes.
	 *
	 * @param len		number of bytes
	 * @param buf		where to write them
	 * @param err		reason of a failure
	 * @return			FALSE if the generator is not available or failed
	 */
	bool (*get_bytes)(scep_random_t *this, size_t len, u_char *buf,
					  scep_error_t *err);

	/**
	 * Destroy a scep_random_t.
	 */
	void (*destroy)(scep_random_t *this);
};

/**
 * Create a source on libstrongswan's RNG_STRONG (RFC 8894, 3.2.1.5 asks for a
 * cryptographic one for nonces).
 *
 * @return			source
 */
scep_random_t *scep_random_create();

/**
 * Draw an evenly distributed number.
 *
 * Used for jitter, where a missing generator must not stop anything: it
 * answers with the middle then.
 *
 * @param random	source
 * @param from		smallest result
 * @param to		largest result, not smaller than from
 * @return			number in from..to
 */
uint64_t scep_random_between(scep_random_t *random, uint64_t from, uint64_t to);

#endif /** SCEP_RANDOM_H_ @}*/
