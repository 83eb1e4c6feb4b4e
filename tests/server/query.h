/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_query query
 * @{ @ingroup server
 *
 * What stands behind the question mark of a URL.
 */

#ifndef SERVER_QUERY_H_
#define SERVER_QUERY_H_

#include <stdbool.h>

typedef struct query_t query_t;

/**
 * The two parameters of SCEP.
 */
struct query_t {
	/** operation, decoded, allocated; NULL if absent */
	char *operation;
	/** message, as it was sent, allocated; NULL if absent */
	char *raw_message;
	/** message, decoded, allocated; NULL if absent */
	char *message;
};

/**
 * Parse a URL.
 *
 * @param this		gets the parameters; query_clear() frees them in any case
 * @param url		URL
 * @return			NULL, or what is wrong with it
 */
const char *query_parse(query_t *this, const char *url);

/**
 * Free what a query holds.
 */
void query_clear(query_t *this);

#endif /** SERVER_QUERY_H_ @}*/
