/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_x509 scep_x509
 * @{ @ingroup scep_trust
 *
 * What a certificate says, where libstrongswan's x509_t does not tell: its
 * keyUsage bits, any extendedKeyUsage, and which names are user principal
 * names; and whose certificate it is.
 */

#ifndef SCEP_X509_H_
#define SCEP_X509_H_

#include "base/scep_error.h"

#include <library.h>
#include <collections/linked_list.h>
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
	SCEP_NON_REPUDIATION = (1 << 9),
};

/**
 * Get the usages of a certificate. Any thread.
 *
 * @param cert		X.509 certificate
 * @return			usages; without the flags of an extension that can't be read
 */
scep_usage_t scep_x509_usage(certificate_t *cert);

/**
 * Check that a certificate was issued by another: a CA that may certify,
 * names, signature, and a signature's digest of SHA-256 or better. Any thread.
 *
 * A self-signed certificate's own signature proves nothing, so its digest does
 * not matter: cert and issuer being equal passes with any.
 *
 * @param cert		certificate
 * @param issuer	who should have signed it
 * @param allow_sha1	whether SHA-1 is good enough
 * @param err		reason of a failure (SCEP_SECURITY), or NULL
 * @return			TRUE if so
 */
bool scep_x509_issued_by(certificate_t *cert, certificate_t *issuer,
						 bool allow_sha1, scep_error_t *err);

/**
 * Whether the digest of a signature is SHA-256 or better. Any thread.
 *
 * @param scheme	signature
 * @param allow_sha1	whether SHA-1 is good enough
 * @return			TRUE if it is good enough
 */
bool scep_x509_is_strong(signature_params_t *scheme, bool allow_sha1);

/**
 * Check that a certificate names another one as its issuer; proves nothing.
 * Any thread.
 *
 * @param cert		certificate
 * @param issuer	certificate of the one that it may name
 * @return			TRUE if so
 */
bool scep_x509_names_issuer(certificate_t *cert, certificate_t *issuer);

/**
 * Check that a key is strong enough to be relied on: RSA of SCEP_MIN_RSA bits,
 * or an elliptic curve's of 256. Any thread.
 *
 * @param cert		certificate with the key
 * @param rsa		whether only RSA serves, as for encryption
 * @return			TRUE if so
 */
bool scep_x509_has_strong_key(certificate_t *cert, bool rsa);

/**
 * Get the subjectAltNames. Any thread.
 *
 * libstrongswan reads a user principal name (otherName
 * 1.3.6.1.4.1.311.20.2.3) as a mail address; here they are told apart. Names
 * of types that it does not know, and IKE can't use, are left out.
 *
 * @param cert		certificate
 * @param sans		gets all but user principal names; identification_t, to be
 *					destroyed by the caller
 * @param upns		gets user principal names, as ID_RFC822_ADDR; the same
 */
void scep_x509_get_names(certificate_t *cert, linked_list_t *sans,
						 linked_list_t *upns);

/**
 * Check a certificate's validity. Any thread.
 *
 * @param cert		certificate
 * @param now		time to check
 * @return			TRUE if valid at that time
 */
bool scep_x509_valid_at(certificate_t *cert, time_t now);

/**
 * Get the start and the end of a certificate's validity. Any thread.
 *
 * @param cert		certificate
 * @return			time
 */
time_t scep_x509_not_before(certificate_t *cert);
time_t scep_x509_not_after(certificate_t *cert);

/**
 * Whether one of several CAs issued a certificate, as scep_x509_issued_by()
 * checks it. Any thread.
 *
 * @param cert		certificate
 * @param cas		list of certificate_t
 * @param allow_sha1	whether SHA-1 is good enough
 * @return			TRUE if so
 */
bool scep_x509_issued_by_any(certificate_t *cert, linked_list_t *cas,
							 bool allow_sha1);

/**
 * Whether a list has a certificate. Any thread.
 *
 * @param cert		certificate
 * @param list		list of certificate_t
 * @return			TRUE if so
 */
bool scep_x509_is_in(certificate_t *cert, linked_list_t *list);

/**
 * Add a certificate to a list that does not have it. Any thread.
 *
 * @param list		list of certificate_t
 * @param cert		certificate, gets referenced
 */
void scep_x509_add_once(linked_list_t *list, certificate_t *cert);

/**
 * Whether no other certificate of a list issued a certificate. Any thread.
 *
 * @param cert		certificate
 * @param list		list of certificate_t
 * @return			TRUE if so
 */
bool scep_x509_is_topmost(certificate_t *cert, linked_list_t *list);

/**
 * Describe a certificate: subject, escaped, and SHA-256 fingerprint. Any
 * thread. A long subject is cut, the fingerprint never: people compare it.
 *
 * @param cert		certificate
 * @param buf		where to write
 * @param len		size of buf, SCEP_FINGERPRINT_LEN and some more
 * @return			buf
 */
char *scep_x509_describe(certificate_t *cert, char *buf, size_t len);

#endif /** SCEP_X509_H_ @}*/
