/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "ctl_text.h"

#include <locale.h>
#include <stdlib.h>

/**
 * Text of others, how it is shown on a terminal with UTF-8 and on another one,
 * and how many columns that takes.
 */
static const struct {
	const char *text, *utf8, *ascii;
	u_int width;
} texts[] = {
	{ "", "", "", 0 },
	{ "gw.example.org", "gw.example.org", "gw.example.org", 14 },
	{ "Schl\xc3\xbcssel", "Schl\xc3\xbcssel", "Schl?ssel", 9 },
	/* two columns each */
	{ "\xe9\x8d\xb5\xe9\x8d\xb5", "\xe9\x8d\xb5\xe9\x8d\xb5", "??", 4 },
	/* a combining accent takes none */
	{ "e\xcc\x81", "e\xcc\x81", "e?", 1 },
	/* colour, title of the window, other line, bell, C1 */
	{ "\x1b[31m", "\\x1b[31m", "\\x1b[31m", 8 },
	{ "\x1b]0;x\x07", "\\x1b]0;x\\x07", "\\x1b]0;x\\x07", 12 },
	{ "a\nb\r", "a\\x0ab\\x0d", "a\\x0ab\\x0d", 10 },
	{ "\xc2\x9b", "\\xc2\\x9b", "\\xc2\\x9b", 8 },
	/* text from right to left, no UTF-8 */
	{ "\xe2\x80\xae", "\\xe2\\x80\\xae", "\\xe2\\x80\\xae", 12 },
	{ "\xff\xc3", "\\xff\\xc3", "\\xff\\xc3", 8 },
};

static void set_locale(const char *name)
{
	setenv("LC_ALL", name, 1);
	ctl_text_init();
}

START_TEST(control_characters_never_reach_the_terminal)
{
	char *safe;

	set_locale("C.UTF-8");
	safe = ctl_text_safe(texts[_i].text);
	ck_assert_str_eq(safe, texts[_i].utf8);
	ck_assert_uint_eq(ctl_text_width(safe), texts[_i].width);
	free(safe);
	set_locale("C");
	safe = ctl_text_safe(texts[_i].text);
	ck_assert_str_eq(safe, texts[_i].ascii);
	ck_assert_uint_eq(ctl_text_width(safe), strlen(safe));
	free(safe);
}
END_TEST

/**
 * Safe text, a width, and what is left of it.
 */
static const struct {
	const char *text;
	u_int width;
	const char *utf8, *ascii;
} cuts[] = {
	{ "abcdef", 6, "abcdef", "abcdef" },
	{ "abcdef", 7, "abcdef", "abcdef" },
	{ "abcdef", 5, "abcd\xe2\x80\xa6", "ab..." },
	{ "abcdef", 3, "ab\xe2\x80\xa6", "..." },
	{ "abcdef", 2, "a\xe2\x80\xa6", "ab" },
	{ "abcdef", 1, "\xe2\x80\xa6", "a" },
	{ "abcdef", 0, "", "" },
};

START_TEST(cuts_to_a_width)
{
	char *cut;

	set_locale("C.UTF-8");
	cut = ctl_text_cut(cuts[_i].text, cuts[_i].width);
	ck_assert_str_eq(cut, cuts[_i].utf8);
	free(cut);
	set_locale("C");
	cut = ctl_text_cut(cuts[_i].text, cuts[_i].width);
	ck_assert_str_eq(cut, cuts[_i].ascii);
	free(cut);
}
END_TEST

START_TEST(cuts_between_characters)
{
	const char *text = "\xe9\x8d\xb5\xe9\x8d\xb5\xe9\x8d\xb5";
	char *cut;

	set_locale("C.UTF-8");
	/* the second one has no room for its second column */
	cut = ctl_text_cut(text, 4);
	ck_assert_str_eq(cut, "\xe9\x8d\xb5\xe2\x80\xa6");
	free(cut);
	cut = ctl_text_cut(text, 6);
	ck_assert_str_eq(cut, text);
	free(cut);
}
END_TEST

int main()
{
	Suite *suite = suite_create("ctl_text");
	TCase *tcase = tcase_create("ctl_text");

	tcase_add_loop_test(tcase, control_characters_never_reach_the_terminal, 0,
						countof(texts));
	tcase_add_loop_test(tcase, cuts_to_a_width, 0, countof(cuts));
	tcase_add_test(tcase, cuts_between_characters);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
