/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transfer_fixture.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

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
	tcase_add_checked_fixture(tcase, transfer_setup, transfer_teardown);
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
	tcase_add_checked_fixture(tcase, transfer_setup, transfer_teardown);
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

	tcase = tcase_create("describe");
	tcase_add_loop_test(tcase, describes_http_errors, 0, countof(descriptions));
	tcase_add_test(tcase, keeps_the_beginning_of_an_error);
	tcase_add_loop_test(tcase, long_error_is_cut, 0, 256);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
