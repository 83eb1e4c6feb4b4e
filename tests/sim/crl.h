/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_crl sim_crl
 * @{ @ingroup scep_sim
 *
 * CRLs, of a CA that gives them by GetCRL only.
 */

#ifndef SIM_CRL_H_
#define SIM_CRL_H_

#include "world.h"

/**
 * Let a CA have its CRLs as the one of this world does.
 */
void sim_crl_set(sim_world_t *world, mock_ca_t *ca);

/**
 * A GetCRL begins.
 */
void sim_crl_begin(sim_world_t *world);

/**
 * It did not end: it may begin again at any time, as it may after a change.
 */
void sim_crl_free(sim_world_t *world);

/**
 * The gateway has a CRL.
 */
void sim_crl_got(sim_world_t *world);

#endif /** SIM_CRL_H_ @}*/
