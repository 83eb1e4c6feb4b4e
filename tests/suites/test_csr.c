/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_csr.h"

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <time.h>

#define SUBJECT "C=DE, O=Example, CN=gw.example.org"

static certrep_id_t *me, *ec;
static identification_t *subject;

static void setup()
{
	me = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	ec = certrep_id_create("gw", CERTREP_EC, NULL, FALSE);
	subject = identification_create_from_string(SUBJECT);
}

static void teardown()
{
	certrep_id_destroy(me);
	certrep_id_destroy(ec);
	subject->destroy(subject);
}

/**
 * Build a request and let OpenSSL parse it; NULL with a reason if we refused.
 */
static X509_REQ *build(chunk_t challenge, linked_list_t *sans,
					   hash_algorithm_t digest, chunk_t *der, scep_error_t *err)
{
	scep_csr_t csr = {
		.key = me->key,
		.subject = subject,
		.sans = sans,
		.challenge = challenge,
		.digest = digest,
	};
	const u_char *pos;
	X509_REQ *req;

	if (!scep_csr_build(&csr, der, err))
	{
		ck_assert(!der->ptr);
		return NULL;
	}
	pos = der->ptr;
	req = d2i_X509_REQ(NULL, &pos, der->len);
	ck_assert(req && pos == der->ptr + der->len);
	ck_assert_int_eq(X509_REQ_verify(req, X509_REQ_get0_pubkey(req)), 1);
	return req;
}

/**
 * Check that the attributes of a request stand in the order of a SET OF, and
 * get their number.
 */
static int count_sorted_attributes(chunk_t der)
{
	chunk_t attributes, last = chunk_empty, next;
	int count = 0;

	/* request, info: version, subject, key, attributes */
	attributes = der_descend(der, ">>--->");
	while (attributes.len)
	{
		next = der_next(&attributes, NULL);
		if (last.len)
		{
			ck_assert_int_lt(memcmp(last.ptr, next.ptr,
									min(last.len, next.len)), 0);
		}
		last = next;
		count++;
	}
	return count;
}

START_TEST(holds_subject_key_and_usage)
{
	static const hash_algorithm_t digests[] = {
		HASH_SHA256, HASH_SHA384, HASH_SHA512,
	};
	static const int nids[] = {
		NID_sha256WithRSAEncryption, NID_sha384WithRSAEncryption,
		NID_sha512WithRSAEncryption,
	};
	STACK_OF(X509_EXTENSION) *extensions;
	ASN1_BIT_STRING *usage;
	scep_error_t err = {};
	X509_REQ *req;
	static const int expected[] = {
		NID_server_auth, NID_client_auth, NID_ipsec_IKE,
	};
	EXTENDED_KEY_USAGE *purposes;
	chunk_t der, name;
	u_char *buf = NULL;
	int critical, len, i;

	req = build(chunk_empty, NULL, digests[_i], &der, &err);
	ck_assert_msg(req != NULL, "%s", err.text);
	ck_assert_int_eq(X509_REQ_get_version(req), 0);
	ck_assert_int_eq(X509_REQ_get_signature_nid(req), nids[_i]);
	ck_assert_int_eq(EVP_PKEY_eq(X509_REQ_get0_pubkey(req), me->pkey), 1);
	len = i2d_X509_NAME(X509_REQ_get_subject_name(req), &buf);
	name = chunk_create(buf, len);
	ck_assert(chunk_equals(name, subject->get_encoding(subject)));
	OPENSSL_free(buf);

	ck_assert_int_eq(count_sorted_attributes(der), 1);
	extensions = X509_REQ_get_extensions(req);
	ck_assert_int_eq(sk_X509_EXTENSION_num(extensions), 2);
	usage = X509V3_get_d2i(extensions, NID_key_usage, &critical, NULL);
	ck_assert(usage && critical == 1);
	ck_assert_int_eq(usage->length, 1);
	ck_assert_int_eq(usage->data[0],
					 KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT);
	ASN1_BIT_STRING_free(usage);
	purposes = X509V3_get_d2i(extensions, NID_ext_key_usage, &critical, NULL);
	ck_assert(purposes && critical == 0);
	ck_assert_int_eq(sk_ASN1_OBJECT_num(purposes), 3);
	for (i = 0; i < 3; i++)
	{
		ck_assert_int_eq(OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, i)),
						 expected[i]);
	}
	EXTENDED_KEY_USAGE_free(purposes);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	X509_REQ_free(req);
	free(der.ptr);
}
END_TEST

START_TEST(refuses_weak_digests)
{
	static const hash_algorithm_t digests[] = {
		HASH_MD5, HASH_SHA1, HASH_SHA224, HASH_UNKNOWN, HASH_IDENTITY,
	};
	scep_error_t err = {};
	chunk_t der;

	ck_assert(!build(chunk_empty, NULL, digests[_i], &der, &err));
	ck_assert_int_eq(err.kind, SCEP_PERMANENT);
}
END_TEST

/**
 * Challenges, and the type of string that they become; 0: refused.
 */
static const struct {
	const char *value;
	int type;
} challenges[] = {
	{ "secret", V_ASN1_PRINTABLESTRING },
	{ "2BB1EF6B3A9A1F2C", V_ASN1_PRINTABLESTRING },
	{ "a b'()+,-./:=?", V_ASN1_PRINTABLESTRING },
	{ "p@ssw0rd", V_ASN1_UTF8STRING },
	{ "under_score", V_ASN1_UTF8STRING },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91", V_ASN1_UTF8STRING },
	/* no UTF-8: Latin-1, cut off, overlong, surrogate, beyond, bare trail */
	{ "\xe4", 0 },
	{ "a\xe2\x82", 0 },
	{ "\xc0\xaf", 0 },
	{ "\xe0\x80\xaf", 0 },
	{ "\xed\xa0\x80", 0 },
	{ "\xf4\x90\x80\x80", 0 },
	{ "\xf8\x88\x80\x80\x80", 0 },
	{ "\x80", 0 },
	{ "\xff", 0 },
	/* a line end that belongs to the file */
	{ "secret\n", 0 },
	{ "se\tcret", 0 },
	{ "\x7f", 0 },
};

START_TEST(carries_the_challenge)
{
	chunk_t der, challenge = chunk_from_str((char*)challenges[_i].value);
	scep_error_t err = {};
	X509_ATTRIBUTE *attribute;
	ASN1_TYPE *value;
	X509_REQ *req;
	int pos;

	req = build(challenge, NULL, HASH_SHA256, &der, &err);
	if (!challenges[_i].type)
	{
		ck_assert(!req);
		ck_assert_int_eq(err.kind, SCEP_PERMANENT);
		ck_assert(strstr(err.text, "challenge"));
		ck_assert(!strstr(err.text, "secret"));
		return;
	}
	ck_assert_msg(req != NULL, "%s", err.text);
	ck_assert_int_eq(count_sorted_attributes(der), 2);
	pos = X509_REQ_get_attr_by_NID(req, NID_pkcs9_challengePassword, -1);
	ck_assert_int_ge(pos, 0);
	attribute = X509_REQ_get_attr(req, pos);
	ck_assert_int_eq(X509_ATTRIBUTE_count(attribute), 1);
	value = X509_ATTRIBUTE_get0_type(attribute, 0);
	ck_assert_int_eq(value->type, challenges[_i].type);
	ck_assert(chunk_equals(challenge,
				chunk_create((u_char*)ASN1_STRING_get0_data(
													value->value.asn1_string),
							 ASN1_STRING_length(value->value.asn1_string))));
	X509_REQ_free(req);
	chunk_clear(&der);
}
END_TEST

START_TEST(bounds_the_challenge)
{
	u_char buf[SCEP_MAX_CHALLENGE + 1];
	scep_error_t err = {};
	X509_REQ *req;
	chunk_t der;

	memset(buf, 'x', sizeof(buf));
	req = build(chunk_create(buf, SCEP_MAX_CHALLENGE), NULL, HASH_SHA256, &der,
				&err);
	ck_assert(req != NULL);
	X509_REQ_free(req);
	chunk_clear(&der);
	ck_assert(!build(chunk_create(buf, sizeof(buf)), NULL, HASH_SHA256, &der,
					 &err));
	ck_assert(strstr(err.text, "255"));
}
END_TEST

START_TEST(sorts_attributes_whatever_their_lengths)
{
	linked_list_t *sans;
	u_char challenge[SCEP_MAX_CHALLENGE];
	char name[64];
	scep_error_t err = {};
	X509_REQ *req;
	chunk_t der;
	int i;

	/* the extensions shorter, and much longer than the challenge */
	memset(challenge, 'x', sizeof(challenge));
	sans = linked_list_create();
	for (i = 0; i < _i; i++)
	{
		snprintf(name, sizeof(name), "host-%d.example.org", i);
		sans->insert_last(sans, identification_create_from_string(name));
	}
	for (i = 1; i <= SCEP_MAX_CHALLENGE; i += 127)
	{
		req = build(chunk_create(challenge, i), sans, HASH_SHA256, &der, &err);
		ck_assert_msg(req != NULL, "%s", err.text);
		ck_assert_int_eq(count_sorted_attributes(der), 2);
		X509_REQ_free(req);
		chunk_clear(&der);
	}
	sans->destroy_offset(sans, offsetof(identification_t, destroy));
}
END_TEST

/**
 * Names, and how OpenSSL prints them; NULL: refused.
 */
static const struct {
	id_type_t type;
	const char *name;
	const char *printed;
} names[] = {
	{ ID_FQDN, "gw.example.org", "DNS:gw.example.org" },
	{ ID_FQDN, "*.example.org", "DNS:*.example.org" },
	{ ID_IPV4_ADDR, "192.0.2.1", "IP Address:192.0.2.1" },
	{ ID_IPV6_ADDR, "2001:db8::1", "IP Address:2001:DB8:0:0:0:0:0:1" },
	{ ID_RFC822_ADDR, "admin@example.org", "email:admin@example.org" },
	{ ID_DER_ASN1_GN_URI, "urn:example:1", "URI:urn:example:1" },
	{ ID_DER_ASN1_DN, "C=DE, CN=other", "DirName:C = DE, CN = other" },
	{ ID_FQDN, "g\xc3\xbc.example.org", NULL },
	{ ID_FQDN, "gw example.org", NULL },
	{ ID_FQDN, "", NULL },
	{ ID_KEY_ID, "gw", NULL },
	{ ID_ANY, "", NULL },
};

/**
 * Create an identity of a certain type.
 */
static identification_t *create_name(id_type_t type, const char *name)
{
	switch (type)
	{
		case ID_IPV4_ADDR:
		case ID_IPV6_ADDR:
		case ID_DER_ASN1_DN:
			return identification_create_from_string((char*)name);
		default:
			return identification_create_from_encoding(type,
								chunk_create((u_char*)name, strlen(name)));
	}
}

START_TEST(carries_alternative_names)
{
	STACK_OF(X509_EXTENSION) *extensions;
	GENERAL_NAMES *parsed;
	linked_list_t *sans;
	scep_error_t err = {};
	X509_REQ *req;
	BIO *bio;
	chunk_t der;
	char buf[128];
	int critical;

	sans = linked_list_create_with_items(
						create_name(names[_i].type, names[_i].name), NULL);
	req = build(chunk_empty, sans, HASH_SHA256, &der, &err);
	sans->destroy_offset(sans, offsetof(identification_t, destroy));
	if (!names[_i].printed)
	{
		ck_assert(!req);
		ck_assert_int_eq(err.kind, SCEP_PERMANENT);
		return;
	}
	ck_assert_msg(req != NULL, "%s", err.text);
	extensions = X509_REQ_get_extensions(req);
	ck_assert_int_eq(sk_X509_EXTENSION_num(extensions), 3);
	parsed = X509V3_get_d2i(extensions, NID_subject_alt_name, &critical, NULL);
	ck_assert(parsed && critical == 0);
	ck_assert_int_eq(sk_GENERAL_NAME_num(parsed), 1);
	bio = BIO_new(BIO_s_mem());
	GENERAL_NAME_print(bio, sk_GENERAL_NAME_value(parsed, 0));
	memset(buf, 0, sizeof(buf));
	BIO_read(bio, buf, sizeof(buf) - 1);
	ck_assert_str_eq(buf, names[_i].printed);
	BIO_free(bio);
	GENERAL_NAMES_free(parsed);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	X509_REQ_free(req);
	free(der.ptr);
}
END_TEST

START_TEST(keeps_the_order_of_names)
{
	STACK_OF(X509_EXTENSION) *extensions;
	GENERAL_NAMES *parsed;
	linked_list_t *sans;
	scep_error_t err = {};
	X509_REQ *req;
	chunk_t der;

	sans = linked_list_create_with_items(
				create_name(ID_RFC822_ADDR, "admin@example.org"),
				create_name(ID_FQDN, "gw.example.org"),
				create_name(ID_IPV4_ADDR, "192.0.2.1"), NULL);
	req = build(chunk_empty, sans, HASH_SHA256, &der, &err);
	ck_assert_msg(req != NULL, "%s", err.text);
	extensions = X509_REQ_get_extensions(req);
	parsed = X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
	ck_assert_int_eq(sk_GENERAL_NAME_num(parsed), 3);
	ck_assert_int_eq(sk_GENERAL_NAME_value(parsed, 0)->type, GEN_EMAIL);
	ck_assert_int_eq(sk_GENERAL_NAME_value(parsed, 1)->type, GEN_DNS);
	ck_assert_int_eq(sk_GENERAL_NAME_value(parsed, 2)->type, GEN_IPADD);
	GENERAL_NAMES_free(parsed);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	X509_REQ_free(req);
	sans->destroy_offset(sans, offsetof(identification_t, destroy));
	free(der.ptr);
}
END_TEST

/**
 * Build a request with a template, or a user principal name; look for an
 * extension's bytes.
 */
static void check_extension(scep_csr_t csr, const char *oid, chunk_t expected)
{
	STACK_OF(X509_EXTENSION) *extensions;
	ASN1_OCTET_STRING *value;
	ASN1_OBJECT *obj = OBJ_txt2obj(oid, 1);
	scep_error_t err = {};
	const u_char *pos;
	X509_REQ *req;
	chunk_t der;
	int i;

	csr.key = me->key;
	csr.subject = subject;
	csr.digest = HASH_SHA256;
	ck_assert_msg(scep_csr_build(&csr, &der, &err), "%s", err.text);
	pos = der.ptr;
	req = d2i_X509_REQ(NULL, &pos, der.len);
	ck_assert(req);
	extensions = X509_REQ_get_extensions(req);
	i = X509v3_get_ext_by_OBJ(extensions, obj, -1);
	ck_assert_int_ge(i, 0);
	value = X509_EXTENSION_get_data(sk_X509_EXTENSION_value(extensions, i));
	ck_assert(chunk_equals(expected, chunk_create(value->data, value->length)));
	ASN1_OBJECT_free(obj);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	X509_REQ_free(req);
	free(der.ptr);
}

START_TEST(names_the_template)
{
	scep_csr_t by_name = { .template = "VPN" };
	scep_csr_t by_oid = { .template = "1.3.6.1.4.1.311.21.8.1" };

	check_extension(by_name, "1.3.6.1.4.1.311.20.2", chunk_from_chars(
				0x1e, 0x06, 0x00, 'V', 0x00, 'P', 0x00, 'N'));
	check_extension(by_oid, "1.3.6.1.4.1.311.21.7", chunk_from_chars(
				0x30, 0x0c, 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82,
				0x37, 0x15, 0x08, 0x01));
}
END_TEST

START_TEST(carries_user_principal_name)
{
	linked_list_t *upns = linked_list_create_with_items(
							create_name(ID_RFC822_ADDR, "gw@a"), NULL);
	scep_csr_t csr = { .upns = upns };

	check_extension(csr, "2.5.29.17", chunk_from_chars(
				0x30, 0x16, 0xa0, 0x14, 0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04,
				0x01, 0x82, 0x37, 0x14, 0x02, 0x03, 0xa0, 0x06, 0x0c, 0x04,
				'g', 'w', '@', 'a'));
	upns->destroy_offset(upns, offsetof(identification_t, destroy));
}
END_TEST

START_TEST(signs_with_sha1_where_allowed)
{
	scep_csr_t csr = {
		.key = me->key,
		.subject = subject,
		.digest = HASH_SHA1,
		.allow_sha1 = TRUE,
	};
	scep_error_t err = {};
	const u_char *pos;
	X509_REQ *req;
	chunk_t der;

	ck_assert_msg(scep_csr_build(&csr, &der, &err), "%s", err.text);
	pos = der.ptr;
	req = d2i_X509_REQ(NULL, &pos, der.len);
	ck_assert_int_eq(X509_REQ_get_signature_nid(req),
					 NID_sha1WithRSAEncryption);
	X509_REQ_free(req);
	free(der.ptr);
}
END_TEST

START_TEST(refuses_a_subject_that_is_no_name)
{
	scep_csr_t csr = { .key = me->key, .digest = HASH_SHA256 };
	scep_error_t err = {};
	chunk_t der;

	csr.subject = identification_create_from_string("gw.example.org");
	ck_assert(!scep_csr_build(&csr, &der, &err));
	ck_assert(strstr(err.text, "distinguished name"));
	ck_assert(!scep_csr_self_signed(&csr, chunk_from_chars(0x01), 0, 1, NULL));
	csr.subject->destroy(csr.subject);
}
END_TEST

START_TEST(refuses_a_user_principal_name_that_is_no_utf8)
{
	linked_list_t *upns = linked_list_create_with_items(
							create_name(ID_RFC822_ADDR, "gw\xff@a"), NULL);
	scep_csr_t csr = {
		.key = me->key,
		.subject = subject,
		.upns = upns,
		.digest = HASH_SHA256,
	};
	scep_error_t err = {};
	chunk_t der;

	ck_assert(!scep_csr_build(&csr, &der, &err));
	ck_assert_msg(strstr(err.text, "cannot be a"), "%s", err.text);
	upns->destroy_offset(upns, offsetof(identification_t, destroy));
}
END_TEST

START_TEST(refuses_other_keys_than_rsa)
{
	scep_csr_t csr = {
		.key = ec->key,
		.subject = subject,
		.digest = HASH_SHA256,
	};
	scep_error_t err = {};
	chunk_t der;

	if (ec->key)
	{
		ck_assert(!scep_csr_build(&csr, &der, &err));
		ck_assert_int_eq(err.kind, SCEP_PERMANENT);
		ck_assert_msg(strstr(err.text, "not with ECDSA"), "%s", err.text);
		ck_assert(!scep_csr_self_signed(&csr, chunk_from_chars(0x01), 0, 1,
										NULL));
	}
}
END_TEST

/**
 * Parse a certificate of ours with OpenSSL.
 */
static X509 *to_openssl(certificate_t *cert)
{
	const u_char *pos;
	chunk_t der;
	X509 *x509;

	ck_assert(cert->get_encoding(cert, CERT_ASN1_DER, &der));
	pos = der.ptr;
	x509 = d2i_X509(NULL, &pos, der.len);
	ck_assert(x509 && pos == der.ptr + der.len);
	free(der.ptr);
	return x509;
}

START_TEST(self_signs_for_the_first_request)
{
	scep_csr_t csr = {
		.key = me->key,
		.subject = subject,
		.digest = HASH_SHA256,
		.challenge = chunk_from_str("secret"),
	};
	/* 2026-01-01 and 2055-01-01: UTCTime and GeneralizedTime */
	time_t from = 1767225600, to = 2682288000, start, end;
	certificate_t *cert;
	scep_error_t err = {};
	X509 *x509;
	chunk_t der;

	cert = scep_csr_self_signed(&csr, chunk_from_chars(0x00, 0x81, 0x02), from,
								to, &err);
	ck_assert_msg(cert != NULL, "%s", err.text);
	ck_assert(cert->equals(cert, cert));
	ck_assert(cert->issued_by(cert, cert, NULL));
	ck_assert(subject->equals(subject, cert->get_subject(cert)));
	ck_assert(subject->equals(subject, cert->get_issuer(cert)));
	cert->get_validity(cert, NULL, &start, &end);
	ck_assert(start == from && end == to);

	x509 = to_openssl(cert);
	ck_assert_int_eq(X509_get_version(x509), X509_VERSION_3);
	ck_assert_int_eq(X509_verify(x509, me->pkey), 1);
	ck_assert_int_eq(X509_get_key_usage(x509),
					 KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT);
	ck_assert_int_eq(ASN1_INTEGER_get(X509_get_serialNumber(x509)), 0x8102);
	ck_assert_int_eq(X509_get_signature_nid(x509), NID_sha256WithRSAEncryption);
	X509_free(x509);

	ck_assert(cert->get_encoding(cert, CERT_ASN1_DER, &der));
	ck_assert(!memmem(der.ptr, der.len, "secret", 6));
	free(der.ptr);
	cert->destroy(cert);
}
END_TEST

int main()
{
	Suite *suite = suite_create("csr");
	TCase *tcase = tcase_create("request");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, holds_subject_key_and_usage, 0, 3);
	tcase_add_loop_test(tcase, refuses_weak_digests, 0, 5);
	tcase_add_loop_test(tcase, carries_the_challenge, 0, countof(challenges));
	tcase_add_test(tcase, bounds_the_challenge);
	tcase_add_loop_test(tcase, sorts_attributes_whatever_their_lengths, 0, 20);
	tcase_add_loop_test(tcase, carries_alternative_names, 0, countof(names));
	tcase_add_test(tcase, keeps_the_order_of_names);
	tcase_add_test(tcase, names_the_template);
	tcase_add_test(tcase, carries_user_principal_name);
	tcase_add_test(tcase, signs_with_sha1_where_allowed);
	tcase_add_test(tcase, refuses_a_subject_that_is_no_name);
	tcase_add_test(tcase, refuses_a_user_principal_name_that_is_no_utf8);
	tcase_add_test(tcase, refuses_other_keys_than_rsa);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("self-signed");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, self_signs_for_the_first_request);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
