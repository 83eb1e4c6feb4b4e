/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_report.h"
#include "fleet/fleet_plot.h"
#include "fleet/fleet_scenario.h"

#include <limits.h>
#include <stdio.h>

/** How many gateways */
#define GATEWAYS	100000

/** Fleets that roll out, to tell the rule from chance */
#define FLEETS		20

/** Cycles of renewals that are shown */
#define CYCLES		6

/** Begin of the document */
static const char head[] =
	"<!-- SPDX-License-Identifier: GPL-2.0-or-later; written by make fleet -->\n"
	"# A fleet and its CA\n\n"
	"100,000 gateways in virtual time: the plugin's own state machine, renewal "
	"time and\nback-off, against a CA that issues 20 certificates a second. "
	"`make fleet` writes\nthis file and its plots, always the same ones; "
	"`make check` tests the bounds with\nsmaller fleets.\n\n"
	"The CA turns away who would wait for more than 10 s (`503`, or `503` with\n"
	"`Retry-After: 600`), or lets all wait. A gateway waits for 60 s; what is "
	"issued later\nis lost to it and costs the CA as much as any other. The "
	"next request of the same\ntransaction gets that certificate.\n\n"
	"*Requests* counts attempts to get a certificate; each fetches GetCACaps "
	"and\nGetCACert before, which are not counted. *Lost* are certificates that ended "
	"before\nthe next one came. *Normal* is when the last "
	"gateway was served that\nhad to ask twice, after the CA or the power was "
	"back.\n\n";

/** Its end */
static const char tail[] =
	"## What follows\n\n"
	"- A CA whose queue has no end breaks down as soon as those who wait give "
	"up and ask\n  again faster than it answers. Back-off brings it back, "
	"after the work that nobody\n  awaits is done; a CA that answers 503 "
	"instead is done in a tenth of the time.\n"
	"- With `retry.max_interval` of 6 hours a fleet that cannot reach its CA "
	"asks 6 times\n  a second for each 100,000 gateways. For a larger fleet, "
	"or a slower CA, raise it\n  such that gateways / (0.75 × retry.max_interval) "
	"stays below what the CA can issue.\n"
	"- Who was asked for patience by Retry-After waits up to half of it more, so "
	"that not\n  all come back within the same seconds.\n"
	"- A timer once a day spreads first enrolments well, as it puts off by up "
	"to two hours\n  what the plugin does at once, and cannot serve certificates "
	"that live a day.\n";

/**
 * Write a time as people say it.
 */
static void write_time(FILE *file, time_t time)
{
	if (time >= 2 * FLEET_DAY)
	{
		fprintf(file, " %.1f d |", time / (double)FLEET_DAY);
	}
	else if (time >= FLEET_HOUR)
	{
		fprintf(file, " %.1f h |", time / (double)FLEET_HOUR);
	}
	else
	{
		fprintf(file, " %ld min |", (long)(time / FLEET_MINUTE));
	}
}

/**
 * Write a number of things, with commas.
 */
static void write_count(FILE *file, uint64_t count)
{
	uint64_t unit = 1;

	while (count / unit >= 1000)
	{
		unit *= 1000;
	}
	fprintf(file, " %u", (u_int)(count / unit));
	while ((unit /= 1000) > 0)
	{
		fprintf(file, ",%03u", (u_int)(count / unit % 1000));
	}
	fprintf(file, " |");
}

/**
 * Write when things were as usual again.
 */
static void write_normal(FILE *file, const fleet_scenario_t *scenario,
						 const fleet_result_t *result)
{
	time_t back = scenario->run.outage.to ?: scenario->run.power.to;

	if (result->collapsed)
	{
		fprintf(file, " never |");
	}
	else if (result->settled > back)
	{
		write_time(file, result->settled - back);
	}
	else
	{
		fprintf(file, " at once |");
	}
}

/**
 * Write a row: one kind of queue, one policy.
 */
static void write_row(FILE *file, const fleet_scenario_t *scenario,
					  const fleet_queue_t *queue, const fleet_policy_t *policy,
					  fleet_result_t *result)
{
	time_t end = scenario->run.end;

	fprintf(file, "| %s | %s |", queue->name, policy->name);
	write_count(file, fleet_load_sum(result->asked, 0, end));
	fprintf(file, " %.1f/s | %.2f/s |", fleet_load_peak(result->asked, 1),
			fleet_load_hour(result->got));
	write_count(file, result->tries);
	write_time(file, result->wait);
	write_count(file, result->lost + result->without);
	write_normal(file, scenario, result);
	fprintf(file, "\n");
}

/**
 * Write a scenario's section.
 */
static void write_scenario(FILE *file, const fleet_scenario_t *scenario)
{
	fleet_result_t *result;
	int i, j;

	fprintf(file, "## %s\n\n%s\n\n| CA | policy | requests | busiest minute: "
			"requests | busiest hour: certificates | worst gateway: requests | "
			"its wait | lost or without | normal after |\n"
			"|---|---|--:|--:|--:|--:|--:|--:|--:|\n", scenario->title,
			scenario->happens);
	for (i = 0; scenario->queues[i]; i++)
	{
		for (j = 0; scenario->policies[j]; j++)
		{
			result = fleet_scenario_run(scenario, GATEWAYS,
								scenario->policies[j], scenario->queues[i]);
			write_row(file, scenario, scenario->queues[i],
					  scenario->policies[j], result);
			fleet_result_destroy(result);
		}
	}
	fprintf(file, "\n");
}

/**
 * Write what the busiest hour of each cycle has, for many fleets.
 */
static void write_cycles(FILE *file)
{
	fleet_run_t run = fleet_scenario_find("rollout")->run;
	double hour, sum[CYCLES + 1] = {}, most[CYCLES + 1] = {};
	fleet_result_t *result;
	int i, j;

	run.gateways = GATEWAYS;
	run.policy = &fleet_shipped;
	run.queue = &fleet_bounded;
	for (i = 0; i < FLEETS; i++)
	{
		run.seed = i + 1;
		result = fleet_run(&run);
		for (j = 1; j <= CYCLES; j++)
		{
			hour = fleet_load_hour(result->cycles[j]);
			sum[j] += hour;
			most[j] = max(most[j], hour);
		}
		fleet_result_destroy(result);
	}
	fprintf(file, "Certificates a second in the busiest hour of each cycle of "
			"renewals, of %d fleets:\n\n| cycle | mean | most |\n"
			"|--:|--:|--:|\n", FLEETS);
	for (j = 1; j <= CYCLES; j++)
	{
		fprintf(file, "| %d | %.3f | %.3f |\n", j, sum[j] / FLEETS, most[j]);
	}
	fprintf(file, "\n");
}

/**
 * Run a scenario with all its policies and draw the requests.
 */
static bool draw(const char *dir, const char *name, const fleet_queue_t *queue,
				 fleet_plot_t plot)
{
	const fleet_scenario_t *scenario = fleet_scenario_find(name);
	fleet_result_t *results[FLEET_CURVES];
	char path[PATH_MAX];
	bool written;
	int i;

	for (i = 0; i < FLEET_CURVES && scenario->policies[i]; i++)
	{
		results[i] = fleet_scenario_run(scenario, GATEWAYS,
										scenario->policies[i], queue);
		plot.loads[i] = results[i]->asked;
		plot.names[i] = scenario->policies[i]->name;
	}
	snprintf(path, sizeof(path), "%s/fleet-%s.svg", dir, name);
	written = fleet_plot_write(&plot, path);
	while (i-- > 0)
	{
		fleet_result_destroy(results[i]);
	}
	return written;
}

/**
 * Draw all plots.
 */
static bool draw_all(const char *dir)
{
	return draw(dir, "rollout", &fleet_bounded, (fleet_plot_t){
			.title = "Roll-out in 8 hours, then renewals: requests a second",
			.to = 384 * FLEET_DAY, .width = 12 * FLEET_HOUR,
			.unit = "days", .seconds = FLEET_DAY, .distance = 30 }) &&
		draw(dir, "week", &fleet_bounded, (fleet_plot_t){
			.title = "CA away from day 55 to 62, then 503: requests a second",
			.from = 52 * FLEET_DAY, .to = 66 * FLEET_DAY,
			.width = 2 * FLEET_HOUR,
			.unit = "days", .seconds = FLEET_DAY, .distance = 1 }) &&
		draw(dir, "storm", &fleet_bounded, (fleet_plot_t){
			.title = "First enrolments within 5 minutes, CA answers 503: "
					 "requests a second",
			.to = 4 * FLEET_HOUR, .width = 2 * FLEET_MINUTE,
			.unit = "hours", .seconds = FLEET_HOUR, .distance = 1 });
}

/**
 * Write the document.
 */
static bool write_document(const char *dir)
{
	const fleet_policy_t *policies[] = {
		&fleet_shipped, &fleet_two_thirds, &fleet_daily, &fleet_fixed,
	};
	const fleet_scenario_t *scenario;
	char path[PATH_MAX];
	FILE *file;
	int i;

	snprintf(path, sizeof(path), "%s/fleet.md", dir);
	file = fopen(path, "w");
	if (!file)
	{
		return FALSE;
	}
	fprintf(file, "%s| policy | what it does |\n|---|---|\n", head);
	for (i = 0; i < countof(policies); i++)
	{
		fprintf(file, "| %s | %s |\n", policies[i]->name, policies[i]->does);
	}
	fprintf(file, "\n![Roll-out](fleet-rollout.svg)\n"
			"![A week without CA](fleet-week.svg)\n"
			"![First enrolments](fleet-storm.svg)\n\n");
	for (i = 0; (scenario = fleet_scenario_get(i)); i++)
	{
		write_scenario(file, scenario);
		if (i == 0)
		{
			write_cycles(file);
		}
	}
	fprintf(file, "%s", tail);
	return fclose(file) == 0;
}

/*
 * Described in header
 */
bool fleet_report_write(const char *dir)
{
	return write_document(dir) && draw_all(dir);
}
