/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_key scep_key
 * @{ @ingroup scep_message_layer
 *
 * Bounds on the public keys of others.
 */

#ifndef SCEP_KEY_H_
#define SCEP_KEY_H_

#include "base/scep_error.h"

#include <library.h>
#include <credentials/keys/public_key.h>

/**
 * Check that a key cannot keep us busy: libstrongswan verifies with it as soon
 * as it reads a certificate that says to be self-signed, and its gmp plugin
 * takes RSA keys of any size with exponents of any size. Any thread.
 *
 * An RSA key has at most SCEP_MAX_PEER_RSA bits, an odd exponent above 1 of at
 * most SCEP_MAX_EXPONENT bits, and is DER. Other keys have no such freedom.
 *
 * @param spki		SubjectPublicKeyInfo, an element
 * @param err		reason of a refusal
 * @return			FALSE if it must not be used
 */
bool scep_key_check_cost(chunk_t spki, scep_error_t *err);

/**
 * Check that a key is strong enough. Any thread.
 *
 * @param key		key, RSA or ECDSA
 * @param min_rsa	bits that an RSA key must have
 * @param whose		whose key it is, for the error
 * @param err		reason of a refusal
 * @return			FALSE if it is too small
 */
bool scep_key_check_strength(public_key_t *key, int min_rsa, const char *whose,
							 scep_error_t *err);

/**
 * Get the modulus of an RSA key (RFC 8017, A.1.1). Any thread.
 *
 * @param key		key
 * @return			modulus without leading zeros, allocated; chunk_empty if it
 *					is no RSA key
 */
chunk_t scep_key_get_modulus(public_key_t *key);

#endif /** SCEP_KEY_H_ @}*/
