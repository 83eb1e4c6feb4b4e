/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

/**
 * Let the CA ponder on a first request.
 */
static mock_entry_t *pend()
{
	ca->verdict = MOCK_PEND;
	boot(NULL);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	return ca->asked;
}

/**
 * Settings that make another certificate of it.
 */
static const char *others[] = {
	"subject = \"CN=new.example.org\"",
	"san = gw.example.org, other.example.org",
	"san = other.example.org",
	"template = Gateway",
	"key {\n size = 3072\n }",
};

START_TEST(other_request_replaces_the_certificate)
{
	enrol(NULL);
	mock_host_change(host, others[_i]);
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert_int_eq(host->ike->gen->number, 1);
	mock_host_settle(host);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 2);
	/* of something else it is no renewal */
	ck_assert(!ca->last->authenticated);
}
END_TEST

START_TEST(other_request_follows_one_under_way)
{
	mock_entry_t *first = pend();
	u_int polls = first->polls;

	mock_host_change(host, others[_i]);
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert(ca->asked != first);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 2 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert(ca->last != first);
	ck_assert(!first->issued);
	ck_assert_int_eq(first->polls, polls);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 2);
}
END_TEST

/**
 * Settings that tell how to ask, not what for.
 */
static const char *ways[] = {
	"url = http://other.example.org/scep",
	"renew {\n from = 50%\n to = 55%\n }",
	"retry {\n interval = 5m\n }",
	"poll {\n interval = 2m\n }",
	"http {\n timeout = 20s\n }",
	"initiate = no",
};

START_TEST(other_way_leaves_the_certificate_alone)
{
	u_int sent;

	enrol(NULL);
	sent = host->transport->sent;
	mock_host_change(host, ways[_i]);
	mock_host_pass(host, 40 * DAY);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(host->ike->installed, 1);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	/* and it is renewed by the other way */
	mock_host_pass(host, 25 * DAY);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert(ca->last->authenticated);
}
END_TEST

START_TEST(other_way_goes_on_with_the_request_under_way)
{
	mock_entry_t *first = pend();

	mock_host_change(host, ways[_i]);
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 2 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
	/* another server need not know of the request */
	ck_assert(_i == 0 || ca->last == first);
	ck_assert(_i == 0 || first->requests == 1);
}
END_TEST

START_TEST(other_way_goes_on_with_a_renewal_that_a_person_wanted)
{
	enrol(NULL);
	ca->verdict = MOCK_PEND;
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	mock_host_change(host, "reauth = yes");
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 2 * HOUR);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert_int_eq(ca->last->requests, 1);
}
END_TEST

START_TEST(other_pin_keeps_the_certificate_until_there_is_another)
{
	enrol(NULL);
	mock_host_change(host, "ca_fingerprint = sha256:"
					 "00112233445566778899aabbccddeeff"
					 "00112233445566778899aabbccddeeff");
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(host->ike->gen->number, 1);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_change(host, NULL);
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

/**
 * Moment of renewal.
 */
static time_t get_renewal()
{
	scep_view_t view = host->enrollment->get_view(host->enrollment);
	time_t at = view.renew_at;

	scep_view_clear(&view);
	return at;
}

START_TEST(draws_a_moment_after_the_end_once)
{
	const char *other = "renew {\n from = 50%\n to = 55%\n }";
	time_t at;

	enrol(NULL);
	host->offline = TRUE;
	mock_host_pass(host, 100 * DAY);
	mock_host_change(host, other);
	at = get_renewal();
	ck_assert_int_gt(at, timer->now);
	mock_host_pass(host, HOUR);
	mock_host_crash(host);
	ck_assert(mock_host_boot(host, other));
	ck_assert_int_eq(get_renewal(), at);
}
END_TEST

START_TEST(fetches_the_crl_while_a_renewal_is_pending)
{
	u_int crls;

	ca->cdp = NULL;
	ca->crl_to = DAY;
	enrol(NULL);
	ck_assert_int_gt(ca->crls, 0);
	ca->verdict = MOCK_PEND;
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	crls = ca->crls;
	mock_host_pass(host, 3 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert_int_ge(ca->crls, crls + 2);
	ck_assert_int_eq(host->transport->cancelled, 0);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 2 * HOUR);
	ck_assert_int_eq(host->ike->gen->number, 2);
}
END_TEST

START_TEST(same_profile_disturbs_nothing)
{
	u_int i, sent;

	/* at each moment of an enrolment */
	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	sent = host->transport->sent;
	mock_host_change(host, NULL);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(host->transport->cancelled, 0);
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->sent, 3);
	ck_assert_int_eq(host->ike->installed, 1);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

#define OTHER_SUBJECT "subject = \"CN=new.example.org\""

START_TEST(enrols_for_new_subject_while_old_certificate_stays)
{
	enrol(NULL);
	mock_host_change(host, OTHER_SUBJECT);
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(has_name("CN=gw.example.org"));
	mock_host_settle(host);
	ck_assert(has_name("CN=new.example.org"));
	ck_assert_int_eq(host->ike->withdrawn, 0);
	ck_assert_int_eq(host->ike->installed, 2);
	/* the subject is another one: no renewal */
	ck_assert(!ca->last->authenticated);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

START_TEST(keeps_old_certificate_while_new_subject_is_refused)
{
	enrol(NULL);
	ca->verdict = MOCK_REFUSE;
	mock_host_change(host, OTHER_SUBJECT);
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(has_name("CN=gw.example.org"));
	/* also after a restart */
	ck_assert(mock_host_boot(host, OTHER_SUBJECT));
	ck_assert(has_name("CN=gw.example.org"));
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 7 * HOUR);
	ck_assert(has_name("CN=new.example.org"));
}
END_TEST

START_TEST(begins_anew_when_changed_at_any_step)
{
	u_int i;

	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	mock_host_change(host, OTHER_SUBJECT);
	/* twice, as people do */
	mock_host_change(host, OTHER_SUBJECT "\n initiate = no");
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(has_name("CN=new.example.org"));
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_int_le(ca->issued, 2);
	ck_assert(!mock_transport_get(host->transport));
	/* and goes on with what it has after a restart */
	ck_assert(mock_host_boot(host, OTHER_SUBJECT));
	ck_assert(has_name("CN=new.example.org"));
}
END_TEST

START_TEST(keeps_what_was_issued_when_changed_at_any_step)
{
	u_int i;

	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	/* the same request serves */
	mock_host_change(host, "retry {\n interval = 30s\n }");
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(host->ike->gen->number, 1);
}
END_TEST

START_TEST(draws_renewal_anew_for_new_window)
{
	enrol(NULL);
	ck_assert_int_gt(wait_(), 53 * DAY);
	mock_host_change(host, "renew {\n from = 10%\n to = 20%\n }");
	ck_assert_int_lt(wait_(), 19 * DAY);
	ck_assert_int_gt(wait_(), 8 * DAY);
	ck_assert_int_eq(host->ike->installed, 1);
}
END_TEST

START_TEST(gives_root_to_ike_when_told_so)
{
	enrol(NULL);
	mock_host_change(host, "trust_ca = yes");
	ck_assert_int_eq(host->ike->roots->get_count(host->ike->roots), 1);
	ck_assert_int_eq(host->ike->installed, 2);
	mock_host_change(host, NULL);
	ck_assert(!host->ike->roots->get_count(host->ike->roots));
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

int main()
{
	Suite *suite = suite_create("reload");
	TCase *tcase = tcase_create("changed settings");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, host_setup, host_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, other_request_replaces_the_certificate, 0,
						countof(others));
	tcase_add_loop_test(tcase, other_request_follows_one_under_way, 0,
						countof(others));
	tcase_add_loop_test(tcase, other_way_leaves_the_certificate_alone, 0,
						countof(ways));
	tcase_add_loop_test(tcase, other_way_goes_on_with_the_request_under_way, 0,
						countof(ways));
	tcase_add_test(tcase, other_way_goes_on_with_a_renewal_that_a_person_wanted);
	tcase_add_test(tcase, other_pin_keeps_the_certificate_until_there_is_another);
	tcase_add_loop_test(tcase, same_profile_disturbs_nothing, 0, 9);
	tcase_add_test(tcase, enrols_for_new_subject_while_old_certificate_stays);
	tcase_add_test(tcase, keeps_old_certificate_while_new_subject_is_refused);
	tcase_add_loop_test(tcase, begins_anew_when_changed_at_any_step, 0, 9);
	tcase_add_loop_test(tcase, keeps_what_was_issued_when_changed_at_any_step,
						0, 9);
	tcase_add_test(tcase, draws_renewal_anew_for_new_window);
	tcase_add_test(tcase, gives_root_to_ike_when_told_so);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("CRL");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, host_setup, host_teardown);
	tcase_add_test(tcase, draws_a_moment_after_the_end_once);
	tcase_add_test(tcase, fetches_the_crl_while_a_renewal_is_pending);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
