/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_policy fleet_policy
 * @{ @ingroup fleet
 *
 * When a gateway asks: as the plugin does, and as others do.
 */

#ifndef FLEET_POLICY_H_
#define FLEET_POLICY_H_

#include "base/scep_random.h"
#include "config/scep_profile.h"
#include "enroll/scep_machine.h"

typedef struct fleet_gateway_t fleet_gateway_t;
typedef struct fleet_policy_t fleet_policy_t;
typedef struct fleet_plan_t fleet_plan_t;

/**
 * A gateway. Moments are milliseconds of virtual time, 0 is never.
 */
struct fleet_gateway_t {

	/** where its request is */
	scep_state_t state;

	/** validity of its certificate */
	int64_t not_before, not_after;

	/** when a certificate was issued that it has not got */
	int64_t granted;

	/** when it first asked for what it has not got */
	int64_t since;

	/** requests for that so far */
	u_int tries;

	/** certificates that it got */
	u_int cycle;
};

/**
 * What policies decide by.
 */
struct fleet_plan_t {

	/** settings, as the plugin reads them */
	scep_profile_t *profile;

	/** random numbers */
	scep_random_t *random;
};

/**
 * A policy.
 */
struct fleet_policy_t {

	/** what it is called */
	const char *name;

	/** what it does, for people */
	const char *does;

	/**
	 * When to ask for the first certificate.
	 *
	 * @param now	when charon starts
	 * @return		moment
	 */
	int64_t (*start)(const fleet_plan_t *plan, int64_t now);

	/**
	 * When to renew.
	 *
	 * @param gw	gateway, with its certificate
	 * @param now	when it got it
	 * @return		moment
	 */
	int64_t (*renew)(const fleet_plan_t *plan, const fleet_gateway_t *gw,
					 int64_t now);

	/**
	 * When to try again.
	 *
	 * @param gw	gateway, with its tries so far
	 * @param now	when the last one failed
	 * @param asked	what the server asked for by Retry-After, seconds
	 * @return		moment
	 */
	int64_t (*retry)(const fleet_plan_t *plan, const fleet_gateway_t *gw,
					 int64_t now, time_t asked);

	/** seconds between tries if they do not depend on anything, or 0 */
	time_t fixed;
};

/**
 * The plugin's.
 */
extern const fleet_policy_t fleet_shipped;

/**
 * Renewal at two thirds of the life.
 */
extern const fleet_policy_t fleet_two_thirds;

/**
 * A timer once a day.
 */
extern const fleet_policy_t fleet_daily;

/**
 * Another try each minute.
 */
extern const fleet_policy_t fleet_fixed;

#endif /** FLEET_POLICY_H_ @}*/
