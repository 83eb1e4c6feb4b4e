/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "ctl_fingerprint.h"
#include "ctl_words.h"

#define NOW		1795633200
#define HOUR	(60 * 60)
#define DAY		(24 * HOUR)
#define YEAR	(365 * (time_t)DAY)

/**
 * Seconds from now, and the words for them.
 */
static const struct {
	time_t away;
	const char *words;
} times[] = {
	{ 0, "now" },
	{ 1, "in 1 second" },
	{ -1, "1 second ago" },
	{ 119, "in 119 seconds" },
	{ 120, "in 2 minutes" },
	{ 179, "in 2 minutes" },
	{ 2 * HOUR - 1, "in 119 minutes" },
	{ 2 * HOUR, "in 2 hours" },
	{ -3 * HOUR, "3 hours ago" },
	{ 2 * DAY - 1, "in 47 hours" },
	{ 2 * DAY, "in 2 days" },
	{ 13 * DAY - 1, "in 12 days" },
	{ -DAY * 40, "40 days ago" },
	{ 2 * YEAR - 1, "in 729 days" },
	{ 2 * YEAR, "in 2 years" },
	{ -300 * YEAR, "300 years ago" },
};

START_TEST(tells_how_far_away_a_moment_is)
{
	char buf[CTL_WORDS_LEN];

	ck_assert_str_eq(ctl_words(NOW + times[_i].away, NOW, buf),
					 times[_i].words);
}
END_TEST

START_TEST(tells_the_date_too)
{
	char buf[CTL_WORDS_LEN];

	ck_assert_str_eq(ctl_words_date(NOW + DAY * 12, NOW, buf),
					 "2026-12-07 19:00:00 UTC (in 12 days)");
	/* no date of the calendar */
	ctl_words_date(INT64_MAX, NOW, buf);
	ck_assert(strpfx(buf, "in "));
}
END_TEST

#define D4	"3f9a"
#define D16	"3f9a12bc5e770a1b"
#define D64	D16 "00112233445566778899aabbccddeeffdeadbeefcafe0123"

/**
 * What a person writes, and what is meant; NULL if it is no fingerprint.
 */
static const struct {
	const char *text, *fingerprint;
} fingerprints[] = {
	{ D64, "sha256:" D64 },
	{ "sha256:" D64, "sha256:" D64 },
	{ " SHA256: 3F9A 12bc 5E77 0a1b\n00:11:22:33 44-55-66-77 8899.aabb.ccdd "
	  "eeff deadbeefCAFE0123 ", "sha256:" D64 },
	{ D64 D16 D16, "sha384:" D64 D16 D16 },
	{ "sha512:" D64 D64, "sha512:" D64 D64 },
	{ D64 D64, "sha512:" D64 D64 },
	/* too short, too long, of another algorithm, of something else */
	{ "", NULL },
	{ D16, NULL },
	{ D64 "0", NULL },
	{ D64 D64 "0", NULL },
	{ "sha384:" D64, NULL },
	{ "sha1:" D16 D16 "00112233", NULL },
	{ "sha256:" D16 D16 D16 "00112233445566xx", NULL },
	{ "sha256:sha256:" D64, NULL },
};

START_TEST(reads_fingerprint_in_any_grouping)
{
	char buf[CTL_FINGERPRINT_LEN];
	bool read;

	read = ctl_fingerprint_read(fingerprints[_i].text, buf);
	ck_assert_int_eq(read, fingerprints[_i].fingerprint != NULL);
	if (read)
	{
		ck_assert_str_eq(buf, fingerprints[_i].fingerprint);
	}
}
END_TEST

START_TEST(groups_fingerprint_to_be_read_out)
{
	char line[CTL_FINGERPRINT_LEN];

	ck_assert(ctl_fingerprint_line("sha256:" D64, 0, line));
	ck_assert_str_eq(line, "3f9a 12bc 5e77 0a1b");
	ck_assert(ctl_fingerprint_line("sha256:" D64, 3, line));
	ck_assert_str_eq(line, "dead beef cafe 0123");
	ck_assert(!ctl_fingerprint_line("sha256:" D64, 4, line));
	ck_assert(ctl_fingerprint_line("sha512:" D64 D64, 7, line));
	ck_assert(!ctl_fingerprint_line("sha512:" D64 D64, 8, line));
}
END_TEST

int main()
{
	Suite *suite = suite_create("ctl_words");
	TCase *tcase = tcase_create("ctl_words");

	tcase_add_loop_test(tcase, tells_how_far_away_a_moment_is, 0,
						countof(times));
	tcase_add_test(tcase, tells_the_date_too);
	tcase_add_loop_test(tcase, reads_fingerprint_in_any_grouping, 0,
						countof(fingerprints));
	tcase_add_test(tcase, groups_fingerprint_to_be_read_out);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
