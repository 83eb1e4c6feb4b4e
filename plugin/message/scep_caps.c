/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_caps.h"

#include "base/scep_limits.h"

#include <stdio.h>

/**
 * Keywords (RFC 8894, 3.5.2, table 7).
 */
static const struct {
	const char *keyword;
	scep_caps_t caps;
} keywords[] = {
	{ "AES", SCEP_CAP_AES },
	{ "DES3", SCEP_CAP_DES3 },
	{ "GetNextCACert", SCEP_CAP_GET_NEXT_CA_CERT },
	{ "POSTPKIOperation", SCEP_CAP_POST },
	{ "Renewal", SCEP_CAP_RENEWAL },
	{ "SHA-1", SCEP_CAP_SHA1 },
	{ "SHA-256", SCEP_CAP_SHA256 },
	{ "SHA-512", SCEP_CAP_SHA512 },
	{ "SCEPStandard", SCEP_CAP_STANDARD | SCEP_CAP_AES | SCEP_CAP_POST |
					  SCEP_CAP_SHA256 },
};

/**
 * Whether a byte may stand in a list of keywords: HTML and binary have others.
 */
static bool is_text(u_char c)
{
	return c == '\t' || c == '\n' || c == '\r' ||
		   (c >= 0x20 && c < 0x7f && c != '<' && c != '>');
}

/**
 * Remove blanks at both ends of a line.
 */
static chunk_t trim(chunk_t line)
{
	while (line.len && strchr(" \t\r", line.ptr[0]))
	{
		line = chunk_skip(line, 1);
	}
	while (line.len && strchr(" \t\r", line.ptr[line.len - 1]))
	{
		line.len--;
	}
	return line;
}

/**
 * Get the capabilities of one line, SCEP_CAP_NONE for an unknown keyword.
 */
static scep_caps_t parse_line(chunk_t line)
{
	size_t i;

	line = trim(line);
	for (i = 0; i < countof(keywords); i++)
	{
		if (line.len == strlen(keywords[i].keyword) &&
			strncasecmp((char*)line.ptr, keywords[i].keyword, line.len) == 0)
		{
			return keywords[i].caps;
		}
	}
	return SCEP_CAP_NONE;
}

/*
 * Described in header
 */
scep_caps_t scep_caps_parse(chunk_t body)
{
	scep_caps_t caps = SCEP_CAP_NONE;
	chunk_t line;
	u_char *end;
	size_t i;

	if (body.len > SCEP_MAX_CAPS)
	{
		return SCEP_CAP_NONE;
	}
	for (i = 0; i < body.len; i++)
	{
		if (!is_text(body.ptr[i]))
		{
			return SCEP_CAP_NONE;
		}
	}
	while (body.len)
	{
		end = memchr(body.ptr, '\n', body.len);
		line = body;
		if (end)
		{
			line.len = end - body.ptr;
		}
		caps |= parse_line(line);
		body = chunk_skip(body, line.len + 1);
	}
	return caps;
}

/*
 * Described in header
 */
char *scep_caps_format(scep_caps_t caps, char *buf, size_t len)
{
	size_t pos = 0, i;
	int written;

	snprintf(buf, len, "none");
	for (i = 0; i < countof(keywords); i++)
	{
		if ((caps & keywords[i].caps) == keywords[i].caps)
		{
			written = snprintf(buf + pos, len - pos, "%s%s", pos ? "," : "",
							   keywords[i].keyword);
			if (written < 0 || (size_t)written >= len - pos)
			{
				break;
			}
			pos += written;
		}
	}
	return buf;
}
