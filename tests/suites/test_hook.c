/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"
#include "mock_clock.h"
#include "base/scep_event.h"
#include "control/scep_hook.h"

#include <threading/mutex.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static scep_programs_t *programs;
static mock_clock_t *timer;
static scep_hook_t *hook;

/** what the program writes */
static char dir[32], path[64];

/** text of the last hook-failed, which a worker's thread reports */
static char failed[512];
static mutex_t *mutex;

static void remember(scep_event_sink_t *this, const char *profile,
					 scep_event_t event, level_t level, const char *text)
{
	if (event == SCEP_EV_HOOK_FAILED)
	{
		mutex->lock(mutex);
		snprintf(failed, sizeof(failed), "%s", text);
		mutex->unlock(mutex);
	}
}

static scep_event_sink_t sink = { .handle = remember };

/**
 * Whether a program's failure, the last one, was told with a text.
 */
static bool has_failed(const char *text)
{
	bool found;

	mutex->lock(mutex);
	found = strstr(failed, text) != NULL;
	mutex->unlock(mutex);
	return found;
}

/**
 * Let the program append a line to the file.
 */
static void set_line(const char *line)
{
	char command[256];

	snprintf(command, sizeof(command), "/bin/sh -c '%s >> %s'", line, path);
	hook->set_command(hook, command);
}

static void setup()
{
	strcpy(dir, "/tmp/scep-test-XXXXXX");
	ck_assert(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/events", dir);
	failed[0] = '\0';
	mutex = mutex_create(MUTEX_TYPE_DEFAULT);
	timer = mock_clock_create();
	programs = scep_programs_create();
	hook = scep_hook_create(programs, &timer->public);
	scep_event_add_sink(&sink);
}

static void teardown()
{
	/* as at charon's end: no job any more, then what they used */
	programs->stop(programs);
	scep_test_cancel();
	scep_event_remove_sink(&sink);
	hook->destroy(hook);
	programs->destroy(programs);
	timer->public.destroy(&timer->public);
	mutex->destroy(mutex);
	unlink(path);
	rmdir(dir);
}

/**
 * Read the file once it has so many lines.
 */
static char *read_lines(u_int count)
{
	static char text[8192];
	time_t begin = time_monotonic(NULL);
	u_int lines = 0;
	size_t len, i;
	FILE *file;

	while (lines < count)
	{
		ck_assert_msg(time_monotonic(NULL) - begin < 30, "%u of %u lines: %s",
					  lines, count, text);
		len = lines = 0;
		file = fopen(path, "r");
		if (file)
		{
			len = fread(text, 1, sizeof(text) - 1, file);
			fclose(file);
		}
		text[len] = '\0';
		for (i = 0; i < len; i++)
		{
			lines += text[i] == '\n';
		}
		sched_yield();
	}
	return text;
}

START_TEST(runs_for_each_event_in_order)
{
	set_line("echo \"$SCEP_PROFILE:$SCEP_EVENT:$SCEP_LEVEL:$SCEP_TEXT:"
			 "$SCEP_TIME\"");
	timer->now = 1800000000;
	scep_event("gw", SCEP_EV_ISSUED, "serial=%s", "a' `b` $c");
	scep_event("gw", SCEP_EV_NOTE, "not=%s", "this");
	scep_event(NULL, SCEP_EV_WARNING, "reason=%d", 1);
	/* all of this is before there is any thread */
	lib->processor->set_threads(lib->processor, 4);
	scep_event("gw", SCEP_EV_EXPIRED, "not_after=%d", 2);
	ck_assert_str_eq(read_lines(3),
					 "gw:issued:1:serial=a' `b` $c:2027-01-15T08:00:00Z\n"
					 ":warning:0:reason=1:2027-01-15T08:00:00Z\n"
					 "gw:expired:0:not_after=2:2027-01-15T08:00:00Z\n");
	ck_assert(!has_failed("reason="));
}
END_TEST

START_TEST(runs_nothing_without_a_program)
{
	lib->processor->set_threads(lib->processor, 4);
	scep_event("gw", SCEP_EV_ISSUED, "serial=%d", 1);
	set_line("echo $SCEP_TEXT");
	scep_event("gw", SCEP_EV_ISSUED, "serial=%d", 2);
	ck_assert_str_eq(read_lines(1), "serial=2\n");
}
END_TEST

START_TEST(program_that_fails_is_told)
{
	time_t begin = time_monotonic(NULL);

	lib->processor->set_threads(lib->processor, 4);
	set_line("echo why >&2; trap \"exit 3\" EXIT; echo $SCEP_EVENT");
	scep_event("gw", SCEP_EV_ISSUED, "serial=%d", 1);
	while (!has_failed("why"))
	{
		ck_assert_int_lt(time_monotonic(NULL) - begin, 30);
		sched_yield();
	}
	ck_assert(has_failed("ended with status 3"));
	/* it does not run for its own failure */
	scep_event("gw", SCEP_EV_INSTALLED, "serial=%d", 2);
	ck_assert_str_eq(read_lines(2), "issued\ninstalled\n");
}
END_TEST

START_TEST(tells_of_dropped_events)
{
	char *text;
	u_int i;

	set_line("echo $SCEP_TEXT");
	for (i = 0; i < SCEP_MAX_HOOK_EVENTS + 7; i++)
	{
		scep_event("gw", SCEP_EV_ISSUED, "serial=%u", i);
	}
	lib->processor->set_threads(lib->processor, 4);
	text = read_lines(SCEP_MAX_HOOK_EVENTS);
	ck_assert(strpfx(text, "serial=0\nserial=1\n"));
	ck_assert(strstr(text, "serial=63\n"));
	ck_assert(!strstr(text, "serial=64\n"));
	ck_assert(has_failed("reason=7 events "));
}
END_TEST

START_TEST(hanging_program_does_not_hold_up_the_end)
{
	time_t begin = time_monotonic(NULL);

	lib->processor->set_threads(lib->processor, 4);
	hook->set_command(hook, "/bin/sleep 100");
	scep_event("gw", SCEP_EV_ISSUED, "serial=%d", 1);
	while (!lib->processor->get_working_threads(lib->processor, JOB_PRIO_LOW))
	{
		ck_assert_int_lt(time_monotonic(NULL) - begin, 30);
		sched_yield();
	}
	begin = time_monotonic(NULL);
	programs->stop(programs);
	scep_test_cancel();
	ck_assert_int_lt(time_monotonic(NULL) - begin, 5);
}
END_TEST

int main()
{
	Suite *suite = suite_create("hook");
	TCase *tcase = tcase_create("hook");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, runs_for_each_event_in_order);
	tcase_add_test(tcase, runs_nothing_without_a_program);
	tcase_add_test(tcase, program_that_fails_is_told);
	tcase_add_test(tcase, tells_of_dropped_events);
	tcase_add_test(tcase, hanging_program_does_not_hold_up_the_end);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
