/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "response_fixture.h"

/** In a table of flags: the signer has an EC key */
#define EC_SIGNER		(1 << 30)

/**
 * Whether the plugin that holds our key knows RSAES-OAEP.
 */
static bool has_oaep()
{
	public_key_t *key;
	chunk_t encrypted = chunk_empty, data = chunk_from_str("0123456789abcdef");
	bool success;

	key = who.me->key->get_public_key(who.me->key);
#ifdef HAVE_ENCRYPTION_PARAMS
	success = key->encrypt(key, ENCRYPT_RSA_OAEP_SHA1, NULL, data, &encrypted);
#else
	success = key->encrypt(key, ENCRYPT_RSA_OAEP_SHA1, data, &encrypted);
#endif
	key->destroy(key);
	free(encrypted.ptr);
	return success;
}

/**
 * Whether a cipher, or what else a case needs, is missing here.
 */
static bool is_missing(const char *cipher, int flags)
{
	crypter_t *crypter;

	if (flags & CERTREP_OAEP && !has_oaep())
	{
		return TRUE;
	}
	if (flags & EC_SIGNER && !who.ec->cert)
	{
		return TRUE;
	}
	if (cipher && strpfx(cipher, "DES"))
	{
		crypter = lib->crypto->create_crypter(lib->crypto,
						streq(cipher, "DES-CBC") ? ENCR_DES : ENCR_3DES, 0);
		DESTROY_IF(crypter);
		return !crypter;
	}
	return FALSE;
}

/**
 * The range of what servers send.
 */
static const struct {
	const char *digest;
	const char *cipher;
	int flags;
} range[] = {
	{ "SHA256", "AES-128-CBC", 0 },
	{ "SHA1", "AES-128-CBC", 0 },
	{ "SHA384", "AES-192-CBC", 0 },
	{ "SHA512", "AES-256-CBC", 0 },
	{ "SHA256", "DES-EDE3-CBC", 0 },
	{ "SHA256", "DES-CBC", 0 },
	/* micromdm */
	{ "SHA1", "DES-CBC", CERTREP_HASH_WITH_RSA },
	/* NDES */
	{ "SHA1", "DES-EDE3-CBC", CERTREP_NO_CERTS },
	/* EJBCA */
	{ "SHA256", "AES-128-CBC", CERTREP_BER | CERTREP_NO_CERTS },
	{ "SHA256", "AES-128-CBC", CERTREP_BER },
	{ "SHA256", "AES-128-CBC", CERTREP_BER_ALL },
	/* OpenXPKI */
	{ "SHA256", "AES-256-CBC", CERTREP_UNSORTED },
	{ "SHA256", "AES-256-CBC", CERTREP_SENT_UNSORTED },
	{ "SHA256", "AES-256-CBC", CERTREP_OAEP },
	{ "SHA256", "AES-128-CBC", CERTREP_OAEP | CERTREP_BER },
	{ "SHA256", "AES-128-CBC", CERTREP_SIGNER_SKI },
	{ "SHA256", "AES-128-CBC", CERTREP_RECIPIENT_SKI },
	{ "SHA512", "AES-128-CBC", CERTREP_SIGNER_SKI | CERTREP_RECIPIENT_SKI |
							   CERTREP_BER | CERTREP_NO_CERTS },
	{ "SHA256", "AES-128-CBC", CERTREP_PSS },
	{ "SHA1", "AES-128-CBC", CERTREP_PSS },
	{ "SHA384", "AES-128-CBC", CERTREP_PSS | CERTREP_BER },
	{ "SHA512", "AES-128-CBC", CERTREP_PSS | CERTREP_NO_CERTS },
	{ "SHA256", "AES-128-CBC", CERTREP_HASH_WITH_RSA },
	{ "SHA384", "AES-128-CBC", CERTREP_HASH_WITH_RSA },
	{ "SHA512", "AES-128-CBC", CERTREP_HASH_WITH_RSA | CERTREP_BER_ALL },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_NULL },
	{ "SHA1", "AES-128-CBC", CERTREP_NO_NULL | CERTREP_HASH_WITH_RSA },
	{ "SHA256", "AES-128-CBC", CERTREP_UNSIGNED },
	{ "SHA256", "AES-128-CBC", EC_SIGNER },
	{ "SHA1", "AES-128-CBC", EC_SIGNER },
	{ "SHA384", "AES-128-CBC", CERTREP_BER | EC_SIGNER },
	{ "SHA512", "AES-128-CBC", CERTREP_NO_CERTS | EC_SIGNER },
};

START_TEST(accepts_what_servers_send)
{
	certrep_t rep = get_certrep();

	if (is_missing(range[_i].cipher, range[_i].flags))
	{
		return;
	}
	rep.digest = range[_i].digest;
	rep.cipher = range[_i].cipher;
	rep.flags = range[_i].flags & ~EC_SIGNER;
	if (range[_i].flags & EC_SIGNER)
	{
		rep.signer = who.ec;
	}
	/* OpenSSL verifies attributes only as they were sent */
	if (rep.flags & CERTREP_SENT_UNSORTED)
	{
		scep_response_t response;
		scep_error_t err = {};
		chunk_t body = certrep_build(&rep);

		ck_assert_msg(parse(body, &response, &err), "%s", err.text);
		assert_certs(&response);
		scep_response_clear(&response);
		free(body.ptr);
		return;
	}
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(accepts_any_expected_signer)
{
	certrep_t rep = get_certrep();

	rep.signer = _i ? who.ra : who.ca;
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(finds_itself_among_recipients)
{
	static const struct {
		int before, after;
	} cases[] = {
		{ 1, 0 }, { 0, 1 }, { 2, 2 }, { SCEP_MAX_RECIPIENTS - 1, 0 },
	};
	certrep_t rep = get_certrep();
	int i, pos = 0;

	for (i = 0; i < cases[_i].before; i++)
	{
		rep.recipients[pos++] = who.stranger->x509;
	}
	rep.recipients[pos++] = who.me->x509;
	for (i = 0; i < cases[_i].after; i++)
	{
		rep.recipients[pos++] = who.stranger->x509;
	}
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(tolerates_a_missing_sender_nonce)
{
	certrep_t rep = get_certrep();

	rep.without[0] = SENDER_NONCE;
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(ignores_unknown_attributes)
{
	certrep_t rep = get_certrep();

	/* the second one has no value: not ours to judge */
	rep.more[0] = (certrep_attribute_t){ "1.2.3.4", DER_INTEGER, "\x05", 1, 1 };
	rep.more[1] = (certrep_attribute_t){ "1.2.3.5", DER_INTEGER, "", 0, 0 };
	rep.more[2] = (certrep_attribute_t){ SIGNING_TIME, DER_UTCTIME,
										 "260101000000Z", 0, 1 };
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

/**
 * What stands in eContent when there is nothing to say.
 */
static const certrep_content_t nothings[] = {
	CERTREP_CONTENT_ABSENT, CERTREP_CONTENT_EMPTY, CERTREP_CONTENT_ZERO,
	CERTREP_CONTENT_CERTS,
};

START_TEST(accepts_pending)
{
	certrep_t rep = get_certrep();
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body;

	rep.status = "3";
	rep.what = nothings[_i / 2];
	rep.flags = _i % 2 ? CERTREP_BER : 0;
	body = certrep_build(&rep);
	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	ck_assert_int_eq(response.status, SCEP_PENDING);
	ck_assert(!response.certs && !response.fail_info_text.ptr);
	scep_response_clear(&response);
	free(body.ptr);
}
END_TEST

START_TEST(accepts_failure)
{
	static const char *infos[] = { "0", "1", "2", "3", "4" };
	certrep_t rep = get_certrep();
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body;

	rep.status = "2";
	rep.what = nothings[_i % 4];
	rep.fail_info = infos[_i];
	rep.fail_info_text = _i % 2 ? "Schl\xc3\xbcssel zu kurz" : NULL;
	body = certrep_build(&rep);
	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	ck_assert_int_eq(response.status, SCEP_FAILURE);
	ck_assert_int_eq(response.fail_info, _i);
	ck_assert_int_eq(response.hresult, 0);
	ck_assert(!response.certs);
	if (rep.fail_info_text)
	{
		ck_assert(chunk_equals(response.fail_info_text,
							   chunk_from_str((char*)rep.fail_info_text)));
	}
	else
	{
		ck_assert_uint_eq(response.fail_info_text.len, 0);
	}
	scep_response_clear(&response);
	ck_assert(!response.fail_info_text.ptr);
	free(body.ptr);
}
END_TEST

START_TEST(reads_the_hresult_of_ndes)
{
	static const struct {
		const char *text;
		uint32_t value;
	} results[] = {
		{ "-2146875375", 0x80094811 },
		{ "2148091921", 0x80094811 },
		{ "0", 0 },
		{ "", 0 },
		{ "99999999999", 0 },
		{ "-99999999999", 0 },
		{ "12x", 0 },
		{ "1234567890123456789", 0 },
	};
	certrep_t rep = get_certrep();
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body;

	rep.status = "2";
	rep.fail_info = "2";
	rep.more[0] = (certrep_attribute_t){ SCEP_ERROR, DER_PRINTABLE,
										 results[_i].text, 0, 1 };
	body = certrep_build(&rep);
	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	ck_assert_uint_eq(response.hresult, results[_i].value);
	scep_response_clear(&response);
	free(body.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("response");
	TCase *tcase = tcase_create("accepted");

	tcase_add_unchecked_fixture(tcase, response_setup, response_teardown);
	tcase_add_loop_test(tcase, accepts_what_servers_send, 0, countof(range));
	tcase_add_loop_test(tcase, accepts_any_expected_signer, 0, 2);
	tcase_add_loop_test(tcase, finds_itself_among_recipients, 0, 4);
	tcase_add_test(tcase, tolerates_a_missing_sender_nonce);
	tcase_add_test(tcase, ignores_unknown_attributes);
	tcase_add_loop_test(tcase, accepts_pending, 0, 8);
	tcase_add_loop_test(tcase, accepts_failure, 0, 5);
	tcase_add_loop_test(tcase, reads_the_hresult_of_ndes, 0, 8);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
