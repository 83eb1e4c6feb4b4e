/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_gateway sim_gateway
 * @{ @ingroup scep_sim
 *
 * The gateway: the shipped loop with its roster, enrolments, workers and store,
 * in one thread and in virtual time. The loop's wait() is where the world goes
 * on.
 */

#ifndef SIM_GATEWAY_H_
#define SIM_GATEWAY_H_

#include "world.h"

/**
 * Start it, and let it run until its process ends.
 */
void sim_gateway_run(sim_world_t *world);

/**
 * Let the loop take over the configuration, as at reload.
 */
void sim_gateway_reload(sim_world_t *world);

/**
 * Let IKE fail to authenticate.
 */
void sim_gateway_nudge(sim_world_t *world);

/**
 * End the process in good order.
 */
void sim_gateway_stop(sim_world_t *world);

/**
 * The wall clock was set.
 */
void sim_gateway_clock_set(sim_world_t *world);

/**
 * State of its profile; DISABLED if it has none.
 */
scep_state_t sim_gateway_state(sim_world_t *world);

/**
 * Whether an attempt is under way.
 */
bool sim_gateway_is_asking(sim_world_t *world);

#endif /** SIM_GATEWAY_H_ @}*/
