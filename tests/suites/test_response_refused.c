/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "response_fixture.h"

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
	rep.signer = who.stranger;
	assert_refused(certrep_build(&rep), "none of the certificates");
	rep.flags = CERTREP_SIGNER_SKI;
	assert_refused(certrep_build(&rep), "none of the certificates");
	/* our own certificate is none of the CA's either */
	rep.signer = who.me;
	assert_refused(certrep_build(&rep), "none of the certificates");
}
END_TEST

START_TEST(rejects_another_key_under_the_name_of_the_signer)
{
	certrep_t rep = get_certrep();
	certrep_id_t forged = *who.ra;

	forged.pkey = who.stranger->pkey;
	rep.signer = &forged;
	rep.flags = CERTREP_NO_NULL;
	assert_refused(certrep_build(&rep), "does not verify");
}
END_TEST

START_TEST(rejects_a_key_of_another_kind)
{
	certrep_t rep = get_certrep();
	certrep_id_t named = *who.ra;

	/* ecdsa-with-SHA256 under the name of an RSA key */
	named.pkey = who.ec->pkey;
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

	small = certrep_id_create("small", keys[_i].type, who.ca, FALSE);
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

	rep.recipients[0] = who.ec->x509;
	assert_refused(certrep_build(&rep), "kari (key agreement, for an EC key)");
	/* beside others */
	rep.recipients[1] = who.stranger->x509;
	assert_refused(certrep_build(&rep), "kari (key agreement, for an EC key)");
	rep.recipients[2] = who.me->x509;
	assert_success(certrep_build(&rep), rep.signer);
}
END_TEST

START_TEST(bounds_certificates_beside_the_signature)
{
	certrep_t rep = get_certrep();
	int i;

	for (i = 0; i < SCEP_MAX_CERTS; i++)
	{
		rep.outer[i] = i % 2 ? who.ra->x509 : who.stranger->x509;
	}
	assert_success(certrep_build(&rep), rep.signer);
	rep.outer[i] = who.ca->x509;
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
	rep.outer[0] = who.stranger->x509;
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
		many[i] = who.ca->x509;
	}
	rep.what = CERTREP_CONTENT_SEALED;
	/* a certificate that is in no bag */
	ck_assert(who.me->cert->get_encoding(who.me->cert, CERT_ASN1_DER,
										 &rep.content));
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
	rep.signer = who.stranger;
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

	assert_success(build_long(&rep, SCEP_MAX_PKI_BODY), who.ra);
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
	assert_success(build_many(SCEP_MAX_ATTRIBUTES), who.ra);
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
	Suite *suite = suite_create("response_refused");
	TCase *tcase = tcase_create("refused");

	tcase_set_timeout(tcase, 120);
	tcase_add_unchecked_fixture(tcase, response_setup, response_teardown);
	tcase_add_loop_test(tcase, rejects_defects, 0, countof(defects));
	tcase_add_test(tcase, rejects_signers_that_are_not_of_this_profile);
	tcase_add_test(tcase, rejects_another_key_under_the_name_of_the_signer);
	tcase_add_test(tcase, rejects_a_key_of_another_kind);
	tcase_add_loop_test(tcase, rejects_small_keys_of_signers, 0, 4);
	tcase_add_test(tcase, rejects_a_key_agreement);
	tcase_add_test(tcase, bounds_certificates_beside_the_signature);
	tcase_add_test(tcase, looks_at_no_certificate_beside_the_signature);
	tcase_add_test(tcase, rejects_md5);
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
