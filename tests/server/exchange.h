/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_exchange exchange
 * @{ @ingroup server
 *
 * One HTTP request and its answer.
 */

#ifndef SERVER_EXCHANGE_H_
#define SERVER_EXCHANGE_H_

#include "bytes.h"
#include "words.h"

typedef struct exchange_t exchange_t;

/**
 * A request and its answer.
 */
struct exchange_t {
	/** URL as it was sent, without scheme and host */
	char *url;
	/** method */
	char *method;
	/** headers, NULL if absent */
	char *content_type;
	char *content_length;
	char *transfer_encoding;
	char *expect;
	char *authorization;
	/** address and port of the client */
	char *peer;
	/** body of the request */
	bytes_t body;
	/** words for the answer */
	words_t words;
	/** status, 0: none yet */
	int status;
	/** Content-Type of the answer, or NULL; not owned */
	const char *type;
	/** Location, or NULL; not owned */
	const char *location;
	/** WWW-Authenticate, allocated, or NULL */
	char *authenticate;
	/** body of the answer */
	bytes_t answer;
};

#endif /** SERVER_EXCHANGE_H_ @}*/
