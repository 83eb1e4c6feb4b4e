/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_fingerprint.h"

#include <ctype.h>
#include <stdio.h>

/** Digits of a group, and of a line */
#define GROUP	4
#define LINE	16

/**
 * Algorithms, and how many digits they have.
 */
static const struct {
	const char *prefix;
	size_t digits;
} algorithms[] = {
	{ "sha256:", HASH_SIZE_SHA256 * 2 },
	{ "sha384:", HASH_SIZE_SHA384 * 2 },
	{ "sha512:", HASH_SIZE_SHA512 * 2 },
};

/**
 * Copy the digits of a text.
 *
 * @param max		how many are too many
 * @return			how many there are; 0 if there is something else
 */
static size_t copy_digits(const char *text, char *buf, size_t max)
{
	size_t count = 0;

	for (; *text; text++)
	{
		if (strchr(" \t\r\n:.-", *text))
		{
			continue;
		}
		if (!isxdigit((u_char)*text) || count == max)
		{
			return 0;
		}
		buf[count++] = tolower((u_char)*text);
	}
	buf[count] = '\0';
	return count;
}

/*
 * Described in header
 */
bool ctl_fingerprint_read(const char *text, char buf[CTL_FINGERPRINT_LEN])
{
	char digits[CTL_FINGERPRINT_LEN];
	size_t count, len;
	bool named;
	int i;

	text += strspn(text, " \t\r\n");
	for (i = 0; i < countof(algorithms); i++)
	{
		len = strlen(algorithms[i].prefix);
		named = strncasecmp(text, algorithms[i].prefix, len) == 0;
		count = copy_digits(named ? text + len : text, digits,
							sizeof(digits) - 1);
		if (count == algorithms[i].digits)
		{
			snprintf(buf, CTL_FINGERPRINT_LEN, "%s%s", algorithms[i].prefix,
					 digits);
			return TRUE;
		}
	}
	return FALSE;
}

/*
 * Described in header
 */
bool ctl_fingerprint_line(const char *text, u_int line,
						  char buf[CTL_FINGERPRINT_LEN])
{
	const char *digits = strchr(text, ':');
	u_int i;

	digits = digits ? digits + 1 : text;
	if (strlen(digits) <= line * LINE)
	{
		return FALSE;
	}
	digits += line * LINE;
	for (i = 0; i < LINE && digits[i]; i++)
	{
		if (i && i % GROUP == 0)
		{
			*buf++ = ' ';
		}
		*buf++ = digits[i];
	}
	*buf = '\0';
	return TRUE;
}
