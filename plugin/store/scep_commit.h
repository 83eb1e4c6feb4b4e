/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_commit scep_commit
 * @{ @ingroup scep_store_layer
 *
 * How a new generation takes the place of the one in use.
 */

#ifndef SCEP_COMMIT_H_
#define SCEP_COMMIT_H_

#include "store/scep_files.h"
#include "store/scep_store.h"

/**
 * Commit a new generation: scep_profile_store_t.commit().
 */
bool scep_commit_generation(scep_files_t *files, private_key_t *key,
							certificate_t *cert, linked_list_t *chain,
							const char *digest, time_t now,
							scep_generation_t **gen, scep_error_t *err);

#endif /** SCEP_COMMIT_H_ @}*/
