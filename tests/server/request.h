/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_request request
 * @{ @ingroup server
 *
 * Strict reading of PKIOperation messages.
 */

#ifndef SERVER_REQUEST_H_
#define SERVER_REQUEST_H_

#include "ca.h"
#include "log.h"

#include <openssl/cms.h>

typedef struct request_t request_t;

/** messageType */
#define REQUEST_RENEWAL_REQ		17
#define REQUEST_PKCS_REQ		19
#define REQUEST_CERT_POLL		20
#define REQUEST_GET_CERT		21
#define REQUEST_GET_CRL			22

/** Length of a nonce */
#define REQUEST_NONCE_LEN		16

/**
 * A message.
 */
struct request_t {
	/** messageType */
	int type;
	/** transactionID, allocated */
	bytes_t transaction_id;
	/** senderNonce, allocated */
	bytes_t sender_nonce;
	/** certificate of the signer */
	X509 *signer;
	/** whether the signer's own key signed it */
	bool self_signed;
	/** digest of the signature */
	const EVP_MD *digest;
	/** cipher of the envelope */
	const EVP_CIPHER *cipher;
	/** whom it is encrypted to */
	ca_id_t recipient;
	/** decrypted content, allocated */
	bytes_t content;
	/** PKCS#10 of types 17 and 19 */
	X509_REQ *csr;
	/** its challenge, or NULL */
	char *challenge;
	/** issuer in types 20 to 22 */
	X509_NAME *issuer;
	/** subject in type 20 */
	X509_NAME *subject;
	/** serial number in types 21 and 22 */
	ASN1_INTEGER *serial;
};

/**
 * Get the name of a messageType, NULL if there is no such request.
 */
const char *request_type_name(int type);

/**
 * Parse, verify and decrypt a message; write what was found to the log.
 *
 * @param this		gets the message; request_clear() frees it in any case
 * @param der		ContentInfo
 * @param ca		who may decrypt
 * @param nonces	nonces of former messages, gets this one's appended
 * @param log		gets what was found
 * @return			NULL, or what is wrong with it
 */
const char *request_parse(request_t *this, bytes_t der, ca_t *ca,
						  bytes_t *nonces, log_line_t *log);

/**
 * Free what a message holds.
 */
void request_clear(request_t *this);

#endif /** SERVER_REQUEST_H_ @}*/
