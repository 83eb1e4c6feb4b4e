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
#include "trust/scep_anchors.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_authority_t scep_authority_t;

/**
 * Verified CA and RA certificates, all owned by it. Immutable; any thread.
 */
struct scep_authority_t {

	/** certificate of the CA that is trusted by itself, the first such one */
	certificate_t *anchor;

	/** all that are trusted by themselves, the anchor first; certificate_t */
	linked_list_t *anchors;

	/** all verified CA certificates, the anchors first, each after its issuer;
	 * certificate_t */
	linked_list_t *cas;

	/** believed RA certificates; certificate_t */
	linked_list_t *ras;

	/** the CA that probably issues: the one of the RA, else of the lowest ones
	 * the issuer of the current certificate, else the oldest */
	certificate_t *issuer;

	/** whom to encrypt a request to */
	certificate_t *recipient;

	/** whose signature under an answer counts; certificate_t. All CAs below
	 * an anchor are among them: it trusts them to issue for us. Those beside
	 * and above it never are */
	linked_list_t *signers;

	/** certificate of the CA that takes over from the anchor later, as that
	 * one announced; NULL if there is none */
	certificate_t *next;

	/** whom to encrypt a request to the next CA to, NULL without one */
	certificate_t *next_recipient;

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
 * only if it is pinned (ra_fingerprint), or confirmed, or bears a registration
 * authority's extendedKeyUsage; chaining to the CA alone is not enough.
 *
 * @param certs		certificates from the answer, hostile; certificate_t
 * @param profile	pins
 * @param trust		what else is known, or NULL
 * @param now		wall clock
 * @param judgement	gets verdict and candidates, also on success; or NULL
 * @param err		SCEP_SECURITY: not the pinned CA; SCEP_UNCONFIRMED: no pin,
 *					or an RA that an administrator must confirm; SCEP_TRANSIENT:
 *					CA or RA not valid by this clock; SCEP_PERMANENT: unfit
 * @return			authority, or NULL
 */
scep_authority_t *scep_authority_create(linked_list_t *certs,
										const scep_profile_t *profile,
										const scep_trust_t *trust, time_t now,
										scep_judgement_t *judgement,
										scep_error_t *err);

#endif /** SCEP_AUTHORITY_H_ @}*/
