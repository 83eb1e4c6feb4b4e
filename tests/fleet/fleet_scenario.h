/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_scenario fleet_scenario
 * @{ @ingroup fleet
 *
 * What fleets live through, in the documentation and in the unit test.
 */

#ifndef FLEET_SCENARIO_H_
#define FLEET_SCENARIO_H_

#include "fleet/fleet.h"

typedef struct fleet_scenario_t fleet_scenario_t;

/** Most policies, and kinds of queues, of a scenario; one more ends the list */
#define FLEET_POLICIES	5
#define FLEET_QUEUES	5

/** Units, seconds */
#define FLEET_MINUTE	((time_t)60)
#define FLEET_HOUR		(60 * FLEET_MINUTE)
#define FLEET_DAY		(24 * FLEET_HOUR)

/**
 * A scenario.
 */
struct fleet_scenario_t {

	/** what it is called */
	const char *name;

	/** its title in the documentation */
	const char *title;

	/** what happens, for people */
	const char *happens;

	/** what happens */
	fleet_run_t run;

	/** how gateways decide, ends with NULL */
	const fleet_policy_t *policies[FLEET_POLICIES];

	/** what the CA does with too many requests, ends with NULL */
	const fleet_queue_t *queues[FLEET_QUEUES];
};

/**
 * Requests that are too many are answered 503, without and with Retry-After.
 */
extern const fleet_queue_t fleet_bounded, fleet_patient;

/**
 * All requests wait.
 */
extern const fleet_queue_t fleet_unbounded;

/**
 * Get a scenario.
 *
 * @param name		name
 * @return			scenario, NULL if there is none
 */
const fleet_scenario_t *fleet_scenario_find(const char *name);

/**
 * Get a scenario by its number.
 *
 * @param number	number, from 0
 * @return			scenario, NULL if there are not so many
 */
const fleet_scenario_t *fleet_scenario_get(u_int number);

/**
 * Run a scenario.
 *
 * @param scenario	scenario
 * @param gateways	number of gateways
 * @param policy	how gateways decide
 * @param queue		what the CA does with too many requests
 * @return			result
 */
fleet_result_t *fleet_scenario_run(const fleet_scenario_t *scenario,
								   u_int gateways,
								   const fleet_policy_t *policy,
								   const fleet_queue_t *queue);

#endif /** FLEET_SCENARIO_H_ @}*/
