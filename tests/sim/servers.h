/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_servers sim_servers
 * @{ @ingroup scep_sim
 *
 * The servers of a CA that has two: which one is down, and which one is asked.
 */

#ifndef SIM_SERVERS_H_
#define SIM_SERVERS_H_

#include "world.h"

/**
 * One of them goes down for a while.
 *
 * @param which		0 or 1
 * @param until		end of that
 */
void sim_servers_lose(sim_world_t *world, u_int which, time_t until);

/**
 * A transfer begins.
 *
 * @param first		whether it is the first one of an attempt, or of a GetCRL
 * @return			whether it still is, and not the next URL of the same one
 */
bool sim_servers_begin(sim_world_t *world, const char *url, bool first);

/**
 * Whether the one that is asked now is down.
 */
bool sim_servers_is_down(sim_world_t *world);

/**
 * The CA was polled; it said that a request is pending.
 */
void sim_servers_polled(sim_world_t *world);
void sim_servers_pends(sim_world_t *world);

/**
 * A certificate was issued: no request is under way.
 */
void sim_servers_done(sim_world_t *world);

#endif /** SIM_SERVERS_H_ @}*/
