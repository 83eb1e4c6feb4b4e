/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"

#include "config/scep_options.h"

#include <stdio.h>

/**
 * Read the file that is installed for users to change.
 *
 * @param uncomment		whether to make settings of those that are commented
 */
static char *read_sample(bool uncomment)
{
	char path[PATH_MAX], line[256], *text = NULL, *pos, *hash;
	size_t size, len;
	FILE *in, *out;

	/* beside the sources, from wherever they were compiled */
	snprintf(path, sizeof(path), "%.*s../../strongswan.conf.d/scep.conf",
			 (int)(strlen(__FILE__) - strlen("test_sample.c")), __FILE__);
	in = fopen(path, "r");
	ck_assert_msg(in, "%s not found", path);
	out = open_memstream(&text, &size);
	while (fgets(line, sizeof(line), in))
	{
		ck_assert_msg(strchr(line, '\n'), "too long: %s", line);
		hash = strstr(line, "# ");
		if (uncomment && hash)
		{
			pos = hash + 2;
			len = strspn(pos, "abcdefghijklmnopqrstuvwxyz0123456789_");
			if (streq(pos, "}\n") || (len && (strpfx(pos + len, " = ") ||
											  streq(pos + len, " {\n"))))
			{
				*hash = ' ';
			}
		}
		fputs(line, out);
	}
	fclose(in);
	fclose(out);
	return text;
}

/**
 * Parse the sample as the daemon does, which includes it among the plugins.
 */
static settings_t *parse_sample(bool uncomment)
{
	settings_t *settings = settings_create_string("");
	char *text = read_sample(uncomment);

	ck_assert(settings->load_string_section(settings, text, FALSE,
											"charon.plugins"));
	free(text);
	return settings;
}

START_TEST(sample_loads_without_complaints)
{
	settings_t *settings = parse_sample(FALSE);
	scep_config_t *config;

	config = scep_config_load(settings, "charon");
	ck_assert(settings->get_bool(settings, "charon.plugins.scep.load", FALSE));
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 0);
	ck_assert_msg(!log_lines, "%s", log_text);
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(sample_shows_every_setting_with_its_default)
{
	settings_t *settings = parse_sample(TRUE);
	const scep_option_t *option;
	char key[128], *value;

	for (option = scep_options; option->path; option++)
	{
		snprintf(key, sizeof(key), "charon.plugins.scep.profiles.gw.%s",
				 option->path);
		value = settings->get_str(settings, key, NULL);
		ck_assert_msg(value, "%s is missing", option->path);
		if (option->def)
		{
			ck_assert_str_eq(value, option->def);
		}
	}
	value = settings->get_str(settings, "charon.plugins.scep.state_dir", "");
	ck_assert_str_eq(value, "/var/lib/strongswan/scep");
	value = settings->get_str(settings, "charon.plugins.scep.socket", "");
	ck_assert_str_eq(value, "unix:///run/charon.scep");
	ck_assert(settings->get_str(settings, "charon.plugins.scep.metrics_file",
								NULL));
	value = settings->get_str(settings, "charon.plugins.scep.workers", "");
	ck_assert_str_eq(value, "1");
	settings->destroy(settings);
}
END_TEST

START_TEST(sample_shows_usable_settings_only)
{
	settings_t *settings = parse_sample(TRUE);
	scep_config_t *config;

	/* what excludes something else, or needs a file that this host may not
	 * have */
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.ca_cert",
					  NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.challenge",
					  NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw."
					  "challenge_file", NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw."
					  "challenge_command", NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.http.ca_file",
					  "/etc/passwd");
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.http.cert",
					  NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.http.key",
					  NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.signer.cert",
					  "/etc/passwd");
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.signer.key",
					  "/etc/passwd");
	config = scep_config_load(settings, "charon");
	ck_assert_msg(!log_lines, "%s", log_text);
	ck_assert(config->find(config, "gw"));
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(every_setting_says_what_is_expected)
{
	const scep_option_t *option;

	for (option = scep_options; option->path; option++)
	{
		ck_assert_msg(option->expected && *option->expected, "%s",
					  option->path);
		ck_assert_msg(!option->required || !option->def, "%s", option->path);
	}
}
END_TEST

int main()
{
	Suite *suite = suite_create("sample");
	TCase *tcase;

	tcase = tcase_create("sample");
	tcase_add_checked_fixture(tcase, config_setup, config_teardown);
	tcase_add_test(tcase, sample_loads_without_complaints);
	tcase_add_test(tcase, sample_shows_every_setting_with_its_default);
	tcase_add_test(tcase, sample_shows_usable_settings_only);
	tcase_add_test(tcase, every_setting_says_what_is_expected);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
