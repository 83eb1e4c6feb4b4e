/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "attempt_fixture.h"

#include "enroll/scep_route.h"

/** Servers of one CA */
#define ONE		"http://one.example.org/scep"
#define TWO		"http://two.example.org/scep"
#define THREE	"http://three.example.org/scep"
#define SEVERAL	"url = \"" ONE ", " TWO ", " THREE "\""

/**
 * Run an attempt to its end, check what the last request was.
 */
static void end_at(scep_input_t input, const char *url, const char *operation)
{
	finish();
	ck_assert_msg(outcome.input == input, "%s", outcome.error.text);
	ck_assert_msg(strpfx((char*)host->transport->last->request.url, url), "%s",
				  host->transport->last->request.url);
	ck_assert(mock_transport_is(&host->transport->last->request, operation));
}

/**
 * Run an attempt to where an operation goes to a server.
 */
static void reach(const char *url, const char *operation)
{
	mock_transfer_t *transfer;

	do
	{
		ck_assert(mock_host_until(host, operation));
		transfer = mock_transport_get(host->transport);
		ck_assert(transfer);
		if (strpfx((char*)transfer->request.url, (char*)url))
		{
			return;
		}
	}
	while (mock_host_step(host));
	ck_assert_msg(FALSE, "no %s", operation);
}

/**
 * Check that the request on disk is another message of the same transaction.
 */
static void check_same(scep_request_record_t *first)
{
	scep_request_record_t second = load_request();

	ck_assert_str_eq(first->transaction_id, second.transaction_id);
	ck_assert(chunk_equals(first->csr, second.csr));
	scep_request_record_clear(&second);
	scep_request_record_clear(first);
}

/**
 * How the first server fails before anything was asked of it, and whether the
 * next one is tried.
 */
static const struct {
	const char *operation;
	long status;
	bool next;
} failures[] = {
	{ "GetCACaps", 0, TRUE },
	{ "GetCACaps", 502, TRUE },
	{ "GetCACaps", 503, TRUE },
	{ "GetCACaps", 504, TRUE },
	{ "GetCACaps", 429, FALSE },
	{ "GetCACaps", 407, FALSE },
	{ "GetCACert", 0, TRUE },
	{ "GetCACert", 500, TRUE },
	{ "GetCACert", 503, TRUE },
	{ "GetCACert", 403, FALSE },
	{ "GetCACert", 429, FALSE },
	{ "GetCACert", 200, FALSE },
};

START_TEST(next_server_follows_one_that_fails)
{
	start(SEVERAL);
	reach(ONE, failures[_i].operation);
	if (failures[_i].status)
	{
		mock_transport_say(host->transport, failures[_i].status, "no");
	}
	else
	{
		mock_transport_break(host->transport);
	}
	if (failures[_i].next)
	{
		ck_assert(mock_transport_is(&host->transport->last->request,
									"GetCACaps"));
		end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
	}
	else
	{
		end_at(SCEP_IN_FAILED, ONE, failures[_i].operation);
	}
}
END_TEST

START_TEST(operation_that_is_not_there_is_no_failure)
{
	start(SEVERAL);
	mock_transport_say(host->transport, 500, "unknown operation");
	end_at(SCEP_IN_ISSUED, ONE, "PKIOperation");
}
END_TEST

START_TEST(last_failure_ends_attempt)
{
	scep_http_answer_t busy = { .status = 503, .retry_after = 120 };
	u_int sent;

	start(SEVERAL);
	mock_transport_answer(host->transport, &busy);
	mock_transport_break(host->transport);
	sent = host->transport->sent;
	mock_transport_break(host->transport);
	end_at(SCEP_IN_FAILED, THREE, "GetCACaps");
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(outcome.error.kind, SCEP_TRANSIENT);
	/* what the first one asked for counts, too */
	ck_assert_int_eq(outcome.retry_after, 120);
	/* none is better than the others now */
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, ONE, "PKIOperation");
}
END_TEST

START_TEST(server_that_failed_rests_for_an_hour)
{
	host->down = ONE;
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
	host->down = NULL;
	mock_clock_advance(timer, SCEP_URL_REST - 1);
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
	/* where the others fail, too, it is tried all the same */
	host->down = "http://t";
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, ONE, "PKIOperation");
	host->down = NULL;
	mock_clock_advance(timer, SCEP_URL_REST);
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, ONE, "PKIOperation");
}
END_TEST

START_TEST(clock_set_back_lets_no_server_rest)
{
	host->down = ONE;
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
	host->down = NULL;
	mock_clock_advance(timer, -10 * SCEP_URL_REST);
	start(SEVERAL);
	reach(ONE, "PKIOperation");
	mock_clock_advance(timer, 10 * SCEP_URL_REST);
}
END_TEST

START_TEST(refusal_goes_to_no_other_server)
{
	ca->verdict = MOCK_REFUSE;
	start(SEVERAL);
	end_at(SCEP_IN_FAILED, ONE, "PKIOperation");
	ck_assert(outcome.refused);
	/* nor does one by HTTP status, or no answer at all */
	start(SEVERAL);
	reach(ONE, "PKIOperation");
	mock_transport_say(host->transport, _i ? 500 : 503, "no");
	end_at(SCEP_IN_FAILED, ONE, "PKIOperation");
}
END_TEST

START_TEST(lost_answer_is_asked_for_where_it_was_lost)
{
	scep_request_record_t first;

	start(SEVERAL);
	reach(ONE, "PKIOperation");
	mock_transport_break(host->transport);
	end_at(SCEP_IN_FAILED, ONE, "PKIOperation");
	first = load_request();
	start(SEVERAL);
	reach(ONE, "PKIOperation");
	check_same(&first);
	mock_transport_break(host->transport);
	end_at(SCEP_IN_FAILED, ONE, "PKIOperation");
	/* and after the second time of the next server, by the same transaction */
	first = load_request();
	start(SEVERAL);
	reach(TWO, "PKIOperation");
	check_same(&first);
	mock_transport_break(host->transport);
	end_at(SCEP_IN_FAILED, TWO, "PKIOperation");
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 1);
}
END_TEST

START_TEST(request_goes_on_at_next_server)
{
	scep_request_record_t first;

	start(SEVERAL);
	reach(ONE, "PKIOperation");
	mock_transport_break(host->transport);
	end_at(SCEP_IN_FAILED, ONE, "PKIOperation");
	first = load_request();
	host->down = ONE;
	start(SEVERAL);
	reach(TWO, "PKIOperation");
	check_same(&first);
	end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
}
END_TEST

/**
 * Get PENDING of the second server.
 */
static void pend()
{
	ca->verdict = MOCK_PEND;
	host->down = ONE;
	start(SEVERAL);
	end_at(SCEP_IN_PENDING, TWO, "PKIOperation");
	host->down = NULL;
}

START_TEST(poll_stays_where_request_is_pending)
{
	scep_request_record_t record;

	pend();
	mock_clock_advance(timer, 2 * SCEP_URL_REST);
	start(SEVERAL);
	end_at(SCEP_IN_PENDING, TWO, "PKIOperation");
	mock_clock_advance(timer, SCEP_URL_PATIENCE - 1);
	host->down = TWO;
	start(SEVERAL);
	end_at(SCEP_IN_FAILED, TWO, "GetCACaps");
	/* another one is asked once it was silent for long */
	mock_clock_advance(timer, 1);
	start(SEVERAL);
	end_at(SCEP_IN_PENDING, ONE, "PKIOperation");
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 1);
	record = load_request();
	ck_assert_int_eq(record.polls, 2);
	scep_request_record_clear(&record);
	/* where it stays from then on */
	host->down = ONE;
	start(SEVERAL);
	end_at(SCEP_IN_FAILED, ONE, "GetCACaps");
	host->down = NULL;
	ca->verdict = MOCK_GRANT;
	start(SEVERAL);
	end_at(SCEP_IN_ISSUED, ONE, "PKIOperation");
}
END_TEST

START_TEST(clock_set_back_needs_no_more_patience)
{
	pend();
	mock_clock_advance(timer, -2 * SCEP_URL_PATIENCE);
	host->down = TWO;
	start(SEVERAL);
	end_at(SCEP_IN_PENDING, ONE, "PKIOperation");
	host->down = NULL;
	mock_clock_advance(timer, 2 * SCEP_URL_PATIENCE);
}
END_TEST

START_TEST(rare_polls_need_more_patience)
{
	pend();
	mock_clock_advance(timer, SCEP_URL_PATIENCE);
	host->down = TWO;
	start(SEVERAL "\n poll {\n max_interval = 20h\n }");
	end_at(SCEP_IN_FAILED, TWO, "GetCACaps");
}
END_TEST

/**
 * Lists of URLs at the second attempt, and whether the request that is pending
 * at the second server of SEVERAL goes on there.
 */
static const struct {
	const char *settings;
	bool same;
} lists[] = {
	{ "url = " TWO, TRUE },
	{ "url = \"http://four.example.org/, " TWO "\"", TRUE },
	{ "url = " ONE, FALSE },
};

START_TEST(list_of_urls_may_change)
{
	scep_request_record_t first;

	pend();
	first = load_request();
	start(lists[_i].settings);
	ck_assert(mock_host_until(host, "PKIOperation"));
	if (lists[_i].same)
	{
		check_same(&first);
		end_at(SCEP_IN_PENDING, TWO, "PKIOperation");
		ck_assert_int_eq(outcome.polls, 1);
	}
	else
	{
		end_at(SCEP_IN_PENDING, ONE, "PKIOperation");
		ck_assert_int_eq(outcome.polls, 0);
		scep_request_record_clear(&first);
	}
}
END_TEST

START_TEST(added_url_makes_no_enrolment)
{
	boot("url = " ONE);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_change(host, SEVERAL);
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(each_server_has_its_own_peculiarities)
{
	scep_server_t server;

	start(SEVERAL);
	mock_transport_say(host->transport, 404, "");
	ck_assert(strstr(host->transport->last->request.url, "message="));
	mock_transport_say(host->transport, 200, "POSTPKIOperation");
	reach(ONE, "PKIOperation");
	end_at(SCEP_IN_ISSUED, ONE, "PKIOperation");
	host->down = ONE;
	start(SEVERAL);
	reach(TWO, "GetCACaps");
	ck_assert(!strstr(host->transport->last->request.url, "message="));
	end_at(SCEP_IN_ISSUED, TWO, "PKIOperation");
	ck_assert(kept->load_server(kept, ONE, NULL, &server, NULL));
	ck_assert(server.other_identifier && server.failed_at && server.caps_seen);
	ck_assert(kept->load_server(kept, TWO, NULL, &server, NULL));
	ck_assert(!server.other_identifier && !server.failed_at &&
			  server.caps_seen);
}
END_TEST

int main()
{
	Suite *suite = suite_create("contact");
	TCase *tcase = tcase_create("several servers");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, attempt_setup, attempt_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, next_server_follows_one_that_fails, 0,
						countof(failures));
	tcase_add_test(tcase, operation_that_is_not_there_is_no_failure);
	tcase_add_test(tcase, last_failure_ends_attempt);
	tcase_add_test(tcase, server_that_failed_rests_for_an_hour);
	tcase_add_test(tcase, clock_set_back_lets_no_server_rest);
	tcase_add_loop_test(tcase, refusal_goes_to_no_other_server, 0, 2);
	tcase_add_test(tcase, lost_answer_is_asked_for_where_it_was_lost);
	tcase_add_test(tcase, request_goes_on_at_next_server);
	tcase_add_test(tcase, poll_stays_where_request_is_pending);
	tcase_add_test(tcase, clock_set_back_needs_no_more_patience);
	tcase_add_test(tcase, rare_polls_need_more_patience);
	tcase_add_loop_test(tcase, list_of_urls_may_change, 0, countof(lists));
	tcase_add_test(tcase, added_url_makes_no_enrolment);
	tcase_add_test(tcase, each_server_has_its_own_peculiarities);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
