/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "fleet/fleet_scenario.h"

/** A fleet that shows in a moment what a large one does */
#define SMALL	10000

/** A fleet whose busiest hour has little noise */
#define LARGE	100000

/** Fleets of a roll-out, of which the mean is taken */
#define FLEETS	4

/** What the CA of a small fleet can issue in a second */
#define RATE	(SMALL / 5000)

/**
 * All kinds of queues.
 */
static const fleet_queue_t *queues[] = {
	&fleet_bounded, &fleet_patient, &fleet_unbounded,
};

/**
 * Run a small fleet as it is shipped.
 */
static fleet_result_t *run(const char *name, const fleet_queue_t *queue)
{
	return fleet_scenario_run(fleet_scenario_find(name), SMALL, &fleet_shipped,
							  queue);
}

/**
 * Requests for a gateway, at most.
 */
static void expect_requests(fleet_result_t *result, u_int each)
{
	ck_assert_uint_le(fleet_load_sum(result->asked, 0,
									 (time_t)result->asked->count * 60),
					  (uint64_t)each * SMALL);
}

/**
 * Nobody was without a certificate after the first, all have one.
 */
static void expect_served(fleet_result_t *result)
{
	ck_assert_int_eq(result->collapsed, 0);
	ck_assert_uint_eq(result->lost, 0);
	ck_assert_uint_eq(result->without, 0);
}

START_TEST(rollout_is_flattened)
{
	fleet_run_t run = fleet_scenario_find("rollout")->run;
	double hours[5] = {}, last = 0.15;
	fleet_result_t *result;
	int i, j;

	run.gateways = LARGE;
	run.policy = &fleet_shipped;
	run.queue = &fleet_bounded;
	run.end = 260 * FLEET_DAY;
	for (i = 0; i < FLEETS; i++)
	{
		run.seed = i + 1;
		result = fleet_run(&run);
		expect_served(result);
		for (j = 1; j < countof(hours); j++)
		{
			hours[j] += fleet_load_hour(result->cycles[j]) / FLEETS;
		}
		fleet_result_destroy(result);
	}
	for (j = 1; j < countof(hours); j++)
	{
		ck_assert_msg(hours[j] > 0 && hours[j] < last, "cycle %d: %f a second "
					  "in the busiest hour, %f before", j, hours[j], last);
		last = hours[j];
	}
}
END_TEST

START_TEST(week_without_ca_costs_no_certificate)
{
	fleet_result_t *result = run("week", queues[_i]);
	const fleet_span_t outage = fleet_scenario_find("week")->run.outage;

	expect_served(result);
	ck_assert_int_gt(result->left, 19 * FLEET_DAY);
	/* eight to reach retry.max_interval, then one in half of it */
	ck_assert_uint_le(result->tries, 8 + 7 * 8 + 2);
	ck_assert_uint_le(fleet_load_sum(result->asked, outage.from, outage.to),
					  25 * SMALL);
	/* and nobody runs over the CA when it is back */
	ck_assert_int_le(result->settled - outage.to, 7 * FLEET_HOUR);
	ck_assert_uint_le(fleet_load_sum(result->asked, outage.to,
									 outage.to + FLEET_HOUR),
					  RATE * FLEET_HOUR);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(late_renewals_outlive_week_without_ca)
{
	fleet_result_t *result = run("late", queues[_i]);

	expect_served(result);
	ck_assert_int_gt(result->left, 2 * FLEET_DAY);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(last_day_is_enough)
{
	fleet_result_t *result = run("last", queues[_i]);

	expect_served(result);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(reboot_asks_only_for_what_is_due)
{
	const fleet_span_t power = fleet_scenario_find("power")->run.power;
	fleet_result_t *result = run("power", queues[_i]);
	uint64_t due;

	expect_served(result);
	expect_requests(result, 3);
	/* a day of nine is due, each asks some times until it is served */
	due = fleet_load_sum(result->asked, power.to, power.to + 2 * FLEET_HOUR);
	ck_assert_uint_gt(due, SMALL / 10);
	ck_assert_uint_le(due, SMALL);
	ck_assert_int_le(result->settled - power.to, 3 * FLEET_HOUR);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(first_enrolments_outlive_storm)
{
	static const struct {
		time_t wait;
		u_int requests;
	} most[] = {
		{ 5 * FLEET_HOUR, 8 },
		{ 5 * FLEET_HOUR, 7 },
		{ 24 * FLEET_HOUR, 14 },
	};
	fleet_result_t *result = run("storm", queues[_i]);

	expect_served(result);
	expect_requests(result, most[_i].requests);
	ck_assert_int_le(result->wait, most[_i].wait);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(patience_does_not_come_back_as_one)
{
	static const fleet_queue_t hour = {
		.name = "an hour",
		.length = 10,
		.retry_after = FLEET_HOUR,
	};
	fleet_result_t *result = run("storm", &hour);

	expect_served(result);
	expect_requests(result, 7);
	ck_assert_int_le(result->wait, 8 * FLEET_HOUR);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(short_lives_outlive_hour_without_ca)
{
	fleet_result_t *result = run("short", queues[_i]);

	expect_served(result);
	expect_requests(result, 12);
	ck_assert_int_gt(result->left, 4 * FLEET_HOUR);
	fleet_result_destroy(result);
}
END_TEST

START_TEST(same_seed_gives_same_fleet)
{
	fleet_result_t *a = run("storm", &fleet_unbounded);
	fleet_result_t *b = run("storm", &fleet_unbounded);

	ck_assert_mem_eq(a->asked->minutes, b->asked->minutes,
					 a->asked->count * sizeof(uint32_t));
	ck_assert_int_eq(a->settled, b->settled);
	fleet_result_destroy(a);
	fleet_result_destroy(b);
}
END_TEST

START_TEST(retries_without_backoff_break_ca)
{
	fleet_result_t *result;

	/* so the model tells good from bad */
	result = fleet_scenario_run(fleet_scenario_find("storm"), SMALL,
								&fleet_fixed, &fleet_unbounded);
	ck_assert_int_gt(result->collapsed, 0);
	ck_assert_uint_gt(result->without, SMALL * 9 / 10);
	fleet_result_destroy(result);
}
END_TEST

int main()
{
	Suite *suite = suite_create("fleet");
	TCase *tcase = tcase_create("fleet");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, rollout_is_flattened);
	tcase_add_loop_test(tcase, week_without_ca_costs_no_certificate, 0, 3);
	tcase_add_loop_test(tcase, late_renewals_outlive_week_without_ca, 0, 3);
	tcase_add_loop_test(tcase, last_day_is_enough, 0, 3);
	tcase_add_loop_test(tcase, reboot_asks_only_for_what_is_due, 0, 3);
	tcase_add_loop_test(tcase, first_enrolments_outlive_storm, 0, 3);
	tcase_add_test(tcase, patience_does_not_come_back_as_one);
	tcase_add_loop_test(tcase, short_lives_outlive_hour_without_ca, 0, 3);
	tcase_add_test(tcase, same_seed_gives_same_fleet);
	tcase_add_test(tcase, retries_without_backoff_break_ca);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
