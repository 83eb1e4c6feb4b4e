/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_rate sim_rate
 * @{ @ingroup scep_sim
 *
 * How often the gateway may ask: the back-off, what the server wants, and for
 * how long a request is polled for.
 */

#ifndef SIM_RATE_H_
#define SIM_RATE_H_

#include "transport/scep_transport.h"

#include <library.h>

typedef struct sim_world_t sim_world_t;

/**
 * A transfer begins.
 *
 * @param first		whether it is the first one of an attempt
 */
void sim_rate_sent(sim_world_t *world, bool first);

/**
 * An answer reaches the gateway.
 */
void sim_rate_answered(sim_world_t *world, const scep_http_answer_t *answer);

/**
 * The request that the CA was asked about last is pending.
 */
void sim_rate_pends(sim_world_t *world);

#endif /** SIM_RATE_H_ @}*/
