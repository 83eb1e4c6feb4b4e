/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_generation scep_generation
 * @{ @ingroup scep_store
 *
 * A certificate, its key and its chain.
 */

#ifndef SCEP_GENERATION_H_
#define SCEP_GENERATION_H_

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

typedef struct scep_generation_t scep_generation_t;

/**
 * Key and certificate that belong together. Immutable; any thread.
 */
struct scep_generation_t {

	/** number, rises with each certificate of a profile */
	u_int number;

	/** private key */
	private_key_t *key;

	/** certificate for that key */
	certificate_t *cert;

	/** intermediate CA certificates, without the root; certificate_t */
	linked_list_t *chain;

	/** moment of the renewal that is kept with the status, 0 if unknown */
	time_t renew_at;

	/**
	 * Get another reference.
	 *
	 * @return			this, to be given back with destroy()
	 */
	scep_generation_t *(*get_ref)(scep_generation_t *this);

	/**
	 * Give a reference back; the last one destroys the generation.
	 */
	void (*destroy)(scep_generation_t *this);
};

/**
 * Create a generation.
 *
 * @param number	number
 * @param key		key, a reference is taken
 * @param cert		certificate, a reference is taken
 * @param chain		intermediates (certificate_t), references are taken; or NULL
 * @param renew_at	moment of the renewal, 0 if unknown
 * @return			generation
 */
scep_generation_t *scep_generation_create(u_int number, private_key_t *key,
										  certificate_t *cert,
										  linked_list_t *chain,
										  time_t renew_at);

#endif /** SCEP_GENERATION_H_ @}*/
