/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "host_fixture.h"

/**
 * Get a certificate for 100 days; then the network fails.
 */
static void setup()
{
	config_setup();
	host_setup();
	ca->not_before = 0;
	ca->not_after = 100 * DAY;
	enrol(NULL);
	host->offline = TRUE;
}

static void teardown()
{
	host_teardown();
	config_teardown();
}

/**
 * Go to a moment, some seconds after the certificate began.
 */
static void go(time_t when)
{
	mock_host_pass(host, MOCK_START + when - timer->now);
}

START_TEST(warns_more_often_towards_the_end)
{
	int i;

	go(75 * DAY - 1);
	check_log(0, NULL);
	go(75 * DAY);
	check_log(1, "scep[gw] expiring: not_after=");
	go(90 * DAY - 1);
	check_log(0, NULL);
	go(90 * DAY);
	check_log(1, "scep[gw] expiring: not_after=");
	for (i = 91; i < 100; i++)
	{
		go(i * DAY - 1);
		check_log(0, NULL);
		go(i * DAY);
		check_log(1, "left=");
	}
	go(100 * DAY - 1);
	check_log(0, NULL);
	go(100 * DAY);
	check_log(1, "scep[gw] expired: not_after=");
	go(101 * DAY - 1);
	check_log(0, NULL);
	go(101 * DAY);
	check_log(1, "scep[gw] expired: not_after=");
	go(200 * DAY);
	check_log(99, "scep[gw] expired: not_after=");
}
END_TEST

START_TEST(repeats_no_warning_at_restart)
{
	int i;

	go(93 * DAY + HOUR);
	check_log(5, "scep[gw] expiring: not_after=");
	for (i = 2; i < 24; i++)
	{
		ck_assert(mock_host_boot(host, NULL));
		go(93 * DAY + i * HOUR);
		check_log(0, NULL);
	}
	ck_assert(mock_host_boot(host, NULL));
	go(94 * DAY);
	check_log(1, "scep[gw] expiring: not_after=");
}
END_TEST

START_TEST(makes_one_warning_of_missed_ones)
{
	mock_host_crash(host);
	mock_clock_advance(timer, 96 * DAY + 5 * HOUR);
	boot(NULL);
	check_log(1, "scep[gw] expiring: not_after=");
	go(97 * DAY);
	check_log(1, "scep[gw] expiring: not_after=");
}
END_TEST

START_TEST(tells_the_end_after_each_restart)
{
	int i;

	go(101 * DAY - 1);
	check_log(12, "scep[gw] expired: not_after=");
	for (i = 0; i < 3; i++)
	{
		boot(NULL);
		check_log(1, "scep[gw] expired: not_after=");
		go((101 + i) * DAY);
		check_log(1, "scep[gw] expired: not_after=");
	}
}
END_TEST

START_TEST(is_quiet_once_renewed)
{
	go(92 * DAY);
	check_log(4, "scep[gw] expiring: not_after=");
	host->offline = FALSE;
	go(93 * DAY - 1);
	ck_assert_int_eq(ca->issued, 2);
	go(120 * DAY);
	check_log(0, NULL);
	host->offline = TRUE;
	go(92 * DAY + 80 * DAY);
	check_log(1, "scep[gw] expiring: not_after=");
}
END_TEST

START_TEST(is_quiet_while_the_next_one_waits_for_its_start)
{
	go(60 * DAY - 1);
	host->offline = FALSE;
	ca->not_before = 23 * HOUR;
	/* the moment of the renewal was drawn after 60 % of the life */
	while (ca->issued < 2)
	{
		go(timer->now - MOCK_START + HOUR);
	}
	mock_host_crash(host);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_eq(host->ike->gen->number, 1);
	go(timer->now - MOCK_START + 2 * DAY);
	ck_assert_int_eq(host->ike->gen->number, 2);
	check_log(0, NULL);
}
END_TEST

START_TEST(believes_no_clock_that_was_ahead)
{
	time_t jump = 200 * DAY;

	mock_clock_jump(timer, jump);
	host->enrollment->clock_changed(host->enrollment, jump);
	mock_host_settle(host);
	check_log(1, "scep[gw] expired: not_after=");
	mock_clock_jump(timer, -jump);
	host->enrollment->clock_changed(host->enrollment, -jump);
	mock_host_settle(host);
	go(75 * DAY);
	check_log(1, "scep[gw] expiring: not_after=");
}
END_TEST

int main()
{
	Suite *suite = suite_create("expiry");
	TCase *tcase = tcase_create("the certificate comes to its end");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, warns_more_often_towards_the_end);
	tcase_add_test(tcase, repeats_no_warning_at_restart);
	tcase_add_test(tcase, makes_one_warning_of_missed_ones);
	tcase_add_test(tcase, tells_the_end_after_each_restart);
	tcase_add_test(tcase, is_quiet_once_renewed);
	tcase_add_test(tcase, is_quiet_while_the_next_one_waits_for_its_start);
	tcase_add_test(tcase, believes_no_clock_that_was_ahead);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
