/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"
#include "base/scep_event.h"

#include <stdio.h>
#include <sys/stat.h>

/** Phrase of the CA, and a page with it, and with a wrong one */
#define PHRASE	"8C1E9A4B7D3F2E60"
#define PAGE	"<p>The password is <b>" PHRASE "</b>"
#define WRONG	"<p>The password is <b>0011223344556677</b>"

/** file with the password, and the settings that name it */
static char path[96], more[512];

/** what was told */
static char events[64 * 1024];

static void keep_event(scep_event_sink_t *this, const char *profile,
					   scep_event_t event, level_t level, const char *text)
{
	size_t len = strlen(events);

	ck_assert_int_lt(len, sizeof(events) - 2 * SCEP_MAX_ERROR);
	snprintf(events + len, sizeof(events) - len, "%s: %s\n",
			 enum_to_name(scep_event_names, event), text);
}

static scep_event_sink_t sink = { .handle = keep_event };

static void setup()
{
	FILE *file;

	events[0] = '\0';
	scep_event_add_sink(&sink);
	host_setup();
	ca->challenge = PHRASE;
	host->page.status = 200;
	host->page.body = chunk_from_str(PAGE);
	snprintf(path, sizeof(path), "%s/gw.password", host->dir);
	file = fopen(path, "w");
	ck_assert(file && fputs("swordfish\n", file) >= 0 && !fclose(file));
	ck_assert_int_eq(chmod(path, 0600), 0);
	snprintf(more, sizeof(more), "challenge_url = https://ca.example.org/page\n"
			 "challenge_user = gw@example.org\n"
			 "challenge_password_file = %s", path);
}

static void teardown()
{
	ck_assert(!strstr(events, "swordfish"));
	ck_assert(!strstr(events, PHRASE));
	host_teardown();
	scep_event_remove_sink(&sink);
}

START_TEST(page_is_fetched_once_for_a_transaction)
{
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 1);
	ck_assert_str_eq(host->asked_by, "gw@example.org:swordfish");
	ck_assert_str_eq(ca->last->challenge, PHRASE);
	ck_assert_str_eq(host->transport->last->request.url,
					 "http://ca.example.org/scep?operation=PKIOperation");
	ck_assert(!host->transport->last->request.login);
	ck_assert(!host->transport->last->request.password);
}
END_TEST

START_TEST(nobody_asks_with_a_ticket)
{
	snprintf(more, sizeof(more), "challenge_url = http://ca.example.org/page");
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_str_eq(host->asked_by, ":");
}
END_TEST

START_TEST(lost_answer_needs_no_other_page)
{
	ck_assert(mock_host_boot(host, more));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_break(host->transport));
	mock_host_settle(host);
	mock_host_crash(host);
	mock_clock_advance(timer, HOUR - 1);
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 1);
}
END_TEST

START_TEST(age_counts_from_the_page)
{
	ck_assert(mock_host_boot(host, more));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_break(host->transport));
	mock_host_settle(host);
	mock_host_crash(host);
	mock_clock_advance(timer, HOUR);
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 2);
}
END_TEST

START_TEST(pending_request_needs_no_other_page)
{
	ca->verdict = MOCK_PEND;
	boot(more);
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	mock_host_pass(host, 2 * HOUR);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 2 * HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 1);
}
END_TEST

START_TEST(refused_phrase_needs_another_page)
{
	host->page.body = chunk_from_str(WRONG);
	boot(more);
	ck_assert_int_eq(ca->refused, 1);
	ck_assert_int_eq(host->pages, 1);
	mock_host_pass(host, DAY);
	ck_assert_int_ge(ca->refused, 2);
	ck_assert_int_eq(host->pages, ca->refused);
	/* as seldom as any attempt */
	ck_assert_int_le(host->pages, 20);
	host->page.body = chunk_from_str(PAGE);
	mock_host_pass(host, 12 * HOUR);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

/**
 * Go on until the page is asked for.
 */
static void wait_for_page()
{
	mock_transfer_t *transfer;

	ck_assert(mock_host_boot(host, more));
	while (!(transfer = mock_transport_get(host->transport)) ||
		   !transfer->request.login)
	{
		ck_assert(mock_host_step(host));
	}
}

START_TEST(no_page_is_fetched_without_a_key_on_disk)
{
	wait_for_page();
	ck_assert(has_file("request/key.pem"));
	mock_host_crash(host);
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 1);
}
END_TEST

START_TEST(renewal_needs_no_page)
{
	boot(more);
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(host->pages, 1);
}
END_TEST

START_TEST(renewal_with_a_phrase_needs_a_page)
{
	strcat(more, "\nrenew {\n challenge = always\n }");
	boot(more);
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(host->pages, 2);
	ck_assert_str_eq(ca->last->challenge, PHRASE);
}
END_TEST

START_TEST(phrase_by_hand_needs_no_page)
{
	scep_error_t error = {};

	host->page.status = 500;
	boot(more);
	ck_assert_int_eq(host->pages, 1);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(host->enrollment->set_challenge(host->enrollment,
										chunk_from_str(PHRASE), &error));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 1);
}
END_TEST

START_TEST(thumbprint_of_another_ca_is_refused)
{
	host->page.body = chunk_from_str("05C2B5E3 D1DF4E5F 1A2B3C4D 5E6F7A8B<p>"
									 PAGE);
	boot(more);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(strstr(events, "rejected: reason=challenge_url: the "
					 "page shows the thumbprint "
					 "05C2B5E3D1DF4E5F1A2B3C4D5E6F7A8B"));
	ck_assert_int_eq(ca->refused + ca->issued, 0);
}
END_TEST

/**
 * Answers of a server that does not believe the user.
 */
static const long refusals[] = { 401, 403 };

START_TEST(refused_password_is_tried_seldom)
{
	char text[64];

	host->page.status = refusals[_i];
	boot(more);
	ck_assert_int_eq(host->pages, 1);
	snprintf(text, sizeof(text), "challenge_url: HTTP %ld, ", refusals[_i]);
	ck_assert(strstr(events, text));
	ck_assert(strstr(events, "challenge_user"));
	/* the longest interval is six hours, of which half is drawn at least */
	mock_host_pass(host, 6 * HOUR);
	ck_assert_int_le(host->pages, 3);
	host->page.status = 200;
	mock_host_pass(host, 6 * HOUR);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

/**
 * Answers without a page.
 */
static const scep_http_answer_t answers[] = {
	{ .status = 200 },
	{ .status = 204 },
	{ .status = 500, .body = { (u_char*)"<b>broken</b>", 13 } },
	{ .status = 503, .retry_after = 60 },
	{ .error = { .kind = SCEP_TRANSIENT, .text = "connection refused" } },
	{ .error = { .kind = SCEP_SECURITY, .text = "the answer is larger" } },
};

START_TEST(failure_is_a_failed_attempt)
{
	host->page = answers[_i];
	boot(more);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(host->pages, 1);
	ck_assert(strstr(events, "retry: attempt=1 in="));
	ck_assert(strstr(events, "reason=challenge_url: "));
	host->page = (scep_http_answer_t){ 200, chunk_from_str(PAGE) };
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->pages, 2);
}
END_TEST

START_TEST(password_must_be_private)
{
	ck_assert_int_eq(chmod(path, 0640), 0);
	boot(more);
	ck_assert_int_eq(host->pages, 0);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(strstr(events, "challenge_password_file"));
	ck_assert(strstr(events, "chmod 600"));
	ck_assert_int_eq(chmod(path, 0600), 0);
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(attempt_can_be_cancelled_at_the_page)
{
	wait_for_page();
	mock_host_change(host, "challenge = " PHRASE);
	mock_host_settle(host);
	ck_assert_int_eq(host->transport->cancelled, 1);
	ck_assert_int_eq(host->pages, 0);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

int main()
{
	Suite *suite = suite_create("page");
	TCase *tcase;

	tcase = tcase_create("page");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, page_is_fetched_once_for_a_transaction);
	tcase_add_test(tcase, nobody_asks_with_a_ticket);
	tcase_add_test(tcase, lost_answer_needs_no_other_page);
	tcase_add_test(tcase, age_counts_from_the_page);
	tcase_add_test(tcase, pending_request_needs_no_other_page);
	tcase_add_test(tcase, refused_phrase_needs_another_page);
	tcase_add_test(tcase, no_page_is_fetched_without_a_key_on_disk);
	tcase_add_test(tcase, renewal_needs_no_page);
	tcase_add_test(tcase, renewal_with_a_phrase_needs_a_page);
	tcase_add_test(tcase, phrase_by_hand_needs_no_page);
	tcase_add_test(tcase, thumbprint_of_another_ca_is_refused);
	tcase_add_loop_test(tcase, refused_password_is_tried_seldom, 0,
						countof(refusals));
	tcase_add_loop_test(tcase, failure_is_a_failed_attempt, 0,
						countof(answers));
	tcase_add_test(tcase, password_must_be_private);
	tcase_add_test(tcase, attempt_can_be_cancelled_at_the_page);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
