/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_error.h"

#include <stdarg.h>
#include <stdio.h>

ENUM(scep_error_kind_names, SCEP_OK, SCEP_CORRUPT,
	"ok",
	"transient",
	"permanent",
	"security",
	"unconfirmed",
	"local",
	"exposed",
	"corrupt",
);

/*
 * Described in header
 */
bool scep_fail(scep_error_t *err, scep_error_kind_t kind, const char *fmt, ...)
{
	va_list args;

	if (err && err->kind == SCEP_OK)
	{
		err->kind = kind;
		va_start(args, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, args);
		va_end(args);
	}
	return FALSE;
}

/*
 * Described in header
 */
bool scep_fail_in(scep_error_t *err, const char *fmt, ...)
{
	char text[SCEP_MAX_ERROR];
	va_list args;
	size_t len;

	if (err)
	{
		va_start(args, fmt);
		vsnprintf(text, sizeof(text), fmt, args);
		va_end(args);
		len = strlen(text);
		snprintf(text + len, sizeof(text) - len, "%s", err->text);
		memcpy(err->text, text, sizeof(text));
	}
	return FALSE;
}
