/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_socket.h"
#include "control/scep_client.h"
#include "base/scep_event.h"
#include "base/scep_limits.h"

#include <collections/linked_list.h>
#include <networking/streams/stream_service.h>
#include <processing/jobs/callback_job.h>
#include <threading/mutex.h>

/** Clients that may wait to be accepted */
#define BACKLOG		16

typedef struct private_scep_socket_t private_scep_socket_t;
typedef struct selector_t selector_t;

/**
 * Private data of a scep_socket_t.
 */
struct private_scep_socket_t {

	/**
	 * Public interface.
	 */
	scep_socket_t public;

	/**
	 * Who gets what clients send.
	 */
	scep_socket_user_t *user;

	/**
	 * What accepts clients.
	 */
	stream_service_t *service;

	/**
	 * Clients, scep_client_t, the number that the last one got, and how many
	 * want broadcasts.
	 */
	linked_list_t *clients;
	u_int last_id;
	u_int subscribers;

	/**
	 * Moments at which something went in or out.
	 */
	u_int64_t moments;

	/**
	 * Guards clients and what they have. Never held where something is called
	 * that may wait for a callback.
	 */
	mutex_t *mutex;
};

/**
 * A client, for a job: that may run when it is gone, or never.
 */
struct selector_t {
	private_scep_socket_t *socket;
	u_int id;
};

/**
 * Find a client. With the mutex.
 */
static scep_client_t *find(private_scep_socket_t *this, u_int id)
{
	scep_client_t *client, *found = NULL;
	enumerator_t *enumerator;

	enumerator = this->clients->create_enumerator(this->clients);
	while (!found && enumerator->enumerate(enumerator, &client))
	{
		found = client->id == id ? client : NULL;
	}
	enumerator->destroy(enumerator);
	return found;
}

static job_requeue_t manage_job(selector_t *selector);

/**
 * Let a job do what the client wants, unless there is one. With the mutex.
 */
static void manage_later(private_scep_socket_t *this, scep_client_t *client)
{
	selector_t *selector;

	if (client->managed)
	{
		return;
	}
	client->managed = TRUE;
	INIT(selector,
		.socket = this,
		.id = client->id,
	);
	lib->processor->queue_job(lib->processor,
			(job_t*)callback_job_create_with_prio((callback_job_cb_t)manage_job,
				selector, free, (callback_job_cancel_t)return_false,
				JOB_PRIO_HIGH));
}

/**
 * Have a client closed. With the mutex.
 */
static void close_later(private_scep_socket_t *this, scep_client_t *client,
						const char *why)
{
	if (!client->want_close)
	{
		client->want_close = TRUE;
		client->why = why;
		manage_later(this, client);
	}
}

/**
 * Queue a packet for a client. With the mutex.
 */
static void queue(private_scep_socket_t *this, scep_client_t *client,
				  chunk_t packet)
{
	scep_client_queue(client, packet);
	if (client->out_len > 2 * SCEP_MAX_CLIENT_QUEUE)
	{
		close_later(this, client, "it does not read what it asked for");
	}
	else if (!client->writing)
	{
		client->writing = TRUE;
		client->want_write = TRUE;
		manage_later(this, client);
	}
}

/**
 * Read what a client sends.
 */
static bool on_read(scep_client_t *client, stream_t *stream)
{
	private_scep_socket_t *this = client->socket;
	scep_client_io_t io = scep_client_read(client);
	bool partial = client->in.header_len > 0, paused = FALSE;

	this->mutex->lock(this->mutex);
	client->active = ++this->moments;
	if (io == SCEP_IO_DONE)
	{
		paused = ++client->packets >= SCEP_MAX_CLIENT_PACKETS;
		client->paused = paused;
	}
	if (io == SCEP_IO_CLOSED || io == SCEP_IO_FAILED)
	{
		close_later(this, client, io == SCEP_IO_FAILED ?
					"what it sends is no packet" :
					partial ? "it left in a packet" : NULL);
	}
	this->mutex->unlock(this->mutex);
	if (io == SCEP_IO_DONE)
	{
		this->user->packet(this->user, client->id,
						   scep_frame_take(&client->in));
	}
	return io == SCEP_IO_WAIT || (io == SCEP_IO_DONE && !paused);
}

/**
 * Remove what was written. With the mutex.
 *
 * @return			TRUE if the client can take more, which it could not before
 */
static bool wrote(private_scep_socket_t *this, scep_client_t *client)
{
	client->active = ++this->moments;
	scep_client_remove(client);
	client->written = 0;
	if (client->full && client->out_len <= SCEP_MAX_CLIENT_QUEUE / 2)
	{
		client->full = FALSE;
		return TRUE;
	}
	return FALSE;
}

/**
 * Write what a client can read.
 */
static bool on_write(scep_client_t *client, stream_t *stream)
{
	private_scep_socket_t *this = client->socket;
	scep_client_io_t io = SCEP_IO_DONE;
	bool more, drained;
	chunk_t packet;

	while (io == SCEP_IO_DONE)
	{
		this->mutex->lock(this->mutex);
		more = client->writing = scep_client_first(client, &packet);
		this->mutex->unlock(this->mutex);
		if (!more)
		{
			return FALSE;
		}
		io = scep_client_write(client, packet, &client->written);
		if (io == SCEP_IO_DONE)
		{
			this->mutex->lock(this->mutex);
			drained = wrote(this, client);
			this->mutex->unlock(this->mutex);
			if (drained)
			{
				this->user->drained(this->user, client->id);
			}
		}
	}
	if (io != SCEP_IO_WAIT)
	{
		this->mutex->lock(this->mutex);
		close_later(this, client, NULL);
		this->mutex->unlock(this->mutex);
	}
	return io == SCEP_IO_WAIT;
}

/**
 * Close a client. Not under the mutex: the callbacks that run take it.
 */
static void close_client(private_scep_socket_t *this, scep_client_t *client)
{
	const char *why = client->why;
	u_int id = client->id;

	scep_client_destroy(client);
	if (why)
	{
		scep_event(NULL, SCEP_EV_NOTE, "client=%u dropped, reason=%s", id, why);
	}
	this->user->gone(this->user, id);
}

/**
 * Do what a client wants. One job a client does that at a time.
 */
static void manage(private_scep_socket_t *this, scep_client_t *client)
{
	bool read, write;

	/* what is watched after the watcher has ended makes it begin anew, but its
	 * job never runs: who removes something would wait for that */
	while (!this->user->is_ending(this->user))
	{
		this->mutex->lock(this->mutex);
		if (client->want_close)
		{
			this->clients->remove(this->clients, client, NULL);
			this->subscribers -= client->subscribed ? 1 : 0;
			this->mutex->unlock(this->mutex);
			close_client(this, client);
			return;
		}
		read = client->want_read;
		write = client->want_write;
		client->want_read = client->want_write = FALSE;
		client->managed = read || write;
		this->mutex->unlock(this->mutex);
		if (!read && !write)
		{
			return;
		}
		if (read)
		{
			client->stream->on_read(client->stream, (stream_cb_t)on_read,
									client);
		}
		if (write)
		{
			client->stream->on_write(client->stream, (stream_cb_t)on_write,
									 client);
		}
	}
}

/**
 * Do what a client wants that was found by its number.
 */
static job_requeue_t manage_job(selector_t *selector)
{
	private_scep_socket_t *this = selector->socket;
	scep_client_t *client;

	this->mutex->lock(this->mutex);
	client = find(this, selector->id);
	this->mutex->unlock(this->mutex);
	if (client)
	{	/* only this job can remove it */
		manage(this, client);
	}
	return JOB_REQUEUE_NONE;
}

/**
 * Make room for another client: the one that was silent for longest is
 * dropped, so that dead ones never keep a person out. With the mutex.
 */
static void make_room(private_scep_socket_t *this)
{
	scep_client_t *client, *oldest = NULL;
	enumerator_t *enumerator;
	u_int count = 0;

	enumerator = this->clients->create_enumerator(this->clients);
	while (enumerator->enumerate(enumerator, &client))
	{
		if (client->want_close)
		{
			continue;
		}
		count++;
		if (!oldest || client->active < oldest->active)
		{
			oldest = client;
		}
	}
	enumerator->destroy(enumerator);
	if (count >= SCEP_MAX_CLIENTS)
	{
		close_later(this, oldest, "there are too many");
	}
}

/**
 * A client has connected.
 */
static bool on_accept(private_scep_socket_t *this, stream_t *stream)
{
	scep_client_t *client;

	this->mutex->lock(this->mutex);
	make_room(this);
	client = scep_client_create(++this->last_id, this, stream);
	client->active = ++this->moments;
	client->want_read = TRUE;
	client->managed = TRUE;
	this->clients->insert_last(this->clients, client);
	this->mutex->unlock(this->mutex);
	manage(this, client);
	return TRUE;
}

METHOD(scep_socket_t, send_, bool,
	private_scep_socket_t *this, u_int id, chunk_t packet)
{
	scep_client_t *client;
	bool more = TRUE;

	this->mutex->lock(this->mutex);
	client = find(this, id);
	if (client && !client->want_close)
	{
		queue(this, client, packet);
		client->full = client->full || client->out_len > SCEP_MAX_CLIENT_QUEUE;
		more = !client->full;
	}
	else
	{
		chunk_free(&packet);
	}
	this->mutex->unlock(this->mutex);
	return more;
}

METHOD(scep_socket_t, next, void,
	private_scep_socket_t *this, u_int id)
{
	scep_client_t *client;

	this->mutex->lock(this->mutex);
	client = find(this, id);
	if (client)
	{
		client->packets--;
		if (client->paused)
		{
			client->paused = FALSE;
			client->want_read = TRUE;
			manage_later(this, client);
		}
	}
	this->mutex->unlock(this->mutex);
}

METHOD(scep_socket_t, drop, void,
	private_scep_socket_t *this, u_int id, const char *why)
{
	scep_client_t *client;

	this->mutex->lock(this->mutex);
	client = find(this, id);
	if (client)
	{
		close_later(this, client, why);
	}
	this->mutex->unlock(this->mutex);
}

METHOD(scep_socket_t, subscribe, void,
	private_scep_socket_t *this, u_int id, bool on)
{
	scep_client_t *client;

	this->mutex->lock(this->mutex);
	client = find(this, id);
	if (client && client->subscribed != on)
	{
		client->subscribed = on;
		this->subscribers += on ? 1 : -1;
	}
	this->mutex->unlock(this->mutex);
}

METHOD(scep_socket_t, has_subscribers, bool,
	private_scep_socket_t *this)
{
	bool any;

	this->mutex->lock(this->mutex);
	any = this->subscribers > 0;
	this->mutex->unlock(this->mutex);
	return any;
}

METHOD(scep_socket_t, broadcast, void,
	private_scep_socket_t *this, chunk_t packet)
{
	enumerator_t *enumerator;
	scep_client_t *client;

	this->mutex->lock(this->mutex);
	enumerator = this->clients->create_enumerator(this->clients);
	while (enumerator->enumerate(enumerator, &client))
	{
		if (client->subscribed && !client->want_close)
		{
			queue(this, client, chunk_clone(packet));
		}
	}
	enumerator->destroy(enumerator);
	this->mutex->unlock(this->mutex);
	chunk_free(&packet);
}

METHOD(scep_socket_t, destroy, void,
	private_scep_socket_t *this)
{
	if (this->service &&
		lib->watcher->get_state(lib->watcher) != WATCHER_STOPPED)
	{	/* it began anew all the same, see above: the process ends, and its
		 * connections with it */
		return;
	}
	DESTROY_IF(this->service);
	this->clients->destroy_function(this->clients, (void*)scep_client_destroy);
	this->mutex->destroy(this->mutex);
	free(this);
}

/*
 * Described in header
 */
scep_socket_t *scep_socket_create(const char *uri, scep_socket_user_t *user)
{
	private_scep_socket_t *this;

	INIT(this,
		.public = {
			.send = _send_,
			.next = _next,
			.drop = _drop,
			.subscribe = _subscribe,
			.has_subscribers = _has_subscribers,
			.broadcast = _broadcast,
			.destroy = _destroy,
		},
		.user = user,
		.clients = linked_list_create(),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
		.service = lib->streams->create_service(lib->streams, (char*)uri,
												BACKLOG),
	);
	if (!this->service)
	{
		destroy(this);
		return NULL;
	}
	/* any number of accepts at a time: with one, charon hangs when it stops
	 * while that waits to be run */
	this->service->on_accept(this->service, (stream_service_cb_t)on_accept,
							 this, JOB_PRIO_CRITICAL, 0);
	return &this->public;
}
