/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "host_fixture.h"

/** So much of the CA's life is left at the first enrolment: it ends before a
 * second certificate does */
#define LEFT	(100 * DAY)

static void setup()
{
	config_setup();
	host_setup();
	timer->now = MOCK_START + MOCK_CA_LIFE - LEFT;
}

static void teardown()
{
	host_teardown();
	config_teardown();
}

/**
 * When the next attempt is.
 */
static time_t get_next()
{
	scep_view_t view = host->enrollment->get_view(host->enrollment);
	time_t at = view.next_at;

	scep_view_clear(&view);
	return at;
}

/**
 * Let the moment of the next renewal come.
 */
static void renew()
{
	mock_host_pass(host, get_next() - timer->now);
}

/**
 * Whether a CA issued the certificate that IKE has.
 */
static bool is_issued_by(certrep_id_t *id)
{
	certificate_t *cert = host->ike->gen->cert;

	return cert->issued_by(cert, id->cert, NULL);
}

/**
 * Check which roots IKE verifies peers with.
 *
 * @param a			one of them, or NULL
 * @param b			another one, or NULL
 */
static void check_roots(certrep_id_t *a, certrep_id_t *b)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	int count = 0;

	enumerator = host->ike->roots->create_enumerator(host->ike->roots);
	while (enumerator->enumerate(enumerator, &cert))
	{
		ck_assert((a && cert->equals(cert, a->cert)) ||
				  (b && cert->equals(cert, b->cert)));
		count++;
	}
	enumerator->destroy(enumerator);
	ck_assert_int_eq(count, (a ? 1 : 0) + (b ? 1 : 0));
}

START_TEST(renews_at_announced_ca_and_trusts_both)
{
	enrol("trust_ca = yes");
	ck_assert(is_issued_by(ca->id));
	check_roots(ca->id, NULL);
	mock_ca_announce(ca, timer->now);
	renew();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(ca->last->authenticated);
	ck_assert(is_issued_by(ca->next));
	check_roots(ca->id, ca->next);
	ck_assert(has_file("ca/next.pem"));
	/* also after a restart */
	ck_assert(mock_host_boot(host, "trust_ca = yes"));
	ck_assert(is_issued_by(ca->next));
	check_roots(ca->id, ca->next);
	ck_assert_str_eq(log_text, "");
}
END_TEST

START_TEST(trusts_announced_ca_though_renewal_fails)
{
	enrol("trust_ca = yes");
	mock_ca_announce(ca, timer->now);
	ca->verdict = MOCK_REFUSE;
	renew();
	ck_assert(is_issued_by(ca->id));
	check_roots(ca->id, ca->next);
	ck_assert_int_eq(host->ike->installed, 2);
	/* one that is known already changes nothing */
	mock_host_pass(host, DAY);
	ck_assert_int_eq(host->ike->installed, 2);
}
END_TEST

START_TEST(trusts_no_root_unless_told_so)
{
	enrol(NULL);
	mock_ca_announce(ca, timer->now);
	renew();
	ck_assert(is_issued_by(ca->next));
	check_roots(NULL, NULL);
}
END_TEST

START_TEST(uses_certificate_of_next_ca_when_it_becomes_valid)
{
	time_t start;

	enrol("trust_ca = yes");
	start = host->enrollment->get_due(host->enrollment) + 5 * DAY;
	mock_ca_announce(ca, start);
	ca->not_before = 5 * DAY;
	renew();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(is_issued_by(ca->id));
	check_roots(ca->id, ca->next);
	mock_host_pass(host, start - timer->now - 1);
	ck_assert(is_issued_by(ca->id));
	mock_host_pass(host, 1);
	ck_assert(is_issued_by(ca->next));
	ck_assert(mock_host_is_usable(host));
	check_roots(ca->id, ca->next);
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

/**
 * Renew at the announced CA, which takes over in five days.
 */
static void renew_ahead()
{
	enrol("trust_ca = yes");
	mock_ca_announce(ca, get_next() + 5 * DAY);
	ca->not_before = 5 * DAY;
	renew();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(is_issued_by(ca->id));
}

START_TEST(restarts_and_clock_steps_ask_for_no_other_while_one_waits)
{
	int i;

	renew_ahead();
	for (i = 0; i < 3; i++)
	{
		mock_clock_jump(timer, 3);
		host->enrollment->clock_changed(host->enrollment, 3);
		mock_host_pass(host, HOUR);
		ck_assert(mock_host_boot(host, "trust_ca = yes"));
		mock_host_pass(host, HOUR);
		ck_assert(is_issued_by(ca->id));
		ck_assert(mock_host_is_usable(host));
	}
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(has_file("gen-1/key.pem"));
	mock_host_pass(host, 5 * DAY);
	ck_assert(is_issued_by(ca->next));
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(another_one_while_one_waits_leaves_the_one_in_use)
{
	renew_ahead();
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 3);
	ck_assert(is_issued_by(ca->id));
	ck_assert(mock_host_is_usable(host));
	ck_assert(has_file("gen-1/key.pem"));
	ck_assert(!has_file("gen-2/key.pem"));
	ck_assert(mock_host_boot(host, "trust_ca = yes"));
	ck_assert(is_issued_by(ca->id));
	mock_host_pass(host, 5 * DAY);
	ck_assert(is_issued_by(ca->next));
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 3);
}
END_TEST

START_TEST(announced_ca_takes_over)
{
	char settings[128] = "trust_ca = yes\n ca_fingerprint = ";

	mock_ca_fingerprint(ca, settings + strlen(settings));
	enrol(settings);
	mock_ca_announce(ca, timer->now);
	ca->not_after = 15 * DAY;
	renew();
	mock_ca_take_over(ca);
	renew();
	ck_assert_int_eq(ca->issued, 3);
	ck_assert(is_issued_by(ca->id));
	ck_assert(!has_file("ca/next.pem"));
	ck_assert(has_file("ca/announced.pem"));
	/* gateways that were not renewed meanwhile have the old one's */
	ck_assert_int_lt(timer->now, MOCK_START + MOCK_CA_LIFE);
	check_roots(ca->first, ca->id);
	ck_assert(mock_host_boot(host, settings));
	check_roots(ca->first, ca->id);
	/* until it expires */
	mock_host_pass(host, 60 * DAY);
	ck_assert_int_gt(timer->now, MOCK_START + MOCK_CA_LIFE);
	ck_assert(mock_host_is_usable(host));
	check_roots(ca->id, NULL);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert_str_eq(log_text, "");
}
END_TEST

/**
 * Let the CA get what is under way, but its answer be lost.
 */
static void lose_answer()
{
	scep_http_answer_t answer;

	ck_assert(mock_host_until(host, "PKIOperation"));
	mock_ca_serve(ca, &mock_transport_get(host->transport)->request, &answer);
	free(answer.body.ptr);
	ck_assert(mock_transport_break(host->transport));
}

START_TEST(begins_anew_where_the_ca_before_had_issued)
{
	char settings[128] = "ca_fingerprint = ";

	/* the next CA takes over early: it is not asked in advance */
	timer->now = MOCK_START;
	mock_ca_fingerprint(ca, settings + strlen(settings));
	enrol(settings);
	/* what expired is not renewed: the request is the same before and after */
	host->offline = TRUE;
	mock_host_pass(host, 100 * DAY);
	host->offline = FALSE;
	mock_ca_announce(ca, host->enrollment->get_due(host->enrollment) + 1);
	mock_clock_advance(timer, wait_());
	lose_answer();
	ck_assert_int_eq(ca->issued, 2);
	mock_host_settle(host);
	mock_ca_take_over(ca);
	/* asked again, the CA of now brings what the one before had issued */
	renew();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->last->requests, 2);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	renew();
	ck_assert_int_eq(ca->issued, 3);
	ck_assert(is_issued_by(ca->id));
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(another_pin_ends_trust_in_what_was_announced)
{
	char settings[128] = "trust_ca = yes\n ca_fingerprint = ", *last;

	mock_ca_fingerprint(ca, settings + strlen(settings));
	enrol(settings);
	mock_ca_announce(ca, timer->now);
	renew();
	check_roots(ca->id, ca->next);
	/* somebody else's */
	last = settings + strlen(settings) - 1;
	*last = *last == '0' ? '1' : '0';
	mock_host_change(host, settings);
	check_roots(NULL, NULL);
	mock_host_settle(host);
	check_roots(NULL, NULL);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(strstr(log_text, "ca-mismatch"));
	/* the pin may be mistyped: what was announced is kept, and not trusted */
	ck_assert(has_file("ca/next.pem"));
}
END_TEST

START_TEST(another_pin_at_start_does_not_wait_for_the_renewal)
{
	char settings[128] = "ca_fingerprint = ", *last;
	u_int sent;

	mock_ca_fingerprint(ca, settings + strlen(settings));
	enrol(settings);
	sent = host->transport->sent;
	boot(settings);
	ck_assert_int_eq(host->transport->sent, sent);
	last = settings + strlen(settings) - 1;
	*last = *last == '0' ? '1' : '0';
	boot(settings);
	ck_assert_int_gt(host->transport->sent, sent);
	ck_assert(strstr(log_text, "ca-mismatch"));
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(changed_ca_is_refused_and_reported)
{
	enrol("trust_ca = yes");
	mock_ca_announce(ca, timer->now);
	/* nobody said so before */
	mock_ca_take_over(ca);
	renew();
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(strstr(log_text, "scep[gw] ca-changed: reason="));
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(is_issued_by(ca->first));
	check_roots(ca->first, NULL);
	ck_assert(!mock_transport_get(host->transport));
	/* its announcement of itself counts for nothing */
	mock_host_pass(host, DAY);
	ck_assert_int_eq(ca->issued, 1);
	check_roots(ca->first, NULL);
}
END_TEST

START_TEST(renews_at_newly_pinned_ca)
{
	char settings[128] = "trust_ca = yes\n ca_fingerprint = ";

	enrol("trust_ca = yes");
	mock_ca_announce(ca, timer->now);
	mock_ca_take_over(ca);
	ca->caps = "SCEPStandard\nRenewal\n";
	mock_ca_fingerprint(ca, settings + strlen(settings));
	/* at once, while the old certificate stays in use */
	mock_host_change(host, settings);
	check_roots(NULL, NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(is_issued_by(ca->first));
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(is_issued_by(ca->id));
	check_roots(ca->id, NULL);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	/* a certificate of another CA proves nothing there */
	ck_assert_int_eq(ca->last->type, 19);
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

/** Capabilities of a CA that may announce another one */
#define CAPS	"POSTPKIOperation\nRenewal\nSCEPStandard\nGetNextCACert\n"

/** Events that are in the log by default */
static u_int told;

static void count(scep_event_sink_t *this, const char *profile,
				  scep_event_t event, level_t level, const char *text)
{
	told += level < 2 ? 1 : 0;
}

static scep_event_sink_t sink = { .handle = count };

START_TEST(learns_of_next_ca_between_renewals)
{
	time_t due;
	u_int sent;

	ca->caps = CAPS;
	enrol("trust_ca = yes");
	/* near the CA's end once a day, but not all gateways at once */
	due = host->enrollment->get_due(host->enrollment);
	ck_assert_int_ge(wait_(), DAY / 2);
	ck_assert_int_le(wait_(), DAY);
	mock_ca_announce(ca, timer->now);
	sent = host->transport->sent;
	boot("trust_ca = yes");
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
	ck_assert_int_eq(host->transport->sent, sent);
	check_roots(ca->id, NULL);
	mock_host_pass(host, wait_());
	check_roots(ca->id, ca->next);
	ck_assert_int_eq(host->transport->sent, sent + 3);
	/* as if nothing had happened */
	ck_assert(is_issued_by(ca->id));
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert_int_ge(wait_(), DAY / 2);
	ck_assert_int_le(wait_(), DAY);
	ck_assert_str_eq(log_text, "");
	mock_host_pass(host, 50 * DAY);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_pass(host, 15 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(is_issued_by(ca->next));
}
END_TEST

START_TEST(looks_once_a_week_while_ca_has_time)
{
	u_int sent;

	ca->caps = CAPS;
	timer->now = MOCK_START;
	enrol(NULL);
	ck_assert_int_ge(wait_(), 7 * DAY / 2);
	ck_assert_int_le(wait_(), 7 * DAY);
	sent = host->transport->sent;
	mock_host_pass(host, 49 * DAY);
	ck_assert_int_ge(host->transport->sent - sent, 3 * 7);
	ck_assert_int_le(host->transport->sent - sent, 3 * 14);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(asks_no_server_that_announces_nothing)
{
	u_int sent;

	enrol(NULL);
	sent = host->transport->sent;
	mock_host_pass(host, 50 * DAY);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

/** Steps of a look */
#define STEPS	8

START_TEST(look_gives_way_to_an_attempt_at_any_step)
{
	int i;

	ca->caps = CAPS;
	enrol("trust_ca = yes");
	mock_ca_announce(ca, timer->now);
	mock_clock_advance(timer, wait_());
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(is_issued_by(ca->next));
	check_roots(ca->id, ca->next);
	ck_assert_int_eq(host->transport->open->get_count(host->transport->open),
					 0);
	/* that looked, too */
	ck_assert_int_ge(wait_(), DAY / 2);
}
END_TEST

START_TEST(look_that_an_attempt_ended_is_put_off)
{
	u_int sent;

	ca->caps = CAPS;
	enrol(NULL);
	mock_clock_advance(timer, wait_());
	ck_assert(mock_host_until(host, "GetCACaps"));
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	ck_assert(host->enrollment->cancel(host->enrollment, NULL));
	ck_assert(host->enrollment->renew_within(host->enrollment, 30 * DAY, NULL));
	sent = host->transport->sent;
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

START_TEST(look_ends_with_profile_at_any_step)
{
	int i;

	ca->caps = CAPS;
	enrol(NULL);
	mock_clock_advance(timer, wait_());
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	if (!host->enrollment->retire(host->enrollment))
	{
		while (!host->enrollment->is_idle(host->enrollment))
		{
			ck_assert(mock_executor_finish(host->executor) ||
					  mock_executor_work(host->executor));
		}
	}
	ck_assert_int_eq(host->transport->open->get_count(host->transport->open),
					 0);
}
END_TEST

START_TEST(look_leaves_pending_request_alone)
{
	static const char settings[] = "trust_ca = yes\n poll {\n "
								   "max_interval = 2d\n interval = 2d\n }";
	time_t poll;
	u_int sent;

	ca->caps = CAPS;
	enrol(settings);
	ca->verdict = MOCK_PEND;
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	poll = get_next();
	mock_ca_announce(ca, timer->now);
	sent = host->transport->sent;
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ck_assert_int_eq(get_next(), poll);
	check_roots(ca->id, ca->next);
	ck_assert_int_ge(host->transport->sent, sent + 3);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 2 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->last->requests, 1);
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

START_TEST(look_that_fails_is_nothing_to_tell)
{
	int i;

	ca->caps = CAPS;
	enrol(NULL);
	host->offline = TRUE;
	told = 0;
	scep_event_add_sink(&sink);
	for (i = 0; i < 20; i++)
	{
		mock_host_pass(host, max(wait_(), 0));
		ck_assert_int_ge(wait_(), DAY / 2);
		ck_assert_int_le(wait_(), DAY);
	}
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	scep_event_remove_sink(&sink);
	ck_assert_int_eq(told, 0);
}
END_TEST

START_TEST(look_waits_as_long_as_server_asks)
{
	static const char *operations[] = {
		"GetCACaps", "GetCACert", "GetNextCACert",
	};
	const scep_http_answer_t busy = { .status = 503, .retry_after = 23 * HOUR };
	time_t due;

	ca->caps = CAPS;
	enrol(NULL);
	mock_clock_advance(timer, wait_());
	ck_assert(mock_host_until(host, operations[_i]));
	ck_assert(mock_transport_answer(host->transport, &busy));
	mock_host_settle(host);
	due = host->enrollment->get_due(host->enrollment);
	ck_assert_int_ge(wait_(), 23 * HOUR);
	ck_assert_int_le(wait_(), 23 * HOUR + 6 * HOUR);
	boot(NULL);
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
}
END_TEST

START_TEST(look_waits_where_an_attempt_does)
{
	const scep_http_answer_t busy = { .status = 503, .retry_after = 20 * HOUR };
	u_int sent;

	ca->caps = CAPS;
	enrol(NULL);
	ca->verdict = MOCK_PEND;
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	if (_i)
	{	/* the server is busy when it is polled */
		mock_host_settle(host);
		mock_clock_advance(timer, wait_());
	}
	ck_assert(mock_host_until(host, "GetCACaps"));
	ck_assert(mock_transport_answer(host->transport, &busy));
	mock_host_settle(host);
	ck_assert_int_eq(state(),
					 _i ? SCEP_STATE_PENDING : SCEP_STATE_WAITING);
	sent = host->transport->sent;
	mock_host_pass(host, 20 * HOUR - 1);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

START_TEST(overdue_looks_of_a_fleet_are_spread)
{
	time_t first;
	u_int sent;

	ca->caps = CAPS;
	enrol(NULL);
	mock_host_crash(host);
	/* the power was off */
	mock_clock_advance(timer, 10 * DAY);
	sent = host->transport->sent;
	boot(NULL);
	ck_assert_int_eq(host->transport->sent, sent);
	first = wait_();
	ck_assert_int_gt(first, 0);
	ck_assert_int_le(first, DAY / 2);
	/* and made, however often it is started anew */
	mock_clock_advance(timer, first - 1);
	boot(NULL);
	ck_assert_int_eq(wait_(), 1);
	mock_host_pass(host, 1);
	ck_assert_int_gt(host->transport->sent, sent);
}
END_TEST

/**
 * Get a certificate, and make some steps of the look that follows.
 */
static void begin_look(int steps)
{
	int i;

	ca->caps = CAPS;
	enrol(NULL);
	mock_clock_advance(timer, wait_());
	for (i = 0; i < steps; i++)
	{
		mock_host_step(host);
	}
}

/**
 * Set the clock back to where it is wrong: nothing is sent for days.
 *
 * @return			how far, seconds
 */
static time_t check_wrong_clock()
{
	time_t delta = timer->now - DAY;
	u_int sent;

	mock_clock_jump(timer, -delta);
	host->enrollment->clock_changed(host->enrollment, -delta);
	sent = host->transport->sent;
	mock_host_pass(host, 10 * DAY);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert(!mock_transport_get(host->transport));
	return delta;
}

START_TEST(wrong_clock_makes_no_look)
{
	time_t delta;
	u_int sent;

	begin_look(_i);
	delta = check_wrong_clock();
	sent = host->transport->sent;
	mock_clock_jump(timer, delta);
	host->enrollment->clock_changed(host->enrollment, delta);
	mock_host_settle(host);
	ck_assert_int_gt(wait_(), 0);
	ck_assert_int_le(wait_(), DAY);
	mock_host_pass(host, wait_());
	ck_assert_int_gt(host->transport->sent, sent);
}
END_TEST

START_TEST(wrong_clock_lets_no_attempt_follow_a_look)
{
	begin_look(_i);
	/* waits for a worker that is at the look */
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	check_wrong_clock();
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(look_is_as_far_as_before_when_clock_jumps)
{
	static const time_t deltas[] = { 5 * DAY, -DAY / 2 };
	time_t before;

	ca->caps = CAPS;
	enrol(NULL);
	before = wait_();
	mock_clock_jump(timer, deltas[_i]);
	host->enrollment->clock_changed(host->enrollment, deltas[_i]);
	mock_host_settle(host);
	ck_assert_int_eq(wait_(), before);
}
END_TEST

START_TEST(look_leaves_takeover_to_the_next_attempt)
{
	enrol("trust_ca = yes");
	mock_ca_announce(ca, timer->now);
	ca->not_after = 15 * DAY;
	renew();
	mock_ca_take_over(ca);
	/* it announces yet another one */
	mock_ca_announce(ca, timer->now + DAY);
	mock_host_pass(host, DAY);
	check_roots(ca->first, ca->id);
	ck_assert(has_file("ca/next.pem"));
	mock_host_pass(host, 14 * DAY);
	ck_assert_int_ge(ca->issued, 3);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert(mock_host_is_usable(host));
	ck_assert(!strstr(log_text, "ca-changed"));
}
END_TEST

int main()
{
	Suite *suite = suite_create("rollover");
	TCase *tcase = tcase_create("one CA takes over from another");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, renews_at_announced_ca_and_trusts_both);
	tcase_add_test(tcase, trusts_announced_ca_though_renewal_fails);
	tcase_add_test(tcase, trusts_no_root_unless_told_so);
	tcase_add_test(tcase, uses_certificate_of_next_ca_when_it_becomes_valid);
	tcase_add_test(tcase,
				   restarts_and_clock_steps_ask_for_no_other_while_one_waits);
	tcase_add_test(tcase, another_one_while_one_waits_leaves_the_one_in_use);
	tcase_add_test(tcase, announced_ca_takes_over);
	tcase_add_test(tcase, begins_anew_where_the_ca_before_had_issued);
	tcase_add_test(tcase, another_pin_ends_trust_in_what_was_announced);
	tcase_add_test(tcase, another_pin_at_start_does_not_wait_for_the_renewal);
	tcase_add_test(tcase, changed_ca_is_refused_and_reported);
	tcase_add_test(tcase, renews_at_newly_pinned_ca);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("looks for the next CA");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, learns_of_next_ca_between_renewals);
	tcase_add_test(tcase, looks_once_a_week_while_ca_has_time);
	tcase_add_test(tcase, asks_no_server_that_announces_nothing);
	tcase_add_loop_test(tcase, look_gives_way_to_an_attempt_at_any_step, 0,
						STEPS);
	tcase_add_test(tcase, look_that_an_attempt_ended_is_put_off);
	tcase_add_loop_test(tcase, look_ends_with_profile_at_any_step, 0, STEPS);
	tcase_add_test(tcase, look_leaves_pending_request_alone);
	tcase_add_test(tcase, look_that_fails_is_nothing_to_tell);
	tcase_add_loop_test(tcase, look_waits_as_long_as_server_asks, 0, 3);
	tcase_add_loop_test(tcase, look_waits_where_an_attempt_does, 0, 2);
	tcase_add_test(tcase, overdue_looks_of_a_fleet_are_spread);
	tcase_add_loop_test(tcase, wrong_clock_makes_no_look, 0, STEPS);
	tcase_add_loop_test(tcase, wrong_clock_lets_no_attempt_follow_a_look, 0,
						STEPS);
	tcase_add_loop_test(tcase, look_is_as_far_as_before_when_clock_jumps, 0, 2);
	tcase_add_test(tcase, look_leaves_takeover_to_the_next_attempt);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
