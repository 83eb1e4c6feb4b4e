/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_signed_data scep_signed_data
 * @{ @ingroup scep_message_layer
 *
 * CMS SignedData (RFC 5652, 5): the outer layer of a pkiMessage, and the bag of
 * certificates.
 */

#ifndef SCEP_SIGNED_DATA_H_
#define SCEP_SIGNED_DATA_H_

#include "base/scep_error.h"
#include "message/scep_attributes.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>
#include <crypto/hashers/hasher.h>

typedef struct scep_signed_data_t scep_signed_data_t;

/**
 * The parts of a SignedData, nothing of it verified. They point into the DER
 * that was parsed.
 */
struct scep_signed_data_t {

	/** eContentType: OID_PKCS7_DATA or OID_PKCS7_SIGNED_DATA */
	int content_type;
	/** octets of eContent, without pointer if it is absent */
	chunk_t content;

	/** certificates, content of the CertificateSet, at most SCEP_MAX_CERTS
	 * elements; without pointer if it is absent */
	chunk_t certs;

	/** CRLs, content of RevocationInfoChoices, at most SCEP_MAX_CERTS
	 * elements; without pointer if it is absent */
	chunk_t crls;
	/** signerInfos, content of the SET OF */
	chunk_t signer_infos;
};

/**
 * Parse a ContentInfo with a SignedData. Any thread.
 *
 * @param der		ContentInfo, DER
 * @param signed_data gets the parts
 * @param err		reason of a failure
 * @return			FALSE if it is something else
 */
bool scep_signed_data_parse(chunk_t der, scep_signed_data_t *signed_data,
							scep_error_t *err);

/**
 * Verify a SignedData with exactly one signer: the signer is one of those
 * given, contentType and messageDigest fit the content, the signature fits the
 * attributes, and the signer's key has at least SCEP_MIN_SIGNER_RSA or
 * SCEP_MIN_EC bits. A worker.
 *
 * Certificates in the message are not looked at, nor are any of the daemon's.
 *
 * @param signed_data what scep_signed_data_parse() found
 * @param signers	certificates of possible signers, certificate_t
 * @param attributes gets the signed attributes
 * @param err		reason of a failure
 * @return			FALSE if it must not be believed
 */
bool scep_signed_data_verify(const scep_signed_data_t *signed_data,
							 linked_list_t *signers,
							 scep_attributes_t *attributes, scep_error_t *err);

/**
 * Build a ContentInfo with a SignedData of one signer, whose certificate is
 * the only one inside. A worker.
 *
 * @param content	content of type data
 * @param signer	certificate of the signer
 * @param key		private key of the signer, RSA
 * @param digest	digest, one that scep_digest_may_sign()
 * @param attributes encoded attributes to sign besides contentType and
 *					messageDigest
 * @param count		number of attributes
 * @param der		gets the ContentInfo, allocated
 * @param err		reason of a failure
 * @return			FALSE if it could not be built
 */
bool scep_signed_data_build(chunk_t content, certificate_t *signer,
							private_key_t *key, hash_algorithm_t digest,
							const chunk_t *attributes, int count,
							chunk_t *der, scep_error_t *err);

#endif /** SCEP_SIGNED_DATA_H_ @}*/
