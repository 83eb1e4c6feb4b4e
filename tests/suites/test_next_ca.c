/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "base/scep_limits.h"
#include "message/scep_certs.h"
#include "message/scep_next_ca.h"

#include <openssl/cms.h>

static certrep_id_t *ca, *next, *leaf, *other;

static void setup()
{
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	next = certrep_id_create("Next CA", CERTREP_RSA, NULL, TRUE);
	leaf = certrep_id_create("gw", CERTREP_RSA, ca, FALSE);
	other = certrep_id_create("Other CA", CERTREP_RSA, NULL, TRUE);
}

static void teardown()
{
	certrep_id_destroy(ca);
	certrep_id_destroy(next);
	certrep_id_destroy(leaf);
	certrep_id_destroy(other);
}

/**
 * Parse an answer, which gets freed; only ca may sign.
 */
static bool parse(chunk_t body, linked_list_t **certs, scep_error_t *err)
{
	linked_list_t *cas = linked_list_create_with_items(ca->cert, NULL);
	bool success;

	success = scep_next_ca_parse(body, cas, certs, err);
	ck_assert(success == (*certs != NULL));
	ck_assert(success == (err->kind == SCEP_OK));
	cas->destroy(cas);
	free(body.ptr);
	return success;
}

/**
 * Build an answer with some properties or defects.
 */
static chunk_t build(certrep_id_t *signer, certrep_flag_t flags,
					 X509 *announced, X509 *beside)
{
	X509 *certs[] = { announced, NULL };
	certrep_t rep = {
		.signer = signer,
		.what = CERTREP_CONTENT_RAW,
		.content = certrep_certs_only(certs),
		.flags = flags,
		.certs = { beside },
	};
	chunk_t body;

	body = certrep_build(&rep);
	free(rep.content.ptr);
	return body;
}

/**
 * Check that an answer announces next and nothing else.
 */
static void assert_next(chunk_t body)
{
	scep_error_t err = {};
	linked_list_t *certs;
	certificate_t *cert;

	ck_assert_msg(parse(body, &certs, &err), "%s", err.text);
	ck_assert_int_eq(certs->get_count(certs), 1);
	certs->get_first(certs, (void**)&cert);
	ck_assert(cert->equals(cert, next->cert));
	scep_certs_destroy(certs);
}

/**
 * Check that an answer is refused, with a word of the reason.
 */
static void assert_refused(chunk_t body, const char *word)
{
	scep_error_t err = {};
	linked_list_t *certs;

	ck_assert(!parse(body, &certs, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_msg(strstr(err.text, word), "no '%s' in: %s", word, err.text);
}

START_TEST(reads_what_the_current_ca_signed)
{
	static const certrep_flag_t flags[] = {
		0, CERTREP_BER, CERTREP_SIGNER_SKI, CERTREP_NO_CERTS, CERTREP_PSS,
		CERTREP_HASH_WITH_RSA,
	};

	assert_next(build(ca, flags[_i], next->x509, NULL));
}
END_TEST

START_TEST(takes_signed_data_as_content_type)
{
	X509 *announced[] = { next->x509, NULL };
	chunk_t content = certrep_certs_only(announced);
	BIO *in = BIO_new_mem_buf(content.ptr, content.len);
	u_char *der = NULL;
	CMS_ContentInfo *cms;
	int len;

	cms = CMS_sign(NULL, NULL, NULL, in, CMS_PARTIAL | CMS_BINARY);
	ck_assert(cms && CMS_set1_eContentType(cms, OBJ_nid2obj(NID_pkcs7_signed)));
	ck_assert(CMS_add1_signer(cms, ca->x509, ca->pkey, EVP_sha256(), 0) &&
			  CMS_final(cms, in, NULL, CMS_BINARY));
	len = i2d_CMS_ContentInfo(cms, &der);
	ck_assert_int_gt(len, 0);
	assert_next(chunk_clone(chunk_create(der, len)));
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	free(content.ptr);
}
END_TEST

START_TEST(refuses_other_signers)
{
	assert_refused(build(other, 0, next->x509, NULL), "signed by none");
	assert_refused(build(leaf, 0, next->x509, NULL), "signed by none");
	assert_refused(build(next, 0, next->x509, NULL), "signed by none");
}
END_TEST

START_TEST(refuses_what_is_not_signed_well)
{
	static const struct {
		certrep_flag_t flags;
		const char *word;
	} defects[] = {
		{ CERTREP_BAD_SIGNATURE, "does not verify" },
		{ CERTREP_BAD_DIGEST, "messageDigest" },
		{ CERTREP_BAD_CONTENT_TYPE, "contentType" },
		{ CERTREP_BAD_ECONTENT_TYPE, "eContentType" },
		{ CERTREP_NO_SIGNER, "nobody signed" },
		{ CERTREP_TWO_SIGNERS, "more than one" },
		{ CERTREP_NO_ATTRIBUTES, "no signed attributes" },
	};

	assert_refused(build(ca, defects[_i].flags, next->x509, NULL),
				   defects[_i].word);
}
END_TEST

START_TEST(refuses_certificates_beside_the_signature)
{
	certrep_t rep = {
		.signer = ca,
		.what = CERTREP_CONTENT_ABSENT,
	};
	X509 *announced[] = { next->x509, NULL };

	/* the signer's own certificate stands there, and does not count */
	assert_refused(certrep_build(&rep), "nothing there");
	/* nor does an announcement that nobody signed */
	assert_refused(certrep_certs_only(announced), "nobody signed");
}
END_TEST

START_TEST(refuses_other_content)
{
	certrep_t rep = {
		.signer = ca,
		.what = CERTREP_CONTENT_RAW,
		.content = chunk_from_chars(0x30, 0x03, 0x02, 0x01, 0x00),
	};

	assert_refused(certrep_build(&rep), "SignedData");
	assert_refused(build(ca, 0, NULL, NULL), "without a certificate");
}
END_TEST

START_TEST(refuses_a_large_body)
{
	assert_refused(chunk_clone(chunk_alloca(SCEP_MAX_CERTS_BODY + 1)),
				   "more than");
}
END_TEST

int main()
{
	Suite *suite = suite_create("next_ca");
	TCase *tcase = tcase_create("answer");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, reads_what_the_current_ca_signed, 0, 6);
	tcase_add_test(tcase, takes_signed_data_as_content_type);
	tcase_add_test(tcase, refuses_other_signers);
	tcase_add_loop_test(tcase, refuses_what_is_not_signed_well, 0, 7);
	tcase_add_test(tcase, refuses_certificates_beside_the_signature);
	tcase_add_test(tcase, refuses_other_content);
	tcase_add_test(tcase, refuses_a_large_body);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
