/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_request_record scep_request_record
 * @{ @ingroup scep_store_layer
 *
 * The request under way, on disk.
 */

#ifndef SCEP_REQUEST_RECORD_H_
#define SCEP_REQUEST_RECORD_H_

#include "store/scep_files.h"
#include "store/scep_store.h"

/**
 * Write the request: scep_profile_store_t.save_request().
 */
bool scep_request_record_save(scep_files_t *files,
							  const scep_request_record_t *record,
							  scep_error_t *err);

/**
 * Load the request: scep_profile_store_t.load_request().
 */
bool scep_request_record_load(scep_files_t *files,
							  scep_request_record_t *record,
							  scep_error_t *err);

/**
 * Remove the request: scep_profile_store_t.drop_request().
 */
void scep_request_record_drop(scep_files_t *files);

#endif /** SCEP_REQUEST_RECORD_H_ @}*/
