/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(works_with_a_strict_umask)
{
	mode_t old = umask(0777);
	scep_status_t status = {};
	scep_error_t error = {};

	ck_assert(store->save_status(store, &status, &error));
	umask(old);
	ck_assert_int_eq(get_mode("status"), 0600);
}
END_TEST

START_TEST(never_writes_through_a_link)
{
	scep_status_t status = { .attempts = 1 };
	scep_error_t error = {};

	overwrite("victim", "untouched");
	ck_assert_int_eq(symlink("victim", at("status.tmp")), 0);
	ck_assert(store->save_status(store, &status, &error));
	ck_assert(store->load_status(store, &status, &error));
	ck_assert_int_eq(status.attempts, 1);
	ck_assert_int_eq(get_mode("status"), 0600);
	{
		char text[16] = "";
		FILE *file = fopen(at("victim"), "r");

		ck_assert(fgets(text, sizeof(text), file));
		fclose(file);
		ck_assert_str_eq(text, "untouched");
	}
}
END_TEST

/**
 * Texts of errors that must come back as they were, or harmless.
 */
static const struct {
	const char *text;
	const char *loaded;
} errors[] = {
	{ "", "" },
	{ "refused: badCheck", "refused: badCheck" },
	{ "a \"quoted\" \\ text", "a \"quoted\" \\ text" },
	{ "\"\n}\ninclude /etc/passwd\nattempts = 99",
		"\" } include /etc/passwd attempts = 99" },
	{ "# no comment = { }", "# no comment = { }" },
	{ "%s%n %%", "%s%n %%" },
	{ "gr\xc3\xbc\xc3\x9f" "e", "gr\xc3\xbc\xc3\x9f" "e" },
	{ "ends with \\", "ends with \\" },
	{ "${a}", "${a}" },
};

START_TEST(status_survives)
{
	scep_status_t status = {
		.attempts = 3,
		.next_at = 1790000000,
		.renew_gen = 2,
		.renew_at = 1800000000,
		.last_success = 1780000000,
	}, copy;
	scep_error_t error = {};

	strcpy(status.settings, "5e77");
	strcpy(status.unconfirmed, "00c0ffee");
	snprintf(status.last_error, sizeof(status.last_error), "%s",
			 errors[_i].text);
	ck_assert(store->save_status(store, &status, &error));
	memset(&copy, 0xff, sizeof(copy));
	ck_assert(store->load_status(store, &copy, &error));
	ck_assert_int_eq(copy.attempts, status.attempts);
	ck_assert_int_eq(copy.next_at, status.next_at);
	ck_assert_int_eq(copy.renew_gen, status.renew_gen);
	ck_assert_int_eq(copy.renew_at, status.renew_at);
	ck_assert_int_eq(copy.last_success, status.last_success);
	ck_assert_str_eq(copy.last_error, errors[_i].loaded);
	ck_assert_str_eq(copy.settings, status.settings);
	ck_assert_str_eq(copy.unconfirmed, status.unconfirmed);
}
END_TEST

START_TEST(longest_error_survives)
{
	scep_status_t status = {}, copy;
	scep_error_t error = {};

	memset(status.last_error, '"', sizeof(status.last_error) - 1);
	ck_assert(store->save_status(store, &status, &error));
	ck_assert(store->load_status(store, &copy, &error));
	ck_assert_str_eq(copy.last_error, status.last_error);
}
END_TEST

START_TEST(failing_step_keeps_the_status)
{
	scep_status_t status = { .attempts = 1 }, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i, before = 1;

	ck_assert(store->save_status(store, &status, &error));
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		status.attempts = i + 1;
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.steps = 0;
		success = sick->save_status(sick, &status, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert(store->load_status(store, &copy, &error));
		ck_assert(copy.attempts == i + 1 ||
				  (!success && copy.attempts == before));
		before = copy.attempts;
	}
	ck_assert(success);
	ck_assert_int_gt(i, 3);
}
END_TEST

/**
 * Contents of a status file that mean nothing.
 */
static const char *bad_status[] = {
	"", "}}}", "attempts = many", "attempts = -5", "next_at = \"yesterday\"",
	"next_at = 5", "\"", "a { b = c }",
};

START_TEST(senseless_status_is_empty)
{
	scep_status_t status = { .attempts = 1 };
	scep_error_t error = {};

	ck_assert(store->save_status(store, &status, &error));
	overwrite("status", bad_status[_i]);
	memset(&status, 0xff, sizeof(status));
	store->load_status(store, &status, &error);
	ck_assert_int_eq(status.attempts, 0);
	ck_assert_int_eq(status.next_at, 0);
	ck_assert_int_eq(status.renew_at, 0);
	ck_assert_str_eq(status.last_error, "");
}
END_TEST

/** Servers */
#define URL		"http://user:Geheim@ca.example.org/scep"

/**
 * What was learnt, for a number.
 */
static scep_server_t make_server(u_int caps)
{
	scep_server_t server = {
		.caps_seen = caps,
		.renew_method = SCEP_RENEW_PKCSREQ,
		.challenge_at_renewal = TRUE,
		.get_only = TRUE,
		.other_identifier = TRUE,
	};

	return server;
}

START_TEST(server_survives)
{
	scep_server_t server = make_server(0x1234), copy;
	scep_error_t error = {};
	chunk_t *file;

	memset(&copy, 0xff, sizeof(copy));
	ck_assert(store->load_server(store, URL, NULL, &copy, &error));
	ck_assert_int_eq(copy.caps_seen, 0);
	ck_assert_int_eq(copy.renew_method, SCEP_RENEW_AUTO);
	ck_assert(store->save_server(store, URL, NULL, &server, &error));
	ck_assert(store->load_server(store, URL, NULL, &copy, &error));
	ck_assert_int_eq(copy.caps_seen, 0x1234);
	ck_assert_int_eq(copy.renew_method, SCEP_RENEW_PKCSREQ);
	ck_assert(copy.challenge_at_renewal);
	ck_assert(copy.get_only);
	ck_assert(copy.other_identifier);
	file = chunk_map(at("server"), FALSE);
	ck_assert(file);
	ck_assert(!memmem(file->ptr, file->len, "Geheim", 6));
	chunk_unmap(file);
}
END_TEST

/**
 * Other servers than URL without an identifier.
 */
static const struct {
	const char *url;
	const char *ca_identifier;
} other_servers[] = {
	{ URL "2", NULL },
	{ URL, "" },
	{ URL, "ca" },
	{ URL "\nca", NULL },
};

START_TEST(another_server_is_unknown)
{
	scep_server_t server = make_server(1), copy;
	scep_error_t error = {};

	ck_assert(store->save_server(store, URL, NULL, &server, &error));
	ck_assert(store->load_server(store, other_servers[_i].url,
								 other_servers[_i].ca_identifier, &copy,
								 &error));
	ck_assert_int_eq(copy.caps_seen, 0);
	ck_assert(!copy.get_only);
	ck_assert(!copy.other_identifier);
}
END_TEST

START_TEST(servers_are_remembered_side_by_side)
{
	scep_server_t server = make_server(1), copy;
	scep_error_t error = {};
	char url[64];
	u_int i;

	server.failed_at = 1700000000;
	ck_assert(store->save_server(store, URL, NULL, &server, &error));
	server.failed_at = 0;
	for (i = 1; i < SCEP_MAX_SERVERS; i++)
	{
		snprintf(url, sizeof(url), "http://%u.example.org/", i);
		server.caps_seen = i + 1;
		ck_assert(store->save_server(store, url, "ca", &server, &error));
		ck_assert(store->load_server(store, url, "ca", &copy, &error));
		ck_assert_int_eq(copy.caps_seen, i + 1);
		ck_assert(!copy.failed_at);
	}
	ck_assert(store->load_server(store, URL, NULL, &copy, &error));
	ck_assert_int_eq(copy.caps_seen, 1);
	ck_assert_int_eq(copy.failed_at, 1700000000);
	ck_assert_int_eq(copy.renew_method, SCEP_RENEW_PKCSREQ);
	/* the one that was written first makes room */
	ck_assert(store->save_server(store, URL "x", NULL, &server, &error));
	ck_assert(store->load_server(store, URL, NULL, &copy, &error));
	ck_assert_int_eq(copy.caps_seen, 0);
	ck_assert(store->load_server(store, "http://1.example.org/", "ca", &copy,
								 &error));
	ck_assert_int_eq(copy.caps_seen, 2);
}
END_TEST

START_TEST(damaged_server_is_unknown)
{
	scep_server_t server = make_server(1);
	scep_error_t error = {};

	ck_assert(store->save_server(store, URL, NULL, &server, &error));
	overwrite("server", _i ? "server = x" : "server = \"");
	store->load_server(store, URL, NULL, &server, &error);
	ck_assert_int_eq(server.caps_seen, 0);
	ck_assert(!server.get_only);
}
END_TEST

START_TEST(failing_step_keeps_the_server)
{
	scep_server_t server = make_server(1), copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i, before = 1;

	ck_assert(store->save_server(store, URL, NULL, &server, &error));
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		server.caps_seen = i + 1;
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.steps = 0;
		success = sick->save_server(sick, URL, NULL, &server, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert(store->load_server(store, URL, NULL, &copy, &error));
		ck_assert(copy.caps_seen == i + 1 || (!success && copy.caps_seen == before));
		before = copy.caps_seen;
	}
	ck_assert(success);
	ck_assert_int_gt(i, 3);
}
END_TEST

int main()
{
	Suite *suite = suite_create("store");
	TCase *tcase;

	tcase = tcase_create("status");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, status_survives, 0, countof(errors));
	tcase_add_test(tcase, longest_error_survives);
	tcase_add_loop_test(tcase, senseless_status_is_empty, 0,
						countof(bad_status));
	tcase_add_test(tcase, never_writes_through_a_link);
	tcase_add_test(tcase, works_with_a_strict_umask);
	tcase_add_test(tcase, failing_step_keeps_the_status);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("server");
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_add_test(tcase, server_survives);
	tcase_add_loop_test(tcase, another_server_is_unknown, 0,
						countof(other_servers));
	tcase_add_test(tcase, servers_are_remembered_side_by_side);
	tcase_add_loop_test(tcase, damaged_server_is_unknown, 0, 2);
	tcase_add_test(tcase, failing_step_keeps_the_server);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
