/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_setup sim_setup
 * @{ @ingroup scep_sim
 *
 * What a process needs before it can have worlds.
 */

#ifndef SIM_SETUP_H_
#define SIM_SETUP_H_

#include <library.h>

/**
 * Load libstrongswan, with random numbers that are the same each time.
 *
 * @param real		whether RSA is the real one
 * @return			FALSE if plugins are missing
 */
bool sim_setup(bool real);

/**
 * Begin anew with random numbers and keys.
 */
void sim_setup_seed(uint64_t seed);

/**
 * Seconds of some clock.
 */
double sim_setup_seconds();

/**
 * Unload libstrongswan.
 */
void sim_setup_end();

#endif /** SIM_SETUP_H_ @}*/
