/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_transport mock_transport
 * @{ @ingroup scep_tests
 *
 * HTTP without a network: requests are recorded, and answered when the test
 * says so.
 */

#ifndef MOCK_TRANSPORT_H_
#define MOCK_TRANSPORT_H_

#include "transport/scep_transport.h"

#include <collections/linked_list.h>

typedef struct mock_transfer_t mock_transfer_t;
typedef struct mock_transport_t mock_transport_t;

/**
 * A request that was sent.
 */
struct mock_transfer_t {

	/** the request, a copy */
	scep_http_request_t request;

	/** whom to answer; internal */
	scep_http_cb_t cb;
	void *user;
};

/**
 * Transport of a test.
 */
struct mock_transport_t {

	/** interface */
	scep_transport_t public;

	/** transfers under way, mock_transfer_t, the oldest one first */
	linked_list_t *open;

	/** the request that was sent last, a copy, or NULL */
	mock_transfer_t *last;

	/** requests that were sent, and transfers that were cancelled so far */
	u_int sent, cancelled;

	/** whether requests can't even start */
	bool fails;
};

/**
 * Create a transport.
 */
mock_transport_t *mock_transport_create();

/**
 * Get the oldest transfer under way.
 *
 * @return			transfer, internal data, NULL if there is none
 */
mock_transfer_t *mock_transport_get(mock_transport_t *this);

/**
 * Answer the oldest transfer under way.
 *
 * @param answer	answer
 * @return			FALSE if there is none
 */
bool mock_transport_answer(mock_transport_t *this,
						   const scep_http_answer_t *answer);

/**
 * Answer the oldest transfer under way with a text.
 *
 * @param status	HTTP status
 * @param text		body
 * @return			FALSE if there is none
 */
bool mock_transport_say(mock_transport_t *this, long status, const char *text);

/**
 * End the oldest transfer under way with an error of the network.
 *
 * @return			FALSE if there is none
 */
bool mock_transport_break(mock_transport_t *this);

/**
 * Whether a request is for an operation.
 *
 * @param request	request
 * @param operation	name
 * @return			TRUE if so
 */
bool mock_transport_is(const scep_http_request_t *request,
					   const char *operation);

#endif /** MOCK_TRANSPORT_H_ @}*/
