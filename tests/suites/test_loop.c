/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include "enroll/scep_loop.h"

#include <threading/condvar.h>
#include <threading/mutex.h>
#include <threading/thread.h>

#include <unistd.h>

/** Threads of the processor: one for the loop, the others for work */
#define THREADS		6

/** Threads that post, and messages of each */
#define POSTERS		4
#define MESSAGES	500

/** Longest time that a test takes, seconds */
#define TIME_LIMIT	60

/** Pieces of work */
#define WORK		20

/** loop, and what it waits with */
static scep_curl_t *curl;
static scep_loop_t *loop;

/** guards what is below, and tells of its changes */
static mutex_t *mutex;
static condvar_t *changed;

/** messages that were handled, in order of each poster, and cleaned up */
static u_int handled[POSTERS], cleaned;
static bool disordered;

/** work that runs, the most of it at once, how much that has to be before any
 * of it ends, and work that has begun and is done */
static u_int running, most, gate, begun, done;

/**
 * Take over a number of workers; called by the loop, or before it starts.
 */
static void configure(void *workers)
{
	char text[128];
	scep_config_t *config;
	settings_t *settings;

	snprintf(text, sizeof(text), "test {\nplugins {\nscep {\nworkers = %u\n"
			 "}\n}\n}\n", (u_int)(uintptr_t)workers);
	settings = settings_create_string(text);
	config = scep_config_load(settings, "test");
	loop->configure(loop, config);
	config->destroy(config);
	settings->destroy(settings);
}

static void setup()
{
	/* nothing here takes so long: a hang is a failure */
	alarm(TIME_LIMIT);
	host_setup();
	curl = scep_curl_create();
	loop = scep_loop_create(&host->host, curl);
	mutex = mutex_create(MUTEX_TYPE_DEFAULT);
	changed = condvar_create(CONDVAR_TYPE_DEFAULT);
	memset(handled, 0, sizeof(handled));
	disordered = FALSE;
	cleaned = running = most = gate = begun = done = 0;
	lib->processor->set_threads(lib->processor, THREADS);
	loop->start(loop);
}

static void teardown()
{
	scep_test_cancel();
	loop->destroy(loop);
	curl->transport.destroy(&curl->transport);
	host_teardown();
	changed->destroy(changed);
	mutex->destroy(mutex);
	alarm(0);
}

/**
 * Wait until a number is reached.
 */
static void wait_until(u_int *number, u_int value)
{
	mutex->lock(mutex);
	while (*number < value)
	{
		changed->wait(changed, mutex);
	}
	mutex->unlock(mutex);
}

/**
 * Count.
 */
static void count(u_int *number)
{
	mutex->lock(mutex);
	(*number)++;
	changed->broadcast(changed);
	mutex->unlock(mutex);
}

/**
 * A message: poster and number.
 */
static void handle(void *data)
{
	u_int poster = (uintptr_t)data / MESSAGES;

	mutex->lock(mutex);
	disordered |= handled[poster]++ != (uintptr_t)data % MESSAGES;
	changed->broadcast(changed);
	mutex->unlock(mutex);
}

static void clean_up(void *data)
{
	count(&cleaned);
}

/**
 * Post messages from a thread.
 */
static void *post_all(void *poster)
{
	uintptr_t i;

	for (i = 0; i < MESSAGES; i++)
	{
		loop->post(loop, handle, (void*)((uintptr_t)poster * MESSAGES + i),
				   clean_up);
	}
	return NULL;
}

START_TEST(handles_messages_in_order)
{
	thread_t *threads[POSTERS];
	uintptr_t i;

	for (i = 0; i < POSTERS; i++)
	{
		threads[i] = thread_create(post_all, (void*)i);
	}
	for (i = 0; i < POSTERS; i++)
	{
		threads[i]->join(threads[i]);
		wait_until(&handled[i], MESSAGES);
	}
	wait_until(&cleaned, POSTERS * MESSAGES);
	ck_assert(!disordered);
}
END_TEST

/**
 * Work that does not end before so much of it runs at once as has to be.
 */
static void work(void *user)
{
	mutex->lock(mutex);
	begun++;
	running++;
	most = max(most, running);
	changed->broadcast(changed);
	while (most < gate)
	{
		changed->wait(changed, mutex);
	}
	running--;
	mutex->unlock(mutex);
}

static void work_done(void *user)
{
	count(&done);
}

/**
 * Submit work; called by the loop.
 */
static void submit(void *number)
{
	uintptr_t i;

	for (i = 0; i < (uintptr_t)number; i++)
	{
		host->host.executor->submit(host->host.executor, work, work_done, NULL);
	}
}

static void set_workers(uintptr_t number)
{
	loop->post(loop, configure, (void*)number, NULL);
}

static void start_work(uintptr_t number)
{
	loop->post(loop, submit, (void*)number, NULL);
}

START_TEST(runs_as_much_work_at_once_as_allowed)
{
	set_workers(_i);
	gate = _i;
	start_work(WORK);
	wait_until(&done, WORK);
	ck_assert_int_eq(most, _i);
	ck_assert_int_eq(begun, WORK);
}
END_TEST

START_TEST(more_workers_begin_at_once)
{
	gate = 3;
	start_work(WORK);
	wait_until(&begun, 1);
	/* the one that runs ends only beside others */
	set_workers(3);
	wait_until(&done, WORK);
	ck_assert_int_eq(most, 3);
}
END_TEST

/**
 * End all jobs, as charon does when it stops.
 */
static void *cancel(void *user)
{
	scep_test_cancel();
	return NULL;
}

START_TEST(ends_with_work_waiting)
{
	thread_t *thread;
	u_int i;

	set_workers(2);
	gate = 3;
	start_work(WORK);
	wait_until(&begun, 2);
	thread = thread_create(cancel, NULL);
	for (i = 0; i < MESSAGES; i++)
	{
		loop->post(loop, handle, (void*)(uintptr_t)i, clean_up);
	}
	/* what runs ends; what waits never begins, or its end is not told */
	mutex->lock(mutex);
	gate = 0;
	changed->broadcast(changed);
	mutex->unlock(mutex);
	thread->join(thread);
	ck_assert_int_eq(running, 0);
	ck_assert_int_le(done, begun);
	/* what was posted is freed, handled or not */
	post_all(NULL);
	loop->destroy(loop);
	ck_assert_int_eq(cleaned, 2 * MESSAGES);
	loop = scep_loop_create(&host->host, curl);
}
END_TEST

START_TEST(ends_while_it_waits)
{
	/* teardown: no timer, no message */
	post_all(NULL);
	wait_until(&cleaned, MESSAGES);
}
END_TEST

int main()
{
	Suite *suite = suite_create("loop");
	TCase *tcase = tcase_create("threads");

	tcase_add_unchecked_fixture(tcase, host_setup_weak, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, handles_messages_in_order, 0, 3);
	tcase_add_loop_test(tcase, runs_as_much_work_at_once_as_allowed, 1, 5);
	tcase_add_test(tcase, more_workers_begin_at_once);
	tcase_add_loop_test(tcase, ends_with_work_waiting, 0, 10);
	tcase_add_test(tcase, ends_while_it_waits);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
