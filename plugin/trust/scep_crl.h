/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_crl scep_crl
 * @{ @ingroup scep_trust
 *
 * The check of a CRL that came by GetCRL (RFC 8894, 3.3.4), and what it says.
 */

#ifndef SCEP_CRL_H_
#define SCEP_CRL_H_

#include "base/scep_error.h"

#include <library.h>
#include <credentials/certificates/certificate.h>

/**
 * Check that a CRL was issued by a CA: names, signature, and a signature's
 * digest of SHA-256 or better. Any thread.
 *
 * @param crl			CRL
 * @param issuer		certificate of the CA, verified
 * @param allow_sha1	whether SHA-1 is good enough
 * @param err			SCEP_SECURITY, or NULL
 * @return				TRUE if so
 */
bool scep_crl_issued_by(certificate_t *crl, certificate_t *issuer,
						bool allow_sha1, scep_error_t *err);

/**
 * Check the CRL that is to tell whether a CA's certificates are revoked. A
 * worker: it verifies a signature.
 *
 * It must be complete (no delta CRL), issued by that CA, not stale, not of the
 * future, and not older than the one that is known.
 *
 * @param crl			CRL, hostile
 * @param issuer		certificate of the CA, verified
 * @param known			CRL that we have, or NULL; one of another CA does not
 *						count
 * @param allow_sha1	whether SHA-1 is good enough
 * @param now			wall clock
 * @param err			SCEP_SECURITY: not believed; SCEP_TRANSIENT: not valid
 *						by this clock
 * @return				FALSE if it must not be used
 */
bool scep_crl_check(certificate_t *crl, certificate_t *issuer,
					certificate_t *known, bool allow_sha1, time_t now,
					scep_error_t *err);

/**
 * Whether a CRL is older than another one of the same CA: by their numbers
 * where both have one, else by thisUpdate (RFC 5280, 5.2.3). Any thread.
 *
 * @param crl		CRL
 * @param other		the other one
 * @return			TRUE if so
 */
bool scep_crl_is_older(certificate_t *crl, certificate_t *other);

/**
 * Whether a CRL has a certificate of its CA on it. Any thread.
 *
 * @param crl		CRL
 * @param cert		certificate, X.509
 * @return			TRUE if it is revoked, or on hold
 */
bool scep_crl_revokes(certificate_t *crl, certificate_t *cert);

/**
 * Whether a certificate tells where its revocation can be looked up: by a CRL
 * distribution point, or by OCSP. Any thread.
 *
 * @param cert		certificate, X.509
 * @return			TRUE if so
 */
bool scep_crl_is_elsewhere(certificate_t *cert);

#endif /** SCEP_CRL_H_ @}*/
