/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "server.h"
#include "config/scep_tls.h"
#include "transport/scep_curl.h"

#include <openssl/pem.h>

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

/** Limit for an answer, seconds */
#define DEADLINE	20

static scep_curl_t *curl;
static server_t *server;

/** certificate and key of the server, another one, and the files */
static certrep_id_t *id, *stranger;
static char dir[] = "/tmp/scep-test-XXXXXX";
static char cert[64], key[64], other[64];

/** what came */
static bool done;
static scep_error_t error;
static long status;

/**
 * Write a certificate, or a key.
 */
static void write_pem(char *path, const char *name, X509 *x509, EVP_PKEY *pkey)
{
	FILE *file;

	snprintf(path, sizeof(cert), "%s/%s", dir, name);
	file = fopen(path, "w");
	ck_assert(file);
	ck_assert(x509 ? PEM_write_X509(file, x509) :
			  PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL));
	fclose(file);
}

/**
 * Start a server and a client.
 *
 * @param page		options of the page with a challenge
 */
static void start(const char *page)
{
	char options[512];

	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert(mkdtemp(dir));
	/* what has no other name goes by its CN */
	id = certrep_id_create("127.0.0.1", CERTREP_RSA, NULL, TRUE);
	stranger = certrep_id_create("127.0.0.1", CERTREP_RSA_3072, NULL, TRUE);
	write_pem(cert, "cert", id->x509, NULL);
	write_pem(key, "key", NULL, id->pkey);
	write_pem(other, "other", stranger->x509, NULL);
	snprintf(options, sizeof(options), "--tls-cert %s --tls-key %s "
			 "--redirect http://127.0.0.1:9/scep %s", cert, key, page);
	server = server_start(options);
	curl = scep_curl_create();
	ck_assert(curl);
}

static void setup()
{
	start("");
}

static void setup_basic()
{
	start("--page basic");
}

static void setup_ntlm()
{
	start("--page ntlm --page-encoding utf-16");
}

static void teardown()
{
	curl->transport.destroy(&curl->transport);
	server_stop(server);
	unlink(cert);
	unlink(key);
	unlink(other);
	rmdir(dir);
	certrep_id_destroy(id);
	certrep_id_destroy(stranger);
}

static void on_answer(void *user, const scep_http_answer_t *answer)
{
	done = TRUE;
	error = answer->error;
	status = answer->status;
}

/**
 * Send a request by https, wait for what comes of it.
 *
 * @param path		path of the URL
 * @param login		whether to tell who asks
 * @param user		that user, or NULL
 * @param password	its password
 */
static void fetch_as(char *ca_file, const char *path, bool login,
					 const char *user, const char *password)
{
	struct itimerspec spec = { .it_value.tv_sec = DEADLINE * 2 };
	char url[128];
	scep_http_request_t request = {
		.url = url,
		.max_body = 100000,
		.timeout = DEADLINE,
		.connect_timeout = DEADLINE,
		.ca_file = ca_file,
		.login = login,
		.user = user,
		.password = password,
	};
	scep_error_t err = {};
	bool late = FALSE;
	int timer;

	snprintf(url, sizeof(url), "https://%.*s%s",
			 (int)strcspn(server->url + strlen("http://"), "/"),
			 server->url + strlen("http://"), path);
	done = FALSE;
	error = (scep_error_t){};
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	ck_assert(timer != -1 && !timerfd_settime(timer, 0, &spec, NULL));
	ck_assert_msg(curl->transport.send(&curl->transport, &request, on_answer,
									   NULL, &err), "%s", err.text);
	while (!done && !late)
	{
		late = curl->wait(curl, timer);
	}
	close(timer);
	ck_assert(done);
}

/**
 * Ask what the server can do.
 */
static void fetch(char *ca_file)
{
	fetch_as(ca_file, "/scep?operation=GetCACaps", FALSE, NULL, NULL);
}

START_TEST(verifies_the_server)
{
	fetch(cert);
	ck_assert_msg(error.kind == SCEP_OK, "%s", error.text);
	ck_assert_int_eq(status, 200);
	/* not the same key under the same name, nor any CA of the system */
	fetch(other);
	ck_assert_int_ne(error.kind, SCEP_OK);
	fetch(NULL);
	ck_assert_int_ne(error.kind, SCEP_OK);
}
END_TEST

START_TEST(leaves_no_https)
{
	/* the same host */
	server_write(server, "script", "*GetCACaps: redirect-other-host");
	fetch(cert);
	ck_assert_int_eq(error.kind, SCEP_SECURITY);
	ck_assert_msg(strstr(error.text, "from https to http"), "%s", error.text);
}
END_TEST

/**
 * Check a client's certificate and key.
 */
static void check_pair(char *cert_file, char *key_file, const char *text)
{
	scep_profile_t profile = {
		.http_cert = cert_file,
		.http_key = key_file,
	};
	scep_error_t err = {};

	ck_assert_int_eq(scep_tls_check(&profile, &err), !text);
	ck_assert_msg(!text || strstr(err.text, text), "%s", err.text);
}

START_TEST(checks_certificate_and_key_of_the_client)
{
	check_pair(NULL, NULL, NULL);
	check_pair(cert, NULL, "http.key");
	check_pair(NULL, key, "http.cert");
	chmod(key, 0600);
	check_pair(cert, key, NULL);
	check_pair(other, key, "the key of http.cert");
	check_pair(key, key, "key=http.cert");
	chmod(cert, 0600);
	check_pair(cert, cert, "key=http.key");
	chmod(key, 0640);
	check_pair(cert, key, "0600");
	chmod(key, 0602);
	check_pair(cert, key, "0600");
	chmod(key, 0600);
	unlink(other);
	check_pair(cert, other, "can be read");
	if (geteuid() == 0)
	{	/* nobody else can give a file away */
		ck_assert(chown(key, 65534, 65534) == 0);
		check_pair(cert, key, "not of user 65534");
	}
}
END_TEST

START_TEST(tells_what_to_look_at)
{
	fetch(other);
	ck_assert_msg(strstr(error.text, "see http.ca_file"), "%s", error.text);
	fetch("/dev/null");
	ck_assert_msg(strstr(error.text, "http.ca_file can't be used"), "%s",
				  error.text);
}
END_TEST

/**
 * Who asks for the page, and what the server says.
 */
static const struct {
	bool login;
	const char *user, *password;
	long status;
} visitors[] = {
	{ TRUE, "gw", "swordfish", 200 },
	{ TRUE, "gw", "sword:fish", 401 },
	{ TRUE, "wg", "swordfish", 401 },
	{ TRUE, NULL, NULL, 401 },
	{ FALSE, NULL, NULL, 401 },
};

START_TEST(page_is_for_its_user_only)
{
	/* the server has room for five phrases: what fails gets none */
	fetch_as(cert, "/certsrv/mscep_admin/", visitors[_i].login,
			 visitors[_i].user, visitors[_i].password);
	ck_assert_msg(error.kind == SCEP_OK, "%s", error.text);
	ck_assert_int_eq(status, visitors[_i].status);
	/* where nobody asks for a password none is sent */
	fetch_as(cert, "/scep?operation=GetCACaps", TRUE, "gw", "swordfish");
	ck_assert_int_eq(status, 200);
	ck_assert(!server_logged(server, "violation"));
}
END_TEST

int main()
{
	Suite *suite = suite_create("https");
	TCase *tcase = tcase_create("https");

	curl_global_init(CURL_GLOBAL_ALL);
	certrep_init();
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, verifies_the_server);
	tcase_add_test(tcase, leaves_no_https);
	tcase_add_test(tcase, checks_certificate_and_key_of_the_client);
	tcase_add_test(tcase, tells_what_to_look_at);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("basic");
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup_basic, teardown);
	tcase_add_loop_test(tcase, page_is_for_its_user_only, 0,
						countof(visitors));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("ntlm");
	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, setup_ntlm, teardown);
	tcase_add_loop_test(tcase, page_is_for_its_user_only, 0,
						countof(visitors));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
