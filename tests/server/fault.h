/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_fault fault
 * @{ @ingroup server
 *
 * Faults of HTTP that can be made by other status, headers or bodies.
 */

#ifndef SERVER_FAULT_H_
#define SERVER_FAULT_H_

#include "exchange.h"
#include "options.h"

/**
 * Change an answer as its words want it.
 */
void fault_apply(exchange_t *exchange, const options_t *options);

#endif /** SERVER_FAULT_H_ @}*/
