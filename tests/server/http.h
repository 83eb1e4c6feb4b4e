/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_http http
 * @{ @ingroup server
 *
 * HTTP, by libmicrohttpd: one thread for each connection, since some answers
 * never end.
 */

#ifndef SERVER_HTTP_H_
#define SERVER_HTTP_H_

#include "operation.h"

typedef struct http_t http_t;

/**
 * Start to listen.
 *
 * @param options		where
 * @param operations	who answers, has to outlive it
 * @return				server; ends the program if that fails
 */
http_t *http_create(const options_t *options, operations_t *operations);

/**
 * Get ADDRESS:PORT.
 *
 * @return				internal data
 */
const char *http_address(http_t *this);

/**
 * End all connections.
 */
void http_destroy(http_t *this);

#endif /** SERVER_HTTP_H_ @}*/
