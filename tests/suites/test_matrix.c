/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "message/scep_csr.h"
#include "message/scep_request.h"
#include "message/scep_response.h"

#include <openssl/x509.h>

#include <stdlib.h>

/*
 * All combinations: what we write OpenSSL reads, and what OpenSSL writes we
 * read. libstrongswan's openssl plugin has the keys: gmp knows no OAEP.
 */

/** What a request has */
#define ID		"A1B2C3D4E5F6"
#define NONCE	"0123456789abcdef"

static certrep_id_t *ca, *rsa, *ec, *other, *sizes[2];
static linked_list_t *signers;
static identification_t *subject;

/** Of the combinations of answers, one in this many is tried; all of them with
 * SCEP_MATRIX=all in the environment */
static int stride;

static void setup()
{
	char *all = getenv("SCEP_MATRIX");

	/* 31 divides none of the dimensions: all pairs of their values occur */
	stride = all && streq(all, "all") ? 1 : 31;
	certrep_init();
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	rsa = certrep_id_create("RA", CERTREP_RSA_3072, ca, FALSE);
	ec = certrep_id_create("EC RA", CERTREP_EC_384, ca, FALSE);
	other = certrep_id_create("peer", CERTREP_RSA, ca, FALSE);
	sizes[0] = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	sizes[1] = certrep_id_create("gw", CERTREP_RSA_3072, NULL, FALSE);
	signers = linked_list_create_with_items(rsa->cert, NULL);
	if (ec->cert)
	{
		signers->insert_last(signers, ec->cert);
	}
	subject = identification_create_from_string("C=DE, CN=gw");
}

static void teardown()
{
	signers->destroy(signers);
	subject->destroy(subject);
	certrep_id_destroy(ca);
	certrep_id_destroy(rsa);
	certrep_id_destroy(ec);
	certrep_id_destroy(other);
	certrep_id_destroy(sizes[0]);
	certrep_id_destroy(sizes[1]);
}

/**
 * Digests and ciphers that we may be configured to use, with OpenSSL's names.
 */
static const struct {
	hash_algorithm_t digest;
	const char *name;
} digests[] = {
	{ HASH_SHA1, "SHA1" },
	{ HASH_SHA256, "SHA256" },
	{ HASH_SHA384, "SHA384" },
	{ HASH_SHA512, "SHA512" },
};
static const struct {
	encryption_algorithm_t algorithm;
	size_t key_size;
	const char *name;
} ciphers[] = {
	{ ENCR_AES_CBC, 16, "AES-128-CBC" },
	{ ENCR_AES_CBC, 24, "AES-192-CBC" },
	{ ENCR_AES_CBC, 32, "AES-256-CBC" },
	{ ENCR_3DES, 24, "DES-EDE3-CBC" },
	{ ENCR_DES, 8, "DES-CBC" },
};

/**
 * Whether libstrongswan has a cipher here.
 */
static bool has_cipher(int i)
{
	crypter_t *crypter;

	crypter = lib->crypto->create_crypter(lib->crypto, ciphers[i].algorithm,
										  ciphers[i].key_size);
	DESTROY_IF(crypter);
	return crypter != NULL;
}

/**
 * Build the content of a request.
 */
static chunk_t build_content(scep_message_type_t type, const certrep_id_t *me,
							 hash_algorithm_t digest)
{
	identification_t *issuer = ca->cert->get_subject(ca->cert);
	scep_csr_t csr = {
		.key = me->key,
		.subject = subject,
		.challenge = chunk_from_str("secret"),
		.digest = digest,
		.allow_sha1 = TRUE,
	};
	scep_error_t err = {};
	chunk_t content;

	switch (type)
	{
		case SCEP_CERT_POLL:
			return scep_issuer_and_subject(issuer, subject);
		case SCEP_GET_CERT:
		case SCEP_GET_CRL:
			return scep_issuer_and_serial(issuer, chunk_from_chars(0x99, 0x01));
		default:
			ck_assert_msg(scep_csr_build(&csr, &content, &err), "%s", err.text);
			return content;
	}
}

/**
 * Check that OpenSSL finds in a request what was put there.
 */
static void assert_read(const scep_request_t *request, int digest, int cipher,
						const certrep_id_t *me)
{
	certrep_request_t read;
	scep_error_t err = {};
	const char *reason;
	chunk_t der;

	ck_assert_msg(scep_request_build(request, &der, &err), "%s", err.text);
	reason = certrep_request_parse(der, rsa, &read);
	ck_assert_msg(!reason, "%N with %s, %s: %s", scep_message_type_names,
				  request->type, digests[digest].name, ciphers[cipher].name,
				  reason);
	ck_assert_int_eq(read.type, request->type);
	ck_assert(chunk_equals(read.transaction_id, request->transaction_id));
	ck_assert(chunk_equals(read.sender_nonce, request->sender_nonce));
	ck_assert(chunk_equals(read.content, request->content));
	ck_assert_str_eq(read.digest, digests[digest].name);
	ck_assert_str_eq(read.cipher, ciphers[cipher].name);
	ck_assert_int_eq(X509_cmp(read.signer, me->x509), 0);
	if (read.csr)
	{
		ck_assert_str_eq(read.challenge, "secret");
		ck_assert_int_eq(EVP_PKEY_eq(X509_REQ_get0_pubkey(read.csr),
									 me->pkey), 1);
	}
	certrep_request_clear(&read);
	free(der.ptr);
}

START_TEST(openssl_reads_all_our_requests)
{
	static const scep_message_type_t types[] = {
		SCEP_PKCS_REQ, SCEP_RENEWAL_REQ, SCEP_CERT_POLL, SCEP_GET_CERT,
		SCEP_GET_CRL,
	};
	certrep_id_t *me = sizes[_i % 2];
	scep_request_t request = {
		.type = types[_i / 2],
		.transaction_id = chunk_from_str(ID),
		.sender_nonce = chunk_from_str(NONCE),
		.signer = me->cert,
		.key = me->key,
		.recipient = rsa->cert,
		.allow_sha1 = TRUE,
	};
	int i, j;

	for (i = 0; i < countof(digests); i++)
	{
		request.digest = digests[i].digest;
		request.content = build_content(request.type, me, request.digest);
		for (j = 0; j < countof(ciphers); j++)
		{
			request.cipher = ciphers[j].algorithm;
			request.key_size = ciphers[j].key_size;
			if (request.cipher != ENCR_DES && has_cipher(j))
			{
				assert_read(&request, i, j, me);
			}
		}
		free(request.content.ptr);
	}
}
END_TEST

/**
 * Take the next digit of a number in mixed radix.
 */
static int digit(int *number, int radix)
{
	int digit = *number % radix;

	*number /= radix;
	return digit;
}

/**
 * How an answer is signed.
 */
static const struct {
	certrep_flag_t flags;
	bool ec;
} forms[] = {
	{ 0, FALSE },
	{ CERTREP_HASH_WITH_RSA, FALSE },
	{ CERTREP_PSS, FALSE },
	{ 0, TRUE },
};

/** How its key is encrypted */
static const certrep_flag_t transports[] = {
	0, CERTREP_OAEP, CERTREP_OAEP_SHA256,
};

/** Number of combinations */
#define COMBINATIONS (4 * 4 * 5 * 3 * 2 * 2 * 2 * 2 * 2 * 2)

/**
 * Choose the properties of an answer. FALSE if something of it is missing.
 */
static bool choose(int number, certrep_t *rep, certrep_id_t **me)
{
	int cipher, form;
	bool several;

	form = digit(&number, countof(forms));
	rep->digest = digests[digit(&number, countof(digests))].name;
	cipher = digit(&number, countof(ciphers));
	rep->cipher = ciphers[cipher].name;
	rep->flags = forms[form].flags;
	rep->flags |= transports[digit(&number, countof(transports))];
	rep->flags |= digit(&number, 2) ? CERTREP_SIGNER_SKI : 0;
	rep->flags |= digit(&number, 2) ? CERTREP_RECIPIENT_SKI : 0;
	rep->flags |= digit(&number, 2) ? CERTREP_BER : 0;
	rep->flags |= digit(&number, 2) ? CERTREP_NO_CERTS : 0;
	several = digit(&number, 2);
	*me = sizes[digit(&number, 2)];

	rep->signer = forms[form].ec ? ec : rsa;
	if (rep->flags & CERTREP_HASH_WITH_RSA && !(rep->flags & CERTREP_NO_CERTS))
	{	/* which OpenSSL does not write itself */
		rep->outer[0] = rsa->x509;
		rep->outer[1] = ca->x509;
	}
	rep->certs[0] = (*me)->x509;
	rep->recipients[0] = several ? other->x509 : (*me)->x509;
	rep->recipients[1] = several ? (*me)->x509 : NULL;
	rep->recipients[2] = several ? ca->x509 : NULL;
	return has_cipher(cipher) && (!forms[form].ec || ec->cert);
}

START_TEST(we_read_all_answers_of_openssl)
{
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(ID),
		.nonce = chunk_from_str(NONCE),
		.signers = signers,
		.accept_des = TRUE,
	};
	certrep_id_t *me;
	certificate_t *cert;
	scep_response_t response;
	scep_error_t err = {};
	chunk_t body;
	int i, count = 0;

	for (i = 0; i < COMBINATIONS; i += stride)
	{
		certrep_t rep = {
			.transaction_id = expect.transaction_id,
			.recipient_nonce = expect.nonce,
		};

		if (!choose(i, &rep, &me))
		{
			continue;
		}
		body = certrep_build(&rep);
		expect.recipient = me->cert;
		expect.key = me->key;
		ck_assert_msg(scep_response_parse(body, &expect, &response, &err),
					  "combination %d (%s, %s, flags 0x%x): %s", i, rep.digest,
					  rep.cipher, rep.flags, err.text);
		ck_assert_int_eq(response.certs->get_count(response.certs), 1);
		response.certs->get_first(response.certs, (void**)&cert);
		ck_assert(cert->equals(cert, me->cert));
		ck_assert(certrep_verify(body, rep.signer->x509, TRUE));
		scep_response_clear(&response);
		free(body.ptr);
		count++;
	}
	ck_assert_int_gt(count, COMBINATIONS / stride / 2);
}
END_TEST

int main()
{
	Suite *suite = suite_create("matrix");
	TCase *tcase = tcase_create("matrix");

	tcase_set_timeout(tcase, 600);
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, openssl_reads_all_our_requests, 0, 10);
	tcase_add_test(tcase, we_read_all_answers_of_openssl);
	suite_add_tcase(suite, tcase);
	return scep_test_run_openssl(suite);
}
