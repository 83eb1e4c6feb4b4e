/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_ca ca
 * @{ @ingroup server
 *
 * The CA, its RA, and those who pretend to be it. Keys and certificates live in
 * the directory and are made when they are needed for the first time.
 */

#ifndef SERVER_CA_H_
#define SERVER_CA_H_

#include "cert.h"
#include "options.h"
#include "words.h"

typedef struct ca_t ca_t;
typedef enum ca_id_t ca_id_t;

/**
 * Who there is.
 */
enum ca_id_t {
	/** root, if the CA is below one */
	CA_ROOT,
	/** issues */
	CA_CA,
	/** signs and decrypts */
	CA_RA,
	/** signs */
	CA_RA_SIGN,
	/** decrypts */
	CA_RA_ENCRYPT,
	/** CA of the future */
	CA_NEXT,
	/** one of the gateways that the CA enrolled */
	CA_GATEWAY,
	/** an RA that has expired */
	CA_EXPIRED_RA,
	/** somebody else's CA */
	CA_OTHER,
	/** another key with name and serial number of the signer */
	CA_FORGED,
	/** number of those above */
	CA_COUNT,
};

/**
 * Create a CA.
 *
 * @param options	topology and directory, have to outlive it
 */
ca_t *ca_create(const options_t *options);

/**
 * Get a key pair with certificate.
 *
 * @return			internal data
 */
const identity_t *ca_get(ca_t *this, ca_id_t id);

/**
 * Get a key pair only if it was needed before.
 *
 * @return			internal data, NULL if it was not
 */
const identity_t *ca_peek(ca_t *this, ca_id_t id);

/**
 * Get the name of an identity, that of its files.
 */
const char *ca_name(ca_id_t id);

/**
 * Who signs answers.
 */
ca_id_t ca_signer(ca_t *this);

/**
 * Whom requests are to be encrypted to.
 */
ca_id_t ca_recipient(ca_t *this);

/**
 * Get the self-signed certificate on top.
 */
X509 *ca_top(ca_t *this);

/**
 * Get the certificates for GetCACert.
 *
 * @param words		those that GetCACert knows count
 * @return			certificates, to be freed with their elements
 */
STACK_OF(X509) *ca_certs(ca_t *this, const words_t *words);

/**
 * Destroy a CA.
 */
void ca_destroy(ca_t *this);

#endif /** SERVER_CA_H_ @}*/
