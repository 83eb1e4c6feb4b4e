/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup transfer_fixture transfer_fixture
 * @{ @ingroup scep_tests
 *
 * Transfers by HTTP, with servers that answer what a test tells them to.
 */

#ifndef TRANSFER_FIXTURE_H_
#define TRANSFER_FIXTURE_H_

#include "scep_test.h"
#include "transport/scep_curl.h"

#include <netinet/in.h>
#include <pthread.h>

/** A test that takes longer hangs, seconds */
#define DEADLINE	10

/** Largest answer that the tests take unless they say so, bytes */
#define LIMIT		1000

/** Largest request and reply of the server, bytes */
#define BUFFER		(1200 * 1024)

typedef enum ending_t ending_t;
typedef struct reply_t reply_t;
typedef struct server_t server_t;
typedef struct result_t result_t;

/**
 * What the server does after a reply.
 */
enum ending_t {
	/** close the connection */
	CLOSE,
	/** keep silent until the client goes */
	HOLD,
	/** send a byte again and again until the client goes */
	DRIP,
};

/**
 * A reply of the server.
 */
struct reply_t {
	ending_t ending;
	chunk_t data;
};

/**
 * A server that serves one connection after the other.
 */
struct server_t {
	int listener, stop;
	uint16_t port;
	pthread_t thread;

	/** guards what follows */
	pthread_mutex_t mutex;

	/** replies, the last one again and again */
	reply_t replies[8];
	u_int count;

	/** requests so far, the last one, and where it came from */
	u_int requests;
	char last[BUFFER];
	size_t last_len;
	struct in_addr peer;

	/** connections that the client ended while the server held them */
	u_int left;
};

/**
 * What a callback got.
 */
struct result_t {
	u_int calls;
	long status;
	time_t retry_after;
	scep_error_t error;
	size_t len;
	char body[BUFFER];
};

/** What transfers; a test that destroys it sets it to NULL */
extern scep_curl_t *curl;

/** Two servers, and what two callbacks got */
extern server_t server, other;
extern result_t result, second;

/**
 * Start both servers, and what transfers.
 */
void transfer_setup();

/**
 * Stop and destroy them.
 */
void transfer_teardown();

/**
 * Add a reply; data is copied.
 */
void add_reply(server_t *this, ending_t ending, chunk_t data);

/**
 * Add a reply as text.
 */
void add_text(server_t *this, ending_t ending, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * Add a reply with a redirect.
 *
 * @param location	Location, with a %d where the port goes
 */
void add_redirect(server_t *this, int status, const char *location);

/**
 * Add a reply with status 200 and a body of so many bytes.
 */
void add_body(server_t *this, size_t len);

/**
 * Get how many requests came.
 */
u_int get_requests(server_t *this);

/**
 * Get the last request's text; valid as no other comes.
 */
char *get_last(server_t *this);

/**
 * Wait until a number of the server is reached.
 */
void wait_for(server_t *this, u_int *number, u_int wanted);

/**
 * Takes an answer.
 */
void on_answer(void *user, const scep_http_answer_t *answer);

/**
 * Make a request for the server, to be changed by the test.
 */
scep_http_request_t make_request(server_t *this);

/**
 * Make a timer that expires once.
 */
int make_timer(u_int ms);

/**
 * Start a request, which must be possible.
 */
void *begin(const scep_http_request_t *request, result_t *to);

/**
 * Run until a callback came. The timer that ends a hanging test is the only
 * one there is.
 */
void run(result_t *to);

/**
 * Send a request, run until it was answered.
 */
void fetch(const scep_http_request_t *request);

/**
 * Check that an error came, with words.
 */
void assert_error(result_t *this, scep_error_kind_t kind);

/**
 * Check that an answer came.
 */
void assert_answer(result_t *this, long status, const char *body);

#endif /** TRANSFER_FIXTURE_H_ @}*/
