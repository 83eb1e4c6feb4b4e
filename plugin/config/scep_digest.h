/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_digest scep_digest
 * @{ @ingroup scep_config_layer
 *
 * Digests by which profiles are compared.
 */

#ifndef SCEP_DIGEST_H_
#define SCEP_DIGEST_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"

#include <library.h>

/** Room for a digest in hexadecimal */
#define SCEP_DIGEST_LEN		(HASH_SIZE_SHA256 * 2 + 1)

/**
 * Hash a value.
 *
 * @param value		value
 * @param hex		gets the SHA-256 in hexadecimal
 * @param err		reason of a failure
 * @return			TRUE if hashed
 */
bool scep_digest(chunk_t value, char hex[SCEP_DIGEST_LEN], scep_error_t *err);

/**
 * Hash what a profile requests: subject, alternative names, template, type and
 * size of the key. How they were written, and the order of names, does not
 * matter.
 *
 * @param profile	profile, with the settings parsed
 * @param hex		gets the SHA-256 in hexadecimal
 * @param err		reason of a failure
 * @return			TRUE if hashed
 */
bool scep_digest_request(const scep_profile_t *profile,
						 char hex[SCEP_DIGEST_LEN], scep_error_t *err);

#endif /** SCEP_DIGEST_H_ @}*/
