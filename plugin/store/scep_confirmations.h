/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_confirmations scep_confirmations
 * @{ @ingroup scep_store_layer
 *
 * Files by which an administrator confirms CA and RA certificates.
 */

#ifndef SCEP_CONFIRMATIONS_H_
#define SCEP_CONFIRMATIONS_H_

#include "config/scep_pin.h"
#include "store/scep_files.h"

/**
 * Load fingerprints: scep_profile_store_t.load_confirmed().
 */
bool scep_confirmations_load(scep_files_t *files, linked_list_t **pins,
							 scep_error_t *err);

/**
 * Write what needs to be confirmed: scep_profile_store_t.save_candidates().
 */
bool scep_confirmations_ask(scep_files_t *files, linked_list_t *cas,
							linked_list_t *ras, scep_error_t *err);

/**
 * Load what needs to be confirmed: scep_profile_store_t.load_candidates().
 */
bool scep_confirmations_load_asked(scep_files_t *files, linked_list_t **pins,
								   scep_error_t *err);

/**
 * Confirm a fingerprint: scep_profile_store_t.add_confirmed().
 */
bool scep_confirmations_add(scep_files_t *files, scep_pin_t *pin,
							scep_error_t *err);

#endif /** SCEP_CONFIRMATIONS_H_ @}*/
