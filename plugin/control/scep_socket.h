/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_socket scep_socket
 * @{ @ingroup scep_control
 *
 * The control socket: its clients, their packets in and out. Nobody waits for
 * a client, whatever it does or doesn't.
 */

#ifndef SCEP_SOCKET_H_
#define SCEP_SOCKET_H_

#include <library.h>

typedef struct scep_socket_t scep_socket_t;
typedef struct scep_socket_user_t scep_socket_user_t;

/**
 * Who gets what clients send. Called by charon's threads, each client by one
 * at a time; must not block.
 */
struct scep_socket_user_t {

	/**
	 * A client sent a packet. At most SCEP_MAX_CLIENT_PACKETS come before
	 * next().
	 *
	 * @param client	number of the client, never used again
	 * @param packet	packet without its length, gets owned; may be a secret
	 */
	void (*packet)(scep_socket_user_t *this, u_int client, chunk_t packet);

	/**
	 * A client to which send() had said that it has enough can take more.
	 *
	 * @param client	number of the client
	 */
	void (*drained)(scep_socket_user_t *this, u_int client);

	/**
	 * A client is gone.
	 *
	 * @param client	number of the client
	 */
	void (*gone)(scep_socket_user_t *this, u_int client);

	/**
	 * Whether charon's jobs are about to end, so that nothing may be watched
	 * any more.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_ending)(scep_socket_user_t *this);
};

/**
 * The socket. Any thread; no method blocks.
 */
struct scep_socket_t {

	/**
	 * Send a packet to a client.
	 *
	 * @param client	number of the client; one that is gone gets nothing
	 * @param packet	packet with its length, gets owned
	 * @return			FALSE if the client has enough to read for now:
	 *					drained() tells when it can take more
	 */
	bool (*send)(scep_socket_t *this, u_int client, chunk_t packet);

	/**
	 * A client's packet was dealt with: another one can come.
	 *
	 * @param client	number of the client
	 */
	void (*next)(scep_socket_t *this, u_int client);

	/**
	 * Leave a client alone: close its connection.
	 *
	 * @param client	number of the client
	 * @param why		reason, static
	 */
	void (*drop)(scep_socket_t *this, u_int client, const char *why);

	/**
	 * Let a client have what broadcast() sends, or not.
	 *
	 * @param client	number of the client
	 * @param on		whether it wants that
	 */
	void (*subscribe)(scep_socket_t *this, u_int client, bool on);

	/**
	 * Whether any client wants what broadcast() sends.
	 *
	 * @return			TRUE if so
	 */
	bool (*has_subscribers)(scep_socket_t *this);

	/**
	 * Send a packet to all clients that want it. One that does not read is
	 * dropped when too much waits for it.
	 *
	 * @param packet	packet with its length, gets owned
	 */
	void (*broadcast)(scep_socket_t *this, chunk_t packet);

	/**
	 * Destroy a scep_socket_t; no other thread may use it any more, and no job
	 * of charon's may run.
	 */
	void (*destroy)(scep_socket_t *this);
};

/**
 * Open a socket, with the owner and the permissions of vici's own.
 *
 * @param uri		unix://PATH
 * @param user		who gets what clients send, not owned
 * @return			socket, NULL if it can't be opened
 */
scep_socket_t *scep_socket_create(const char *uri, scep_socket_user_t *user);

#endif /** SCEP_SOCKET_H_ @}*/
