/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_text.h"

#include "base/scep_text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

/** Whether the terminal takes UTF-8 */
static bool utf8;

/*
 * Described in header
 */
void ctl_text_init()
{
	setlocale(LC_CTYPE, "");
	utf8 = streq(nl_langinfo(CODESET), "UTF-8");
}

/**
 * Number of the character at the head of well-formed UTF-8.
 */
static wchar_t get_point(const char *text, size_t len)
{
	wchar_t point = (u_char)*text;
	size_t i;

	if (len > 1)
	{
		point &= 0x7f >> len;
		for (i = 1; i < len; i++)
		{
			point = point << 6 | ((u_char)text[i] & 0x3f);
		}
	}
	return point;
}

/**
 * Length of the character at the head of a text, 0 if it is not printable.
 *
 * @param width		gets its columns
 */
static size_t get_character(const char *text, u_int *width)
{
	size_t len = scep_printable(chunk_create((u_char*)text, strnlen(text, 4)));
	int columns = 1;

	if (len > 1)
	{
		columns = utf8 ? wcwidth(get_point(text, len)) : 1;
	}
	*width = columns;
	return columns < 0 ? 0 : len;
}

/*
 * Described in header
 */
char *ctl_text_safe(const char *text)
{
	char *safe = malloc(strlen(text) * 4 + 1), *pos = safe;
	size_t len;
	u_int width;

	while (*text)
	{
		len = get_character(text, &width);
		if (!len)
		{
			pos += sprintf(pos, "\\x%02x", (u_char)*text++);
		}
		else if (len > 1 && !utf8)
		{
			*pos++ = '?';
			text += len;
		}
		else
		{
			memcpy(pos, text, len);
			pos += len;
			text += len;
		}
	}
	*pos = '\0';
	return safe;
}

/**
 * Length of what fits into a number of columns.
 *
 * @param columns	columns, gets those that are left
 */
static size_t get_fitting(const char *text, u_int *columns)
{
	size_t len, total = 0;
	u_int width;

	while (text[total])
	{
		len = get_character(text + total, &width);
		if (!len || width > *columns)
		{
			break;
		}
		*columns -= width;
		total += len;
	}
	return total;
}

/*
 * Described in header
 */
u_int ctl_text_width(const char *text)
{
	u_int columns = UINT_MAX;

	get_fitting(text, &columns);
	return UINT_MAX - columns;
}

/*
 * Described in header
 */
char *ctl_text_cut(const char *text, u_int width)
{
	const char *ellipsis = utf8 ? "\xe2\x80\xa6" : "...";
	u_int columns = width, taken = utf8 ? 1 : 3;
	char *cut;
	int len;

	len = get_fitting(text, &columns);
	if (!text[len])
	{
		return strdup(text);
	}
	if (width < taken)
	{
		ellipsis = "";
		taken = 0;
	}
	columns = width - taken;
	len = get_fitting(text, &columns);
	return asprintf(&cut, "%.*s%s", len, text, ellipsis) < 0 ? NULL : cut;
}

/*
 * Described in header
 */
void ctl_error(const char *fmt, ...)
{
	char text[4096], *line, *next, *safe;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (line = text; line; line = next)
	{
		next = strchr(line, '\n');
		if (next)
		{
			*next++ = '\0';
		}
		safe = ctl_text_safe(line);
		fprintf(stderr, "%s%s\n", line == text ? "scepctl: " : "  ", safe);
		free(safe);
	}
}
