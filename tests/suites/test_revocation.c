/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include <credentials/certificates/x509.h>

#include <openssl/x509.h>

/** Steps of a GetCRL */
#define STEPS	11

static void setup()
{
	host_setup();
	ca->cdp = NULL;
	ck_assert(mock_host_boot(host, NULL));
}

/**
 * Get a first certificate, and its CRL.
 */
static void enrol_with_crl()
{
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->crls, 1);
	ck_assert(host->ike->crl);
	ck_assert_int_eq(ca->refused, 0);
}

/**
 * Serial number of what IKE has.
 */
static uint64_t serial()
{
	uint64_t number = 0;
	chunk_t bytes;

	bytes = ((x509_t*)host->ike->gen->cert)->get_serial(
											(x509_t*)host->ike->gen->cert);
	while (bytes.len)
	{
		number = number << 8 | *bytes.ptr;
		bytes = chunk_skip(bytes, 1);
	}
	return number;
}

START_TEST(asks_for_crl_after_enrolment)
{
	enrol_with_crl();
	ck_assert(has_file("ca/crl.der"));
	ck_assert_int_eq(host->ike->crls, 1);
	ck_assert_int_eq(host->ike->installed, 1);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
}
END_TEST

START_TEST(leaves_certificates_with_distribution_point_to_ike)
{
	ca->cdp = "URI:http://ca.example.org/crl";
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	mock_host_pass(host, 2 * DAY);
	ck_assert_int_eq(ca->crls + ca->refused, 0);
	ck_assert(!host->ike->crl);
}
END_TEST

START_TEST(refreshes_before_next_update)
{
	time_t left;

	ca->crl_from = 0;
	enrol_with_crl();
	left = wait_();
	ck_assert_int_ge(left, DAY / 100 * 80);
	ck_assert_int_le(left, DAY / 100 * 95);
	mock_host_pass(host, 10 * DAY);
	ck_assert_int_ge(ca->crls, 10);
	ck_assert_int_le(ca->crls, 14);
	ck_assert_int_eq(host->ike->crls, ca->crls);
}
END_TEST

START_TEST(crl_that_is_not_replaced_in_time_makes_no_storm)
{
	ca->crl_at = timer->now;
	ca->crl_from = 0;
	ca->crl_to = 7 * DAY;
	enrol_with_crl();
	mock_host_pass(host, 7 * DAY - 60);
	ck_assert_int_ge(ca->crls, 5);
	ck_assert_int_le(ca->crls, 50);
	/* the next one is fetched as soon as IKE needs it */
	ca->crl_at = timer->now;
	ck_assert_int_le(wait_(), 16 * 60);
	mock_host_pass(host, 16 * 60);
	ck_assert_int_ge(wait_(), 4 * DAY);
}
END_TEST

START_TEST(looks_daily_at_crl_without_next_update)
{
	ca->crl_to = 0;
	enrol_with_crl();
	ck_assert_int_eq(wait_(), DAY);
	mock_host_pass(host, 3 * DAY);
	ck_assert_int_eq(ca->crls, 4);
}
END_TEST

START_TEST(takes_crl_from_disk_after_restart)
{
	time_t due;
	u_int sent;

	enrol_with_crl();
	due = host->enrollment->get_due(host->enrollment);
	sent = host->transport->sent;
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(host->ike->crl);
	ck_assert_int_eq(host->enrollment->get_due(host->enrollment), due);
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->sent, sent);
}
END_TEST

START_TEST(server_without_it_is_asked_once_a_day)
{
	u_int sent;

	ca->queries = FALSE;
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->refused, 1);
	ck_assert_int_eq(wait_(), DAY);
	sent = host->transport->sent;
	boot(NULL);
	ck_assert_int_eq(host->transport->sent, sent);
	mock_host_pass(host, DAY - 1);
	ck_assert_int_eq(ca->refused, 1);
	mock_host_pass(host, 1);
	mock_host_settle(host);
	ck_assert_int_eq(ca->refused, 2);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(waits_as_long_as_server_asks)
{
	const scep_http_answer_t busy = {
		.status = 503,
		.retry_after = 1234,
	};

	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_host_serve(host));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_answer(host->transport, &busy));
	mock_host_settle(host);
	ck_assert_int_ge(wait_(), 1234);
	ck_assert_int_le(wait_(), 1851);
	mock_host_pass(host, wait_());
	mock_host_settle(host);
	ck_assert_int_eq(ca->crls, 1);
}
END_TEST

START_TEST(server_that_is_busy_for_seconds_is_asked_less_and_less)
{
	const scep_http_answer_t busy = {
		.status = 503,
		.retry_after = 1,
	};
	u_int i;

	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_host_serve(host));
	for (i = 0; i < 10; i++)
	{
		ck_assert(mock_host_until(host, "PKIOperation"));
		ck_assert(mock_transport_answer(host->transport, &busy));
		mock_host_settle(host);
		ck_assert_int_ge(wait_(), min(60 << i, 6 * HOUR) / 2);
		mock_clock_advance(timer, wait_());
	}
	ck_assert_int_eq(ca->crls, 0);
}
END_TEST

/**
 * CRLs to refuse.
 */
static const struct {
	time_t from, to;
	bool other_signer;
	uint64_t number;
} refused[] = {
	/* stale */
	{ -2 * DAY, -1, FALSE, 8 },
	/* of the future */
	{ 2 * DAY, 3 * DAY, FALSE, 8 },
	/* signed by somebody else */
	{ 0, DAY, TRUE, 8 },
	/* older than the one before, by its number, and by its time */
	{ 0, DAY, FALSE, 6 },
	{ -3 * DAY, DAY, FALSE, 0 },
};

START_TEST(refuses_crl_and_keeps_the_one_before)
{
	certrep_id_t *other;
	certificate_t *before;

	ca->crl_number = 7;
	enrol_with_crl();
	before = host->ike->crl->get_ref(host->ike->crl);
	other = certrep_id_create("Model CA", CERTREP_RSA, NULL, TRUE);
	ca->crl_from = refused[_i].from;
	ca->crl_to = refused[_i].to;
	ca->crl_number = refused[_i].number;
	ca->crl_signer = refused[_i].other_signer ? other : NULL;
	mock_host_pass(host, DAY + HOUR);
	ck_assert_int_gt(ca->crls, 1);
	ck_assert_int_eq(host->ike->crls, 1);
	ck_assert(host->ike->crl->equals(host->ike->crl, before));

	ca->crl_from = 0;
	ca->crl_to = DAY;
	ca->crl_number = 8;
	ca->crl_signer = NULL;
	mock_host_pass(host, DAY);
	ck_assert(!host->ike->crl->equals(host->ike->crl, before));
	before->destroy(before);
	certrep_id_destroy(other);
}
END_TEST

START_TEST(replaces_revoked_certificate_by_enrolment)
{
	enrol_with_crl();
	ca->revoked = serial();
	mock_host_pass(host, DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert(!ca->last->authenticated);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert(serial() != ca->revoked);
	mock_host_pass(host, 5 * DAY);
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(key_of_revoked_certificate_never_serves_again)
{
	static const char reuse[] = "key {\n reuse = yes\n }";
	private_key_t *key;

	enrol_with_crl();
	mock_host_change(host, reuse);
	/* a renewal with the same key was refused before */
	ca->verdict = MOCK_REFUSE;
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 1);
	key = host->ike->gen->key->get_ref(host->ike->gen->key);
	ca->revoked = serial();
	/* it is found to be revoked while the next attempt waits */
	while (ca->crls < 2)
	{
		mock_host_pass(host, HOUR);
	}
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, DAY);
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert(!host->ike->gen->key->equals(host->ike->gen->key, key));
	key->destroy(key);
}
END_TEST

START_TEST(revoked_certificate_makes_no_storm)
{
	u_int sent;

	enrol_with_crl();
	ca->revoked = serial();
	ca->verdict = MOCK_REFUSE;
	mock_host_pass(host, DAY);
	sent = host->transport->sent;
	/* a retry in six hours at most, of GetCACaps, GetCACert and request, and
	 * CRLs */
	mock_host_pass(host, 2 * DAY);
	ck_assert_int_gt(host->transport->sent, sent);
	ck_assert_int_le(host->transport->sent, sent + 3 * (16 + 4));
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(finds_revoked_certificate_at_restart)
{
	enrol_with_crl();
	ca->revoked = serial();
	mock_clock_advance(timer, wait_());
	/* the CRL comes, and the gateway goes before it does anything */
	ck_assert(mock_host_until(host, "PKIOperation"));
	while (ca->crls < 2 || host->ike->crls < 2)
	{
		ck_assert(mock_host_step(host));
	}
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(!ca->last->authenticated);
}
END_TEST

START_TEST(makes_way_for_renewal_at_any_step)
{
	scep_generation_t *gen;
	int i;

	while (!host->ike->gen)
	{
		ck_assert(mock_host_step(host));
	}
	for (i = 0; i < _i; i++)
	{
		mock_host_step(host);
	}
	/* another subject: the attempt does not wait for its time */
	mock_host_change(host, "san = gw.example.org, gw2.example.org");
	gen = host->ike->gen->get_ref(host->ike->gen);
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->refused, 0);
	ck_assert(host->ike->gen->number > gen->number);
	ck_assert(host->ike->crl);
	ck_assert_int_eq(host->transport->open->get_count(host->transport->open),
					 0);
	gen->destroy(gen);
}
END_TEST

START_TEST(is_never_beside_another_request)
{
	int steps;

	for (steps = 0; steps < 2 * MOCK_STEPS; steps++)
	{
		ck_assert_int_le(host->transport->open->get_count(
												host->transport->open), 1);
		if (!mock_host_step(host))
		{
			mock_clock_advance(timer, max(wait_(), 0));
		}
	}
	ck_assert_int_gt(ca->crls, 5);
}
END_TEST

START_TEST(retires_at_any_step)
{
	int i;

	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_host_serve(host));
	for (i = 0; i < 6 + _i; i++)
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
	ck_assert(!host->ike->gen);
	ck_assert_int_eq(host->transport->open->get_count(host->transport->open),
					 0);
}
END_TEST

START_TEST(clock_that_was_wrong_is_no_reason_to_wait)
{
	ca->crl_from = 30 * DAY;
	ca->crl_to = 31 * DAY;
	mock_host_settle(host);
	ck_assert(!host->ike->crl);
	ca->crl_from = 0;
	ca->crl_to = DAY;
	mock_clock_jump(timer, 29 * DAY);
	host->enrollment->clock_changed(host->enrollment, 29 * DAY);
	mock_host_settle(host);
	ck_assert(host->ike->crl);
}
END_TEST

int main()
{
	Suite *suite = suite_create("revocation");
	TCase *tcase = tcase_create("GetCRL");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, host_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, asks_for_crl_after_enrolment);
	tcase_add_test(tcase, leaves_certificates_with_distribution_point_to_ike);
	tcase_add_test(tcase, refreshes_before_next_update);
	tcase_add_test(tcase, crl_that_is_not_replaced_in_time_makes_no_storm);
	tcase_add_test(tcase, looks_daily_at_crl_without_next_update);
	tcase_add_test(tcase, takes_crl_from_disk_after_restart);
	tcase_add_test(tcase, server_without_it_is_asked_once_a_day);
	tcase_add_test(tcase, waits_as_long_as_server_asks);
	tcase_add_test(tcase,
				   server_that_is_busy_for_seconds_is_asked_less_and_less);
	tcase_add_loop_test(tcase, refuses_crl_and_keeps_the_one_before, 0,
						countof(refused));
	tcase_add_test(tcase, replaces_revoked_certificate_by_enrolment);
	tcase_add_test(tcase, key_of_revoked_certificate_never_serves_again);
	tcase_add_test(tcase, revoked_certificate_makes_no_storm);
	tcase_add_test(tcase, finds_revoked_certificate_at_restart);
	tcase_add_loop_test(tcase, makes_way_for_renewal_at_any_step, 0, STEPS);
	tcase_add_test(tcase, is_never_beside_another_request);
	tcase_add_loop_test(tcase, retires_at_any_step, 0, STEPS);
	tcase_add_test(tcase, clock_that_was_wrong_is_no_reason_to_wait);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
