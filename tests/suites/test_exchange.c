/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "enroll/scep_exchange.h"

/** Requests of one test at most */
#define MAX_SENT	4

/**
 * A server that answers with a script of HTTP states.
 */
typedef struct {

	/** implements scep_transport_t */
	scep_transport_t public;

	/** what was sent */
	char *urls[MAX_SENT];
	bool posted[MAX_SENT];
	int sent;

	/** callback of the request under way, its data */
	scep_http_cb_t cb;
	void *user;
} server_t;

static void *send_request(scep_transport_t *transport,
						  const scep_http_request_t *request,
						  scep_http_cb_t cb, void *user, scep_error_t *err)
{
	server_t *server = (server_t*)transport;

	ck_assert_int_lt(server->sent, MAX_SENT);
	server->urls[server->sent] = strdup(request->url);
	server->posted[server->sent++] = request->body.ptr != NULL;
	server->cb = cb;
	server->user = user;
	return server;
}

static void cancel_request(scep_transport_t *transport, void *transfer)
{
	((server_t*)transport)->cb = NULL;
}

static server_t server;
static scep_profile_t profile;
static scep_exchange_t *exchange;
static scep_reply_t got;
static int replies;

static void on_reply(void *user, const scep_reply_t *reply)
{
	got = *reply;
	replies++;
}

static void setup()
{
	server = (server_t){
		.public = {
			.send = send_request,
			.cancel = cancel_request,
		},
	};
	profile = (scep_profile_t){
		.name = "gw",
	};
	replies = 0;
}

/**
 * Create an exchange with the server.
 */
static scep_exchange_t *create()
{
	scep_exchange_t *this;

	this = scep_exchange_create(&server.public, &profile);
	this->url = "http://ca.example.org/scep";
	return this;
}

static void teardown()
{
	DESTROY_IF(exchange);
	exchange = NULL;
	while (server.sent)
	{
		free(server.urls[--server.sent]);
	}
}

/**
 * Answer the request under way.
 */
static void answer(long status)
{
	scep_http_answer_t http = {
		.status = status,
		.retry_after = 1000000,
	};
	scep_http_cb_t cb = server.cb;

	ck_assert(cb);
	server.cb = NULL;
	if (!status)
	{
		scep_fail(&http.error, SCEP_TRANSIENT, "no route");
	}
	cb(server.user, &http);
}

/**
 * Which states of an answer end a POST, and what comes of them.
 */
static const struct {
	long status;
	bool refused, get, unreachable;
} refusals[] = {
	{ 0, FALSE, FALSE, TRUE },
	{ 302, FALSE, FALSE, FALSE },
	{ 307, FALSE, FALSE, FALSE },
	{ 400, TRUE, FALSE, FALSE },
	{ 403, TRUE, FALSE, FALSE },
	{ 405, TRUE, TRUE, FALSE },
	{ 407, FALSE, FALSE, FALSE },
	{ 408, FALSE, FALSE, TRUE },
	{ 429, FALSE, FALSE, FALSE },
	{ 500, TRUE, FALSE, FALSE },
	{ 501, TRUE, TRUE, FALSE },
	{ 502, FALSE, FALSE, TRUE },
	{ 503, FALSE, FALSE, TRUE },
	{ 504, FALSE, FALSE, TRUE },
	{ 505, TRUE, FALSE, FALSE },
	{ 511, FALSE, FALSE, FALSE },
};

START_TEST(judges_status)
{
	exchange = create();
	ck_assert(exchange->operate(exchange, chunk_from_str("x"), 100, on_reply,
								NULL, NULL));
	ck_assert(server.posted[0]);
	answer(refusals[_i].status);
	ck_assert_int_eq(server.sent, refusals[_i].get ? 2 : 1);
	if (refusals[_i].get)
	{
		ck_assert(!server.posted[1]);
		answer(refusals[_i].status);
	}
	ck_assert_int_eq(replies, 1);
	ck_assert_int_eq(got.refused, refusals[_i].refused);
	ck_assert_int_eq(got.unreachable, refusals[_i].unreachable);
	ck_assert_int_ne(got.error.kind, SCEP_OK);
	ck_assert_int_eq(got.retry_after, 24 * 60 * 60);
	ck_assert(!exchange->use_get);
}
END_TEST

START_TEST(get_after_refused_post_is_kept)
{
	exchange = create();
	ck_assert(exchange->operate(exchange, chunk_from_str("x"), 100, on_reply,
								NULL, NULL));
	answer(405);
	ck_assert_str_eq(server.urls[1], "http://ca.example.org/scep?operation="
					 "PKIOperation&message=eA%3D%3D");
	answer(200);
	ck_assert_int_eq(got.error.kind, SCEP_OK);
	ck_assert(exchange->use_get);
}
END_TEST

START_TEST(configured_method_is_kept)
{
	profile.http_method = _i ? SCEP_HTTP_GET : SCEP_HTTP_POST;
	exchange = create();
	ck_assert(exchange->operate(exchange, chunk_from_str("x"), 100, on_reply,
								NULL, NULL));
	ck_assert_int_eq(server.posted[0], !_i);
	answer(405);
	ck_assert_int_eq(replies, 1);
}
END_TEST

/**
 * How the CA identifier is given, and refused.
 */
static const struct {
	char *configured;
	const char *operation, *first, *second;
} forms[] = {
	{ NULL, "GetCACert", "?operation=GetCACert",
		"?operation=GetCACert&message=" },
	{ "", "GetCACert", "?operation=GetCACert&message=",
		"?operation=GetCACert" },
	{ "a b/ä", "GetCACaps", "?operation=GetCACaps&message=a%20b%2F%C3%A4",
		"?operation=GetCACaps" },
	{ "id", "GetNextCACert", "?operation=GetNextCACert", NULL },
};

START_TEST(other_form_of_identifier_is_tried_once)
{
	size_t path = strlen("http://ca.example.org/scep");

	profile.ca_identifier = forms[_i].configured;
	exchange = create();
	ck_assert(exchange->fetch(exchange, forms[_i].operation, 100, on_reply,
							  NULL, NULL));
	ck_assert_str_eq(server.urls[0] + path, forms[_i].first);
	answer(404);
	if (!forms[_i].second)
	{
		ck_assert_int_eq(replies, 1);
		return;
	}
	ck_assert_str_eq(server.urls[1] + path, forms[_i].second);
	answer(200);
	ck_assert_int_eq(replies, 1);
	/* and kept for the next operation */
	ck_assert(exchange->fetch(exchange, forms[_i].operation, 100, on_reply,
							  NULL, NULL));
	ck_assert_str_eq(server.urls[2] + path, forms[_i].second);
	answer(400);
	ck_assert_str_eq(server.urls[3] + path, forms[_i].first);
	answer(404);
	ck_assert_int_eq(replies, 2);
	ck_assert(got.refused);
	ck_assert(exchange->other_form);
}
END_TEST

START_TEST(query_in_url_is_extended)
{
	char *url;

	url = scep_exchange_url("http://ca.example.org/scep?ca=1", NULL,
							"GetCACaps", FALSE, chunk_empty, NULL);
	ck_assert_str_eq(url, "http://ca.example.org/scep?ca=1&operation="
					 "GetCACaps");
	free(url);
}
END_TEST

START_TEST(message_in_url_is_one_escaped_line)
{
	scep_error_t error = {};
	chunk_t message = chunk_alloca(3 * 8000);
	char *url;
	int i;

	for (i = 0; i < message.len; i++)
	{
		message.ptr[i] = i * 7 + i / 256;
	}
	url = scep_exchange_url("http://ca.example.org", NULL, "PKIOperation", FALSE,
							chunk_create(message.ptr, 3000), &error);
	ck_assert(url);
	ck_assert(!strpbrk(strchr(url, '?'), "+/ \r\n"));
	ck_assert_int_eq(strspn(strrchr(url, '=') + 1, "%0123456789"
							"abcdefghijklmnopqrstuvwxyz"
							"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
					 strlen(strrchr(url, '=') + 1));
	free(url);
	url = scep_exchange_url("http://ca.example.org", NULL, "PKIOperation", FALSE,
							message, &error);
	ck_assert(!url);
	ck_assert_int_eq(error.kind, SCEP_PERMANENT);
}
END_TEST

START_TEST(bounds_urls)
{
	char url[SCEP_MAX_URL + 1], *full;
	scep_error_t error = {};
	size_t rest = strlen("?operation=PKIOperation&message=eA%3D%3D");

	memset(url, 'a', sizeof(url));
	memcpy(url, "http://", 7);
	url[SCEP_MAX_URL - rest] = '\0';
	full = scep_exchange_url(url, NULL, "PKIOperation", FALSE,
							 chunk_from_str("x"), &error);
	ck_assert_msg(full, "%s", error.text);
	ck_assert_uint_eq(strlen(full), SCEP_MAX_URL);
	free(full);
	url[SCEP_MAX_URL - rest] = 'a';
	url[SCEP_MAX_URL - rest + 1] = '\0';
	ck_assert(!scep_exchange_url(url, NULL, "PKIOperation", FALSE,
								 chunk_from_str("x"), &error));
	ck_assert_int_eq(error.kind, SCEP_PERMANENT);
	ck_assert(strstr(error.text, "must take POST"));
}
END_TEST

int main()
{
	Suite *suite = suite_create("exchange");
	TCase *tcase = tcase_create("operations");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, judges_status, 0, countof(refusals));
	tcase_add_test(tcase, get_after_refused_post_is_kept);
	tcase_add_loop_test(tcase, configured_method_is_kept, 0, 2);
	tcase_add_loop_test(tcase, other_form_of_identifier_is_tried_once, 0,
						countof(forms));
	tcase_add_test(tcase, query_in_url_is_extended);
	tcase_add_test(tcase, message_in_url_is_one_escaped_line);
	tcase_add_test(tcase, bounds_urls);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
