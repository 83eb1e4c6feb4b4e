/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include "base/scep_event.h"
#include "control/scep_metrics_file.h"

#include <threading/condvar.h>
#include <threading/mutex.h>

#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/** Threads of the processor: one for the loop, the others for work */
#define THREADS		4

/** Longest time that a test takes, seconds */
#define TIME_LIMIT	60

/** what the file needs */
static scep_curl_t *curl;
static scep_loop_t *loop;
static scep_metrics_file_t *metrics_file;

/** path of the file, and descriptor that tells what is done to its directory */
static char path[PATH_MAX];
static int watch;

/** warnings so far, guarded */
static u_int warnings;
static mutex_t *mutex;

/**
 * Count warnings.
 */
static void hear(scep_event_sink_t *this, const char *profile,
				 scep_event_t event, level_t level, const char *text)
{
	if (event == SCEP_EV_WARNING && strstr(text, "metrics_file"))
	{
		mutex->lock(mutex);
		warnings++;
		mutex->unlock(mutex);
	}
}

static scep_event_sink_t sink = { .handle = hear };

static void setup()
{
	/* nothing here takes so long: a hang is a failure */
	alarm(TIME_LIMIT);
	host_setup();
	snprintf(path, sizeof(path), "%s/scep.prom", host->dir);
	watch = inotify_init1(IN_CLOEXEC);
	ck_assert(watch >= 0 && inotify_add_watch(watch, host->dir,
											  IN_MOVED_TO | IN_DELETE) >= 0);
	warnings = 0;
	mutex = mutex_create(MUTEX_TYPE_DEFAULT);
	scep_event_add_sink(&sink);
	curl = scep_curl_create();
	loop = scep_loop_create(&host->host, curl);
	metrics_file = scep_metrics_file_create(&host->host, loop, 0);
}

static void teardown()
{
	scep_test_cancel();
	/* its jobs are lost if they were queued when the processor ended */
	lib->scheduler->destroy(lib->scheduler);
	lib->scheduler = scheduler_create();
	metrics_file->destroy(metrics_file);
	loop->destroy(loop);
	curl->transport.destroy(&curl->transport);
	scep_event_remove_sink(&sink);
	mutex->destroy(mutex);
	close(watch);
	unlink(path);
	host_teardown();
	alarm(0);
}

/**
 * Take over profiles, with names divided by blanks; called by the loop, or
 * before it starts.
 */
static void configure(void *names)
{
	char text[1024], *pos = text, *end = text + sizeof(text);
	enumerator_t *enumerator;
	scep_config_t *config;
	settings_t *settings;
	char *name;

	pos += snprintf(pos, end - pos, "test {\nplugins {\nscep {\nprofiles {\n");
	enumerator = enumerator_create_token(names, " ", "");
	while (enumerator->enumerate(enumerator, &name))
	{	/* a server that nobody can reach */
		pos += snprintf(pos, end - pos, "%s {\nurl = http://127.0.0.1:1/\n"
						"subject = \"CN=%s\"\n}\n", name, name);
	}
	enumerator->destroy(enumerator);
	snprintf(pos, end - pos, "}\n}\n}\n}\n");
	settings = settings_create_string(text);
	ck_assert(settings);
	config = scep_config_load(settings, "test");
	loop->configure(loop, config);
	config->destroy(config);
	settings->destroy(settings);
}

/**
 * Start with some profiles.
 */
static void start(char *names)
{
	configure(names);
	metrics_file->set_path(metrics_file, path);
	lib->processor->set_threads(lib->processor, THREADS);
	loop->start(loop);
}

/**
 * Wait until a file of some name got there, or was deleted.
 */
static void wait_for(uint32_t mask, const char *name)
{
	char buf[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	const struct inotify_event *event;
	ssize_t len;
	char *pos;

	while (TRUE)
	{
		len = read(watch, buf, sizeof(buf));
		ck_assert(len > 0);
		for (pos = buf; pos < buf + len; pos += sizeof(*event) + event->len)
		{
			event = (const struct inotify_event*)pos;
			if (event->mask & mask && streq(event->name, name))
			{
				return;
			}
		}
	}
}

/**
 * Whether the file tells of a profile.
 */
static bool tells_of(const char *name)
{
	char label[64];
	chunk_t *text = chunk_map(path, FALSE);
	bool found;

	ck_assert(text);
	snprintf(label, sizeof(label), "scep_attempts{profile=\"%s\"} ", name);
	found = memmem(text->ptr, text->len, label, strlen(label)) != NULL;
	chunk_unmap(text);
	return found;
}

START_TEST(follows_changes)
{
	char victim[PATH_MAX];
	struct stat st;

	/* what stands there is replaced, not written to */
	snprintf(victim, sizeof(victim), "%s/victim", host->dir);
	ck_assert(chunk_write(chunk_from_str("untouched"), victim, 0077, TRUE));
	ck_assert_int_eq(symlink(victim, path), 0);
	start("one two");
	wait_for(IN_MOVED_TO, "scep.prom");
	ck_assert(tells_of("one") && tells_of("two"));
	ck_assert(lstat(path, &st) == 0 && S_ISREG(st.st_mode));
	ck_assert_int_eq(st.st_mode & 07777, 0644);
	ck_assert(stat(victim, &st) == 0 && st.st_size == 9);

	loop->post(loop, configure, "two three", NULL);
	metrics_file->changed(metrics_file);
	wait_for(IN_MOVED_TO, "scep.prom");
	ck_assert(!tells_of("one"));
	ck_assert(tells_of("two") && tells_of("three"));
	unlink(victim);
}
END_TEST

/**
 * Let a write fail. After the next one the first one's failure was handled.
 */
static void fail_again()
{
	metrics_file->changed(metrics_file);
	wait_for(IN_DELETE, "scep.prom.new");
}

START_TEST(tells_a_failure_once)
{
	/* nothing can be renamed to a directory */
	ck_assert_int_eq(mkdir(path, 0700), 0);
	start("one");
	wait_for(IN_DELETE, "scep.prom.new");
	fail_again();
	ck_assert_int_eq(rmdir(path), 0);
	metrics_file->changed(metrics_file);
	wait_for(IN_MOVED_TO, "scep.prom");
	mutex->lock(mutex);
	ck_assert_uint_eq(warnings, 1);
	mutex->unlock(mutex);
	ck_assert(tells_of("one"));

	/* once it was good a failure is news again */
	unlink(path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	fail_again();
	fail_again();
	mutex->lock(mutex);
	ck_assert_uint_eq(warnings, 2);
	mutex->unlock(mutex);
	rmdir(path);
}
END_TEST

int main()
{
	Suite *suite = suite_create("metrics_file");
	TCase *tcase = tcase_create("file");

	tcase_add_unchecked_fixture(tcase, host_setup_weak, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, TIME_LIMIT);
	tcase_add_test(tcase, follows_changes);
	tcase_add_test(tcase, tells_a_failure_once);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
