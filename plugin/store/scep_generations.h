/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_generations scep_generations
 * @{ @ingroup scep_store_layer
 *
 * Generations on disk: gen-N, and the link that says which one is current.
 */

#ifndef SCEP_GENERATIONS_H_
#define SCEP_GENERATIONS_H_

#include "store/scep_files.h"
#include "store/scep_store.h"

/**
 * Load a generation: scep_profile_store_t.load_generation().
 */
bool scep_generations_load(scep_files_t *files, u_int which,
						   scep_generation_t **gen, scep_error_t *err);

/**
 * Find a lost certificate: scep_profile_store_t.load_lost().
 */
bool scep_generations_load_lost(scep_files_t *files, scep_lost_t *lost,
								scep_error_t *err);

/**
 * Whether the current generation is what a transaction led to.
 *
 * @param files				directory of the profile
 * @param transaction_id	transactionID
 * @return					TRUE if so
 */
bool scep_generations_have(scep_files_t *files, const char *transaction_id);

#endif /** SCEP_GENERATIONS_H_ @}*/
