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

/**
 * Load chain.pem: scep_profile_store_t.load_chain().
 */
bool scep_ca_files_load_chain(scep_files_t *files, linked_list_t **certs,
							  scep_error_t *err);

/**
 * Load pinned.pem: scep_profile_store_t.load_pinned().
 */
bool scep_ca_files_load_pinned(scep_files_t *files, certificate_t **anchor,
							   scep_error_t *err);

/**
 * Write the next CA's certificates: scep_profile_store_t.save_next_ca().
 */
bool scep_ca_files_save_next(scep_files_t *files, linked_list_t *certs,
							 scep_error_t *err);

/**
 * Load them: scep_profile_store_t.load_next_ca().
 */
bool scep_ca_files_load_next(scep_files_t *files, linked_list_t **certs,
							 scep_error_t *err);

/**
 * Remove them: scep_profile_store_t.drop_next_ca().
 */
bool scep_ca_files_drop_next(scep_files_t *files, scep_error_t *err);

/**
 * Trust certificates: scep_profile_store_t.promote_next_ca().
 */
bool scep_ca_files_promote_next(scep_files_t *files, certificate_t *by,
								bool pinned, linked_list_t *certs,
								scep_error_t *err);

/**
 * Load what is trusted so: scep_profile_store_t.load_announced().
 */
bool scep_ca_files_load_announced(scep_files_t *files, linked_list_t *pins,
								  certificate_t *ca_cert,
								  certificate_t **first,
								  linked_list_t **certs, scep_error_t *err);

/**
 * Write a CRL: scep_profile_store_t.save_crl().
 */
bool scep_ca_files_save_crl(scep_files_t *files, chunk_t der,
							scep_error_t *err);

/**
 * Load it: scep_profile_store_t.load_crl().
 */
bool scep_ca_files_load_crl(scep_files_t *files, certificate_t **crl,
							scep_error_t *err);

#endif /** SCEP_CA_FILES_H_ @}*/
