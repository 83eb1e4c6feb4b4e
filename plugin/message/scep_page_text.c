/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_page_text.h"

#include <ctype.h>

/** Longest entity, as "&thetasym;" */
#define MAX_ENTITY	10

/** Code units that tell whether a page without a mark is in UTF-16 */
#define MAX_PROBED	64

/**
 * Elements without text for a person, and their ends.
 */
static const struct {
	const char *begin;
	const char *end;
} hidden[] = {
	{ "<!--", "-->" },
	{ "<script", "</script" },
	{ "<style", "</style" },
	{ "<title", "</title" },
};

/**
 * Find out how a page is encoded.
 *
 * @param body		page, gets its mark skipped
 * @return			place of the high byte in a unit of UTF-16; -1 for others
 */
static int get_high(chunk_t *body)
{
	u_int zeros[2] = {}, i, units = min(body->len / 2, MAX_PROBED);

	if (body->len >= 2 && body->ptr[0] + body->ptr[1] == 0xff + 0xfe &&
		(body->ptr[0] == 0xff || body->ptr[0] == 0xfe))
	{
		i = body->ptr[0] == 0xff ? 1 : 0;
		*body = chunk_skip(*body, 2);
		return i;
	}
	for (i = 0; i < units * 2; i++)
	{
		zeros[i % 2] += body->ptr[i] == 0;
	}
	/* tags are in ASCII, whatever the language */
	return zeros[1] > units / 2 ? 1 : zeros[0] > units / 2 ? 0 : -1;
}

/**
 * Append a character as UTF-8. Halves of those beyond 16 bits are dropped.
 */
static void append(chunk_t *text, u_int c)
{
	if (c < 0x80)
	{
		text->ptr[text->len++] = c;
	}
	else if (c < 0x800)
	{
		text->ptr[text->len++] = 0xc0 | c >> 6;
		text->ptr[text->len++] = 0x80 | (c & 0x3f);
	}
	else if (c < 0xd800 || c > 0xdfff)
	{
		text->ptr[text->len++] = 0xe0 | c >> 12;
		text->ptr[text->len++] = 0x80 | (c >> 6 & 0x3f);
		text->ptr[text->len++] = 0x80 | (c & 0x3f);
	}
}

/**
 * Convert a page to UTF-8.
 */
static chunk_t decode(chunk_t body)
{
	int high = get_high(&body);
	chunk_t text, mark = chunk_from_chars(0xef, 0xbb, 0xbf);
	size_t i;

	if (high < 0)
	{
		i = body.len >= mark.len && memeq(body.ptr, mark.ptr, mark.len);
		return chunk_clone(chunk_skip(body, i ? mark.len : 0));
	}
	/* two bytes become three at most */
	text = chunk_alloc(body.len + body.len / 2 + 1);
	text.len = 0;
	for (i = 0; i + 1 < body.len; i += 2)
	{
		append(&text, body.ptr[i + high] << 8 | body.ptr[i + 1 - high]);
	}
	return text;
}

/**
 * Whether a text begins with letters of ASCII, in upper or lower case.
 */
static bool begins(chunk_t text, const char *with)
{
	size_t len = strlen(with);

	return text.len >= len && strncasecmp((char*)text.ptr, with, len) == 0;
}

/**
 * Find the end of a hidden element: its last tag, or behind a comment.
 *
 * @param endless	elements that do not end, gets more of them: to look for the
 *					end of each one anew takes seconds
 * @return			bytes before that, 0 if none begins here, or none ends
 */
static size_t skip_hidden(chunk_t text, bool endless[countof(hidden)])
{
	chunk_t rest;
	size_t i, len;

	for (i = 0; i < countof(hidden); i++)
	{
		len = strlen(hidden[i].begin);
		if (endless[i] || !begins(text, hidden[i].begin) ||
			(i && text.len > len && isalnum(text.ptr[len])))
		{
			continue;
		}
		for (rest = chunk_skip(text, len); rest.len; rest = chunk_skip(rest, 1))
		{
			if (begins(rest, hidden[i].end))
			{
				return text.len - rest.len + (i ? 0 : strlen(hidden[i].end));
			}
		}
		endless[i] = TRUE;
		return 0;
	}
	return 0;
}

/**
 * Get the length of what begins with '<'; to the end if that is missing.
 */
static size_t skip_tag(chunk_t text, bool endless[countof(hidden)])
{
	size_t len = skip_hidden(text, endless);
	u_char *end;

	if (!len)
	{
		end = memchr(text.ptr, '>', text.len);
		len = end ? end - text.ptr + 1 : text.len;
	}
	return len;
}

/**
 * Get the length of an entity, 0 if there is none.
 */
static size_t skip_entity(chunk_t text)
{
	u_char *end = memchr(text.ptr, ';', min(text.len, MAX_ENTITY));

	return end ? end - text.ptr + 1 : 0;
}

/*
 * Described in header
 */
chunk_t scep_page_text(chunk_t body)
{
	chunk_t text = decode(body), rest = text;
	bool endless[countof(hidden)] = {};
	size_t len, used = 0;
	u_char c;

	while (rest.len)
	{
		len = 1;
		c = *rest.ptr > ' ' && *rest.ptr != 0x7f ? *rest.ptr : ' ';
		if (c == '<')
		{
			len = skip_tag(rest, endless);
			c = SCEP_PAGE_TAG;
		}
		else if (c == '&' && skip_entity(rest))
		{
			len = skip_entity(rest);
			c = ' ';
		}
		text.ptr[used++] = c;
		rest = chunk_skip(rest, len);
	}
	if (used < text.len)
	{	/* an empty page has no pointer to count from */
		memwipe(text.ptr + used, text.len - used);
	}
	text.len = used;
	return text;
}
