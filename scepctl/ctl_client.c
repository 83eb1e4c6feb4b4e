/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_client.h"
#include "ctl_text.h"

#include <collections/array.h>
#include <threading/mutex.h>
#include <libvici.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

typedef struct private_ctl_client_t private_ctl_client_t;
typedef struct listener_t listener_t;

/**
 * Who gets events.
 */
struct listener_t {
	private_ctl_client_t *client;
	char *event;
	ctl_handler_t handler;
	void *user;
};

/**
 * Private data of a ctl_client_t.
 */
struct private_ctl_client_t {

	/**
	 * Public interface.
	 */
	ctl_client_t public;

	/**
	 * Socket of the daemon.
	 */
	char *uri;

	/**
	 * Connection.
	 */
	vici_conn_t *conn;

	/**
	 * Who gets events, listener_t*.
	 */
	array_t *listeners;

	/**
	 * Whether an event could not be read.
	 */
	bool garbled;

	/**
	 * Whether the daemon must not be silent, and what guards that.
	 */
	bool waiting;
	mutex_t *mutex;

	/**
	 * Reason of the last refusal.
	 */
	char *reason;
};

/**
 * The daemon is silent: libvici waits without end, and nothing wakes it up.
 */
static void on_silence(int signal)
{
	static const char text[] = "scepctl: the daemon does not answer: is it "
		"busy or stopped? See systemctl status strongswan\n";
	ssize_t ignored __attribute__((unused));

	ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(CTL_NO_DAEMON);
}

/**
 * Begin or end to watch over the daemon's silence.
 */
static void expect_answer(private_ctl_client_t *this, bool waiting)
{
	this->mutex->lock(this->mutex);
	this->waiting = waiting;
	alarm(waiting ? CTL_SILENCE : 0);
	this->mutex->unlock(this->mutex);
}

/**
 * Read a message; what is below sections is not ours.
 *
 * @return			NULL if it is malformed
 */
static ctl_record_t *read_message(vici_res_t *res)
{
	ctl_record_t *record = ctl_record_create();
	const char *list = "";
	u_int sections = 0;
	void *value;
	int len;

	while (TRUE)
	{
		switch (vici_parse(res))
		{
			case VICI_PARSE_BEGIN_SECTION:
				sections++;
				break;
			case VICI_PARSE_END_SECTION:
				sections--;
				break;
			case VICI_PARSE_BEGIN_LIST:
				list = vici_parse_name(res);
				break;
			case VICI_PARSE_END_LIST:
				break;
			case VICI_PARSE_LIST_ITEM:
			case VICI_PARSE_KEY_VALUE:
				value = vici_parse_value(res, &len);
				if (!sections)
				{
					record->add(record, vici_parse_name(res) ?: list,
								chunk_create(value, len));
				}
				break;
			case VICI_PARSE_END:
				if (sections)
				{
					record->destroy(record);
					return NULL;
				}
				return record;
			case VICI_PARSE_ERROR:
			default:
				record->destroy(record);
				return NULL;
		}
	}
}

/**
 * An event came.
 */
static void on_event(void *user, char *name, vici_res_t *res)
{
	listener_t *listener = user;
	ctl_record_t *record = read_message(res);

	listener->client->mutex->lock(listener->client->mutex);
	if (listener->client->waiting)
	{
		alarm(CTL_SILENCE);
	}
	listener->client->mutex->unlock(listener->client->mutex);
	if (record)
	{
		listener->handler(listener->user, record);
	}
	else
	{
		listener->client->garbled = TRUE;
	}
}

/**
 * Tell why the daemon could not be asked.
 */
static ctl_exit_t no_answer(private_ctl_client_t *this, int error)
{
	switch (error)
	{
		case EBADMSG:
			ctl_error("what answers at %s does not speak the protocol: does "
					  "--uri name the socket of the scep plugin?", this->uri);
			break;
		case ENOENT:
			ctl_error("the daemon at %s does not know that: is the plugin as "
					  "new as this tool (scepctl --version), does --uri name "
					  "its socket?", this->uri);
			break;
		default:
			ctl_error("the daemon at %s went away: see systemctl status "
					  "strongswan, and its log", this->uri);
			break;
	}
	return CTL_NO_DAEMON;
}

/**
 * Register for events, or no more.
 */
static ctl_exit_t do_register(private_ctl_client_t *this, const char *event,
							  vici_event_cb_t cb, listener_t *listener)
{
	int failed, error;

	expect_answer(this, TRUE);
	errno = 0;
	failed = vici_register(this->conn, (char*)event, cb, listener);
	error = errno;
	expect_answer(this, FALSE);
	return failed ? no_answer(this, error) : CTL_DONE;
}

METHOD(ctl_client_t, listen_, ctl_exit_t,
	private_ctl_client_t *this, const char *event, ctl_handler_t handler,
	void *user)
{
	listener_t *listener;

	INIT(listener,
		.client = this,
		.event = strdup(event),
		.handler = handler,
		.user = user,
	);
	array_insert(this->listeners, ARRAY_TAIL, listener);
	return do_register(this, event, on_event, listener);
}

/**
 * Destroy a listener that nobody calls any more; as for an array's elements.
 */
static void destroy_listener(listener_t *listener, int idx, void *user)
{
	free(listener->event);
	free(listener);
}

METHOD(ctl_client_t, ignore, ctl_exit_t,
	private_ctl_client_t *this, const char *event)
{
	ctl_exit_t status = do_register(this, event, NULL, NULL);
	enumerator_t *enumerator;
	listener_t *listener;

	/* if that failed another thread may still call it */
	enumerator = array_create_enumerator(this->listeners);
	while (status == CTL_DONE && enumerator->enumerate(enumerator, &listener))
	{
		if (streq(listener->event, event))
		{
			array_remove_at(this->listeners, enumerator);
			destroy_listener(listener, 0, NULL);
		}
	}
	enumerator->destroy(enumerator);
	return status;
}

/**
 * Judge a reply.
 */
static ctl_exit_t judge(private_ctl_client_t *this, ctl_record_t *record,
						bool strict)
{
	const char *success = record->get(record, "success");

	if (strict ? !success || !streq(success, "yes")
			   : success && !streq(success, "yes"))
	{
		free(this->reason);
		this->reason = strdup(record->get(record, "errmsg") ?:
							  "the daemon gives no reason");
		ctl_error("%s", this->reason);
		return CTL_FAILED;
	}
	return CTL_DONE;
}

METHOD(ctl_client_t, call, ctl_exit_t,
	private_ctl_client_t *this, const char *command, const ctl_value_t *values,
	bool strict, ctl_record_t **reply)
{
	vici_req_t *request = vici_begin((char*)command);
	ctl_record_t *record = NULL;
	ctl_exit_t status;
	vici_res_t *res;
	int error;

	for (; values && values->key; values++)
	{
		if (values->value.ptr)
		{
			vici_add_key_value(request, (char*)values->key, values->value.ptr,
							   values->value.len);
		}
	}
	expect_answer(this, TRUE);
	errno = 0;
	res = vici_submit(request, this->conn);
	error = errno;
	expect_answer(this, FALSE);
	if (!res)
	{
		return no_answer(this, error);
	}
	record = read_message(res);
	vici_free_res(res);
	if (!record || this->garbled)
	{
		DESTROY_IF(record);
		return no_answer(this, EBADMSG);
	}
	status = judge(this, record, strict);
	if (reply && status == CTL_DONE)
	{
		*reply = record;
	}
	else
	{
		record->destroy(record);
	}
	return status;
}

METHOD(ctl_client_t, get_reason, const char*,
	private_ctl_client_t *this)
{
	return this->reason;
}

METHOD(ctl_client_t, destroy, void,
	private_ctl_client_t *this)
{
	if (this->conn)
	{
		vici_disconnect(this->conn);
	}
	this->mutex->destroy(this->mutex);
	vici_deinit();
	array_destroy_function(this->listeners, (void*)destroy_listener, NULL);
	free(this->reason);
	free(this->uri);
	free(this);
}

/**
 * Tell why there is no connection.
 */
static void no_connection(const char *uri, int error)
{
	switch (error)
	{
		case ENOENT:
		case ECONNREFUSED:
			ctl_error("no daemon listens at %s\n"
					  "Does charon run? systemctl start strongswan\n"
					  "Does it load the plugin? scepctl check\n"
					  "Is its socket another? --uri", uri);
			break;
		case EACCES:
		case EPERM:
			ctl_error("no permission for %s: run scepctl as root", uri);
			break;
		case 0:
			ctl_error("'%s' is no socket's URI: unix:///PATH or "
					  "tcp://HOST:PORT", uri);
			break;
		default:
			ctl_error("connection to %s failed: %s", uri, strerror(error));
			break;
	}
}

/**
 * Connect.
 *
 * @param error		gets what went wrong, as errno
 */
static ctl_client_t *connect_to(const char *uri, int *error)
{
	private_ctl_client_t *this;

	INIT(this,
		.public = {
			.listen = _listen_,
			.ignore = _ignore,
			.call = _call,
			.get_reason = _get_reason,
			.destroy = _destroy,
		},
		.uri = strdup(uri),
		.listeners = array_create(0, 0),
	);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, on_silence);
	vici_init();
	this->mutex = mutex_create(MUTEX_TYPE_DEFAULT);
	expect_answer(this, TRUE);
	errno = 0;
	this->conn = vici_connect(this->uri);
	*error = errno;
	expect_answer(this, FALSE);
	if (!this->conn)
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}

/*
 * Described in header
 */
ctl_client_t *ctl_client_create(const char *uri)
{
	ctl_client_t *client;
	int error;

	client = connect_to(uri, &error);
	if (!client)
	{
		no_connection(uri, error);
	}
	return client;
}

/*
 * Described in header
 */
ctl_client_t *ctl_client_try(const char *uri, bool *absent)
{
	ctl_client_t *client;
	int error;

	client = connect_to(uri, &error);
	*absent = !client && (error == ENOENT || error == ECONNREFUSED);
	return client;
}
