/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "http.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

/** Largest body of a request */
#define MAX_BODY		(1024 * 1024)

/** Memory of a connection; a message by GET has to fit */
#define MAX_MEMORY		(256 * 1024)

/** Milliseconds between two looks whether it is time to end */
#define TICK			50

/** Milliseconds between two bytes of slow */
#define DRIP			1000

/**
 * Server.
 */
struct http_t {
	/** who answers */
	operations_t *operations;
	/** libmicrohttpd's */
	struct MHD_Daemon *daemon;
	/** ADDRESS:PORT */
	char *address;
	/** certificate and key in PEM, for https */
	bytes_t cert;
	bytes_t key;
	/** whether connections have to end */
	atomic_bool stopping;
};

/**
 * A connection's request.
 */
typedef struct {
	exchange_t exchange;
	/** whether its headers were seen */
	bool begun;
	/** whether there was too much */
	bool overflow;
	/** server */
	http_t *http;
} transfer_t;

/**
 * Begin a request: the URL comes before all else, still encoded.
 */
static void *begin(void *cls, const char *url,
				   struct MHD_Connection *connection)
{
	transfer_t *this = calloc(1, sizeof(*this));

	if (!this)
	{
		die("calloc");
	}
	this->http = cls;
	this->exchange.url = format("%s", url);
	return this;
}

/**
 * Destroy a request.
 */
static void end(void *cls, struct MHD_Connection *connection, void **data,
				enum MHD_RequestTerminationCode code)
{
	transfer_t *this = *data;

	if (this)
	{
		free(this->exchange.url);
		free(this->exchange.method);
		free(this->exchange.content_type);
		free(this->exchange.content_length);
		free(this->exchange.transfer_encoding);
		free(this->exchange.expect);
		free(this->exchange.authorization);
		free(this->exchange.authenticate);
		free(this->exchange.peer);
		bytes_free(&this->exchange.body);
		bytes_free(&this->exchange.answer);
		free(this);
		*data = NULL;
	}
}

/**
 * Copy a header.
 */
static char *get_header(struct MHD_Connection *connection, const char *name)
{
	const char *value;

	value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
	return value ? format("%s", value) : NULL;
}

/**
 * Get address and port of the client; the server is on IPv4.
 */
static char *get_peer(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info;
	const struct sockaddr_in *address;

	info = MHD_get_connection_info(connection,
								   MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	address = (const struct sockaddr_in*)info->client_addr;
	return format("%08x:%d", ntohl(address->sin_addr.s_addr),
				  ntohs(address->sin_port));
}

/**
 * Read the headers.
 */
static void read_headers(transfer_t *this, struct MHD_Connection *connection,
						 const char *method)
{
	exchange_t *exchange = &this->exchange;

	exchange->method = format("%s", method);
	exchange->content_type = get_header(connection, "Content-Type");
	exchange->content_length = get_header(connection, "Content-Length");
	exchange->transfer_encoding = get_header(connection, "Transfer-Encoding");
	exchange->expect = get_header(connection, "Expect");
	exchange->authorization = get_header(connection, "Authorization");
	exchange->peer = get_peer(connection);
}

/**
 * Wait, unless the server ends or the client goes away.
 *
 * @return			FALSE if there is no more reason to wait
 */
static bool pause_for(http_t *this, struct MHD_Connection *connection, int ms)
{
	const union MHD_ConnectionInfo *info;
	struct pollfd fd = { .events = POLLRDHUP };

	info = MHD_get_connection_info(connection,
								   MHD_CONNECTION_INFO_CONNECTION_FD);
	fd.fd = info->connect_fd;
	for (; ms > 0; ms -= TICK)
	{
		if (atomic_load(&this->stopping) || poll(&fd, 1, TICK) > 0)
		{
			return false;
		}
	}
	return true;
}

/**
 * An answer that is produced bit by bit. Outlives its request.
 */
typedef struct {
	http_t *http;
	struct MHD_Connection *connection;
	/** what to send */
	bytes_t body;
	/** bytes after which the connection breaks */
	size_t limit;
	/** whether it comes in drips, and never ends */
	bool slow;
	bool endless;
} producer_t;

/**
 * Produce some of the answer.
 */
static ssize_t produce(void *cls, uint64_t pos, char *buf, size_t max)
{
	producer_t *this = cls;

	if (atomic_load(&this->http->stopping))
	{
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (this->endless)
	{
		memset(buf, 0, max);
		return max;
	}
	if (pos >= this->limit)
	{
		return this->limit < this->body.len ? MHD_CONTENT_READER_END_WITH_ERROR
											: MHD_CONTENT_READER_END_OF_STREAM;
	}
	if (this->slow)
	{
		max = 1;
		if (!pause_for(this->http, this->connection, DRIP))
		{
			return MHD_CONTENT_READER_END_WITH_ERROR;
		}
	}
	if (max > this->limit - pos)
	{
		max = this->limit - pos;
	}
	memcpy(buf, this->body.ptr + pos, max);
	return max;
}

/**
 * Destroy a producer.
 */
static void destroy_producer(void *cls)
{
	producer_t *this = cls;

	bytes_free(&this->body);
	free(this);
}

/**
 * Build an answer that comes bit by bit.
 */
static struct MHD_Response *build_producer(transfer_t *this,
										   struct MHD_Connection *connection)
{
	exchange_t *exchange = &this->exchange;
	producer_t *producer = calloc(1, sizeof(*producer));
	uint64_t size = exchange->answer.len;

	if (!producer)
	{
		die("calloc");
	}
	*producer = (producer_t){
		.http = this->http,
		.connection = connection,
		.body = exchange->answer,
		.limit = exchange->answer.len,
		.slow = exchange->words.has[W_SLOW],
		.endless = exchange->words.has[W_NEVER_ENDING],
	};
	if (exchange->words.has[W_SHORT_BODY])
	{
		producer->limit /= 2;
	}
	if (exchange->words.has[W_CHUNKED] || producer->endless)
	{
		size = MHD_SIZE_UNKNOWN;
	}
	exchange->answer = BYTES_NONE;
	return MHD_create_response_from_callback(size, 4096, produce, producer,
											 destroy_producer);
}

/**
 * Send the answer.
 */
static enum MHD_Result send_answer(transfer_t *this,
								   struct MHD_Connection *connection)
{
	exchange_t *exchange = &this->exchange;
	struct MHD_Response *response;
	enum MHD_Result result;

	if (exchange->words.has[W_RESET])
	{
		return MHD_NO;
	}
	if (exchange->words.has[W_SILENT])
	{
		while (pause_for(this->http, connection, DRIP));
		return MHD_NO;
	}
	if (words_first(&exchange->words, 4, W_SLOW, W_NEVER_ENDING, W_SHORT_BODY,
					W_CHUNKED) != W_COUNT)
	{
		response = build_producer(this, connection);
	}
	else
	{
		response = MHD_create_response_from_buffer(exchange->answer.len,
								exchange->answer.ptr ?: (unsigned char*)"",
								MHD_RESPMEM_MUST_COPY);
	}
	if (exchange->type)
	{
		MHD_add_response_header(response, "Content-Type", exchange->type);
	}
	if (exchange->location)
	{
		MHD_add_response_header(response, "Location", exchange->location);
	}
	if (exchange->authenticate)
	{
		MHD_add_response_header(response, "WWW-Authenticate",
								exchange->authenticate);
	}
	if (exchange->status == 503)
	{
		MHD_add_response_header(response, "Retry-After", "3");
	}
	result = MHD_queue_response(connection, exchange->status, response);
	MHD_destroy_response(response);
	return result;
}

/**
 * Take a request: called with its headers, with parts of its body, and at its
 * end.
 */
static enum MHD_Result take(void *cls, struct MHD_Connection *connection,
							const char *url, const char *method,
							const char *version, const char *data, size_t *len,
							void **request)
{
	transfer_t *this = *request;

	if (!this->begun)
	{
		this->begun = true;
		read_headers(this, connection, method);
		return MHD_YES;
	}
	if (*len)
	{
		this->overflow |= this->exchange.body.len + *len > MAX_BODY;
		if (!this->overflow)
		{
			bytes_append(&this->exchange.body, data, *len);
		}
		*len = 0;
		return MHD_YES;
	}
	if (this->overflow)
	{
		return MHD_NO;
	}
	operations_run(this->http->operations, &this->exchange);
	return send_answer(this, connection);
}

/**
 * Parse ADDRESS:PORT.
 */
static void parse_address(const char *text, struct sockaddr_in *address)
{
	char *copy = format("%s", text), *colon = strrchr(copy, ':'), *rest = copy;

	*address = (struct sockaddr_in){ .sin_family = AF_INET };
	if (colon)
	{
		*colon = '\0';
		address->sin_port = htons(strtol(colon + 1, &rest, 10));
	}
	if (!colon || *rest || rest == colon + 1 ||
		inet_pton(AF_INET, copy, &address->sin_addr) != 1)
	{
		fprintf(stderr, "scep-test-server: --listen: no ADDRESS:PORT: %s\n",
				text);
		exit(2);
	}
	free(copy);
}

/**
 * Start libmicrohttpd.
 */
static void start(http_t *this, const struct sockaddr_in *address, bool tls)
{
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL |
					 MHD_USE_INTERNAL_POLLING_THREAD;
	struct MHD_OptionItem secrets[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, this->cert.ptr },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, this->key.ptr },
		{ MHD_OPTION_END },
	};

	this->daemon = MHD_start_daemon(flags | (tls ? MHD_USE_TLS : 0), 0,
					NULL, NULL, take, this,
					MHD_OPTION_SOCK_ADDR, address,
					MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
					MHD_OPTION_URI_LOG_CALLBACK, begin, this,
					MHD_OPTION_NOTIFY_COMPLETED, end, this,
					MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MAX_MEMORY,
					MHD_OPTION_ARRAY, tls ? secrets : secrets + 2,
					MHD_OPTION_END);
	if (!this->daemon)
	{
		die("MHD_start_daemon");
	}
}

/*
 * Described in header
 */
http_t *http_create(const options_t *options, operations_t *operations)
{
	http_t *this = calloc(1, sizeof(*this));
	const union MHD_DaemonInfo *info;
	char host[INET_ADDRSTRLEN], *url;
	struct sockaddr_in address;

	if (!this)
	{
		die("calloc");
	}
	this->operations = operations;
	parse_address(options->listen, &address);
	if (options->tls_cert &&
		(!bytes_from_file(options->tls_cert, &this->cert) ||
		 !bytes_from_file(options->tls_key, &this->key)))
	{
		die("reading --tls-cert and --tls-key");
	}
	start(this, &address, options->tls_cert != NULL);
	info = MHD_get_daemon_info(this->daemon, MHD_DAEMON_INFO_BIND_PORT);
	inet_ntop(AF_INET, &address.sin_addr, host, sizeof(host));
	this->address = format("%s:%d", host, info->port);
	url = format("http%s://%s", options->tls_cert ? "s" : "", this->address);
	operations_set_url(operations, url);
	free(url);
	return this;
}

/*
 * Described in header
 */
const char *http_address(http_t *this)
{
	return this->address;
}

/*
 * Described in header
 */
void http_destroy(http_t *this)
{
	atomic_store(&this->stopping, true);
	MHD_stop_daemon(this->daemon);
	bytes_free(&this->cert);
	bytes_free(&this->key);
	free(this->address);
	free(this);
}
