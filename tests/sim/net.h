/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_net sim_net
 * @{ @ingroup scep_sim
 *
 * The network and the CA behind it: transfers take time, get lost, and come
 * back with answers that are wrong.
 */

#ifndef SIM_NET_H_
#define SIM_NET_H_

#include "world.h"

/** Time-out of a transfer, seconds */
#define SIM_NET_TIMEOUT		60

/**
 * Make the CA.
 */
void sim_net_init(sim_world_t *world);

/**
 * Get when something happens.
 *
 * @return			true time, 0 for never
 */
time_t sim_net_due(sim_world_t *world);

/**
 * Let a transfer arrive, or its answer.
 */
void sim_net_run(sim_world_t *world);

/**
 * Forget the transfer under way: who made it is gone.
 */
void sim_net_drop(sim_world_t *world);

/**
 * Whether everything works: network and CA.
 */
bool sim_net_is_healthy(sim_world_t *world);

/**
 * Put another CA in place of the one there is.
 */
void sim_net_replace_ca(sim_world_t *world);

/**
 * Let the CA announce another one.
 *
 * @param from		when that takes over
 */
void sim_net_announce(sim_world_t *world, time_t from);

/**
 * Let the CA that was announced take over.
 */
void sim_net_take_over(sim_world_t *world);

/**
 * Destroy the CA.
 */
void sim_net_deinit(sim_world_t *world);

#endif /** SIM_NET_H_ @}*/
