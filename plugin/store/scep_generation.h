/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_generation scep_generation
 * @{ @ingroup scep_store_layer
 *
 * A key with its certificate, as an object.
 */

#ifndef SCEP_GENERATION_H_
#define SCEP_GENERATION_H_

#include "store/scep_store.h"

/**
 * Create a generation.
 *
 * @param number	number
 * @param key		private key, gets owned
 * @param cert		certificate, gets owned
 * @param chain		certificate_t, list and items get owned
 * @param digest	request_digest of the profile, or ""
 * @return			generation
 */
scep_generation_t *scep_generation_create(u_int number, private_key_t *key,
								certificate_t *cert, linked_list_t *chain,
								const char *digest);

#endif /** SCEP_GENERATION_H_ @}*/
