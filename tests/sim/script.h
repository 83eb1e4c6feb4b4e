/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_script sim_script
 * @{ @ingroup scep_sim
 *
 * When something goes wrong, and when it is mended; what people do.
 */

#ifndef SIM_SCRIPT_H_
#define SIM_SCRIPT_H_

#include "world.h"

/**
 * Draw what kind of a world it is.
 */
void sim_script_init(sim_world_t *world);

/**
 * Get when something happens.
 *
 * @return			true time
 */
time_t sim_script_due(sim_world_t *world);

/**
 * Let happen what is due.
 */
void sim_script_run(sim_world_t *world);

/**
 * Decide about a step on the disk; a sim_fs_judge_t.
 */
int sim_script_judge(void *world, sim_fs_op_t op, const char *path);

/**
 * Whether the disk fails.
 */
bool sim_script_disk_is_bad(sim_world_t *world);

/**
 * The gateway stays as it is without a person.
 */
void sim_script_call_person(sim_world_t *world);

/**
 * An attempt failed, and the next one waits for its time.
 */
void sim_script_attempt_failed(sim_world_t *world);

/**
 * The gateway is down: find out when it starts again; it loses what it has to.
 */
void sim_script_down(sim_world_t *world);

#endif /** SIM_SCRIPT_H_ @}*/
