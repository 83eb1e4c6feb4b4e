/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_ca fleet_ca
 * @{ @ingroup fleet
 *
 * A CA that issues so many certificates a second and not more.
 */

#ifndef FLEET_CA_H_
#define FLEET_CA_H_

#include <library.h>

typedef struct fleet_queue_t fleet_queue_t;
typedef struct fleet_span_t fleet_span_t;
typedef struct fleet_ca_t fleet_ca_t;
typedef struct fleet_reply_t fleet_reply_t;
typedef enum fleet_verdict_t fleet_verdict_t;

/**
 * What a CA does with more than it can answer at once.
 */
struct fleet_queue_t {

	/** what it is called */
	const char *name;

	/** who would wait for longer is answered 503, seconds. 0: all wait */
	time_t length;

	/** Retry-After of a 503, seconds, 0 for none */
	time_t retry_after;
};

/**
 * A time between two moments, seconds; empty if both are the same.
 */
struct fleet_span_t {

	/** start */
	time_t from;

	/** end */
	time_t to;
};

/**
 * A CA.
 */
struct fleet_ca_t {

	/** what it does with too many requests */
	const fleet_queue_t *queue;

	/** when it cannot be reached */
	fleet_span_t outage;

	/** certificates in a second */
	u_int rate;

	/** how long a client waits for its answer, seconds */
	time_t patience;

	/** when it will have answered all that it has, milliseconds */
	int64_t free_at;
};

/**
 * What becomes of a request.
 */
enum fleet_verdict_t {
	/** nobody is there */
	FLEET_DOWN,
	/** refused with 503 */
	FLEET_BUSY,
	/** issued when nobody waits for the answer any more */
	FLEET_LATE,
	/** issued */
	FLEET_ISSUED,
};

/**
 * Answer of a CA.
 */
struct fleet_reply_t {

	/** what becomes of it */
	fleet_verdict_t verdict;

	/** when it is issued, milliseconds */
	int64_t at;
};

/**
 * Ask for a certificate. A request that nobody waits for any more costs the CA
 * as much as any other.
 *
 * @param now		when, milliseconds; not before the last one
 * @return			answer
 */
fleet_reply_t fleet_ca_ask(fleet_ca_t *this, int64_t now);

#endif /** FLEET_CA_H_ @}*/
