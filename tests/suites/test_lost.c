/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include <credentials/certificates/x509.h>

#include <openssl/x509.h>

#include <unistd.h>

/** what IKE had before anything was lost */
static scep_generation_t *before;

/**
 * Damage the current certificate.
 */
static void damage()
{
	ck_assert_int_eq(truncate(path_of("current/cert.pem"), 100), 0);
}

/**
 * A gateway that has a certificate, on disk only its key.
 */
static void setup()
{
	host_setup();
	enrol(NULL);
	before = host->ike->gen->get_ref(host->ike->gen);
	damage();
}

static void teardown()
{
	before->destroy(before);
	host_teardown();
}

/**
 * Check that a certificate was issued anew, for the same key or another one.
 */
static void check_enrolled(bool same)
{
	scep_generation_t *gen = host->ike->gen;

	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->gotten, 0);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(!gen->cert->equals(gen->cert, before->cert));
	ck_assert_int_eq(gen->key->equals(gen->key, before->key), same);
	ck_assert_int_gt(gen->number, before->number);
}

START_TEST(lost_certificate_comes_back)
{
	scep_generation_t *gen;

	ck_assert(mock_host_boot(host, NULL));
	ck_assert(!host->ike->gen);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	gen = host->ike->gen;
	ck_assert(gen->cert->equals(gen->cert, before->cert));
	ck_assert(gen->key->equals(gen->key, before->key));
	ck_assert_int_eq(gen->number, 2);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert_int_eq(ca->gotten, 1);
	ck_assert_int_eq(ca->refused, 0);
	/* and stays */
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_is_usable(host));
	mock_host_settle(host);
	ck_assert_int_eq(ca->gotten, 1);
}
END_TEST

START_TEST(enrols_with_same_key_where_server_refuses)
{
	ca->queries = FALSE;
	boot(NULL);
	ck_assert_int_eq(ca->refused, 1);
	check_enrolled(TRUE);
}
END_TEST

START_TEST(enrols_with_same_key_after_failure)
{
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_until(host, "PKIOperation"));
	switch (_i)
	{
		case 0:
			ck_assert(mock_transport_break(host->transport));
			break;
		case 1:
			ck_assert(mock_transport_say(host->transport, 500, "what?"));
			break;
		default:
			ck_assert(mock_transport_say(host->transport, 200, "garbage"));
			break;
	}
	mock_host_settle(host);
	check_enrolled(TRUE);
}
END_TEST

START_TEST(enrols_with_same_key_where_it_expired)
{
	timer->now += 91 * DAY;
	boot(NULL);
	ck_assert_int_eq(ca->gotten, 1);
	ca->gotten = 0;
	check_enrolled(TRUE);
}
END_TEST

START_TEST(does_not_ask_for_what_profile_does_not_want)
{
	boot("san = gw.example.org, gw2.example.org");
	ck_assert_int_eq(ca->refused, 0);
	check_enrolled(FALSE);
}
END_TEST

START_TEST(asks_once_only)
{
	ca->queries = FALSE;
	ca->verdict = MOCK_REFUSE;
	boot(NULL);
	mock_host_pass(host, DAY);
	ck_assert_int_eq(ca->refused, 1);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, DAY);
	check_enrolled(TRUE);
}
END_TEST

START_TEST(renews_as_usual_where_it_is_lost_on_disk_only)
{
	mock_host_pass(host, 80 * DAY);
	ck_assert_int_eq(ca->refused, 0);
	check_enrolled(FALSE);
	ck_assert(ca->last->authenticated);
}
END_TEST

START_TEST(generation_before_serves_meanwhile)
{
	/* what was damaged before gets replaced; now the one after that */
	while (host->ike->gen->number < 3)
	{
		ck_assert_int_lt(timer->now, MOCK_START + 200 * DAY);
		mock_host_pass(host, DAY);
	}
	before->destroy(before);
	before = host->ike->gen->get_ref(host->ike->gen);
	damage();
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 2);
	mock_host_pass(host, DAY);
	ck_assert_int_eq(host->ike->gen->number, 4);
	ck_assert(host->ike->gen->cert->equals(host->ike->gen->cert,
										   before->cert));
	ck_assert_int_eq(ca->gotten, 1);
	ck_assert_int_eq(ca->issued, 3);
}
END_TEST

int main()
{
	Suite *suite = suite_create("lost");
	TCase *tcase = tcase_create("GetCert");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, lost_certificate_comes_back);
	tcase_add_test(tcase, enrols_with_same_key_where_server_refuses);
	tcase_add_loop_test(tcase, enrols_with_same_key_after_failure, 0, 3);
	tcase_add_test(tcase, enrols_with_same_key_where_it_expired);
	tcase_add_test(tcase, does_not_ask_for_what_profile_does_not_want);
	tcase_add_test(tcase, asks_once_only);
	tcase_add_test(tcase, renews_as_usual_where_it_is_lost_on_disk_only);
	tcase_add_test(tcase, generation_before_serves_meanwhile);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
