/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "page.h"
#include "ntlm.h"

#include <openssl/rand.h>
#include <openssl/x509.h>

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

/** Phrases that NDES keeps */
#define ROOM		5

/** What NDES writes, more or less */
#define BEFORE		"<HTML><Head><Title>Network Device Enrollment Service</Title>" \
					"</Head><Body BgColor=#FFFFFF>\r\n"
#define AFTER		"</Body></HTML>\r\n"

/**
 * Read the phrases that still serve, less one.
 *
 * @param but		phrase to leave out, or NULL
 * @param found		gets whether that was among them
 * @param count		gets how many are left
 * @return			lines of the file, allocated
 */
static bytes_t read_phrases(const options_t *options, const char *but,
							bool *found, int *count)
{
	char *path = format("%s/phrases", options->dir), phrase[32], *line, *rest;
	bytes_t content, left = bytes_copy("", 0);
	long end;

	*found = false;
	*count = 0;
	if (!bytes_from_file(path, &content))
	{
		content = bytes_copy("", 0);
	}
	rest = (char*)content.ptr;
	while ((line = strsep(&rest, "\n")))
	{
		if (sscanf(line, "%31s %ld", phrase, &end) != 2 || end <= time(NULL))
		{
			continue;
		}
		if (but && !strcmp(phrase, but))
		{
			*found = true;
			continue;
		}
		bytes_append(&left, line, strlen(line));
		bytes_append(&left, "\n", 1);
		(*count)++;
	}
	bytes_free(&content);
	free(path);
	return left;
}

/**
 * Write the phrases.
 */
static void write_phrases(const options_t *options, bytes_t lines)
{
	char *path = format("%s/phrases", options->dir);

	bytes_to_file(path, lines);
	free(path);
}

/*
 * Described in header
 */
bool page_strike(const options_t *options, const char *phrase)
{
	bytes_t lines;
	bool found;
	int count;

	lines = read_phrases(options, phrase, &found, &count);
	if (found)
	{
		write_phrases(options, lines);
	}
	bytes_free(&lines);
	return found;
}

/**
 * Make a phrase and keep it.
 *
 * @return			phrase, allocated; NULL if there is no more room
 */
static char *make_phrase(const options_t *options)
{
	unsigned char random[8];
	char *phrase, *line, *pos;
	bytes_t lines;
	bool found;
	int count;

	lines = read_phrases(options, NULL, &found, &count);
	if (count >= ROOM)
	{
		bytes_free(&lines);
		return NULL;
	}
	if (RAND_bytes(random, sizeof(random)) != 1)
	{
		die("RAND_bytes");
	}
	phrase = bytes_hex((bytes_t){ random, sizeof(random) });
	for (pos = phrase; *pos; pos++)
	{
		*pos = toupper(*pos);
	}
	line = format("%s %ld\n", phrase, (long)time(NULL) + options->page_life);
	bytes_append(&lines, line, strlen(line));
	write_phrases(options, lines);
	bytes_free(&lines);
	free(line);
	return phrase;
}

/**
 * Get the thumbprint as NDES shows it: MD5, in groups.
 *
 * @return			text, allocated
 */
static char *get_thumbprint(ca_t *ca, bool other)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char *hex, *text;

	X509_digest(ca_top(ca), EVP_md5(), hash, NULL);
	hash[0] ^= other;
	hex = bytes_hex((bytes_t){ hash, 16 });
	text = format("%.8s %.8s %.8s %.8s", hex, hex + 8, hex + 16, hex + 24);
	free(hex);
	return text;
}

/**
 * Write the page in its encoding.
 */
static void write_page(const options_t *options, exchange_t *exchange,
					   const char *text)
{
	bool wide = !strcmp(options->page_encoding, "utf-16");

	exchange->status = 200;
	exchange->type = wide ? "text/html; charset=utf-16" : "text/html";
	exchange->answer = bytes_copy("\xff\xfe", wide ? 2 : 0);
	for (; *text; text++)
	{
		bytes_append(&exchange->answer, (char[]){ *text, 0 }, wide ? 2 : 1);
	}
}

/**
 * Show a phrase.
 */
static void show(const options_t *options, ca_t *ca, exchange_t *exchange)
{
	char *phrase = make_phrase(options), *text, *thumbprint;

	thumbprint = get_thumbprint(ca, exchange->words.has[W_OTHER_THUMBPRINT]);
	if (phrase)
	{
		text = format(BEFORE "<P> The thumbprint (hash value) for the CA "
					  "certificate is: <B> %s </B>\r\n<P> The enrollment "
					  "challenge password is: <B> %s </B>\r\n<P> This password "
					  "can be used only once and will expire within %d minutes."
					  AFTER, thumbprint, phrase, options->page_life / 60);
	}
	else
	{
		text = format(BEFORE "<P> The password cache is full." AFTER);
	}
	write_page(options, exchange, text);
	free(thumbprint);
	free(phrase);
	free(text);
}

/**
 * Derive the challenge for a connection: NTLM knows one by that.
 */
static void get_challenge(const exchange_t *exchange, unsigned char *challenge)
{
	static unsigned char secret[16];
	unsigned char hash[EVP_MAX_MD_SIZE];
	bytes_t all;

	if (!secret[0] && RAND_bytes(secret, sizeof(secret)) != 1)
	{
		die("RAND_bytes");
	}
	secret[0] |= 1;
	all = bytes_copy(secret, sizeof(secret));
	bytes_append(&all, exchange->peer, strlen(exchange->peer));
	EVP_Digest(all.ptr, all.len, hash, NULL, EVP_sha256(), NULL);
	memcpy(challenge, hash, NTLM_CHALLENGE);
	bytes_free(&all);
}

/**
 * Ask who it is.
 */
static void ask(exchange_t *exchange, const char *scheme, bytes_t message)
{
	unsigned char *text = calloc(1, message.len * 2 + 8);

	if (!text)
	{
		die("calloc");
	}
	EVP_EncodeBlock(text, message.ptr, message.len);
	exchange->status = 401;
	exchange->type = "text/html";
	exchange->answer = bytes_copy("<b>Access is denied</b>", 23);
	exchange->authenticate = format("%s%s%s", scheme, message.len ? " " : "",
									text);
	free(text);
}

/**
 * Find out by NTLM who asks.
 */
static bool check_ntlm(exchange_t *exchange, const char *user,
					   const char *password)
{
	const char *header = exchange->authorization ?: "";
	unsigned char challenge[NTLM_CHALLENGE];
	bytes_t message = BYTES_NONE, answer = BYTES_NONE;
	bool good = false;

	get_challenge(exchange, challenge);
	if (!strncmp(header, "NTLM ", 5) && bytes_from_base64(header + 5, &message))
	{
		good = ntlm_is_good(message, challenge, user, password);
		if (ntlm_type(message) == 1)
		{
			answer = ntlm_challenge(challenge);
		}
	}
	if (!good)
	{
		ask(exchange, "NTLM", answer);
	}
	bytes_free(&message);
	bytes_free(&answer);
	return good;
}

/**
 * Find out by Basic who asks.
 */
static bool check_basic(exchange_t *exchange, const char *both)
{
	const char *header = exchange->authorization ?: "";
	bytes_t message = BYTES_NONE;
	bool good;

	good = !strncmp(header, "Basic ", 6) &&
		   bytes_from_base64(header + 6, &message) &&
		   bytes_equal(message, bytes_of(both));
	if (!good)
	{
		ask(exchange, "Basic realm=\"NDES\"", BYTES_NONE);
	}
	bytes_free(&message);
	return good;
}

/*
 * Described in header
 */
void page_answer(const options_t *options, ca_t *ca, exchange_t *exchange)
{
	char *user = format("%s", options->page_user), *password;
	bool good = true;

	password = strchr(user, ':');
	*password++ = '\0';
	if (!strcmp(options->page, "ntlm"))
	{
		good = check_ntlm(exchange, user, password);
	}
	else if (!strcmp(options->page, "basic"))
	{
		good = check_basic(exchange, options->page_user);
	}
	if (good)
	{
		show(options, ca, exchange);
	}
	free(user);
}
