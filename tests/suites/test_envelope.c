/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_cert_id.h"
#include "message/scep_enveloped_data.h"

/** OIDs */
#define DATA			"1.2.840.113549.1.7.1"
#define SIGNED_DATA		"1.2.840.113549.1.7.2"
#define ENVELOPED_DATA	"1.2.840.113549.1.7.3"
#define RSA				"1.2.840.113549.1.1.1"
#define OAEP			"1.2.840.113549.1.1.7"
#define AES128			"2.16.840.1.101.3.4.1.2"
#define AES256			"2.16.840.1.101.3.4.1.42"
#define AES128_GCM		"2.16.840.1.101.3.4.1.6"
#define RC2				"1.2.840.113549.3.2"
#define DES				"1.3.14.3.2.7"

/** The error that tells nothing */
#define OPAQUE "the content of the message could not be decrypted " \
			   "(RFC 8894, 3.2.2)"

/** A content that can be opened: NULL */
#define CONTENT chunk_from_chars(0x05, 0x00)

/**
 * An envelope built by hand. All zero can be opened, but for the recipient.
 */
typedef struct {
	/** session key, "kkkkkkkkkkkkkkkk" */
	chunk_t key;
	/** encrypted session key, instead of that one's */
	chunk_t encrypted_key;
	/** content with its padding, whole blocks, instead of CONTENT */
	chunk_t padded;
	/** OIDs */
	const char *type, *content_type, *transport, *cipher;
	/** initialization vector */
	chunk_t iv;
	/** RecipientInfos before and behind ours */
	chunk_t before, behind;
	/** encryptedContent as an element, "" for none */
	chunk_t content;
	/** behind EnvelopedData's end */
	chunk_t trailing;
} envelope_t;

static certrep_id_t *me, *other;

static void setup()
{
	certrep_init();
	me = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	other = certrep_id_create("peer", CERTREP_RSA, NULL, FALSE);
}

static void teardown()
{
	certrep_id_destroy(me);
	certrep_id_destroy(other);
}

/**
 * Encrypt with our public key.
 */
static chunk_t rsa(chunk_t plain)
{
	public_key_t *key;
	chunk_t encrypted;
	bool success;

	key = me->key->get_public_key(me->key);
#ifdef HAVE_ENCRYPTION_PARAMS
	success = key->encrypt(key, ENCRYPT_RSA_PKCS1, NULL, plain, &encrypted);
#else
	success = key->encrypt(key, ENCRYPT_RSA_PKCS1, plain, &encrypted);
#endif
	ck_assert(success);
	key->destroy(key);
	return encrypted;
}

/**
 * Build a KeyTransRecipientInfo.
 */
static chunk_t recipient(certrep_id_t *id, const char *transport, chunk_t key)
{
	return der_wrap(DER_SEQUENCE, "mmmm",
			der_wrap(DER_INTEGER, "c", chunk_from_chars(0x00)),
			scep_cert_id_build(id->cert),
			der_wrap(DER_SEQUENCE, "m", der_oid(transport)),
			der_wrap(DER_OCTETS, "c", key));
}

/**
 * Encrypt padded content with AES-128-CBC.
 */
static chunk_t encrypt(chunk_t padded, chunk_t iv)
{
	crypter_t *crypter;
	chunk_t encrypted;

	crypter = lib->crypto->create_crypter(lib->crypto, ENCR_AES_CBC, 16);
	ck_assert(crypter->set_key(crypter, chunk_from_str("kkkkkkkkkkkkkkkk")));
	ck_assert(crypter->encrypt(crypter, padded, iv, &encrypted));
	crypter->destroy(crypter);
	return encrypted;
}

/**
 * Build an envelope.
 */
static chunk_t build(const envelope_t *envelope)
{
	chunk_t iv = envelope->iv, padded = envelope->padded, key, content;
	u_char good[16];

	if (!iv.ptr)
	{
		iv = chunk_from_str("iviviviviviviviv");
	}
	if (!padded.ptr)
	{
		memset(good, 14, sizeof(good));
		memcpy(good, CONTENT.ptr, CONTENT.len);
		padded = chunk_create(good, sizeof(good));
	}
	key = envelope->encrypted_key.ptr ? chunk_clone(envelope->encrypted_key) :
		  rsa(envelope->key.ptr ? envelope->key
								: chunk_from_str("kkkkkkkkkkkkkkkk"));
	content = envelope->content.ptr ? chunk_clone(envelope->content) :
			  der_wrap(DER_S_0, "m", encrypt(padded, iv.len == 16 ? iv :
									chunk_from_str("iviviviviviviviv")));
	content = der_wrap(DER_SEQUENCE, "mm", der_oid(ENVELOPED_DATA),
		der_wrap(DER_C_0, "m",
			der_wrap(DER_SEQUENCE, "mmmc",
				der_wrap(DER_INTEGER, "c", chunk_from_chars(0x00)),
				der_wrap(DER_SET, "cmc", envelope->before,
					recipient(me, envelope->transport ?: RSA, key),
					envelope->behind),
				der_wrap(DER_SEQUENCE, "mmm",
					der_oid(envelope->content_type ?: DATA),
					der_wrap(DER_SEQUENCE, "mm",
						der_oid(envelope->cipher ?: AES128),
						der_wrap(DER_OCTETS, "c", iv)),
					content),
				envelope->trailing)));
	free(key.ptr);
	return content;
}

/**
 * Open an envelope and expect its content, or an error. Frees the envelope.
 */
static void assert_open(chunk_t der, chunk_t expected, const char *reason)
{
	scep_error_t err = {};
	chunk_t content;
	bool success;

	success = scep_enveloped_data_open(der, me->cert, me->key, FALSE, &content,
									   &err);
	if (reason)
	{
		ck_assert(!success && !content.ptr);
		ck_assert_int_eq(err.kind, SCEP_SECURITY);
		ck_assert_msg(strstr(err.text, reason), "%s instead of %s", err.text,
					  reason);
		if (streq(reason, OPAQUE))
		{
			ck_assert_str_eq(err.text, OPAQUE);
		}
	}
	else
	{
		ck_assert_msg(success, "%s", err.text);
		ck_assert(chunk_equals(content, expected));
	}
	free(content.ptr);
	free(der.ptr);
}

START_TEST(opens_what_fits)
{
	envelope_t envelope = {};
	chunk_t der;

	assert_open(build(&envelope), CONTENT, NULL);
	der = build(&envelope);
	assert_open(der_to_ber(der, 3), CONTENT, NULL);
	free(der.ptr);
}
END_TEST

START_TEST(opens_content_in_pieces)
{
	envelope_t envelope = {};
	chunk_t padded, encrypted;

	/* a whole block of padding */
	padded = chunk_from_chars(0x04, 14, 'c', 'o', 'n', 't', 'e', 'n', 't', ' ',
							  'a', 'g', 'a', 'i', 'n', '.',
							  16, 16, 16, 16, 16, 16, 16, 16,
							  16, 16, 16, 16, 16, 16, 16, 16);
	encrypted = encrypt(padded, chunk_from_str("iviviviviviviviv"));
	envelope.content = der_wrap(DER_C_0, "mmm",
			der_wrap(DER_OCTETS, "c", chunk_create(encrypted.ptr, 5)),
			der_wrap(DER_OCTETS, ""),
			der_wrap(DER_OCTETS, "c", chunk_skip(encrypted, 5)));
	assert_open(build(&envelope), chunk_create(padded.ptr, 16), NULL);
	free(envelope.content.ptr);

	envelope.content = der_wrap(DER_C_0, "m",
							der_wrap(DER_INTEGER, "c", encrypted));
	assert_open(build(&envelope), chunk_empty, "encryptedContent");
	free(envelope.content.ptr);
	free(encrypted.ptr);
}
END_TEST

START_TEST(tells_nothing_about_a_wrong_key)
{
	static const size_t lengths[] = { 1, 8, 15, 17, 24, 32 };
	chunk_t key = chunk_from_str("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk");
	envelope_t envelope = {};
	u_char garbage[256];

	/* encrypted, but of another length */
	envelope.key = chunk_create(key.ptr, lengths[_i]);
	assert_open(build(&envelope), chunk_empty, OPAQUE);

	/* encrypted, but another one */
	envelope.key = chunk_from_str("abcdefghijklmnop");
	assert_open(build(&envelope), chunk_empty, OPAQUE);

	/* not PKCS#1 */
	memset(garbage, 0x31 + _i, sizeof(garbage));
	envelope.encrypted_key = chunk_from_thing(garbage);
	assert_open(build(&envelope), chunk_empty, OPAQUE);
}
END_TEST

/**
 * Last blocks with a wrong padding, and what is no BER.
 */
static const u_char blocks[][16] = {
	{ 5, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 0 },
	{ 5, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 17 },
	{ 5, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 255 },
	{ 5, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 13, 14 },
	{ 5, 0, 13, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14 },
	/* padding right, but nothing, or no BER, or too much before it */
	{ 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16 },
	{ 5, 0, 0, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13 },
	{ 4, 9, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14 },
};

START_TEST(tells_nothing_about_wrong_content)
{
	envelope_t envelope = {
		.padded = chunk_create((u_char*)blocks[_i], 16),
	};

	assert_open(build(&envelope), chunk_empty, OPAQUE);
}
END_TEST

/**
 * Get the modulus of our key: of the key's length, the first bit set.
 */
static chunk_t get_modulus()
{
	public_key_t *key;
	chunk_t spki, modulus, bits;

	key = me->key->get_public_key(me->key);
	ck_assert(key->get_encoding(key, PUBKEY_SPKI_ASN1_DER, &spki));
	key->destroy(key);
	bits = der_descend(spki, ">->");
	bits = der_descend(chunk_skip(bits, 1), ">");
	der_next(&bits, &modulus);
	modulus = chunk_clone(chunk_skip_zero(modulus));
	free(spki.ptr);
	ck_assert_uint_eq(modulus.len, 256);
	return modulus;
}

START_TEST(rejects_keys_out_of_range)
{
	envelope_t envelope = {};
	u_char zero[257] = {};
	chunk_t modulus = get_modulus();

	/* zero and the modulus crash the gmp plugin */
	envelope.encrypted_key = chunk_create(zero, 256);
	assert_open(build(&envelope), chunk_empty, "modulus");
	envelope.encrypted_key = modulus;
	assert_open(build(&envelope), chunk_empty, "modulus");
	/* one more than the modulus, which is odd */
	modulus.ptr[modulus.len - 1]++;
	assert_open(build(&envelope), chunk_empty, "modulus");
	/* too short, too long, nothing */
	envelope.encrypted_key = chunk_create(modulus.ptr, 255);
	assert_open(build(&envelope), chunk_empty, "modulus");
	memset(zero + 1, 1, 256);
	envelope.encrypted_key = chunk_create(zero, 257);
	assert_open(build(&envelope), chunk_empty, "modulus");
	envelope.encrypted_key = chunk_create(zero, 0);
	assert_open(build(&envelope), chunk_empty, "modulus");
	free(modulus.ptr);
}
END_TEST

/**
 * What can be seen from the outside.
 */
static const struct {
	const char *reason;
	envelope_t envelope;
} visible[] = {
	{ "contentType", { .content_type = SIGNED_DATA } },
	{ "RSA", { .transport = AES128 } },
	{ AES128_GCM, { .cipher = AES128_GCM } },
	{ RC2, { .cipher = RC2 } },
	{ "accept_des", { .cipher = DES } },
	{ "initialization vector", { .iv = { (u_char*)"iviviviv", 8 } } },
	{ "initialization vector", { .iv = { (u_char*)"", 0 } } },
	{ "encryptedContent", { .content = { (u_char*)"", 0 } } },
	{ "whole blocks", { .content = { (u_char*)"\x80\x00", 2 } } },
	{ "whole blocks", { .content = { (u_char*)"\x80\x02xx", 4 } } },
	{ "encryptedContent", { .content = { (u_char*)"\x81\x02xx", 4 } } },
	{ "malformed", { .trailing = { (u_char*)"\x05\x00", 2 } } },
	{ "recipientInfo", { .before = { (u_char*)"\x30\x00", 2 } } },
	{ "recipientInfos", { .before = { (u_char*)"\x05\x00", 2 } } },
	{ "recipientInfos", { .before = { (u_char*)"\xa5\x00", 2 } } },
};

START_TEST(names_what_can_be_seen)
{
	assert_open(build(&visible[_i].envelope), chunk_empty, visible[_i].reason);
}
END_TEST

START_TEST(rejects_other_structures)
{
	chunk_t others[] = {
		chunk_empty,
		chunk_from_chars(0x00),
		chunk_from_chars(0x30, 0x00),
		chunk_from_chars(0x30, 0x80, 0x00),
		chunk_from_str("<html>"),
	};

	assert_open(chunk_clone(others[_i]), chunk_empty, "");
}
END_TEST

START_TEST(takes_its_first_recipient_info)
{
	envelope_t envelope = {};
	u_char garbage[256];
	chunk_t bad;

	memset(garbage, 0x31, sizeof(garbage));
	bad = recipient(me, RSA, chunk_from_thing(garbage));
	envelope.behind = bad;
	assert_open(build(&envelope), CONTENT, NULL);
	envelope.behind = chunk_empty;
	envelope.before = bad;
	assert_open(build(&envelope), chunk_empty, OPAQUE);
	free(bad.ptr);
}
END_TEST

START_TEST(skips_other_recipients)
{
	envelope_t envelope = {};
	chunk_t theirs, agreement;

	theirs = recipient(other, RSA, chunk_from_str("whatever"));
	agreement = der_wrap(DER_C_1, "m",
					der_wrap(DER_INTEGER, "c", chunk_from_chars(0x03)));
	/* kekri, pwri, ori */
	envelope.before = der_cat("mmc", theirs, agreement,
							  chunk_from_chars(0xa2, 0, 0xa3, 0, 0xa4, 0));
	envelope.behind = envelope.before;
	assert_open(build(&envelope), CONTENT, NULL);
	free(envelope.before.ptr);
}
END_TEST

START_TEST(rejects_an_envelope_for_others)
{
	certrep_t rep = { .recipients = { other->x509 } };

	assert_open(certrep_seal(&rep, CONTENT), chunk_empty, "none of them");
	rep.flags = CERTREP_RECIPIENT_SKI;
	assert_open(certrep_seal(&rep, CONTENT), chunk_empty, "none of them");
}
END_TEST

START_TEST(bounds_recipients)
{
	certrep_t rep = {};
	int i;

	for (i = 0; i < SCEP_MAX_RECIPIENTS + 1; i++)
	{
		rep.recipients[i] = me->x509;
	}
	assert_open(certrep_seal(&rep, CONTENT), chunk_empty, "more than 16");
	rep.recipients[SCEP_MAX_RECIPIENTS] = NULL;
	assert_open(certrep_seal(&rep, CONTENT), CONTENT, NULL);
}
END_TEST

START_TEST(names_the_cipher_that_is_missing)
{
	certrep_t rep = { .recipients = { me->x509 }, .cipher = "DES-CBC" };
	crypter_t *crypter;
	scep_error_t err = {};
	chunk_t der, content;
	bool success;

	crypter = lib->crypto->create_crypter(lib->crypto, ENCR_DES, 8);
	der = certrep_seal(&rep, CONTENT);
	success = scep_enveloped_data_open(der, me->cert, me->key, TRUE, &content,
									   &err);
	if (crypter)
	{
		ck_assert_msg(success && chunk_equals(content, CONTENT), "%s",
					  err.text);
		crypter->destroy(crypter);
	}
	else
	{
		ck_assert(!success);
		ck_assert_int_eq(err.kind, SCEP_PERMANENT);
		ck_assert_msg(strstr(err.text, "plugin"), "%s", err.text);
	}
	free(content.ptr);
	free(der.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("envelope");
	TCase *tcase = tcase_create("opened");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, opens_what_fits);
	tcase_add_test(tcase, opens_content_in_pieces);
	tcase_add_test(tcase, takes_its_first_recipient_info);
	tcase_add_test(tcase, skips_other_recipients);
	tcase_add_test(tcase, bounds_recipients);
	tcase_add_test(tcase, names_the_cipher_that_is_missing);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("not opened");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, tells_nothing_about_a_wrong_key, 0, 6);
	tcase_add_loop_test(tcase, tells_nothing_about_wrong_content, 0,
						countof(blocks));
	tcase_add_test(tcase, rejects_keys_out_of_range);
	tcase_add_loop_test(tcase, names_what_can_be_seen, 0, countof(visible));
	tcase_add_loop_test(tcase, rejects_other_structures, 0, 5);
	tcase_add_test(tcase, rejects_an_envelope_for_others);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
