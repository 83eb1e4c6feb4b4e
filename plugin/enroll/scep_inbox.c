/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_inbox.h"

#include <collections/linked_list.h>
#include <threading/mutex.h>

typedef struct private_scep_inbox_t private_scep_inbox_t;
typedef struct message_t message_t;

/**
 * Private data of a scep_inbox_t.
 */
struct private_scep_inbox_t {

	/**
	 * Public interface.
	 */
	scep_inbox_t public;

	/**
	 * What the loop waits with.
	 */
	scep_curl_t *curl;

	/**
	 * Messages, message_t, and what guards them.
	 */
	linked_list_t *messages;
	mutex_t *mutex;
};

/**
 * A message.
 */
struct message_t {
	scep_work_t fn;
	void *data;
	scep_work_t cleanup;
};

METHOD(scep_inbox_t, post, void,
	private_scep_inbox_t *this, scep_work_t fn, void *data,
	scep_work_t cleanup)
{
	message_t *message;

	INIT(message,
		.fn = fn,
		.data = data,
		.cleanup = cleanup,
	);
	this->mutex->lock(this->mutex);
	this->messages->insert_last(this->messages, message);
	this->mutex->unlock(this->mutex);
	this->curl->wakeup(this->curl);
}

/**
 * Take a message out.
 */
static message_t *take(private_scep_inbox_t *this)
{
	message_t *message = NULL;

	this->mutex->lock(this->mutex);
	this->messages->remove_first(this->messages, (void**)&message);
	this->mutex->unlock(this->mutex);
	return message;
}

/**
 * Free a message, and its data.
 */
static void destroy_message(message_t *message)
{
	if (message->cleanup)
	{
		message->cleanup(message->data);
	}
	free(message);
}

METHOD(scep_inbox_t, get_count, u_int,
	private_scep_inbox_t *this)
{
	u_int count;

	this->mutex->lock(this->mutex);
	count = this->messages->get_count(this->messages);
	this->mutex->unlock(this->mutex);
	return count;
}

METHOD(scep_inbox_t, handle, bool,
	private_scep_inbox_t *this)
{
	message_t *message = take(this);

	if (!message)
	{
		return FALSE;
	}
	message->fn(message->data);
	destroy_message(message);
	return TRUE;
}

METHOD(scep_inbox_t, destroy, void,
	private_scep_inbox_t *this)
{
	message_t *message;

	while ((message = take(this)))
	{
		destroy_message(message);
	}
	this->messages->destroy(this->messages);
	this->mutex->destroy(this->mutex);
	free(this);
}

/*
 * Described in header
 */
scep_inbox_t *scep_inbox_create(scep_curl_t *curl)
{
	private_scep_inbox_t *this;

	INIT(this,
		.public = {
			.post = _post,
			.get_count = _get_count,
			.handle = _handle,
			.destroy = _destroy,
		},
		.curl = curl,
		.messages = linked_list_create(),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	return &this->public;
}
