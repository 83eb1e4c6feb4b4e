/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "enroll/scep_schedule.h"
#include "base/scep_limits.h"

/**
 * Random numbers that are always the smallest, or the largest.
 */
typedef struct {
	scep_random_t public;
	u_char byte;
} fixed_random_t;

static bool get_bytes(scep_random_t *this, size_t len, u_char *buf,
					  scep_error_t *err)
{
	memset(buf, ((fixed_random_t*)this)->byte, len);
	return TRUE;
}

static fixed_random_t low = { { .get_bytes = get_bytes }, 0x00 };

START_TEST(backs_off_and_stays_within_bounds)
{
	static const struct {
		u_int attempts;
		time_t smallest, largest;
	} cases[] = {
		{ 0, 30, 60 },
		{ 1, 30, 60 },
		{ 2, 60, 120 },
		{ 3, 120, 240 },
		{ 10, 10800, 21600 },
		{ 4000000000, 10800, 21600 },
	};
	scep_random_t *random = scep_random_create();
	time_t delay;
	int i;

	for (i = 0; i < 100; i++)
	{
		delay = scep_backoff(cases[_i].attempts, 60, 21600, random);
		ck_assert_int_ge(delay, cases[_i].smallest);
		ck_assert_int_le(delay, cases[_i].largest);
	}
	ck_assert_int_eq(scep_backoff(cases[_i].attempts, 60, 21600, &low.public),
					 cases[_i].smallest);
	random->destroy(random);
}
END_TEST

START_TEST(heeds_server_but_not_as_one)
{
	static const struct {
		time_t delay, asked, smallest, largest;
	} cases[] = {
		{ 60, 0, 60, 60 },
		{ 60, 10, 60, 60 },
		{ 60, 120, 120, 180 },
		{ 150, 120, 150, 180 },
		{ 60, 1, 60, 60 },
		/* the spread is bounded */
		{ 60, 86400, 86400, 86400 + 21600 },
	};
	scep_random_t *random = scep_random_create();
	time_t delay, least = SCEP_MAX_TIME, most = 0;
	int i;

	for (i = 0; i < 1000; i++)
	{
		delay = scep_heed(cases[_i].delay, cases[_i].asked, 21600, random);
		least = min(least, delay);
		most = max(most, delay);
	}
	ck_assert_int_ge(least, cases[_i].smallest);
	ck_assert_int_le(most, cases[_i].largest);
	/* a thousand draws come close to both ends */
	ck_assert_int_le(least - cases[_i].smallest,
					 (cases[_i].largest - cases[_i].smallest) / 20);
	ck_assert_int_le(cases[_i].largest - most,
					 (cases[_i].largest - cases[_i].smallest) / 20);
	random->destroy(random);
}
END_TEST

START_TEST(misses_no_chance_when_short_of_life)
{
	static const struct {
		time_t left, longest;
	} cases[] = {
		{ 100 * 86400, 21600 },
		{ 20 * 86400, 21600 },
		{ 86400 - 1, 21599 },
		{ 43200, 10800 },
		{ 3600, 900 },
		/* not more often than is bearable */
		{ 239, 60 },
		{ 1, 60 },
		/* it is too late */
		{ 0, 21600 },
		{ -86400, 21600 },
	};

	ck_assert_int_eq(scep_patience(60, 21600, 100 * 86400, cases[_i].left),
					 cases[_i].longest);
	/* a short patience stays short */
	ck_assert_int_eq(scep_patience(60, 50, 100 * 86400, cases[_i].left), 50);
}
END_TEST

START_TEST(renews_within_window)
{
	static const struct {
		scep_window_t from, to;
		time_t lifetime, smallest, largest;
	} cases[] = {
		{ { TRUE, 60 }, { TRUE, 70 }, 1000, 600, 700 },
		{ { FALSE, 300 }, { FALSE, 200 }, 1000, 700, 800 },
		{ { TRUE, 50 }, { FALSE, 100 }, 1000, 500, 900 },
		/* a time before expiry beyond the lifetime: the default */
		{ { FALSE, 5000 }, { FALSE, 4000 }, 1000, 600, 700 },
		{ { FALSE, 1000 }, { FALSE, 300 }, 1000, 600, 700 },
		{ { FALSE, 999 }, { FALSE, 998 }, 1000, 1, 2 },
		/* until the year 9999 */
		{ { TRUE, 60 }, { TRUE, 60 }, 250000000000, 150000000000, 150000000000 },
		/* over January 2038 */
		{ { TRUE, 60 }, { TRUE, 70 }, 1000000000, 600000000, 700000000 },
	};
	scep_profile_t profile = {
		.renew_from = cases[_i].from,
		.renew_to = cases[_i].to,
	};
	scep_random_t *random = scep_random_create();
	time_t start = 1700000000, moment;
	int i;

	for (i = 0; i < 100; i++)
	{
		moment = scep_renewal_time(&profile, start, start + cases[_i].lifetime,
								   random);
		ck_assert_int_ge(moment, start + cases[_i].smallest);
		ck_assert_int_le(moment, start + cases[_i].largest);
	}
	random->destroy(random);
}
END_TEST

int main()
{
	Suite *suite = suite_create("enroll");
	TCase *tcase = tcase_create("schedule");

	tcase_add_loop_test(tcase, backs_off_and_stays_within_bounds, 0, 6);
	tcase_add_loop_test(tcase, heeds_server_but_not_as_one, 0, 6);
	tcase_add_loop_test(tcase, misses_no_chance_when_short_of_life, 0, 9);
	tcase_add_loop_test(tcase, renews_within_window, 0, 6);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
