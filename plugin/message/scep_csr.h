/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_csr scep_csr
 * @{ @ingroup scep_message_layer
 *
 * What we ask for: the PKCS#10 request (RFC 2986) and the self-signed
 * certificate that signs the first request (RFC 8894, 2.3).
 */

#ifndef SCEP_CSR_H_
#define SCEP_CSR_H_

#include "base/scep_error.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>
#include <crypto/hashers/hasher.h>

typedef struct scep_csr_t scep_csr_t;

/**
 * Content of a request. Everything belongs to the caller.
 */
struct scep_csr_t {

	/** key pair to certify, RSA */
	private_key_t *key;

	/** subject, ID_DER_ASN1_DN */
	identification_t *subject;

	/** subjectAltNames, identification_t (ID_FQDN, ID_IPV4_ADDR,
	 * ID_IPV6_ADDR, ID_RFC822_ADDR, ID_DER_ASN1_GN_URI, ID_DER_ASN1_DN), or
	 * NULL */
	linked_list_t *sans;

	/** user principal names to request as subjectAltNames, UTF-8;
	 * identification_t, or NULL */
	linked_list_t *upns;

	/** name or dotted OID of a certificate template, ASCII, or NULL */
	const char *template;

	/** challengePassword, or chunk_empty: PrintableString when it can be,
	 * else UTF8String */
	chunk_t challenge;

	/** digest of the signature */
	hash_algorithm_t digest;

	/** whether digest may be SHA-1 */
	bool allow_sha1;
};

/**
 * Build the PKCS#10 request. A worker: it signs.
 *
 * The extensionRequest holds what scep_extensions_build() makes. Attributes
 * stand in DER SET order.
 *
 * @param csr		content
 * @param der		gets the CertificationRequest, allocated; it holds the
 *					challenge: clear it after use
 * @param err		reason of a failure
 * @return			FALSE if it could not be built
 */
bool scep_csr_build(const scep_csr_t *csr, chunk_t *der, scep_error_t *err);

/**
 * Build the self-signed certificate for a request: same subject and key,
 * keyUsage digitalSignature and keyEncipherment. A worker: it signs.
 *
 * @param csr		content; sans and challenge are not used
 * @param serial	serial number, positive, big-endian
 * @param not_before start of validity
 * @param not_after	end of validity
 * @param err		reason of a failure
 * @return			certificate, or NULL
 */
certificate_t *scep_csr_self_signed(const scep_csr_t *csr, chunk_t serial,
									time_t not_before, time_t not_after,
									scep_error_t *err);

#endif /** SCEP_CSR_H_ @}*/
