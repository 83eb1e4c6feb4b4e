/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_algorithm scep_algorithm
 * @{ @ingroup scep_message_layer
 *
 * The algorithms that we read in answers. Parameters that are NULL and absent
 * ones are the same to us: real servers mix them up.
 */

#ifndef SCEP_ALGORITHM_H_
#define SCEP_ALGORITHM_H_

#include "base/scep_error.h"

#include <library.h>
#include <credentials/keys/signature_params.h>
#include <crypto/crypters/crypter.h>
#include <crypto/hashers/hasher.h>

typedef struct scep_signature_t scep_signature_t;
typedef struct scep_cipher_t scep_cipher_t;

/**
 * How a message was signed.
 */
struct scep_signature_t {

	/** scheme for public_key_t.verify() */
	signature_scheme_t scheme;

	/** parameters, if scheme is SIGN_RSA_EMSA_PSS */
	rsa_pss_params_t pss;
};

/**
 * How a content was encrypted.
 */
struct scep_cipher_t {

	/** algorithm */
	encryption_algorithm_t algorithm;

	/** size of its key, bytes */
	size_t key_size;

	/** initialization vector, points into the input */
	chunk_t iv;
};

/**
 * Take the AlgorithmIdentifier of a digest: SHA-1 (answers of NDES and
 * micromdm), SHA-256, SHA-384 or SHA-512; never MD5. Any thread.
 *
 * @param in		input, shrinks
 * @param digest	gets the digest
 * @param err		reason of a failure
 * @return			FALSE if it is something else
 */
bool scep_digest_take(chunk_t *in, hash_algorithm_t *digest, scep_error_t *err);

/**
 * Whether we may sign with a digest: SHA-256, SHA-384, SHA-512, and SHA-1
 * where the configuration allows it; never MD5 (RFC 8894, 3.5.2). Any thread.
 *
 * @param digest	digest
 * @param allow_sha1 whether SHA-1 is allowed
 * @param err		reason of a refusal
 * @return			FALSE if it is refused
 */
bool scep_digest_may_sign(hash_algorithm_t digest, bool allow_sha1,
						  scep_error_t *err);

/**
 * Take the AlgorithmIdentifier of a signature: rsaEncryption,
 * shaNNNWithRSAEncryption, RSASSA-PSS or ecdsa-with-SHAnnn, with the digest
 * that the signerInfo names (RFC 5652, 5.3; RFC 5754, 3). Any thread.
 *
 * @param in		input, shrinks
 * @param digest	digest of the signerInfo
 * @param signature	gets scheme and parameters
 * @param err		reason of a failure
 * @return			FALSE if it is something else
 */
bool scep_signature_take(chunk_t *in, hash_algorithm_t digest,
						 scep_signature_t *signature, scep_error_t *err);

/**
 * Take the AlgorithmIdentifier of a content encryption: AES-CBC, 3DES-CBC, and
 * DES-CBC where that is accepted. Any thread.
 *
 * @param in		input, shrinks
 * @param accept_des whether single DES may be read
 * @param cipher	gets the cipher
 * @param err		reason of a failure
 * @return			FALSE if it is something else
 */
bool scep_cipher_take(chunk_t *in, bool accept_des, scep_cipher_t *cipher,
					  scep_error_t *err);

/**
 * Take the AlgorithmIdentifier of a key transport: rsaEncryption, or RSAES-OAEP
 * with one digest for all and no label. Any thread.
 *
 * @param in		input, shrinks
 * @param scheme	gets the scheme for private_key_t.decrypt()
 * @param err		reason of a failure
 * @return			FALSE if it is something else
 */
bool scep_key_transport_take(chunk_t *in, encryption_scheme_t *scheme,
							 scep_error_t *err);

#endif /** SCEP_ALGORITHM_H_ @}*/
