/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_client.h"

#include <errno.h>

typedef struct queued_t queued_t;

/**
 * A packet that waits to be written.
 */
struct queued_t {
	chunk_t packet;
};

/*
 * Described in header
 */
void scep_client_queue(scep_client_t *client, chunk_t packet)
{
	queued_t *queued;

	INIT(queued,
		.packet = packet,
	);
	client->out->insert_last(client->out, queued);
	client->out_len += packet.len;
}

/*
 * Described in header
 */
scep_client_io_t scep_client_read(scep_client_t *client)
{
	stream_t *stream = client->stream;
	scep_frame_state_t state;
	chunk_t room;
	ssize_t len;

	do
	{
		room = scep_frame_room(&client->in);
		len = stream->read(stream, room.ptr, room.len, FALSE);
		if (len < 0)
		{
			return errno == EWOULDBLOCK ? SCEP_IO_WAIT : SCEP_IO_FAILED;
		}
		if (len == 0)
		{
			return SCEP_IO_CLOSED;
		}
		state = scep_frame_add(&client->in, len);
	}
	while (state == SCEP_FRAME_PARTIAL);

	return state == SCEP_FRAME_COMPLETE ? SCEP_IO_DONE : SCEP_IO_FAILED;
}

/*
 * Described in header
 */
scep_client_io_t scep_client_write(scep_client_t *client, chunk_t packet,
								   size_t *written)
{
	stream_t *stream = client->stream;
	ssize_t len;

	while (*written < packet.len)
	{
		len = stream->write(stream, packet.ptr + *written,
							packet.len - *written, FALSE);
		if (len <= 0)
		{
			return len < 0 && errno == EWOULDBLOCK ? SCEP_IO_WAIT
												   : SCEP_IO_FAILED;
		}
		*written += len;
	}
	return SCEP_IO_DONE;
}

/*
 * Described in header
 */
bool scep_client_first(scep_client_t *client, chunk_t *packet)
{
	queued_t *queued;

	if (client->out->get_first(client->out, (void**)&queued) != SUCCESS)
	{
		return FALSE;
	}
	*packet = queued->packet;
	return TRUE;
}

/*
 * Described in header
 */
void scep_client_remove(scep_client_t *client)
{
	queued_t *queued;

	if (client->out->remove_first(client->out, (void**)&queued) == SUCCESS)
	{
		client->out_len -= queued->packet.len;
		chunk_free(&queued->packet);
		free(queued);
	}
}

/*
 * Described in header
 */
void scep_client_destroy(scep_client_t *client)
{
	client->stream->destroy(client->stream);
	while (client->out->get_count(client->out))
	{
		scep_client_remove(client);
	}
	client->out->destroy(client->out);
	scep_frame_clear(&client->in);
	free(client);
}

/*
 * Described in header
 */
scep_client_t *scep_client_create(u_int id, void *socket, stream_t *stream)
{
	scep_client_t *client;

	INIT(client,
		.id = id,
		.socket = socket,
		.stream = stream,
		.out = linked_list_create(),
	);
	return client;
}
