/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_text.h"

#include <stdio.h>
#include <time.h>

/*
 * Described in header
 */
size_t scep_printable(chunk_t value)
{
	static const struct {
		u_char mask, lead;
		size_t len;
		uint32_t min;
	} forms[] = {
		{ 0x80, 0x00, 1, 0x20 },
		{ 0xe0, 0xc0, 2, 0xa0 },
		{ 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 },
	};
	uint32_t point;
	size_t i, j;

	for (i = 0; i < countof(forms); i++)
	{
		if ((value.ptr[0] & forms[i].mask) != forms[i].lead)
		{
			continue;
		}
		if (value.len < forms[i].len)
		{
			return 0;
		}
		point = value.ptr[0] & (u_char)~forms[i].mask;
		for (j = 1; j < forms[i].len; j++)
		{
			if ((value.ptr[j] & 0xc0) != 0x80)
			{
				return 0;
			}
			point = point << 6 | (value.ptr[j] & 0x3f);
		}
		if (point < forms[i].min || point == 0x7f || point > 0x10ffff ||
			(point >= 0xd800 && point <= 0xdfff) ||
			(point >= 0x200b && point <= 0x200f) ||
			(point >= 0x2028 && point <= 0x202e) ||
			(point >= 0x2066 && point <= 0x2069) || point == 0xfeff)
		{
			return 0;
		}
		return forms[i].len;
	}
	return 0;
}

/*
 * Described in header
 */
char *scep_quote(chunk_t value, char buf[SCEP_QUOTED_LEN])
{
	bool cut = value.len > SCEP_MAX_SHOWN;
	char *pos = buf;
	size_t len;

	value.len = min(value.len, SCEP_MAX_SHOWN);
	*pos++ = '"';
	while (value.len)
	{
		len = scep_printable(value);
		if (!len)
		{
			pos += sprintf(pos, "\\x%02x", value.ptr[0]);
			len = 1;
		}
		else
		{
			if (*value.ptr == '"' || *value.ptr == '\\')
			{
				*pos++ = '\\';
			}
			memcpy(pos, value.ptr, len);
			pos += len;
		}
		value = chunk_skip(value, len);
	}
	strcpy(pos, cut ? "\"..." : "\"");
	return buf;
}

/*
 * Described in header
 */
char *scep_time(time_t t, char buf[SCEP_TIME_LEN])
{
	struct tm tm;

	if (!t || !gmtime_r(&t, &tm) ||
		!strftime(buf, SCEP_TIME_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm))
	{
		strcpy(buf, "never");
	}
	return buf;
}

/*
 * Described in header
 */
time_t scep_time_parse(const char *text)
{
	struct tm tm = {};
	int end = 0;

	if (!text || sscanf(text, "%d-%2d-%2dT%2d:%2d:%2dZ%n", &tm.tm_year,
						&tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
						&tm.tm_sec, &end) != 6 || !end || text[end])
	{
		return 0;
	}
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm);
}

/*
 * Described in header
 */
char *scep_fingerprint(chunk_t encoding, char buf[SCEP_FINGERPRINT_LEN])
{
	u_char hash[HASH_SIZE_SHA256];
	hasher_t *hasher;
	char *pos = buf;
	int i;

	*buf = '\0';
	hasher = lib->crypto->create_hasher(lib->crypto, HASH_SHA256);
	if (hasher && hasher->get_hash(hasher, encoding, hash))
	{
		pos += sprintf(pos, "sha256");
		for (i = 0; i < sizeof(hash); i++)
		{
			pos += sprintf(pos, ":%02x", hash[i]);
		}
	}
	DESTROY_IF(hasher);
	return buf;
}
