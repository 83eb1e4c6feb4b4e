/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "cert.h"
#include "bytes.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <stdlib.h>
#include <sys/stat.h>

/*
 * Described in header
 */
EVP_PKEY *cert_generate_key(bool ec)
{
	EVP_PKEY *key = ec ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);

	if (!key)
	{
		die("key generation");
	}
	return key;
}

/**
 * Set subject, issuer and a random serial number.
 */
static void set_names(X509 *cert, const cert_spec_t *spec)
{
	unsigned char serial[8];
	X509_NAME *name = X509_NAME_new();
	BIGNUM *number;

	RAND_bytes(serial, sizeof(serial));
	serial[0] = 0x40 | (serial[0] & 0x3f);
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert));
	BN_free(number);
	if (!spec->subject)
	{
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
								   (unsigned char*)"Test", -1, -1, 0);
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
								   (unsigned char*)spec->cn, -1, -1, 0);
	}
	X509_set_subject_name(cert, spec->subject ?: name);
	X509_set_issuer_name(cert, spec->issuer ?
							X509_get_subject_name(spec->issuer->cert) :
							X509_get_subject_name(cert));
	X509_NAME_free(name);
}

/**
 * Add an extension.
 */
static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (!extension || !X509_add_ext(cert, extension, -1))
	{
		die(value);
	}
	X509_EXTENSION_free(extension);
}

/*
 * Described in header
 */
X509 *cert_make(const cert_spec_t *spec)
{
	const cert_extension_t *extension;
	X509 *cert = X509_new(), *issuer;

	issuer = spec->issuer ? spec->issuer->cert : cert;
	X509_set_version(cert, X509_VERSION_3);
	set_names(cert, spec);
	X509_gmtime_adj(X509_getm_notBefore(cert), spec->from);
	X509_gmtime_adj(X509_getm_notAfter(cert), spec->to);
	X509_set_pubkey(cert, spec->key);
	add_extension(cert, issuer, NID_subject_key_identifier, "hash");
	add_extension(cert, issuer, NID_authority_key_identifier, "keyid:always");
	for (extension = spec->extensions; extension && extension->nid; extension++)
	{
		add_extension(cert, issuer, extension->nid, extension->value);
	}
	if (spec->extension)
	{
		X509_add_ext(cert, spec->extension, -1);
	}
	if (!X509_sign(cert, spec->issuer ? spec->issuer->key : spec->key,
				   spec->digest ?: EVP_sha256()))
	{
		die("X509_sign");
	}
	return cert;
}

/*
 * Described in header
 */
bool identity_load(identity_t *this, const char *dir, const char *name)
{
	char *path = format("%s/%s.pem", dir, name);
	BIO *bio;

	*this = (identity_t){ .cert = cert_load(path) };
	free(path);
	path = format("%s/%s.key", dir, name);
	bio = BIO_new_file(path, "r");
	if (bio)
	{
		this->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	free(path);
	if (!this->key)
	{
		identity_clear(this);
	}
	return this->cert && this->key;
}

/*
 * Described in header
 */
void identity_save(const identity_t *this, const char *dir, const char *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bytes_t pem;
	char *path;

	PEM_write_bio_PKCS8PrivateKey(bio, this->key, NULL, NULL, 0, NULL, NULL);
	pem = bytes_from_bio(bio);
	path = format("%s/%s.key", dir, name);
	bytes_to_file(path, pem);
	chmod(path, 0600);
	bytes_free(&pem);
	free(path);
	path = format("%s/%s.pem", dir, name);
	cert_save(this->cert, path);
	free(path);
}

/*
 * Described in header
 */
void identity_clear(identity_t *this)
{
	X509_free(this->cert);
	EVP_PKEY_free(this->key);
	*this = (identity_t){};
}

/*
 * Described in header
 */
void cert_save(X509 *cert, const char *path)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bytes_t pem;

	PEM_write_bio_X509(bio, cert);
	pem = bytes_from_bio(bio);
	bytes_to_file(path, pem);
	bytes_free(&pem);
}

/*
 * Described in header
 */
X509 *cert_load(const char *path)
{
	BIO *bio = BIO_new_file(path, "r");
	X509 *cert = NULL;

	if (bio)
	{
		cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		BIO_free(bio);
	}
	return cert;
}

/*
 * Described in header
 */
char *cert_serial(const X509 *cert)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(cert), NULL);
	char *hex = BN_bn2hex(number), *serial = format("%s", hex);

	OPENSSL_free(hex);
	BN_free(number);
	return serial;
}
