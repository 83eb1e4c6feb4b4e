/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_operator sim_operator
 * @{ @ingroup scep_sim
 *
 * A person at the control interface, who gives the commands that ship.
 */

#ifndef SIM_OPERATOR_H_
#define SIM_OPERATOR_H_

#include "world.h"

/** Time in which a wish that was granted has to lead to a request, seconds */
#define SIM_OPERATOR_PATIENCE	30

/**
 * Give one of the commands.
 */
void sim_operator_act(sim_world_t *world);

/**
 * Cancel what is under way.
 */
void sim_operator_cancel(sim_world_t *world);

/**
 * Confirm the CA if the gateway asks for that.
 */
void sim_operator_accept_ca(sim_world_t *world);

/**
 * Import a certificate that the CA issued in another way.
 */
void sim_operator_import(sim_world_t *world);

#endif /** SIM_OPERATOR_H_ @}*/
