/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_x509 scep_x509
 * @{ @ingroup scep_trust
 *
 * What a certificate may be used for, where libstrongswan's x509_t does not
 * tell: its keyUsage bits and any extendedKeyUsage.
 */

#ifndef SCEP_X509_H_
#define SCEP_X509_H_

#include "base/scep_error.h"

#include <library.h>
#include <credentials/certificates/certificate.h>
#include <credentials/certificates/x509.h>

typedef enum scep_usage_t scep_usage_t;

/**
 * Usages of a certificate, as flags.
 */
enum scep_usage_t {
	/** there is a keyUsage extension */
	SCEP_HAS_KEY_USAGE = (1 << 0),
	SCEP_DIGITAL_SIGNATURE = (1 << 1),
	SCEP_KEY_ENCIPHERMENT = (1 << 2),
	SCEP_KEY_CERT_SIGN = (1 << 3),
	/** there is an extendedKeyUsage extension */
	SCEP_HAS_EKU = (1 << 4),
	/** a registration authority's: certificate request agent
	 * (1.3.6.1.4.1.311.20.2.1) or cmcRA (1.3.6.1.5.5.7.3.28) */
	SCEP_EKU_RA = (1 << 5),
	/** one that IKE peers accept: clientAuth, serverAuth, ipsecIKE,
	 * iKEIntermediate, the ancient ipsecEndSystem, or any */
	SCEP_EKU_IKE = (1 << 6),
	/** basicConstraints says CA */
	SCEP_IS_CA = (1 << 7),
	/** issued by itself, the signature verifies */
	SCEP_SELF_SIGNED = (1 << 8),
};

/**
 * Get the usages of a certificate. Any thread.
 *
 * @param cert		X.509 certificate
 * @return			usages; without the flags of an extension that can't be read
 */
scep_usage_t scep_x509_usage(certificate_t *cert);

/**
 * Check that a certificate was issued by another: names, signature, and a
 * signature's digest of SHA-256 or better. Any thread.
 *
 * A self-signed certificate's own signature proves nothing, so its digest does
 * not matter: cert and issuer being equal passes with any.
 *
 * @param cert		certificate
 * @param issuer	who should have signed it
 * @param err		reason of a failure (SCEP_SECURITY), or NULL
 * @return			TRUE if so
 */
bool scep_x509_issued_by(certificate_t *cert, certificate_t *issuer,
						 scep_error_t *err);

/**
 * Check a certificate's validity. Any thread.
 *
 * @param cert		certificate
 * @param now		time to check
 * @return			TRUE if valid at that time
 */
bool scep_x509_valid_at(certificate_t *cert, time_t now);

/**
 * Describe a certificate: subject and SHA-256 fingerprint, escaped.
 *
 * @param cert		certificate
 * @param buf		where to write
 * @param len		size of buf
 * @return			buf
 */
char *scep_x509_describe(certificate_t *cert, char *buf, size_t len);

#endif /** SCEP_X509_H_ @}*/
