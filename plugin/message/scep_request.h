/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_request scep_request
 * @{ @ingroup scep_message_layer
 *
 * The pkiMessage that we send (RFC 8894, 3.1 and 3.2): content, encrypted to
 * the CA or RA, signed with the requester's key.
 */

#ifndef SCEP_REQUEST_H_
#define SCEP_REQUEST_H_

#include "base/scep_error.h"
#include "message/scep_message.h"

#include <library.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>
#include <crypto/hashers/hasher.h>
#include <crypto/crypters/crypter.h>

typedef struct scep_request_t scep_request_t;

/**
 * A request. Everything belongs to the caller.
 */
struct scep_request_t {

	/** messageType */
	scep_message_type_t type;

	/** transactionID, a PrintableString */
	chunk_t transaction_id;

	/** senderNonce, SCEP_NONCE_LEN fresh random bytes */
	chunk_t sender_nonce;

	/** what gets encrypted: PKCS#10, IssuerAndSubject or
	 * IssuerAndSerialNumber; DER */
	chunk_t content;

	/** certificate of the signer, the only one in the message: several servers
	 * encrypt the answer to each that they find */
	certificate_t *signer;

	/** private key of the signer */
	private_key_t *key;

	/** verified certificate of the CA or RA, RSA, to encrypt to */
	certificate_t *recipient;

	/** digest of the signature, SHA-256 or better; SHA-1 if allow_sha1 */
	hash_algorithm_t digest;
	bool allow_sha1;

	/** content encryption: ENCR_AES_CBC (ENCR_3DES where allowed) */
	encryption_algorithm_t cipher;

	/** key size of cipher, bytes */
	size_t key_size;
};

/**
 * Build the DER of a pkiMessage. A worker: it encrypts and signs.
 *
 * @param request	what to send
 * @param der		gets the ContentInfo, allocated
 * @param err		reason of a failure: an algorithm that libstrongswan does
 *					not have here, a recipient without an RSA key, …
 * @return			FALSE if it could not be built
 */
bool scep_request_build(const scep_request_t *request, chunk_t *der,
						scep_error_t *err);

/**
 * Build the IssuerAndSubject of a CertPoll (RFC 8894, 3.3.3). Any thread.
 *
 * @param issuer	subject of the CA that will issue the certificate
 * @param subject	subject that was requested
 * @return			DER, allocated
 */
chunk_t scep_issuer_and_subject(identification_t *issuer,
								identification_t *subject);

/**
 * Build the IssuerAndSerialNumber of a GetCert (RFC 8894, 3.3.4). For one that
 * is at hand, scep_cert_id_build() does it. Any thread.
 *
 * @param issuer	issuer of the certificate
 * @param serial	its serial number, big-endian
 * @return			DER, allocated
 */
chunk_t scep_issuer_and_serial(identification_t *issuer, chunk_t serial);

#endif /** SCEP_REQUEST_H_ @}*/
