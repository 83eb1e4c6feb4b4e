/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_response scep_response
 * @{ @ingroup scep_message_layer
 *
 * The CertRep that comes back (RFC 8894, 3.3.2): everything is checked before
 * anything is decrypted.
 */

#ifndef SCEP_RESPONSE_H_
#define SCEP_RESPONSE_H_

#include "base/scep_error.h"
#include "message/scep_message.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

typedef struct scep_expectation_t scep_expectation_t;
typedef struct scep_response_t scep_response_t;

/**
 * What an answer must fit. Everything belongs to the caller.
 */
struct scep_expectation_t {

	/** transactionID of the request */
	chunk_t transaction_id;

	/** senderNonce of the request, which recipientNonce must equal */
	chunk_t nonce;

	/** verified certificates of this profile's CA and RA, the only ones whose
	 * signature counts: certificate_t */
	linked_list_t *signers;

	/** certificate that signed our request, to which the answer is encrypted */
	certificate_t *recipient;

	/** private key of the recipient, RSA */
	private_key_t *key;

	/** whether single DES may be read */
	bool accept_des;
	/** whether the request was a GetCRL */
	bool want_crl;
};

/**
 * An answer that fits.
 */
struct scep_response_t {

	/** pkiStatus */
	scep_pki_status_t status;

	/** failInfo, if status is SCEP_FAILURE */
	scep_fail_info_t fail_info;

	/** failInfoText, raw UTF-8 from the server (quote it!), or chunk_empty */
	chunk_t fail_info_text;

	/** HRESULT in NDES's attribute 1.3.6.1.4.1.311.21.33, or 0 */
	uint32_t hresult;

	/** certificates in the answer if status is SCEP_SUCCESS, certificate_t;
	 * else NULL, also for a GetCRL */
	linked_list_t *certs;
	/** CRL in the answer to a GetCRL, nothing of it verified; else NULL */
	certificate_t *crl;
};

/**
 * Parse and verify a CertRep. A worker: it verifies and decrypts.
 *
 * Order: structure; signer by issuer and serial or SKI among the expected
 * signers; exactly one signerInfo; signed attributes without duplicates or
 * empty ones; contentType and messageDigest; the signature; then messageType,
 * transactionID, recipientNonce, pkiStatus, failInfo; only then decryption,
 * whose every failure is one and the same error (RFC 8894, 3.2; no oracle).
 *
 * @param body		body of the HTTP answer, hostile
 * @param expect	what it must fit
 * @param response	gets the answer; scep_response_clear() frees its parts
 * @param err		reason of a failure; SCEP_SECURITY: not believed
 * @return			FALSE if it must not be believed
 */
bool scep_response_parse(chunk_t body, const scep_expectation_t *expect,
						 scep_response_t *response, scep_error_t *err);

/**
 * Free what a response holds. Any thread.
 *
 * @param response	response, may be all zero
 */
void scep_response_clear(scep_response_t *response);

#endif /** SCEP_RESPONSE_H_ @}*/
