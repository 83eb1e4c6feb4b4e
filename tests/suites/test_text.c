/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "base/scep_error.h"
#include "base/scep_text.h"

/**
 * Values that somebody else chose, and how they are shown.
 */
static const struct {
	const char *value, *quoted;
} values[] = {
	{ "", "\"\"" },
	{ "plain text", "\"plain text\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "Schl\xc3\xbcssel", "\"Schl\xc3\xbcssel\"" },
	{ "\xe2\x82\xac\xf0\x9f\x94\x91", "\"\xe2\x82\xac\xf0\x9f\x94\x91\"" },
	/* another line, another color */
	{ "a\nscep[gw] issued:", "\"a\\x0ascep[gw] issued:\"" },
	{ "\x1b[31m\x7f", "\"\\x1b[31m\\x7f\"" },
	/* C1, a separator of lines, text from right to left, a mark of order */
	{ "\xc2\x9b", "\"\\xc2\\x9b\"" },
	{ "\xe2\x80\xa8", "\"\\xe2\\x80\\xa8\"" },
	{ "\xe2\x80\xae", "\"\\xe2\\x80\\xae\"" },
	{ "\xef\xbb\xbf", "\"\\xef\\xbb\\xbf\"" },
	/* no UTF-8: alone, cut off, overlong, surrogate, beyond */
	{ "\xe4", "\"\\xe4\"" },
	{ "\xe2\x82", "\"\\xe2\\x82\"" },
	{ "\xc0\xaf", "\"\\xc0\\xaf\"" },
	{ "\xed\xa0\x80", "\"\\xed\\xa0\\x80\"" },
	{ "\xf4\x90\x80\x80", "\"\\xf4\\x90\\x80\\x80\"" },
	{ "%s%n", "\"%s%n\"" },
};

START_TEST(quotes_what_others_say)
{
	char buf[SCEP_QUOTED_LEN];

	ck_assert_str_eq(scep_quote(chunk_from_str((char*)values[_i].value), buf),
					 values[_i].quoted);
}
END_TEST

START_TEST(cuts_what_is_too_long)
{
	u_char value[SCEP_MAX_SHOWN + 1];
	char buf[SCEP_QUOTED_LEN];

	memset(value, 'x', sizeof(value));
	scep_quote(chunk_create(value, SCEP_MAX_SHOWN), buf);
	ck_assert_uint_eq(strlen(buf), SCEP_MAX_SHOWN + 2);
	ck_assert(!strstr(buf, "..."));
	scep_quote(chunk_from_thing(value), buf);
	ck_assert_uint_eq(strlen(buf), SCEP_MAX_SHOWN + 5);
	ck_assert(strstr(buf, "x\"..."));
	/* the most that can become of a value */
	memset(value, 0, sizeof(value));
	scep_quote(chunk_from_thing(value), buf);
	ck_assert_uint_eq(strlen(buf), SCEP_MAX_SHOWN * 4 + 5);
}
END_TEST

START_TEST(long_reason_is_cut)
{
	char longest[SCEP_MAX_ERROR + 1];
	scep_error_t err = {};

	memset(longest, 'x', sizeof(longest));
	longest[SCEP_MAX_ERROR - 1] = '\0';
	ck_assert(!scep_fail(&err, SCEP_TRANSIENT, "%s", longest));
	ck_assert_str_eq(err.text, longest);
	longest[SCEP_MAX_ERROR - 1] = 'x';
	longest[SCEP_MAX_ERROR] = '\0';
	err = (scep_error_t){};
	ck_assert(!scep_fail(&err, SCEP_TRANSIENT, "%s", longest));
	ck_assert_uint_eq(strlen(err.text), SCEP_MAX_ERROR - 1);
	ck_assert(!scep_fail_in(&err, "%s", "GetCACert: "));
	ck_assert_uint_eq(strlen(err.text), SCEP_MAX_ERROR - 1);
	ck_assert(strpfx(err.text, "GetCACert: x"));
}
END_TEST

START_TEST(first_reason_stays)
{
	scep_error_t err = {};

	ck_assert(!scep_fail(&err, SCEP_SECURITY, "first"));
	ck_assert(!scep_fail(&err, SCEP_LOCAL, "second"));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_str_eq(err.text, "first");
	ck_assert(!scep_fail(NULL, SCEP_LOCAL, "to nobody"));
}
END_TEST

int main()
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, quotes_what_others_say, 0, countof(values));
	tcase_add_test(tcase, cuts_what_is_too_long);
	tcase_add_test(tcase, long_reason_is_cut);
	tcase_add_test(tcase, first_reason_stays);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
