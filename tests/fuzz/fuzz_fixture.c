/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/** Extensions of those in the fixture */
static const fuzz_extension_t ca_extensions[] = {
	{ "basicConstraints", "critical,CA:TRUE" },
	{ "keyUsage", "critical,keyCertSign,cRLSign,digitalSignature" },
	{ "subjectKeyIdentifier", "hash" },
	{ NULL, NULL }
};
static const fuzz_extension_t ra_extensions[] = {
	{ "basicConstraints", "critical,CA:FALSE" },
	{ "keyUsage", "critical,digitalSignature,keyEncipherment" },
	{ "extendedKeyUsage", "1.3.6.1.5.5.7.3.28" },
	{ "subjectKeyIdentifier", "hash" },
	{ NULL, NULL }
};
static const fuzz_extension_t gw_extensions[] = {
	{ "keyUsage", "digitalSignature,keyEncipherment" },
	{ "subjectKeyIdentifier", "hash" },
	{ NULL, NULL }
};

/**
 * Set the subject of a certificate.
 */
static void set_subject(X509 *x509, const char *cn)
{
	X509_NAME *subject = X509_NAME_new();

	if (*cn)
	{
		X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (u_char*)"DE",
								   -1, -1, 0);
		X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (u_char*)cn,
								   -1, -1, 0);
	}
	X509_set_subject_name(x509, subject);
	X509_NAME_free(subject);
}

/**
 * Add extensions.
 */
static void add_extensions(X509 *x509, X509 *issuer,
						   const fuzz_extension_t *extensions)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	for (; extensions && extensions->name; extensions++)
	{
		X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
		extension = X509V3_EXT_conf(NULL, &ctx, extensions->name,
									extensions->value);
		fuzz_require(extension != NULL);
		X509_add_ext(x509, extension, -1);
		X509_EXTENSION_free(extension);
	}
}

/*
 * Described in header
 */
X509 *fuzz_issue(const fuzz_cert_t *spec)
{
	X509 *x509 = X509_new(), *issuer;

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), spec->serial);
	ASN1_TIME_set_string(X509_getm_notBefore(x509),
						 spec->not_before ?: "260101000000Z");
	ASN1_TIME_set_string(X509_getm_notAfter(x509),
						 spec->not_after ?: "360101000000Z");
	set_subject(x509, spec->cn);
	issuer = spec->issuer ? spec->issuer->x509 : x509;
	X509_set_issuer_name(x509, X509_get_subject_name(issuer));
	X509_set_pubkey(x509, spec->key);
	add_extensions(x509, issuer, spec->extensions);
	fuzz_require(X509_sign(x509,
						   spec->issuer ? spec->issuer->pkey : spec->key,
						   EVP_get_digestbyname(spec->digest ?: "SHA256")));
	return x509;
}

/**
 * Read the next key and make an identity of it.
 */
static certrep_id_t *create_id(FILE *keys, const char *cn, uint64_t serial,
							   const certrep_id_t *issuer,
							   const fuzz_extension_t *extensions)
{
	certrep_id_t *this;
	fuzz_cert_t spec = {
		.cn = cn,
		.serial = serial,
		.issuer = issuer,
		.extensions = extensions,
	};
	u_char *der = NULL;
	int len, type;

	INIT(this,
		.pkey = PEM_read_PrivateKey(keys, NULL, NULL, NULL),
	);
	fuzz_require(this->pkey != NULL);
	spec.key = this->pkey;
	this->x509 = fuzz_issue(&spec);
	this->cert = certrep_cert(this->x509);
	type = EVP_PKEY_base_id(this->pkey) == EVP_PKEY_RSA ? KEY_RSA : KEY_ECDSA;
	len = i2d_PrivateKey(this->pkey, &der);
	this->key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, type,
							BUILD_BLOB_ASN1_DER, chunk_create(der, len),
							BUILD_END);
	OPENSSL_free(der);
	fuzz_require(this->cert && this->key);
	return this;
}

/*
 * Described in header
 */
const fuzz_fixture_t *fuzz_fixture()
{
	static fuzz_fixture_t this;
	FILE *keys;

	if (this.root)
	{
		return &this;
	}
	fuzz_start();
	certrep_init();
	keys = fopen(FUZZ_KEYS, "r");
	fuzz_require(keys != NULL);
	this.root = create_id(keys, "root", 1, NULL, ca_extensions);
	this.sub = create_id(keys, "sub", 2, this.root, ca_extensions);
	this.ra = create_id(keys, "ra", 3, this.root, ra_extensions);
	this.gw = create_id(keys, "gw", 4, NULL, gw_extensions);
	this.ec = create_id(keys, "ec", 5, this.root, ra_extensions);
	this.signers = linked_list_create_with_items(this.root->cert, this.ra->cert,
												 this.ec->cert, NULL);
	fclose(keys);
	return &this;
}
