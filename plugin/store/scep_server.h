/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_server scep_server
 * @{ @ingroup scep_store_layer
 *
 * What was learnt about a server, on disk.
 */

#ifndef SCEP_SERVER_H_
#define SCEP_SERVER_H_

#include "store/scep_files.h"
#include "store/scep_store.h"

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
