/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_value.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * Parse decimal digits.
 *
 * @param end		gets what follows them
 */
static bool parse_digits(const char *value, uint64_t *number, char **end)
{
	if (*value < '0' || *value > '9')
	{
		return FALSE;
	}
	errno = 0;
	*number = strtoull(value, end, 10);
	return errno == 0;
}

/*
 * Described in header
 */
bool scep_value_number(const char *value, uint64_t min, uint64_t max,
					   uint64_t *number)
{
	char *end;

	return parse_digits(value, number, &end) && !*end && *number >= min &&
		   *number <= max;
}

/*
 * Described in header
 */
bool scep_value_time(const char *value, uint64_t min, uint64_t max,
					 uint64_t *number)
{
	static const struct {
		char unit;
		uint64_t factor;
	} units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};
	uint64_t factor = 1;
	char *end;
	int i;

	if (!parse_digits(value, number, &end))
	{
		return FALSE;
	}
	for (i = 0; *end && i < countof(units); i++)
	{
		if (*end == units[i].unit)
		{
			factor = units[i].factor;
			end++;
			break;
		}
	}
	if (*end || *number > UINT64_MAX / factor)
	{
		return FALSE;
	}
	*number *= factor;
	return *number >= min && *number <= max;
}

/*
 * Described in header
 */
bool scep_value_file(const char *value)
{
	struct stat st;

	return *value == '/' && stat(value, &st) == 0 && S_ISREG(st.st_mode) &&
		   access(value, R_OK) == 0;
}

/*
 * Described in header
 */
u_int scep_value_distance(const char *a, const char *b)
{
	u_int row[64], i, j, last, up, len = strlen(b);

	if (len >= countof(row))
	{
		return UINT_MAX;
	}
	for (j = 0; j <= len; j++)
	{
		row[j] = j;
	}
	for (i = 1; *a; i++, a++)
	{
		last = row[0];
		row[0] = i;
		for (j = 1; j <= len; j++)
		{
			up = row[j];
			row[j] = min(last + (*a != b[j - 1]), min(up, row[j - 1]) + 1);
			last = up;
		}
	}
	return row[len];
}
