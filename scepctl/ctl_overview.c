/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_overview.h"
#include "ctl_profiles.h"
#include "ctl_table.h"

/**
 * Columns of the table.
 */
static const ctl_column_t columns[] = {
	{ "NAME", 8, FALSE },
	{ "CERTIFICATE", 0, FALSE },
	{ "EXPIRES", 0, FALSE },
	{ "STATE", 0, FALSE },
	{ "NEXT", 6, FALSE },
	{ "SUBJECT", 20, TRUE },
	{ "SERIAL", 16, TRUE },
};

/**
 * Add the line of a profile.
 */
static void add_profile(ctl_table_t *table, ctl_record_t *profile, time_t now)
{
	const char *state = profile->get(profile, "state") ?: "-";
	const char *certificate = profile->get(profile, "certificate") ?: "-";
	time_t expires = profile->get_time(profile, "not_after");
	char words[CTL_WORDS_LEN], next[CTL_NEXT_LEN];
	ctl_cell_t cells[] = {
		{ profile->get(profile, "name") ?: "-", CTL_PLAIN },
		{ certificate, ctl_profile_colour(certificate) },
		{ expires ? ctl_words(expires, now, words) : "-", CTL_PLAIN },
		{ state, ctl_profile_colour(state) },
		{ ctl_profile_next(profile, now, next), CTL_PLAIN },
		{ profile->get(profile, "subject") ?: "-", CTL_PLAIN },
		{ profile->get(profile, "serial") ?: "-", CTL_PLAIN },
	};

	table->add(table, cells, streq(state, "idle") ? NULL :
			   profile->get(profile, "last_error"));
}

/*
 * Described in header
 */
void ctl_overview(array_t *profiles, time_t now, FILE *out, u_int width,
				  u_int lines)
{
	ctl_table_t *table = ctl_table_create(columns, countof(columns));
	ctl_record_t *profile;
	int i;

	for (i = 0; i < array_count(profiles); i++)
	{
		array_get(profiles, i, &profile);
		add_profile(table, profile, now);
	}
	table->print(table, out, width, lines);
	table->destroy(table);
}
