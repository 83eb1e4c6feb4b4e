/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_client scep_client
 * @{ @ingroup scep_control
 *
 * A client of the control socket: the packet that it is sending, and what
 * waits to be read by it.
 */

#ifndef SCEP_CLIENT_H_
#define SCEP_CLIENT_H_

#include "control/scep_frame.h"

#include <library.h>
#include <collections/linked_list.h>
#include <networking/streams/stream.h>

typedef struct scep_client_t scep_client_t;
typedef enum scep_client_io_t scep_client_io_t;

/**
 * How reading or writing ended.
 */
enum scep_client_io_t {
	/** nothing more is to be had, or can be written, at the moment */
	SCEP_IO_WAIT,
	/** a packet is complete, or all is written */
	SCEP_IO_DONE,
	/** the client closed its end */
	SCEP_IO_CLOSED,
	/** error, or a packet that is too long */
	SCEP_IO_FAILED,
};

/**
 * A client. Members are guarded by the socket's mutex, except where told.
 */
struct scep_client_t {

	/** number */
	u_int id;

	/** socket that it belongs to */
	void *socket;

	/** connection; only the job that manages it calls its on_read() and
	 * on_write(), as two calls at a time would confuse the watcher */
	stream_t *stream;

	/** packet that arrives; only for the callback that reads */
	scep_frame_t in;

	/** what is to be written, queued_t, its length, and how much of the first
	 * is written; only the callback that writes takes something out */
	linked_list_t *out;
	size_t out_len;
	size_t written;

	/** what the managing job has to do, and whether there is one */
	bool want_read, want_write, want_close, managed;

	/** whether a callback writes, or will */
	bool writing;

	/** packets that were read and not dealt with, and whether no more are read
	 * until some are */
	u_int packets;
	bool paused;

	/** whether send() said that it has enough */
	bool full;

	/** whether it wants broadcasts */
	bool subscribed;

	/** when something last went in or out, in numbers of such moments */
	u_int64_t active;

	/** why it is closed, static, or NULL */
	const char *why;
};

/**
 * Create a client.
 *
 * @param id		number
 * @param socket	socket that it belongs to
 * @param stream	connection, gets owned
 * @return			client
 */
scep_client_t *scep_client_create(u_int id, void *socket, stream_t *stream);

/**
 * Queue something to be written.
 *
 * @param client	client
 * @param packet	packet, gets owned
 */
void scep_client_queue(scep_client_t *client, chunk_t packet);

/**
 * Read what is there, at most up to the end of a packet. Not under the mutex.
 *
 * @param client	client
 * @return			SCEP_IO_DONE if client->in is complete
 */
scep_client_io_t scep_client_read(scep_client_t *client);

/**
 * Write as much of a packet as the client takes. Not under the mutex.
 *
 * @param client	client
 * @param packet	packet that is first in the queue
 * @param written	how much of it is written, gets updated
 * @return			SCEP_IO_DONE if all of it is written
 */
scep_client_io_t scep_client_write(scep_client_t *client, chunk_t packet,
								   size_t *written);

/**
 * Get the packet that is first in the queue.
 *
 * @param client	client
 * @param packet	gets it, internal data
 * @return			FALSE if there is none
 */
bool scep_client_first(scep_client_t *client, chunk_t *packet);

/**
 * Remove the packet that is first in the queue.
 *
 * @param client	client
 */
void scep_client_remove(scep_client_t *client);

/**
 * Close the connection, after the callbacks that run, and free the client. Not
 * under the mutex.
 *
 * @param client	client
 */
void scep_client_destroy(scep_client_t *client);

#endif /** SCEP_CLIENT_H_ @}*/
