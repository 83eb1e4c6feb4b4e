/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_rsa sim_rsa
 * @{ @ingroup scep_sim
 *
 * RSA as a model: what one half of a key pair makes, only the other half undoes,
 * as a table remembers. The arithmetic would take most of a run's time, and is
 * not what is tested. All else of RSA is OpenSSL's.
 */

#ifndef SIM_RSA_H_
#define SIM_RSA_H_

#include <library.h>

/**
 * Let OpenSSL use the model for all keys from now on.
 */
void sim_rsa_register();

/**
 * Forget what the table remembers.
 */
void sim_rsa_reset();

#endif /** SIM_RSA_H_ @}*/
