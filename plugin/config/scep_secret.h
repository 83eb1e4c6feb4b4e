/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_secret scep_secret
 * @{ @ingroup scep_config_layer
 *
 * Secrets in files: challenge phrases and passwords.
 */

#ifndef SCEP_SECRET_H_
#define SCEP_SECRET_H_

#include "base/scep_error.h"

#include <library.h>

/**
 * Read the first line of a file. A worker, as a file can be anywhere.
 *
 * @param path		file
 * @param key		setting that names it
 * @param what		what it holds, for errors: "a phrase"
 * @param private	whether nobody but the owner may be able to use the file
 * @param line		gets it, 1 to SCEP_MAX_CHALLENGE bytes, to be cleared with
 *					chunk_clear()
 * @param err		SCEP_LOCAL: not readable, or no such line
 * @return			FALSE on failure
 */
bool scep_secret_read(const char *path, const char *key, const char *what,
					  bool private, chunk_t *line, scep_error_t *err);

#endif /** SCEP_SECRET_H_ @}*/
