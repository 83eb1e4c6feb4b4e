/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_url.h"

#include <curl/curl.h>
#include <stdio.h>

/**
 * Whether libcurl can parse a URL.
 */
static bool can_parse(const char *url)
{
	CURLU *parser = curl_url();
	char *host = NULL;
	bool success;

	success = parser &&
			  !curl_url_set(parser, CURLUPART_URL, url,
							CURLU_NON_SUPPORT_SCHEME) &&
			  !curl_url_get(parser, CURLUPART_HOST, &host, 0) && *host;
	curl_free(host);
	curl_url_cleanup(parser);
	return success;
}

/*
 * Described in header
 */
bool scep_url_is_good(const char *text, const char *const *schemes)
{
	size_t len;

	for (; *schemes; schemes++)
	{
		len = strlen(*schemes);
		if (strncasecmp(text, *schemes, len) == 0 &&
			strpfx(text + len, "://"))
		{	/* libcurl would take one slash, or three */
			return text[len + 3] != '/' && !strpbrk(text, " \t\r\n\"<>") &&
				   can_parse(text);
		}
	}
	return FALSE;
}

/*
 * Described in header
 */
char *scep_url_shown(const char *url, char *buf, size_t len)
{
	static const char scheme[] = "abcdefghijklmnopqrstuvwxyz0123456789+.-"
								 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *authority = url + strspn(url, scheme), *at, *end;

	authority = strpfx(authority, "://") ? authority + 3 : url;
	end = authority + strlen(authority);
	if (can_parse(url))
	{
		end = authority + strcspn(authority, "/?#");
	}
	at = memrchr(authority, '@', end - authority);
	snprintf(buf, len, "%.*s%s", (int)(authority - url), url,
			 at ? at + 1 : authority);
	return buf;
}
