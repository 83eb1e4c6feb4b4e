/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "attempt_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

/** URL of the profile's server */
#define URL		"http://ca.example.org/scep"

/**
 * Start an attempt whose request gets an HTTP status for an answer.
 */
static void get_status(const char *more, long status)
{
	start(more);
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_say(host->transport, status, "no"));
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
}

/**
 * Start an attempt whose answer is lost: the request stays on disk.
 */
static void lose_answer(const char *more)
{
	start(more);
	ck_assert(mock_host_until(host, "PKIOperation"));
	mock_transport_break(host->transport);
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
}

/**
 * Check that an attempt goes on with a request, or makes another one with the
 * same key.
 *
 * @param first		request of before, gets cleared
 * @param same		whether it has to go on with it
 */
static void check_next(scep_request_record_t *first, bool same)
{
	scep_request_record_t second = load_request();

	ck_assert_int_eq(streq(second.transaction_id, first->transaction_id), same);
	ck_assert(!same || chunk_equals(second.csr, first->csr));
	ck_assert(second.key->equals(second.key, first->key));
	scep_request_record_clear(&second);
	scep_request_record_clear(first);
}

START_TEST(keeps_key_that_cannot_be_read)
{
	scep_request_record_t first;
	u_int taken;

	lose_answer(NULL);
	first = load_request();
	taken = host->keys->taken;
	ck_assert(!chmod(path_of("request/key.pem"), 0640));
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
	ck_assert_int_eq(outcome.error.kind, SCEP_EXPOSED);
	ck_assert(strstr(outcome.error.text, "request"));
	ck_assert(!outcome.record_loaded);
	ck_assert_int_eq(host->keys->taken, taken);

	ck_assert(!chmod(path_of("request/key.pem"), 0600));
	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	check_next(&first, TRUE);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
}
END_TEST

START_TEST(forged_status_loses_no_request)
{
	scep_request_record_t first;
	scep_http_answer_t lost;

	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	first = load_request();
	mock_ca_serve(ca, &host->transport->last->request, &lost);
	free(lost.body.ptr);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(mock_transport_say(host->transport, 403, "no"));
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
	ck_assert(!outcome.declined);

	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	check_next(&first, TRUE);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(second_refusal_by_status_ends_request)
{
	scep_request_record_t first;

	get_status(NULL, 403);
	first = load_request();
	/* what somebody on the way says does not count */
	get_status(NULL, 302);
	get_status(NULL, 407);
	get_status(NULL, 503);
	ck_assert(!outcome.declined);
	get_status(NULL, 500);
	ck_assert(outcome.declined);
	ck_assert_int_eq(outcome.way, SCEP_WAY_ENROLL);

	/* and the next one is counted anew */
	get_status(NULL, 500);
	ck_assert(!outcome.declined);
	check_next(&first, FALSE);
}
END_TEST

/**
 * Settings of two attempts, the first one unanswered or pending, and whether
 * the second one goes on with its request.
 */
static const struct {
	const char *first, *second;
	bool pending, same;
} settings[] = {
	{ NULL, NULL, FALSE, TRUE },
	{ "challenge = one", "challenge = one", FALSE, TRUE },
	{ "challenge = one", "challenge = two", FALSE, FALSE },
	{ NULL, "challenge = two", FALSE, FALSE },
	{ "challenge = one", NULL, FALSE, FALSE },
	{ "challenge = one", "challenge_file = /nonexistent", FALSE, TRUE },
	{ "challenge = one", "challenge = two", TRUE, TRUE },
	{ "challenge = one", NULL, TRUE, TRUE },
	{ NULL, "url = http://other.example.org/scep", FALSE, FALSE },
	{ NULL, "url = http://other.example.org/scep", TRUE, FALSE },
	{ NULL, "ca_identifier = other", FALSE, FALSE },
	{ "ca_identifier = one", "ca_identifier = other", TRUE, FALSE },
	{ NULL, "ca_identifier = \"\"", FALSE, FALSE },
	{ NULL, "retry {\n interval = 30s\n }", TRUE, TRUE },
};

START_TEST(request_is_for_its_server_and_challenge)
{
	scep_request_record_t first;

	if (settings[_i].pending)
	{
		ca->verdict = MOCK_PEND;
		start(settings[_i].first);
		finish();
		ck_assert_int_eq(outcome.input, SCEP_IN_PENDING);
	}
	else
	{
		lose_answer(settings[_i].first);
	}
	first = load_request();
	ck_assert(!first.challenge || !strstr(first.challenge, "one"));
	ca->verdict = MOCK_GRANT;
	start(settings[_i].second);
	ck_assert(mock_host_until(host, "PKIOperation"));
	check_next(&first, settings[_i].same);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
}
END_TEST

START_TEST(renewal_without_challenge_outlives_a_new_one)
{
	scep_request_record_t first;

	start(NULL);
	finish();
	current = outcome.gen->get_ref(outcome.gen);
	lose_answer("challenge = one");
	first = load_request();
	ck_assert(!first.challenge);
	start("challenge = two");
	ck_assert(mock_host_until(host, "PKIOperation"));
	check_next(&first, TRUE);
}
END_TEST

START_TEST(request_is_for_its_ca)
{
	mock_ca_t *other = mock_ca_create(&timer->public, 2048);
	scep_request_record_t first;

	if (_i)
	{
		ca->verdict = MOCK_PEND;
		start(NULL);
		finish();
		ck_assert_int_eq(outcome.input, SCEP_IN_PENDING);
	}
	else
	{
		lose_answer(NULL);
	}
	first = load_request();
	host->ca = other;
	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	check_next(&first, FALSE);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(other->last->type, 19);
	mock_ca_destroy(other);
}
END_TEST

/**
 * Let a CA announce another one.
 */
static void announce(mock_ca_t *next)
{
	linked_list_t *certs = linked_list_create_with_items(next->id->cert, NULL);
	scep_error_t error = {};

	ck_assert_msg(kept->save_next_ca(kept, certs, &error), "%s", error.text);
	certs->destroy(certs);
}

START_TEST(pending_request_outlives_takeover)
{
	mock_ca_t *next = mock_ca_create(&timer->public, 2048);
	scep_request_record_t first;
	u_int i;

	ca->verdict = MOCK_PEND;
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_PENDING);
	announce(next);
	for (i = 0; i < 2; i++)
	{
		first = load_request();
		start(NULL);
		/* the profile has the pin of the first one */
		host->ca = next;
		ck_assert(mock_host_until(host, "PKIOperation"));
		check_next(&first, TRUE);
		mock_transport_break(host->transport);
		host->ca = ca;
	}
	mock_ca_destroy(next);
}
END_TEST

/**
 * A pin of no CA.
 */
#define WRONG_PIN	"ca_fingerprint = sha256:" \
					"00000000000000000000000000000000" \
					"00000000000000000000000000000000"

START_TEST(mistyped_pin_loses_no_next_ca)
{
	mock_ca_t *next = mock_ca_create(&timer->public, 2048);

	start(NULL);
	finish();
	announce(next);
	start(WRONG_PIN);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_FAILED);
	ck_assert_int_eq(outcome.error.kind, SCEP_SECURITY);
	ck_assert(has_file("ca/next.pem"));

	/* with the right one it takes over */
	start(NULL);
	host->ca = next;
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert(!has_file("ca/next.pem"));
	ck_assert(has_file("ca/announced.pem"));
	mock_ca_destroy(next);
}
END_TEST

START_TEST(next_ca_goes_with_the_one_that_announced_it)
{
	mock_ca_t *other = mock_ca_create(&timer->public, 2048);
	mock_ca_t *next = mock_ca_create(&timer->public, 2048);
	mock_ca_t *before = host->ca;

	start(NULL);
	finish();
	announce(next);
	if (_i)
	{	/* who announced it can't be told */
		ck_assert(!unlink(path_of("ca/pinned.pem")));
	}
	host->ca = other;
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert(!has_file("ca/next.pem"));
	host->ca = before;
	mock_ca_destroy(next);
	mock_ca_destroy(other);
}
END_TEST

START_TEST(next_ca_that_cannot_be_forgotten_ends_attempt)
{
	mock_ca_t *other = mock_ca_create(&timer->public, 2048);
	mock_ca_t *next = mock_ca_create(&timer->public, 2048);

	start(NULL);
	finish();
	announce(next);
	host->ca = other;
	start(NULL);
	ck_assert(mock_host_until(host, "GetCACert"));
	host->disk->steps = 0;
	host->disk->fails = 1;
	finish();
	ck_assert_int_eq(outcome.error.kind, SCEP_LOCAL);
	ck_assert(has_file("ca/next.pem"));
	/* it is nobody's next one */
	start(NULL);
	host->ca = next;
	finish();
	ck_assert_int_eq(outcome.error.kind, SCEP_SECURITY);
	host->ca = ca;
	mock_ca_destroy(next);
	mock_ca_destroy(other);
}
END_TEST

START_TEST(failure_at_takeover_loses_no_trust)
{
	mock_ca_t *next = mock_ca_create(&timer->public, 2048);
	u_int i;

	start(NULL);
	finish();
	announce(next);
	for (i = 1; has_file("ca/next.pem"); i++)
	{
		ck_assert_int_lt(i, 20);
		start(NULL);
		host->ca = next;
		ck_assert(mock_host_until(host, "GetCACert"));
		host->disk->steps = 0;
		host->disk->fails = i;
		finish();
		host->ca = ca;
		ck_assert(!has_file("ca/next.pem") ||
				  outcome.error.kind == SCEP_LOCAL);
	}
	host->disk->fails = 0;
	/* it does write */
	ck_assert_int_gt(i, 4);
	start(NULL);
	host->ca = next;
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	host->ca = ca;
	mock_ca_destroy(next);
}
END_TEST

START_TEST(post_that_works_is_remembered)
{
	scep_server_t server = { .get_only = TRUE };
	scep_error_t error = {};

	host->profile = mock_host_profile(host, NULL);
	ck_assert(kept->save_server(kept, URL, NULL, &server,
								 &error));
	start(NULL);
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(host->transport->last->request.body.ptr);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert(kept->load_server(kept, URL, NULL, &server,
								 &error));
	ck_assert(!server.get_only);
}
END_TEST

/**
 * Set the clock to the moment at which requests begin to go to the next CA.
 */
static void set_clock_to_succession()
{
	time_t not_before, not_after;

	ca->id->cert->get_validity(ca->id->cert, NULL, &not_before, &not_after);
	timer->now = not_after - (not_after - not_before) / 10;
}

START_TEST(poll_goes_where_request_went)
{
	scep_request_record_t first;
	mock_ca_t *next;

	set_clock_to_succession();
	next = mock_ca_create(&timer->public, 2048);
	mock_clock_advance(timer, -3600);
	start(NULL);
	finish();
	announce(next);
	ca->verdict = MOCK_PEND;
	start(NULL);
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_PENDING);
	first = load_request();
	ck_assert(!first.to_next);
	mock_clock_advance(timer, 2 * 3600);
	start(NULL);
	finish();
	/* the model can't read what is for another CA */
	ck_assert_int_eq(outcome.input, SCEP_IN_PENDING);
	ck_assert_int_eq(outcome.polls, 1);
	ck_assert_int_eq(ca->refused, 0);
	check_next(&first, TRUE);
	mock_ca_destroy(next);
}
END_TEST

START_TEST(lost_request_is_followed_by_one_to_next_ca)
{
	scep_request_record_t first, second;
	mock_ca_t *next;

	set_clock_to_succession();
	next = mock_ca_create(&timer->public, 2048);
	mock_clock_advance(timer, -3600);
	start(NULL);
	finish();
	announce(next);
	lose_answer(NULL);
	first = load_request();
	ck_assert(!first.to_next);
	mock_clock_advance(timer, 2 * 3600);
	lose_answer(NULL);
	second = load_request();
	ck_assert(second.to_next);
	check_next(&first, FALSE);
	/* which goes on there after it has taken over, too */
	start(NULL);
	host->ca = next;
	ck_assert(mock_host_until(host, "PKIOperation"));
	finish();
	ck_assert_int_eq(outcome.input, SCEP_IN_ISSUED);
	ck_assert_int_eq(next->refused, 0);
	host->ca = ca;
	mock_ca_destroy(next);
	scep_request_record_clear(&second);
}
END_TEST

int main()
{
	Suite *suite = suite_create("record");
	TCase *tcase = tcase_create("requests on disk");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, attempt_setup, attempt_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, keeps_key_that_cannot_be_read);
	tcase_add_test(tcase, forged_status_loses_no_request);
	tcase_add_test(tcase, second_refusal_by_status_ends_request);
	tcase_add_loop_test(tcase, request_is_for_its_server_and_challenge, 0,
						countof(settings));
	tcase_add_test(tcase, renewal_without_challenge_outlives_a_new_one);
	tcase_add_loop_test(tcase, request_is_for_its_ca, 0, 2);
	tcase_add_test(tcase, pending_request_outlives_takeover);
	tcase_add_test(tcase, mistyped_pin_loses_no_next_ca);
	tcase_add_loop_test(tcase, next_ca_goes_with_the_one_that_announced_it,
						0, 2);
	tcase_add_test(tcase, next_ca_that_cannot_be_forgotten_ends_attempt);
	tcase_add_test(tcase, failure_at_takeover_loses_no_trust);
	tcase_add_test(tcase, post_that_works_is_remembered);
	tcase_add_test(tcase, poll_goes_where_request_went);
	tcase_add_test(tcase, lost_request_is_followed_by_one_to_next_ca);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
