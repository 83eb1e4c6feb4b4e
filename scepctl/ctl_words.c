/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_words.h"

#include <stdio.h>
#include <time.h>

/**
 * Units, and from how many seconds on they are used.
 */
static const struct {
	const char *name;
	uint64_t seconds, from;
} units[] = {
	{ "year", 365 * 24 * 60 * 60, 2 * 365 * 24 * 60 * 60 },
	{ "day", 24 * 60 * 60, 2 * 24 * 60 * 60 },
	{ "hour", 60 * 60, 2 * 60 * 60 },
	{ "minute", 60, 2 * 60 },
	{ "second", 1, 1 },
};

/*
 * Described in header
 */
char *ctl_words(time_t when, time_t now, char buf[CTL_WORDS_LEN])
{
	bool past = when < now;
	uint64_t away, count;
	int i;

	away = past ? (uint64_t)now - when : (uint64_t)when - now;
	for (i = 0; i < countof(units); i++)
	{
		if (away >= units[i].from)
		{
			count = away / units[i].seconds;
			snprintf(buf, CTL_WORDS_LEN, "%s%llu %s%s%s", past ? "" : "in ",
					 (unsigned long long)count, units[i].name,
					 count == 1 ? "" : "s", past ? " ago" : "");
			return buf;
		}
	}
	strcpy(buf, "now");
	return buf;
}

/*
 * Described in header
 */
char *ctl_words_date(time_t when, time_t now, char buf[CTL_WORDS_LEN])
{
	char words[CTL_WORDS_LEN];
	struct tm tm;
	size_t len;

	if (!gmtime_r(&when, &tm))
	{
		return ctl_words(when, now, buf);
	}
	len = strftime(buf, CTL_WORDS_LEN, "%Y-%m-%d %H:%M:%S UTC", &tm);
	snprintf(buf + len, CTL_WORDS_LEN - len, " (%s)",
			 ctl_words(when, now, words));
	return buf;
}
