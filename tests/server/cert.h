/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_cert cert
 * @{ @ingroup server
 *
 * Making certificates, and key pairs with one.
 */

#ifndef SERVER_CERT_H_
#define SERVER_CERT_H_

#include <stdbool.h>

#include <openssl/x509v3.h>

typedef struct identity_t identity_t;
typedef struct cert_extension_t cert_extension_t;
typedef struct cert_spec_t cert_spec_t;

/**
 * A key pair with its certificate.
 */
struct identity_t {
	X509 *cert;
	EVP_PKEY *key;
};

/**
 * An extension in the syntax of openssl.cnf.
 */
struct cert_extension_t {
	int nid;
	const char *value;
};

/**
 * What a certificate is to be like.
 */
struct cert_spec_t {
	/** subject; "O=Test, CN=<cn>" if NULL */
	const X509_NAME *subject;
	const char *cn;
	/** key that is certified; not necessarily a pair */
	EVP_PKEY *key;
	/** who signs, NULL: the key itself */
	const identity_t *issuer;
	/** validity, seconds from now */
	long from;
	long to;
	/** digest, NULL: SHA-256 */
	const EVP_MD *digest;
	/** extensions, nid 0 at the end; key identifiers are always there */
	const cert_extension_t *extensions;
	/** one more extension, or NULL */
	X509_EXTENSION *extension;
};

/**
 * Generate a key.
 *
 * @param ec		P-256, else RSA-2048
 * @return			key
 */
EVP_PKEY *cert_generate_key(bool ec);

/**
 * Make a certificate with a random serial number.
 *
 * @return			certificate
 */
X509 *cert_make(const cert_spec_t *spec);

/**
 * Read a pair from DIR/NAME.pem and DIR/NAME.key.
 *
 * @param this		gets the pair, or the key alone if only that is there
 * @return			FALSE if there is no pair
 */
bool identity_load(identity_t *this, const char *dir, const char *name);

/**
 * Write a pair to DIR/NAME.pem and DIR/NAME.key.
 */
void identity_save(const identity_t *this, const char *dir, const char *name);

/**
 * Free key and certificate.
 */
void identity_clear(identity_t *this);

/**
 * Write a certificate in PEM.
 */
void cert_save(X509 *cert, const char *path);

/**
 * Read a certificate in PEM.
 *
 * @return			certificate, NULL if there is none
 */
X509 *cert_load(const char *path);

/**
 * Get the serial number in upper case hexadecimal digits.
 *
 * @return			text, allocated
 */
char *cert_serial(const X509 *cert);

#endif /** SERVER_CERT_H_ @}*/
