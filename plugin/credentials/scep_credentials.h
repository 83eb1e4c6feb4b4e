/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_credentials scep_credentials
 * @{ @ingroup scep_credentials_layer
 *
 * What IKE sees: keys, certificates and roots of all profiles.
 */

#ifndef SCEP_CREDENTIALS_H_
#define SCEP_CREDENTIALS_H_

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/credential_set.h>

typedef struct scep_credentials_t scep_credentials_t;

/**
 * Credential set. Readers (IKE threads) take a reference to an immutable
 * snapshot and wait for nobody; writers make a new snapshot.
 */
struct scep_credentials_t {

	/**
	 * Implements credential_set_t.
	 */
	credential_set_t set;

	/**
	 * Set a profile's credentials, instead of its earlier ones. Takes
	 * references. Loop thread.
	 *
	 * @param profile	name
	 * @param key		private key
	 * @param cert		certificate for it
	 * @param chain		intermediates to send along, certificate_t
	 * @param roots		roots to trust for peers, certificate_t
	 */
	void (*install)(scep_credentials_t *this, const char *profile,
					private_key_t *key, certificate_t *cert,
					linked_list_t *chain, linked_list_t *roots);

	/**
	 * Set the CRL of a profile's CA, instead of an earlier one. Takes
	 * references. Loop thread.
	 *
	 * @param profile	name
	 * @param crl		CRL, verified; NULL for none
	 * @param issuer	certificate of the CA that issued it
	 */
	void (*install_crl)(scep_credentials_t *this, const char *profile,
						certificate_t *crl, certificate_t *issuer);

	/**
	 * Remove a profile's credentials and CRL. Loop thread.
	 *
	 * @param profile	name
	 */
	void (*remove)(scep_credentials_t *this, const char *profile);

	/**
	 * Destroy a scep_credentials_t; no enumerator may be open.
	 */
	void (*destroy)(scep_credentials_t *this);
};

/**
 * Create the set.
 *
 * @return			set, empty
 */
scep_credentials_t *scep_credentials_create();

#endif /** SCEP_CREDENTIALS_H_ @}*/
