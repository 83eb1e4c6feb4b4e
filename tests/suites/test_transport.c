/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "transport/scep_curl.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

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

static scep_curl_t *curl;
static server_t server, other;
static result_t result, second;

/**
 * Whether a request is complete, body included.
 */
static bool is_complete(char *buf, size_t len)
{
	char *end, *length;

	buf[len] = '\0';
	end = strstr(buf, "\r\n\r\n");
	length = strcasestr(buf, "\r\nContent-Length:");
	return end && len >= end + 4 - buf +
				(length && length < end ? (size_t)atol(length + 17) : 0);
}

/**
 * Send all, as long as the client takes it.
 */
static bool send_all(int fd, chunk_t data)
{
	ssize_t len;

	while (data.len)
	{
		len = send(fd, data.ptr, data.len, MSG_NOSIGNAL);
		if (len <= 0)
		{
			return FALSE;
		}
		data = chunk_skip(data, len);
	}
	return TRUE;
}

/**
 * Wait until the client goes or the server stops; drip meanwhile.
 */
static void hold(server_t *this, int fd, bool drip)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = drip ? 0 : POLLIN },
		{ .fd = this->stop, .events = POLLIN },
	};

	while (poll(fds, 2, drip ? 50 : -1) == 0 &&
		   send_all(fd, chunk_from_chars('x')))
	{
	}
	if (!fds[1].revents)
	{
		pthread_mutex_lock(&this->mutex);
		this->left++;
		pthread_mutex_unlock(&this->mutex);
	}
}

/**
 * Read a request, reply.
 */
static void serve_connection(server_t *this, int fd, struct in_addr peer)
{
	static const reply_t none;
	reply_t reply = none;
	char *buf = malloc(BUFFER + 1);
	size_t len = 0;
	ssize_t got;
	bool complete = FALSE;

	while (!complete && len < BUFFER &&
		   (got = recv(fd, buf + len, BUFFER - len, 0)) > 0)
	{
		len += got;
		complete = is_complete(buf, len);
	}
	pthread_mutex_lock(&this->mutex);
	if (complete)
	{
		reply = this->replies[min(this->requests, this->count - 1)];
		this->requests++;
		this->last_len = len;
		this->peer = peer;
		memcpy(this->last, buf, min(len + 1, BUFFER));
	}
	pthread_mutex_unlock(&this->mutex);
	free(buf);
	if (complete && send_all(fd, reply.data) && reply.ending != CLOSE)
	{
		hold(this, fd, reply.ending == DRIP);
	}
	/* all that was sent arrives: no reset for unread input */
	shutdown(fd, SHUT_WR);
	close(fd);
}

static void *serve(void *user)
{
	server_t *this = user;
	struct sockaddr_in peer;
	struct pollfd fds[] = {
		{ .fd = this->listener, .events = POLLIN },
		{ .fd = this->stop, .events = POLLIN },
	};
	socklen_t len;
	int fd;

	while (poll(fds, 2, -1) > 0 && !fds[1].revents)
	{
		len = sizeof(peer);
		fd = accept(this->listener, (struct sockaddr*)&peer, &len);
		if (fd >= 0)
		{
			serve_connection(this, fd, peer.sin_addr);
		}
	}
	return NULL;
}

/**
 * Start a server on a free port of 127.0.0.1.
 */
static void start(server_t *this)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);

	memset(this, 0, sizeof(*this));
	pthread_mutex_init(&this->mutex, NULL);
	this->stop = eventfd(0, EFD_CLOEXEC);
	this->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert(this->stop >= 0 && this->listener >= 0);
	ck_assert(!bind(this->listener, (struct sockaddr*)&addr, sizeof(addr)));
	ck_assert(!listen(this->listener, 8));
	ck_assert(!getsockname(this->listener, (struct sockaddr*)&addr, &len));
	this->port = ntohs(addr.sin_port);
	ck_assert(!pthread_create(&this->thread, NULL, serve, this));
}

/**
 * Stop a server.
 */
static void stop(server_t *this)
{
	uint64_t one = 1;
	u_int i;

	ck_assert_int_eq(write(this->stop, &one, sizeof(one)), sizeof(one));
	pthread_join(this->thread, NULL);
	pthread_mutex_destroy(&this->mutex);
	close(this->listener);
	close(this->stop);
	for (i = 0; i < this->count; i++)
	{
		free(this->replies[i].data.ptr);
	}
}

/**
 * Add a reply; data is copied.
 */
static void add_reply(server_t *this, ending_t ending, chunk_t data)
{
	pthread_mutex_lock(&this->mutex);
	ck_assert(this->count < countof(this->replies));
	this->replies[this->count].ending = ending;
	this->replies[this->count++].data = chunk_clone(data);
	pthread_mutex_unlock(&this->mutex);
}

static void add_text(server_t *this, ending_t ending, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * Add a reply as text.
 */
static void add_text(server_t *this, ending_t ending, const char *fmt, ...)
{
	char text[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	add_reply(this, ending, chunk_from_str(text));
}

/**
 * Add a reply with a redirect.
 *
 * @param location	Location, with a %d where the port goes
 */
static void add_redirect(server_t *this, int status, const char *location)
{
	char text[256];

	snprintf(text, sizeof(text), location, this->port);
	add_text(this, CLOSE, "HTTP/1.1 %d Moved\r\nLocation: %s\r\n"
			 "Content-Length: 4\r\n\r\ngone", status, text);
}

/**
 * Add a reply with status 200 and a body of so many bytes.
 */
static void add_body(server_t *this, size_t len)
{
	char *text = malloc(len + 128);
	int head;

	head = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);
	memset(text + head, 'b', len);
	add_reply(this, CLOSE, chunk_create((u_char*)text, head + len));
	free(text);
}

/**
 * Get how many requests came.
 */
static u_int get_requests(server_t *this)
{
	u_int requests;

	pthread_mutex_lock(&this->mutex);
	requests = this->requests;
	pthread_mutex_unlock(&this->mutex);
	return requests;
}

/**
 * Get the last request's text; valid as no other comes.
 */
static char *get_last(server_t *this)
{
	char *last;

	pthread_mutex_lock(&this->mutex);
	last = this->last;
	pthread_mutex_unlock(&this->mutex);
	return last;
}

/**
 * Wait until a number of the server is reached.
 */
static void wait_for(server_t *this, u_int *number, u_int wanted)
{
	time_t end = time_monotonic(NULL) + DEADLINE;
	bool reached;

	do
	{
		sched_yield();
		pthread_mutex_lock(&this->mutex);
		reached = *number >= wanted;
		pthread_mutex_unlock(&this->mutex);
	}
	while (!reached && time_monotonic(NULL) < end);
	ck_assert_msg(reached, "the server waits in vain");
}

/**
 * Takes an answer.
 */
static void on_answer(void *user, const scep_http_answer_t *answer)
{
	result_t *this = user;

	this->calls++;
	this->status = answer->status;
	this->retry_after = answer->retry_after;
	this->error = answer->error;
	this->len = min(answer->body.len, sizeof(this->body));
	if (this->len)
	{
		memcpy(this->body, answer->body.ptr, this->len);
	}
}

/**
 * Make a request for the server, to be changed by the test.
 */
static scep_http_request_t make_request(server_t *this)
{
	static char url[2][64];
	char *buf = url[this == &other];

	snprintf(buf, sizeof(url[0]), "http://127.0.0.1:%d/scep?operation=x",
			 this->port);
	return (scep_http_request_t){
		.url = buf,
		.max_body = LIMIT,
		.timeout = DEADLINE * 2,
		.connect_timeout = DEADLINE * 2,
	};
}

/**
 * Make a timer that expires once.
 */
static int make_timer(u_int ms)
{
	struct itimerspec spec = {
		.it_value.tv_sec = ms / 1000,
		.it_value.tv_nsec = ms % 1000 * 1000000 + 1,
	};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	ck_assert(fd >= 0);
	ck_assert(!timerfd_settime(fd, 0, &spec, NULL));
	return fd;
}

/**
 * Start a request, which must be possible.
 */
static void *begin(const scep_http_request_t *request, result_t *to)
{
	scep_error_t err = {};
	void *transfer;

	transfer = curl->transport.send(&curl->transport, request, on_answer, to,
									&err);
	ck_assert_msg(transfer, "%s", err.text);
	ck_assert_int_eq(to->calls, 0);
	return transfer;
}

/**
 * Run until a callback came. The timer that ends a hanging test is the only
 * one there is.
 */
static void run(result_t *to)
{
	int timer = make_timer(DEADLINE * 1000);
	bool late = FALSE;

	while (!to->calls && !late)
	{
		late = curl->wait(curl, timer);
	}
	close(timer);
	ck_assert_msg(!late, "no callback");
	ck_assert_int_eq(to->calls, 1);
}

/**
 * Send a request, run until it was answered.
 */
static void fetch(const scep_http_request_t *request)
{
	begin(request, &result);
	run(&result);
}

/**
 * Check that an error came, with words.
 */
static void assert_error(result_t *this, scep_error_kind_t kind)
{
	ck_assert_msg(this->error.kind == kind, "kind %d, not %d: %s",
				  this->error.kind, kind, this->error.text);
	ck_assert(*this->error.text);
}

/**
 * Check that an answer came.
 */
static void assert_answer(result_t *this, long status, const char *body)
{
	ck_assert_msg(this->error.kind == SCEP_OK, "%s", this->error.text);
	ck_assert_int_eq(this->status, status);
	ck_assert_int_eq(this->len, strlen(body));
	ck_assert(memcmp(this->body, body, this->len) == 0);
}

static void setup()
{
	memset(&result, 0, sizeof(result));
	memset(&second, 0, sizeof(second));
	curl = scep_curl_create();
	ck_assert(curl);
	start(&server);
	start(&other);
}

static void teardown()
{
	if (curl)
	{
		curl->transport.destroy(&curl->transport);
	}
	stop(&server);
	stop(&other);
}

START_TEST(get_asks_for_nothing_special)
{
	scep_http_request_t request = make_request(&server);
	char *last;

	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\n\r\nPOSTPKIOperation\n");
	fetch(&request);
	assert_answer(&result, 200, "POSTPKIOperation\n");
	last = get_last(&server);
	ck_assert(strpfx(last, "GET /scep?operation=x HTTP/1.1\r\n"));
	ck_assert(strstr(last, "\r\nUser-Agent: strongswan-scep\r\n"));
	ck_assert(!strcasestr(last, "\r\nAccept-Encoding:"));
	ck_assert(!strcasestr(last, "\r\nContent-Length:"));
	ck_assert(!strcasestr(last, "\r\nContent-Type:"));
	ck_assert(!strcasestr(last, "\r\nAuthorization:"));
}
END_TEST

static const size_t posted[] = { 0, 1, 1024, 5000, 200000, 1100000 };

START_TEST(post_has_length_and_no_expect)
{
	scep_http_request_t request = make_request(&server);
	size_t i, len = posted[_i];
	char *last, line[64], *body;

	request.content_type = "application/x-pki-message";
	request.body = chunk_alloc(len + 1);
	request.body.len = len;
	for (i = 0; i < len; i++)
	{
		request.body.ptr[i] = i % 251;
	}
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	begin(&request, &result);
	/* the request is copied */
	body = malloc(len + 1);
	memcpy(body, request.body.ptr, len);
	memset(request.body.ptr, 0, len);
	free(request.body.ptr);
	run(&result);
	assert_answer(&result, 200, "ok");
	last = get_last(&server);
	ck_assert(strpfx(last, "POST /scep?operation=x HTTP/1.1\r\n"));
	snprintf(line, sizeof(line), "\r\nContent-Length: %zu\r\n", len);
	ck_assert(strstr(last, line));
	ck_assert(strstr(last, "\r\nContent-Type: application/x-pki-message\r\n"));
	ck_assert(!strcasestr(last, "\r\nExpect:"));
	ck_assert(!strcasestr(last, "\r\nTransfer-Encoding:"));
	ck_assert(memcmp(strstr(last, "\r\n\r\n") + 4, body, len) == 0);
	free(body);
}
END_TEST

static const struct {
	size_t len, limit;
} sizes[] = {
	{ 0, 1000 }, { 999, 1000 }, { 1000, 1000 }, { 1001, 1000 },
	{ 1, 0 }, { 0, 0 }, { 200000, 1000 },
	{ 256 * 1024, 256 * 1024 }, { 256 * 1024 + 1, 256 * 1024 },
};

START_TEST(answer_up_to_the_limit)
{
	scep_http_request_t request = make_request(&server);

	request.max_body = sizes[_i].limit;
	add_body(&server, sizes[_i].len);
	fetch(&request);
	if (sizes[_i].len > sizes[_i].limit)
	{
		assert_error(&result, SCEP_SECURITY);
	}
	else
	{
		ck_assert_int_eq(result.error.kind, SCEP_OK);
		ck_assert_int_eq(result.status, 200);
		ck_assert_int_eq(result.len, sizes[_i].len);
	}
}
END_TEST

START_TEST(limit_holds_without_a_length)
{
	scep_http_request_t request = make_request(&server);

	request.max_body = 3;
	add_text(&server, DRIP, "HTTP/1.1 200 OK\r\n\r\n");
	fetch(&request);
	assert_error(&result, SCEP_SECURITY);
}
END_TEST

START_TEST(limit_counts_all_chunks)
{
	scep_http_request_t request = make_request(&server);

	request.max_body = 9;
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			 "\r\n5\r\nhello\r\n4\r\n you\r\n0\r\n\r\n");
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			 "\r\n5\r\nhello\r\n5\r\n you!\r\n0\r\n\r\n");
	fetch(&request);
	assert_answer(&result, 200, "hello you");
	begin(&request, &second);
	run(&second);
	assert_error(&second, SCEP_SECURITY);
}
END_TEST

static const int statuses[] = { 201, 400, 401, 404, 405, 500, 501, 503 };

START_TEST(http_error_is_an_answer)
{
	scep_http_request_t request = make_request(&server);

	add_text(&server, CLOSE, "HTTP/1.1 %d Oh\r\nContent-Length: 13\r\n\r\n"
			 "no such thing", statuses[_i]);
	fetch(&request);
	assert_answer(&result, statuses[_i], "no such thing");
}
END_TEST

static const struct {
	const char *value;
	time_t from, to;
} retries[] = {
	{ "Retry-After: 120\r\n", 120, 120 },
	{ "", 0, 0 },
	{ "Retry-After: 0\r\n", 0, 0 },
	{ "Retry-After: -5\r\n", 0, 0 },
	{ "Retry-After: soon\r\n", 0, 0 },
	{ "Retry-After: 99999999999999999999999\r\n", 0, 24 * 60 * 60 },
	{ "Retry-After: 86400\r\n", 24 * 60 * 60, 24 * 60 * 60 },
	{ "Retry-After: 86399\r\n", 24 * 60 * 60 - 1, 24 * 60 * 60 - 1 },
	{ "Retry-After: 86401\r\n", 24 * 60 * 60, 24 * 60 * 60 },
	{ "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\n", 24 * 60 * 60,
	  24 * 60 * 60 },
	{ "Retry-After: Sat, 01 Jan 2000 00:00:00 GMT\r\n", 0, 0 },
};

START_TEST(retry_after_is_read)
{
	scep_http_request_t request = make_request(&server);

	add_text(&server, CLOSE, "HTTP/1.1 503 Busy\r\n%sContent-Length: 0\r\n\r\n",
			 retries[_i].value);
	fetch(&request);
	assert_answer(&result, 503, "");
	ck_assert_msg(result.retry_after >= retries[_i].from &&
				  result.retry_after <= retries[_i].to, "%s gives %ld",
				  retries[_i].value, (long)result.retry_after);
}
END_TEST

static const char *garbage[] = {
	"",
	"\r\n\r\n",
	"hello\n",
	"<html>not HTTP</html>",
	"SSH-2.0-OpenSSH_9.2p1\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
	"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nminus",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
	"HTTP/1.1 abc OK\r\n\r\n",
};

START_TEST(garbage_is_an_error)
{
	scep_http_request_t request = make_request(&server);

	add_text(&server, CLOSE, "%s", garbage[_i]);
	fetch(&request);
	ck_assert_msg(result.error.kind != SCEP_OK, "'%s' was taken", garbage[_i]);
	ck_assert(*result.error.text);
}
END_TEST

static const struct {
	const char *method, *location;
	int status;
	/** SCEP_OK: followed if requests are two, else delivered */
	scep_error_kind_t kind;
	u_int requests;
} redirects[] = {
	{ "GET", "http://127.0.0.1:%d/new", 301, SCEP_OK, 2 },
	{ "GET", "http://127.0.0.1:%d/new", 302, SCEP_OK, 2 },
	{ "GET", "http://127.0.0.1:%d/new", 307, SCEP_OK, 2 },
	{ "GET", "http://127.0.0.1:%d/new", 308, SCEP_OK, 2 },
	{ "GET", "HTTP://127.0.0.1:%d/new", 301, SCEP_OK, 2 },
	{ "GET", "/new", 301, SCEP_OK, 2 },
	{ "GET", "//127.0.0.1:%d/new", 301, SCEP_OK, 2 },
	{ "GET", "/new", 300, SCEP_OK, 1 },
	{ "GET", "/new", 303, SCEP_OK, 1 },
	{ "GET", "/new", 200, SCEP_OK, 1 },
	{ "POST", "/new", 307, SCEP_OK, 2 },
	{ "POST", "/new", 308, SCEP_OK, 2 },
	{ "POST", "/new", 301, SCEP_OK, 1 },
	{ "POST", "/new", 302, SCEP_OK, 1 },
	{ "POST", "/new", 303, SCEP_OK, 1 },
	{ "GET", "http://localhost:%d/new", 302, SCEP_SECURITY, 1 },
	{ "POST", "http://localhost:%d/new", 307, SCEP_SECURITY, 1 },
	{ "GET", "//localhost:%d/new", 301, SCEP_SECURITY, 1 },
	{ "GET", "http://127.0.0.1:80@localhost:%d/new", 301, SCEP_SECURITY, 1 },
	{ "GET", "http://127.0.0.1.example.org:%d/new", 301, SCEP_SECURITY, 1 },
	{ "GET", "http://127.0.0.2:%d/new", 301, SCEP_SECURITY, 1 },
	{ "GET", "file:///etc/passwd", 301, SCEP_SECURITY, 1 },
	{ "GET", "nonsense://127.0.0.1:%d/", 301, SCEP_SECURITY, 1 },
};

START_TEST(redirect_stays_at_the_host)
{
	scep_http_request_t request = make_request(&server);
	bool post = streq(redirects[_i].method, "POST");

	if (post)
	{
		request.body = chunk_from_str("message");
		request.content_type = "application/x-pki-message";
	}
	add_redirect(&server, redirects[_i].status, redirects[_i].location);
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
	fetch(&request);
	ck_assert_int_eq(get_requests(&server), redirects[_i].requests);
	if (redirects[_i].kind != SCEP_OK)
	{
		assert_error(&result, redirects[_i].kind);
	}
	else if (redirects[_i].requests == 1)
	{
		assert_answer(&result, redirects[_i].status, "gone");
	}
	else
	{	/* with the body of the second answer only */
		assert_answer(&result, 200, "new");
		ck_assert(strpfx(get_last(&server), post ? "POST /new " : "GET /new "));
		ck_assert(!post || strstr(get_last(&server), "\r\n\r\nmessage"));
		ck_assert(!post || strstr(get_last(&server), "\r\nContent-Type: "
								  "application/x-pki-message\r\n"));
	}
}
END_TEST

/**
 * Redirects for who has a password.
 */
static const struct {
	const char *location;
	bool followed;
} guarded[] = {
	{ "/new", TRUE },
	{ "http://127.0.0.1:%d/new", TRUE },
	{ "http://127.0.0.1:9/new", FALSE },
	{ "http://localhost:%d/new", FALSE },
};

START_TEST(password_goes_to_no_other_port)
{
	scep_http_request_t request = make_request(&server);

	request.login = TRUE;
	request.user = "gw";
	request.password = "swordfish";
	add_text(&server, CLOSE, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n"
			 "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n\r\n");
	add_redirect(&server, 301, guarded[_i].location);
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
	fetch(&request);
	ck_assert_int_eq(get_requests(&server), guarded[_i].followed ? 3 : 2);
	ck_assert(guarded[_i].followed ||
			  strstr(get_last(&server),
					 "\r\nAuthorization: Digest username=\"gw\""));
	if (guarded[_i].followed)
	{
		assert_answer(&result, 200, "new");
	}
	else
	{
		assert_error(&result, SCEP_SECURITY);
	}
}
END_TEST

/**
 * Redirects for who has a certificate.
 */
static const struct {
	const char *location;
	bool followed;
} certified[] = {
	{ "/new", TRUE },
	{ "http://127.0.0.1:%d/new", TRUE },
	{ "http://127.0.0.1:9/new", FALSE },
	{ "https://127.0.0.1:9/new", FALSE },
	{ "https://127.0.0.1/new", FALSE },
	{ "http://localhost:%d/new", FALSE },
};

START_TEST(certificate_goes_to_no_other_port)
{
	scep_http_request_t request = make_request(&server);

	/* neither is read without TLS */
	request.cert = request.key = "/dev/null";
	add_redirect(&server, 301, certified[_i].location);
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
	fetch(&request);
	if (certified[_i].followed)
	{
		assert_answer(&result, 200, "new");
	}
	else
	{
		assert_error(&result, SCEP_SECURITY);
		ck_assert_int_eq(get_requests(&server), 1);
	}
}
END_TEST

START_TEST(redirects_are_limited)
{
	scep_http_request_t request = make_request(&server);
	int i;

	for (i = 0; i < SCEP_MAX_REDIRECTS + _i; i++)
	{
		add_redirect(&server, 301, "/again");
	}
	add_body(&server, 3);
	fetch(&request);
	ck_assert_int_eq(get_requests(&server), SCEP_MAX_REDIRECTS + 1);
	if (_i)
	{
		assert_error(&result, SCEP_SECURITY);
	}
	else
	{
		assert_answer(&result, 200, "bbb");
	}
}
END_TEST

static const struct {
	ending_t ending;
	const char *data;
} slow[] = {
	{ HOLD, "" },
	{ HOLD, "HTTP/1.1 200 OK\r\n" },
	{ HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc" },
	{ DRIP, "HTTP/1.1 200 OK\r\nX-" },
	{ DRIP, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" },
	{ DRIP, "HTTP/1.1 200 OK\r\n\r\n" },
};

START_TEST(total_time_is_limited)
{
	scep_http_request_t request = make_request(&server);
	time_t started = time_monotonic(NULL);

	request.timeout = 1;
	add_text(&server, slow[_i].ending, "%s", slow[_i].data);
	fetch(&request);
	assert_error(&result, SCEP_TRANSIENT);
	ck_assert(time_monotonic(NULL) - started < DEADLINE / 2);
}
END_TEST

START_TEST(closed_connection_is_an_error)
{
	scep_http_request_t request = make_request(&server);

	/* what is accepted and closed without a word, in the middle of a POST */
	add_text(&server, CLOSE, "%s", "");
	request.body = chunk_from_str("message");
	request.content_type = "application/x-pki-message";
	fetch(&request);
	assert_error(&result, SCEP_TRANSIENT);
	ck_assert_int_eq(result.status, 0);
}
END_TEST

START_TEST(cancelled_transfer_is_silent)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);
	void *transfer;

	add_text(&server, HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
	add_body(&other, 3);
	transfer = begin(&request, &result);
	begin(&next, &second);
	run(&second);
	wait_for(&server, &server.requests, 1);
	curl->transport.cancel(&curl->transport, transfer);
	wait_for(&server, &server.left, 1);
	/* the transport goes on with others */
	memset(&second, 0, sizeof(second));
	begin(&next, &second);
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
}
END_TEST

START_TEST(cancel_before_anything_was_sent)
{
	scep_http_request_t request = make_request(&server);

	add_body(&server, 3);
	curl->transport.cancel(&curl->transport, begin(&request, &result));
	begin(&request, &second);
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
	ck_assert_int_eq(get_requests(&server), 1);
}
END_TEST

/** transfer that on_answer_cancel() cancels */
static void *victim;

/**
 * Takes an answer, and cancels the victim.
 */
static void on_answer_cancel(void *user, const scep_http_answer_t *answer)
{
	on_answer(user, answer);
	curl->transport.cancel(&curl->transport, victim);
}

START_TEST(callback_may_cancel_another_transfer)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);

	add_text(&server, HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
	add_body(&other, 3);
	victim = begin(&request, &result);
	ck_assert(curl->transport.send(&curl->transport, &next, on_answer_cancel,
								   &second, NULL));
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
}
END_TEST

/**
 * Takes an answer, and asks the other server.
 */
static void on_answer_send(void *user, const scep_http_answer_t *answer)
{
	scep_http_request_t request = make_request(&other);

	on_answer(user, answer);
	begin(&request, &second);
}

START_TEST(callback_may_send_the_next_request)
{
	scep_http_request_t request = make_request(&server);

	add_body(&server, 2);
	add_body(&other, 3);
	ck_assert(curl->transport.send(&curl->transport, &request, on_answer_send,
								   &result, NULL));
	run(&result);
	assert_answer(&result, 200, "bb");
	run(&second);
	assert_answer(&second, 200, "bbb");
}
END_TEST

START_TEST(silent_server_stops_no_other)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);

	add_text(&server, HOLD, "HTTP/1.1 ");
	add_body(&other, 3);
	begin(&request, &result);
	begin(&next, &second);
	run(&second);
	assert_answer(&second, 200, "bbb");
	ck_assert_int_eq(result.calls, 0);
}
END_TEST

START_TEST(destroy_ends_transfers_silently)
{
	scep_http_request_t request = make_request(&server);
	scep_http_request_t next = make_request(&other);

	add_text(&server, HOLD, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
	add_body(&other, 3);
	begin(&request, &result);
	begin(&next, &second);
	run(&second);
	wait_for(&server, &server.requests, 1);
	memset(&second, 0, sizeof(second));
	begin(&next, &second);
	curl->transport.destroy(&curl->transport);
	curl = NULL;
	ck_assert_int_eq(result.calls, 0);
	ck_assert_int_eq(second.calls, 0);
	wait_for(&server, &server.left, 1);
}
END_TEST

/** the environment's proxies answer nothing */
static const char *variables[] = {
	"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
};

START_TEST(proxies_of_the_environment_are_ignored)
{
	scep_http_request_t request = make_request(&server);

	setenv(variables[_i], "http://127.0.0.1:1/", TRUE);
	add_body(&server, 3);
	fetch(&request);
	unsetenv(variables[_i]);
	assert_answer(&result, 200, "bbb");
}
END_TEST

START_TEST(configured_proxy_is_used)
{
	scep_http_request_t request = make_request(&server);
	char proxy[64];

	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", server.port);
	request.proxy = proxy;
	request.url = "http://ca.invalid/scep";
	/* that the environment exempts the host counts as little */
	setenv("no_proxy", "*", TRUE);
	add_body(&server, 3);
	fetch(&request);
	unsetenv("no_proxy");
	assert_answer(&result, 200, "bbb");
	ck_assert(strpfx(get_last(&server),
					 "GET http://ca.invalid/scep HTTP/1.1\r\n"));
}
END_TEST

START_TEST(source_address_is_used)
{
	scep_http_request_t request = make_request(&server);
	struct in_addr peer;

	request.source = "127.0.0.2";
	add_body(&server, 3);
	fetch(&request);
	assert_answer(&result, 200, "bbb");
	pthread_mutex_lock(&server.mutex);
	peer = server.peer;
	pthread_mutex_unlock(&server.mutex);
	ck_assert_str_eq(inet_ntoa(peer), "127.0.0.2");
}
END_TEST

START_TEST(error_of_libcurl_is_quoted)
{
	scep_http_request_t request = make_request(&server);

	/* text that others choose: a name in a certificate, for example */
	request.source = "host!no\"\nscep[gw] issued:";
	fetch(&request);
	assert_error(&result, SCEP_TRANSIENT);
	ck_assert_int_eq(result.error.text[0], '"');
	ck_assert_msg(strstr(result.error.text, "no\\\"\\x0ascep[gw] issued:"),
				  "%s", result.error.text);
}
END_TEST

/** whether wake() has seen the main thread sleep */
static refcount_t asleep;

START_TEST(password_is_never_sent_as_it_is_without_tls)
{
	scep_http_request_t request = make_request(&server);

	request.login = TRUE;
	request.user = "gw";
	request.password = "open-sesame";
	add_text(&server, CLOSE, "HTTP/1.1 401 Unauthorized\r\n"
			 "WWW-Authenticate: Basic realm=\"x\"\r\n"
			 "Content-Length: 0\r\n\r\n");
	fetch(&request);
	ck_assert_int_eq(result.status, 401);
	ck_assert_int_eq(get_requests(&server), 1);
	ck_assert(!strcasestr(get_last(&server), "Authorization:"));
}
END_TEST

/**
 * Wake the main thread once it sleeps.
 */
static void *wake(void *user)
{
	char path[64], state = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	while (state != 'S')
	{
		sched_yield();
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		{
			state = 'S';
		}
		if (file)
		{
			fclose(file);
		}
	}
	ref_get(&asleep);
	curl->wakeup(curl);
	return NULL;
}

START_TEST(wakeup_ends_a_wait)
{
	int timer = make_timer(DEADLINE * 1000);
	pthread_t thread;

	asleep = 0;
	ck_assert(!pthread_create(&thread, NULL, wake, NULL));
	ck_assert(!curl->wait(curl, timer));
	ck_assert_int_eq(ref_cur(&asleep), 1);
	pthread_join(thread, NULL);
	/* one that came before the wait counts, too */
	curl->wakeup(curl);
	ck_assert(!curl->wait(curl, timer));
	close(timer);
}
END_TEST

START_TEST(idle_wait_ends_by_the_timer_only)
{
	int timer = make_timer(500);

	/* the first call returns, and because the descriptor is readable */
	ck_assert(curl->wait(curl, timer));
	close(timer);
}
END_TEST

static const struct {
	long status;
	chunk_t body;
	const char *text;
} descriptions[] = {
	{ 500, chunk_from_chars('n', 'o'), "HTTP 500: \"no\"" },
	{ 404, { NULL, 0 }, "HTTP 404: \"\"" },
	{ 500, { (u_char*)" <h1>Error</h1>\r\n\r\n  at <b>line</b> 5 \n", 39 },
	  "HTTP 500: \"Error at line 5\"" },
	{ 500, { (u_char*)"<unclosed and more", 18 }, "HTTP 500: \"\"" },
	{ 500, { (u_char*)"a > b", 5 }, "HTTP 500: \"a > b\"" },
	{ 500, { (u_char*)"say \"hi\"\\", 9 },
	  "HTTP 500: \"say \\\"hi\\\"\\\\\"" },
	{ 500, { (u_char*)"a\x1b[31mred\x7f", 10 },
	  "HTTP 500: \"a\\x1B[31mred\\x7F\"" },
};

START_TEST(describes_http_errors)
{
	scep_http_answer_t answer = {
		.status = descriptions[_i].status,
		.body = descriptions[_i].body,
	};
	char text[SCEP_MAX_ERROR];

	ck_assert(scep_http_describe(&answer, text, sizeof(text)) == text);
	ck_assert_msg(strcaseeq(text, descriptions[_i].text), "%s, not %s", text,
				  descriptions[_i].text);
}
END_TEST

START_TEST(long_error_is_cut)
{
	char body[4 * SCEP_MAX_ERROR_BODY], text[SCEP_MAX_ERROR], tiny[8];
	scep_http_answer_t answer = {
		.status = 500,
		.body = chunk_from_thing(body),
	};
	size_t i;

	memset(body, _i, sizeof(body));
	scep_http_describe(&answer, text, sizeof(text));
	ck_assert(strpfx(text, "HTTP 500: \""));
	for (i = 0; text[i]; i++)
	{
		ck_assert_msg((u_char)text[i] >= ' ' && text[i] != 0x7f, "byte %d gives "
					  "%d", _i, text[i]);
	}
	/* never beyond the buffer */
	memset(tiny, 'x', sizeof(tiny));
	scep_http_describe(&answer, tiny, sizeof(tiny) - 1);
	ck_assert_str_eq(tiny, "HTTP 5");
	ck_assert_int_eq(tiny[7], 'x');
}
END_TEST

START_TEST(keeps_the_beginning_of_an_error)
{
	char body[SCEP_MAX_ERROR_BODY + 1], text[SCEP_MAX_ERROR];
	scep_http_answer_t answer = {
		.status = 500,
		.body = chunk_create((u_char*)body, SCEP_MAX_ERROR_BODY),
	};

	/* a tag, which is not shown, and a letter at the limit */
	memset(body, ' ', sizeof(body));
	body[0] = '<';
	body[SCEP_MAX_ERROR_BODY - 2] = '>';
	body[SCEP_MAX_ERROR_BODY - 1] = 'A';
	scep_http_describe(&answer, text, sizeof(text));
	ck_assert_str_eq(text, "HTTP 500: \"A\"");
	/* and one past it */
	body[SCEP_MAX_ERROR_BODY] = 'B';
	answer.body.len++;
	scep_http_describe(&answer, text, sizeof(text));
	ck_assert_str_eq(text, "HTTP 500: \"A\"");
}
END_TEST

START_TEST(refused_connection_is_an_error)
{
	scep_http_request_t request = make_request(&server);
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	char url[64];
	int fd;

	/* a port that is taken, but where nobody listens */
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert(!bind(fd, (struct sockaddr*)&addr, sizeof(addr)));
	ck_assert(!getsockname(fd, (struct sockaddr*)&addr, &len));
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(addr.sin_port));
	request.url = url;
	fetch(&request);
	close(fd);
	assert_error(&result, SCEP_TRANSIENT);
	ck_assert_int_eq(result.status, 0);
}
END_TEST

static const char *bad_urls[] = {
	"ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:1/", "",
	"http://", "http://[::1", "nonsense://127.0.0.1/",
	"http://127.0.0.1:99999/", "file:///dev/null",
};

START_TEST(unusable_url_is_an_error)
{
	scep_http_request_t request = make_request(&server);
	scep_error_t err = {};

	request.url = bad_urls[_i];
	if (curl->transport.send(&curl->transport, &request, on_answer, &result,
							 &err))
	{
		run(&result);
		ck_assert(result.error.kind != SCEP_OK);
		ck_assert(*result.error.text);
	}
	else
	{
		ck_assert(err.kind != SCEP_OK);
		ck_assert(*err.text);
	}
}
END_TEST

int main()
{
	Suite *suite = suite_create("transport");
	TCase *tcase;

	tcase = tcase_create("request");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, get_asks_for_nothing_special);
	tcase_add_loop_test(tcase, post_has_length_and_no_expect, 0,
						countof(posted));
	tcase_add_loop_test(tcase, proxies_of_the_environment_are_ignored, 0,
						countof(variables));
	tcase_add_test(tcase, configured_proxy_is_used);
	tcase_add_test(tcase, source_address_is_used);
	tcase_add_test(tcase, error_of_libcurl_is_quoted);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("answer");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, answer_up_to_the_limit, 0, countof(sizes));
	tcase_add_test(tcase, limit_holds_without_a_length);
	tcase_add_test(tcase, limit_counts_all_chunks);
	tcase_add_loop_test(tcase, http_error_is_an_answer, 0, countof(statuses));
	tcase_add_loop_test(tcase, retry_after_is_read, 0, countof(retries));
	tcase_add_loop_test(tcase, garbage_is_an_error, 0, countof(garbage));
	tcase_add_test(tcase, closed_connection_is_an_error);
	tcase_add_test(tcase, refused_connection_is_an_error);
	tcase_add_loop_test(tcase, unusable_url_is_an_error, 0, countof(bad_urls));
	tcase_add_loop_test(tcase, total_time_is_limited, 0, countof(slow));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("redirect");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, redirect_stays_at_the_host, 0,
						countof(redirects));
	tcase_add_loop_test(tcase, redirects_are_limited, 0, 2);
	tcase_add_loop_test(tcase, certificate_goes_to_no_other_port, 0,
						countof(certified));
	tcase_add_loop_test(tcase, password_goes_to_no_other_port, 0,
						countof(guarded));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("transfers");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, cancelled_transfer_is_silent);
	tcase_add_test(tcase, cancel_before_anything_was_sent);
	tcase_add_test(tcase, callback_may_cancel_another_transfer);
	tcase_add_test(tcase, callback_may_send_the_next_request);
	tcase_add_test(tcase, silent_server_stops_no_other);
	tcase_add_test(tcase, password_is_never_sent_as_it_is_without_tls);
	tcase_add_test(tcase, destroy_ends_transfers_silently);
	tcase_add_test(tcase, wakeup_ends_a_wait);
	tcase_add_test(tcase, idle_wait_ends_by_the_timer_only);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("describe");
	tcase_add_loop_test(tcase, describes_http_errors, 0, countof(descriptions));
	tcase_add_test(tcase, keeps_the_beginning_of_an_error);
	tcase_add_loop_test(tcase, long_error_is_cut, 0, 256);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
