/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "host_fixture.h"

#include <sys/stat.h>

START_TEST(enrols_and_gives_certificate_to_ike)
{
	ck_assert(mock_host_boot(host, NULL));
	/* nothing leaves while charon loads its plugins */
	ck_assert_int_eq(host->transport->sent, 0);
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_int_eq(host->ike->installed, 1);
	ck_assert(host->ike->initiate);
	ck_assert(!host->ike->roots->get_count(host->ike->roots));
	ck_assert(mock_host_is_usable(host));
	ck_assert(has_name("CN=gw.example.org"));
	ck_assert(!has_file("request"));
}
END_TEST

START_TEST(takes_certificate_from_disk_after_restart)
{
	u_int sent;

	enrol("trust_ca = yes\n initiate = no");
	ck_assert_int_eq(host->ike->roots->get_count(host->ike->roots), 1);
	ck_assert(!host->ike->initiate);
	sent = host->transport->sent;
	ck_assert(mock_host_boot(host, "trust_ca = yes"));
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->roots->get_count(host->ike->roots), 1);
	/* no connection waited for it */
	ck_assert(!host->ike->initiate);
	mock_host_settle(host);
	mock_host_pass(host, 30 * DAY);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

START_TEST(renews_in_window_and_keeps_one_generation)
{
	time_t due, issued = timer->now;
	u_int i;

	enrol(NULL);
	for (i = 2; i <= 4; i++)
	{
		due = host->enrollment->get_due(host->enrollment);
		ck_assert_int_ge(due, issued - HOUR + 54 * DAY);
		ck_assert_int_le(due, issued + 63 * DAY);
		mock_host_pass(host, due - timer->now - 1);
		ck_assert_int_eq(ca->issued, i - 1);
		mock_host_pass(host, 1);
		issued = timer->now;
		ck_assert_int_eq(ca->issued, i);
		ck_assert_int_eq(ca->last->type, 17);
		ck_assert(ca->last->authenticated);
		ck_assert_int_eq(host->ike->gen->number, i);
		ck_assert(!host->ike->initiate);
		ck_assert_int_eq(has_file("gen-1"), i == 2);
		ck_assert_int_eq(has_file("gen-2"), i <= 3);
	}
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_int_eq(host->ike->installed, 4);
	ck_assert_int_eq(host->ike->withdrawn, 0);
}
END_TEST

START_TEST(keeps_moment_of_renewal_over_restart)
{
	time_t due;
	int i;

	enrol(NULL);
	due = host->enrollment->get_due(host->enrollment);
	for (i = 0; i < 3; i++)
	{
		mock_clock_advance(timer, DAY);
		ck_assert(mock_host_boot(host, NULL));
		ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
	}
}
END_TEST

START_TEST(keeps_certificate_while_renewal_fails)
{
	enrol(NULL);
	host->offline = TRUE;
	mock_host_pass(host, 85 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->installed, 1);
	host->offline = FALSE;
	mock_host_pass(host, 6 * HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert_int_eq(host->ike->gen->number, 2);
}
END_TEST

START_TEST(backs_off_over_restarts)
{
	static const time_t longest[] = { 60, 120, 240, 480, 960, 1000, 1000 };
	time_t due;
	int i;

	host->offline = TRUE;
	boot("retry {\n max_interval = 1000s\n }");
	for (i = 0; i < countof(longest); i++)
	{
		ck_assert_int_eq(state(), SCEP_STATE_WAITING);
		ck_assert_int_le(wait_(), longest[i]);
		ck_assert_int_ge(wait_(), longest[i] / 2);
		due = host->enrollment->get_due(host->enrollment);
		ck_assert(mock_host_boot(host, "retry {\n max_interval = 1000s\n }"));
		ck_assert_int_eq(state(), SCEP_STATE_WAITING);
		ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
		mock_host_pass(host, wait_());
	}
	ck_assert_int_eq(host->transport->sent, countof(longest) + 1);
}
END_TEST

/**
 * Charon ends by a signal: what was on disk before stays.
 */
static void die()
{
	char status[PATH_MAX], kept[PATH_MAX];

	snprintf(status, sizeof(status), "%s/gw/status", host->dir);
	snprintf(kept, sizeof(kept), "%s/kept", host->dir);
	ck_assert_int_eq(rename(status, kept), 0);
	mock_host_crash(host);
	ck_assert_int_eq(rename(kept, status), 0);
}

START_TEST(attempt_that_ends_charon_is_not_made_at_each_start)
{
	time_t last = 0;
	int i;

	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < 5; i++)
	{
		ck_assert(mock_host_until(host, "GetCACert"));
		die();
		ck_assert(mock_host_boot(host, NULL));
		mock_host_settle(host);
		ck_assert_int_eq(state(), SCEP_STATE_WAITING);
		ck_assert_int_gt(wait_(), i ? last / 2 : 0);
		last = wait_();
		timer->now += last;
	}
	ck_assert_int_ge(last, 8 * 60);
	/* who stops it in order need not wait */
	ck_assert(mock_host_until(host, "GetCACert"));
	ck_assert(mock_host_boot(host, NULL));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(waits_as_long_as_server_asks)
{
	scep_http_answer_t answer = { .status = 503, .retry_after = 5000 };

	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_until(host, "GetCACert"));
	mock_transport_answer(host->transport, &answer);
	ck_assert_int_ge(wait_(), 5000);
	ck_assert_int_le(wait_(), 7500);
}
END_TEST

START_TEST(is_nudged_forward_not_too_often)
{
	u_int sent = 1;

	host->offline = TRUE;
	boot("retry {\n interval = 10m\n }");
	ck_assert_int_eq(host->transport->sent, sent);
	nudge("other.example.org");
	ck_assert_int_eq(host->transport->sent, sent);
	nudge("gw.example.org");
	ck_assert_int_eq(host->transport->sent, ++sent);
	/* under way: not twice */
	nudge("CN=gw.example.org");
	ck_assert_int_eq(host->transport->sent, sent);
	mock_host_settle(host);
	mock_clock_advance(timer, 599);
	nudge("gw.example.org");
	ck_assert_int_eq(host->transport->sent, sent);
	mock_clock_advance(timer, 1);
	nudge("CN=gw.example.org");
	ck_assert_int_eq(host->transport->sent, ++sent);
}
END_TEST

START_TEST(is_not_nudged_with_valid_certificate)
{
	u_int sent;

	enrol(NULL);
	sent = host->transport->sent;
	nudge("gw.example.org");
	ck_assert_int_eq(host->transport->sent, sent);
	/* while its renewal fails it may be */
	host->offline = TRUE;
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	sent = host->transport->sent;
	nudge("gw.example.org");
	ck_assert_int_eq(host->transport->sent, sent + 1);
}
END_TEST

START_TEST(is_not_nudged_while_pending)
{
	u_int sent;

	ca->verdict = MOCK_PEND;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	sent = host->transport->sent;
	nudge("gw.example.org");
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

#define POLL "poll {\n interval = 60s\n max_interval = 1h\n timeout = 2d\n }"

START_TEST(polls_less_often_until_granted)
{
	time_t longest = 60;
	u_int i;

	ca->verdict = MOCK_PEND;
	boot(POLL);
	for (i = 0; i < 10; i++)
	{
		ck_assert_int_eq(state(), SCEP_STATE_PENDING);
		ck_assert_int_le(wait_(), longest);
		ck_assert_int_ge(wait_(), longest / 2);
		longest = min(longest * 2, HOUR);
		mock_host_pass(host, wait_());
		if (i == 5)
		{
			ck_assert(mock_host_boot(host, POLL));
		}
	}
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->last->requests, 1);
	ck_assert_int_eq(ca->last->polls, 11);
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

START_TEST(gives_up_polling)
{
	u_int sent;

	ca->verdict = MOCK_PEND;
	ck_assert(mock_host_boot(host, POLL));
	mock_host_pass(host, 2 * DAY - 1);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	mock_host_pass(host, HOUR + 1);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	sent = host->transport->sent;
	mock_host_pass(host, YEAR);
	nudge("gw.example.org");
	ck_assert_int_eq(host->transport->sent, sent);
	ca->verdict = MOCK_GRANT;
	mock_host_change(host, POLL "\n challenge = x");
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->last->type, 19);
}
END_TEST

START_TEST(stops_at_certificate_that_policy_refuses)
{
	u_int sent;

	ca->cn = "other.example.org";
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert(!host->ike->gen);
	sent = host->transport->sent;
	mock_host_pass(host, YEAR);
	nudge("gw.example.org");
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_change(host, "subject_policy = accept");
	/* the one of then has expired, the next attempt gets another */
	mock_host_pass(host, HOUR);
	ck_assert(has_name("CN=other.example.org"));
}
END_TEST

START_TEST(goes_on_when_ca_is_put_right)
{
	ca->cn = "other.example.org";
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	/* it answers the request that it knows as before, the next one well */
	ca->cn = NULL;
	mock_host_change(host, POLL);
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(tells_at_each_start_that_it_gave_up)
{
	u_int i;

	ca->cn = "other.example.org";
	config_setup();
	boot(NULL);
	for (i = 0; i < 3; i++)
	{
		check_log(1, "scep[gw] gave-up: reason=");
		boot(NULL);
	}
	check_log(1, "other.example.org");
	config_teardown();
}
END_TEST

START_TEST(stays_stopped_over_restarts)
{
	u_int i, sent;

	ca->cn = "other.example.org";
	if (_i)
	{	/* also for one that was decided later */
		ca->verdict = MOCK_PEND;
	}
	boot(NULL);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	sent = host->transport->sent;
	for (i = 0; i < 10; i++)
	{
		ck_assert(mock_host_boot(host, NULL));
		mock_host_pass(host, DAY);
		ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	}
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(ca->issued, 1);
	/* other settings are another matter, and what was issued serves */
	boot("subject_policy = accept");
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(has_name("CN=other.example.org"));
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
}
END_TEST

START_TEST(waits_for_confirmation_of_ca)
{
	boot("ca_fingerprint =");
	ck_assert_int_eq(state(), SCEP_STATE_CONFIRM_CA);
	mock_host_pass(host, YEAR);
	nudge("gw.example.org");
	/* it is looked at from time to time, and asked for nothing */
	ck_assert_int_gt(host->transport->sent, 2);
	ck_assert_int_eq(state(), SCEP_STATE_CONFIRM_CA);
	ck_assert_int_eq(ca->issued, 0);
	mock_host_change(host, NULL);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

/**
 * Confirm the CA as a person does, by its file.
 */
static void confirm_ca()
{
	char from[PATH_MAX], to[PATH_MAX];

	snprintf(from, sizeof(from), "%s/gw/ca/unconfirmed", host->dir);
	snprintf(to, sizeof(to), "%s/gw/ca/confirmed", host->dir);
	ck_assert_int_eq(rename(from, to), 0);
	ck_assert_int_eq(chmod(to, 0644), 0);
}

START_TEST(waits_for_confirmation_of_ca_over_restart)
{
	u_int sent;
	int i;

	boot("ca_fingerprint =");
	sent = host->transport->sent;
	for (i = 0; i < 10; i++)
	{	/* a restart is no reason to look at the CA again */
		ck_assert(mock_host_boot(host, "ca_fingerprint ="));
		ck_assert_int_eq(state(), SCEP_STATE_CONFIRM_CA);
		mock_host_pass(host, 30);
		ck_assert_int_eq(host->transport->sent, sent);
	}
	if (_i)
	{	/* while charon does not run */
		mock_host_crash(host);
		confirm_ca();
		boot("ca_fingerprint =");
	}
	else
	{
		confirm_ca();
		mock_host_pass(host, 10);
	}
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
}
END_TEST

START_TEST(restart_with_other_settings_tries_at_once)
{
	u_int sent;

	host->offline = TRUE;
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	host->offline = FALSE;
	sent = host->transport->sent;
	boot(NULL);
	ck_assert_int_eq(host->transport->sent, sent);
	boot("retry {\n interval = 61s\n }");
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(retires_at_any_step)
{
	scep_enrollment_t *enrollment;
	bool ended;
	u_int i, sent;

	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	enrollment = host->enrollment;
	host->enrollment = NULL;
	sent = host->transport->sent;
	ended = enrollment->retire(enrollment);
	ck_assert_int_eq(host->ike->withdrawn, 1);
	ck_assert_int_eq(enrollment->is_idle(enrollment), ended);
	ck_assert(!mock_transport_get(host->transport));
	mock_host_settle(host);
	ck_assert(enrollment->is_idle(enrollment));
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert(!host->ike->gen);
	enrollment->destroy(enrollment);
	/* nothing is lost when it comes back */
	boot(NULL);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(enrols_anew_after_expiry)
{
	enrol(NULL);
	mock_host_crash(host);
	mock_clock_advance(timer, 91 * DAY);
	ck_assert(mock_host_boot(host, NULL));
	/* better than nothing */
	ck_assert(host->ike->gen);
	ck_assert(!mock_host_is_usable(host));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 2);
	/* connections waited for it */
	ck_assert(host->ike->initiate);
	ck_assert(!ca->last->authenticated);
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

START_TEST(enrols_anew_after_expiry_during_operation)
{
	enrol(NULL);
	host->offline = TRUE;
	mock_host_pass(host, 91 * DAY);
	ck_assert(!mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->withdrawn, 0);
	host->offline = FALSE;
	mock_host_pass(host, 7 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert(!ca->last->authenticated);
	/* peers refused the expired one meanwhile */
	ck_assert(host->ike->initiate);
}
END_TEST

START_TEST(disturbs_no_children_at_renewal)
{
	enrol(NULL);
	ck_assert(host->ike->initiate);
	mock_host_pass(host, wait_());
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert(!host->ike->initiate);
}
END_TEST

START_TEST(asks_for_few_though_they_began_long_ago)
{
	ca->not_before = -DAY * 365;
	enrol(NULL);
	mock_host_pass(host, 10 * DAY);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_pass(host, 15 * DAY);
	ck_assert_int_ge(ca->issued, 2);
	ck_assert_int_le(ca->issued, 3);
}
END_TEST

START_TEST(waits_for_start_of_renewed_certificate)
{
	enrol(NULL);
	ca->not_before = 2 * HOUR;
	mock_host_pass(host, wait_());
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(host->ike->gen->number, 1);
	ck_assert_int_eq(wait_(), 2 * HOUR);
	if (_i)
	{
		ck_assert(mock_host_boot(host, NULL));
		ck_assert_int_eq(host->ike->gen->number, 1);
	}
	mock_host_pass(host, 2 * HOUR - 1);
	ck_assert_int_eq(host->ike->gen->number, 1);
	mock_host_pass(host, 1);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(waits_for_start_of_first_certificate)
{
	ca->not_before = 2 * HOUR;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(!host->ike->gen);
	ck_assert_int_eq(wait_(), 2 * HOUR);
	mock_host_pass(host, 2 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert(host->ike->initiate);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(rests_with_expired_certificate_beside_older_valid_one)
{
	enrol(NULL);
	/* the renewed one ends before the first one does */
	ca->not_after = HOUR;
	mock_host_pass(host, wait_());
	ck_assert_int_eq(host->ike->gen->number, 2);
	mock_host_crash(host);
	mock_clock_advance(timer, 2 * HOUR);
	host->offline = TRUE;
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_eq(host->ike->gen->number, 1);
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_gt(wait_(), 0);
}
END_TEST

START_TEST(older_certificate_returns_when_newer_one_ends)
{
	enrol(NULL);
	ca->not_after = HOUR;
	mock_host_pass(host, wait_());
	ck_assert_int_eq(host->ike->gen->number, 2);
	host->offline = TRUE;
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(host->ike->gen->number, 2);
	mock_host_pass(host, 1);
	ck_assert_int_eq(host->ike->gen->number, 1);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(asks_anew_for_what_was_issued_long_ago)
{
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_until(host, "PKIOperation"));
	/* the CA issues it, but the gateway is off for longer than it lasts */
	ck_assert(mock_host_serve(host));
	ck_assert_int_eq(ca->issued, 1);
	mock_host_crash(host);
	mock_clock_advance(timer, 91 * DAY);
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, DAY);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

int main()
{
	Suite *suite = suite_create("enrollment");
	TCase *tcase = tcase_create("life of a profile");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, host_setup, host_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, enrols_and_gives_certificate_to_ike);
	tcase_add_test(tcase, takes_certificate_from_disk_after_restart);
	tcase_add_test(tcase, renews_in_window_and_keeps_one_generation);
	tcase_add_test(tcase, keeps_moment_of_renewal_over_restart);
	tcase_add_test(tcase, keeps_certificate_while_renewal_fails);
	tcase_add_test(tcase, backs_off_over_restarts);
	tcase_add_test(tcase, attempt_that_ends_charon_is_not_made_at_each_start);
	tcase_add_test(tcase, waits_as_long_as_server_asks);
	tcase_add_test(tcase, is_nudged_forward_not_too_often);
	tcase_add_test(tcase, is_not_nudged_with_valid_certificate);
	tcase_add_test(tcase, is_not_nudged_while_pending);
	tcase_add_test(tcase, polls_less_often_until_granted);
	tcase_add_test(tcase, gives_up_polling);
	tcase_add_test(tcase, stops_at_certificate_that_policy_refuses);
	tcase_add_test(tcase, goes_on_when_ca_is_put_right);
	tcase_add_test(tcase, tells_at_each_start_that_it_gave_up);
	tcase_add_loop_test(tcase, stays_stopped_over_restarts, 0, 2);
	tcase_add_test(tcase, waits_for_confirmation_of_ca);
	tcase_add_loop_test(tcase, waits_for_confirmation_of_ca_over_restart, 0,
						2);
	tcase_add_test(tcase, restart_with_other_settings_tries_at_once);
	tcase_add_loop_test(tcase, retires_at_any_step, 0, 9);
	tcase_add_test(tcase, enrols_anew_after_expiry);
	tcase_add_test(tcase, enrols_anew_after_expiry_during_operation);
	tcase_add_test(tcase, disturbs_no_children_at_renewal);
	tcase_add_test(tcase, asks_for_few_though_they_began_long_ago);
	tcase_add_loop_test(tcase, waits_for_start_of_renewed_certificate, 0, 2);
	tcase_add_test(tcase, waits_for_start_of_first_certificate);
	tcase_add_test(tcase, rests_with_expired_certificate_beside_older_valid_one);
	tcase_add_test(tcase, older_certificate_returns_when_newer_one_ends);
	tcase_add_test(tcase, asks_anew_for_what_was_issued_long_ago);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
