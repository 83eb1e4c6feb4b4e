/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_server scep_server
 * @{ @ingroup scep_store_layer
 *
 * What was learnt about servers, on disk: a section for each of them.
 */

#ifndef SCEP_SERVER_H_
#define SCEP_SERVER_H_

#include "config/scep_digest.h"
#include "store/scep_files.h"
#include "store/scep_store.h"

/**
 * Tell servers and their CAs apart by a hash: the URL may hold a password.
 *
 * @param url			URL of the server
 * @param ca_identifier	identifier of the CA, or NULL
 * @param identity		gets the hash in hexadecimal
 * @param err			reason of a failure
 * @return				FALSE on failure
 */
bool scep_server_identity(const char *url, const char *ca_identifier,
						  char identity[SCEP_DIGEST_LEN], scep_error_t *err);

/**
 * Write it: scep_profile_store_t.save_server().
 */
bool scep_server_save(scep_files_t *files, const char *url,
					  const char *ca_identifier, const scep_server_t *server,
					  scep_error_t *err);

/**
 * Load it: scep_profile_store_t.load_server().
 */
bool scep_server_load(scep_files_t *files, const char *url,
					  const char *ca_identifier, scep_server_t *server,
					  scep_error_t *err);

#endif /** SCEP_SERVER_H_ @}*/
