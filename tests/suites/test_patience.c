/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

/**
 * Get a first certificate, and go to where some of its life is left.
 */
static void live(const char *more, time_t life, time_t left)
{
	ca->not_before = 0;
	ca->not_after = life;
	boot(more);
	ck_assert(mock_host_is_usable(host));
	host->offline = TRUE;
	mock_host_pass(host, life - left);
}

START_TEST(tries_more_often_towards_the_end)
{
	static const time_t lefts[] = {
		10 * DAY, 5 * DAY, 2 * DAY, DAY, 12 * HOUR, 2 * HOUR,
	};
	u_int i, sent;
	time_t left;

	live(NULL, 90 * DAY, lefts[0]);
	for (i = 0; i < countof(lefts); i++)
	{
		left = lefts[i];
		sent = host->transport->sent;
		mock_host_pass(host, left / 2);
		/* by then the back-off of before is over, too */
		ck_assert_int_ge(host->transport->sent - sent,
						 left < 5 * DAY ? 2 : left / 2 / (6 * HOUR));
		ck_assert_int_le(host->transport->sent - sent, 36);
		mock_host_pass(host, (i + 1 < countof(lefts) ? left / 2 - lefts[i + 1]
													 : 0));
	}
	host->offline = FALSE;
	mock_host_pass(host, HOUR / 3);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(polls_more_often_towards_the_end)
{
	u_int polls;

	live("poll {\n max_interval = 12h\n timeout = 60d\n }", 90 * DAY,
		  40 * DAY);
	host->offline = FALSE;
	ca->verdict = MOCK_PEND;
	mock_host_pass(host, 39 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert_int_le(wait_(), DAY / 3);
	polls = host->transport->sent;
	mock_host_pass(host, 12 * HOUR);
	ck_assert_int_ge(host->transport->sent - polls, 6);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 4 * HOUR);
	ck_assert_int_eq(host->ike->gen->number, 2);
}
END_TEST

START_TEST(has_time_after_the_end)
{
	live("challenge = secret", 90 * DAY, -10 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_ge(wait_(), 0);
	ca->challenge = "secret";
	host->offline = FALSE;
	mock_host_pass(host, 6 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_str_eq(ca->last->challenge, "secret");
	ck_assert(!ca->last->authenticated);
}
END_TEST

START_TEST(heeds_the_server_at_each_answer)
{
	static const struct {
		const char *operation;
		long status;
	} cases[] = {
		{ "GetCACaps", 503 },
		{ "GetCACaps", 429 },
		{ "GetCACert", 503 },
		{ "GetCACert", 429 },
		{ "PKIOperation", 503 },
		{ "PKIOperation", 429 },
	};
	scep_http_answer_t answer = {
		.status = cases[_i].status,
		.retry_after = 40 * HOUR,
	};
	u_int sent;

	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_until(host, cases[_i].operation));
	ck_assert(mock_transport_answer(host->transport, &answer));
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	/* for a day, and some more, so that not all come back at once */
	ck_assert_int_ge(wait_(), DAY);
	ck_assert_int_le(wait_(), DAY + 6 * HOUR);
	sent = host->transport->sent;
	ck_assert(mock_host_boot(host, NULL));
	/* IKE's wish counts less, over a restart, too */
	nudge("gw.example.org");
	mock_host_pass(host, DAY - 1);
	ck_assert_int_eq(host->transport->sent, sent);
	mock_host_pass(host, 6 * HOUR + 1);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(polls_that_are_refused_end_in_another_request)
{
	const scep_http_answer_t unknown = {
		.status = 500,
	};
	time_t since;

	ca->verdict = MOCK_PEND;
	boot("poll {\n max_interval = 1h\n timeout = 2d\n }");
	since = timer->now;
	while (state() == SCEP_STATE_PENDING)
	{
		mock_clock_advance(timer, wait_());
		ck_assert(mock_host_until(host, "PKIOperation"));
		ck_assert(mock_transport_answer(host->transport, &unknown));
		mock_host_settle(host);
		ck_assert_int_le(timer->now, since + 3 * DAY);
	}
	ck_assert_int_ge(timer->now, since + 2 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, DAY);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 2);
	ck_assert_int_eq(ca->last->polls, 0);
}
END_TEST

START_TEST(heeds_the_server_beside_pending)
{
	ca->verdict = MOCK_PEND;
	ca->retry_after = 2 * HOUR;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert_int_ge(wait_(), 2 * HOUR);
	ck_assert_int_le(wait_(), 3 * HOUR);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_ge(wait_(), 2 * HOUR);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 3 * HOUR);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(heeds_the_server_beside_a_refusal)
{
	ca->verdict = MOCK_REFUSE;
	ca->retry_after = 2 * HOUR;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_ge(wait_(), 2 * HOUR);
	ck_assert_int_le(wait_(), 3 * HOUR);
}
END_TEST

START_TEST(loses_no_certificate_out_of_patience)
{
	scep_http_answer_t answer = { .status = 503, .retry_after = DAY };

	/* renewed when four hours are left */
	live("renew {\n from = 4h\n to = 4h\n }", 90 * DAY, 4 * HOUR + 1);
	host->offline = FALSE;
	mock_clock_advance(timer, 1);
	ck_assert(mock_host_until(host, "GetCACaps"));
	ck_assert(mock_transport_answer(host->transport, &answer));
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_ge(wait_(), 2 * HOUR);
	ck_assert_int_lt(wait_(), 3 * HOUR);
	mock_host_pass(host, 3 * HOUR);
	ck_assert_int_eq(host->ike->gen->number, 2);
}
END_TEST

START_TEST(renewal_that_outlasts_the_certificate_is_granted)
{
	live("poll {\n timeout = 60d\n }", 90 * DAY, 40 * DAY);
	host->offline = FALSE;
	ca->verdict = MOCK_PEND;
	mock_host_pass(host, 50 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert(!mock_host_is_usable(host));
	if (_i)
	{
		ck_assert(mock_host_boot(host, "poll {\n timeout = 60d\n }"));
	}
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->last->requests, 1);
}
END_TEST

START_TEST(asks_again_when_what_was_issued_can_be_used)
{
	u_int sent;

	/* two and a half days from now */
	ca->not_before = 60 * HOUR;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_ge(wait_(), DAY);
	sent = host->transport->sent;
	mock_host_pass(host, 36 * HOUR - 1);
	ck_assert_int_le(host->transport->sent - sent, 3);
	mock_host_pass(host, 24 * HOUR + 1);
	/* the same transaction, and the same certificate */
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(outage_never_ends_a_pending_request)
{
	static const char poll[] = "poll {\n timeout = 2d\n }";

	ca->verdict = MOCK_PEND;
	boot(poll);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	host->offline = TRUE;
	mock_host_pass(host, 10 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert(mock_host_boot(host, poll));
	mock_host_pass(host, 10 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	host->offline = FALSE;
	if (_i)
	{	/* the CA itself has not decided */
		mock_host_pass(host, 6 * HOUR);
		ck_assert_int_eq(state(), SCEP_STATE_FAILED);
		ck_assert_int_eq(ca->issued, 0);
		return;
	}
	/* it decided while nobody could ask */
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 6 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->last->requests, 1);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

int main()
{
	Suite *suite = suite_create("patience");
	TCase *tcase = tcase_create("how long it waits");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, host_setup, host_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, tries_more_often_towards_the_end);
	tcase_add_test(tcase, polls_more_often_towards_the_end);
	tcase_add_test(tcase, has_time_after_the_end);
	tcase_add_loop_test(tcase, heeds_the_server_at_each_answer, 0, 6);
	tcase_add_test(tcase, polls_that_are_refused_end_in_another_request);
	tcase_add_test(tcase, heeds_the_server_beside_pending);
	tcase_add_test(tcase, heeds_the_server_beside_a_refusal);
	tcase_add_test(tcase, loses_no_certificate_out_of_patience);
	tcase_add_loop_test(tcase, renewal_that_outlasts_the_certificate_is_granted,
						0, 2);
	tcase_add_test(tcase, asks_again_when_what_was_issued_can_be_used);
	tcase_add_loop_test(tcase, outage_never_ends_a_pending_request, 0, 2);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
