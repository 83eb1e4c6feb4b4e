/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet fleet
 * @{ @ingroup tests
 *
 * Many gateways and a CA in virtual time. The gateways are the plugin's pure
 * functions: machine, back-off, renewal time.
 */

#ifndef FLEET_H_
#define FLEET_H_

#include "fleet/fleet_ca.h"
#include "fleet/fleet_load.h"
#include "fleet/fleet_policy.h"

typedef struct fleet_run_t fleet_run_t;
typedef struct fleet_result_t fleet_result_t;

/** Cycles of renewals that are told apart */
#define FLEET_CYCLES	8

/**
 * What a fleet lives through. Times are seconds, moments seconds from the
 * start.
 */
struct fleet_run_t {

	/** how many gateways */
	u_int gateways;

	/** how they decide */
	const fleet_policy_t *policy;

	/** settings that differ from the defaults, or NULL */
	const char *settings;

	/** what the CA does with too many requests */
	const fleet_queue_t *queue;

	/** life of certificates */
	time_t life;

	/** all gateways start within */
	time_t rollout;

	/** when the CA cannot be reached */
	fleet_span_t outage;

	/** when all gateways are off; they start again within five minutes */
	fleet_span_t power;

	/** end */
	time_t end;

	/** seed of the random numbers */
	uint64_t seed;
};

/**
 * What became of it.
 */
struct fleet_result_t {

	/** requests, by minute */
	fleet_load_t *asked;

	/** certificates that came to a gateway, by minute */
	fleet_load_t *got;

	/** the same, by cycle: 0 has the first ones, 1 the first renewals */
	fleet_load_t *cycles[FLEET_CYCLES];

	/** gateways whose certificate ended before they had the next one */
	u_int lost;

	/** longest time that one had an expired one, seconds */
	time_t gap;

	/** least life left when the next one came, seconds */
	time_t left;

	/** gateways without any certificate at the end */
	u_int without;

	/** longest time from the first request to the certificate, seconds */
	time_t wait;

	/** most requests that one gateway made for a certificate */
	u_int tries;

	/** when the last one came that needed more than one request, seconds */
	time_t settled;

	/** when the run ended because it was beyond hope, seconds, 0 if not */
	time_t collapsed;
};

/**
 * Run a fleet. The same run gives the same result.
 *
 * @param run		what it lives through
 * @return			result
 */
fleet_result_t *fleet_run(const fleet_run_t *run);

/**
 * Destroy a result.
 */
void fleet_result_destroy(fleet_result_t *this);

#endif /** FLEET_H_ @}*/
