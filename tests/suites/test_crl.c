/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "base/scep_limits.h"
#include "message/scep_certs.h"
#include "message/scep_request.h"
#include "message/scep_response.h"

#include <credentials/certificates/crl.h>
#include <credentials/certificates/x509.h>

#include <openssl/cms.h>
#include <openssl/x509.h>

/** What the request had */
#define ID		"A1B2C3D4E5F6"
#define NONCE	"0123456789abcdef"

static certrep_id_t *ca, *me;

static void setup()
{
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	me = certrep_id_create("gw", CERTREP_RSA, ca, FALSE);
}

static void teardown()
{
	certrep_id_destroy(ca);
	certrep_id_destroy(me);
}

/**
 * Make a CRL with one serial number on it.
 */
static X509_CRL *make_crl(long number)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
	ASN1_TIME *later = X509_gmtime_adj(NULL, 3600);

	ASN1_INTEGER_set(serial, number);
	X509_REVOKED_set_serialNumber(revoked, serial);
	X509_REVOKED_set_revocationDate(revoked, now);
	ck_assert(X509_CRL_set_version(crl, 1) &&
			  X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca->x509)) &&
			  X509_CRL_set1_lastUpdate(crl, now) &&
			  X509_CRL_set1_nextUpdate(crl, later) &&
			  X509_CRL_add0_revoked(crl, revoked) &&
			  X509_CRL_sign(crl, ca->pkey, EVP_sha256()));
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(now);
	ASN1_TIME_free(later);
	return crl;
}

/**
 * Wrap CRLs, and maybe a certificate, into certs-only SignedData, which gets
 * sealed for us and signed, with an attribute that nobody knows.
 */
static chunk_t build_padded(X509_CRL *first, X509_CRL *second, X509 *cert,
							size_t padding)
{
	certrep_t rep = {
		.transaction_id = chunk_from_str(ID),
		.recipient_nonce = chunk_from_str(NONCE),
		.signer = ca,
		.recipients = { me->x509 },
		.what = CERTREP_CONTENT_SEALED,
	};
	CMS_ContentInfo *cms;
	u_char *der = NULL;
	chunk_t body;
	char *zeros = calloc(1, padding);
	int len;

	if (padding)
	{
		rep.more[0] = (certrep_attribute_t){ "1.2.3.4", 0x04, zeros, padding,
											 1 };
	}
	cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL);
	ck_assert(cms && CMS_set_detached(cms, 1));
	ck_assert(!first || CMS_add1_crl(cms, first));
	ck_assert(!second || CMS_add1_crl(cms, second));
	ck_assert(!cert || CMS_add1_cert(cms, cert));
	len = i2d_CMS_ContentInfo(cms, &der);
	ck_assert_int_gt(len, 0);
	rep.content = chunk_create(der, len);
	body = certrep_build(&rep);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	X509_CRL_free(first);
	X509_CRL_free(second);
	free(zeros);
	return body;
}

/**
 * The same without that attribute.
 */
static chunk_t build(X509_CRL *first, X509_CRL *second, X509 *cert)
{
	return build_padded(first, second, cert, 0);
}

/**
 * Parse the answer to a GetCRL, which gets freed.
 */
static bool parse(chunk_t body, scep_response_t *response, scep_error_t *err)
{
	linked_list_t *signers = linked_list_create_with_items(ca->cert, NULL);
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(ID),
		.nonce = chunk_from_str(NONCE),
		.signers = signers,
		.recipient = me->cert,
		.key = me->key,
		.want_crl = TRUE,
	};
	bool success;

	success = scep_response_parse(body, &expect, response, err);
	signers->destroy(signers);
	free(body.ptr);
	return success;
}

/**
 * Check that an answer has a CRL with a serial number on it.
 */
static void assert_revokes(chunk_t body, u_char number)
{
	scep_response_t response;
	scep_error_t err = {};
	enumerator_t *enumerator;
	crl_reason_t reason;
	chunk_t serial;
	time_t date;
	crl_t *crl;

	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	ck_assert_int_eq(response.status, SCEP_SUCCESS);
	ck_assert(response.crl && !response.certs);
	ck_assert(response.crl->issued_by(response.crl, ca->cert, NULL));
	crl = (crl_t*)response.crl;
	enumerator = crl->create_enumerator(crl);
	ck_assert(enumerator->enumerate(enumerator, &serial, &date, &reason));
	ck_assert(chunk_equals(serial, chunk_from_thing(number)));
	ck_assert(!enumerator->enumerate(enumerator, &serial, &date, &reason));
	enumerator->destroy(enumerator);
	scep_response_clear(&response);
}

/**
 * Check that an answer is refused, with a word of the reason.
 */
static void assert_refused(chunk_t body, const char *word)
{
	scep_response_t response;
	scep_error_t err = {};

	ck_assert(!parse(body, &response, &err));
	ck_assert(!response.crl);
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_msg(strstr(err.text, word), "no '%s' in: %s", word, err.text);
}

START_TEST(reads_a_crl)
{
	assert_revokes(build(make_crl(7), NULL, NULL), 7);
}
END_TEST

START_TEST(ignores_certificates_beside_it)
{
	assert_revokes(build(make_crl(8), NULL, ca->x509), 8);
}
END_TEST

START_TEST(takes_one_of_several)
{
	/* of a SET in DER order, the shorter or lesser one is the first */
	assert_revokes(build(make_crl(5), make_crl(5), NULL), 5);
}
END_TEST

START_TEST(refuses_an_answer_without_a_crl)
{
	assert_refused(build(NULL, NULL, ca->x509), "without a CRL");
}
END_TEST

START_TEST(refuses_a_large_body)
{
	chunk_t body = chunk_alloc(SCEP_MAX_CRL_BODY + 1);

	memset(body.ptr, 0, body.len);
	assert_refused(body, "more than");
}
END_TEST

START_TEST(accepts_a_body_at_the_limit)
{
	size_t len = SCEP_MAX_CRL_BODY - 8192;
	chunk_t body = chunk_empty;

	do
	{
		len += body.ptr ? SCEP_MAX_CRL_BODY - body.len : 0;
		free(body.ptr);
		body = build_padded(make_crl(9), NULL, NULL, len);
	}
	while (body.len != SCEP_MAX_CRL_BODY);
	assert_revokes(body, 9);
}
END_TEST

START_TEST(names_a_certificate_by_issuer_and_serial)
{
	x509_t *x509 = (x509_t*)me->cert;
	chunk_t serial = x509->get_serial(x509), der;
	const u_char *pos;
	ASN1_INTEGER *number;
	X509_NAME *issuer;
	u_char *end;

	/* SEQUENCE { Name, INTEGER } */
	der = scep_issuer_and_serial(me->cert->get_issuer(me->cert), serial);
	ck_assert(der.len && der.ptr[0] == 0x30);
	pos = der.ptr + (der.ptr[1] & 0x80 ? 2 + (der.ptr[1] & 0x7f) : 2);
	end = der.ptr + der.len;
	issuer = d2i_X509_NAME(NULL, &pos, end - pos);
	number = d2i_ASN1_INTEGER(NULL, &pos, end - pos);
	ck_assert(issuer && number && pos == end);
	ck_assert_int_eq(X509_NAME_cmp(issuer, X509_get_issuer_name(me->x509)), 0);
	ck_assert_int_eq(ASN1_INTEGER_cmp(number,
									  X509_get0_serialNumber(me->x509)), 0);
	X509_NAME_free(issuer);
	ASN1_INTEGER_free(number);
	free(der.ptr);
}
END_TEST

START_TEST(writes_the_serial_number_as_der)
{
	struct {
		chunk_t serial, der;
	} serials[] = {
		{ chunk_from_chars(0x05), chunk_from_chars(0x02, 0x01, 0x05) },
		{ chunk_from_chars(0x00, 0x05), chunk_from_chars(0x02, 0x01, 0x05) },
		{ chunk_from_chars(0x00, 0x85),
		  chunk_from_chars(0x02, 0x02, 0x00, 0x85) },
		{ chunk_from_chars(0x85), chunk_from_chars(0x02, 0x02, 0x00, 0x85) },
		{ chunk_from_chars(0x00), chunk_from_chars(0x02, 0x01, 0x00) },
	};
	chunk_t der, last = serials[_i].der;

	der = scep_issuer_and_serial(me->cert->get_issuer(me->cert),
								 serials[_i].serial);
	ck_assert(memeq(der.ptr + der.len - last.len, last.ptr, last.len));
	free(der.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("crl");
	TCase *tcase = tcase_create("answer");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, reads_a_crl);
	tcase_add_test(tcase, ignores_certificates_beside_it);
	tcase_add_test(tcase, takes_one_of_several);
	tcase_add_test(tcase, refuses_an_answer_without_a_crl);
	tcase_add_test(tcase, refuses_a_large_body);
	tcase_add_test(tcase, accepts_a_body_at_the_limit);
	tcase_add_test(tcase, names_a_certificate_by_issuer_and_serial);
	tcase_add_loop_test(tcase, writes_the_serial_number_as_der, 0, 5);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
