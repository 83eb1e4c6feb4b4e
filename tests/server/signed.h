/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_signed signed
 * @{ @ingroup server
 *
 * SignedData put together by hand, so that it can be wrong where it should be.
 */

#ifndef SERVER_SIGNED_H_
#define SERVER_SIGNED_H_

#include "bytes.h"
#include "cert.h"
#include "words.h"

typedef struct signed_t signed_t;

/**
 * What is signed, by whom.
 */
struct signed_t {
	/** who signs */
	const identity_t *signer;
	/** digest */
	const EVP_MD *digest;
	/** content, BYTES_NONE: none */
	bytes_t content;
	/** attributes beside contentType and messageDigest, concatenated */
	bytes_t attributes;
	/** certificates beside the signature, concatenated; may be BYTES_NONE */
	bytes_t certs;
	/** those about SignedData count */
	const words_t *words;
};

/**
 * Encode an attribute with one value.
 *
 * @param oid		type
 * @param value		element, gets owned
 * @return			allocated
 */
bytes_t signed_attribute(const char *oid, bytes_t value);

/**
 * Build SignedData.
 *
 * @param this		what to sign; nothing gets owned
 * @return			ContentInfo, allocated
 */
bytes_t signed_build(const signed_t *this);

#endif /** SERVER_SIGNED_H_ @}*/
