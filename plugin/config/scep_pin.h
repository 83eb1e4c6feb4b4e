/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_pin scep_pin
 * @{ @ingroup scep_config_layer
 *
 * Fingerprints by which a person says which certificate is meant.
 */

#ifndef SCEP_PIN_H_
#define SCEP_PIN_H_

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <crypto/hashers/hasher.h>

typedef struct scep_pin_t scep_pin_t;

/**
 * A pinned fingerprint. Immutable; any thread.
 */
struct scep_pin_t {

	/** SHA-256, SHA-384 or SHA-512; SHA-1 where allow_sha1 is set */
	hash_algorithm_t alg;

	/** hash over the DER of a certificate (RFC 8894, 2.2) */
	chunk_t hash;

	/** what it is the fingerprint of, as a file tells, or NULL; owned */
	char *note;

	/**
	 * Whether it is the fingerprint of a certificate.
	 *
	 * @param cert		certificate
	 * @return			TRUE if so
	 */
	bool (*matches)(scep_pin_t *this, certificate_t *cert);

	/**
	 * Destroy a scep_pin_t.
	 */
	void (*destroy)(scep_pin_t *this);
};

/**
 * Parse a fingerprint: "sha256:", "sha384:", "sha512:" or "sha1:" and all its
 * hexadecimal digits; colons, dashes, blanks and case do not matter.
 *
 * @param text		text
 * @return			pin, or NULL if it is malformed
 */
scep_pin_t *scep_pin_create(const char *text);

/**
 * Whether a certificate has one of some fingerprints.
 *
 * @param pins		scep_pin_t
 * @param cert		certificate
 * @return			TRUE if so
 */
bool scep_pins_match(linked_list_t *pins, certificate_t *cert);

/**
 * Destroy a list of pins, and the pins.
 *
 * @param pins		scep_pin_t
 */
void scep_pins_destroy(linked_list_t *pins);

#endif /** SCEP_PIN_H_ @}*/
