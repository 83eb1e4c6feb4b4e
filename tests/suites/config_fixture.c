/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"

#include <stdio.h>

/*
 * Described in header
 */
char log_text[8192];
u_int log_lines;

/** The hook that was there before */
static void (*old_dbg)(debug_t, level_t, char*, ...);

/**
 * Collect what needs a person.
 */
static void collect(debug_t group, level_t level, char *fmt, ...)
{
	size_t len = strlen(log_text);
	va_list args;

	if (group == DBG_CFG && level == 0)
	{
		va_start(args, fmt);
		vsnprintf(log_text + len, sizeof(log_text) - len, fmt, args);
		va_end(args);
		strncat(log_text, "\n", sizeof(log_text) - strlen(log_text) - 1);
		log_lines++;
	}
}

/**
 * Forget what was logged.
 */
static void forget()
{
	log_text[0] = '\0';
	log_lines = 0;
}

/*
 * Described in header
 */
void config_setup()
{
	old_dbg = dbg;
	dbg = collect;
	forget();
}

/*
 * Described in header
 */
void config_teardown()
{
	dbg = old_dbg;
}

/*
 * Described in header
 */
void check_log(u_int lines, const char *text)
{
	ck_assert_msg(log_lines == lines, "%u lines: %s", log_lines, log_text);
	ck_assert_msg(!lines || strstr(log_text, text), "%s", log_text);
	forget();
}

/*
 * Described in header
 */
scep_config_t *load_top(const char *text)
{
	scep_config_t *config;
	settings_t *settings;
	char *all;

	ck_assert(asprintf(&all, "charon-systemd {\nmake_before_break = yes\n"
					   "plugins {\nscep {\n%s\n}\n}\n}", text) > 0);
	settings = settings_create_string(all);
	ck_assert_msg(settings, "syntax error in: %s", all);
	config = scep_config_load(settings, "charon-systemd");
	settings->destroy(settings);
	free(all);
	return config;
}

/*
 * Described in header
 */
scep_config_t *load_more(const char *text)
{
	scep_config_t *config;
	char *all;

	ck_assert(asprintf(&all, "profiles {\ngw {\n" REQUIRED "%s\n}\n}",
					   text) > 0);
	config = load_top(all);
	free(all);
	return config;
}

/*
 * Described in header
 */
scep_profile_t *load_good(const char *text)
{
	scep_config_t *config = load_more(text);
	scep_profile_t *profile;

	profile = config->find(config, "gw");
	ck_assert_msg(profile, "refused %s: %s", text, log_text);
	ck_assert_msg(!log_lines, "%s: %s", text, log_text);
	profile = profile->get_ref(profile);
	config->destroy(config);
	return profile;
}

/*
 * Described in header
 */
void load_bad(const char *text, const char *shown)
{
	scep_config_t *config = load_more(text);

	ck_assert_msg(!config->find(config, "gw"), "accepted: %s", text);
	ck_assert(config->is_disabled(config, "gw"));
	ck_assert_msg(log_lines == 1, "%s: %u lines: %s", text, log_lines,
				  log_text);
	ck_assert_msg(strpfx(log_text, "scep[gw] config-error: "), "%s", log_text);
	ck_assert_msg(strstr(log_text, shown), "%s: no %s in: %s", text, shown,
				  log_text);
	ck_assert_msg(!strstr(log_text, "Geheim"), "%s", log_text);
	config->destroy(config);
	log_text[0] = '\0';
	log_lines = 0;
}
