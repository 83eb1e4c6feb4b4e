/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_csr.h"
#include "message/scep_request.h"

#include <openssl/x509.h>

static certrep_id_t *ca, *ra, *me, *other, *ec;
static identification_t *subject;
static chunk_t csr;

/**
 * Build a PKCS#10 request with a challenge.
 */
static chunk_t build_csr()
{
	scep_csr_t content = {
		.key = me->key,
		.subject = subject,
		.challenge = chunk_from_str("correct horse battery"),
		.digest = HASH_SHA256,
	};
	scep_error_t err = {};
	chunk_t der;

	ck_assert_msg(scep_csr_build(&content, &der, &err), "%s", err.text);
	return der;
}

static void setup()
{
	certrep_init();
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	ra = certrep_id_create("RA", CERTREP_RSA, ca, FALSE);
	me = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	other = certrep_id_create("gw", CERTREP_RSA, ca, FALSE);
	ec = certrep_id_create("EC RA", CERTREP_EC, ca, FALSE);
	subject = identification_create_from_string("C=DE, CN=gw.example.org");
	csr = build_csr();
}

static void teardown()
{
	certrep_id_destroy(ca);
	certrep_id_destroy(ra);
	certrep_id_destroy(me);
	certrep_id_destroy(other);
	certrep_id_destroy(ec);
	subject->destroy(subject);
	chunk_clear(&csr);
}

/**
 * Get a request that can be built, to change one thing of it.
 */
static scep_request_t get_request()
{
	return (scep_request_t){
		.type = SCEP_PKCS_REQ,
		.transaction_id = chunk_from_str("A1B2C3"),
		.sender_nonce = chunk_from_str("0123456789abcdef"),
		.content = csr,
		.signer = me->cert,
		.key = me->key,
		.recipient = ra->cert,
		.digest = HASH_SHA256,
		.cipher = ENCR_AES_CBC,
		.key_size = 16,
	};
}

/**
 * Build a request and let the strict server read it.
 */
static void exchange(const scep_request_t *request, certrep_request_t *read)
{
	scep_error_t err = {};
	const char *reason;
	chunk_t der;

	ck_assert_msg(scep_request_build(request, &der, &err), "%s", err.text);
	reason = certrep_request_parse(der, ra, read);
	ck_assert_msg(!reason, "%s", reason);
	free(der.ptr);
}

/**
 * Check that a request is refused, with a word of the reason.
 */
static void assert_refused(const scep_request_t *request,
						   scep_error_kind_t kind, const char *reason)
{
	scep_error_t err = {};
	chunk_t der;

	ck_assert(!scep_request_build(request, &der, &err));
	ck_assert(!der.ptr);
	ck_assert_int_eq(err.kind, kind);
	ck_assert_msg(strstr(err.text, reason), "%s", err.text);
}

START_TEST(is_what_a_strict_server_reads)
{
	static const scep_message_type_t types[] = {
		SCEP_PKCS_REQ, SCEP_RENEWAL_REQ,
	};
	scep_request_t request = get_request();
	certrep_request_t read;

	request.type = types[_i];
	exchange(&request, &read);
	ck_assert_int_eq(read.type, types[_i]);
	ck_assert(chunk_equals(read.transaction_id, request.transaction_id));
	ck_assert(chunk_equals(read.sender_nonce, request.sender_nonce));
	ck_assert(chunk_equals(read.content, csr));
	ck_assert_int_eq(X509_cmp(read.signer, me->x509), 0);
	ck_assert_str_eq(read.challenge, "correct horse battery");
	certrep_request_clear(&read);
}
END_TEST

/**
 * What we may be configured to use, and OpenSSL's names for it.
 */
static const struct {
	hash_algorithm_t digest;
	encryption_algorithm_t cipher;
	size_t key_size;
	const char *digest_name;
	const char *cipher_name;
} algorithms[] = {
	{ HASH_SHA256, ENCR_AES_CBC, 16, "SHA256", "AES-128-CBC" },
	{ HASH_SHA256, ENCR_AES_CBC, 24, "SHA256", "AES-192-CBC" },
	{ HASH_SHA384, ENCR_AES_CBC, 32, "SHA384", "AES-256-CBC" },
	{ HASH_SHA512, ENCR_AES_CBC, 16, "SHA512", "AES-128-CBC" },
	{ HASH_SHA512, ENCR_3DES, 24, "SHA512", "DES-EDE3-CBC" },
};

START_TEST(uses_the_configured_algorithms)
{
	scep_request_t request = get_request();
	certrep_request_t read;
	crypter_t *crypter;

	crypter = lib->crypto->create_crypter(lib->crypto, algorithms[_i].cipher,
										  algorithms[_i].key_size);
	request.digest = algorithms[_i].digest;
	request.cipher = algorithms[_i].cipher;
	request.key_size = algorithms[_i].key_size;
	if (!crypter)
	{
		assert_refused(&request, SCEP_PERMANENT, "plugin");
		return;
	}
	crypter->destroy(crypter);
	exchange(&request, &read);
	ck_assert_str_eq(read.digest, algorithms[_i].digest_name);
	ck_assert_str_eq(read.cipher, algorithms[_i].cipher_name);
	certrep_request_clear(&read);
}
END_TEST

START_TEST(pads_content_of_any_length)
{
	scep_request_t request = get_request();
	certrep_request_t read;
	u_char buf[33];

	memset(buf, 0x07, sizeof(buf));
	request.type = SCEP_CERT_POLL;
	request.content = chunk_create(buf, _i);
	exchange(&request, &read);
	ck_assert(chunk_equals(read.content, request.content));
	certrep_request_clear(&read);
}
END_TEST

START_TEST(signs_with_an_issued_certificate)
{
	scep_request_t request = get_request();
	certrep_request_t read;

	request.type = SCEP_RENEWAL_REQ;
	request.signer = other->cert;
	request.key = other->key;
	exchange(&request, &read);
	ck_assert_int_eq(X509_cmp(read.signer, other->x509), 0);
	certrep_request_clear(&read);
}
END_TEST

START_TEST(polls_with_issuer_and_subject)
{
	scep_request_t request = get_request();
	certrep_request_t read;
	chunk_t names, content, issuer;
	identification_t *id = ca->cert->get_subject(ca->cert);

	names = scep_issuer_and_subject(id, subject);
	request.type = SCEP_CERT_POLL;
	request.content = names;
	exchange(&request, &read);
	ck_assert_int_eq(read.type, 20);
	content = read.content;
	issuer = der_descend(content, ">");
	ck_assert(chunk_equals(der_next(&issuer, NULL), id->get_encoding(id)));
	ck_assert(chunk_equals(der_next(&issuer, NULL),
						   subject->get_encoding(subject)));
	ck_assert_uint_eq(issuer.len, 0);
	certrep_request_clear(&read);
	free(names.ptr);
}
END_TEST

START_TEST(shows_the_challenge_to_nobody_else)
{
	scep_request_t request = get_request();
	certrep_request_t read;
	chunk_t der;

	ck_assert(scep_request_build(&request, &der, NULL));
	ck_assert(!memmem(der.ptr, der.len, "horse", 5));
	ck_assert_str_eq(certrep_request_parse(der, ca, &read),
					 "cannot be decrypted");
	free(der.ptr);
}
END_TEST

START_TEST(sends_no_time)
{
	static const u_char signing_time[] = {
		DER_OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05,
	};
	scep_request_t request = get_request();
	chunk_t der;

	ck_assert(scep_request_build(&request, &der, NULL));
	/* messageDigest is there, signingTime, the next one, is not */
	ck_assert(memmem(der.ptr, der.len, signing_time, 10));
	ck_assert(!memmem(der.ptr, der.len, signing_time, sizeof(signing_time)));
	free(der.ptr);
}
END_TEST

START_TEST(encrypts_each_message_anew)
{
	scep_request_t request = get_request();
	chunk_t one, two, a, b;

	ck_assert(scep_request_build(&request, &one, NULL));
	ck_assert(scep_request_build(&request, &two, NULL));
	/* ContentInfo, [0], SignedData: version, digests, eContent: type, [0],
	 * OCTET STRING, ContentInfo, [0], EnvelopedData: version, recipients,
	 * encryptedContentInfo: type, algorithm: OID, vector */
	a = der_descend(one, ">->>-->->>>->>-->->-");
	b = der_descend(two, ">->>-->->>>->>-->->-");
	ck_assert_uint_eq(a.len, 18);
	ck_assert(!chunk_equals(a, b));
	/* the content */
	a = der_descend(one, ">->>-->->>>->>-->--");
	b = der_descend(two, ">->>-->->>>->>-->--");
	ck_assert_uint_gt(a.len, 100);
	ck_assert(memcmp(a.ptr + 4, b.ptr + 4, 16) != 0);
	free(one.ptr);
	free(two.ptr);
}
END_TEST

START_TEST(refuses_weak_digests)
{
	static const hash_algorithm_t digests[] = {
		HASH_SHA1, HASH_MD5, HASH_SHA224, HASH_UNKNOWN,
	};
	scep_request_t request = get_request();

	request.digest = digests[_i];
	assert_refused(&request, SCEP_PERMANENT, "SHA-256");
}
END_TEST

START_TEST(refuses_weak_ciphers)
{
	static const struct {
		encryption_algorithm_t cipher;
		size_t key_size;
	} ciphers[] = {
		{ ENCR_DES, 8 }, { ENCR_NULL, 0 }, { ENCR_BLOWFISH, 16 },
		{ ENCR_AES_CBC, 8 }, { ENCR_AES_CBC, 0 }, { ENCR_AES_CTR, 16 },
		{ ENCR_CAMELLIA_CBC, 16 },
	};
	scep_request_t request = get_request();

	request.cipher = ciphers[_i].cipher;
	request.key_size = ciphers[_i].key_size;
	assert_refused(&request, SCEP_PERMANENT, "AES");
}
END_TEST

START_TEST(refuses_odd_transaction_ids)
{
	chunk_t ids[] = {
		chunk_empty, chunk_from_str("a@b"), chunk_from_str("\xc3\xa4"),
		chunk_from_chars('a', 0x00),
	};
	scep_request_t request = get_request();

	request.transaction_id = ids[_i];
	assert_refused(&request, SCEP_LOCAL, "transactionID");
}
END_TEST

START_TEST(refuses_odd_nonces)
{
	scep_request_t request = get_request();

	request.sender_nonce = chunk_from_str("0123456789abcde");
	assert_refused(&request, SCEP_LOCAL, "senderNonce");
	request.sender_nonce = chunk_empty;
	assert_refused(&request, SCEP_LOCAL, "senderNonce");
}
END_TEST

START_TEST(refuses_a_key_of_another_certificate)
{
	scep_request_t request = get_request();

	request.key = other->key;
	assert_refused(&request, SCEP_PERMANENT, "signer's certificate");
}
END_TEST

START_TEST(refuses_a_recipient_without_rsa)
{
	scep_request_t request = get_request();

	if (ec->cert)
	{	/* read by the openssl plugin only */
		request.recipient = ec->cert;
		assert_refused(&request, SCEP_PERMANENT, "no RSA key");
	}
}
END_TEST

START_TEST(refuses_a_small_key_of_the_recipient)
{
	scep_request_t request = get_request();
	certrep_id_t *small;

	small = certrep_id_create("RA", CERTREP_RSA_1024, ca, FALSE);
	request.recipient = small->cert;
	assert_refused(&request, SCEP_SECURITY, "1024 bits, at least 2048");
	certrep_id_destroy(small);
	small = certrep_id_create("RA", CERTREP_RSA_2040, ca, FALSE);
	request.recipient = small->cert;
	assert_refused(&request, SCEP_SECURITY, "2040 bits, at least 2048");
	certrep_id_destroy(small);
}
END_TEST

int main()
{
	Suite *suite = suite_create("request");
	TCase *tcase = tcase_create("accepted");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, is_what_a_strict_server_reads, 0, 2);
	tcase_add_loop_test(tcase, uses_the_configured_algorithms, 0,
						countof(algorithms));
	tcase_add_loop_test(tcase, pads_content_of_any_length, 1, 34);
	tcase_add_test(tcase, signs_with_an_issued_certificate);
	tcase_add_test(tcase, polls_with_issuer_and_subject);
	tcase_add_test(tcase, shows_the_challenge_to_nobody_else);
	tcase_add_test(tcase, sends_no_time);
	tcase_add_test(tcase, encrypts_each_message_anew);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("refused");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, refuses_weak_digests, 0, 4);
	tcase_add_loop_test(tcase, refuses_weak_ciphers, 0, 7);
	tcase_add_loop_test(tcase, refuses_odd_transaction_ids, 0, 4);
	tcase_add_test(tcase, refuses_odd_nonces);
	tcase_add_test(tcase, refuses_a_key_of_another_certificate);
	tcase_add_test(tcase, refuses_a_recipient_without_rsa);
	tcase_add_test(tcase, refuses_a_small_key_of_the_recipient);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
