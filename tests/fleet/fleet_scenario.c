/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_scenario.h"

/** Longest wait at a CA with a bounded queue, seconds */
#define QUEUE		10

/** Seed of all runs */
#define SEED		1

/** Every policy, and every kind of queue */
#define ALL_POLICIES	{ &fleet_shipped, &fleet_two_thirds, &fleet_daily, \
						  &fleet_fixed }
#define ALL_QUEUES		{ &fleet_bounded, &fleet_patient, &fleet_unbounded }

/** Gateways that enrolled within a working day */
#define ROLLED_OUT	.seed = SEED, .life = 90 * FLEET_DAY, \
					.rollout = 8 * FLEET_HOUR

/** Renewal in the last days */
#define LATE		.settings = "renew {\nfrom = 10d\nto = 8d\n}"

/*
 * Described in header
 */
const fleet_queue_t fleet_bounded = {
	.name = "503",
	.length = QUEUE,
};

/*
 * Described in header
 */
const fleet_queue_t fleet_patient = {
	.name = "503, Retry-After: 600",
	.length = QUEUE,
	.retry_after = 10 * FLEET_MINUTE,
};

/*
 * Described in header
 */
const fleet_queue_t fleet_unbounded = {
	.name = "all wait",
};

/**
 * Scenarios.
 */
static const fleet_scenario_t scenarios[] = {
	{
		.name = "rollout",
		.title = "Roll-out",
		.happens = "All gateways enrol within 8 hours, certificates live 90 "
			"days; six cycles of renewals.",
		.run = { ROLLED_OUT, .end = 385 * FLEET_DAY },
		.policies = { &fleet_shipped, &fleet_two_thirds, &fleet_daily },
		.queues = { &fleet_bounded },
	},
	{
		.name = "day",
		.title = "The CA is away for a day",
		.happens = "From the middle of the time in which the renewals of that "
			"roll-out are due.",
		.run = { ROLLED_OUT, .end = 75 * FLEET_DAY,
			.outage = { 58 * FLEET_DAY, 59 * FLEET_DAY } },
		.policies = ALL_POLICIES,
		.queues = { &fleet_bounded, &fleet_unbounded },
	},
	{
		.name = "week",
		.title = "The CA is away for a week",
		.happens = "While most renewals of that roll-out are due.",
		.run = { ROLLED_OUT, .end = 100 * FLEET_DAY,
			.outage = { 55 * FLEET_DAY, 62 * FLEET_DAY } },
		.policies = ALL_POLICIES,
		.queues = ALL_QUEUES,
	},
	{
		.name = "late",
		.title = "The CA is away for a week, renewals are late",
		.happens = "With renew { from = 10d, to = 8d }, from the first renewal "
			"on: when it is back, three days are left.",
		.run = { ROLLED_OUT, LATE, .end = 95 * FLEET_DAY,
			.outage = { 80 * FLEET_DAY, 87 * FLEET_DAY } },
		.policies = { &fleet_shipped, &fleet_fixed },
		.queues = { &fleet_bounded, &fleet_unbounded },
	},
	{
		.name = "last",
		.title = "The CA is away until the last day",
		.happens = "The same, but when it is back twelve hours are left, and "
			"nobody has renewed.",
		.run = { ROLLED_OUT, LATE, .end = 95 * FLEET_DAY,
			.outage = { 80 * FLEET_DAY, 90 * FLEET_DAY - 12 * FLEET_HOUR } },
		.policies = { &fleet_shipped, &fleet_fixed },
		.queues = { &fleet_bounded, &fleet_unbounded },
	},
	{
		.name = "power",
		.title = "Power failure, with certificates",
		.happens = "All gateways are off for a day in the middle of the "
			"renewals, then start within 5 minutes.",
		.run = { ROLLED_OUT, .end = 75 * FLEET_DAY,
			.power = { 58 * FLEET_DAY, 59 * FLEET_DAY } },
		.policies = { &fleet_shipped, &fleet_fixed },
		.queues = ALL_QUEUES,
	},
	{
		.name = "storm",
		.title = "Power failure, without certificates",
		.happens = "All gateways start within 5 minutes and have none.",
		.run = { .seed = SEED, .life = 90 * FLEET_DAY,
			.rollout = 5 * FLEET_MINUTE, .end = 3 * FLEET_DAY },
		.policies = { &fleet_shipped, &fleet_daily, &fleet_fixed },
		.queues = ALL_QUEUES,
	},
	{
		.name = "short",
		.title = "Certificates of 24 hours",
		.happens = "Enrolled within 8 hours; an hour without CA on the third "
			"day.",
		.run = { .seed = SEED, .life = FLEET_DAY,
			.rollout = 8 * FLEET_HOUR, .end = 6 * FLEET_DAY,
			.outage = { 2 * FLEET_DAY, 2 * FLEET_DAY + FLEET_HOUR } },
		.policies = ALL_POLICIES,
		.queues = ALL_QUEUES,
	},
};

/*
 * Described in header
 */
const fleet_scenario_t *fleet_scenario_get(u_int number)
{
	return number < countof(scenarios) ? &scenarios[number] : NULL;
}

/*
 * Described in header
 */
const fleet_scenario_t *fleet_scenario_find(const char *name)
{
	u_int i;

	for (i = 0; i < countof(scenarios); i++)
	{
		if (streq(scenarios[i].name, name))
		{
			return &scenarios[i];
		}
	}
	return NULL;
}

/*
 * Described in header
 */
fleet_result_t *fleet_scenario_run(const fleet_scenario_t *scenario,
								   u_int gateways,
								   const fleet_policy_t *policy,
								   const fleet_queue_t *queue)
{
	fleet_run_t run = scenario->run;

	run.gateways = gateways;
	run.policy = policy;
	run.queue = queue;
	return fleet_run(&run);
}
