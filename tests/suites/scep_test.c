/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/**
 * Plugins of libstrongswan that the suites need.
 */
#define PLUGINS "random nonce sha1 sha2 aes gmp mgf1 pkcs1 pkcs8 x509 pem " \
				"openssl gcrypt"
#define OPENSSL_PLUGINS "openssl random nonce sha1 sha2 aes mgf1 pkcs1 pkcs8 " \
						"x509 pem gcrypt gmp"

/**
 * ThreadSanitizer misses what a thread locks after it was cancelled in poll(),
 * as libstrongswan's watcher is when the processor ends.
 */
const char *__tsan_default_suppressions();

const char *__tsan_default_suppressions()
{
	return "race:scep_test_cancel\ndeadlock:scep_test_cancel\n";
}

/**
 * Run a suite with some plugins.
 */
static int run(Suite *suite, char *plugins)
{
	char log[PATH_MAX];
	SRunner *runner;
	int failed;

	/* as in charon */
	signal(SIGPIPE, SIG_IGN);
	library_init(NULL, "test");
	dbg_default_set_level(0);
	lib->plugins->add_path(lib->plugins, SCEP_PLUGINDIR);
	if (!lib->plugins->load(lib->plugins, plugins))
	{
		return EXIT_FAILURE;
	}
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	/* what ran, for tests/protocol_lint */
	snprintf(log, sizeof(log), "%s/%s.ran", SCEP_TEST_LOGS,
			 program_invocation_short_name);
	srunner_set_log(runner, log);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	library_deinit();
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/*
 * Described in header
 */
int scep_test_run(Suite *suite)
{
	return run(suite, PLUGINS);
}

/*
 * Described in header
 */
int scep_test_run_openssl(Suite *suite)
{
	return run(suite, OPENSSL_PLUGINS);
}

/**
 * LeakSanitizer: OpenSSL's providers keep what they allocated until exit.
 */
const char *__lsan_default_suppressions();

const char *__lsan_default_suppressions()
{
	return "leak:libcrypto\n";
}

/**
 * Cancel the processor's jobs. ThreadSanitizer knows of the caller only, as
 * libstrongswan is not made for it.
 */
static void __attribute__((noinline)) cancel()
{
	lib->processor->cancel(lib->processor);
	ck_assert_int_eq(lib->processor->get_total_threads(lib->processor), 0);
}

/*
 * Described in header
 */
void scep_test_cancel()
{
	cancel();
}
