/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fault.h"

#include <stdlib.h>

/** A page that proxies and application servers send */
#define PAGE	"<!DOCTYPE html><html><head><title>Oops</title></head>" \
				"<body><h1>Something is wrong</h1></body></html>\n"

/** Size of huge */
#define HUGE_SIZE	(16 * 1024 * 1024)

/**
 * Words that replace status and body.
 */
static const struct {
	word_t word;
	int status;
	const char *type;
	const char *body;
} replacements[] = {
	{ W_HTTP_204, 204, NULL, "" },
	{ W_HTTP_400, 400, "text/plain", "bad request, says the server\n" },
	{ W_HTTP_404, 404, "text/plain", "not found, says the server\n" },
	{ W_HTTP_405, 405, "text/plain", "no such method, says the server\n" },
	{ W_HTTP_500, 500, "text/plain", "out of order, says the server\n" },
	{ W_HTTP_501, 501, "text/plain", "not implemented, says the server\n" },
	{ W_HTTP_503, 503, "text/plain", "come back later, says the server\n" },
	{ W_HTML, 200, "text/html", PAGE },
	{ W_HTML_500, 500, "text/html", PAGE },
	{ W_EMPTY_BODY, 200, NULL, "" },
	{ W_GARBAGE, 200, NULL, "0\x82\xff\xffThis is no message at all." },
};

/**
 * Apply redirects.
 */
static void redirect(exchange_t *exchange, const options_t *options)
{
	const words_t *words = &exchange->words;

	if (words->has[W_REDIRECT] || words->has[W_REDIRECT_LOOP])
	{
		exchange->location = exchange->url;
	}
	if (words->has[W_REDIRECT_OTHER_HOST])
	{
		exchange->location = options->redirect;
	}
	if (words->has[W_REDIRECT_FILE])
	{
		exchange->location = "file:///etc/passwd";
	}
	if (exchange->location)
	{
		exchange->status = 302;
		bytes_free(&exchange->answer);
	}
}

/*
 * Described in header
 */
void fault_apply(exchange_t *exchange, const options_t *options)
{
	const words_t *words = &exchange->words;
	size_t i;

	for (i = 0; i < sizeof(replacements) / sizeof(*replacements); i++)
	{
		if (words->has[replacements[i].word])
		{
			exchange->status = replacements[i].status;
			exchange->type = replacements[i].type ?: exchange->type;
			bytes_free(&exchange->answer);
			exchange->answer = bytes_copy(replacements[i].body,
										  strlen(replacements[i].body));
		}
	}
	redirect(exchange, options);
	if (words->has[W_HUGE_BODY])
	{
		bytes_free(&exchange->answer);
		exchange->answer = (bytes_t){ calloc(1, HUGE_SIZE), HUGE_SIZE };
	}
	if (words->has[W_TRUNCATED])
	{
		exchange->answer.len /= 2;
	}
	if (words->has[W_ODD_TYPE])
	{
		exchange->type = "text/plain; charset=iso-8859-1";
	}
	if (words->has[W_NO_TYPE])
	{
		exchange->type = NULL;
	}
}
