/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "script.h"
#include "bytes.h"

#include <stdlib.h>

/** Lines of a script */
#define MAX_LINES	256

/**
 * A line.
 */
typedef struct {
	/** how often a request has matched */
	int matched;
	/** whether it was used up */
	bool used;
} line_state_t;

/**
 * A script.
 */
struct script_t {
	/** file */
	char *path;
	/** words for every answer */
	words_t always;
	/** content when it was read last */
	bytes_t content;
	/** states of its lines */
	line_state_t states[MAX_LINES];
};

/**
 * A line as it is matched with one request.
 */
typedef struct {
	/** operation and type of the request */
	const char *operation;
	const char *type;
	/** whether a line that is good for once matched already */
	bool once;
	/** gets the words */
	words_t *words;
} match_t;

/*
 * Described in header
 */
script_t *script_create(const char *path, const char *always)
{
	script_t *this = calloc(1, sizeof(*this));
	char *bad;

	if (!this)
	{
		die("calloc");
	}
	this->path = format("%s", path);
	bad = always ? words_add(&this->always, always) : NULL;
	if (bad)
	{
		fprintf(stderr, "scep-test-server: --words: no word: %s\n", bad);
		exit(2);
	}
	return this;
}

/**
 * Whether a line's name fits a request.
 */
static bool fits(const char *name, const match_t *match)
{
	return !strcmp(name, "any") || !strcmp(name, match->operation) ||
		   (match->type && !strcmp(name, match->type));
}

/**
 * Apply a line.
 */
static char *apply(char *line, line_state_t *state, match_t *match)
{
	bool always = false, numbered = false;
	char *colon, *bad;
	long number = 1;
	words_t words = {};

	line += strspn(line, " \t");
	if (!*line || *line == '#')
	{
		return NULL;
	}
	if (*line == '*')
	{
		always = true;
		line++;
	}
	else if (*line >= '0' && *line <= '9')
	{
		numbered = true;
		number = strtol(line, &line, 10);
	}
	line += strspn(line, " \t");
	colon = strchr(line, ':');
	if (!colon)
	{
		return format("script: no colon: %s", line);
	}
	*colon = '\0';
	bad = words_add(&words, colon + 1);
	if (bad || !fits(line, match))
	{
		return bad;
	}
	state->matched++;
	if (!always && !numbered)
	{
		if (state->used || match->once)
		{
			return NULL;
		}
		state->used = match->once = true;
	}
	if (!numbered || state->matched == number)
	{
		words_join(match->words, &words);
	}
	return NULL;
}

/*
 * Described in header
 */
char *script_next(script_t *this, const char *operation, const char *type,
				  words_t *words)
{
	match_t match = { operation, type, false, words };
	char *line, *rest, *bad = NULL;
	bytes_t content;
	int i;

	words_join(words, &this->always);
	if (!bytes_from_file(this->path, &content))
	{
		content = bytes_copy("", 0);
	}
	if (!bytes_equal(content, this->content))
	{
		memset(this->states, 0, sizeof(this->states));
		bytes_free(&this->content);
		this->content = bytes_copy(content.ptr, content.len);
	}
	rest = (char*)content.ptr;
	for (i = 0; i < MAX_LINES && !bad && (line = strsep(&rest, "\n")); i++)
	{
		bad = apply(line, &this->states[i], &match);
	}
	bytes_free(&content);
	return bad;
}

/*
 * Described in header
 */
void script_destroy(script_t *this)
{
	bytes_free(&this->content);
	free(this->path);
	free(this);
}
