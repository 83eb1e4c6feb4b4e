/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_json.h"

#include "base/scep_text.h"

/**
 * Length of a character of a string that JSON takes as it is, 0 if there is
 * none. RFC 8259, 7 leaves much to the writer: what is not printable is
 * escaped, as JSON is shown on terminals, too.
 */
static size_t get_plain(const char *text)
{
	return *text == '"' || *text == '\\'
			? 0 : scep_printable(chunk_create((u_char*)text, strnlen(text, 4)));
}

/**
 * Length of a well-formed character of more than one byte that is not to be
 * printed, 0 if there is none.
 *
 * @param point		gets its number; those that scep_printable() refuses and
 *					that are well-formed are below U+10000
 */
static size_t get_hidden(const char *text, u_int *point)
{
	const u_char *bytes = (const u_char*)text;

	if ((bytes[0] & 0xe0) == 0xc0 && (bytes[1] & 0xc0) == 0x80)
	{
		*point = (bytes[0] & 0x1f) << 6 | (bytes[1] & 0x3f);
		return *point >= 0x80 ? 2 : 0;
	}
	if ((bytes[0] & 0xf0) == 0xe0 && (bytes[1] & 0xc0) == 0x80 &&
		(bytes[2] & 0xc0) == 0x80)
	{
		*point = (bytes[0] & 0x0f) << 12 | (bytes[1] & 0x3f) << 6 |
				 (bytes[2] & 0x3f);
		return *point >= 0x800 && (*point < 0xd800 || *point > 0xdfff) ? 3 : 0;
	}
	return 0;
}

/**
 * Write a string.
 */
static void write_string(ctl_json_t *json, const char *text)
{
	u_int point;
	size_t len;

	fputc('"', json->out);
	for (; *text; text += len)
	{
		len = get_plain(text);
		if (len)
		{
			fwrite(text, 1, len, json->out);
			continue;
		}
		len = 1;
		if (*text == '"' || *text == '\\')
		{
			fprintf(json->out, "\\%c", *text);
		}
		else if ((u_char)*text < 0x80)
		{
			fprintf(json->out, "\\u%04x", *text);
		}
		else if ((len = get_hidden(text, &point)))
		{
			fprintf(json->out, "\\u%04x", point);
		}
		else
		{
			len = 1;
			fputs("\xef\xbf\xbd", json->out);
		}
	}
	fputc('"', json->out);
}

/**
 * Begin a new line, or not.
 */
static void begin_line(ctl_json_t *json)
{
	if (!json->compact)
	{
		fprintf(json->out, "\n%*s", json->depth * 2, "");
	}
}

/**
 * Begin a member of what is open.
 */
static void begin_member(ctl_json_t *json, const char *key)
{
	if (json->depth)
	{
		if (json->filled[json->depth - 1])
		{
			fputs(json->compact ? ", " : ",", json->out);
		}
		json->filled[json->depth - 1] = TRUE;
		begin_line(json);
	}
	if (key)
	{
		write_string(json, key);
		fputs(": ", json->out);
	}
}

/*
 * Described in header
 */
void ctl_json_open(ctl_json_t *json, const char *key, char type)
{
	begin_member(json, key);
	fputc(type, json->out);
	json->close[json->depth] = type == '{' ? '}' : ']';
	json->filled[json->depth] = FALSE;
	json->depth++;
}

/*
 * Described in header
 */
void ctl_json_close(ctl_json_t *json)
{
	json->depth--;
	if (json->filled[json->depth])
	{
		begin_line(json);
	}
	fputc(json->close[json->depth], json->out);
	if (!json->depth)
	{
		fputc('\n', json->out);
	}
}

/*
 * Described in header
 */
void ctl_json_string(ctl_json_t *json, const char *key, const char *value)
{
	if (value)
	{
		begin_member(json, key);
		write_string(json, value);
	}
}

/*
 * Described in header
 */
void ctl_json_number(ctl_json_t *json, const char *key, const char *value)
{
	size_t len = value ? strspn(value, "0123456789") : 0;

	/* no more digits than a reader with doubles keeps, no leading zero */
	if (len && len <= 15 && !value[len] && (*value != '0' || len == 1))
	{
		begin_member(json, key);
		fputs(value, json->out);
	}
}

/*
 * Described in header
 */
void ctl_json_bool(ctl_json_t *json, const char *key, bool value)
{
	begin_member(json, key);
	fputs(value ? "true" : "false", json->out);
}
