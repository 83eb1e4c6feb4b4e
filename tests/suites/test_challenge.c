/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * Mistakes around a challenge, none of which may put it into the log.
 */
static const char *leaks[] = {
	"challenge = Geheim\n challenge_file = /a",
	"challenge = Geheim" HEX64 HEX64 HEX64,
	"chalenge = Geheim",
	"challenge = Geheim\n digest = sha1",
	"challenge {\n challenge = Geheim\n }",
	"http {\n challenge = Geheim\n }",
};

START_TEST(never_shows_a_challenge)
{
	scep_config_t *config = load_more(leaks[_i]);

	ck_assert(config->is_disabled(config, "gw"));
	ck_assert_int_eq(log_lines, 1);
	ck_assert_msg(!strstr(log_text, "Geheim"), "%s", log_text);
	config->destroy(config);
}
END_TEST

START_TEST(challenge_comes_from_settings)
{
	scep_profile_t *profile;
	scep_error_t error = {};
	chunk_t challenge;

	profile = load_good("challenge = \"a %s {b} #\"");
	ck_assert(profile->get_challenge(profile, &challenge, &error));
	ck_assert(chunk_equals(challenge, chunk_from_str("a %s {b} #")));
	chunk_clear(&challenge);
	profile->destroy(profile);
	profile = load_good("");
	ck_assert(profile->get_challenge(profile, &challenge, &error));
	ck_assert_int_eq(challenge.len, 0);
	profile->destroy(profile);
}
END_TEST

/**
 * Write a file.
 */
static void write_file(const char *path, const char *content, size_t len)
{
	FILE *file = fopen(path, "w");

	ck_assert(file);
	ck_assert_int_eq(fwrite(content, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(challenge_file_is_read_each_time)
{
	char path[] = "/tmp/scep-test-XXXXXX", text[128], longest[300];
	static const struct {
		const char *content;
		const char *challenge;
	} files[] = {
		{ "first", "first" },
		{ "second\n", "second" },
		{ "third\r\nnot this\n", "third" },
		{ " blanks stay \n", " blanks stay " },
		{ "", NULL },
		{ "\nnot this\n", NULL },
		{ "again", "again" },
	};
	scep_profile_t *profile;
	chunk_t challenge;
	bool success;
	int i;

	close(mkstemp(path));
	snprintf(text, sizeof(text), "challenge_file = %s", path);
	profile = load_good(text);
	for (i = 0; i < countof(files); i++)
	{
		scep_error_t error = {};

		write_file(path, files[i].content, strlen(files[i].content));
		success = profile->get_challenge(profile, &challenge, &error);
		ck_assert_int_eq(success, files[i].challenge != NULL);
		if (success)
		{
			ck_assert(chunk_equals(challenge,
							chunk_from_str((char*)files[i].challenge)));
		}
		else
		{
			ck_assert_int_ne(error.kind, SCEP_OK);
			ck_assert(strstr(error.text, path));
		}
		chunk_clear(&challenge);
	}
	memset(longest, 'a', sizeof(longest));
	for (i = SCEP_MAX_CHALLENGE - 1; i <= SCEP_MAX_CHALLENGE + 4; i++)
	{
		scep_error_t error = {};

		longest[i] = '\n';
		write_file(path, longest, i + 1);
		longest[i] = 'a';
		success = profile->get_challenge(profile, &challenge, &error);
		ck_assert_int_eq(success, i <= SCEP_MAX_CHALLENGE);
		ck_assert_int_eq(challenge.len, success ? i : 0);
		chunk_clear(&challenge);
		if (error.text[0])
		{
			ck_assert(!strstr(error.text, "aaaa"));
		}
	}
	unlink(path);
	profile->destroy(profile);
}
END_TEST

START_TEST(missing_challenge_file_is_no_config_error)
{
	scep_error_t error = {};
	scep_profile_t *profile;
	chunk_t challenge;

	profile = load_good("challenge_file = /nonexistent/gw.challenge");
	ck_assert(!profile->get_challenge(profile, &challenge, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(strstr(error.text, "/nonexistent/gw.challenge"));
	ck_assert_int_eq(challenge.len, 0);
	profile->destroy(profile);
}
END_TEST

START_TEST(fifo_as_challenge_file_does_not_block)
{
	char dir[] = "/tmp/scep-test-XXXXXX", path[64], text[128];
	scep_error_t error = {};
	scep_profile_t *profile;
	chunk_t challenge;

	ck_assert(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(text, sizeof(text), "challenge_file = %s", path);
	profile = load_good(text);
	ck_assert(!profile->get_challenge(profile, &challenge, &error));
	profile->destroy(profile);
	unlink(path);
	rmdir(dir);
}
END_TEST

int main()
{
	Suite *suite = suite_create("challenge");
	TCase *tcase;

	tcase = tcase_create("challenge");
	tcase_add_checked_fixture(tcase, config_setup, config_teardown);
	tcase_add_loop_test(tcase, never_shows_a_challenge, 0, countof(leaks));
	tcase_add_test(tcase, challenge_comes_from_settings);
	tcase_add_test(tcase, challenge_file_is_read_each_time);
	tcase_add_test(tcase, missing_challenge_file_is_no_config_error);
	tcase_add_test(tcase, fifo_as_challenge_file_does_not_block);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
