/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_issuers scep_issuers
 * @{ @ingroup scep_trust
 *
 * The CAs that count: trusted ones, and those that they certified.
 */

#ifndef SCEP_ISSUERS_H_
#define SCEP_ISSUERS_H_

#include "base/scep_error.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_issuers_t scep_issuers_t;

/**
 * A tree of CA certificates. One thread at a time.
 *
 * It grows from the trusted CAs downwards, so each certificate is verified
 * once against each CA, in whatever order a hostile answer has them.
 */
struct scep_issuers_t {

	/**
	 * Trust a CA certificate.
	 *
	 * @param cert		certificate, gets referenced
	 * @param when		time at which what it certified must be valid
	 */
	void (*trust)(scep_issuers_t *this, certificate_t *cert, time_t when);

	/**
	 * Add those of a list's CA certificates that trusted CAs certified, at any
	 * depth: valid, with a strong key, within each pathLenConstraint.
	 *
	 * @param certs		certificates, hostile; certificate_t
	 */
	void (*add)(scep_issuers_t *this, linked_list_t *certs);

	/**
	 * Find the issuer of a certificate.
	 *
	 * @param cert		certificate
	 * @param chain		gets the CA certificates above it, from the issuer to
	 *					the trusted one: certificate_t, new references; or NULL
	 * @param err		SCEP_SECURITY: what is wrong, or NULL
	 * @return			issuer, internal data; NULL if none of the CAs
	 */
	certificate_t *(*find)(scep_issuers_t *this, certificate_t *cert,
						   linked_list_t *chain, scep_error_t *err);

	/**
	 * Whether a certificate is one of the CAs.
	 *
	 * @param cert		certificate
	 * @return			TRUE if so
	 */
	bool (*has)(scep_issuers_t *this, certificate_t *cert);

	/**
	 * Get the trusted CA above one of the CAs.
	 *
	 * @param cert		certificate of one of the CAs
	 * @return			trusted CA's certificate, internal data; NULL if cert
	 *					is none of the CAs
	 */
	certificate_t *(*get_root)(scep_issuers_t *this, certificate_t *cert);

	/**
	 * Enumerate the CAs, trusted ones first, each after its issuer.
	 *
	 * @return			enumerator over certificate_t
	 */
	enumerator_t *(*create_enumerator)(scep_issuers_t *this);

	/**
	 * Destroy a scep_issuers_t.
	 */
	void (*destroy)(scep_issuers_t *this);
};

/**
 * Create a scep_issuers_t without any CA.
 *
 * @param allow_sha1	whether signatures with SHA-1 count
 * @return				instance
 */
scep_issuers_t *scep_issuers_create(bool allow_sha1);

#endif /** SCEP_ISSUERS_H_ @}*/
