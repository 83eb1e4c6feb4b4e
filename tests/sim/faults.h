/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_faults sim_faults
 * @{ @ingroup scep_sim
 *
 * What goes wrong, of which kinds and how often.
 */

#ifndef SIM_FAULTS_H_
#define SIM_FAULTS_H_

#include "world.h"

/**
 * Let something go wrong, and draw when the next thing does.
 */
void sim_faults_happen(sim_world_t *world);

/**
 * The process dies, or the power fails.
 */
void sim_faults_kill(sim_world_t *world);

/**
 * The process ends in good order.
 */
void sim_faults_stop(sim_world_t *world);

#endif /** SIM_FAULTS_H_ @}*/
