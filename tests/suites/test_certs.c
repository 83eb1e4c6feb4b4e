/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_certs.h"

/** OIDs */
#define DATA		"1.2.840.113549.1.7.1"
#define SIGNED_DATA	"1.2.840.113549.1.7.2"

static certrep_id_t *ca, *ra, *leaf;

static void setup()
{
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	ra = certrep_id_create("RA", CERTREP_RSA, ca, FALSE);
	leaf = certrep_id_create("gw", CERTREP_RSA, ca, FALSE);
}

static void teardown()
{
	certrep_id_destroy(ca);
	certrep_id_destroy(ra);
	certrep_id_destroy(leaf);
}

/**
 * Get the DER of a certificate.
 */
static chunk_t encode(certrep_id_t *id)
{
	chunk_t der = chunk_empty;

	ck_assert(id->cert->get_encoding(id->cert, CERT_ASN1_DER, &der));
	return der;
}

/**
 * Build SignedData from its parts, which get freed; certs may be empty.
 */
static chunk_t build(chunk_t econtent, chunk_t certs, chunk_t infos)
{
	return der_wrap(DER_SEQUENCE, "mm", der_oid(SIGNED_DATA),
		der_wrap(DER_C_0, "m",
			der_wrap(DER_SEQUENCE, "mmmmm",
				der_wrap(DER_INTEGER, "c", chunk_from_chars(0x01)),
				der_wrap(DER_SET, ""),
				der_wrap(DER_SEQUENCE, "mm", der_oid(DATA), econtent),
				certs,
				der_wrap(DER_SET, "m", infos))));
}

/**
 * Check that a list has exactly the given certificates, in that order.
 */
static void assert_certs(linked_list_t *certs, certrep_id_t *first,
						 certrep_id_t *second, certrep_id_t *third)
{
	certrep_id_t *expected[] = { first, second, third };
	enumerator_t *enumerator;
	certificate_t *cert;
	int i = 0;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		ck_assert_int_lt(i, 3);
		ck_assert(expected[i] && cert->equals(cert, expected[i]->cert));
		i++;
	}
	enumerator->destroy(enumerator);
	ck_assert(i == 3 || !expected[i]);
}

/**
 * Check that a body is refused, with a word of the reason. Frees the body.
 */
static void assert_refused(chunk_t body, const char *reason)
{
	linked_list_t *certs;
	scep_error_t err = {};

	ck_assert(!scep_certs_parse(body, &certs, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_msg(strstr(err.text, reason), "%s", err.text);
	ck_assert(!certs);
	free(body.ptr);
}

START_TEST(reads_one_certificate)
{
	linked_list_t *certs;
	scep_error_t err = {};
	chunk_t body = encode(ca);

	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	assert_certs(certs, ca, NULL, NULL);
	scep_certs_destroy(certs);
	free(body.ptr);
}
END_TEST

START_TEST(reads_a_bag_in_its_order)
{
	X509 *bag[] = { ra->x509, leaf->x509, ca->x509, NULL };
	linked_list_t *certs;
	scep_error_t err = {};
	chunk_t body = certrep_certs_only(bag), ber;

	if (_i)
	{	/* BER */
		ber = der_to_ber(body, _i == 2 ? 50 : 0);
		free(body.ptr);
		body = ber;
	}
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	assert_certs(certs, ra, leaf, ca);
	scep_certs_destroy(certs);
	ck_assert(scep_certs_only_parse(body, &certs, &err));
	assert_certs(certs, ra, leaf, ca);
	scep_certs_destroy(certs);
	free(body.ptr);
}
END_TEST

START_TEST(certificates_stay_as_they_were_signed)
{
	X509 *bag[] = { leaf->x509, NULL };
	linked_list_t *certs;
	certificate_t *cert;
	chunk_t der = certrep_certs_only(bag), body;
	scep_error_t err = {};

	body = der_to_ber(der, 3);
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	ck_assert(certs->get_first(certs, (void**)&cert) == SUCCESS);
	ck_assert(cert->issued_by(cert, ca->cert, NULL));
	scep_certs_destroy(certs);
	free(body.ptr);
	free(der.ptr);
}
END_TEST

START_TEST(accepts_the_most_certificates_and_no_more)
{
	X509 *bag[SCEP_MAX_CERTS + 2] = {};
	linked_list_t *certs;
	scep_error_t err = {};
	chunk_t body;
	int i;

	for (i = 0; i < SCEP_MAX_CERTS; i++)
	{	/* PKCS7_add_certificate() accepts the same one again */
		bag[i] = ca->x509;
	}
	body = certrep_certs_only(bag);
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	ck_assert_int_eq(certs->get_count(certs), SCEP_MAX_CERTS);
	scep_certs_destroy(certs);
	free(body.ptr);

	bag[i] = ca->x509;
	assert_refused(certrep_certs_only(bag), "more than 16");
}
END_TEST

START_TEST(skips_crls_and_other_kinds_of_certificates)
{
	linked_list_t *certs;
	scep_error_t err = {};
	chunk_t body;

	/* [1] is an extended certificate of PKCS#6, the [1] behind are CRLs */
	body = build(chunk_empty,
		der_cat("mm",
			der_wrap(DER_C_0, "mm",
				der_wrap(DER_C_1, "m", der_wrap(DER_SEQUENCE, "")), encode(ca)),
			der_wrap(DER_C_1, "m",
				der_wrap(DER_SEQUENCE, "m",
					der_wrap(DER_OCTETS, "c", chunk_from_str("no CRL"))))),
		chunk_empty);
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	assert_certs(certs, ca, NULL, NULL);
	scep_certs_destroy(certs);
	free(body.ptr);
}
END_TEST

START_TEST(tolerates_empty_content)
{
	linked_list_t *certs;
	scep_error_t err = {};
	chunk_t body;

	body = build(der_wrap(DER_C_0, "m", der_wrap(DER_OCTETS, "")),
				 der_wrap(DER_C_0, "m", encode(ca)), chunk_empty);
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	assert_certs(certs, ca, NULL, NULL);
	scep_certs_destroy(certs);
	free(body.ptr);
}
END_TEST

START_TEST(rejects_content_and_signers)
{
	assert_refused(build(der_wrap(DER_C_0, "m",
							der_wrap(DER_OCTETS, "c", chunk_from_str("x"))),
						 der_wrap(DER_C_0, "m", encode(ca)), chunk_empty),
				   "3.4");
	assert_refused(build(chunk_empty, der_wrap(DER_C_0, "m", encode(ca)),
						 der_wrap(DER_SEQUENCE, "")), "3.4");
}
END_TEST

START_TEST(rejects_a_bag_without_certificates)
{
	assert_refused(build(chunk_empty, chunk_empty, chunk_empty),
				   "without a certificate");
	assert_refused(build(chunk_empty, der_wrap(DER_C_0, ""), chunk_empty),
				   "without a certificate");
}
END_TEST

START_TEST(leaves_out_what_cannot_be_read)
{
	chunk_t der = encode(ra), body;
	linked_list_t *certs;
	scep_error_t err = {};

	/* another version than there is */
	ck_assert(chunk_equals(chunk_create(der.ptr + 8, 5),
						   chunk_from_chars(0xa0, 3, 2, 1, 2)));
	der.ptr[12] = 9;
	body = build(chunk_empty, der_wrap(DER_C_0, "mcm", encode(ca), der,
									   encode(leaf)), chunk_empty);
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	assert_certs(certs, ca, leaf, NULL);
	scep_certs_destroy(certs);
	free(body.ptr);
	/* unless there is no other one */
	assert_refused(build(chunk_empty, der_wrap(DER_C_0, "m", der), chunk_empty),
				   "certificate 1");
}
END_TEST

START_TEST(rejects_other_bodies)
{
	static const char *bodies[] = {
		"", "<html>Service Unavailable</html>", "0", "\x30\x03\x02\x01",
		"-----BEGIN CERTIFICATE-----",
	};
	chunk_t body;

	body = chunk_create((u_char*)bodies[_i], strlen(bodies[_i]));
	assert_refused(chunk_clone(body), "");
}
END_TEST

START_TEST(rejects_trailing_bytes)
{
	X509 *bag[] = { ca->x509, NULL };

	assert_refused(der_cat("mc", encode(ca), chunk_from_chars(0x0a)),
				   "behind the end");
	assert_refused(der_cat("mc", certrep_certs_only(bag),
						   chunk_from_chars(0x00)), "behind the end");
}
END_TEST

START_TEST(rejects_bodies_over_the_limit)
{
	chunk_t body = chunk_alloc(SCEP_MAX_CERTS_BODY + 1);

	memset(body.ptr, 0, body.len);
	assert_refused(body, "more than");
}
END_TEST

START_TEST(accepts_a_body_at_the_limit)
{
	linked_list_t *certs;
	scep_error_t err = {};
	chunk_t body = chunk_empty, padding;
	size_t len = SCEP_MAX_CERTS_BODY - 8192;

	/* something beside the certificate fills it */
	do
	{
		len += body.ptr ? SCEP_MAX_CERTS_BODY - body.len : 0;
		free(body.ptr);
		padding = chunk_alloc(len);
		memset(padding.ptr, 0, padding.len);
		body = build(chunk_empty,
			der_cat("mm", der_wrap(DER_C_0, "m", encode(ca)),
				der_wrap(DER_C_1, "m",
					der_wrap(DER_SEQUENCE, "m",
						der_wrap(DER_OCTETS, "m", padding)))),
			chunk_empty);
	}
	while (body.len != SCEP_MAX_CERTS_BODY);
	ck_assert_msg(scep_certs_parse(body, &certs, &err), "%s", err.text);
	assert_certs(certs, ca, NULL, NULL);
	scep_certs_destroy(certs);
	free(body.ptr);
}
END_TEST

START_TEST(rejects_every_cut)
{
	X509 *bag[] = { ca->x509, NULL };
	linked_list_t *certs;
	chunk_t body = certrep_certs_only(bag), cut;
	size_t len;

	for (len = 0; len < body.len; len++)
	{
		cut = chunk_clone(chunk_create(body.ptr, len));
		ck_assert(!scep_certs_parse(cut, &certs, NULL));
		free(cut.ptr);
	}
	free(body.ptr);
}
END_TEST

START_TEST(parses_single_certificates)
{
	certificate_t *cert;
	chunk_t der = encode(ca), longer;
	scep_error_t err = {};

	cert = scep_cert_parse(der, &err);
	ck_assert(cert && cert->equals(cert, ca->cert));
	cert->destroy(cert);
	longer = der_cat("mc", der, chunk_from_chars(0x00));
	ck_assert(!scep_cert_parse(longer, &err));
	ck_assert(strstr(err.text, "behind its end"));
	ck_assert(!scep_cert_parse(chunk_empty, NULL));
	free(longer.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("certs");
	TCase *tcase = tcase_create("certs");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, reads_one_certificate);
	tcase_add_loop_test(tcase, reads_a_bag_in_its_order, 0, 3);
	tcase_add_test(tcase, certificates_stay_as_they_were_signed);
	tcase_add_test(tcase, accepts_the_most_certificates_and_no_more);
	tcase_add_test(tcase, skips_crls_and_other_kinds_of_certificates);
	tcase_add_test(tcase, tolerates_empty_content);
	tcase_add_test(tcase, rejects_content_and_signers);
	tcase_add_test(tcase, rejects_a_bag_without_certificates);
	tcase_add_test(tcase, leaves_out_what_cannot_be_read);
	tcase_add_loop_test(tcase, rejects_other_bodies, 0, 5);
	tcase_add_test(tcase, rejects_trailing_bytes);
	tcase_add_test(tcase, rejects_bodies_over_the_limit);
	tcase_add_test(tcase, accepts_a_body_at_the_limit);
	tcase_add_test(tcase, rejects_every_cut);
	tcase_add_test(tcase, parses_single_certificates);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
