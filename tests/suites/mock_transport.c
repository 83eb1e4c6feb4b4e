/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_transport.h"

/**
 * Copy a text that may be NULL.
 */
static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

/**
 * Copy a transfer.
 */
static mock_transfer_t *transfer_create(const scep_http_request_t *request,
										scep_http_cb_t cb, void *user)
{
	mock_transfer_t *this;

	INIT(this,
		.request = *request,
		.cb = cb,
		.user = user,
	);
	this->request.url = copy(request->url);
	this->request.body = chunk_clone(request->body);
	this->request.content_type = copy(request->content_type);
	this->request.proxy = copy(request->proxy);
	this->request.ca_file = copy(request->ca_file);
	this->request.source = copy(request->source);
	this->request.cert = copy(request->cert);
	this->request.key = copy(request->key);
	this->request.user = copy(request->user);
	this->request.password = copy(request->password);
	return this;
}

static void transfer_destroy(mock_transfer_t *this)
{
	if (this)
	{
		free((char*)this->request.url);
		free(this->request.body.ptr);
		free((char*)this->request.content_type);
		free((char*)this->request.proxy);
		free((char*)this->request.ca_file);
		free((char*)this->request.source);
		free((char*)this->request.cert);
		free((char*)this->request.key);
		free((char*)this->request.user);
		free((char*)this->request.password);
		free(this);
	}
}

static void *send_(scep_transport_t *public, const scep_http_request_t *request,
				   scep_http_cb_t cb, void *user, scep_error_t *err)
{
	mock_transport_t *this = (mock_transport_t*)public;
	mock_transfer_t *transfer;

	if (this->fails)
	{
		scep_fail(err, SCEP_TRANSIENT, "the transfer can't start");
		return NULL;
	}
	transfer = transfer_create(request, cb, user);
	this->open->insert_last(this->open, transfer);
	transfer_destroy(this->last);
	this->last = transfer_create(request, NULL, NULL);
	this->sent++;
	return transfer;
}

static void cancel(scep_transport_t *public, void *transfer)
{
	mock_transport_t *this = (mock_transport_t*)public;

	if (!this->open->remove(this->open, transfer, NULL))
	{	/* which would be a use after free */
		abort();
	}
	transfer_destroy(transfer);
	this->cancelled++;
}

static void destroy(scep_transport_t *public)
{
	mock_transport_t *this = (mock_transport_t*)public;

	this->open->destroy_function(this->open, (void*)transfer_destroy);
	transfer_destroy(this->last);
	free(this);
}

/*
 * Described in header
 */
mock_transfer_t *mock_transport_get(mock_transport_t *this)
{
	mock_transfer_t *transfer;

	return this->open->get_first(this->open, (void**)&transfer) == SUCCESS ?
		   transfer : NULL;
}

/*
 * Described in header
 */
bool mock_transport_answer(mock_transport_t *this,
						   const scep_http_answer_t *answer)
{
	mock_transfer_t *transfer;

	if (this->open->remove_first(this->open, (void**)&transfer) != SUCCESS)
	{
		return FALSE;
	}
	transfer->cb(transfer->user, answer);
	transfer_destroy(transfer);
	return TRUE;
}

/*
 * Described in header
 */
bool mock_transport_say(mock_transport_t *this, long status, const char *text)
{
	scep_http_answer_t answer = {
		.status = status,
		.body = chunk_from_str((char*)text),
	};

	return mock_transport_answer(this, &answer);
}

/*
 * Described in header
 */
bool mock_transport_break(mock_transport_t *this)
{
	scep_http_answer_t answer = {};

	scep_fail(&answer.error, SCEP_TRANSIENT, "connection refused");
	return mock_transport_answer(this, &answer);
}

/*
 * Described in header
 */
bool mock_transport_is(const scep_http_request_t *request,
					   const char *operation)
{
	const char *name = strstr(request->url, "operation=");

	return name && strncmp(name + 10, operation, strlen(operation)) == 0 &&
		   strchr("&", name[10 + strlen(operation)]);
}

/*
 * Described in header
 */
mock_transport_t *mock_transport_create()
{
	mock_transport_t *this;

	INIT(this,
		.public = {
			.send = send_,
			.cancel = cancel,
			.destroy = destroy,
		},
		.open = linked_list_create(),
	);
	return this;
}
