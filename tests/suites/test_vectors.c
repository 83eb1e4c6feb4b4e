/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep_der.h"
#include "message/scep_ber.h"
#include "message/scep_cert_id.h"
#include "message/scep_certs.h"
#include "message/scep_enveloped_data.h"
#include "message/scep_signed_data.h"

#include <stdio.h>
#include <unistd.h>

/** Messages that others made; the folder is not part of the sources */
#define FOLDER "certrep-sha1"

/** Where it is */
static char folder[PATH_MAX];

/**
 * Find the vectors: $SCEP_VECTORS, or ../shared/vectors beside the sources.
 */
static bool find_vectors()
{
	const char *top = getenv("top_srcdir"), *src = getenv("srcdir");
	const char *given = getenv("SCEP_VECTORS");
	char candidates[4][PATH_MAX / 2] = { "", "", "", "../shared/vectors" };
	size_t i;

	if (given)
	{
		snprintf(candidates[0], sizeof(candidates[0]), "%s", given);
	}
	if (top)
	{
		snprintf(candidates[1], sizeof(candidates[1]), "%s/../shared/vectors",
				 top);
	}
	if (src)
	{
		snprintf(candidates[2], sizeof(candidates[2]),
				 "%s/../../shared/vectors", src);
	}
	for (i = 0; i < countof(candidates); i++)
	{
		snprintf(folder, sizeof(folder), "%s/" FOLDER, candidates[i]);
		if (candidates[i][0] && access(folder, R_OK) == 0)
		{
			return TRUE;
		}
	}
	return FALSE;
}

/**
 * Read a file of the folder.
 */
static chunk_t read_file(const char *name)
{
	char path[PATH_MAX + 32];
	chunk_t *mapped, data;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	mapped = chunk_map(path, FALSE);
	ck_assert_msg(mapped != NULL, "%s", path);
	data = chunk_clone(*mapped);
	chunk_unmap(mapped);
	return data;
}

/**
 * Load the CA's certificate.
 */
static certificate_t *load_ca()
{
	certificate_t *cert;
	chunk_t pem = read_file("ca.pem");

	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							  BUILD_BLOB_PEM, pem, BUILD_END);
	ck_assert(cert != NULL);
	free(pem.ptr);
	return cert;
}

/**
 * Parse a message and verify that it is signed by one of the given.
 */
static void verify(chunk_t body, linked_list_t *signers, chunk_t *der,
				   scep_signed_data_t *data, scep_attributes_t *attributes)
{
	scep_error_t err = {};

	ck_assert_msg(scep_ber_to_der(body, der, &err), "%s", err.text);
	ck_assert(chunk_equals(body, *der));
	ck_assert_msg(scep_signed_data_parse(*der, data, &err), "%s", err.text);
	ck_assert_msg(scep_signed_data_verify(data, signers, attributes, &err),
				  "%s", err.text);
}

START_TEST(verifies_an_answer)
{
	certificate_t *ca = load_ca();
	linked_list_t *signers = linked_list_create_with_items(ca, NULL);
	scep_signed_data_t data;
	scep_attributes_t attributes;
	chunk_t body = read_file("CertRep.der"), der;

	verify(body, signers, &der, &data, &attributes);
	ck_assert(chunk_equals(attributes.message_type, chunk_from_str("3")));
	ck_assert(chunk_equals(attributes.pki_status, chunk_from_str("0")));
	/* half of what the RFC prescribes */
	ck_assert_uint_eq(attributes.recipient_nonce.len, 8);
	ck_assert_uint_gt(attributes.transaction_id.len, 0);
	ck_assert(!attributes.fail_info.ptr);
	ck_assert_uint_gt(data.content.len, 0);
	signers->destroy(signers);
	ca->destroy(ca);
	free(body.ptr);
	free(der.ptr);
}
END_TEST

START_TEST(opens_a_request)
{
	certificate_t *ca = load_ca(), *signer;
	linked_list_t *signers;
	private_key_t *key;
	scep_signed_data_t data;
	scep_attributes_t attributes;
	scep_error_t err = {};
	chunk_t body = read_file("PKCSReq.der"), pem, der, content, rest;
	crypter_t *crypter;

	/* a self-signed certificate, in the message */
	ck_assert(scep_ber_to_der(body, &der, &err));
	ck_assert(scep_signed_data_parse(der, &data, &err));
	rest = data.certs;
	signer = scep_cert_parse(der_next(&rest, NULL), &err);
	ck_assert_msg(signer != NULL, "%s", err.text);
	signers = linked_list_create_with_items(signer, NULL);
	free(der.ptr);
	verify(body, signers, &der, &data, &attributes);
	ck_assert(chunk_equals(attributes.message_type, chunk_from_str("19")));

	pem = read_file("ca.key");
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_BLOB_PEM, pem, BUILD_END);
	ck_assert(key != NULL);
	crypter = lib->crypto->create_crypter(lib->crypto, ENCR_DES, 8);
	if (crypter)
	{
		ck_assert_msg(scep_enveloped_data_open(data.content, ca, key, TRUE,
											   &content, &err), "%s", err.text);
		/* PKCS#10: info, algorithm, signature */
		rest = der_descend(content, ">--");
		ck_assert_int_eq(der_next(&rest, NULL).ptr[0], DER_BITS);
		ck_assert_uint_eq(rest.len, 0);
		free(content.ptr);
		crypter->destroy(crypter);
	}
	signers->destroy(signers);
	signer->destroy(signer);
	ca->destroy(ca);
	key->destroy(key);
	free(pem.ptr);
	free(body.ptr);
	free(der.ptr);
}
END_TEST

int main()
{
	Suite *suite;
	TCase *tcase;

	if (!find_vectors())
	{
		printf("vectors: skipped, ../shared/vectors is absent\n");
		return 77;
	}
	suite = suite_create("vectors");
	tcase = tcase_create("sha1");
	tcase_add_test(tcase, verifies_an_answer);
	tcase_add_test(tcase, opens_a_request);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
