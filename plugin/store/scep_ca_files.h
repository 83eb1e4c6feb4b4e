/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_ca_files scep_ca_files
 * @{ @ingroup scep_store_layer
 *
 * What is known of the CA, on disk.
 */

#ifndef SCEP_CA_FILES_H_
#define SCEP_CA_FILES_H_

#include "store/scep_files.h"
#include "store/scep_store.h"

/**
 * Write the verified CA certificates: scep_profile_store_t.save_ca().
 */
bool scep_ca_files_save(scep_files_t *files, certificate_t *anchor,
						linked_list_t *cas, scep_error_t *err);

/**
 * Load root.pem: scep_profile_store_t.load_root().
 */
bool scep_ca_files_load_root(scep_files_t *files, certificate_t **root,
							 scep_error_t *err);

#endif /** SCEP_CA_FILES_H_ @}*/
