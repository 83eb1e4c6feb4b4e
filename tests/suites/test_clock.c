/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "host_fixture.h"
#include "base/scep_limits.h"

static void setup()
{
	config_setup();
	host_setup();
}

static void teardown()
{
	host_teardown();
	config_teardown();
}

/**
 * Set the clock.
 */
static void jump(time_t delta)
{
	mock_clock_jump(timer, delta);
	host->enrollment->clock_changed(host->enrollment, delta);
}

/** When the CA of a test begins that needs it */
#define CA_BEGIN	(MOCK_START - 100 * DAY)

/** Moments at which the clock may stand when charon starts */
static const time_t wrong[] = {
	0, 1, SCEP_MIN_TIME - DAY,
	/* before the CA's certificate begins */
	CA_BEGIN - DAY,
};

START_TEST(decides_nothing_while_it_is_wrong)
{
	u_int sent, installed;
	int i;

	if (wrong[_i] == CA_BEGIN - DAY)
	{
		mock_ca_announce(ca, CA_BEGIN);
		mock_ca_take_over(ca);
		ca->caps = "Renewal\nSCEPStandard\n";
	}
	enrol(NULL);
	sent = host->transport->sent;
	mock_host_crash(host);
	timer->now = wrong[_i];
	ck_assert(mock_host_boot(host, NULL));
	check_log(1, "scep[gw] clock-suspect: now=");
	/* IKE has it: it may be valid */
	ck_assert(host->ike->gen);
	installed = host->ike->installed;
	for (i = 0; i < 5; i++)
	{
		mock_host_pass(host, HOUR);
		jump(10);
	}
	ck_assert(!host->enrollment->enroll(host->enrollment, NULL));
	check_log(0, NULL);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	/* all is as it was when the clock is right */
	jump(MOCK_START + DAY - timer->now);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_le(host->ike->installed, installed + 1);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_gt(host->enrollment->get_due(host->enrollment),
					 MOCK_START + 50 * DAY);
}
END_TEST

START_TEST(enrols_as_soon_as_it_is_right)
{
	timer->now = wrong[_i];
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(host->transport->sent, 0);
	jump(MOCK_START - timer->now);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(is_believed_from_the_first_possible_moment_on)
{
	timer->now = SCEP_MIN_TIME - 10;
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment),
					 SCEP_MIN_TIME);
	mock_host_pass(host, 9);
	ck_assert_int_eq(host->transport->sent, 0);
	mock_host_pass(host, 1);
	ck_assert_int_gt(host->transport->sent, 0);
}
END_TEST

START_TEST(interrupts_a_request_and_repeats_it)
{
	u_int i, sent;

	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	jump(-MOCK_START);
	mock_host_settle(host);
	sent = host->transport->sent;
	ck_assert(!mock_transport_get(host->transport));
	mock_host_pass(host, DAY);
	ck_assert_int_eq(host->transport->sent, sent);
	jump(MOCK_START + DAY);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	/* the same request: nothing was issued in vain */
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(doubts_a_clock_that_stands_in_the_past_for_a_while)
{
	enrol(NULL);
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	mock_host_crash(host);
	timer->now -= 10 * DAY;
	ck_assert(mock_host_boot(host, NULL));
	check_log(1, "it was later already");
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment),
					 timer->now + HOUR);
	/* nobody sets it: then it was the other one that was wrong */
	mock_host_pass(host, HOUR);
	ck_assert_int_gt(host->enrollment->get_due(host->enrollment),
					 timer->now + HOUR);
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, 80 * DAY);
	ck_assert_int_ge(ca->issued, 3);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

/** How far ahead a clock jumps, past 2038, too */
static const time_t aheads[] = { 2 * DAY, YEAR, 10 * YEAR, 15 * YEAR };

START_TEST(clock_that_is_ahead_and_returns_harms_nothing)
{
	time_t due;

	enrol(NULL);
	due = host->enrollment->get_due(host->enrollment);
	/* the CA's clock is right, so it is of no use */
	host->offline = TRUE;
	jump(aheads[_i]);
	mock_host_pass(host, 3 * HOUR);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	ck_assert(host->ike->gen);
	host->offline = FALSE;
	jump(-aheads[_i]);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
	ck_assert_int_eq(ca->issued, 1);
	/* and after it as before */
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, 65 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(clock_that_returns_by_way_of_1970_is_believed)
{
	enrol(NULL);
	mock_host_pass(host, 10 * DAY);
	host->offline = TRUE;
	jump(-timer->now);
	mock_host_pass(host, HOUR);
	check_log(1, "clock-suspect");
	jump(MOCK_START + aheads[_i] - timer->now);
	/* which has been written down */
	mock_host_pass(host, 3 * HOUR);
	host->offline = FALSE;
	log_lines = 0;
	jump(MOCK_START + 11 * DAY - timer->now);
	mock_host_settle(host);
	check_log(0, NULL);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(certificate_of_a_wrong_time_takes_no_office)
{
	enrol(NULL);
	/* the CA's clock is as wrong, and its certificate lasts */
	jump(YEAR);
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(host->ike->gen->number, 2);
	if (_i)
	{
		mock_host_crash(host);
		timer->now -= YEAR;
		ck_assert(mock_host_boot(host, NULL));
		mock_host_pass(host, HOUR);
	}
	else
	{
		jump(-YEAR);
		mock_host_settle(host);
	}
	ck_assert_int_eq(host->ike->gen->number, 1);
	ck_assert(mock_host_is_usable(host));
	/* the one that is in use is renewed in time */
	mock_host_pass(host, 88 * DAY);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 3);
	ck_assert_int_eq(ca->issued, 3);
}
END_TEST

START_TEST(suspended_gateway_goes_on)
{
	enrol(NULL);
	/* both clocks go on while it sleeps */
	mock_clock_advance(timer, _i ? 91 * DAY : 70 * DAY);
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->last->authenticated, !_i);
}
END_TEST

START_TEST(lives_on_after_2038)
{
	/* 2038-01-19T03:14:07Z, and the last day of UTCTime, 2049-12-31 */
	static const time_t moments[] = { 2147483647, 2524607999 };
	u_int i;

	/* a CA whose certificate lasts */
	timer->now = moments[_i] - 30 * DAY;
	boot(NULL);
	for (i = 0; i < 7; i++)
	{
		ck_assert_msg(mock_host_is_usable(host), "day %u", i * 10);
		mock_host_pass(host, 10 * DAY);
		boot(NULL);
	}
	ck_assert_int_eq(ca->issued, 2);
	check_log(0, NULL);
}
END_TEST

/** How the clock may be set */
static const time_t jumps[] = { YEAR, -12 * HOUR, DAY, -10 };

START_TEST(waits_keep_their_length_when_clock_is_set)
{
	time_t left;

	host->offline = TRUE;
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	left = wait_();
	ck_assert_int_gt(left, 0);
	jump(jumps[_i]);
	/* with a clock that was that wrong the attempt may have failed for it */
	ck_assert_int_eq(wait_(), jumps[_i] == -10 ? left : 0);
}
END_TEST

START_TEST(polling_ends_in_time_when_clock_is_set)
{
	static const char poll[] = "poll {\n interval = 60s\n "
								"max_interval = 1h\n timeout = 2d\n }";

	ca->verdict = MOCK_PEND;
	ck_assert(mock_host_boot(host, poll));
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	jump(jumps[_i]);
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert(mock_host_boot(host, poll));
	mock_host_pass(host, 22 * HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	mock_host_pass(host, 3 * HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
}
END_TEST

START_TEST(device_that_starts_without_time_waits_for_it)
{
	u_int sent;

	host->offline = TRUE;
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	mock_host_crash(host);
	timer->now -= 50LL * YEAR;
	sent = host->transport->sent;
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, DAY);
	ck_assert_int_eq(host->transport->sent, sent);
	/* somebody tells it */
	jump(50LL * YEAR);
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->sent, sent + 1);
}
END_TEST

START_TEST(moments_keep_their_time_when_clock_is_set)
{
	time_t due;

	enrol(NULL);
	due = host->enrollment->get_due(host->enrollment);
	jump(jumps[_i]);
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
	ck_assert(host->ike->gen);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	mock_host_settle(host);
	/* a year ahead it has expired; before, all is as it was */
	ck_assert_int_eq(ca->issued, jumps[_i] == YEAR ? 2 : 1);
	ck_assert_int_eq(mock_host_is_usable(host), jumps[_i] != -12 * HOUR);
}
END_TEST

int main()
{
	Suite *suite = suite_create("clock");
	TCase *tcase = tcase_create("the wall clock is wrong");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, decides_nothing_while_it_is_wrong, 0,
						countof(wrong));
	tcase_add_loop_test(tcase, enrols_as_soon_as_it_is_right, 0,
						countof(wrong) - 1);
	tcase_add_test(tcase, is_believed_from_the_first_possible_moment_on);
	tcase_add_loop_test(tcase, interrupts_a_request_and_repeats_it, 0, 9);
	tcase_add_test(tcase, doubts_a_clock_that_stands_in_the_past_for_a_while);
	tcase_add_loop_test(tcase, clock_that_is_ahead_and_returns_harms_nothing, 0,
						countof(aheads));
	tcase_add_loop_test(tcase, clock_that_returns_by_way_of_1970_is_believed, 0,
						countof(aheads));
	tcase_add_loop_test(tcase, certificate_of_a_wrong_time_takes_no_office, 0,
						2);
	tcase_add_loop_test(tcase, suspended_gateway_goes_on, 0, 2);
	tcase_add_loop_test(tcase, lives_on_after_2038, 0, 2);
	tcase_add_loop_test(tcase, waits_keep_their_length_when_clock_is_set, 0,
						countof(jumps));
	tcase_add_loop_test(tcase, polling_ends_in_time_when_clock_is_set, 0,
						countof(jumps));
	tcase_add_test(tcase, device_that_starts_without_time_waits_for_it);
	tcase_add_loop_test(tcase, moments_keep_their_time_when_clock_is_set, 0,
						countof(jumps));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
