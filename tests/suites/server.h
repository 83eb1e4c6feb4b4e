/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_process server
 * @{ @ingroup scep_tests
 *
 * The SCEP test server as a process, and HTTP to talk to it.
 */

#ifndef SERVER_H_
#define SERVER_H_

#include <library.h>

#include <sys/types.h>

typedef struct server_t server_t;
typedef struct server_answer_t server_answer_t;

/**
 * A running server.
 */
struct server_t {
	/** process */
	pid_t pid;
	/** its directory */
	char dir[32];
	/** URL */
	char url[64];
	/** value for ca_fingerprint */
	char pin[128];
	/** whether its keys can serve the next server */
	bool poolable;
	/** limit for an answer, milliseconds */
	long timeout;
};

/**
 * An answer.
 */
struct server_answer_t {
	/** status, 0 if there is none */
	long status;
	/** body, allocated */
	chunk_t body;
};

/**
 * Start a server in a directory of its own; fails the test if it does not run.
 * Keys are those of former servers, which spares most of the time.
 *
 * @param options	options beside --dir and --listen, separated by blanks
 * @return			server
 */
server_t *server_start(const char *options);

/**
 * Write a file in the server's directory.
 */
void server_write(server_t *this, const char *name, const char *text);

/**
 * Whether the last line of the log holds a text.
 */
bool server_logged(server_t *this, const char *text);

/**
 * Send a request.
 *
 * @param query		what follows the question mark of the URL
 * @param body		body to POST, or chunk_empty to GET
 * @param headers	headers instead of the right ones, NULL at the end, or NULL
 * @param answer	gets the answer
 */
void server_send(server_t *this, const char *query, chunk_t body,
				 const char *const *headers, server_answer_t *answer);

/**
 * Stop a server and remove its directory; fails the test if it ends otherwise
 * than in order.
 */
void server_stop(server_t *this);

#endif /** SERVER_H_ @}*/
