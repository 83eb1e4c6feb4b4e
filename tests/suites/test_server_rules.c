/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "client.h"
#include "message/scep_certs.h"
#include "message/scep_next_ca.h"
#include "message/scep_request.h"

#include <credentials/certificates/x509.h>

#include <curl/curl.h>

/**
 * Options, and what becomes of an enrolment.
 */
static const struct {
	const char *options;
	const char *challenge;
	client_stage_t stage;
} enrolments[] = {
	{ "", NULL, DONE },
	{ "--challenge secret", "secret", DONE },
	{ "--challenge secret", "wrong", AT_FAILURE },
	{ "--challenge secret", NULL, AT_FAILURE },
	{ "--challenge-file /nonexistent", "one", AT_FAILURE },
	{ "--sub-ca", NULL, DONE },
	{ "--ra one", NULL, DONE },
	{ "--ra split", NULL, DONE },
	{ "--ra split --ra-eku cmc", NULL, DONE },
	{ "--ra one --ra-eku none", NULL, AT_CA },
	{ "--ra split --sub-ca --order root,ra-encrypt,ca,ra-sign", NULL, DONE },
	{ "--ra split --order ra-sign,ca,ra-encrypt --words no-certs", NULL, DONE },
	{ "--ra one --ca-key ec", NULL, DONE },
	{ "--ra split --ra-key ec", NULL, DONE },
	{ "--ra split --ra-key ec --words signer-ski", NULL, DONE },
	{ "--ra one --words expired-ra", NULL, AT_CA },
	{ "--ra one --words gateway-as-ra", NULL, AT_CA },
	{ "--ra one --words forged-signer", NULL, AT_ANSWER },
	{ "--ra split --ra-key ec --words forged-signer", NULL, AT_ANSWER },
	{ "--not-before 20 --validity 60", NULL, DONE },
	{ "--validity -10 --not-before -20", NULL, AT_CERTIFICATE },
	{ "--ca-validity -10", NULL, AT_CA },
	{ "--cdp auto", NULL, DONE },
	{ "--ca-identifier gw", NULL, AT_CA },
	{ "--methods get", NULL, AT_HTTP },
	{ "--methods post", NULL, DONE },
};

START_TEST(enrolment_ends_as_configured)
{
	client_stage_t stage;
	attempt_t attempt;
	client_t *client;

	client = client_create(enrolments[_i].options);
	stage = client_enroll(client, enrolments[_i].challenge, &attempt);
	ck_assert_msg(stage == enrolments[_i].stage, "%s: stage %d: %s",
				  enrolments[_i].options, stage, attempt.err.text);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(challenge_is_good_once)
{
	client_t *client = client_create("--challenge-file phrases");
	attempt_t attempt;

	server_write(client->server, "phrases", "one\ntwo\n");
	ck_assert_int_eq(client_enroll(client, "two", &attempt), DONE);
	/* the same request again gets the same certificate */
	attempt_build(&attempt, SCEP_PKCS_REQ, chunk_empty);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	attempt_end(&attempt);
	ck_assert_int_eq(client_enroll(client, "two", &attempt), AT_FAILURE);
	attempt_end(&attempt);
	ck_assert_int_eq(client_enroll(client, "one", &attempt), DONE);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(pending_until_approved)
{
	client_t *client = client_create("--challenge secret --manual");
	attempt_t attempt;
	char name[64];

	ck_assert_int_eq(client_enroll(client, "secret", &attempt), AT_PENDING);
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), AT_PENDING);
	server_write(client->server, "approve.ANOTHER", "");
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), AT_PENDING);
	snprintf(name, sizeof(name), "approve.%s", attempt.id);
	server_write(client->server, name, "");
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	attempt_end(&attempt);

	ck_assert_int_eq(client_enroll(client, "secret", &attempt), AT_PENDING);
	server_write(client->server, "reject", "");
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), AT_FAILURE);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(pending_for_some_polls)
{
	client_t *client = client_create("--polls 2");
	attempt_t attempt;

	ck_assert_int_eq(client_enroll(client, NULL, &attempt), AT_PENDING);
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), AT_PENDING);
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(replay_is_not_believed)
{
	client_t *client = client_create("--polls 1");
	attempt_t attempt;

	server_write(client->server, "script", "CertPoll: replay");
	ck_assert_int_eq(client_enroll(client, NULL, &attempt), AT_PENDING);
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), AT_ANSWER);
	ck_assert_msg(strstr(attempt.err.text, "recipientNonce"), "%s",
				  attempt.err.text);
	attempt_build_poll(&attempt);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

/**
 * Options, and what becomes of renewals.
 */
static const struct {
	const char *options;
	scep_message_type_t type;
	const char *challenge;
	client_stage_t stage;
} renewals[] = {
	{ "--challenge secret", SCEP_RENEWAL_REQ, NULL, DONE },
	{ "--challenge secret", SCEP_PKCS_REQ, NULL, DONE },
	{ "--challenge secret --renewal no", SCEP_RENEWAL_REQ, NULL, AT_FAILURE },
	{ "--challenge secret --renewal no", SCEP_PKCS_REQ, NULL, DONE },
	{ "--challenge secret --renewal ignored", SCEP_RENEWAL_REQ, NULL,
		AT_PENDING },
	{ "--challenge secret --renewal-challenge", SCEP_RENEWAL_REQ, NULL,
		AT_FAILURE },
	{ "--challenge secret --renewal-challenge", SCEP_RENEWAL_REQ, "secret",
		DONE },
};

START_TEST(renewal_ends_as_configured)
{
	client_t *client = client_create(renewals[_i].options);
	attempt_t attempt;
	certificate_t *old;
	char revoked[128];
	chunk_t serial;
	x509_t *x509;

	ck_assert_int_eq(client_enroll(client, "secret", &attempt), DONE);
	client->signer->destroy(client->signer);
	old = client->signer = attempt.issued->get_ref(attempt.issued);
	attempt_end(&attempt);
	ck_assert(attempt_begin(&attempt, client, renewals[_i].type,
							renewals[_i].challenge));
	ck_assert_int_eq(attempt_send(&attempt), renewals[_i].stage);
	attempt_end(&attempt);

	x509 = (x509_t*)old;
	serial = chunk_to_hex(x509->get_serial(x509), NULL, TRUE);
	snprintf(revoked, sizeof(revoked), "%s\n", serial.ptr);
	free(serial.ptr);
	server_write(client->server, "revoked", revoked);
	ck_assert(attempt_begin(&attempt, client, SCEP_PKCS_REQ, "secret"));
	ck_assert_int_eq(attempt_send(&attempt), AT_FAILURE);
	ck_assert_int_eq(attempt.response.fail_info, SCEP_FAIL_BAD_MESSAGE_CHECK);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(certificate_and_crl_are_fetched)
{
	client_t *client = client_create("");
	certificate_t *issuer;
	attempt_t attempt;
	x509_t *x509;
	chunk_t id;

	ck_assert_int_eq(client_enroll(client, NULL, &attempt), DONE);
	issuer = attempt.authority->issuer;
	x509 = (x509_t*)attempt.issued;
	id = scep_issuer_and_serial(issuer->get_subject(issuer),
								x509->get_serial(x509));
	attempt_build(&attempt, SCEP_GET_CERT, chunk_clone(id));
	ck_assert_int_eq(attempt_send(&attempt), DONE);

	attempt_build(&attempt, SCEP_GET_CRL, id);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	ck_assert(lib->credmgr->issued_by(lib->credmgr, attempt.response.crl,
									  issuer, NULL));
	ck_assert(attempt.response.crl->get_validity(attempt.response.crl, NULL,
												 NULL, NULL));
	server_write(client->server, "script", "GetCRL: expired-crl");
	attempt_build(&attempt, SCEP_GET_CRL, chunk_empty);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	ck_assert(!attempt.response.crl->get_validity(attempt.response.crl, NULL,
												  NULL, NULL));
	server_write(client->server, "script", "GetCRL: crl-signed-by-other");
	attempt_build(&attempt, SCEP_GET_CRL, chunk_empty);
	ck_assert_int_eq(attempt_send(&attempt), DONE);
	ck_assert(!lib->credmgr->issued_by(lib->credmgr, attempt.response.crl,
									   issuer, NULL));

	id = scep_issuer_and_serial(issuer->get_subject(issuer),
								chunk_from_chars(0x01));
	attempt_build(&attempt, SCEP_GET_CERT, id);
	ck_assert_int_eq(attempt_send(&attempt), AT_FAILURE);
	ck_assert_int_eq(attempt.response.fail_info, SCEP_FAIL_BAD_CERT_ID);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(old_certificate_comes_again)
{
	client_t *client = client_create("");
	certificate_t *first;
	attempt_t attempt;

	server_write(client->server, "script", "3 PKCSReq: old-cert");
	ck_assert_int_eq(client_enroll(client, NULL, &attempt), DONE);
	first = attempt.issued->get_ref(attempt.issued);
	attempt_end(&attempt);
	ck_assert_int_eq(client_enroll(client, NULL, &attempt), DONE);
	ck_assert(!first->equals(first, attempt.issued));
	attempt_end(&attempt);
	ck_assert_int_eq(client_enroll(client, NULL, &attempt), DONE);
	ck_assert(first->equals(first, attempt.issued));
	attempt_end(&attempt);
	first->destroy(first);
	client_destroy(client);
}
END_TEST

/**
 * Words, and whether the next CA is believed.
 */
static const struct {
	const char *words;
	bool believed;
} next_cas[] = {
	{ "", TRUE },
	{ "ber sha512", TRUE },
	{ "next-by-other", FALSE },
	{ "next-unsigned", FALSE },
	{ "bad-signature", FALSE },
};

START_TEST(next_ca_is_announced)
{
	client_t *client = client_create("--next-ca");
	server_answer_t answer;
	linked_list_t *certs;
	attempt_t attempt;
	char script[64];
	bool believed;

	ck_assert_int_eq(client_enroll(client, NULL, &attempt), DONE);
	snprintf(script, sizeof(script), "GetNextCACert: %s", next_cas[_i].words);
	server_write(client->server, "script", script);
	server_send(client->server, "operation=GetNextCACert", chunk_empty, NULL,
				&answer);
	ck_assert_int_eq(answer.status, 200);
	believed = scep_next_ca_parse(answer.body, attempt.authority->cas, &certs,
								  &attempt.err);
	ck_assert_msg(believed == next_cas[_i].believed, "%s: %s",
				  next_cas[_i].words, attempt.err.text);
	if (believed)
	{
		scep_certs_destroy(certs);
	}
	free(answer.body.ptr);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(next_ca_issues)
{
	client_t *client = client_create("--next-ca");
	server_answer_t answer;
	linked_list_t *certs;
	attempt_t attempt;

	ck_assert(attempt_begin(&attempt, client, SCEP_PKCS_REQ, NULL));
	server_send(client->server, "operation=GetNextCACert", chunk_empty, NULL,
				&answer);
	ck_assert(scep_next_ca_parse(answer.body, attempt.authority->cas, &certs,
								 &attempt.err));
	ck_assert_int_eq(certs->get_first(certs, (void**)&attempt.recipient),
					 SUCCESS);
	attempt_build(&attempt, SCEP_PKCS_REQ, chunk_empty);
	ck_assert_int_eq(attempt_send(&attempt), AT_ANSWER);
	ck_assert(strstr(attempt.err.text, "signed by none"));
	/* the same by the current one */
	server_write(client->server, "script", "PKCSReq: current-signer");
	attempt_build(&attempt, SCEP_PKCS_REQ, chunk_empty);
	ck_assert_int_eq(attempt_send(&attempt), AT_CERTIFICATE);
	ck_assert_msg(strstr(attempt.err.text, "not signed by the CA"), "%s",
				  attempt.err.text);
	scep_certs_destroy(certs);
	free(answer.body.ptr);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

/**
 * Requests that break a rule of HTTP or of RFC 8894, 4.
 */
static const struct {
	const char *query;
	const char *headers[3];
	const char *violation;
} violations[] = {
	{ "operation=PKIOperation", { "Content-Type: application/x-pki-message",
		"Expect: 100-continue" }, "Expect" },
	{ "operation=PKIOperation", { "Content-Type: application/x-pki-message",
		"Transfer-Encoding: chunked" }, "Transfer-Encoding" },
	{ "operation=PKIOperation", { "Content-Type: application/pkcs7-mime" },
		"Content-Type" },
	{ "operation=PKIOperation", { "Content-Type:" }, "Content-Type" },
	{ "operation=PKIOperation&message=", {
		"Content-Type: application/x-pki-message" }, "with message" },
	{ "operation=GetCACert", { "Content-Type: text/plain" }, "only PKIOp" },
	{ "operation=PKIoperation", { "Content-Type: text/plain" }, "no such op" },
	{ "message=gw", { "Content-Type: text/plain" }, "no operation" },
};

START_TEST(violation_of_http_is_refused)
{
	client_t *client = client_create("");
	server_answer_t answer;
	attempt_t attempt;

	ck_assert(attempt_begin(&attempt, client, SCEP_PKCS_REQ, NULL));
	server_send(client->server, violations[_i].query, attempt.message,
				violations[_i].headers, &answer);
	ck_assert_int_eq(answer.status, 400);
	ck_assert(memmem(answer.body.ptr, answer.body.len, violations[_i].violation,
					 strlen(violations[_i].violation)));
	ck_assert(server_logged(client->server, "\"violation\": "));
	free(answer.body.ptr);
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(get_is_read_strictly)
{
	static const struct {
		const char *from;
		const char *to;
		long status;
	} cases[] = {
		{ "", "", 200 },
		{ "%2B", "+", 400 },
		{ "%2F", "/", 400 },
		{ "%3D", "=", 400 },
		{ "%2B", "%0A", 400 },
		{ "%2B", "%2", 400 },
	};
	client_t *client = client_create("");
	server_answer_t answer;
	attempt_t attempt;
	chunk_t base64;
	char *escaped, *query;
	CURL *curl = curl_easy_init();
	int i;

	for (i = 0; i < countof(cases); i++)
	{
		ck_assert(attempt_begin(&attempt, client, SCEP_PKCS_REQ, NULL));
		base64 = chunk_to_base64(attempt.message, NULL);
		escaped = curl_easy_escape(curl, (char*)base64.ptr, base64.len);
		query = strreplace(escaped, cases[i].from, cases[i].to);
		if (query == escaped)
		{
			query = strdup(escaped);
		}
		curl_free(escaped);
		ck_assert_int_ge(asprintf(&escaped, "operation=PKIOperation&message=%s",
								  query), 0);
		server_send(client->server, escaped, chunk_empty, NULL, &answer);
		ck_assert_msg(answer.status == cases[i].status || (!*cases[i].to &&
					  answer.status == 200), "%s: %ld", cases[i].to,
					  answer.status);
		free(answer.body.ptr);
		free(escaped);
		free(query);
		free(base64.ptr);
		attempt_end(&attempt);
	}
	curl_easy_cleanup(curl);
	client_destroy(client);
}
END_TEST

/**
 * Send a message, expect it to be refused.
 */
static void assert_violation(client_t *client, chunk_t message,
							 const char *violation)
{
	server_answer_t answer;

	server_send(client->server, "operation=PKIOperation", message, NULL,
				&answer);
	ck_assert_int_eq(answer.status, 400);
	ck_assert_msg(memmem(answer.body.ptr, answer.body.len, violation,
						 strlen(violation)), "%.*s", (int)answer.body.len,
				  answer.body.ptr);
	free(answer.body.ptr);
}

START_TEST(violation_in_message_is_refused)
{
	client_t *client = client_create("");
	attempt_t attempt;
	chunk_t longer;

	ck_assert_int_eq(client_enroll(client, NULL, &attempt), DONE);
	assert_violation(client, attempt.message, "senderNonce was used before");
	assert_violation(client, chunk_create(attempt.message.ptr, 20), "no CMS");
	longer = chunk_cat("cc", attempt.message, chunk_from_chars(0x00));
	assert_violation(client, longer, "no CMS");
	free(longer.ptr);

	attempt_build(&attempt, SCEP_PKCS_REQ, chunk_empty);
	attempt.message.ptr[attempt.message.len - 1] ^= 1;
	assert_violation(client, attempt.message, "signature does not verify");

	attempt_build(&attempt, SCEP_RENEWAL_REQ, chunk_empty);
	assert_violation(client, attempt.message, "RenewalReq: self-signed");

	attempt_build(&attempt, SCEP_PKCS_REQ,
				  chunk_clone(chunk_from_str("no request")));
	assert_violation(client, attempt.message, "PKCS#10: malformed");

	attempt_build(&attempt, SCEP_CERT_POLL, chunk_empty);
	assert_violation(client, attempt.message, "no SEQUENCE");
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

START_TEST(log_tells_what_came)
{
	static const char *const members[] = {
		"\"method\": \"POST\"", "\"operation\": \"PKIOperation\"",
		"\"messageType\": \"19\"", "\"transactionID\": \"", "\"senderNonce\": ",
		"\"signer\": \"CN=gw.example.org,C=DE\"", "\"signerSerial\": \"01\"",
		"\"selfSigned\": true", "\"digest\": \"SHA256\"",
		"\"cipher\": \"AES-128-CBC\"", "\"keyTransport\": \"rsaEncryption\"",
		"\"challenge\": \"PRINTABLESTRING\"", "\"san\": \"DNS:gw.example.org\"",
		"\"keyUsage\": \"Digital Signature, Key Encipherment\"",
		"\"outcome\": \"SUCCESS\"", "\"status\": 200", "\"words\": \"sha512\"",
	};
	client_t *client = client_create("--words sha512");
	attempt_t attempt;
	int i;

	ck_assert_int_eq(client_enroll(client, "secret", &attempt), DONE);
	for (i = 0; i < countof(members); i++)
	{
		ck_assert_msg(server_logged(client->server, members[i]), "%s",
					  members[i]);
	}
	ck_assert(!server_logged(client->server, "secret"));
	attempt_end(&attempt);
	client_destroy(client);
}
END_TEST

int main()
{
	Suite *suite = suite_create("server rules");
	TCase *tcase;

	curl_global_init(CURL_GLOBAL_ALL);
	tcase = tcase_create("policy");
	tcase_set_timeout(tcase, 60);
	tcase_add_unchecked_fixture(tcase, client_setup, client_teardown);
	tcase_add_loop_test(tcase, enrolment_ends_as_configured, 0,
						countof(enrolments));
	tcase_add_test(tcase, challenge_is_good_once);
	tcase_add_test(tcase, pending_until_approved);
	tcase_add_test(tcase, pending_for_some_polls);
	tcase_add_test(tcase, replay_is_not_believed);
	tcase_add_loop_test(tcase, renewal_ends_as_configured, 0,
						countof(renewals));
	tcase_add_test(tcase, certificate_and_crl_are_fetched);
	tcase_add_test(tcase, old_certificate_comes_again);
	tcase_add_loop_test(tcase, next_ca_is_announced, 0, countof(next_cas));
	tcase_add_test(tcase, next_ca_issues);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("rules");
	tcase_set_timeout(tcase, 60);
	tcase_add_unchecked_fixture(tcase, client_setup, client_teardown);
	tcase_add_loop_test(tcase, violation_of_http_is_refused, 0,
						countof(violations));
	tcase_add_test(tcase, get_is_read_strictly);
	tcase_add_test(tcase, violation_in_message_is_refused);
	tcase_add_test(tcase, log_tells_what_came);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
