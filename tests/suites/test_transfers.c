/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transfer_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

START_TEST(cancelled_transfer_is_silent)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);
	void *transfer;

	add_text(&server, HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
	add_body(&other, 3);
	transfer = begin(&request, &result);
	begin(&next, &second);
	run(&second);
	wait_for(&server, &server.requests, 1);
	curl->transport.cancel(&curl->transport, transfer);
	wait_for(&server, &server.left, 1);
	/* the transport goes on with others */
	memset(&second, 0, sizeof(second));
	begin(&next, &second);
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
}
END_TEST

START_TEST(cancel_before_anything_was_sent)
{
	scep_http_request_t request = make_request(&server);

	add_body(&server, 3);
	curl->transport.cancel(&curl->transport, begin(&request, &result));
	begin(&request, &second);
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
	ck_assert_int_eq(get_requests(&server), 1);
}
END_TEST

/** transfer that on_answer_cancel() cancels */
static void *victim;

/**
 * Takes an answer, and cancels the victim.
 */
static void on_answer_cancel(void *user, const scep_http_answer_t *answer)
{
	on_answer(user, answer);
	curl->transport.cancel(&curl->transport, victim);
}

START_TEST(callback_may_cancel_another_transfer)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);

	add_text(&server, HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
	add_body(&other, 3);
	victim = begin(&request, &result);
	ck_assert(curl->transport.send(&curl->transport, &next, on_answer_cancel,
								   &second, NULL));
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
}
END_TEST

/**
 * Takes an answer, and asks the other server.
 */
static void on_answer_send(void *user, const scep_http_answer_t *answer)
{
	scep_http_request_t request = make_request(&other);

	on_answer(user, answer);
	begin(&request, &second);
}

START_TEST(callback_may_send_the_next_request)
{
	scep_http_request_t request = make_request(&server);

	add_body(&server, 2);
	add_body(&other, 3);
	ck_assert(curl->transport.send(&curl->transport, &request, on_answer_send,
								   &result, NULL));
	run(&result);
	assert_answer(&result, 200, "bb");
	run(&second);
	assert_answer(&second, 200, "bbb");
}
END_TEST

START_TEST(silent_server_stops_no_other)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);

	add_text(&server, HOLD, "HTTP/1.1 ");
	add_body(&other, 3);
	begin(&request, &result);
	begin(&next, &second);
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
}
END_TEST

START_TEST(destroy_ends_transfers_silently)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);

	add_text(&server, HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
	add_body(&other, 3);
	begin(&request, &result);
	begin(&next, &second);
	run(&second);
	wait_for(&server, &server.requests, 1);
	memset(&second, 0, sizeof(second));
	begin(&next, &second);
	curl->transport.destroy(&curl->transport);
	curl = NULL;
	ck_assert_int_eq(result.calls, 0);
	ck_assert_int_eq(second.calls, 0);
	wait_for(&server, &server.left, 1);
}
END_TEST

/** whether wake() has seen the main thread sleep */
static refcount_t asleep;

START_TEST(password_is_never_sent_as_it_is_without_tls)
{
	scep_http_request_t request = make_request(&server);

	request.login = TRUE;
	request.user = "gw";
	request.password = "open-sesame";
	add_text(&server, CLOSE, "HTTP/1.1 401 Unauthorized\r\n"
			 "WWW-Authenticate: Basic realm=\"x\"\r\n"
			 "Content-Length: 0\r\n\r\n");
	fetch(&request);
	ck_assert_int_eq(result.status, 401);
	ck_assert_int_eq(get_requests(&server), 1);
	ck_assert(!strcasestr(get_last(&server), "Authorization:"));
}
END_TEST

/**
 * Wake the main thread once it sleeps.
 */
static void *wake(void *user)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	while (state != 'S')
	{
		sched_yield();
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		{
			state = 'S';
		}
		if (file)
		{
			fclose(file);
		}
	}
	ref_get(&asleep);
	curl->wakeup(curl);
	return NULL;
}

START_TEST(wakeup_ends_a_wait)
{
	int timer = make_timer(DEADLINE * 1000);
	pthread_t thread;

	asleep = 0;
	ck_assert(!pthread_create(&thread, NULL, wake, NULL));
	ck_assert(!curl->wait(curl, timer));
	ck_assert_int_eq(ref_cur(&asleep), 1);
	pthread_join(thread, NULL);
	/* one that came before the wait counts, too */
	curl->wakeup(curl);
	ck_assert(!curl->wait(curl, timer));
	close(timer);
}
END_TEST

START_TEST(idle_wait_ends_by_the_timer_only)
{
	int timer = make_timer(500);

	/* the first call returns, and because the descriptor is readable */
	ck_assert(curl->wait(curl, timer));
	close(timer);
}
END_TEST

int main()
{
	Suite *suite = suite_create("transfers");
	TCase *tcase = tcase_create("transfers");

	tcase_add_checked_fixture(tcase, transfer_setup, transfer_teardown);
	tcase_add_test(tcase, cancelled_transfer_is_silent);
	tcase_add_test(tcase, cancel_before_anything_was_sent);
	tcase_add_test(tcase, callback_may_cancel_another_transfer);
	tcase_add_test(tcase, callback_may_send_the_next_request);
	tcase_add_test(tcase, silent_server_stops_no_other);
	tcase_add_test(tcase, password_is_never_sent_as_it_is_without_tls);
	tcase_add_test(tcase, destroy_ends_transfers_silently);
	tcase_add_test(tcase, wakeup_ends_a_wait);
	tcase_add_test(tcase, idle_wait_ends_by_the_timer_only);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
