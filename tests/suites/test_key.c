/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_certs.h"
#include "message/scep_key.h"

#include <time.h>

/** OIDs */
#define RSA		"1.2.840.113549.1.1.1"
#define EC		"1.2.840.10045.2.1"

static certrep_id_t *ca;

static void setup()
{
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
}

static void teardown()
{
	certrep_id_destroy(ca);
}

/**
 * Build an INTEGER with a number of bits, all of them set.
 */
static chunk_t number(size_t bits)
{
	size_t len = bits / 8 + 1;
	chunk_t content, integer;

	content = chunk_alloc(len);
	memset(content.ptr, 0xff, len);
	content.ptr[0] = (1 << bits % 8) - 1;
	integer = der_wrap(DER_INTEGER, "c", content);
	free(content.ptr);
	return integer;
}

/**
 * Build the SubjectPublicKeyInfo of an RSA key. Frees modulus and exponent.
 */
static chunk_t build(const char *oid, chunk_t modulus, chunk_t exponent)
{
	return der_wrap(DER_SEQUENCE, "mm",
				der_wrap(DER_SEQUENCE, "mm", der_oid(oid),
						 der_wrap(DER_NULL, "")),
				der_wrap(DER_BITS, "cm", chunk_from_chars(0x00),
						 der_wrap(DER_SEQUENCE, "mm", modulus, exponent)));
}

/**
 * Check what is said about a key, NULL if nothing. Frees the key.
 */
static void assert_cost(chunk_t spki, const char *reason)
{
	scep_error_t err = {};

	ck_assert_int_eq(scep_key_check_cost(spki, &err), reason == NULL);
	ck_assert_msg(!reason || strstr(err.text, reason), "%s", err.text);
	free(spki.ptr);
}

START_TEST(bounds_rsa_keys)
{
	chunk_t f4 = chunk_from_chars(0x02, 0x03, 0x01, 0x00, 0x01);

	assert_cost(build(RSA, number(2048), chunk_clone(f4)), NULL);
	assert_cost(build(RSA, number(16384), chunk_clone(f4)), NULL);
	assert_cost(build(RSA, number(16385), chunk_clone(f4)), "16385 bits");
	assert_cost(build(RSA, number(2048), number(2)), NULL);
	assert_cost(build(RSA, number(2048), number(64)), NULL);
	assert_cost(build(RSA, number(2048), number(65)), "exponent");
	assert_cost(build(RSA, number(2048), number(1)), "exponent");
	assert_cost(build(RSA, number(2048), chunk_clone(
							chunk_from_chars(0x02, 0x01, 0x04))), "exponent");
	/* with an arc more it is the same OID to libstrongswan */
	assert_cost(build(RSA ".7", number(16385), chunk_clone(f4)), "bits");
	assert_cost(build("1.2.840.113549.1.1.7", number(16385), chunk_clone(f4)),
				"bits");
	assert_cost(build("1.2.840.113549.1.1.10", number(16385), chunk_clone(f4)),
				"bits");
	/* to be judged by the plugin that reads it */
	assert_cost(build(EC, number(16385), chunk_clone(f4)), NULL);
}
END_TEST

/**
 * RSA keys that libstrongswan might read in another way than we do.
 */
static const struct {
	const char *key;
	size_t len;
} malformed[] = {
	/* no octet for the unused bits */
	{ "\x30\x06\x02\x01\x0f\x02\x01\x03", 8 },
	{ "\x01\x30\x06\x02\x01\x0f\x02\x01\x03", 9 },
	{ "", 0 },
	{ "\x00", 1 },
	/* length with too many octets */
	{ "\x00\x30\x81\x06\x02\x01\x0f\x02\x01\x03", 10 },
	{ "\x00\x30\x03\x02\x01\x0f", 6 },
	/* more behind */
	{ "\x00\x30\x09\x02\x01\x0f\x02\x01\x03\x02\x01\x03", 12 },
	{ "\x00\x30\x06\x02\x01\x0f\x02\x01\x03\x00", 10 },
	/* negative, zero, empty */
	{ "\x00\x30\x06\x02\x01\x8f\x02\x01\x03", 9 },
	{ "\x00\x30\x06\x02\x01\x00\x02\x01\x03", 9 },
	{ "\x00\x30\x06\x02\x01\x0f\x02\x01\x00", 9 },
	{ "\x00\x30\x05\x02\x00\x02\x01\x03", 8 },
};

START_TEST(refuses_malformed_rsa_keys)
{
	chunk_t key = chunk_create((u_char*)malformed[_i].key, malformed[_i].len);

	assert_cost(der_wrap(DER_SEQUENCE, "mm",
					der_wrap(DER_SEQUENCE, "m", der_oid(RSA)),
					der_wrap(DER_BITS, "c", key)), "malformed");
}
END_TEST

START_TEST(refuses_what_is_no_key)
{
	assert_cost(chunk_empty, "malformed");
	assert_cost(der_wrap(DER_SEQUENCE, ""), "malformed");
	assert_cost(der_wrap(DER_SEQUENCE, "m", der_wrap(DER_SEQUENCE, "")),
				"malformed");
}
END_TEST

START_TEST(refuses_certificates_that_take_hours)
{
	X509 *bag[] = { ca->x509, NULL };
	chunk_t encoding, tbs, rest, subject, parts[6], key, der;
	linked_list_t *certs;
	scep_error_t err = {};
	clock_t start = clock();
	int i;

	/* self-signed by name, with a key that fills the answer */
	ck_assert(ca->cert->get_encoding(ca->cert, CERT_ASN1_DER, &encoding));
	rest = der_descend(encoding, ">");
	der_next(&rest, &tbs);
	for (i = 0; i < countof(parts); i++)
	{	/* version, serial, algorithm, issuer, validity, subject */
		parts[i] = der_next(&tbs, NULL);
	}
	subject = parts[5];
	der_next(&tbs, NULL);
	key = build(RSA, number(1000000), number(1000000));
	der = der_wrap(DER_SEQUENCE, "mc",
			der_wrap(DER_SEQUENCE, "ccccccmc", parts[0], parts[1], parts[2],
					 parts[3], parts[4], subject, key, tbs), rest);
	ck_assert(!scep_certs_parse(der, &certs, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_msg(strstr(err.text, "1000000 bits"), "%s", err.text);
	ck_assert_int_lt(clock() - start, 2 * CLOCKS_PER_SEC);
	free(der.ptr);
	free(encoding.ptr);
	/* the same one as it was */
	der = certrep_certs_only(bag);
	ck_assert(scep_certs_parse(der, &certs, NULL));
	scep_certs_destroy(certs);
	free(der.ptr);
}
END_TEST

START_TEST(judges_strength_by_the_kind_of_key)
{
	static const struct {
		certrep_key_t type;
		const char *reason;
	} keys[] = {
		{ CERTREP_RSA, NULL },
		{ CERTREP_RSA_1024, "RSA key of the peer has 1024 bits, at least 2048" },
		{ CERTREP_EC, NULL },
		{ CERTREP_EC_192, "ECDSA key of the peer has 192 bits" },
	};
	certrep_id_t *id;
	public_key_t *key;
	scep_error_t err = {};

	id = certrep_id_create("peer", keys[_i].type, NULL, FALSE);
	key = id->cert ? id->cert->get_public_key(id->cert) : NULL;
	if (key)
	{
		ck_assert_int_eq(scep_key_check_strength(key, 2048, "the peer", &err),
						 keys[_i].reason == NULL);
		ck_assert_msg(!keys[_i].reason || strstr(err.text, keys[_i].reason),
					  "%s", err.text);
		key->destroy(key);
	}
	certrep_id_destroy(id);
}
END_TEST

START_TEST(only_rsa_keys_have_a_modulus)
{
	certrep_id_t *id;
	public_key_t *key;
	chunk_t modulus;

	key = ca->cert->get_public_key(ca->cert);
	modulus = scep_key_get_modulus(key);
	key->destroy(key);
	ck_assert_uint_eq(modulus.len, 256);
	ck_assert(modulus.ptr[0] & 0x80);
	free(modulus.ptr);
	id = certrep_id_create("peer", CERTREP_EC, NULL, FALSE);
	if (id->cert)
	{
		key = id->cert->get_public_key(id->cert);
		ck_assert(!scep_key_get_modulus(key).ptr);
		key->destroy(key);
	}
	certrep_id_destroy(id);
}
END_TEST

int main()
{
	Suite *suite = suite_create("key");
	TCase *tcase = tcase_create("key");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, bounds_rsa_keys);
	tcase_add_loop_test(tcase, refuses_malformed_rsa_keys, 0,
						countof(malformed));
	tcase_add_test(tcase, refuses_what_is_no_key);
	tcase_add_test(tcase, refuses_certificates_that_take_hours);
	tcase_add_loop_test(tcase, judges_strength_by_the_kind_of_key, 0, 4);
	tcase_add_test(tcase, only_rsa_keys_have_a_modulus);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
