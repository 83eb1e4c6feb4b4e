/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

/** why a person does not get it */
static scep_error_t error;

static void setup()
{
	error = (scep_error_t){};
	host_setup();
}

/**
 * What a person wants.
 */
static bool enroll()
{
	return host->enrollment->enroll(host->enrollment, &error);
}

static bool renew_within(time_t seconds)
{
	return host->enrollment->renew_within(host->enrollment, seconds, &error);
}

static bool cancel()
{
	return host->enrollment->cancel(host->enrollment, &error);
}

START_TEST(renews_now)
{
	enrol(NULL);
	ck_assert(_i ? renew_within(0) : enroll());
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(ca->last->authenticated);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
}
END_TEST

START_TEST(renews_within_a_time_also_after_a_restart)
{
	time_t at, least = MOCK_START + DAY, most = MOCK_START;
	u_int i;

	enrol(NULL);
	for (i = 0; i < 50; i++)
	{
		ck_assert(renew_within(DAY));
		at = host->enrollment->get_due(host->enrollment);
		least = min(least, at);
		most = max(most, at);
	}
	/* spread over all of it */
	ck_assert_int_ge(least, MOCK_START);
	ck_assert_int_lt(least, MOCK_START + DAY / 4);
	ck_assert_int_le(most, MOCK_START + DAY);
	ck_assert_int_gt(most, MOCK_START + DAY / 4 * 3);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment), at);
	mock_host_pass(host, at - timer->now - 1);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_pass(host, 1);
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(renews_in_time_whatever_was_said)
{
	enrol(NULL);
	ck_assert(renew_within(YEAR));
	ck_assert_int_lt(host->enrollment->get_due(host->enrollment),
					 MOCK_START + 46 * DAY);
}
END_TEST

START_TEST(does_not_put_off_what_is_missing)
{
	host->offline = TRUE;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	host->offline = FALSE;
	ck_assert(renew_within(DAY));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(forgets_failures_when_told_to_go_on)
{
	enrol(NULL);
	host->offline = TRUE;
	mock_host_pass(host, 70 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(_i ? renew_within(DAY) : enroll());
	mock_host_pass(host, _i ? DAY : 1);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	if (!_i)
	{
		ck_assert_int_le(host->enrollment->get_due(host->enrollment),
						 timer->now + 60);
	}
	host->offline = FALSE;
	ck_assert(enroll());
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(does_one_thing_at_a_time)
{
	u_int i;

	ck_assert(mock_host_boot(host, NULL));
	host->enrollment->run(host->enrollment);
	for (i = 0; state() != SCEP_STATE_IDLE; i++)
	{
		error = (scep_error_t){};
		ck_assert(!enroll());
		ck_assert_str_eq(error.text, "a request is under way already");
		ck_assert(!renew_within(DAY) && !renew_within(0));
		ck_assert(mock_host_step(host));
	}
	ck_assert_int_gt(i, 4);
	ck_assert_int_eq(host->transport->sent, 3);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(cancels_a_pending_request_until_told_to_go_on)
{
	u_int sent;

	ca->verdict = MOCK_PEND;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert(!enroll() && !renew_within(DAY));
	ck_assert(strstr(error.text, "cancel that first"));
	ck_assert(cancel());
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	error = (scep_error_t){};
	ck_assert(!cancel());
	ck_assert_str_eq(error.text, "no request is under way");
	ca->verdict = MOCK_GRANT;
	sent = host->transport->sent;
	mock_host_pass(host, YEAR);
	if (_i)
	{
		ck_assert(mock_host_boot(host, NULL));
		mock_host_pass(host, DAY);
	}
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert(enroll());
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	/* another request, not a poll */
	ck_assert_int_eq(ca->last->type, 19);
	ck_assert_int_eq(ca->last->polls, 0);
}
END_TEST

START_TEST(goes_on_after_a_crash_once_told_so)
{
	ca->verdict = MOCK_PEND;
	boot(NULL);
	ck_assert(cancel());
	ck_assert(enroll());
	ca->verdict = MOCK_GRANT;
	boot(NULL);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(cancels_at_any_step)
{
	u_int i, sent;

	ck_assert(mock_host_boot(host, NULL));
	host->enrollment->run(host->enrollment);
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	ck_assert(cancel());
	ck_assert(!mock_transport_get(host->transport));
	sent = host->transport->sent;
	mock_host_pass(host, DAY);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(state(), mock_host_is_usable(host) ? SCEP_STATE_IDLE
														: SCEP_STATE_FAILED);
	/* what the CA issued is not lost */
	ck_assert(mock_host_is_usable(host) || enroll());
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_le(ca->issued, 2);
}
END_TEST

START_TEST(last_wish_counts)
{
	u_int i;

	ck_assert(mock_host_boot(host, NULL));
	host->enrollment->run(host->enrollment);
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	/* a worker may be at it while both come */
	ck_assert(cancel());
	mock_host_change(host, "subject = \"CN=new.example.org\"");
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(mock_host_is_usable(host));
	ck_assert(cancel() == FALSE);
}
END_TEST

int main()
{
	Suite *suite = suite_create("wishes");
	TCase *tcase = tcase_create("a person wants something");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, host_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, renews_now, 0, 2);
	tcase_add_test(tcase, renews_within_a_time_also_after_a_restart);
	tcase_add_test(tcase, renews_in_time_whatever_was_said);
	tcase_add_test(tcase, does_not_put_off_what_is_missing);
	tcase_add_loop_test(tcase, forgets_failures_when_told_to_go_on, 0, 2);
	tcase_add_test(tcase, does_one_thing_at_a_time);
	tcase_add_loop_test(tcase, cancels_a_pending_request_until_told_to_go_on, 0,
						2);
	tcase_add_test(tcase, goes_on_after_a_crash_once_told_so);
	tcase_add_loop_test(tcase, cancels_at_any_step, 0, 7);
	tcase_add_loop_test(tcase, last_wish_counts, 0, 7);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
