/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transport/scep_curl_error.h"
#include "base/scep_text.h"

/** States of a proxy that wants to know who asks, or does not believe it; the
 * second one is tinyproxy's, and before a tunnel nobody else's */
#define PROXY_AUTHENTICATION	407
#define UNAUTHORIZED			401

/**
 * Get what to look at, NULL if libcurl's words say all.
 */
static const char *get_hint(CURLcode code)
{
	switch (code)
	{
		case CURLE_PEER_FAILED_VERIFICATION:
			return "the server's TLS certificate is not believed: see "
				   "http.ca_file, and the host's name in url";
		case CURLE_SSL_CACERT_BADFILE:
			return "http.ca_file can't be used";
		case CURLE_SSL_CERTPROBLEM:
			return "http.cert and http.key can't be used";
		case CURLE_SSL_CONNECT_ERROR:
			return "the server does not agree on TLS: it needs TLS 1.2 or "
				   "later";
		case CURLE_COULDNT_RESOLVE_PROXY:
			return "see http.proxy";
		default:
			return NULL;
	}
}

/**
 * Whether a proxy asked for a password in vain.
 */
static bool is_unauthorised(CURL *easy)
{
	long status = 0, connect = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	return status == PROXY_AUTHENTICATION || connect == PROXY_AUTHENTICATION ||
		   connect == UNAUTHORIZED;
}

/*
 * Described in header
 */
bool scep_curl_error(CURL *easy, CURLcode code, const char *detail,
					 scep_error_t *err)
{
	char quoted[SCEP_QUOTED_LEN];
	const char *hint;

	if (is_unauthorised(easy))
	{
		return scep_fail(err, SCEP_TRANSIENT, "the proxy wants a user and a "
						 "password, or others than those in http.proxy");
	}
	if (code == CURLE_OK)
	{
		return TRUE;
	}
	hint = get_hint(code);
	if (!*detail)
	{
		detail = curl_easy_strerror(code);
	}
	return scep_fail(err, SCEP_TRANSIENT, "%s%s%s",
					 scep_quote(chunk_from_str((char*)detail), quoted),
					 hint ? ", " : "", hint ?: "");
}
