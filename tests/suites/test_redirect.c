/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transfer_fixture.h"

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

START_TEST(folded_first_header_after_a_redirect_harms_nothing)
{
	scep_http_request_t request = make_request(&server);

	/* libcurl may refuse it, but must not append it to what it has freed, the
	 * last header of the redirect */
	add_redirect(&server, 301, "/new");
	add_text(&server, CLOSE, "HTTP/1.1 200 OK\r\n\tfolded: yes\r\n"
			 "Content-Length: 3\r\n\r\nnew");
	fetch(&request);
	ck_assert_int_eq(get_requests(&server), 2);
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

int main()
{
	Suite *suite = suite_create("redirect");
	TCase *tcase = tcase_create("redirect");

	tcase_add_checked_fixture(tcase, transfer_setup, transfer_teardown);
	tcase_add_loop_test(tcase, redirect_stays_at_the_host, 0,
						countof(redirects));
	tcase_add_test(tcase,
				   folded_first_header_after_a_redirect_harms_nothing);
	tcase_add_loop_test(tcase, redirects_are_limited, 0, 2);
	tcase_add_loop_test(tcase, certificate_goes_to_no_other_port, 0,
						countof(certified));
	tcase_add_loop_test(tcase, password_goes_to_no_other_port, 0,
						countof(guarded));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
