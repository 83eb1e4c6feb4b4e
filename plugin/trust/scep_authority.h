/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_authority scep_authority
 * @{ @ingroup scep_trust
 *
 * Whom a profile trusts: the pinned CA, what it certified, and who of them may
 * read our challenge and sign our answers (RFC 8894, 2.2).
 */

#ifndef SCEP_AUTHORITY_H_
#define SCEP_AUTHORITY_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_authority_t scep_authority_t;

/**
 * Verified CA and RA certificates. Immutable; any thread.
 */
struct scep_authority_t {

	/** the pinned CA certificate */
	certificate_t *anchor;

	/** all verified CA certificates, the anchor first; certificate_t */
	linked_list_t *cas;

	/** believed RA certificates; certificate_t */
	linked_list_t *ras;

	/** the CA that probably issues: the lowest one on the path */
	certificate_t *issuer;

	/** whom to encrypt a request to */
	certificate_t *recipient;

	/** whose signature under an answer counts; certificate_t */
	linked_list_t *signers;

	/**
	 * Destroy a scep_authority_t.
	 */
	void (*destroy)(scep_authority_t *this);
};

/**
 * Verify what GetCACert answered. A worker: it verifies signatures.
 *
 * The answer is not signed, and every gateway that the CA ever enrolled could
 * put its own certificate into it. So a certificate is believed as an RA's
 * only if it is pinned (ra_fingerprint), or bears a registration authority's
 * extendedKeyUsage; chaining to the CA alone is not enough.
 *
 * @param certs		certificates from the answer, hostile; certificate_t
 * @param profile	pins
 * @param now		wall clock
 * @param err		SCEP_SECURITY: not the pinned CA; SCEP_UNCONFIRMED: no pin,
 *					or an RA that an administrator must confirm
 * @return			authority, or NULL
 */
scep_authority_t *scep_authority_create(linked_list_t *certs,
										const scep_profile_t *profile,
										time_t now, scep_error_t *err);

#endif /** SCEP_AUTHORITY_H_ @}*/
