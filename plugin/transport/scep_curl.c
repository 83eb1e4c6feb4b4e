/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transport/scep_curl.h"
#include "transport/scep_curl_error.h"

#include <collections/linked_list.h>

#include <curl/curl.h>
#include <limits.h>
#include <stdio.h>

typedef struct private_scep_curl_t private_scep_curl_t;
typedef struct transfer_t transfer_t;

/**
 * Private data of a scep_curl_t.
 */
struct private_scep_curl_t {

	/**
	 * Public interface.
	 */
	scep_curl_t public;

	/**
	 * libcurl's handle for all transfers.
	 */
	CURLM *multi;

	/**
	 * Transfers under way, transfer_t.
	 */
	linked_list_t *transfers;
};

/**
 * A transfer under way.
 */
struct transfer_t {

	/** libcurl's handle */
	CURL *easy;

	/** header lines of the request */
	struct curl_slist *headers;

	/** body of the request, and of the answer */
	chunk_t body, answer;

	/** room in answer */
	size_t room;

	/** largest answer, bytes */
	size_t max_body;

	/** whether the answer is larger */
	bool too_large;

	/** whether user and password, or a ticket, are sent; or a certificate */
	bool login, cert;

	/** URL now, and redirects so far */
	char *url;
	u_int redirects;

	/** called with the answer */
	scep_http_cb_t cb;
	void *user;

	/** libcurl's words for an error */
	char error[CURL_ERROR_SIZE];
};

/**
 * libcurl has a piece of the answer.
 */
static size_t on_data(char *data, size_t size, size_t count, void *user)
{
	transfer_t *transfer = user;
	size_t len = size * count;

	if (len > transfer->max_body - transfer->answer.len)
	{
		transfer->too_large = TRUE;
		return 0;
	}
	if (transfer->answer.len + len > transfer->room)
	{
		transfer->room = max(transfer->room * 2, transfer->answer.len + len);
		transfer->answer.ptr = realloc(transfer->answer.ptr, transfer->room);
	}
	memcpy(transfer->answer.ptr + transfer->answer.len, data, len);
	transfer->answer.len += len;
	return len;
}

/**
 * Destroy a transfer. CURLOPT_QUICK_EXIT is set: a resolver thread that waits
 * for a silent name server is left alone, not joined.
 */
static void destroy_transfer(private_scep_curl_t *this, transfer_t *transfer)
{
	this->transfers->remove(this->transfers, transfer, NULL);
	curl_multi_remove_handle(this->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	chunk_clear(&transfer->body);
	memwipe(transfer->answer.ptr, transfer->room);
	free(transfer->answer.ptr);
	free(transfer->url);
	free(transfer);
}

/**
 * Set the options of https, to the server and to a proxy.
 */
static bool set_tls(CURL *easy, const scep_http_request_t *request)
{
	bool ok;

	ok = !curl_easy_setopt(easy, CURLOPT_SSLVERSION,
						   (long)CURL_SSLVERSION_TLSv1_2) &&
		!curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	if (ok && request->proxy)
	{
		ok = !curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION,
							   (long)CURL_SSLVERSION_TLSv1_2);
	}
	if (ok && request->ca_file)
	{
		ok = !curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file) &&
			!curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, request->ca_file);
	}
	if (ok && request->cert)
	{
		ok = !curl_easy_setopt(easy, CURLOPT_SSLCERT, request->cert) &&
			!curl_easy_setopt(easy, CURLOPT_SSLKEY, request->key);
	}
	return ok;
}

/**
 * Set who asks. NTLM is for servers that have nothing better. Without TLS who is
 * in the way could ask for Basic, and would get the password as it is.
 */
static bool set_login(CURL *easy, const scep_http_request_t *request)
{
	bool secure = strncasecmp(request->url, "https:", 6) == 0;
	CURLcode code;

	if (request->user)
	{
		return !curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_DIGEST |
								 CURLAUTH_NTLM |
								 (secure ? CURLAUTH_BASIC : 0)) &&
			   !curl_easy_setopt(easy, CURLOPT_USERNAME, request->user) &&
			   !curl_easy_setopt(easy, CURLOPT_PASSWORD, request->password);
	}
	/* where libcurl has no Kerberos the server's answer tells the rest */
	code = curl_easy_setopt(easy, CURLOPT_HTTPAUTH,
							CURLAUTH_NEGOTIATE | CURLAUTH_ONLY);
	return code == CURLE_NOT_BUILT_IN ||
		   (!code && !curl_easy_setopt(easy, CURLOPT_USERPWD, ":"));
}

/**
 * Set the options of a transfer.
 */
static bool set_options(transfer_t *transfer,
						const scep_http_request_t *request)
{
	CURL *easy = transfer->easy;
	char type[128];
	bool ok;

	ok = !curl_easy_setopt(easy, CURLOPT_URL, request->url) &&
		!curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
		!curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) &&
		/* where a connection that is used again turns out to be dead, libcurl
		 * sends a message again, whose nonce the server may have seen */
		!curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L) &&
		!curl_easy_setopt(easy, CURLOPT_USERAGENT, "strongswan-scep") &&
		!curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) &&
		!curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error) &&
		!curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data) &&
		!curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) &&
		!curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)request->timeout) &&
		!curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT,
						  (long)request->connect_timeout) &&
		/* nothing from the daemon's environment or its ~/.netrc */
		!curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy ?: "") &&
		!curl_easy_setopt(easy, CURLOPT_NOPROXY, "") &&
		set_tls(easy, request);
	if (ok && request->proxy)
	{	/* the best that the proxy offers */
		ok = !curl_easy_setopt(easy, CURLOPT_PROXYAUTH, CURLAUTH_ANY);
	}
	if (ok && request->login)
	{
		ok = set_login(easy, request);
	}
	if (ok && request->source)
	{
		ok = !curl_easy_setopt(easy, CURLOPT_INTERFACE, request->source);
	}
	if (ok && request->body.ptr)
	{	/* NDES can't do chunks, some servers no Expect: 100-continue */
		snprintf(type, sizeof(type), "Content-Type: %s", request->content_type);
		transfer->body = chunk_clone(request->body);
		transfer->headers = curl_slist_append(NULL, type);
		transfer->headers = curl_slist_append(transfer->headers, "Expect:");
		ok = !curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers) &&
			!curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
							  (curl_off_t)transfer->body.len) &&
			!curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body.ptr);
	}
	return ok;
}

METHOD(scep_transport_t, send_, void*,
	private_scep_curl_t *this, const scep_http_request_t *request,
	scep_http_cb_t cb, void *user, scep_error_t *err)
{
	transfer_t *transfer;

	INIT(transfer,
		.easy = curl_easy_init(),
		.max_body = request->max_body,
		.login = request->login,
		.cert = request->cert != NULL,
		.url = strdup(request->url),
		.cb = cb,
		.user = user,
	);
	this->transfers->insert_last(this->transfers, transfer);
	if (request->login)
	{	/* a secret must not be copied, as something larger is needed */
		transfer->room = transfer->max_body;
		transfer->answer.ptr = malloc(transfer->room);
	}
	if (!transfer->easy || !set_options(transfer, request) ||
		curl_multi_add_handle(this->multi, transfer->easy))
	{
		destroy_transfer(this, transfer);
		scep_fail(err, SCEP_TRANSIENT, "libcurl can't start the transfer; "
				  "does it have https, and are http.* settings right?");
		return NULL;
	}
	/* the next wait() must not sleep: the transfer has yet to begin */
	curl_multi_wakeup(this->multi);
	return transfer;
}

METHOD(scep_transport_t, cancel, void,
	private_scep_curl_t *this, void *transfer)
{
	destroy_transfer(this, transfer);
}

/**
 * Get a part of a URL, NULL if it has none.
 */
static char *get_part(const char *url, CURLUPart part)
{
	CURLU *parsed = curl_url();
	char *value = NULL;

	if (curl_url_set(parsed, CURLUPART_URL, url, 0) ||
		curl_url_get(parsed, part, &value, CURLU_DEFAULT_PORT))
	{
		value = NULL;
	}
	curl_url_cleanup(parsed);
	return value;
}

/**
 * Whether two URLs have a part in common.
 */
static bool same_part(const char *a, const char *b, CURLUPart part)
{
	char *x = get_part(a, part), *y = get_part(b, part);
	bool same = x && y && strcaseeq(x, y);

	curl_free(x);
	curl_free(y);
	return same;
}

/**
 * Whether a redirect may be followed: it stays at the host and does not leave
 * https. Who says a password says it to no other port, unless that is https;
 * who has a certificate shows it to no other service at all.
 */
static bool may_follow(transfer_t *transfer, const char *location)
{
	const char *url = transfer->url;
	bool secure = strncasecmp(location, "https:", 6) == 0;

	return same_part(url, location, CURLUPART_HOST) &&
		   (secure || strncasecmp(url, "https:", 6) != 0) &&
		   (same_part(url, location, CURLUPART_PORT) ||
			(!transfer->cert && (!transfer->login || secure)));
}

/**
 * Send a transfer to its URL by another handle: the headers of an answer are
 * freed twice by older versions of libcurl (7.88) if another one comes by the
 * same handle and its first header is folded.
 */
static bool renew_handle(private_scep_curl_t *this, transfer_t *transfer)
{
	CURL *easy = curl_easy_duphandle(transfer->easy);

	if (!easy || curl_easy_setopt(easy, CURLOPT_URL, transfer->url) ||
		curl_multi_add_handle(this->multi, easy))
	{
		curl_easy_cleanup(easy);
		return FALSE;
	}
	curl_multi_remove_handle(this->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	transfer->easy = easy;
	return TRUE;
}

/**
 * Follow a redirect, if it stays at the host and does not leave https. A POST
 * is sent again only where the status says so.
 *
 * @return			FALSE if it is not followed, err tells why if it must not be
 */
static bool follow(private_scep_curl_t *this, transfer_t *transfer, long status,
				   scep_error_t *err)
{
	char *location = NULL;

	curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &location);
	if (!location || (status != 301 && status != 302 && status != 307 &&
					  status != 308) ||
		(transfer->body.ptr && status != 307 && status != 308))
	{
		return FALSE;
	}
	if (transfer->redirects++ == SCEP_MAX_REDIRECTS)
	{
		return scep_fail(err, SCEP_SECURITY, "more than %d redirects",
						 SCEP_MAX_REDIRECTS);
	}
	if (!may_follow(transfer, location))
	{
		return scep_fail(err, SCEP_SECURITY, "the server redirects to another "
						 "host (with a password or http.cert: port), or from "
						 "https to http: that is not followed");
	}
	free(transfer->url);
	transfer->url = strdup(location);
	transfer->answer.len = 0;
	return renew_handle(this, transfer) ||
		   scep_fail(err, SCEP_TRANSIENT, "redirect can't be followed");
}

/**
 * How many seconds a server asks to wait. libcurl's own reading of it ends at
 * six hours in newer versions.
 */
static time_t get_retry_after(CURL *easy)
{
	struct curl_header *header;
	time_t date;

	if (curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1,
						 &header) != CURLHE_OK || !*header->value)
	{
		return 0;
	}
	if (strspn(header->value, "0123456789") == strlen(header->value))
	{
		return min(strtoull(header->value, NULL, 10), SCEP_MAX_RETRY_AFTER);
	}
	date = curl_getdate(header->value, NULL);
	return min(max(date - time(NULL), 0), SCEP_MAX_RETRY_AFTER);
}

/**
 * A transfer is complete.
 */
static void finish(private_scep_curl_t *this, transfer_t *transfer,
				   CURLcode code)
{
	scep_http_answer_t answer = {};

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &answer.status);
	if (transfer->too_large)
	{
		scep_fail(&answer.error, SCEP_SECURITY, "the answer is larger than %zu "
				  "bytes", transfer->max_body);
	}
	else if (scep_curl_error(transfer->easy, code, transfer->error,
							 &answer.error) &&
			 follow(this, transfer, answer.status, &answer.error))
	{
		return;
	}
	answer.retry_after = get_retry_after(transfer->easy);
	answer.body = transfer->answer;
	transfer->cb(transfer->user, &answer);
	destroy_transfer(this, transfer);
}

/**
 * Do what transfers can do without waiting, finish those that are complete.
 * Callbacks may start others, which may be complete at once, too.
 */
static void perform(private_scep_curl_t *this)
{
	transfer_t *transfer;
	CURLMsg *message;
	CURLcode code;
	int running, left;
	bool again;

	do
	{
		again = FALSE;
		curl_multi_perform(this->multi, &running);
		while ((message = curl_multi_info_read(this->multi, &left)))
		{
			if (message->msg == CURLMSG_DONE)
			{
				code = message->data.result;
				curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
								  (char**)&transfer);
				finish(this, transfer, code);
				again = TRUE;
			}
		}
	}
	while (again);
}

METHOD(scep_curl_t, wait_, bool,
	private_scep_curl_t *this, int fd)
{
	struct curl_waitfd extra = {
		.fd = fd,
		.events = CURL_WAIT_POLLIN,
	};

	curl_multi_poll(this->multi, &extra, 1, INT_MAX, NULL);
	perform(this);
	return extra.revents != 0;
}

METHOD(scep_curl_t, wakeup, void,
	private_scep_curl_t *this)
{
	curl_multi_wakeup(this->multi);
}

METHOD(scep_transport_t, destroy, void,
	private_scep_curl_t *this)
{
	transfer_t *transfer;

	while (this->transfers->get_first(this->transfers,
									  (void**)&transfer) == SUCCESS)
	{
		destroy_transfer(this, transfer);
	}
	this->transfers->destroy(this->transfers);
	if (this->multi)
	{
		curl_multi_cleanup(this->multi);
	}
	curl_global_cleanup();
	free(this);
}

/*
 * Described in header
 */
scep_curl_t *scep_curl_create()
{
	private_scep_curl_t *this;

	if (curl_global_init(CURL_GLOBAL_DEFAULT))
	{
		return NULL;
	}
	INIT(this,
		.public = {
			.transport = {
				.send = _send_,
				.cancel = _cancel,
				.destroy = _destroy,
			},
			.wait = _wait_,
			.wakeup = _wakeup,
		},
		.multi = curl_multi_init(),
		.transfers = linked_list_create(),
	);
	if (!this->multi)
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
