/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_key sim_key
 * @{ @ingroup scep_sim
 *
 * Keys that know their encodings and fingerprints: OpenSSL takes longer for
 * these than for all else.
 */

#ifndef SIM_KEY_H_
#define SIM_KEY_H_

#include <library.h>
#include <credentials/keys/private_key.h>
#include <credentials/keys/public_key.h>

/**
 * Wrap a private key.
 *
 * @param key		key that does the work, gets owned
 * @param half		its public key, a reference is taken
 * @return			key, NULL if that has no encoding
 */
private_key_t *sim_key_private(private_key_t *key, public_key_t *half);

/**
 * Wrap a public key.
 *
 * @param key		key that does the work, gets owned
 * @return			key, NULL if that has no encoding
 */
public_key_t *sim_key_public(public_key_t *key);

#endif /** SIM_KEY_H_ @}*/
