/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_operation operation
 * @{ @ingroup server
 *
 * The operations of SCEP (RFC 8894, 4).
 */

#ifndef SERVER_OPERATION_H_
#define SERVER_OPERATION_H_

#include "ca.h"
#include "exchange.h"
#include "options.h"

typedef struct operations_t operations_t;

/**
 * Create the operations.
 *
 * @param options	policy, has to outlive them
 * @param ca		CA, has to outlive them
 */
operations_t *operations_create(const options_t *options, ca_t *ca);

/**
 * Say where the server is, for the CRL distribution point.
 *
 * @param url		URL without path
 */
void operations_set_url(operations_t *this, const char *url);

/**
 * Answer a request and log it. Any thread, one at a time.
 */
void operations_run(operations_t *this, exchange_t *exchange);

/**
 * Destroy the operations.
 */
void operations_destroy(operations_t *this);

#endif /** SERVER_OPERATION_H_ @}*/
