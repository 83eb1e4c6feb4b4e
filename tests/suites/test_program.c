/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"
#include "base/scep_program.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/** Longest time that is measured where nothing may wait, seconds */
#define SOON	5

static scep_programs_t *programs;
static scep_error_t error;
static chunk_t output;

static void setup()
{
	programs = scep_programs_create();
	ck_assert(programs);
	error = (scep_error_t){};
}

static void teardown()
{
	chunk_clear(&output);
	programs->destroy(programs);
}

/**
 * Run a command.
 */
static bool run(const char *command, u_int timeout)
{
	static const char *const env[] = { "SCEP_PROFILE=gw", NULL };
	scep_program_t program = {
		.command = command,
		.env = env,
		.max_output = 64,
		.timeout = timeout,
	};

	chunk_clear(&output);
	return programs->run(programs, &program, &output, &error);
}

/**
 * Run a command that succeeds, and compare what it wrote.
 */
static void check(const char *command, const char *expected)
{
	ck_assert_msg(run(command, 30), "%s: %s", command, error.text);
	ck_assert_msg(output.len == strlen(expected) &&
				  (!output.len || memeq(output.ptr, expected, output.len)),
				  "%s: '%.*s'", command, (int)output.len, output.ptr);
}

/**
 * Commands, and what they write: there is no shell.
 */
static const struct {
	const char *command, *output;
} commands[] = {
	{ "/bin/echo  a\tb ", "a b" },
	{ "/bin/echo 'a  b' \"c  'd\"", "a  b c  'd" },
	{ "/bin/echo a'b c'd \"\" $HOME `id` *", "ab cd  $HOME `id` *" },
	{ "/bin/echo a; /bin/echo b", "a; /bin/echo b" },
	{ "/bin/sh -c 'echo $SCEP_PROFILE; echo'", "gw\n" },
	{ "/bin/echo -n", "" },
	{ "/bin/sh -c 'printf \"a\\r\\n\"'", "a" },
	{ "/bin/cat", "" },
	{ "/bin/sh -c 'echo a; echo b >&2'", "a" },
	{ "/usr/bin/env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
		"/sbin:/bin" },
};

START_TEST(runs_without_a_shell)
{
	if (streq(commands[_i].command, "/usr/bin/env"))
	{	/* nothing of the environment of charon */
		ck_assert(run("/bin/sh -c 'env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= | "
					  "sort | cut -c 1-16'", 30));
		ck_assert(chunk_equals(output, chunk_from_str(
								"PATH=/usr/local/\nSCEP_PROFILE=gw")));
		return;
	}
	check(commands[_i].command, commands[_i].output);
}
END_TEST

/**
 * What is no command.
 */
static const char *no_commands[] = {
	"", "  ", "echo a", "./echo", "/bin/echo 'a", "/bin/echo \"a'",
	"/bin/echo 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 "
		"25 26 27 28 29 30 31 32",
};

START_TEST(takes_an_absolute_path_and_whole_quotes)
{
	ck_assert(!scep_program_check(no_commands[_i]));
	ck_assert(!run(no_commands[_i], 30));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(scep_program_check("/bin/echo 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 "
								 "16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 "
								 "31"));
}
END_TEST

/**
 * Failures, and how they are told.
 */
static const struct {
	const char *command, *text;
	scep_error_kind_t kind;
} failures[] = {
	{ "/nonexistent/program", "can't be run: No such file", SCEP_LOCAL },
	{ "/etc/passwd", "can't be run: Permission denied", SCEP_LOCAL },
	{ "/bin/false", "ended with status 1", SCEP_TRANSIENT },
	{ "/bin/sh -c 'exit 42'", "ended with status 42", SCEP_TRANSIENT },
	{ "/bin/sh -c 'kill -TERM $$'", "ended by signal 15", SCEP_TRANSIENT },
	{ "/bin/sh -c 'echo secret; printf \"no\\nluck\" >&2; exit 3'",
		"status 3: \"no\\x0aluck\"", SCEP_TRANSIENT },
	{ "/bin/sh -c 'printf %065d 0'", "wrote more than 64 bytes",
		SCEP_TRANSIENT },
	{ "/usr/bin/yes", "wrote more than 64 bytes", SCEP_TRANSIENT },
};

START_TEST(tells_how_a_program_failed)
{
	ck_assert(!run(failures[_i].command, 30));
	ck_assert_int_eq(error.kind, failures[_i].kind);
	ck_assert_msg(strstr(error.text, failures[_i].text), "%s", error.text);
	ck_assert_int_eq(output.len, 0);
}
END_TEST

START_TEST(an_end_that_nobody_knows_is_no_success)
{
	signal(SIGCHLD, SIG_IGN);
	ck_assert(!run("/bin/sh -c 'echo half; exit 1'", 30));
	signal(SIGCHLD, SIG_DFL);
	ck_assert_msg(strstr(error.text, "can't be waited for"), "%s", error.text);
	ck_assert_int_eq(output.len, 0);
}
END_TEST

START_TEST(output_has_a_limit)
{
	ck_assert(run("/bin/sh -c 'printf %064d 0'", 30));
	ck_assert_int_eq(output.len, 64);
}
END_TEST

START_TEST(kills_what_takes_too_long_with_all_that_it_started)
{
	time_t begin = time_monotonic(NULL);
	pid_t pid;

	ck_assert(!run("/bin/sh -c 'echo $$ >&2; sleep 100 & wait'", 1));
	ck_assert(strstr(error.text, "took more than 1s"));
	ck_assert_int_lt(time_monotonic(NULL) - begin, SOON);
	ck_assert_int_eq(sscanf(strstr(error.text, ": \""), ": \"%d", &pid), 1);
	while (kill(-pid, 0) == 0)
	{	/* init has to collect what was orphaned */
		ck_assert_int_lt(time_monotonic(NULL) - begin, SOON);
		sched_yield();
	}
}
END_TEST

/**
 * Stop programs once one runs.
 */
static void *stop_soon(void *path)
{
	while (access(path, F_OK) != 0)
	{
		sched_yield();
	}
	programs->stop(programs);
	return NULL;
}

START_TEST(stop_ends_what_runs_and_what_would)
{
	char path[] = "/tmp/scep-test-XXXXXX", command[128];
	time_t begin = time_monotonic(NULL);
	pthread_t thread;

	close(mkstemp(path));
	unlink(path);
	snprintf(command, sizeof(command), "/bin/sh -c 'trap : TERM INT; > %s; "
			 "sleep 100'", path);
	ck_assert_int_eq(pthread_create(&thread, NULL, stop_soon, path), 0);
	ck_assert(!run(command, 100));
	pthread_join(thread, NULL);
	unlink(path);
	ck_assert(strstr(error.text, "was stopped"));
	error = (scep_error_t){};
	ck_assert(!run("/bin/sleep 100", 100));
	ck_assert(strstr(error.text, "was stopped"));
	ck_assert_int_lt(time_monotonic(NULL) - begin, SOON);
}
END_TEST

START_TEST(child_that_stays_does_not_hold_up)
{
	time_t begin = time_monotonic(NULL);

	check("/bin/sh -c 'sleep 20 & echo done'", "done");
	ck_assert_int_lt(time_monotonic(NULL) - begin, SOON);
}
END_TEST

START_TEST(inherits_no_descriptors_and_no_signals)
{
	unsigned long long ignored;
	char text[65];
	sigset_t all, old;
	int fd;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	signal(SIGTERM, SIG_IGN);
	fd = dup2(open("/dev/null", O_RDONLY), 77);
	ck_assert_int_eq(fd, 77);
	/* 3 is the directory itself */
	check("/bin/ls /proc/self/fd", "0\n1\n2\n3");
	check("/bin/sh -c 'grep SigBlk /proc/self/status'",
		  "SigBlk:\t0000000000000000");
	ck_assert(run("/bin/grep SigIgn /proc/self/status", 30));
	snprintf(text, sizeof(text), "%.*s", (int)output.len, output.ptr);
	ck_assert_int_eq(sscanf(text, "SigIgn: %llx", &ignored), 1);
	/* those above are libc's own */
	ck_assert_int_eq(ignored & 0x7fffffff, 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	close(fd);
}
END_TEST

int main()
{
	Suite *suite = suite_create("program");
	TCase *tcase = tcase_create("program");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, runs_without_a_shell, 0, countof(commands));
	tcase_add_loop_test(tcase, takes_an_absolute_path_and_whole_quotes, 0,
						countof(no_commands));
	tcase_add_loop_test(tcase, tells_how_a_program_failed, 0,
						countof(failures));
	tcase_add_test(tcase, an_end_that_nobody_knows_is_no_success);
	tcase_add_test(tcase, output_has_a_limit);
	tcase_add_test(tcase, kills_what_takes_too_long_with_all_that_it_started);
	tcase_add_test(tcase, stop_ends_what_runs_and_what_would);
	tcase_add_test(tcase, child_that_stays_does_not_hold_up);
	tcase_add_test(tcase, inherits_no_descriptors_and_no_signals);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
