/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep_der.h"
#include "message/scep_algorithm.h"

/** OIDs */
#define SHA1		"1.3.14.3.2.26"
#define SHA256		"2.16.840.1.101.3.4.2.1"
#define RSA			"1.2.840.113549.1.1.1"
#define OAEP		"1.2.840.113549.1.1.7"
#define MGF1		"1.2.840.113549.1.1.8"
#define P_SPECIFIED	"1.2.840.113549.1.1.9"
#define PSS			"1.2.840.113549.1.1.10"

/**
 * Build an AlgorithmIdentifier, params get freed.
 */
static chunk_t algorithm(const char *oid, chunk_t params)
{
	return der_wrap(DER_SEQUENCE, "mm", der_oid(oid), params);
}

/**
 * Build the digest and the MGF1 that parameters begin with.
 */
static chunk_t hash_and_mgf(const char *hash, const char *mgf,
							const char *mgf_hash)
{
	return der_cat("mm",
			der_wrap(DER_C_0, "m", algorithm(hash, chunk_empty)),
			der_wrap(DER_C_1, "m",
				algorithm(mgf, algorithm(mgf_hash, chunk_empty))));
}

/**
 * Bytes behind digest and MGF1, and what comes of them.
 */
static const struct {
	const char *rest;
	size_t len;
	ssize_t salt;
	const char *reason;
} salts[] = {
	{ "", 0, 20, NULL },
	{ "\xa2\x03\x02\x01\x00", 5, 0, NULL },
	{ "\xa2\x03\x02\x01\x20", 5, 32, NULL },
	{ "\xa2\x04\x02\x02\x00\xde", 6, 222, NULL },
	{ "\xa2\x04\x02\x02\x01\x5e", 6, 350, NULL },
	{ "\xa2\x04\x02\x02\x08\x00", 6, 2048, NULL },
	{ "\xa2\x03\x02\x01\x20\xa3\x03\x02\x01\x01", 10, 32, NULL },
	/* negative, empty, too large, no INTEGER, two */
	{ "\xa2\x03\x02\x01\x80", 5, 0, "salt" },
	{ "\xa2\x02\x02\x00", 4, 0, "salt" },
	{ "\xa2\x04\x02\x02\x08\x01", 6, 0, "salt" },
	{ "\xa2\x05\x02\x03\x01\x00\x00", 7, 0, "salt" },
	{ "\xa2\x03\x04\x01\x20", 5, 0, "salt" },
	{ "\xa2\x06\x02\x01\x20\x02\x01\x20", 8, 0, "salt" },
	/* another trailer, more behind */
	{ "\xa3\x03\x02\x01\x02", 5, 0, "trailer" },
	{ "\xa3\x02\x05\x00", 4, 0, "trailer" },
	{ "\x05\x00", 2, 0, "trailer" },
	/* cut off */
	{ "\xa2\x03\x02", 3, 0, "RSASSA-PSS" },
};

START_TEST(parses_salts_of_pss)
{
	chunk_t rest = chunk_create((u_char*)salts[_i].rest, salts[_i].len);
	scep_signature_t signature;
	scep_error_t err = {};
	chunk_t der, in;
	bool success;

	der = algorithm(PSS, der_wrap(DER_SEQUENCE, "mc",
						hash_and_mgf(SHA256, MGF1, SHA256), rest));
	in = der;
	success = scep_signature_take(&in, HASH_SHA256, &signature, &err);
	ck_assert_int_eq(success, salts[_i].reason == NULL);
	if (success)
	{
		ck_assert_int_eq(signature.scheme, SIGN_RSA_EMSA_PSS);
		ck_assert_int_eq(signature.pss.salt_len, salts[_i].salt);
		ck_assert_int_eq(signature.pss.mgf1_hash, HASH_SHA256);
	}
	else
	{
		ck_assert_msg(strstr(err.text, salts[_i].reason), "%s", err.text);
	}
	free(der.ptr);
}
END_TEST

/**
 * Check that PSS parameters are refused. Frees them.
 */
static void assert_no_pss(chunk_t params, const char *reason)
{
	scep_signature_t signature;
	scep_error_t err = {};
	chunk_t der, in;

	in = der = algorithm(PSS, params);
	ck_assert(!scep_signature_take(&in, HASH_SHA256, &signature, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_msg(strstr(err.text, reason), "%s", err.text);
	free(der.ptr);
}

START_TEST(rejects_odd_parameters_of_pss)
{
	/* SHA-1 is the default */
	assert_no_pss(der_wrap(DER_SEQUENCE, ""), "not that of the signerInfo");
	assert_no_pss(chunk_empty, "malformed");
	assert_no_pss(der_wrap(DER_SEQUENCE, "m",
						hash_and_mgf("1.2.3", MGF1, SHA256)), "malformed");
	assert_no_pss(der_wrap(DER_SEQUENCE, "m",
						hash_and_mgf(SHA256, MGF1, "1.2.3")), "malformed");
	assert_no_pss(der_wrap(DER_SEQUENCE, "m",
						hash_and_mgf(SHA256, RSA, SHA256)), "malformed");
	assert_no_pss(der_wrap(DER_SEQUENCE, "c",
						chunk_from_chars(0xa0, 0x05)), "malformed");
	assert_no_pss(der_wrap(DER_SEQUENCE, "c",
						chunk_from_chars(0xa1, 0x05)), "malformed");
}
END_TEST

START_TEST(rejects_what_is_no_algorithm)
{
	chunk_t null = chunk_from_chars(0x05, 0x00), in;
	scep_signature_t signature;
	encryption_scheme_t scheme;
	hash_algorithm_t digest;
	scep_cipher_t cipher;

	in = null;
	ck_assert(!scep_digest_take(&in, &digest, NULL));
	ck_assert(!scep_signature_take(&in, HASH_SHA256, &signature, NULL));
	ck_assert(!scep_cipher_take(&in, TRUE, &cipher, NULL));
	ck_assert(!scep_key_transport_take(&in, &scheme, NULL));
	ck_assert(chunk_equals(in, null));
}
END_TEST

/**
 * Check what comes of the parameters of a key transport. Frees them.
 */
static void assert_transport(const char *oid, chunk_t params,
							 encryption_scheme_t expected)
{
	encryption_scheme_t scheme = ENCRYPT_UNKNOWN;
	scep_error_t err = {};
	chunk_t der, in;

	in = der = algorithm(oid, params);
	ck_assert_int_eq(scep_key_transport_take(&in, &scheme, &err),
					 expected != ENCRYPT_UNKNOWN);
	ck_assert_int_eq(scheme, expected);
	free(der.ptr);
}

/**
 * Build the parameters of OAEP with SHA-256 and a label.
 */
static chunk_t label(const char *oid, chunk_t value)
{
	return der_wrap(DER_SEQUENCE, "mm", hash_and_mgf(SHA256, MGF1, SHA256),
					der_wrap(0xa2, "m", algorithm(oid, value)));
}

START_TEST(parses_key_transports)
{
	assert_transport(RSA, chunk_empty, ENCRYPT_RSA_PKCS1);
	assert_transport(RSA, der_wrap(DER_NULL, ""), ENCRYPT_RSA_PKCS1);
	assert_transport(RSA, der_wrap(DER_SEQUENCE, ""), ENCRYPT_UNKNOWN);
	assert_transport(PSS, chunk_empty, ENCRYPT_UNKNOWN);

	assert_transport(OAEP, chunk_empty, ENCRYPT_RSA_OAEP_SHA1);
	assert_transport(OAEP, der_wrap(DER_SEQUENCE, ""), ENCRYPT_RSA_OAEP_SHA1);
	assert_transport(OAEP, der_wrap(DER_SEQUENCE, "m",
						hash_and_mgf(SHA256, MGF1, SHA256)),
					 ENCRYPT_RSA_OAEP_SHA256);
	assert_transport(OAEP, der_wrap(DER_SEQUENCE, "m",
						hash_and_mgf(SHA256, MGF1, SHA1)), ENCRYPT_UNKNOWN);
	/* an empty label is the default; another one we don't have */
	assert_transport(OAEP, label(P_SPECIFIED, der_wrap(DER_OCTETS, "")),
					 ENCRYPT_RSA_OAEP_SHA256);
	assert_transport(OAEP, label(P_SPECIFIED, der_wrap(DER_OCTETS, "c",
						chunk_from_str("label"))), ENCRYPT_UNKNOWN);
	assert_transport(OAEP, label(RSA, der_wrap(DER_OCTETS, "")),
					 ENCRYPT_UNKNOWN);
}
END_TEST

int main()
{
	Suite *suite = suite_create("algorithm");
	TCase *tcase = tcase_create("algorithm");

	tcase_add_loop_test(tcase, parses_salts_of_pss, 0, countof(salts));
	tcase_add_test(tcase, rejects_odd_parameters_of_pss);
	tcase_add_test(tcase, rejects_what_is_no_algorithm);
	tcase_add_test(tcase, parses_key_transports);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
