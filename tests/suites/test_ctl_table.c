/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "ctl_advice.h"
#include "ctl_json.h"
#include "ctl_overview.h"
#include "ctl_profiles.h"
#include "ctl_table.h"
#include "ctl_text.h"

#include "base/scep_limits.h"
#include "base/scep_text.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW		1795633200

/**
 * What was printed, and where to.
 */
static char *printed;
static size_t printed_len;
static FILE *out;

static void setup()
{
	setenv("LC_ALL", "C.UTF-8", 1);
	ctl_text_init();
	out = open_memstream(&printed, &printed_len);
}

static void teardown()
{
	fclose(out);
	free(printed);
}

/**
 * Assert on all that was printed.
 */
static void assert_printed(const char *text)
{
	fflush(out);
	ck_assert_str_eq(printed, text);
}

/**
 * Create a record of keys and values by turns, up to NULL.
 */
static ctl_record_t *create_record(const char *key, ...)
{
	ctl_record_t *record = ctl_record_create();
	va_list args;

	va_start(args, key);
	for (; key; key = va_arg(args, char*))
	{
		record->add(record, key, chunk_from_str(va_arg(args, char*)));
	}
	va_end(args);
	return record;
}

static const ctl_column_t columns[] = {
	{ "NAME", 4, FALSE },
	{ "STATE", 0, FALSE },
	{ "MORE", 6, TRUE },
};

/**
 * Widths, and the table as it is then.
 */
static const struct {
	u_int width;
	const char *table;
} tables[] = {
	{ 80, "NAME           STATE  MORE\n"
		  "gw             idle   something else\n"
		  "a-longer-name  idle   -\n"
		  "  what is wrong\n" },
	/* what is optional is cut */
	{ 28, "NAME           STATE  MORE\n"
		  "gw             idle   somet\xe2\x80\xa6\n"
		  "a-longer-name  idle   -\n"
		  "  what is wrong\n" },
	/* and left out */
	{ 27, "NAME           STATE\n"
		  "gw             idle\n"
		  "a-longer-name  idle\n"
		  "  what is wrong\n" },
	/* then the others are cut */
	{ 14, "NAME     STATE\n"
		  "gw       idle\n"
		  "a-long\xe2\x80\xa6  idle\n"
		  "  what is wro\xe2\x80\xa6\n" },
	/* no line is ever longer */
	{ 8, "NAME  S\xe2\x80\xa6\n"
		 "gw    i\xe2\x80\xa6\n"
		 "a-l\xe2\x80\xa6  i\xe2\x80\xa6\n"
		 "  what \xe2\x80\xa6\n" },
};

START_TEST(fits_the_width)
{
	const ctl_cell_t cells[][3] = {
		{ { "gw" }, { "idle" }, { "something else" } },
		{ { "a-longer-name" }, { "idle" }, { "-" } },
	};
	ctl_table_t *table = ctl_table_create(columns, countof(columns));

	table->add(table, cells[0], NULL);
	table->add(table, cells[1], "what is wrong");
	table->print(table, out, tables[_i].width, UINT_MAX);
	table->destroy(table);
	assert_printed(tables[_i].table);
}
END_TEST

START_TEST(fits_the_lines)
{
	const ctl_cell_t cells[] = { { "gw" }, { "idle" }, { "-" } };
	ctl_table_t *table = ctl_table_create(columns, 2);
	int i;

	for (i = 0; i < 5; i++)
	{
		table->add(table, cells, i == 1 ? "wrong" : NULL);
	}
	table->print(table, out, 80, 4);
	assert_printed("NAME  STATE\ngw    idle\nand 4 more\n");
	table->print(table, out, 80, 0);
	assert_printed("NAME  STATE\ngw    idle\nand 4 more\n");
	table->destroy(table);
}
END_TEST

START_TEST(lists_profiles_in_80_columns)
{
	array_t *profiles = array_create(0, 0);
	char now[SCEP_TIME_LEN], *line, *rest;

	ctl_profiles_add(profiles, create_record("name", "gw", "state", "idle",
			"certificate", "valid", "not_after", "2026-12-08T00:00:00Z",
			"next_action", "renew", "next_at", "2026-11-28T19:00:00Z",
			"last_error", "of old", "subject", "C=DE, O=Example, "
			"CN=gw.example.org", "serial", "0123456789abcdef01234567", NULL));
	ctl_profiles_add(profiles, create_record("name", "a-very-long-name-of-a-"
			"profile-as-nobody-would-choose-one-by-himself", "state",
			"confirm-ca", "certificate", "none", "last_error",
			"\x1b[2JCA \xc3\x84 is unknown", "next_action", "none", NULL));
	ctl_profiles_add(profiles, create_record("name", "late", "state", "waiting",
			"certificate", "expired", "not_after", "2026-11-20T00:00:00Z",
			"next_action", "retry", "next_at", scep_time(NOW - 5, now), NULL));
	/* nothing that is known */
	ctl_profiles_add(profiles, ctl_record_create());
	ctl_overview(profiles, NOW, out, 80, UINT_MAX);
	ctl_profiles_destroy(profiles);
	fflush(out);
	ck_assert(strstr(printed, "\ngw "));
	ck_assert(strstr(printed, "valid        in 12 days  idle"));
	ck_assert(strstr(printed, "renew in 3 days"));
	ck_assert(strstr(printed, "\n  \\x1b[2JCA \xc3\x84 is unknown\n"));
	ck_assert(strstr(printed, "5 days ago  waiting"));
	ck_assert(strstr(printed, "retry now"));
	ck_assert(!strstr(printed, "of old"));
	for (line = strtok_r(printed, "\n", &rest); line;
		 line = strtok_r(NULL, "\n", &rest))
	{
		ck_assert_uint_le(ctl_text_width(line), 80);
	}
}
END_TEST

START_TEST(list_is_bounded)
{
	array_t *profiles = array_create(0, 0);
	int i;

	for (i = 0; i < SCEP_MAX_LISTED; i++)
	{
		ck_assert(ctl_profiles_add(profiles, ctl_record_create()));
	}
	ck_assert(!ctl_profiles_add(profiles, ctl_record_create()));
	ck_assert_int_eq(array_count(profiles), SCEP_MAX_LISTED);
	ctl_profiles_destroy(profiles);
}
END_TEST

START_TEST(record_keeps_first_value)
{
	ctl_record_t *record = create_record("a", "1", "l", "x", "a", "2", "l", "y",
										 "empty", "", NULL);
	enumerator_t *enumerator;
	char *value, all[16] = "";

	record->add(record, "nul", chunk_from_chars('a', '\0', 'b'));
	ck_assert_str_eq(record->get(record, "a"), "1");
	ck_assert_str_eq(record->get(record, "nul"), "a\xef\xbf\xbd" "b");
	ck_assert(!record->get(record, "empty"));
	ck_assert(!record->get(record, "none"));
	ck_assert_int_eq(record->get_time(record, "a"), 0);
	enumerator = record->create_enumerator(record, "l");
	while (enumerator->enumerate(enumerator, &value))
	{
		strcat(all, value);
	}
	enumerator->destroy(enumerator);
	ck_assert_str_eq(all, "xy");
	record->destroy(record);
}
END_TEST

START_TEST(writes_profile_as_json)
{
	ctl_record_t *record = create_record("name", "gw", "attempts", "3",
					"generation", "2", "sans", "a", "sans", "b", "unknown", "x",
					"key_size", "many", "state", "idle", NULL);
	ctl_json_t json = { .out = out };

	ctl_profile_json(&json, record, FALSE);
	assert_printed("{\n  \"name\": \"gw\",\n  \"state\": \"idle\",\n"
				   "  \"attempts\": 3\n}\n");
	json.compact = TRUE;
	ctl_profile_json(&json, record, TRUE);
	fflush(out);
	ck_assert_str_eq(strstr(printed, "\n}\n") + 3, "{\"name\": \"gw\", "
		"\"state\": \"idle\", \"attempts\": 3, \"generation\": 2, "
		"\"chain\": [], \"urls\": [], \"sans\": [\"a\", \"b\"]}\n");
	record->destroy(record);
}
END_TEST

/**
 * Strings, and how they are in JSON.
 */
static const struct {
	const char *text, *json;
} strings[] = {
	{ "", "\"\"" },
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "\n\t\x1b\x7f", "\"\\u000a\\u0009\\u001b\\u007f\"" },
	{ "\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x91",
	  "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\x91\"" },
	{ "\xc2\x9b\xe2\x80\xae", "\"\\u009b\\u202e\"" },
	/* no UTF-8: alone, cut off, overlong, surrogate, beyond */
	{ "\xe4x", "\"\xef\xbf\xbdx\"" },
	{ "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xf4\x90\x80\x80",
	  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
};

START_TEST(escapes_json)
{
	ctl_json_t json = { .out = out };

	ctl_json_string(&json, NULL, strings[_i].text);
	assert_printed(strings[_i].json);
}
END_TEST

START_TEST(nests_json)
{
	ctl_json_t json = { .out = out };

	ctl_json_open(&json, NULL, '[');
	ctl_json_close(&json);
	ctl_json_open(&json, NULL, '[');
	ctl_json_open(&json, NULL, '{');
	ctl_json_bool(&json, "yes", TRUE);
	ctl_json_string(&json, "none", NULL);
	ctl_json_number(&json, "number", "007");
	ctl_json_number(&json, "number", "0");
	ctl_json_close(&json);
	ctl_json_open(&json, NULL, '{');
	ctl_json_close(&json);
	ctl_json_close(&json);
	assert_printed("[]\n[\n  {\n    \"yes\": true,\n    \"number\": 0\n  },\n"
				   "  {}\n]\n");
}
END_TEST

/**
 * Profiles, and a part of what is to be done about them.
 */
static const struct {
	const char *state, *certificate, *challenge, *error, *advice;
} advices[] = {
	{ "waiting", "none", "file", "fail_info=badRequest (request not permitted)",
		"the challenge phrase may be wrong" },
	{ "failed", "valid", "none", "fail_info=badRequest (request not permitted)",
		"scepctl~set-challenge~gw" },
	{ "idle", "valid", "file", "fail_info=badRequest (request not permitted)",
		"Nothing." },
	{ "idle", "valid", "none", "", "Nothing." },
	{ "idle", "none", "none", "", "scepctl~enroll~gw" },
	{ "idle", "expired", "none", "", "scepctl~enroll~gw" },
	{ "confirm-ca", "none", "none", "", "scepctl~accept-ca~gw~FINGERPRINT" },
	{ "pending", "valid", "none", "", "scepctl~cancel~gw" },
	{ "waiting", "valid", "file", "no challenge", "scepctl~enroll~gw" },
	{ "failed", "none", "set", "Challenge expired", "scepctl~set-challenge~gw" },
	{ "failed", "none", "none", "badRequest", "then scepctl~enroll~gw" },
	{ "disabled", "none", "none", "", "scepctl~check" },
	{ "dancing", "none", "none", "", "older than the plugin" },
};

START_TEST(advises_by_state)
{
	ctl_record_t *record = create_record("name", "gw", "state",
					advices[_i].state, "certificate", advices[_i].certificate,
					"challenge", advices[_i].challenge, "last_error",
					advices[_i].error, NULL);
	char buf[CTL_ADVICE_LEN];

	ck_assert_ptr_ne(strstr(ctl_advice(record, buf), advices[_i].advice), NULL);
	record->destroy(record);
}
END_TEST

int main()
{
	Suite *suite = suite_create("ctl_table");
	TCase *tcase = tcase_create("ctl_table");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, fits_the_width, 0, countof(tables));
	tcase_add_test(tcase, fits_the_lines);
	tcase_add_test(tcase, lists_profiles_in_80_columns);
	tcase_add_test(tcase, list_is_bounded);
	tcase_add_test(tcase, record_keeps_first_value);
	tcase_add_test(tcase, writes_profile_as_json);
	tcase_add_loop_test(tcase, escapes_json, 0, countof(strings));
	tcase_add_test(tcase, nests_json);
	tcase_add_loop_test(tcase, advises_by_state, 0, countof(advices));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
