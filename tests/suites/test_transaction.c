/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "attempt_fixture.h"

/** A body that is no answer to anything */
#define HTML	"<html><body>It works</body></html>"

/**
 * Get a certificate, to renew it.
 */
static void get_first()
{
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	current = outcome.gen->get_ref(outcome.gen);
	drop();
}

/**
 * Check that an attempt failed, and why.
 */
static void check_failed(scep_error_kind_t kind, const char *text)
{
	ck_assert_int_eq(ends, 1);
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
	ck_assert_int_eq(outcome.error.kind, kind);
	ck_assert_msg(strstr(outcome.error.text, text), "'%s' is not in '%s'", text,
				  outcome.error.text);
	ck_assert(!outcome.gen);
}

START_TEST(gets_certificate_with_three_requests)
{
	static const char *operations[] = {
		"GetCACaps", "GetCACert", "PKIOperation",
	};
	scep_generation_t *gen = NULL;
	scep_error_t error = {};
	int i;

	start("challenge = \"open sesame\"");
	for (i = 0; i < countof(operations); i++)
	{
		ck_assert(mock_host_until(host, operations[i]));
		ck_assert_int_eq(host->transport->sent, i + 1);
		ck_assert_int_eq(calls, i / 2);
	}
	finish();
	ck_assert_int_eq(calls, 2);
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(host->transport->sent, 3);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(ca->last->type, 19);
	ck_assert_str_eq(ca->last->challenge, "open sesame");
	ck_assert(kept->load_generation(kept, 0, &gen, &error));
	ck_assert(gen->cert->equals(gen->cert, outcome.gen->cert));
	gen->destroy(gen);
}
END_TEST

START_TEST(renews_with_certificate_and_without_challenge)
{
	ca->caps = _i ? ca->caps : "SHA-256\nAES\nPOSTPKIOperation";
	ca->challenge = NULL;
	get_first();
	start("challenge = \"open sesame\"");
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->last->type, _i ? 17 : 19);
	ck_assert(ca->last->authenticated);
	ck_assert(!ca->last->challenge);
	ck_assert_int_eq(outcome.gen->number, 2);
	/* a new key */
	ck_assert(!outcome.gen->key->equals(outcome.gen->key, current->key));
}
END_TEST

START_TEST(renews_with_same_key_if_told_so)
{
	get_first();
	start("key {\n reuse = yes\n }");
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(outcome.gen->key->equals(outcome.gen->key, current->key));
}
END_TEST

static const struct {
	long status;
	const char *body;
} no_caps[] = {
	{ 404, "not found" },
	{ 500, "operation not supported" },
	{ 403, "" },
	{ 200, HTML },
	{ 200, "" },
};

START_TEST(goes_on_without_capabilities)
{
	get_first();
	start(NULL);
	mock_transport_say(host->transport, no_caps[_i].status, no_caps[_i].body);
	if (no_caps[_i].status == 404)
	{	/* nor with the CA identifier in its other form */
		mock_transport_say(host->transport, 404, no_caps[_i].body);
	}
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	/* without Renewal among them */
	ck_assert_int_eq(ca->last->type, 19);
}
END_TEST

static const char *operations[] = { "GetCACaps", "GetCACert", "PKIOperation" };

START_TEST(fails_where_network_fails)
{
	u_int sent;

	start(NULL);
	ck_assert(mock_host_until(host, operations[_i]));
	sent = host->transport->sent;
	mock_transport_break(host->transport);
	check_failed(SCEP_TRANSIENT, "connection refused");
	ck_assert(strstr(outcome.error.text, operations[_i]));
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

START_TEST(fails_where_answer_is_beyond_limits)
{
	scep_http_answer_t answer = {};

	start(NULL);
	ck_assert(mock_host_until(host, operations[_i]));
	scep_fail(&answer.error, SCEP_SECURITY, "too large");
	mock_transport_answer(host->transport, &answer);
	check_failed(SCEP_SECURITY, "too large");
}
END_TEST

START_TEST(fails_with_text_of_http_error)
{
	scep_http_answer_t answer = {
		.status = 503,
		.body = chunk_from_str("<h1>Service for \"gw\" is busy</h1>"),
		.retry_after = 120,
	};

	start(NULL);
	ck_assert(mock_host_until(host, operations[_i]));
	mock_transport_answer(host->transport, &answer);
	check_failed(SCEP_TRANSIENT, "503");
	ck_assert(strstr(outcome.error.text, "is busy"));
	ck_assert_int_eq(outcome.retry_after, 120);
	ck_assert(!outcome.refused);
}
END_TEST

static const char *garbage[] = {
	"", "0", HTML, "\x30\x82\xff\xff", "\x30\x03\x02\x01\x01",
};

START_TEST(refuses_garbage_as_ca)
{
	start(NULL);
	ck_assert(mock_host_until(host, "GetCACert"));
	mock_transport_say(host->transport, 200, garbage[_i]);
	finish();
	check_failed(SCEP_SECURITY, "GetCACert");
	ck_assert_int_eq(host->transport->sent, 2);
}
END_TEST

START_TEST(refuses_garbage_as_answer)
{
	scep_request_record_t record;

	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	mock_transport_say(host->transport, 200, garbage[_i]);
	finish();
	check_failed(SCEP_SECURITY, "");
	record = load_request();
	scep_request_record_clear(&record);
}
END_TEST

START_TEST(sends_nothing_to_other_ca)
{
	start("ca_fingerprint = sha256:"
		  "00000000000000000000000000000000"
		  "00000000000000000000000000000000");
	finish();
	check_failed(SCEP_SECURITY, "ca_fingerprint");
	ck_assert_int_eq(host->transport->sent, 2);
}
END_TEST

START_TEST(sends_nothing_to_unconfirmed_ca)
{
	u_int taken = host->keys->taken;

	start("ca_fingerprint =");
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_UNCONFIRMED);
	ck_assert_int_eq(outcome.error.kind, SCEP_UNCONFIRMED);
	ck_assert_int_eq(host->transport->sent, 2);
	ck_assert_int_eq(host->keys->taken, taken);
}
END_TEST

START_TEST(believes_only_answer_to_its_request)
{
	static const u_char nonce[16];
	certrep_id_t *other = NULL;

	switch (_i)
	{
		case 0:
			ca->rep.transaction_id = chunk_from_str("0123456789ABCDEF");
			break;
		case 1:
			ca->rep.recipient_nonce = chunk_from_thing(nonce);
			break;
		case 2:
			ca->rep.message_type = "19";
			break;
		case 3:
			ca->rep.status = "1";
			break;
		case 4:
			ca->rep.flags = CERTREP_BAD_SIGNATURE;
			break;
		case 5:
			ca->rep.what = CERTREP_CONTENT_EMPTY;
			break;
		case 6:
			other = certrep_id_create("Model CA", CERTREP_RSA, NULL, TRUE);
			ca->rep.signer = other;
			break;
		case 7:
			/* genuine, but of another key */
			ca->rep.certs[0] = ca->id->x509;
			break;
	}
	start(NULL);
	finish();
	check_failed(SCEP_SECURITY, "");
	ck_assert_int_eq(host->transport->sent, 3);
	ck_assert(!outcome.refused);
	certrep_id_destroy(other);
}
END_TEST

START_TEST(recovers_lost_answer_with_same_request)
{
	scep_request_record_t first, second;
	scep_http_answer_t lost;

	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	first = load_request();
	ck_assert(first.key && first.sent);
	/* the CA has it, but the answer is lost */
	mock_ca_serve(ca, &host->transport->last->request, &lost);
	free(lost.body.ptr);
	ck_assert_int_eq(ca->issued, 1);
	mock_transport_break(host->transport);
	check_failed(SCEP_TRANSIENT, "");

	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	second = load_request();
	ck_assert_str_eq(second.transaction_id, first.transaction_id);
	ck_assert(chunk_equals(second.csr, first.csr));
	ck_assert(second.key->equals(second.key, first.key));
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(ca->last->requests, 2);
	scep_request_record_clear(&first);
	scep_request_record_clear(&second);
}
END_TEST

START_TEST(polls_pending_request)
{
	time_t since = timer->now;
	u_int i;

	ca->verdict = MOCK_PEND;
	for (i = 0; i < 3; i++)
	{
		start(NULL);
		finish();
		ck_assert_int_eq(outcome.input, SCEP_IN_PENDING);
		ck_assert_int_eq(outcome.polls, i);
		ck_assert_int_eq(outcome.pending_since, since);
		mock_clock_advance(timer, 60);
	}
	ca->verdict = MOCK_GRANT;
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 1);
	ck_assert_int_eq(ca->last->requests, 1);
	ck_assert_int_eq(ca->last->polls, 3);
}
END_TEST

START_TEST(begins_new_transaction_with_same_key_after_refusal)
{
	scep_request_record_t record;
	private_key_t *key;
	chunk_t id;
	mock_entry_t *entry;

	ca->verdict = MOCK_REFUSE;
	ca->rep.fail_info_text = "not you";
	start(NULL);
	finish();
	check_failed(SCEP_TRANSIENT, "not you");
	ck_assert(outcome.refused);
	ck_assert(strstr(outcome.error.text, "badRequest"));
	record = load_request();
	ck_assert(record.key && !record.csr.len);
	key = record.key->get_ref(record.key);
	scep_request_record_clear(&record);
	ca->entries->get_first(ca->entries, (void**)&entry);
	id = entry->transaction_id;

	ca->verdict = MOCK_GRANT;
	ca->rep.fail_info_text = NULL;
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert(!chunk_equals(ca->last->transaction_id, id));
	ck_assert(outcome.gen->key->equals(outcome.gen->key, key));
	key->destroy(key);
}
END_TEST

START_TEST(stops_at_certificate_that_policy_refuses)
{
	ca->cn = "other.example.org";
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_UNWANTED);
	ck_assert_int_eq(outcome.error.kind, SCEP_PERMANENT);
	ck_assert(strstr(outcome.error.text, "other.example.org"));
	ck_assert(!outcome.gen);
}
END_TEST

START_TEST(leaves_transaction_of_unwanted_certificate)
{
	mock_entry_t *entry;
	chunk_t id;

	/* this CA, too, answers a request that it knows with what it issued */
	ca->cn = "other.example.org";
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_UNWANTED);
	ca->entries->get_first(ca->entries, (void**)&entry);
	id = entry->transaction_id;
	ca->cn = NULL;
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
	ck_assert(chunk_equals(ca->last->transaction_id, id));
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert(!chunk_equals(ca->last->transaction_id, id));
}
END_TEST

START_TEST(cancels_at_any_step)
{
	bool stopped;
	u_int before, i;

	start(NULL);
	for (i = 0; i < _i; i++)
	{
		if (!mock_host_step(host))
		{	/* past the end */
			ck_assert_int_eq(ends, 1);
			return;
		}
	}
	if (ends)
	{
		return;
	}
	before = calls;
	stopped = transaction->cancel(transaction);
	ck_assert_int_eq(calls, before);
	ck_assert(!mock_transport_get(host->transport));
	if (stopped)
	{
		transaction->destroy(transaction);
		transaction = NULL;
		ck_assert(!mock_host_step(host));
		ck_assert_int_eq(calls, before);
	}
	else
	{
		finish();
		ck_assert_int_eq(calls, before + 1);
		/* what was committed is told all the same */
		ck_assert_int_eq(!outcome.gen, !ca->issued);
	}
	/* nothing leaves any more */
	ck_assert(!mock_transport_get(host->transport));
}
END_TEST

START_TEST(tells_failure_to_start_later)
{
	switch (_i)
	{
		case 0:
			host->transport->fails = TRUE;
			break;
		case 1:
			host->random->fails = TRUE;
			break;
	}
	/* checks that nothing is told yet */
	start(NULL);
	finish();
	check_failed(_i ? SCEP_LOCAL : SCEP_TRANSIENT, _i ? "random" : "start");
	ck_assert_int_eq(host->transport->sent, 0);
}
END_TEST

START_TEST(fails_if_next_request_cannot_start)
{
	start(NULL);
	ck_assert(mock_host_until(host, operations[_i]));
	host->transport->fails = TRUE;
	finish();
	check_failed(SCEP_TRANSIENT, "start");
	ck_assert_int_eq(host->transport->sent, _i + 1);
}
END_TEST

START_TEST(fails_without_key)
{
	host->keys->fails = TRUE;
	start(NULL);
	finish();
	check_failed(SCEP_LOCAL, "key");
	ck_assert_int_eq(host->transport->sent, 2);
}
END_TEST

static const struct {
	const char *more, *caps, *cert, *operation;
} urls[] = {
	{ NULL,
		"http://ca.example.org/scep?operation=GetCACaps",
		"http://ca.example.org/scep?operation=GetCACert",
		"http://ca.example.org/scep?operation=PKIOperation" },
	{ "ca_identifier = \"\"",
		"http://ca.example.org/scep?operation=GetCACaps&message=",
		"http://ca.example.org/scep?operation=GetCACert&message=",
		"http://ca.example.org/scep?operation=PKIOperation" },
	{ "ca_identifier = \"A&B=C %D\"",
		"http://ca.example.org/scep?operation=GetCACaps&message=A%26B%3DC%20%25D",
		"http://ca.example.org/scep?operation=GetCACert&message=A%26B%3DC%20%25D",
		"http://ca.example.org/scep?operation=PKIOperation" },
	{ "url = http://ca.example.org/scep?ca=1",
		"http://ca.example.org/scep?ca=1&operation=GetCACaps",
		"http://ca.example.org/scep?ca=1&operation=GetCACert",
		"http://ca.example.org/scep?ca=1&operation=PKIOperation" },
	{ "url = http://ca.example.org",
		"http://ca.example.org/cgi-bin/pkiclient.exe?operation=GetCACaps",
		"http://ca.example.org/cgi-bin/pkiclient.exe?operation=GetCACert",
		"http://ca.example.org/cgi-bin/pkiclient.exe?operation=PKIOperation" },
};

START_TEST(builds_urls)
{
	start(urls[_i].more);
	ck_assert(mock_host_until(host, "GetCACaps"));
	ck_assert_str_eq(host->transport->last->request.url, urls[_i].caps);
	ck_assert(mock_host_until(host, "GetCACert"));
	ck_assert_str_eq(host->transport->last->request.url, urls[_i].cert);
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert_str_eq(host->transport->last->request.url, urls[_i].operation);
}
END_TEST

START_TEST(limits_requests)
{
	static const size_t limits[] = {
		SCEP_MAX_CAPS, SCEP_MAX_CERTS_BODY, SCEP_MAX_PKI_BODY,
	};
	scep_http_request_t *request;

	start("http {\n timeout = 7s\n connect_timeout = 3s\n"
		  "proxy = http://proxy.example.org:3128\n source = 192.0.2.1\n }");
	ck_assert(mock_host_until(host, operations[_i]));
	request = &host->transport->last->request;
	ck_assert_int_eq(request->max_body, limits[_i]);
	ck_assert_int_eq(request->timeout, 7);
	ck_assert_int_eq(request->connect_timeout, 3);
	ck_assert_str_eq(request->proxy, "http://proxy.example.org:3128");
	ck_assert_str_eq(request->source, "192.0.2.1");
	ck_assert(!request->ca_file);
	if (_i == 2)
	{
		ck_assert_str_eq(request->content_type, "application/x-pki-message");
		ck_assert(request->body.len);
	}
	else
	{
		ck_assert(!request->body.ptr);
	}
}
END_TEST

int main()
{
	Suite *suite = suite_create("transaction");
	TCase *tcase = tcase_create("attempts");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, attempt_setup, attempt_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, gets_certificate_with_three_requests);
	tcase_add_loop_test(tcase, renews_with_certificate_and_without_challenge,
						0, 2);
	tcase_add_test(tcase, renews_with_same_key_if_told_so);
	tcase_add_loop_test(tcase, goes_on_without_capabilities, 0,
						countof(no_caps));
	tcase_add_loop_test(tcase, fails_where_network_fails, 0, 3);
	tcase_add_loop_test(tcase, fails_where_answer_is_beyond_limits, 0, 3);
	tcase_add_loop_test(tcase, fails_with_text_of_http_error, 1, 3);
	tcase_add_loop_test(tcase, refuses_garbage_as_ca, 0, countof(garbage));
	tcase_add_loop_test(tcase, refuses_garbage_as_answer, 0, countof(garbage));
	tcase_add_test(tcase, sends_nothing_to_other_ca);
	tcase_add_test(tcase, sends_nothing_to_unconfirmed_ca);
	tcase_add_loop_test(tcase, believes_only_answer_to_its_request, 0, 8);
	tcase_add_test(tcase, recovers_lost_answer_with_same_request);
	tcase_add_test(tcase, polls_pending_request);
	tcase_add_test(tcase, begins_new_transaction_with_same_key_after_refusal);
	tcase_add_test(tcase, stops_at_certificate_that_policy_refuses);
	tcase_add_test(tcase, leaves_transaction_of_unwanted_certificate);
	tcase_add_loop_test(tcase, cancels_at_any_step, 0, 9);
	tcase_add_loop_test(tcase, tells_failure_to_start_later, 0, 2);
	tcase_add_loop_test(tcase, fails_if_next_request_cannot_start, 0, 2);
	tcase_add_test(tcase, fails_without_key);
	tcase_add_loop_test(tcase, builds_urls, 0, countof(urls));
	tcase_add_loop_test(tcase, limits_requests, 0, 3);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
