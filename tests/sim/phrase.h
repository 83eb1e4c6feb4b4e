/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_phrase sim_phrase
 * @{ @ingroup scep_sim
 *
 * The challenge phrase: how long it serves, in its file and as handed over.
 */

#ifndef SIM_PHRASE_H_
#define SIM_PHRASE_H_

#include "world.h"

/** What the CA wants of those that it does not know, where it does */
#define SIM_PHRASE		"secret"

/** File of the phrase, where it has a life */
#define SIM_PHRASE_FILE	SIM_FS_ROOT "/etc/phrase"

/** Time in which a phrase that changed has to be used, seconds */
#define SIM_PHRASE_PATIENCE	30

/**
 * Write the file anew: its phrase begins a new life.
 */
void sim_phrase_write(sim_world_t *world);

/**
 * The phrase was handed over.
 */
void sim_phrase_set(sim_world_t *world);

/**
 * The gateway's clock was set right.
 */
void sim_phrase_clock_set(sim_world_t *world);

/**
 * The CA got a request with a phrase.
 */
void sim_phrase_arrived(sim_world_t *world);

/**
 * The gateway says that the phrase is over.
 */
void sim_phrase_over(sim_world_t *world);

#endif /** SIM_PHRASE_H_ @}*/
