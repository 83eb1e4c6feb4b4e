/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "client.h"
#include "message/scep_caps.h"

#include <curl/curl.h>

static client_t *client;

static void setup()
{
	client_setup();
	client = client_create("--challenge secret");
}

static void teardown()
{
	client_destroy(client);
	client_teardown();
}

/**
 * Words for an operation, where they end an enrolment, and a part of the
 * reason.
 */
static const struct {
	const char *line;
	client_stage_t stage;
	const char *reason;
	/** limit for an answer that never comes, milliseconds */
	long timeout;
} lines[] = {
	{ "*any:", DONE },
	{ "*PKCSReq: pending", AT_PENDING },
	{ "*PKCSReq: failure", AT_FAILURE },
	{ "*PKCSReq: failure fail-info-text hresult zero-content", AT_FAILURE },
	{ "*PKCSReq: failure empty-content no-certs", AT_FAILURE },
	{ "*PKCSReq: bad-alg no-content", AT_FAILURE },
	{ "*PKCSReq: bad-message-check", AT_FAILURE },
	{ "*PKCSReq: bad-time", AT_FAILURE },
	{ "*PKCSReq: bad-cert-id", AT_FAILURE },
	{ "*PKCSReq: failinfo-9", AT_ANSWER, "failInfo is \"9\"" },
	{ "*PKCSReq: failure no-failinfo", AT_ANSWER, "failInfo is missing" },
	{ "*PKCSReq: pki-status-1", AT_ANSWER, "pkiStatus is \"1\"" },
	{ "*PKCSReq: pki-status-03", AT_ANSWER, "pkiStatus is \"03\"" },
	{ "*PKCSReq: pki-status-empty", AT_ANSWER, "pkiStatus is \"\"" },
	{ "*PKCSReq: no-pki-status", AT_ANSWER, "pkiStatus is missing" },
	{ "*any: md5", AT_ANSWER, "digest algorithm" },
	{ "*any: sha1", DONE },
	{ "*any: sha384", DONE },
	{ "*any: sha512", DONE },
	{ "*any: mirror", DONE },
	{ "*any: hash-with-rsa", DONE },
	{ "*any: pss", DONE },
	{ "*any: pss sha512", DONE },
	{ "*any: signer-ski", DONE },
	{ "*any: ber certs-only", DONE },
	{ "*any: ber no-certs pss signer-ski recipient-ski", DONE },
	{ "*any: no-certs", DONE },
	{ "*any: issued-first", DONE },
	{ "*any: no-content", AT_ANSWER, "without content" },
	{ "*any: empty-content", AT_ANSWER, "without content" },
	{ "*any: zero-content", AT_ANSWER, "envelope" },
	{ "*any: no-signing-time", DONE },
	{ "*any: unsorted", DONE },
	{ "*any: sent-unsorted", DONE },
	{ "*any: no-null", DONE },
	{ "*any: no-sender-nonce", DONE },
	{ "*any: unknown-attribute", DONE },
	{ "*any: unsigned-attribute", DONE },
	{ "*any: wrong-nonce", AT_ANSWER, "recipientNonce" },
	{ "*any: no-nonce", AT_ANSWER, "recipientNonce is missing" },
	{ "*any: truncated-nonce", AT_ANSWER, "recipientNonce" },
	{ "*any: wrong-transaction-id", AT_ANSWER, "transactionID" },
	{ "*any: no-transaction-id", AT_ANSWER, "transactionID is missing" },
	{ "*any: wrong-message-type", AT_ANSWER, "messageType" },
	{ "*any: duplicate-attribute", AT_ANSWER, "twice" },
	{ "*any: two-values", AT_ANSWER, "exactly one value" },
	{ "*any: empty-attribute", AT_ANSWER, "exactly one value" },
	{ "*any: wrong-attribute-type", AT_ANSWER, "pkiStatus" },
	{ "*any: two-signers", AT_ANSWER, "more than one signerInfo" },
	{ "*any: no-signers", AT_ANSWER, "nobody signed" },
	{ "*any: no-signed-attributes", AT_ANSWER, "no signed attributes" },
	{ "*any: bad-message-digest", AT_ANSWER, "messageDigest" },
	{ "*any: bad-content-type", AT_ANSWER, "contentType" },
	{ "*any: bad-econtent-type", AT_ANSWER, "eContentType" },
	{ "*any: bad-signature", AT_ANSWER, "does not verify" },
	{ "*any: forged-signer", AT_ANSWER, "does not verify" },
	{ "*any: other-ca-signer", AT_ANSWER, "signed by none" },
	{ "*any: gateway-signer", AT_ANSWER, "signed by none" },
	{ "*any: self-signer", AT_ANSWER, "signed by none" },
	{ "*any: trailing-bytes", AT_ANSWER, "behind the end" },
	{ "*any: des", DONE },
	{ "*any: 3des", DONE },
	{ "*any: aes192", DONE },
	{ "*any: aes256", DONE },
	{ "*any: oaep", DONE },
	{ "*any: oaep-sha256", DONE },
	{ "*any: recipient-ski", DONE },
	{ "*any: many-recipients", AT_ANSWER, "recipients" },
	{ "*any: bad-decrypt", AT_ANSWER, "could not be decrypted" },
	{ "*any: bad-ciphertext", AT_ANSWER, "whole blocks" },
	{ "*any: not-enveloped", AT_ANSWER, "no CMS EnvelopedData" },
	{ "*any: not-certs", AT_ANSWER, "could not be decrypted" },
	{ "*any: no-issued", AT_CERTIFICATE, "is for our key" },
	{ "*any: chain", DONE },
	{ "*any: chain-first", DONE },
	{ "*any: wrong-key", AT_CERTIFICATE, "is for our key" },
	{ "*any: ca-leaf", AT_CERTIFICATE, "is a CA certificate" },
	{ "*any: expired-leaf", AT_CERTIFICATE, "expired" },
	{ "*any: future-leaf", AT_CERTIFICATE, "not valid before" },
	{ "*any: soon-leaf", DONE },
	{ "*any: wrong-subject", AT_CERTIFICATE, "another subject" },
	{ "*any: extra-san", AT_CERTIFICATE, "was not requested" },
	{ "*any: missing-san", AT_CERTIFICATE, "lacks a requested" },
	{ "*any: sha1-leaf", AT_CERTIFICATE, "SHA-256 or better" },
	{ "*any: md5-leaf", AT_CERTIFICATE, "SHA-256 or better" },
	{ "*any: other-ca-leaf", AT_CERTIFICATE, "does not chain" },
	{ "*any: server-eku", AT_CERTIFICATE, "can't be used for IKE" },
	{ "*GetCACert: gateway-as-ra", AT_CA, "not marked so" },
	{ "*GetCACert: other-ca", AT_CA, "that of the pinned CA" },
	{ "*GetCACert: many-certs", AT_CA, "more than 16" },
	{ "*GetCACert: deep-nesting", AT_CA, "deeper" },
	{ "*GetCACert: certs-only", DONE },
	{ "*GetCACert: refuse-message", DONE },
	{ "*GetCACert: odd-type", DONE },
	{ "*GetCACert: no-type", DONE },
	{ "*GetCACert: chunked", DONE },
	{ "*GetCACert: truncated", AT_CA, "cut off" },
	{ "*GetCACert: http-500", AT_CA },
	{ "*PKIOperation: garbage", AT_ANSWER, "BER" },
	{ "*PKIOperation: html", AT_ANSWER, "BER" },
	{ "*PKIOperation: empty-body", AT_ANSWER, "nothing there" },
	{ "*PKIOperation: truncated", AT_ANSWER, "cut off" },
	{ "*PKIOperation: short-body", AT_HTTP },
	{ "*PKIOperation: huge", AT_HTTP },
	{ "*PKIOperation: never-ending", AT_HTTP },
	{ "*PKIOperation: slow", AT_HTTP, NULL, 1000 },
	{ "*PKIOperation: silent", AT_HTTP, NULL, 1000 },
	{ "*PKIOperation: reset", AT_HTTP },
	{ "*PKIOperation: redirect", AT_HTTP },
	/* what is said once is done once, the N-th time, or always */
	{ "PKCSReq: failure\nPKCSReq: pending", AT_FAILURE },
	{ "2 PKCSReq: failure", DONE },
	{ "1 PKCSReq: failure", AT_FAILURE },
	{ "RenewalReq: failure", DONE },
	{ "# a comment\n\n  *any: aes256", DONE },
};

START_TEST(line_does_what_it_says)
{
	attempt_t attempt;
	client_stage_t stage;

	server_write(client->server, "script", lines[_i].line);
	client->server->timeout = lines[_i].timeout ?: 20000;
	stage = client_enroll(client, "secret", &attempt);
	ck_assert_msg(stage == lines[_i].stage, "%s: stage %d: %s", lines[_i].line,
				  stage, attempt.err.text);
	ck_assert_msg(!lines[_i].reason ||
				  strstr(attempt.err.text, lines[_i].reason), "%s: %s",
				  lines[_i].line, attempt.err.text);
	attempt_end(&attempt);
}
END_TEST

/**
 * Words that answer by a status.
 */
static const struct {
	const char *word;
	long status;
} statuses[] = {
	{ "http-204", 204 },
	{ "http-400", 400 },
	{ "http-404", 404 },
	{ "http-405", 405 },
	{ "http-500", 500 },
	{ "http-501", 501 },
	{ "http-503", 503 },
	{ "html-500", 500 },
	{ "redirect", 302 },
	{ "redirect-loop", 302 },
	{ "redirect-other-host", 302 },
	{ "redirect-file", 302 },
};

START_TEST(word_answers_by_status)
{
	server_answer_t answer;
	char script[64];

	snprintf(script, sizeof(script), "GetCACaps: %s\n", statuses[_i].word);
	server_write(client->server, "script", script);
	server_send(client->server, "operation=GetCACaps", chunk_empty, NULL, &answer);
	ck_assert_int_eq(answer.status, statuses[_i].status);
	free(answer.body.ptr);
	server_send(client->server, "operation=GetCACaps", chunk_empty, NULL, &answer);
	ck_assert_int_eq(answer.status, 200);
	free(answer.body.ptr);
}
END_TEST

/**
 * Words about capabilities.
 */
static const struct {
	const char *word;
	scep_caps_t caps;
} capabilities[] = {
	{ "", SCEP_CAP_STANDARD | SCEP_CAP_AES | SCEP_CAP_SHA256 | SCEP_CAP_SHA512 |
		SCEP_CAP_POST | SCEP_CAP_RENEWAL },
	{ "caps-crlf", SCEP_CAP_STANDARD | SCEP_CAP_AES | SCEP_CAP_SHA256 |
		SCEP_CAP_SHA512 | SCEP_CAP_POST | SCEP_CAP_RENEWAL },
	{ "caps-unterminated", SCEP_CAP_STANDARD | SCEP_CAP_AES | SCEP_CAP_SHA256 |
		SCEP_CAP_SHA512 | SCEP_CAP_POST | SCEP_CAP_RENEWAL },
	{ "no-caps", SCEP_CAP_NONE },
	{ "weak-caps", SCEP_CAP_DES3 | SCEP_CAP_SHA1 },
	{ "html", SCEP_CAP_NONE },
};

START_TEST(capabilities_are_as_told)
{
	server_answer_t answer;
	char script[64];

	snprintf(script, sizeof(script), "GetCACaps: %s\n", capabilities[_i].word);
	server_write(client->server, "script", script);
	server_send(client->server, "operation=GetCACaps", chunk_empty, NULL, &answer);
	ck_assert_int_eq(scep_caps_parse(answer.body), capabilities[_i].caps);
	free(answer.body.ptr);
}
END_TEST

START_TEST(wrong_script_is_reported)
{
	server_answer_t answer;

	server_write(client->server, "script", "*any: no-such-word\n");
	server_send(client->server, "operation=GetCACaps", chunk_empty, NULL, &answer);
	ck_assert_int_eq(answer.status, 500);
	ck_assert(memmem(answer.body.ptr, answer.body.len, "no-such-word", 12));
	free(answer.body.ptr);
}
END_TEST

START_TEST(every_word_is_documented)
{
	char line[256], word[64];
	chunk_t *readme;
	int count = 0;
	FILE *help;

	readme = chunk_map(SCEP_TEST_README, FALSE);
	help = popen(SCEP_TEST_SERVER " --help", "r");
	ck_assert(readme && help);
	while (fgets(line, sizeof(line), help))
	{
		if (sscanf(line, "  --%63s", word) == 1 ||
			(strspn(line, " ") == 2 && strstr(line, "   ") &&
			 sscanf(line, "  %63s", word) == 1))
		{
			count++;
			ck_assert_msg(memmem(readme->ptr, readme->len, word, strlen(word)),
						  "%s is not in the README", word);
		}
	}
	ck_assert_int_gt(count, 100);
	ck_assert_int_eq(pclose(help), 0);
	chunk_unmap(readme);
}
END_TEST

int main()
{
	Suite *suite = suite_create("server");
	TCase *tcase;

	curl_global_init(CURL_GLOBAL_ALL);
	tcase = tcase_create("words");
	tcase_set_timeout(tcase, 60);
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, line_does_what_it_says, 0, countof(lines));
	tcase_add_loop_test(tcase, word_answers_by_status, 0, countof(statuses));
	tcase_add_loop_test(tcase, capabilities_are_as_told, 0,
						countof(capabilities));
	tcase_add_test(tcase, wrong_script_is_reported);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("documentation");
	tcase_add_test(tcase, every_word_is_documented);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
