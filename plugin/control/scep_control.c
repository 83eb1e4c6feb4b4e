/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_control.h"
#include "control/scep_commands.h"
#include "control/scep_metrics_file.h"
#include "control/scep_socket.h"
#include "control/scep_vici.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

#include <collections/linked_list.h>

/** Portions of an answer that are made before others have their turn */
#define PORTIONS			32

/** Shortest time between two writes of the metrics, seconds */
#define METRICS_INTERVAL	15

typedef struct private_scep_control_t private_scep_control_t;
typedef struct session_t session_t;
typedef struct message_t message_t;

/**
 * Private data of a scep_control_t.
 */
struct private_scep_control_t {

	/**
	 * Public interface.
	 */
	scep_control_t public;

	/**
	 * Gets what clients send.
	 */
	scep_socket_user_t user;

	/**
	 * Hears of events.
	 */
	scep_event_sink_t sink;

	/**
	 * Loop.
	 */
	scep_loop_t *loop;

	/**
	 * Clock.
	 */
	scep_clock_t *clock;

	/**
	 * The socket, NULL if it could not be opened, and its URI.
	 */
	scep_socket_t *socket;
	char *uri;

	/**
	 * What commands need.
	 */
	scep_commands_t commands;

	/**
	 * Clients that have sent something, session_t.
	 */
	linked_list_t *sessions;

	/**
	 * The file with metrics.
	 */
	scep_metrics_file_t *file;
};

/**
 * A client, as the loop sees it.
 */
struct session_t {

	/** control that it belongs to, for messages */
	private_scep_control_t *control;

	/** number of the client */
	u_int client;

	/** events of answers that it wants */
	bool wants_profiles, wants_metrics;

	/** what is sent before the answer, or NULL, whether it wants that, and
	 * whether it has to read first */
	scep_stream_t *stream;
	bool wanted;
	bool full;

	/** answer after that */
	chunk_t answer;

	/** packets that wait for that, chunk_t*; may hold secrets */
	linked_list_t *packets;
};

/**
 * Something about a client, as message to the loop.
 */
struct message_t {
	private_scep_control_t *control;
	u_int client;
	chunk_t packet;
};

/**
 * Free a message; what was in it may be a secret.
 */
static void destroy_message(message_t *message)
{
	chunk_clear(&message->packet);
	free(message);
}

/**
 * Post something about a client to the loop.
 */
static void post(private_scep_control_t *this, void (*fn)(message_t*),
				 u_int client, chunk_t packet)
{
	message_t *message;

	INIT(message,
		.control = this,
		.client = client,
		.packet = packet,
	);
	this->loop->post(this->loop, (scep_work_t)fn, message,
					 (scep_work_t)destroy_message);
}

/**
 * Find a client.
 */
static session_t *find(private_scep_control_t *this, u_int client)
{
	session_t *session, *found = NULL;
	enumerator_t *enumerator;

	enumerator = this->sessions->create_enumerator(this->sessions);
	while (!found && enumerator->enumerate(enumerator, &session))
	{
		found = session->client == client ? session : NULL;
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Free a packet that waits.
 */
static void free_packet(chunk_t *packet)
{
	chunk_clear(packet);
	free(packet);
}

/**
 * Free what is known of a client.
 */
static void destroy_session(session_t *session)
{
	DESTROY_IF(session->stream);
	chunk_free(&session->answer);
	session->packets->destroy_function(session->packets, (void*)free_packet);
	free(session);
}

/**
 * Find a client, or add it.
 */
static session_t *get_session(private_scep_control_t *this, u_int client)
{
	session_t *session = find(this, client);

	if (!session)
	{
		INIT(session,
			.control = this,
			.client = client,
			.packets = linked_list_create(),
		);
		this->sessions->insert_last(this->sessions, session);
	}
	return session;
}

/**
 * Answer a client; its next packet can come.
 */
static void reply(private_scep_control_t *this, u_int client, chunk_t packet)
{
	this->socket->send(this->socket, client, packet);
	this->socket->next(this->socket, client);
}

static void go_on_later(message_t *message);

/**
 * Send the next portions of an answer, until the client has enough.
 */
static void go_on(private_scep_control_t *this, session_t *session)
{
	chunk_t portion;
	bool more = TRUE;
	u_int i;

	session->full = FALSE;
	for (i = 0; more && !session->full && i < PORTIONS; i++)
	{
		more = session->stream->next(session->stream, &portion);
		if (portion.len && session->wanted)
		{
			session->full = !this->socket->send(this->socket, session->client,
												portion);
		}
		else
		{
			chunk_free(&portion);
		}
	}
	if (!more)
	{
		session->stream->destroy(session->stream);
		session->stream = NULL;
		reply(this, session->client, session->answer);
		session->answer = chunk_empty;
	}
	else if (!session->full)
	{
		post(this, go_on_later, session->client, chunk_empty);
	}
}

/**
 * A client is gone.
 */
static void handle_gone(message_t *message)
{
	private_scep_control_t *this = message->control;
	session_t *session = find(this, message->client);

	if (session)
	{
		this->sessions->remove(this->sessions, session, NULL);
		destroy_session(session);
	}
}

/**
 * Run a client's command.
 */
static void run(private_scep_control_t *this, session_t *session,
				const char *name, chunk_t message)
{
	scep_commands_run(&this->commands, name, message, &session->answer,
					  &session->stream);
	if (session->stream)
	{
		session->wanted = streq(name, "metrics") ? session->wants_metrics
												 : session->wants_profiles;
		go_on(this, session);
		return;
	}
	reply(this, session->client, session->answer);
	session->answer = chunk_empty;
}

/**
 * Let a client have events of a name, or not.
 *
 * @return			FALSE if there are none of that name
 */
static bool subscribe(private_scep_control_t *this, session_t *session,
					  const char *name, bool on)
{
	if (streq(name, "scep-event"))
	{
		this->socket->subscribe(this->socket, session->client, on);
		return TRUE;
	}
	if (streq(name, "profile"))
	{
		session->wants_profiles = on;
		return TRUE;
	}
	if (streq(name, "metrics"))
	{
		session->wants_metrics = on;
		return TRUE;
	}
	return FALSE;
}

/**
 * Deal with a packet of a client.
 */
static void deal(private_scep_control_t *this, session_t *session,
				 chunk_t packet)
{
	char name[SCEP_VICI_NAME_LEN];
	scep_vici_packet_t type;
	chunk_t message;
	bool known;

	if (!scep_vici_parse(packet, &type, name, &message))
	{
		this->socket->drop(this->socket, session->client,
						   "what it sends is malformed");
	}
	else if (type == SCEP_VICI_CMD_REQUEST)
	{
		run(this, session, name, message);
	}
	else
	{
		known = subscribe(this, session, name,
						  type == SCEP_VICI_EVENT_REGISTER);
		reply(this, session->client, scep_vici_finish(scep_vici_begin(known ?
					SCEP_VICI_EVENT_CONFIRM : SCEP_VICI_EVENT_UNKNOWN, NULL)));
	}
}

/**
 * Deal with what a client sent before it had the answer, one after the other.
 */
static void deal_with_waiting(private_scep_control_t *this, session_t *session)
{
	chunk_t *packet;

	while (!session->stream && session->packets->remove_first(session->packets,
												(void**)&packet) == SUCCESS)
	{
		deal(this, session, *packet);
		free_packet(packet);
	}
}

/**
 * A client sent a packet.
 */
static void handle_packet(message_t *message)
{
	session_t *session = get_session(message->control, message->client);
	chunk_t *packet;

	INIT(packet);
	*packet = message->packet;
	message->packet = chunk_empty;
	session->packets->insert_last(session->packets, packet);
	deal_with_waiting(message->control, session);
}

/**
 * Go on with an answer, and with what waits for its end.
 */
static void resume(private_scep_control_t *this, session_t *session)
{
	go_on(this, session);
	deal_with_waiting(this, session);
}

/**
 * Go on with an answer after others had their turn.
 */
static void go_on_later(message_t *message)
{
	session_t *session = find(message->control, message->client);

	if (session && session->stream && !session->full)
	{
		resume(message->control, session);
	}
}

/**
 * A client that had enough can take more.
 */
static void handle_drained(message_t *message)
{
	session_t *session = find(message->control, message->client);

	if (session && session->stream && session->full)
	{
		resume(message->control, session);
	}
}

/**
 * Get the control from one of its members.
 */
#define CONTROL(member, pointer) \
	(private_scep_control_t*)((char*)(pointer) - \
							  offsetof(private_scep_control_t, member))

METHOD(scep_socket_user_t, packet, void,
	scep_socket_user_t *user, u_int client, chunk_t packet)
{
	post(CONTROL(user, user), handle_packet, client, packet);
}

METHOD(scep_socket_user_t, drained, void,
	scep_socket_user_t *user, u_int client)
{
	post(CONTROL(user, user), handle_drained, client, chunk_empty);
}

METHOD(scep_socket_user_t, gone, void,
	scep_socket_user_t *user, u_int client)
{
	post(CONTROL(user, user), handle_gone, client, chunk_empty);
}

METHOD(scep_socket_user_t, is_ending, bool,
	scep_socket_user_t *user)
{
	private_scep_control_t *this = CONTROL(user, user);

	return this->loop->is_stopping(this->loop);
}

METHOD(scep_event_sink_t, handle, void,
	scep_event_sink_t *sink, const char *profile, scep_event_t event,
	level_t level, const char *text)
{
	private_scep_control_t *this = CONTROL(sink, sink);
	char time[SCEP_TIME_LEN];
	bio_writer_t *writer;

	if (level <= 1)
	{
		this->file->changed(this->file);
	}
	if (!this->socket || !this->socket->has_subscribers(this->socket))
	{
		return;
	}
	writer = scep_vici_begin(SCEP_VICI_EVENT, "scep-event");
	scep_vici_add(writer, "time", scep_time(this->clock->now(this->clock),
											time));
	scep_vici_add(writer, "profile", profile);
	scep_vici_add_fmt(writer, "event", "%N", scep_event_names, event);
	scep_vici_add_fmt(writer, "level", "%d", level);
	scep_vici_add(writer, "text", text);
	this->socket->broadcast(this->socket, scep_vici_finish(writer));
}

METHOD(scep_control_t, configure, void,
	private_scep_control_t *this, scep_config_t *config)
{
	if (!streq(config->socket, this->uri))
	{
		scep_event(NULL, SCEP_EV_WARNING, "reason=another socket counts after "
				   "a restart only, '%s' stays in use", this->uri);
	}
	this->file->set_path(this->file, config->metrics_file);
}

METHOD(scep_control_t, destroy, void,
	private_scep_control_t *this)
{
	scep_event_remove_sink(&this->sink);
	DESTROY_IF(this->socket);
	this->sessions->destroy_function(this->sessions, (void*)destroy_session);
	this->file->destroy(this->file);
	free(this->uri);
	free(this);
}

/*
 * Described in header
 */
scep_control_t *scep_control_create(scep_host_t *host, scep_loop_t *loop,
									scep_config_t *config)
{
	private_scep_control_t *this;

	INIT(this,
		.public = {
			.configure = _configure,
			.destroy = _destroy,
		},
		.user = {
			.packet = _packet,
			.drained = _drained,
			.gone = _gone,
			.is_ending = _is_ending,
		},
		.sink = {
			.handle = _handle,
		},
		.loop = loop,
		.clock = host->clock,
		.uri = strdup(config->socket),
		.sessions = linked_list_create(),
		.file = scep_metrics_file_create(host, loop, METRICS_INTERVAL),
	);
	this->commands = (scep_commands_t){
		.roster = loop->get_roster(loop),
		.clock = host->clock,
		.started = host->clock->now(host->clock),
		.uri = this->uri,
	};
	this->socket = scep_socket_create(this->uri, &this->user);
	if (!this->socket)
	{
		scep_event(NULL, SCEP_EV_WARNING, "reason=socket '%s' can't be opened, "
				   "so scepctl can't be used; see the log above for the cause",
				   this->uri);
	}
	configure(this, config);
	scep_event_add_sink(&this->sink);
	return &this->public;
}
