/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "query.h"
#include "bytes.h"

#include <ctype.h>
#include <stdlib.h>

/**
 * Decode percent-encoding.
 *
 * @return			text, allocated; NULL if it is malformed
 */
static char *decode(const char *raw)
{
	bytes_t text = bytes_copy("", 0);
	unsigned char byte;

	for (; *raw; raw++)
	{
		byte = *raw;
		if (byte == '%')
		{
			if (!isxdigit((unsigned char)raw[1]) ||
				!isxdigit((unsigned char)raw[2]))
			{
				bytes_free(&text);
				return NULL;
			}
			byte = strtol((char[]){ raw[1], raw[2], '\0' }, NULL, 16);
			raw += 2;
		}
		if (!byte)
		{
			bytes_free(&text);
			return NULL;
		}
		bytes_append(&text, &byte, 1);
	}
	return (char*)text.ptr;
}

/*
 * Described in header
 */
const char *query_parse(query_t *this, const char *url)
{
	const char *mark = strchr(url, '?'), *reason = NULL;
	char *copy, *rest, *pair, *value;

	*this = (query_t){};
	copy = rest = format("%s", mark ? mark + 1 : "");
	while (!reason && (pair = strsep(&rest, "&")))
	{
		value = strchr(pair, '=');
		if (!value)
		{
			continue;
		}
		*value++ = '\0';
		if (!strcmp(pair, "operation") && !this->operation)
		{
			this->operation = decode(value);
			reason = this->operation ? NULL : "URL: bad percent-encoding";
		}
		else if (!strcmp(pair, "message") && !this->message)
		{
			this->raw_message = format("%s", value);
			this->message = decode(value);
			reason = this->message ? NULL : "URL: bad percent-encoding";
		}
		else if (!strcmp(pair, "operation") || !strcmp(pair, "message"))
		{
			reason = "URL: parameter is there twice";
		}
	}
	free(copy);
	return reason;
}

/*
 * Described in header
 */
void query_clear(query_t *this)
{
	free(this->operation);
	free(this->raw_message);
	free(this->message);
	*this = (query_t){};
}
