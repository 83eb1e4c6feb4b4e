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
char *scep_url_of_server(const char *text)
{
	static const char *const schemes[] = { "http", "https", NULL };
	char *url;

	if (!scep_url_is_good(text, schemes) || strchr(text, '#'))
	{
		return NULL;
	}
	if (strpbrk(strstr(text, "://") + 3, "/?"))
	{
		return strdup(text);
	}
	return asprintf(&url, "%s/cgi-bin/pkiclient.exe", text) > 0 ? url : NULL;
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

/*
 * Described in header
 */
char *scep_urls_shown(const char *list, char *buf, size_t len)
{
	enumerator_t *enumerator;
	const char *at = strrchr(list, '@');
	bool parsed = TRUE;
	size_t used = 0;
	char *token;

	buf[0] = '\0';
	enumerator = enumerator_create_token(list, ",", " \t");
	while (parsed && enumerator->enumerate(enumerator, &token))
	{
		parsed = can_parse(token);
		if (parsed && used < len)
		{
			used += snprintf(buf + used, len - used, "%s", used ? ", " : "");
		}
		if (parsed && used < len)
		{
			scep_url_shown(token, buf + used, len - used);
			used += strlen(buf + used);
		}
	}
	enumerator->destroy(enumerator);
	if (!parsed)
	{	/* the comma may be one of a password */
		snprintf(buf, len, "%s", at ? at + 1 : list);
	}
	return buf;
}
