/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "host_fixture.h"

#include "enroll/scep_roster.h"

#include <stdio.h>

/** enrolments under test */
static scep_roster_t *roster;

static void setup()
{
	config_setup();
	host_setup();
	roster = scep_roster_create(&host->host);
}

static void teardown()
{
	mock_executor_drop(host->executor);
	roster->destroy(roster);
	host_teardown();
	config_teardown();
}

/**
 * Give a configuration to the roster.
 *
 * @param profiles	names of profiles, one letter each
 * @param more		settings of each
 */
static void configure(const char *profiles, const char *more)
{
	char text[4096], pin[72];
	scep_config_t *config;
	settings_t *settings;
	size_t len;

	mock_ca_fingerprint(ca, pin);
	len = snprintf(text, sizeof(text), "test {\nplugins {\nscep {\nprofiles {\n");
	for (; *profiles; profiles++)
	{
		len += snprintf(text + len, sizeof(text) - len, "%c {\n"
						"url = http://ca.example.org/scep\n"
						"ca_fingerprint = %s\nsubject = \"CN=%c\"\n"
						"key {\nsize = 2048\n}\n%s\n}\n", *profiles, pin,
						*profiles, more);
	}
	snprintf(text + len, sizeof(text) - len, "}\n}\n}\n}\n");
	settings = settings_create_string(text);
	ck_assert(settings);
	config = scep_config_load(settings, "test");
	roster->configure(roster, config);
	config->destroy(config);
	settings->destroy(settings);
}

/**
 * Do one thing.
 */
static bool step()
{
	time_t due;

	if (mock_executor_finish(host->executor) ||
		mock_executor_work(host->executor) || mock_host_serve(host))
	{
		return TRUE;
	}
	due = roster->get_due(roster);
	roster->run(roster);
	return due && due <= timer->now;
}

/**
 * Do all there is to do now.
 */
static void settle()
{
	u_int steps;

	for (steps = 0; step() || step(); steps++)
	{	/* twice, as one that comes back is due in the next turn only */
		ck_assert_int_lt(steps, MOCK_STEPS);
	}
}

/**
 * Advance to the moment at which a worker has something to do, and the
 * request is about to leave.
 */
static void start_worker()
{
	while (!mock_transport_get(host->transport) ||
		   !mock_transport_is(&mock_transport_get(
								host->transport)->request, "GetCACert"))
	{
		ck_assert(step());
	}
	ck_assert(mock_host_serve(host));
	ck_assert(!mock_transport_get(host->transport));
}

START_TEST(enrols_all_profiles)
{
	configure("abc", "");
	ck_assert_int_eq(host->transport->sent, 0);
	ck_assert_int_le(roster->get_due(roster), timer->now);
	settle();
	ck_assert_int_eq(ca->issued, 3);
	ck_assert_int_eq(host->ike->installed, 3);
	ck_assert_int_gt(roster->get_due(roster), timer->now);
}
END_TEST

START_TEST(leaves_other_profiles_alone)
{
	u_int sent;

	configure("ab", "");
	settle();
	sent = host->transport->sent;
	configure("bc", "");
	ck_assert_int_eq(host->ike->withdrawn, 1);
	settle();
	ck_assert_int_eq(ca->issued, 3);
	ck_assert_int_eq(host->transport->sent, sent + 3);
}
END_TEST

START_TEST(keeps_profile_that_became_unusable)
{
	configure("a", "");
	settle();
	configure("a", "digest = none");
	ck_assert_int_eq(host->ike->withdrawn, 0);
	mock_clock_advance(timer, roster->get_due(roster) - timer->now);
	settle();
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

/**
 * Start anew, as charon does, with what is on disk.
 */
static void reboot()
{
	mock_executor_drop(host->executor);
	roster->destroy(roster);
	DESTROY_IF(host->ike->gen);
	host->ike->gen = NULL;
	roster = scep_roster_create(&host->host);
}

START_TEST(profile_that_is_unusable_from_the_start_keeps_its_certificate)
{
	u_int sent, withdrawn;
	scep_view_t view;

	configure("a", "");
	settle();
	reboot();
	sent = host->transport->sent;
	withdrawn = host->ike->withdrawn;
	configure("ab", "digest = none");
	ck_assert(mock_host_is_usable(host));
	ck_assert(roster->get_view(roster, "a", &view));
	ck_assert_int_eq(view.state, SCEP_STATE_DISABLED);
	ck_assert_int_eq(view.certificate, SCEP_CERTIFICATE_VALID);
	ck_assert(view.gen);
	scep_view_clear(&view);
	ck_assert(roster->get_view(roster, "b", &view));
	ck_assert_int_eq(view.certificate, SCEP_CERTIFICATE_NONE);
	scep_view_clear(&view);
	/* b never had any; nothing is asked for */
	ck_assert_int_eq(host->ike->installed, 2);
	ck_assert_int_eq(roster->get_due(roster), 0);
	ck_assert(!roster->enroll(roster, "a", NULL));
	/* what is wrong in another way changes nothing */
	configure("ab", "digest = nil");
	ck_assert_int_eq(host->ike->installed, 2);
	ck_assert_int_eq(host->transport->sent, sent);
	if (_i)
	{
		configure("b", "digest = none");
		ck_assert_int_eq(host->ike->withdrawn, withdrawn + 1);
		ck_assert(!host->ike->gen);
	}
	/* mended: it goes on with what it has */
	configure("a", "");
	settle();
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->withdrawn, withdrawn + _i);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

START_TEST(profile_comes_back_when_its_worker_has_ended)
{
	u_int i;

	configure("a", "");
	start_worker();
	for (i = 0; i <= _i; i++)
	{
		configure("", "");
		configure("a", "");
		ck_assert_int_eq(host->ike->withdrawn, 1);
		/* the worker still has its state */
		roster->run(roster);
		ck_assert(!mock_transport_get(host->transport));
		ck_assert_int_eq(roster->get_due(roster), 0);
	}
	ck_assert(mock_executor_work(host->executor));
	roster->run(roster);
	ck_assert(!mock_transport_get(host->transport));
	ck_assert(mock_executor_finish(host->executor));
	roster->run(roster);
	ck_assert(mock_transport_get(host->transport));
	settle();
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(host->ike->installed, 1);
}
END_TEST

START_TEST(profile_that_left_again_does_not_come_back)
{
	configure("a", "");
	start_worker();
	configure("", "");
	configure("a", "");
	configure("", "");
	settle();
	ck_assert_int_eq(ca->issued, 0);
	ck_assert_int_eq(host->transport->sent, 2);
	ck_assert_int_eq(roster->get_due(roster), 0);
}
END_TEST

START_TEST(profile_comes_back_as_configured_last)
{
	identification_t *id;

	configure("a", "");
	start_worker();
	configure("", "");
	configure("a", "subject = \"CN=first\"");
	configure("a", "subject = \"CN=second\"");
	/* a typing error changes nothing */
	configure("a", "subject = ");
	settle();
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(host->ike->gen);
	id = identification_create_from_string("CN=second");
	ck_assert(host->ike->gen->cert->has_subject(host->ike->gen->cert, id));
	id->destroy(id);
}
END_TEST

START_TEST(ends_while_a_profile_waits_to_come_back)
{
	configure("a", "");
	start_worker();
	configure("", "");
	configure("a", "");
	/* teardown: nothing leaks */
}
END_TEST

START_TEST(reason_of_disabled_profile_is_told_as_it_is)
{
	scep_error_t error = {};
	scep_view_t view;

	configure("a", "renew {\nfrom = 12345%s%s%s%n\n}\n");
	ck_assert(roster->get_view(roster, "a", &view));
	ck_assert_msg(strstr(view.last_error, "%s%s%s%n"), "%s", view.last_error);
	ck_assert(!roster->enroll(roster, "a", &error));
	ck_assert_str_eq(error.text, view.last_error);
	scep_view_clear(&view);
}
END_TEST

START_TEST(profile_begins_when_its_directory_can_be_used)
{
	char path[128], text[256];
	scep_view_t view;
	FILE *file;

	snprintf(path, sizeof(path), "%s/a", host->dir);
	file = fopen(path, "w");
	ck_assert(file);
	fclose(file);
	configure("ab", "");
	settle();
	ck_assert_int_eq(ca->issued, 1);
	snprintf(text, sizeof(text), "scep[a] store-error: reason='%s'", path);
	ck_assert_msg(strstr(log_text, text), "%s", log_text);
	ck_assert(roster->get_view(roster, "a", &view));
	ck_assert_int_eq(view.state, SCEP_STATE_DISABLED);
	scep_view_clear(&view);
	*log_text = '\0';
	mock_clock_advance(timer, DAY);
	settle();
	ck_assert_str_eq(log_text, "");
	ck_assert_int_eq(remove(path), 0);
	mock_clock_advance(timer, 60);
	settle();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(roster->get_view(roster, "a", &view));
	ck_assert_int_eq(view.state, SCEP_STATE_IDLE);
	scep_view_clear(&view);
}
END_TEST

int main()
{
	Suite *suite = suite_create("roster");
	TCase *tcase = tcase_create("profiles come and go");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, enrols_all_profiles);
	tcase_add_test(tcase, leaves_other_profiles_alone);
	tcase_add_test(tcase, keeps_profile_that_became_unusable);
	tcase_add_test(tcase, reason_of_disabled_profile_is_told_as_it_is);
	tcase_add_test(tcase, profile_begins_when_its_directory_can_be_used);
	tcase_add_loop_test(tcase,
			profile_that_is_unusable_from_the_start_keeps_its_certificate, 0, 2);
	tcase_add_loop_test(tcase, profile_comes_back_when_its_worker_has_ended, 0,
						2);
	tcase_add_test(tcase, profile_that_left_again_does_not_come_back);
	tcase_add_test(tcase, profile_comes_back_as_configured_last);
	tcase_add_test(tcase, ends_while_a_profile_waits_to_come_back);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
