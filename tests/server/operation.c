/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "operation.h"
#include "certs.h"
#include "fault.h"
#include "leaf.h"
#include "log.h"
#include "page.h"
#include "pki.h"
#include "query.h"
#include "script.h"

#include <pthread.h>
#include <stdlib.h>

/** Content types (RFC 8894, 4) */
#define TYPE_TEXT		"text/plain"
#define TYPE_MESSAGE	"application/x-pki-message"
#define TYPE_CRL		"application/pkix-crl"

/**
 * Operations.
 */
struct operations_t {
	const options_t *options;
	ca_t *ca;
	script_t *script;
	/** file of the log */
	char *log_path;
	/** distribution point of the CRL, or NULL */
	char *cdp;
	/** nonces that we saw */
	bytes_t nonces;
	/** the last CertRep, for replays */
	bytes_t last;
	/** one request at a time */
	pthread_mutex_t lock;
};

/**
 * A request while it is answered.
 */
typedef struct {
	operations_t *server;
	exchange_t *exchange;
	query_t query;
	log_line_t *log;
} run_t;

/*
 * Described in header
 */
operations_t *operations_create(const options_t *options, ca_t *ca)
{
	operations_t *this = calloc(1, sizeof(*this));
	char *script;

	if (!this)
	{
		die("calloc");
	}
	script = options->script ? format("%s", options->script)
							 : format("%s/script", options->dir);
	this->options = options;
	this->ca = ca;
	this->script = script_create(script, options->words);
	this->log_path = format("%s/log", options->dir);
	pthread_mutex_init(&this->lock, NULL);
	free(script);
	return this;
}

/*
 * Described in header
 */
void operations_set_url(operations_t *this, const char *url)
{
	if (this->options->cdp)
	{
		this->cdp = !strcmp(this->options->cdp, "auto") ?
						format("%s/crl", url) : format("%s", this->options->cdp);
	}
}

/**
 * Answer by a text.
 */
static void say(exchange_t *exchange, int status, const char *text)
{
	bytes_free(&exchange->answer);
	exchange->status = status;
	exchange->type = TYPE_TEXT;
	exchange->answer = bytes_copy(text, strlen(text));
}

/**
 * Refuse a request that breaks a rule.
 */
static void violation(run_t *this, const char *what)
{
	log_text(this->log, "violation", what);
	say(this->exchange, 400, what);
}

/**
 * Get the words for this request.
 *
 * @param type		name of the messageType, or NULL
 * @return			FALSE if the script is wrong; that is the answer, then
 */
static bool get_words(run_t *this, const char *type)
{
	words_t *words = &this->exchange->words;
	char *bad, *text;

	bad = script_next(this->server->script, this->query.operation, type, words);
	if (bad)
	{
		text = format("scep-test-server: the script is wrong: %s\n", bad);
		log_text(this->log, "script", text);
		say(this->exchange, 500, text);
		free(text);
		free(bad);
		return false;
	}
	text = words_text(words);
	if (*text)
	{
		log_text(this->log, "words", text);
	}
	free(text);
	return true;
}

/**
 * Whether a message by GET is encoded as it must be (RFC 8894, 4.1).
 */
static const char *get_message(run_t *this, bytes_t *message)
{
	const char *raw = this->query.raw_message;

	if (!raw)
	{
		return "PKIOperation by GET without message";
	}
	if (strpbrk(raw, "+/="))
	{
		return "message: + / = have to be percent-encoded (RFC 8894, 4.1)";
	}
	if (!bytes_from_base64(this->query.message, message))
	{
		return "message: no base64 in one line";
	}
	return NULL;
}

/**
 * Check how a message by POST came.
 */
static const char *check_post(const run_t *this)
{
	const exchange_t *exchange = this->exchange;

	if (exchange->expect)
	{
		return "HTTP: Expect";
	}
	if (exchange->transfer_encoding)
	{
		return "HTTP: Transfer-Encoding";
	}
	if (!exchange->content_length ||
		atol(exchange->content_length) != exchange->body.len)
	{
		return "HTTP: no Content-Length";
	}
	if (!exchange->content_type ||
		strcmp(exchange->content_type, TYPE_MESSAGE) != 0)
	{
		return "HTTP: Content-Type is not application/x-pki-message";
	}
	if (this->query.message)
	{
		return "PKIOperation by POST with message";
	}
	return NULL;
}

/**
 * Answer a message that was understood.
 */
static void answer(run_t *this, const request_t *request)
{
	operations_t *server = this->server;
	exchange_t *exchange = this->exchange;

	if (!get_words(this, request_type_name(request->type)))
	{
		return;
	}
	if (exchange->words.has[W_REPLAY] && server->last.ptr)
	{
		exchange->answer = bytes_copy(server->last.ptr, server->last.len);
	}
	else
	{
		exchange->answer = pki_answer(server->options, server->ca, server->cdp,
									  request, &exchange->words, this->log);
		if (!exchange->answer.ptr)
		{
			say(exchange, 500, "the answer cannot be encrypted");
			return;
		}
		bytes_free(&server->last);
		server->last = bytes_copy(exchange->answer.ptr, exchange->answer.len);
	}
	exchange->status = 200;
	exchange->type = TYPE_MESSAGE;
}

/**
 * PKIOperation.
 */
static void pki_operation(run_t *this)
{
	operations_t *server = this->server;
	exchange_t *exchange = this->exchange;
	const char *methods = server->options->methods, *reason;
	bool post = !strcmp(exchange->method, "POST");
	bytes_t message = exchange->body, decoded = BYTES_NONE;
	request_t request = {};

	if (!strcmp(methods, post ? "get" : "post"))
	{
		say(exchange, 405, "this server does not take that method");
		return;
	}
	reason = post ? check_post(this) : get_message(this, &decoded);
	if (!reason)
	{
		reason = request_parse(&request, post ? message : decoded, server->ca,
							   &server->nonces, this->log);
	}
	if (reason)
	{
		violation(this, reason);
	}
	else
	{
		answer(this, &request);
	}
	request_clear(&request);
	bytes_free(&decoded);
}

/**
 * Operations whose answer depends on nothing but words.
 */
static void plain_operation(run_t *this)
{
	exchange_t *exchange = this->exchange;
	const char *operation = this->query.operation;
	const options_t *options = this->server->options;
	bool next = !strcmp(operation, "GetNextCACert");

	if (strcmp(exchange->method, "GET") != 0)
	{
		violation(this, "only PKIOperation may come by POST (RFC 8894, 4.1)");
		return;
	}
	if (!get_words(this, NULL))
	{
		return;
	}
	if (options->ca_identifier && !next && (!this->query.message ||
		strcmp(this->query.message, options->ca_identifier) != 0))
	{
		say(exchange, 404, "no such CA");
		return;
	}
	if (exchange->words.has[W_REFUSE_MESSAGE] && this->query.message)
	{
		say(exchange, 400, "no message= here");
		return;
	}
	exchange->status = 200;
	if (!strcmp(operation, "GetCACaps"))
	{
		exchange->type = TYPE_TEXT;
		exchange->answer = certs_caps(options, &exchange->words);
	}
	else if (!strcmp(operation, "GetCACert"))
	{
		exchange->answer = certs_current(this->server->ca, &exchange->words,
										 &exchange->type);
	}
	else if (options->next_ca)
	{
		exchange->answer = certs_next(this->server->ca, &exchange->words,
									  &exchange->type);
	}
	else
	{
		say(exchange, 404, "there is no next CA");
	}
}

/**
 * The distribution point of the CRL.
 */
static void crl(run_t *this)
{
	exchange_t *exchange = this->exchange;
	X509_CRL *crl;

	free(this->query.operation);
	this->query.operation = format("GetCRL");
	if (get_words(this, NULL))
	{
		crl = leaf_crl(this->server->ca, this->server->options,
					   &exchange->words);
		exchange->status = 200;
		exchange->type = TYPE_CRL;
		exchange->answer = certs_crl(crl);
		X509_CRL_free(crl);
	}
}

/**
 * The page with a challenge.
 */
static void page(run_t *this)
{
	free(this->query.operation);
	this->query.operation = format("Page");
	if (strcmp(this->exchange->method, "GET") != 0)
	{
		violation(this, "the page by another method than GET");
	}
	else if (get_words(this, NULL))
	{
		page_answer(this->server->options, this->server->ca, this->exchange);
	}
}

/**
 * Find the operation.
 */
static void dispatch(run_t *this)
{
	const char *operation, *reason;

	reason = query_parse(&this->query, this->exchange->url);
	operation = this->query.operation;
	log_text(this->log, "operation", operation ?: "");
	log_bool(this->log, "hasMessage", this->query.message != NULL);
	if (reason)
	{
		violation(this, reason);
	}
	else if (!strcmp(this->exchange->url, "/crl"))
	{
		crl(this);
	}
	else if (this->server->options->page &&
			 !strncmp(this->exchange->url, PAGE_PATH, strlen(PAGE_PATH)))
	{
		page(this);
	}
	else if (this->exchange->authorization)
	{
		violation(this, "HTTP: a password that nobody asked for");
	}
	else if (!operation)
	{
		violation(this, "URL: no operation");
	}
	else if (!strcmp(operation, "PKIOperation"))
	{
		pki_operation(this);
	}
	else if (!strcmp(operation, "GetCACaps") ||
			 !strcmp(operation, "GetCACert") ||
			 !strcmp(operation, "GetNextCACert"))
	{
		if (this->query.message)
		{
			log_text(this->log, "message", this->query.message);
		}
		plain_operation(this);
	}
	else
	{
		violation(this, "URL: no such operation");
	}
}

/*
 * Described in header
 */
void operations_run(operations_t *this, exchange_t *exchange)
{
	run_t run = {
		.server = this,
		.exchange = exchange,
	};

	pthread_mutex_lock(&this->lock);
	run.log = log_begin();
	log_text(run.log, "method", exchange->method);
	dispatch(&run);
	fault_apply(exchange, this->options);
	log_number(run.log, "status", exchange->status);
	log_number(run.log, "bytes", exchange->answer.len);
	log_end(run.log, this->log_path);
	query_clear(&run.query);
	pthread_mutex_unlock(&this->lock);
}

/*
 * Described in header
 */
void operations_destroy(operations_t *this)
{
	script_destroy(this->script);
	pthread_mutex_destroy(&this->lock);
	bytes_free(&this->nonces);
	bytes_free(&this->last);
	free(this->log_path);
	free(this->cdp);
	free(this);
}
