/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_transport scep_transport
 * @{ @ingroup scep_transport_layer
 *
 * HTTP, as an interface: tests and simulations answer themselves.
 */

#ifndef SCEP_TRANSPORT_H_
#define SCEP_TRANSPORT_H_

#include "base/scep_error.h"

#include <library.h>

typedef struct scep_http_request_t scep_http_request_t;
typedef struct scep_http_answer_t scep_http_answer_t;
typedef struct scep_transport_t scep_transport_t;

/**
 * A request. Copied as needed.
 */
struct scep_http_request_t {

	/** URL, http or https */
	const char *url;

	/** body of a POST; a GET if ptr is NULL */
	chunk_t body;

	/** Content-Type of the body */
	const char *content_type;

	/** largest body of the answer, bytes */
	size_t max_body;

	/** limits for all of it, and for the connection, seconds */
	u_int timeout, connect_timeout;

	/** proxy, CA certificates, source address or interface; or NULL */
	const char *proxy, *ca_file, *source;

	/** files with certificate and key of the client, both or neither NULL */
	const char *cert, *key;

	/** whether to prove who asks, where the server wants to know it: by user
	 * and password, or where user is NULL by a Kerberos ticket of the process.
	 * The answer is a secret then */
	bool login;
	const char *user, *password;
};

/**
 * An answer, or the reason why there is none.
 */
struct scep_http_answer_t {

	/** HTTP status, 0 if there is no answer */
	long status;

	/** body, internal data */
	chunk_t body;

	/** Retry-After, seconds, 0 if absent */
	time_t retry_after;

	/** SCEP_OK if there is an answer, whatever its status; SCEP_TRANSIENT:
	 * network; SCEP_SECURITY: an answer beyond the limits */
	scep_error_t error;
};

/**
 * Called by the loop with the answer.
 *
 * @param user		what send() got
 * @param answer	answer, internal data
 */
typedef void (*scep_http_cb_t)(void *user, const scep_http_answer_t *answer);

/**
 * HTTP client. Loop thread only.
 */
struct scep_transport_t {

	/**
	 * Send a request. The callback is called later, once, from the loop.
	 *
	 * @param request	request
	 * @param cb		called with the answer
	 * @param user		data of cb
	 * @param err		reason of a failure
	 * @return			handle of the transfer, valid until cb or cancel(); NULL
	 *					if it could not even start
	 */
	void *(*send)(scep_transport_t *this, const scep_http_request_t *request,
				  scep_http_cb_t cb, void *user, scep_error_t *err);

	/**
	 * Cancel a transfer: no callback. Never blocks.
	 *
	 * @param transfer	handle
	 */
	void (*cancel)(scep_transport_t *this, void *transfer);

	/**
	 * Destroy a scep_transport_t and its transfers. Never blocks.
	 */
	void (*destroy)(scep_transport_t *this);
};

/**
 * Describe an HTTP error: status, and the head of its body as quoted text
 * without HTML tags ("HTTP 500" alone helps nobody). Any thread.
 *
 * @param answer	answer
 * @param buf		where to write
 * @param len		size of buf
 * @return			buf
 */
char *scep_http_describe(const scep_http_answer_t *answer, char *buf,
						 size_t len);

#endif /** SCEP_TRANSPORT_H_ @}*/
