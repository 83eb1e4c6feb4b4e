/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_exchange scep_exchange
 * @{ @ingroup scep_enroll
 *
 * SCEP's operations over HTTP (RFC 8894, 4.1): their URLs, POST or GET, and
 * what the status of an answer means.
 */

#ifndef SCEP_EXCHANGE_H_
#define SCEP_EXCHANGE_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"
#include "transport/scep_transport.h"

#include <library.h>

typedef struct scep_reply_t scep_reply_t;
typedef struct scep_exchange_t scep_exchange_t;

/**
 * Answer to an operation.
 */
struct scep_reply_t {

	/** body of an HTTP 200, internal data */
	chunk_t body;

	/** HTTP status, 0 if there is no answer */
	long status;

	/** whether an answer other than HTTP 200 says no to what was sent, and does
	 * not only ask for patience */
	bool refused;

	/** whether there is no server, as far as one can tell: an error of the
	 * network, or of a gateway (HTTP 408, 502 to 504) */
	bool unreachable;

	/** Retry-After, seconds, 0 if absent */
	time_t retry_after;

	/** SCEP_OK for HTTP 200, else the reason */
	scep_error_t error;
};

/**
 * Called by the loop with the answer. May start the next operation, or destroy
 * the exchange.
 *
 * @param user		what fetch() or operate() got
 * @param reply		answer, internal data
 */
typedef void (*scep_exchange_cb_t)(void *user, const scep_reply_t *reply);

/**
 * Operations of one attempt, one at a time. Loop thread only.
 */
struct scep_exchange_t {

	/** URL of the server, not owned; to be set before the first operation */
	const char *url;

	/** whether the CA identifier goes in the other form: empty where none is
	 * configured, absent else; changes when the server refuses one form (HTTP
	 * 400 and 404) and takes the other */
	bool other_form;

	/** whether PKIOperation goes by GET; changes when the server refuses POST
	 * (HTTP 405 and 501) and takes a GET, and the other way round, where
	 * http.method is auto */
	bool use_get;

	/**
	 * Send GetCACaps, GetCACert or GetNextCACert.
	 *
	 * @param operation	name of the operation, static
	 * @param max_body	largest answer, bytes
	 * @param cb		called later, once
	 * @param user		data of cb
	 * @param err		reason of a failure
	 * @return			FALSE if it could not even start; no callback then
	 */
	bool (*fetch)(scep_exchange_t *this, const char *operation,
				  size_t max_body, scep_exchange_cb_t cb, void *user,
				  scep_error_t *err);

	/**
	 * Send PKIOperation.
	 *
	 * @param message	pkiMessage, has to live until cb is called
	 * @param max_body	largest answer, bytes
	 * @param cb		called later, once
	 * @param user		data of cb
	 * @param err		reason of a failure
	 * @return			FALSE if it could not even start; no callback then
	 */
	bool (*operate)(scep_exchange_t *this, chunk_t message, size_t max_body,
					scep_exchange_cb_t cb, void *user, scep_error_t *err);

	/**
	 * Cancel the operation under way, if any: no callback. Never blocks.
	 */
	void (*cancel)(scep_exchange_t *this);

	/**
	 * Destroy a scep_exchange_t, cancels.
	 */
	void (*destroy)(scep_exchange_t *this);
};

/**
 * Create an exchange.
 *
 * @param transport	HTTP, not owned
 * @param profile	settings of HTTP; not owned
 * @return			exchange
 */
scep_exchange_t *scep_exchange_create(scep_transport_t *transport,
									  scep_profile_t *profile);

/**
 * Build the URL of an operation. Any thread.
 *
 * @param base			URL of the server
 * @param ca_identifier	identifier of the CA, or NULL
 * @param operation	name of the operation
 * @param other_form whether the CA identifier goes in the other form
 * @param message	pkiMessage to send by GET, or chunk_empty: then the CA
 *					identifier takes its place, for GetCACaps and GetCACert
 * @param err		reason of a failure: longer than SCEP_MAX_URL
 * @return			URL, allocated, or NULL
 */
char *scep_exchange_url(const char *base, const char *ca_identifier,
						const char *operation, bool other_form, chunk_t message,
						scep_error_t *err);

#endif /** SCEP_EXCHANGE_H_ @}*/
