/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_exchange.h"
#include "base/scep_event.h"
#include "config/scep_url.h"

#include <curl/curl.h>
#include <stdio.h>

#define PKI_OPERATION	"PKIOperation"

typedef struct private_scep_exchange_t private_scep_exchange_t;

/**
 * Private data of a scep_exchange_t.
 */
struct private_scep_exchange_t {

	/**
	 * Public interface.
	 */
	scep_exchange_t public;

	/**
	 * HTTP.
	 */
	scep_transport_t *transport;

	/**
	 * Settings.
	 */
	scep_profile_t *profile;

	/**
	 * Operation under way, its pkiMessage, and the largest answer.
	 */
	const char *operation;
	chunk_t message;
	size_t max_body;

	/**
	 * Whether it is the second try, in the other form or by the other method,
	 * and what the first one was.
	 */
	bool again;
	bool first_form, first_get;

	/**
	 * Called with the answer, and its data.
	 */
	scep_exchange_cb_t cb;
	void *user;

	/**
	 * Transfer under way, or NULL.
	 */
	void *transfer;
};

/**
 * Get the text of the CA identifier, NULL if it is absent. Servers tell absent
 * from empty, and refuse one of the two (EJBCA needs, or refuses, "message=").
 */
static const char *get_identifier(const char *ca_identifier,
								  const char *operation, bool other_form)
{
	if (!streq(operation, "GetCACaps") && !streq(operation, "GetCACert"))
	{
		return NULL;
	}
	if (other_form)
	{
		return ca_identifier ? NULL : "";
	}
	return ca_identifier;
}

/**
 * Put a URL together from its parts.
 */
static char *join_url(const char *base, const char *operation,
					  const char *message)
{
	const char *join = strchr(base, '?') ? "&" : "?";
	char *url;

	if (asprintf(&url, "%s%soperation=%s%s%s", base, join, operation,
				 message ? "&message=" : "", message ?: "") < 0)
	{
		return NULL;
	}
	return url;
}

/*
 * Described in header
 */
char *scep_exchange_url(const char *base, const char *ca_identifier,
						const char *operation, bool other_form, chunk_t message,
						scep_error_t *err)
{
	const char *text = get_identifier(ca_identifier, operation, other_form);
	chunk_t base64 = chunk_empty;
	char *escaped = NULL, *url;

	if (message.len)
	{
		base64 = chunk_to_base64(message, NULL);
		text = (char*)base64.ptr;
	}
	if (text && *text)
	{
		escaped = curl_easy_escape(NULL, text, 0);
		text = escaped;
	}
	url = join_url(base, operation, text);
	curl_free(escaped);
	free(base64.ptr);
	if (!url || strlen(url) > SCEP_MAX_URL)
	{
		free(url);
		scep_fail(err, SCEP_PERMANENT, "%s is too long for a URL, of which "
				  "%d bytes can be sent: the server must take POST", operation,
				  SCEP_MAX_URL);
		return NULL;
	}
	return url;
}

static void got_answer(void *user, const scep_http_answer_t *answer);

/**
 * Send the operation in its current form.
 */
static bool send_http(private_scep_exchange_t *this, scep_error_t *err)
{
	scep_profile_t *profile = this->profile;
	bool post = this->message.len && !this->public.use_get;
	scep_http_request_t request = {
		.body = post ? this->message : chunk_empty,
		.content_type = "application/x-pki-message",
		.max_body = this->max_body,
		.timeout = profile->http_timeout,
		.connect_timeout = profile->http_connect_timeout,
		.proxy = profile->http_proxy,
		.ca_file = profile->http_ca_file,
		.source = profile->http_source,
		.cert = profile->http_cert,
		.key = profile->http_key,
	};
	char *url, shown[SCEP_MAX_SHOWN];

	url = scep_exchange_url(this->public.url, profile->ca_identifier,
							this->operation, this->public.other_form,
							post ? chunk_empty : this->message, err);
	if (!url)
	{
		return FALSE;
	}
	scep_event(profile->name, SCEP_EV_SENT, "operation=%s method=%s url=%s "
			   "bytes=%zu", this->operation, post ? "POST" : "GET",
			   scep_url_shown(url, shown, sizeof(shown)), this->message.len);
	request.url = url;
	this->transfer = this->transport->send(this->transport, &request,
										   got_answer, this, err);
	free(url);
	return this->transfer != NULL;
}

/**
 * Whether an answer may be one to the form or method of the request, so that
 * the other one is worth a try; switches to that.
 */
static bool switch_form(private_scep_exchange_t *this, long status)
{
	if (this->message.len)
	{
		if ((status == 405 || status == 501) &&
			this->profile->http_method == SCEP_HTTP_AUTO)
		{
			this->public.use_get = !this->public.use_get;
			return TRUE;
		}
		return FALSE;
	}
	if ((status == 400 || status == 404) &&
		!streq(this->operation, "GetNextCACert"))
	{
		this->public.other_form = !this->public.other_form;
		return TRUE;
	}
	return FALSE;
}

/**
 * Whether a status says no to what was sent. Those that ask for patience don't,
 * nor do those of somebody on the way: a redirect, a proxy, a portal.
 */
static bool is_refusal(long status)
{
	switch (status)
	{
		case 407:
		case 408:
		case 429:
		case 502:
		case 503:
		case 504:
		case 511:
			return FALSE;
		default:
			return status >= 400;
	}
}

/**
 * Whether a status is that of a gateway before a server that is not there.
 */
static bool is_unreachable(long status)
{
	return status == 408 || (status >= 502 && status <= 504);
}

/**
 * Judge an answer.
 */
static void judge(private_scep_exchange_t *this,
				  const scep_http_answer_t *answer, scep_reply_t *reply)
{
	char text[SCEP_MAX_ERROR];

	reply->status = answer->status;
	reply->retry_after = min(answer->retry_after, SCEP_MAX_RETRY_AFTER);
	if (answer->error.kind != SCEP_OK)
	{
		reply->status = 0;
		reply->unreachable = answer->error.kind == SCEP_TRANSIENT;
		scep_fail(&reply->error, answer->error.kind, "%s: %s", this->operation,
				  answer->error.text);
		return;
	}
	if (answer->status == 200)
	{
		reply->body = answer->body;
		return;
	}
	reply->refused = is_refusal(answer->status);
	reply->unreachable = is_unreachable(answer->status);
	scep_fail(&reply->error, SCEP_TRANSIENT, "%s: %s", this->operation,
			  scep_http_describe(answer, text, sizeof(text)));
}

/**
 * An answer came.
 */
static void got_answer(void *user, const scep_http_answer_t *answer)
{
	private_scep_exchange_t *this = user;
	scep_reply_t reply = {};

	this->transfer = NULL;
	judge(this, answer, &reply);
	if (reply.refused && !this->again && switch_form(this, reply.status))
	{
		this->again = TRUE;
		if (send_http(this, NULL))
		{
			return;
		}
	}
	if (reply.error.kind != SCEP_OK)
	{	/* neither is better: stay with what was known */
		this->public.other_form = this->first_form;
		this->public.use_get = this->first_get;
	}
	this->cb(this->user, &reply);
}

/**
 * Begin an operation.
 */
static bool start(private_scep_exchange_t *this, const char *operation,
				  chunk_t message, size_t max_body, scep_exchange_cb_t cb,
				  void *user, scep_error_t *err)
{
	this->operation = operation;
	this->message = message;
	this->max_body = max_body;
	this->again = FALSE;
	this->first_form = this->public.other_form;
	this->first_get = this->public.use_get;
	this->cb = cb;
	this->user = user;
	return send_http(this, err);
}

METHOD(scep_exchange_t, fetch, bool,
	private_scep_exchange_t *this, const char *operation, size_t max_body,
	scep_exchange_cb_t cb, void *user, scep_error_t *err)
{
	return start(this, operation, chunk_empty, max_body, cb, user, err);
}

METHOD(scep_exchange_t, operate, bool,
	private_scep_exchange_t *this, chunk_t message, size_t max_body,
	scep_exchange_cb_t cb, void *user, scep_error_t *err)
{
	return start(this, PKI_OPERATION, message, max_body, cb, user, err);
}

METHOD(scep_exchange_t, cancel, void,
	private_scep_exchange_t *this)
{
	if (this->transfer)
	{
		this->transport->cancel(this->transport, this->transfer);
		this->transfer = NULL;
	}
}

METHOD(scep_exchange_t, destroy, void,
	private_scep_exchange_t *this)
{
	cancel(this);
	free(this);
}

/*
 * Described in header
 */
scep_exchange_t *scep_exchange_create(scep_transport_t *transport,
									  scep_profile_t *profile)
{
	private_scep_exchange_t *this;

	INIT(this,
		.public = {
			.use_get = profile->http_method == SCEP_HTTP_GET,
			.fetch = _fetch,
			.operate = _operate,
			.cancel = _cancel,
			.destroy = _destroy,
		},
		.transport = transport,
		.profile = profile,
	);
	return &this->public;
}
