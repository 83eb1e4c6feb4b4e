/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_response.h"

/** OIDs of attributes */
#define CONTENT_TYPE	"1.2.840.113549.1.9.3"
#define MESSAGE_DIGEST	"1.2.840.113549.1.9.4"
#define SIGNING_TIME	"1.2.840.113549.1.9.5"
#define MESSAGE_TYPE	"2.16.840.1.113733.1.9.2"
#define PKI_STATUS		"2.16.840.1.113733.1.9.3"
#define FAIL_INFO		"2.16.840.1.113733.1.9.4"
#define SENDER_NONCE	"2.16.840.1.113733.1.9.5"
#define RECIPIENT_NONCE	"2.16.840.1.113733.1.9.6"
#define TRANS_ID		"2.16.840.1.113733.1.9.7"
#define FAIL_INFO_TEXT	"1.3.6.1.5.5.7.24.1"
#define SCEP_ERROR		"1.3.6.1.4.1.311.21.33"

/** In a table of flags: the signer has an EC key */
#define EC_SIGNER		(1 << 30)

/** What the request had */
#define ID		"A1B2C3D4E5F6"
#define NONCE	"0123456789abcdef"

static certrep_id_t *ca, *ra, *ec, *me, *stranger;
static linked_list_t *signers;

static void setup()
{
	certrep_init();
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	ra = certrep_id_create("RA", CERTREP_RSA, ca, FALSE);
	ec = certrep_id_create("EC RA", CERTREP_EC, ca, FALSE);
	me = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	stranger = certrep_id_create("peer", CERTREP_RSA, ca, FALSE);
	signers = linked_list_create_with_items(ca->cert, ra->cert, NULL);
	if (ec->cert)
	{
		signers->insert_last(signers, ec->cert);
	}
}

static void teardown()
{
	signers->destroy(signers);
	certrep_id_destroy(ca);
	certrep_id_destroy(ra);
	certrep_id_destroy(ec);
	certrep_id_destroy(me);
	certrep_id_destroy(stranger);
}

/**
 * Get a SUCCESS that is accepted, to change one thing of it.
 */
static certrep_t get_certrep()
{
	return (certrep_t){
		.transaction_id = chunk_from_str(ID),
		.recipient_nonce = chunk_from_str(NONCE),
		.signer = ra,
		.recipients = { me->x509 },
		.certs = { me->x509, ca->x509 },
	};
}

/**
 * Parse an answer to the request.
 */
static bool parse(chunk_t body, scep_response_t *response, scep_error_t *err)
{
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(ID),
		.nonce = chunk_from_str(NONCE),
		.signers = signers,
		.recipient = me->cert,
		.key = me->key,
		.accept_des = TRUE,
	};

	return scep_response_parse(body, &expect, response, err);
}

/**
 * Check that a SUCCESS has our certificate and that of the CA.
 */
static void assert_certs(scep_response_t *response)
{
	certificate_t *first, *last;

	ck_assert_int_eq(response->status, SCEP_SUCCESS);
	ck_assert(response->certs);
	ck_assert_int_eq(response->certs->get_count(response->certs), 2);
	response->certs->get_first(response->certs, (void**)&first);
	response->certs->get_last(response->certs, (void**)&last);
	ck_assert(first->equals(first, me->cert));
	ck_assert(last->equals(last, ca->cert));
}

/**
 * Check that a body is accepted as a SUCCESS, by us and by OpenSSL. Frees it.
 */
static void assert_success(chunk_t body, const certrep_id_t *signer)
{
	scep_response_t response;
	scep_error_t err = {};

	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	assert_certs(&response);
	scep_response_clear(&response);
	ck_assert(certrep_verify(body, signer->x509, TRUE));
	free(body.ptr);
}

/**
 * Check that a body is not believed, for the right reason, and that nothing of
 * it is left. Frees it.
 */
static void assert_refused(chunk_t body, const char *reason)
{
	scep_response_t response, nothing = {};
	scep_error_t err = {};

	ck_assert(!parse(body, &response, &err));
	ck_assert_msg(strstr(err.text, reason), "%s instead of %s", err.text,
				  reason);
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert(memeq(&response, &nothing, sizeof(nothing)));
	free(body.ptr);
}

/**
 * Whether the plugin that holds our key knows RSAES-OAEP.
 */
static bool has_oaep()
{
	public_key_t *key;
	chunk_t encrypted = chunk_empty, data = chunk_from_str("0123456789abcdef");
	bool success;

	key = me->key->get_public_key(me->key);
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
	if (flags & EC_SIGNER && !ec->cert)
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
		rep.signer = ec;
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

	rep.signer = _i ? ra : ca;
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
		rep.recipients[pos++] = stranger->x509;
	}
	rep.recipients[pos++] = me->x509;
	for (i = 0; i < cases[_i].after; i++)
	{
		rep.recipients[pos++] = stranger->x509;
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

/**
 * Defects of the signature and of what it covers.
 */
static const struct {
	certrep_flag_t flags;
	const char *reason;
} defects[] = {
	{ CERTREP_BAD_SIGNATURE, "does not verify" },
	{ CERTREP_BAD_DIGEST, "messageDigest" },
	{ CERTREP_BAD_CONTENT_TYPE, "contentType" },
	{ CERTREP_BAD_ECONTENT_TYPE, "eContentType" },
	{ CERTREP_TWO_SIGNERS, "more than one" },
	{ CERTREP_NO_SIGNER, "nobody signed" },
	{ CERTREP_NO_ATTRIBUTES, "no signed attributes" },
	{ CERTREP_OTHER_HASH, "does not fit the digest" },
	{ CERTREP_BAD_SIGNATURE | CERTREP_BER_ALL, "does not verify" },
	{ CERTREP_TWO_SIGNERS | CERTREP_BER_ALL, "more than one" },
};

START_TEST(rejects_defects)
{
	certrep_t rep = get_certrep();

	rep.flags = defects[_i].flags;
	assert_refused(certrep_build(&rep), defects[_i].reason);
}
END_TEST

START_TEST(rejects_signers_that_are_not_of_this_profile)
{
	certrep_t rep = get_certrep();

	/* issued by the same CA, and its certificate is in the message */
	rep.signer = stranger;
	assert_refused(certrep_build(&rep), "none of the certificates");
	rep.flags = CERTREP_SIGNER_SKI;
	assert_refused(certrep_build(&rep), "none of the certificates");
	/* our own certificate is none of the CA's either */
	rep.signer = me;
	assert_refused(certrep_build(&rep), "none of the certificates");
}
END_TEST

START_TEST(rejects_another_key_under_the_name_of_the_signer)
{
	certrep_t rep = get_certrep();
	certrep_id_t forged = *ra;

	forged.pkey = stranger->pkey;
	rep.signer = &forged;
	rep.flags = CERTREP_NO_NULL;
	assert_refused(certrep_build(&rep), "does not verify");
}
END_TEST

START_TEST(rejects_a_key_of_another_kind)
{
	certrep_t rep = get_certrep();
	certrep_id_t named = *ra;

	/* ecdsa-with-SHA256 under the name of an RSA key */
	named.pkey = ec->pkey;
	rep.signer = &named;
	rep.flags = CERTREP_NO_NULL;
	assert_refused(certrep_build(&rep), "do not belong together");
}
END_TEST

START_TEST(rejects_small_keys_of_signers)
{
	static const struct {
		certrep_key_t type;
		const char *reason;
	} keys[] = {
		{ CERTREP_RSA_1024, NULL },
		{ CERTREP_RSA_1016, "1016 bits, at least 1024" },
		{ CERTREP_EC_224, NULL },
		{ CERTREP_EC_192, "192 bits, at least 224" },
	};
	certrep_t rep = get_certrep();
	certrep_id_t *small;

	small = certrep_id_create("small", keys[_i].type, ca, FALSE);
	if (small->cert)
	{
		signers->insert_last(signers, small->cert);
		rep.signer = small;
		if (keys[_i].reason)
		{
			assert_refused(certrep_build(&rep), keys[_i].reason);
		}
		else
		{
			assert_success(certrep_build(&rep), small);
		}
		signers->remove(signers, small->cert, NULL);
	}
	certrep_id_destroy(small);
}
END_TEST

START_TEST(rejects_a_key_agreement)
{
	certrep_t rep = get_certrep();

	rep.recipients[0] = ec->x509;
	assert_refused(certrep_build(&rep), "kari (key agreement, for an EC key)");
	/* beside others */
	rep.recipients[1] = stranger->x509;
	assert_refused(certrep_build(&rep), "kari (key agreement, for an EC key)");
	rep.recipients[2] = me->x509;
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(bounds_certificates_beside_the_signature)
{
	certrep_t rep = get_certrep();
	int i;

	for (i = 0; i < SCEP_MAX_CERTS; i++)
	{
		rep.outer[i] = i % 2 ? ra->x509 : stranger->x509;
	}
	assert_success(certrep_build(&rep), rep.signer);
	rep.outer[i] = ca->x509;
	assert_refused(certrep_build(&rep), "more than 16 certificates");
	rep.flags = CERTREP_BER_ALL;
	assert_refused(certrep_build(&rep), "more than 16 certificates");
}
END_TEST

START_TEST(looks_at_no_certificate_beside_the_signature)
{
	certrep_t rep = get_certrep();
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body, outer;

	/* what was a certificate */
	rep.outer[0] = stranger->x509;
	body = certrep_build(&rep);
	/* ContentInfo, [0], SignedData: version, digests, eContent, [0]:
	 * Certificate: content */
	outer = der_descend(body, ">->>--->>");
	outer.ptr[0] = DER_OCTETS;
	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	assert_certs(&response);
	scep_response_clear(&response);
	free(body.ptr);
}
END_TEST

START_TEST(rejects_md5)
{
	certrep_t rep = get_certrep();

	rep.digest = "MD5";
	rep.flags = CERTREP_HASH_WITH_RSA;
	assert_refused(certrep_build(&rep), "1.2.840.113549.2.5");
	rep.digest = "SHA224";
	assert_refused(certrep_build(&rep), "only SHA-1");
}
END_TEST

/**
 * Attributes that do not fit the request or the protocol.
 */
static const struct {
	const char *type, *status, *fail_info, *id, *nonce;
	const char *reason;
} unfit[] = {
	{ .nonce = "0123456789abcdeF", .reason = "recipientNonce" },
	{ .nonce = "0123456789abcde", .reason = "recipientNonce" },
	{ .nonce = "0123456789abcdef0", .reason = "recipientNonce" },
	{ .nonce = "", .reason = "recipientNonce" },
	{ .status = "3", .nonce = "replayed nonce!!", .reason = "recipientNonce" },
	{ .status = "2", .fail_info = "2", .nonce = "replayed nonce!!",
	  .reason = "recipientNonce" },
	{ .id = "A1B2C3D4E5F7", .reason = "transactionID" },
	{ .id = "A1B2C3D4E5F60", .reason = "transactionID" },
	{ .id = "a1b2c3d4e5f6", .reason = "transactionID" },
	{ .id = "", .reason = "transactionID" },
	{ .type = "19", .reason = "messageType" },
	{ .type = "03", .reason = "messageType" },
	{ .type = "3 ", .reason = "messageType" },
	{ .type = "", .reason = "messageType" },
	{ .type = "33", .reason = "messageType" },
	{ .status = "1", .reason = "pkiStatus" },
	{ .status = "4", .reason = "pkiStatus" },
	{ .status = "00", .reason = "pkiStatus" },
	{ .status = "", .reason = "pkiStatus" },
	{ .status = "-1", .reason = "pkiStatus" },
	{ .status = "2", .reason = "failInfo" },
	{ .status = "2", .fail_info = "5", .reason = "failInfo" },
	{ .status = "2", .fail_info = "02", .reason = "failInfo" },
	{ .status = "2", .fail_info = "", .reason = "failInfo" },
};

START_TEST(rejects_unfit_attributes)
{
	certrep_t rep = get_certrep();

	rep.message_type = unfit[_i].type;
	rep.status = unfit[_i].status;
	rep.fail_info = unfit[_i].fail_info;
	if (unfit[_i].id)
	{
		rep.transaction_id = chunk_from_str((char*)unfit[_i].id);
	}
	if (unfit[_i].nonce)
	{
		rep.recipient_nonce = chunk_from_str((char*)unfit[_i].nonce);
	}
	rep.what = CERTREP_CONTENT_CERTS;
	/* "" by hand: OpenSSL leaves empty ones out */
	rep.flags = CERTREP_UNSIGNED;
	assert_refused(certrep_build(&rep), unfit[_i].reason);
}
END_TEST

START_TEST(rejects_replayed_recipient_nonce)
{
	certrep_t rep = get_certrep();
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(ID),
		.nonce = chunk_from_str("the next nonce!!"),
		.signers = signers,
		.recipient = me->cert,
		.key = me->key,
	};
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body = certrep_build(&rep);

	/* a good answer, to the request before this one */
	ck_assert(!scep_response_parse(body, &expect, &response, &err));
	ck_assert(strstr(err.text, "recipientNonce"));
	free(body.ptr);
	body = certrep_build(&rep);
	assert_success(body, ra);
}
END_TEST

START_TEST(rejects_missing_attributes)
{
	static const char *oids[] = {
		CONTENT_TYPE, MESSAGE_DIGEST, MESSAGE_TYPE, PKI_STATUS,
		RECIPIENT_NONCE, TRANS_ID,
	};
	static const char *reasons[] = {
		"contentType", "messageDigest", "messageType is missing",
		"pkiStatus is missing", "recipientNonce is missing",
		"transactionID is missing",
	};
	certrep_t rep = get_certrep();

	rep.without[0] = oids[_i];
	assert_refused(certrep_build(&rep), reasons[_i]);
}
END_TEST

START_TEST(rejects_missing_attributes_of_a_failure)
{
	certrep_t rep = get_certrep();

	rep.status = "2";
	rep.fail_info = "2";
	rep.without[0] = RECIPIENT_NONCE;
	assert_refused(certrep_build(&rep), "recipientNonce is missing");
	rep.without[0] = FAIL_INFO;
	assert_refused(certrep_build(&rep), "failInfo is missing");
}
END_TEST

/**
 * Attributes that are there twice, without or with several values, or with
 * values of other types.
 */
static const struct {
	certrep_attribute_t attribute;
	bool instead;
	const char *reason;
} odd[] = {
	/* twice, the same or another value */
	{ { MESSAGE_TYPE, DER_PRINTABLE, "3", 0, 1 }, FALSE, "twice" },
	{ { PKI_STATUS, DER_PRINTABLE, "2", 0, 1 }, FALSE, "twice" },
	{ { TRANS_ID, DER_PRINTABLE, ID, 0, 1 }, FALSE, "twice" },
	{ { RECIPIENT_NONCE, DER_OCTETS, NONCE, 0, 1 }, FALSE, "twice" },
	{ { SENDER_NONCE, DER_OCTETS, NONCE, 0, 1 }, FALSE, "twice" },
	{ { MESSAGE_DIGEST, DER_OCTETS, NONCE, 0, 1 }, FALSE, "twice" },
	{ { CONTENT_TYPE, DER_OID, "\x2a", 0, 1 }, FALSE, "twice" },
	/* no value */
	{ { MESSAGE_TYPE, DER_PRINTABLE, "3", 0, 0 }, TRUE, "one value" },
	{ { PKI_STATUS, DER_PRINTABLE, "0", 0, 0 }, TRUE, "one value" },
	{ { TRANS_ID, DER_PRINTABLE, ID, 0, 0 }, TRUE, "one value" },
	{ { RECIPIENT_NONCE, DER_OCTETS, NONCE, 0, 0 }, TRUE, "one value" },
	{ { SENDER_NONCE, DER_OCTETS, NONCE, 0, 0 }, TRUE, "one value" },
	{ { MESSAGE_DIGEST, DER_OCTETS, NONCE, 0, 0 }, TRUE, "one value" },
	{ { CONTENT_TYPE, DER_OID, "\x2a", 0, 0 }, TRUE, "one value" },
	{ { FAIL_INFO_TEXT, DER_UTF8, "x", 0, 0 }, FALSE, "one value" },
	{ { SIGNING_TIME, DER_UTCTIME, "260101000000Z", 0, 0 }, FALSE,
	  "one value" },
	/* several values */
	{ { PKI_STATUS, DER_PRINTABLE, "0", 0, 2 }, TRUE, "one value" },
	{ { RECIPIENT_NONCE, DER_OCTETS, NONCE, 0, 3 }, TRUE, "one value" },
	/* other types */
	{ { MESSAGE_TYPE, DER_INTEGER, "\x03", 0, 1 }, TRUE, "type 0x02" },
	{ { MESSAGE_TYPE, DER_UTF8, "3", 0, 1 }, TRUE, "type 0x0c" },
	{ { PKI_STATUS, DER_INTEGER, "\x00", 1, 1 }, TRUE, "type 0x02" },
	{ { PKI_STATUS, DER_OCTETS, "0", 0, 1 }, TRUE, "type 0x04" },
	{ { TRANS_ID, DER_OCTETS, ID, 0, 1 }, TRUE, "type 0x04" },
	{ { TRANS_ID, DER_BMP, ID, 0, 1 }, TRUE, "type 0x1e" },
	{ { RECIPIENT_NONCE, DER_PRINTABLE, NONCE, 0, 1 }, TRUE, "type 0x13" },
	{ { RECIPIENT_NONCE, DER_BITS, NONCE, 0, 1 }, TRUE, "type 0x03" },
	{ { SENDER_NONCE, DER_PRINTABLE, NONCE, 0, 1 }, TRUE, "type 0x13" },
	{ { MESSAGE_DIGEST, DER_BITS, NONCE, 0, 1 }, TRUE, "type 0x03" },
	{ { CONTENT_TYPE, DER_OCTETS, NONCE, 0, 1 }, TRUE, "type 0x04" },
	{ { FAIL_INFO_TEXT, DER_OCTETS, "x", 0, 1 }, FALSE, "type 0x04" },
};

START_TEST(rejects_odd_attributes)
{
	certrep_t rep = get_certrep();

	if (odd[_i].instead)
	{
		rep.without[0] = odd[_i].attribute.oid;
	}
	rep.more[0] = odd[_i].attribute;
	assert_refused(certrep_build(&rep), odd[_i].reason);
}
END_TEST

START_TEST(tolerates_other_strings_in_the_transaction_id)
{
	static const int tags[] = { DER_UTF8, DER_IA5 };
	certrep_t rep = get_certrep();

	rep.without[0] = TRANS_ID;
	rep.more[0] = (certrep_attribute_t){ TRANS_ID, tags[_i], ID, 0, 1 };
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(rejects_success_without_certificates)
{
	static const certrep_content_t what[] = {
		CERTREP_CONTENT_ABSENT, CERTREP_CONTENT_EMPTY, CERTREP_CONTENT_ZERO,
	};
	static const char *reasons[] = {
		"without content", "without content", "BER",
	};
	certrep_t rep = get_certrep();

	rep.what = what[_i];
	assert_refused(certrep_build(&rep), reasons[_i]);
	rep.flags = CERTREP_BER;
	assert_refused(certrep_build(&rep), reasons[_i]);
}
END_TEST

START_TEST(rejects_other_things_in_the_envelope)
{
	X509 *none[] = { NULL }, *many[SCEP_MAX_CERTS + 2] = {};
	certrep_t rep = get_certrep(), inner = get_certrep();
	chunk_t certs;
	int i;

	for (i = 0; i <= SCEP_MAX_CERTS; i++)
	{
		many[i] = ca->x509;
	}
	rep.what = CERTREP_CONTENT_SEALED;
	/* a certificate that is in no bag */
	ck_assert(me->cert->get_encoding(me->cert, CERT_ASN1_DER, &rep.content));
	assert_refused(certrep_build(&rep), "SignedData");
	free(rep.content.ptr);
	/* a whole answer */
	rep.content = certrep_build(&inner);
	assert_refused(certrep_build(&rep), "content or signers");
	free(rep.content.ptr);
	rep.content = certrep_certs_only(none);
	assert_refused(certrep_build(&rep), "without a certificate");
	free(rep.content.ptr);
	rep.content = certrep_certs_only(many);
	assert_refused(certrep_build(&rep), "more than 16");
	free(rep.content.ptr);
	certs = certrep_certs_only(rep.certs);
	rep.content = der_cat("mc", certs, chunk_from_chars(0x00));
	assert_refused(certrep_build(&rep), "could not be decrypted");
	free(rep.content.ptr);
}
END_TEST

START_TEST(rejects_a_bag_that_is_not_encrypted)
{
	certrep_t rep = get_certrep();

	rep.what = CERTREP_CONTENT_RAW;
	rep.content = certrep_certs_only(rep.certs);
	assert_refused(certrep_build(&rep), "EnvelopedData");
	free(rep.content.ptr);
}
END_TEST

START_TEST(decrypts_nothing_that_is_not_believed)
{
	certrep_t rep = get_certrep();

	/* the envelope cannot be opened, but that is not what is said */
	rep.what = CERTREP_CONTENT_RAW;
	rep.content = chunk_from_chars(0x30, 0x00);
	rep.recipient_nonce = chunk_from_str("replayed nonce!!");
	assert_refused(certrep_build(&rep), "recipientNonce");
	rep = get_certrep();
	rep.signer = stranger;
	rep.what = CERTREP_CONTENT_RAW;
	rep.content = chunk_from_chars(0x30, 0x00);
	assert_refused(certrep_build(&rep), "none of the certificates");
}
END_TEST

START_TEST(rejects_changed_content)
{
	certrep_t rep = get_certrep();
	chunk_t body = certrep_build(&rep), content;

	/* ContentInfo, [0], SignedData: version, digests, eContent: type, [0],
	 * OCTET STRING */
	content = der_descend(body, ">->>-->->>");
	content.ptr[content.len - 1] ^= 1;
	assert_refused(body, "messageDigest");
}
END_TEST

START_TEST(rejects_trailing_bytes)
{
	certrep_t rep = get_certrep();

	assert_refused(der_cat("mc", certrep_build(&rep), chunk_from_chars(0x0a)),
				   "behind the end");
	rep.flags = CERTREP_BER;
	assert_refused(der_cat("mc", certrep_build(&rep),
						   chunk_from_chars(0x00, 0x00)), "behind the end");
}
END_TEST

START_TEST(rejects_what_is_no_message)
{
	static const char *bodies[] = {
		"", "<html>", "\x30\x02\x05", "\x30\x80", "\x05",
	};
	chunk_t body = chunk_from_str((char*)bodies[_i]);

	assert_refused(chunk_clone(body), "");
}
END_TEST

START_TEST(rejects_bodies_over_the_limit)
{
	chunk_t body = chunk_alloc(SCEP_MAX_PKI_BODY + 1);

	memset(body.ptr, 0x30, body.len);
	assert_refused(body, "more than");
}
END_TEST

/**
 * Build an answer of a certain length, by an attribute that nobody knows.
 */
static chunk_t build_long(certrep_t *rep, size_t len)
{
	chunk_t body = chunk_empty;
	size_t value = len - 8192;
	char *text;

	rep->more[0] = (certrep_attribute_t){ "1.2.3.4", DER_OCTETS, NULL, 0, 1 };
	do
	{
		value += body.ptr ? len - body.len : 0;
		free(body.ptr);
		text = calloc(1, value);
		rep->more[0].value = text;
		rep->more[0].len = value;
		body = certrep_build(rep);
		free(text);
	}
	while (body.len != len);
	return body;
}

START_TEST(accepts_a_body_at_the_limit)
{
	certrep_t rep = get_certrep();

	assert_success(build_long(&rep, SCEP_MAX_PKI_BODY), ra);
	assert_refused(build_long(&rep, SCEP_MAX_PKI_BODY + 1), "more than");
}
END_TEST

/**
 * Add unknown attributes to the signed ones of an answer to make them so many.
 */
static chunk_t build_many(int attributes)
{
	certrep_t rep = get_certrep();
	int i;

	/* contentType, messageDigest, messageType, pkiStatus, transactionID,
	 * senderNonce, recipientNonce */
	for (i = 0; i < attributes - 7; i++)
	{
		rep.more[i] = (certrep_attribute_t){ "1.2.3.4", DER_INTEGER, "\x05",
											 1, 1 };
	}
	return certrep_build(&rep);
}

START_TEST(bounds_attributes)
{
	assert_success(build_many(SCEP_MAX_ATTRIBUTES), ra);
	assert_refused(build_many(SCEP_MAX_ATTRIBUTES + 1), "more than 32 signed");
}
END_TEST

START_TEST(rejects_every_cut)
{
	certrep_t rep = get_certrep();
	scep_response_t response;
	chunk_t body, cut;
	size_t len;

	rep.flags = _i ? CERTREP_BER : 0;
	body = certrep_build(&rep);
	for (len = 0; len < body.len; len++)
	{
		cut = chunk_clone(chunk_create(body.ptr, len));
		ck_assert(!parse(cut, &response, NULL));
		free(cut.ptr);
	}
	free(body.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("response");
	TCase *tcase = tcase_create("accepted");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, accepts_what_servers_send, 0, countof(range));
	tcase_add_loop_test(tcase, accepts_any_expected_signer, 0, 2);
	tcase_add_loop_test(tcase, finds_itself_among_recipients, 0, 4);
	tcase_add_test(tcase, tolerates_a_missing_sender_nonce);
	tcase_add_test(tcase, ignores_unknown_attributes);
	tcase_add_loop_test(tcase, accepts_pending, 0, 8);
	tcase_add_loop_test(tcase, accepts_failure, 0, 5);
	tcase_add_loop_test(tcase, reads_the_hresult_of_ndes, 0, 8);
	tcase_add_loop_test(tcase, tolerates_other_strings_in_the_transaction_id,
						0, 2);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("refused");
	tcase_set_timeout(tcase, 120);
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, rejects_defects, 0, countof(defects));
	tcase_add_test(tcase, rejects_signers_that_are_not_of_this_profile);
	tcase_add_test(tcase, rejects_another_key_under_the_name_of_the_signer);
	tcase_add_test(tcase, rejects_a_key_of_another_kind);
	tcase_add_loop_test(tcase, rejects_small_keys_of_signers, 0, 4);
	tcase_add_test(tcase, rejects_a_key_agreement);
	tcase_add_test(tcase, bounds_certificates_beside_the_signature);
	tcase_add_test(tcase, looks_at_no_certificate_beside_the_signature);
	tcase_add_test(tcase, rejects_md5);
	tcase_add_loop_test(tcase, rejects_unfit_attributes, 0, countof(unfit));
	tcase_add_test(tcase, rejects_replayed_recipient_nonce);
	tcase_add_loop_test(tcase, rejects_missing_attributes, 0, 6);
	tcase_add_test(tcase, rejects_missing_attributes_of_a_failure);
	tcase_add_loop_test(tcase, rejects_odd_attributes, 0, countof(odd));
	tcase_add_loop_test(tcase, rejects_success_without_certificates, 0, 3);
	tcase_add_test(tcase, rejects_other_things_in_the_envelope);
	tcase_add_test(tcase, rejects_a_bag_that_is_not_encrypted);
	tcase_add_test(tcase, decrypts_nothing_that_is_not_believed);
	tcase_add_test(tcase, rejects_changed_content);
	tcase_add_test(tcase, rejects_trailing_bytes);
	tcase_add_loop_test(tcase, rejects_what_is_no_message, 0, 5);
	tcase_add_test(tcase, rejects_bodies_over_the_limit);
	tcase_add_test(tcase, accepts_a_body_at_the_limit);
	tcase_add_test(tcase, bounds_attributes);
	tcase_add_loop_test(tcase, rejects_every_cut, 0, 2);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
