/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transfer_fixture.h"

#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/*
 * Described in header
 */
scep_curl_t *curl;
server_t server, other;
result_t result, second;

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

/*
 * Described in header
 */
void add_reply(server_t *this, ending_t ending, chunk_t data)
{
	pthread_mutex_lock(&this->mutex);
	ck_assert(this->count < countof(this->replies));
	this->replies[this->count].ending = ending;
	this->replies[this->count++].data = chunk_clone(data);
	pthread_mutex_unlock(&this->mutex);
}

/*
 * Described in header
 */
void add_text(server_t *this, ending_t ending, const char *fmt, ...)
{
	char text[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	add_reply(this, ending, chunk_from_str(text));
}

/*
 * Described in header
 */
void add_redirect(server_t *this, int status, const char *location)
{
	char text[256];

	snprintf(text, sizeof(text), location, this->port);
	add_text(this, CLOSE, "HTTP/1.1 %d Moved\r\nLocation: %s\r\n"
			 "Content-Length: 4\r\n\r\ngone", status, text);
}

/*
 * Described in header
 */
void add_body(server_t *this, size_t len)
{
	char *text = malloc(len + 128);
	int head;

	head = sprintf(text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);
	memset(text + head, 'b', len);
	add_reply(this, CLOSE, chunk_create((u_char*)text, head + len));
	free(text);
}

/*
 * Described in header
 */
u_int get_requests(server_t *this)
{
	u_int requests;

	pthread_mutex_lock(&this->mutex);
	requests = this->requests;
	pthread_mutex_unlock(&this->mutex);
	return requests;
}

/*
 * Described in header
 */
char *get_last(server_t *this)
{
	char *last;

	pthread_mutex_lock(&this->mutex);
	last = this->last;
	pthread_mutex_unlock(&this->mutex);
	return last;
}

/*
 * Described in header
 */
void wait_for(server_t *this, u_int *number, u_int wanted)
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

/*
 * Described in header
 */
void on_answer(void *user, const scep_http_answer_t *answer)
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

/*
 * Described in header
 */
scep_http_request_t make_request(server_t *this)
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

/*
 * Described in header
 */
int make_timer(u_int ms)
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

/*
 * Described in header
 */
void *begin(const scep_http_request_t *request, result_t *to)
{
	scep_error_t err = {};
	void *transfer;

	transfer = curl->transport.send(&curl->transport, request, on_answer, to,
									&err);
	ck_assert_msg(transfer, "%s", err.text);
	ck_assert_int_eq(to->calls, 0);
	return transfer;
}

/*
 * Described in header
 */
void run(result_t *to)
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

/*
 * Described in header
 */
void fetch(const scep_http_request_t *request)
{
	begin(request, &result);
	run(&result);
}

/*
 * Described in header
 */
void assert_error(result_t *this, scep_error_kind_t kind)
{
	ck_assert_msg(this->error.kind == kind, "kind %d, not %d: %s",
				  this->error.kind, kind, this->error.text);
	ck_assert(*this->error.text);
}

/*
 * Described in header
 */
void assert_answer(result_t *this, long status, const char *body)
{
	ck_assert_msg(this->error.kind == SCEP_OK, "%s", this->error.text);
	ck_assert_int_eq(this->status, status);
	ck_assert_int_eq(this->len, strlen(body));
	ck_assert(memcmp(this->body, body, this->len) == 0);
}

/*
 * Described in header
 */
void transfer_setup()
{
	memset(&result, 0, sizeof(result));
	memset(&second, 0, sizeof(second));
	curl = scep_curl_create();
	ck_assert(curl);
	start(&server);
	start(&other);
}

/*
 * Described in header
 */
void transfer_teardown()
{
	if (curl)
	{
		curl->transport.destroy(&curl->transport);
	}
	stop(&server);
	stop(&other);
}
