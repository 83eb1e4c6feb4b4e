/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "scep_test.h"
#include "mock_host.h"

#include <sys/stat.h>

/** Lengths of time, seconds */
#define HOUR	3600
#define DAY		(24 * HOUR)

/** So much of the CA's life is left at the first enrolment: it ends before a
 * second certificate does */
#define LEFT	(100 * DAY)

/** keys, clock and CA of all tests; the gateway of one */
static mock_keys_t *keys;
static mock_clock_t *timer;
static mock_ca_t *ca;
static mock_host_t *host;

static void setup_all()
{
	keys = mock_keys_create(2048);
	timer = mock_clock_create();
	ca = mock_ca_create(&timer->public, 2048);
}

static void teardown_all()
{
	mock_ca_destroy(ca);
	mock_keys_destroy(keys);
	timer->public.destroy(&timer->public);
}

static void setup()
{
	config_setup();
	mock_ca_reset(ca);
	timer->now = MOCK_START + MOCK_CA_LIFE - LEFT;
	host = mock_host_create(timer, keys, ca, 1);
}

static void teardown()
{
	mock_host_destroy(host);
	config_teardown();
}

/**
 * Get a first certificate.
 */
static void enrol(const char *more)
{
	ck_assert(mock_host_boot(host, more));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
}

/**
 * Let the moment of the next renewal come.
 */
static void renew()
{
	mock_host_pass(host, host->enrollment->get_due(host->enrollment) -
				   timer->now);
}

/**
 * Whether a file of the profile is there.
 */
static bool has_file(const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/gw/%s", host->dir, name);
	return lstat(path, &st) == 0;
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
	mock_clock_advance(timer, host->enrollment->get_due(host->enrollment) -
					   timer->now);
	lose_answer();
	ck_assert_int_eq(ca->issued, 2);
	mock_host_settle(host);
	mock_ca_take_over(ca);
	/* asked again, the CA of now brings what the one before had issued */
	renew();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->last->requests, 2);
	ck_assert_int_eq(host->enrollment->get_state(host->enrollment),
					 SCEP_STATE_WAITING);
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
	ck_assert_int_eq(host->enrollment->get_state(host->enrollment),
					 SCEP_STATE_WAITING);
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
	ck_assert(mock_host_boot(host, settings));
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->sent, sent);
	last = settings + strlen(settings) - 1;
	*last = *last == '0' ? '1' : '0';
	ck_assert(mock_host_boot(host, settings));
	mock_host_settle(host);
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
	ck_assert_int_eq(host->enrollment->get_state(host->enrollment),
					 SCEP_STATE_WAITING);
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

int main()
{
	Suite *suite = suite_create("rollover");
	TCase *tcase = tcase_create("one CA takes over from another");

	tcase_add_unchecked_fixture(tcase, setup_all, teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, renews_at_announced_ca_and_trusts_both);
	tcase_add_test(tcase, trusts_announced_ca_though_renewal_fails);
	tcase_add_test(tcase, trusts_no_root_unless_told_so);
	tcase_add_test(tcase, uses_certificate_of_next_ca_when_it_becomes_valid);
	tcase_add_test(tcase, announced_ca_takes_over);
	tcase_add_test(tcase, begins_anew_where_the_ca_before_had_issued);
	tcase_add_test(tcase, another_pin_ends_trust_in_what_was_announced);
	tcase_add_test(tcase, another_pin_at_start_does_not_wait_for_the_renewal);
	tcase_add_test(tcase, changed_ca_is_refused_and_reported);
	tcase_add_test(tcase, renews_at_newly_pinned_ca);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
