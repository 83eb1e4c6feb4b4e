/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "test_ca.h"
#include "scep_test.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdarg.h>

/**
 * Generate a key.
 */
static EVP_PKEY *generate(test_key_t type)
{
	switch (type)
	{
		case TEST_RSA_1024:
			return EVP_RSA_gen(1024);
		case TEST_EC_256:
			return EVP_EC_gen("P-256");
		case TEST_EC_192:
			return EVP_EC_gen("P-192");
		default:
			return EVP_RSA_gen(2048);
	}
}

/**
 * Build a name from "/C=DE/CN=x" or "CN=x".
 */
static X509_NAME *build_name(const char *text, bool printable)
{
	X509_NAME *name = X509_NAME_new();
	char *copy = strdup(text), *pos, *part, *value;

	for (part = strtok_r(copy, "/", &pos); part;
		 part = strtok_r(NULL, "/", &pos))
	{
		value = strchr(part, '=');
		*value++ = '\0';
		ck_assert(X509_NAME_add_entry_by_txt(name, part,
							printable ? V_ASN1_PRINTABLESTRING : MBSTRING_UTF8,
							(u_char*)value, -1, -1, 0));
	}
	free(copy);
	return name;
}

/**
 * Add an extension, if there is a value.
 */
static void add(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	if (value)
	{
		X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
		extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
		ck_assert_msg(extension != NULL, "%s", value);
		X509_add_ext(x509, extension, -1);
		X509_EXTENSION_free(extension);
	}
}

/**
 * Build and sign a certificate.
 */
static X509 *issue(const test_cert_t *what, EVP_PKEY *pkey)
{
	static int serial = 1;
	X509 *x509 = X509_new(), *issuer;
	X509_NAME *subject;
	char constraints[64];

	issuer = what->issuer ? what->issuer->x509 : x509;
	subject = build_name(what->subject, what->printable);
	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
	ASN1_TIME_set(X509_getm_notBefore(x509),
				  TEST_NOW + (what->from || what->to ? what->from : -TEST_DAY));
	ASN1_TIME_set(X509_getm_notAfter(x509),
				  TEST_NOW + (what->from || what->to ? what->to : TEST_YEAR));
	X509_set_subject_name(x509, subject);
	X509_set_issuer_name(x509, what->issuer ? X509_get_subject_name(issuer)
											: subject);
	X509_NAME_free(subject);
	X509_set_pubkey(x509, pkey);
	snprintf(constraints, sizeof(constraints), "critical,CA:%s%s%s",
			 what->ca ? "TRUE" : "FALSE", what->path_len ? ",pathlen:" : "",
			 what->path_len ?: "");
	add(x509, issuer, NID_basic_constraints, constraints);
	add(x509, issuer, NID_key_usage, what->usage);
	add(x509, issuer, NID_ext_key_usage, what->eku);
	add(x509, issuer, NID_subject_alt_name, what->san);
	ck_assert(X509_sign(x509, what->issuer ? what->issuer->pkey : pkey,
						EVP_get_digestbyname(what->digest ?: "SHA256")));
	return x509;
}

/*
 * Described in header
 */
certrep_id_t *test_cert(const test_cert_t *what)
{
	certrep_id_t *this;
	u_char *der = NULL;
	int len;

	certrep_init();
	INIT(this);
	if (what->same_key)
	{
		this->pkey = what->same_key->pkey;
		EVP_PKEY_up_ref(this->pkey);
	}
	else
	{
		this->pkey = generate(what->key);
	}
	this->x509 = issue(what, this->pkey);
	this->cert = certrep_cert(this->x509);
	ck_assert(this->cert);
	len = i2d_PrivateKey(this->pkey, &der);
	this->key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY,
						EVP_PKEY_get_base_id(this->pkey) == EVP_PKEY_RSA ?
														KEY_RSA : KEY_ECDSA,
						BUILD_BLOB_ASN1_DER, chunk_create(der, len),
						BUILD_END);
	OPENSSL_free(der);
	return this;
}

/*
 * Described in header
 */
linked_list_t *test_certs(certrep_id_t *first, ...)
{
	linked_list_t *list = linked_list_create();
	certrep_id_t *id;
	va_list args;

	va_start(args, first);
	for (id = first; id; id = va_arg(args, certrep_id_t*))
	{
		list->insert_last(list, id->cert->get_ref(id->cert));
	}
	va_end(args);
	return list;
}

/*
 * Described in header
 */
void test_assert_certs(linked_list_t *certs, certrep_id_t *first, ...)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	certrep_id_t *id;
	int count = 0;
	bool found;
	va_list args;

	va_start(args, first);
	for (id = first; id; id = va_arg(args, certrep_id_t*))
	{
		found = FALSE;
		enumerator = certs->create_enumerator(certs);
		while (enumerator->enumerate(enumerator, &cert))
		{
			found |= cert->equals(cert, id->cert);
		}
		enumerator->destroy(enumerator);
		ck_assert_msg(found, "certificate %d is missing", count);
		count++;
	}
	va_end(args);
	ck_assert_int_eq(certs->get_count(certs), count);
}

/*
 * Described in header
 */
scep_pin_t *test_pin(const certrep_id_t *id, hash_algorithm_t alg)
{
	scep_pin_t *pin;
	hasher_t *hasher;
	chunk_t der;

	INIT(pin,
		.alg = alg,
	);
	ck_assert(id->cert->get_encoding(id->cert, CERT_ASN1_DER, &der));
	hasher = lib->crypto->create_hasher(lib->crypto, alg);
	ck_assert(hasher && hasher->allocate_hash(hasher, der, &pin->hash));
	hasher->destroy(hasher);
	free(der.ptr);
	return pin;
}

/*
 * Described in header
 */
void test_profile_init(scep_profile_t *profile, const certrep_id_t *pinned)
{
	*profile = (scep_profile_t){
		.name = "gw",
		.ca_pins = linked_list_create(),
		.ra_pins = linked_list_create(),
		.sans = linked_list_create(),
		.upns = linked_list_create(),
	};
	if (pinned)
	{
		profile->ca_pins->insert_last(profile->ca_pins,
									  test_pin(pinned, HASH_SHA256));
	}
}

/*
 * Described in header
 */
void test_pins_destroy(linked_list_t *pins)
{
	scep_pin_t *pin;

	while (pins->remove_first(pins, (void**)&pin) == SUCCESS)
	{
		free(pin->hash.ptr);
		free(pin);
	}
	pins->destroy(pins);
}

/*
 * Described in header
 */
void test_profile_clear(scep_profile_t *profile)
{
	test_pins_destroy(profile->ca_pins);
	test_pins_destroy(profile->ra_pins);
	profile->sans->destroy_offset(profile->sans,
								  offsetof(identification_t, destroy));
	profile->upns->destroy_offset(profile->upns,
								  offsetof(identification_t, destroy));
	DESTROY_IF(profile->subject);
}
