/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"

#include <stdio.h>

START_TEST(needs_url_and_subject)
{
	scep_config_t *config;

	config = load_top("profiles {\n a {\n url = http://a/b\n }\n b {\n"
					  "subject = CN=b\n }\n c {\n url = http://c/d\n"
					  "subject = CN=c\n }\n }");
	ck_assert(config->is_disabled(config, "a"));
	ck_assert(config->is_disabled(config, "b"));
	ck_assert(!config->is_disabled(config, "c"));
	ck_assert(config->find(config, "c"));
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 1);
	ck_assert_int_eq(log_lines, 2);
	ck_assert(strstr(log_text, "scep[a] config-error: key=subject"));
	ck_assert(strstr(log_text, "scep[b] config-error: key=url"));
	config->destroy(config);
}
END_TEST

START_TEST(warns_of_reauth_that_closes_tunnels)
{
	settings_t *settings;
	scep_config_t *config;

	settings = settings_create_string("charon-systemd {\n"
					"make_before_break = no\n plugins {\n scep {\n profiles {\n"
					"a {\n" REQUIRED "\n reauth = yes\n }\n"
					"b {\n" REQUIRED "\n }\n }\n }\n }\n }");
	config = scep_config_load(settings, "charon-systemd");
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 2);
	ck_assert_int_eq(log_lines, 1);
	ck_assert(strstr(log_text, "scep[a] warning: reason=reauth closes"));
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

/**
 * Names that are no profile's.
 */
static const char *bad_names[] = {
	"g+w", "g/w", "..", "g%sw", "g\xc3\xa4w",
	/* a letter more than are allowed */
	HEX32 "0",
};

START_TEST(refuses_bad_name)
{
	settings_t *settings = settings_create_string("");
	scep_config_t *config;

	settings->set_str(settings, "%s.plugins.scep.profiles.%s.url",
					  "http://ca.example.org/scep", "charon-systemd",
					  bad_names[_i]);
	settings->set_str(settings, "%s.plugins.scep.profiles.%s.subject",
					  "CN=gw", "charon-systemd", bad_names[_i]);
	config = scep_config_load(settings, "charon-systemd");
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 0);
	ck_assert_int_eq(log_lines, 1);
	ck_assert_msg(strstr(log_text, "config-error: "), "%s", log_text);
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(accepts_longest_name)
{
	scep_config_t *config;

	config = load_top("profiles {\n" HEX32 " {\n" REQUIRED "}\n"
					  "Gw-1_a {\n" REQUIRED "}\n}");
	ck_assert(config->find(config, HEX32));
	ck_assert(config->find(config, "Gw-1_a"));
	ck_assert(!config->find(config, "gw-1_a"));
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
}
END_TEST

START_TEST(one_bad_profile_does_not_affect_others)
{
	scep_config_t *config;

	config = load_top("profiles {\n a {\n" REQUIRED "}\n b {\n" REQUIRED
					  "digest = md5\n cipher = des\n nonsense = x\n }\n"
					  "c {\n" REQUIRED "}\n}");
	ck_assert(config->find(config, "a"));
	ck_assert(!config->find(config, "b"));
	ck_assert(config->is_disabled(config, "b"));
	ck_assert(config->find(config, "c"));
	ck_assert(!config->is_disabled(config, "d"));
	ck_assert(!config->find(config, "d"));
	ck_assert_int_eq(log_lines, 3);
	ck_assert(strstr(log_text, "scep[b] config-error: key=\"nonsense\""));
	ck_assert(strstr(log_text, "scep[b] config-error: key=digest"));
	ck_assert(strstr(log_text, "scep[b] config-error: key=cipher"));
	config->destroy(config);
}
END_TEST

START_TEST(daemon_section_wins_over_fallback)
{
	scep_config_t *config;
	scep_profile_t *profile;
	settings_t *settings;

	settings = settings_create_string(
		"charon {\nplugins {\nscep {\n workers = 3\n profiles {\n gw {\n"
		REQUIRED "digest = sha384\n key {\n size = 4096\n }\n }\n a {\n"
		REQUIRED "}\n }\n }\n }\n }\n"
		"charon-systemd {\nplugins {\nscep {\n profiles {\n gw {\n"
		"digest = sha512\n }\n b {\n" REQUIRED "}\n }\n }\n }\n }\n");
	settings->add_fallback(settings, "charon-systemd", "charon");
	config = scep_config_load(settings, "charon-systemd");
	ck_assert_int_eq(config->workers, 3);
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 3);
	profile = config->find(config, "gw");
	ck_assert(profile);
	ck_assert_int_eq(profile->digest, HASH_SHA512);
	ck_assert_int_eq(profile->key_size, 4096);
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(defaults_above_the_profiles)
{
	scep_config_t *config = load_top("");

	ck_assert_str_eq(config->state_dir, "/var/lib/strongswan/scep");
	ck_assert_int_eq(config->workers, 1);
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 0);
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
}
END_TEST

START_TEST(reads_what_is_above_the_profiles)
{
	scep_config_t *config;

	config = load_top("load = yes\n state_dir = /var/lib/other\n workers = 16");
	ck_assert_str_eq(config->state_dir, "/var/lib/other");
	ck_assert_int_eq(config->workers, 16);
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
}
END_TEST

/**
 * Mistakes above the profiles.
 */
static const struct {
	const char *text;
	const char *shown;
} bad_globals[] = {
	{ "state_dir = relative", "key=state_dir" },
	{ "workers = 0", "key=workers" },
	{ "hook = notify", "key=hook value=\"notify\" expected=" },
	{ "workers = 17", "key=workers" },
	{ "workers = -1", "key=workers value=\"-1\" expected=a number, 1 to 16" },
	{ "workers = 10x", "key=workers value=\"10x\" expected=" },
	{ "workers = 0x2", "key=workers" },
	{ "workers = \" 2\"", "key=workers" },
	{ "workers = \"\"", "key=workers" },
	{ "worker = 2", "key=\"worker\" unknown, ignored, did you mean workers" },
	{ "statedir = /a", "did you mean state_dir" },
	{ "profile {\n gw {\n" REQUIRED "}\n }",
		"section=\"profile\" unknown, ignored, did you mean profiles" },
	{ "workers {\n a = b\n }", "section=\"workers\" unknown, ignored" },
	{ "completely_different = 1", "unknown, ignored" },
};

START_TEST(bad_global_is_reported_and_replaced)
{
	scep_config_t *config;
	char text[512];

	snprintf(text, sizeof(text), "%s\nprofiles {\ngw {\n" REQUIRED "}\n}",
			 bad_globals[_i].text);
	config = load_top(text);
	ck_assert_int_eq(log_lines, 1);
	ck_assert_msg(strpfx(log_text, "scep config-error: "), "%s", log_text);
	ck_assert_msg(strstr(log_text, bad_globals[_i].shown), "%s", log_text);
	ck_assert_str_eq(config->state_dir, "/var/lib/strongswan/scep");
	ck_assert_int_eq(config->workers, 1);
	ck_assert(config->find(config, "gw"));
	config->destroy(config);
}
END_TEST

int main()
{
	Suite *suite = suite_create("config");
	TCase *tcase;

	tcase = tcase_create("profiles");
	tcase_add_checked_fixture(tcase, config_setup, config_teardown);
	tcase_add_test(tcase, needs_url_and_subject);
	tcase_add_test(tcase, warns_of_reauth_that_closes_tunnels);
	tcase_add_loop_test(tcase, refuses_bad_name, 0, countof(bad_names));
	tcase_add_test(tcase, accepts_longest_name);
	tcase_add_test(tcase, one_bad_profile_does_not_affect_others);
	tcase_add_test(tcase, daemon_section_wins_over_fallback);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("globals");
	tcase_add_checked_fixture(tcase, config_setup, config_teardown);
	tcase_add_test(tcase, defaults_above_the_profiles);
	tcase_add_test(tcase, reads_what_is_above_the_profiles);
	tcase_add_loop_test(tcase, bad_global_is_reported_and_replaced, 0,
						countof(bad_globals));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
