/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_policy.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_wait.h"

/** A day, milliseconds */
#define DAY			(24 * 60 * 60 * 1000LL)

/** Virtual time begins at eight in the morning */
#define MORNING		(8 * 60 * 60 * 1000LL)

/** How far the daily timer spreads, milliseconds */
#define JITTER		(2 * 60 * 60 * 1000LL)

/** Time between tries of those that know no back-off, seconds */
#define FIXED		60

static int64_t start_at_once(const fleet_plan_t *plan, int64_t now)
{
	return now;
}

static int64_t shipped_renew(const fleet_plan_t *plan,
							 const fleet_gateway_t *gw, int64_t now)
{
	int64_t earliest = now + plan->profile->retry_interval * 1000;
	time_t at;

	at = scep_renewal_time(plan->profile, gw->not_before / 1000,
						   gw->not_after / 1000, plan->random);
	return max(at * 1000 + gw->not_before % 1000, earliest);
}

static int64_t shipped_retry(const fleet_plan_t *plan,
							 const fleet_gateway_t *gw, int64_t now,
							 time_t asked)
{
	scep_wait_t wait = {
		.attempts = gw->tries,
		.interval = plan->profile->retry_interval,
		.longest = plan->profile->retry_max_interval,
		.asked = asked,
	};

	if (gw->not_after)
	{	/* what is left of milliseconds must not round the life */
		wait.not_after = now / 1000 + (gw->not_after - now) / 1000;
		wait.not_before = wait.not_after -
						  (gw->not_after - gw->not_before) / 1000;
	}
	return now + scep_wait_draw(&wait, now / 1000, plan->random) * 1000;
}

/*
 * Described in header
 */
const fleet_policy_t fleet_shipped = {
	.name = "shipped",
	.does = "the plugin with its defaults",
	.start = start_at_once,
	.renew = shipped_renew,
	.retry = shipped_retry,
};

static int64_t two_thirds(const fleet_plan_t *plan, const fleet_gateway_t *gw,
						  int64_t now)
{
	return gw->not_before + (gw->not_after - gw->not_before) * 2 / 3;
}

/*
 * Described in header
 */
const fleet_policy_t fleet_two_thirds = {
	.name = "two thirds",
	.does = "renews when two thirds of the life are over, tries again as the "
			"plugin does",
	.start = start_at_once,
	.renew = two_thirds,
	.retry = shipped_retry,
};

/**
 * When the daily timer next runs.
 */
static int64_t next_run(const fleet_plan_t *plan, int64_t after)
{
	int64_t midnight = (after + MORNING) / DAY * DAY - MORNING, run;

	do
	{
		run = midnight + scep_random_between(plan->random, 0, JITTER);
		midnight += DAY;
	}
	while (run <= after);
	return run;
}

static int64_t daily_start(const fleet_plan_t *plan, int64_t now)
{
	return now + scep_random_between(plan->random, 0, JITTER);
}

static int64_t daily_renew(const fleet_plan_t *plan, const fleet_gateway_t *gw,
						   int64_t now)
{
	int64_t due = gw->not_after - (gw->not_after - gw->not_before) / 3;

	return next_run(plan, max(due, now));
}

static int64_t daily_retry(const fleet_plan_t *plan, const fleet_gateway_t *gw,
						   int64_t now, time_t asked)
{
	/* this day's run is over, it may have been the one after midnight */
	return next_run(plan, max(now, (now + MORNING) / DAY * DAY - MORNING +
								   JITTER));
}

/*
 * Described in header
 */
const fleet_policy_t fleet_daily = {
	.name = "daily timer",
	.does = "runs at midnight and up to two hours later, asks when less than a "
			"third of the life is left; a run that fails is followed by the "
			"next day's",
	.start = daily_start,
	.renew = daily_renew,
	.retry = daily_retry,
};

static int64_t fixed_retry(const fleet_plan_t *plan, const fleet_gateway_t *gw,
						   int64_t now, time_t asked)
{
	return now + FIXED * 1000;
}

/*
 * Described in header
 */
const fleet_policy_t fleet_fixed = {
	.name = "fixed 60 s",
	.does = "renews as the plugin does, tries again each 60 s, whatever the "
			"server asks for",
	.start = start_at_once,
	.renew = shipped_renew,
	.retry = fixed_retry,
	.fixed = FIXED,
};
