/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "response_fixture.h"

/*
 * Described in header
 */
response_ids_t who;
linked_list_t *signers;

/*
 * Described in header
 */
void response_setup()
{
	certrep_init();
	who.ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	who.ra = certrep_id_create("RA", CERTREP_RSA, who.ca, FALSE);
	who.ec = certrep_id_create("EC RA", CERTREP_EC, who.ca, FALSE);
	who.me = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	who.stranger = certrep_id_create("peer", CERTREP_RSA, who.ca, FALSE);
	signers = linked_list_create_with_items(who.ca->cert, who.ra->cert, NULL);
	if (who.ec->cert)
	{
		signers->insert_last(signers, who.ec->cert);
	}
}

/*
 * Described in header
 */
void response_teardown()
{
	signers->destroy(signers);
	certrep_id_destroy(who.ca);
	certrep_id_destroy(who.ra);
	certrep_id_destroy(who.ec);
	certrep_id_destroy(who.me);
	certrep_id_destroy(who.stranger);
}

/*
 * Described in header
 */
certrep_t get_certrep()
{
	return (certrep_t){
		.transaction_id = chunk_from_str(ID),
		.recipient_nonce = chunk_from_str(NONCE),
		.signer = who.ra,
		.recipients = { who.me->x509 },
		.certs = { who.me->x509, who.ca->x509 },
	};
}

/*
 * Described in header
 */
bool parse(chunk_t body, scep_response_t *response, scep_error_t *err)
{
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(ID),
		.nonce = chunk_from_str(NONCE),
		.signers = signers,
		.recipient = who.me->cert,
		.key = who.me->key,
		.accept_des = TRUE,
	};

	return scep_response_parse(body, &expect, response, err);
}

/*
 * Described in header
 */
void assert_certs(scep_response_t *response)
{
	certificate_t *first, *last;

	ck_assert_int_eq(response->status, SCEP_SUCCESS);
	ck_assert(response->certs);
	ck_assert_int_eq(response->certs->get_count(response->certs), 2);
	response->certs->get_first(response->certs, (void**)&first);
	response->certs->get_last(response->certs, (void**)&last);
	ck_assert(first->equals(first, who.me->cert));
	ck_assert(last->equals(last, who.ca->cert));
}

/*
 * Described in header
 */
void assert_success(chunk_t body, const certrep_id_t *signer)
{
	scep_response_t response;
	scep_error_t err = {};

	ck_assert_msg(parse(body, &response, &err), "%s", err.text);
	assert_certs(&response);
	scep_response_clear(&response);
	ck_assert(certrep_verify(body, signer->x509, TRUE));
	free(body.ptr);
}

/*
 * Described in header
 */
void assert_refused(chunk_t body, const char *reason)
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
