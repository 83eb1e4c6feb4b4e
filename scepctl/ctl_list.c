/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_commands.h"
#include "ctl_overview.h"
#include "ctl_profiles.h"

#include <time.h>

/**
 * Print profiles as an array.
 */
static void print_json(array_t *profiles)
{
	ctl_json_t json = { .out = stdout };
	ctl_record_t *profile;
	int i;

	ctl_json_open(&json, NULL, '[');
	for (i = 0; i < array_count(profiles); i++)
	{
		array_get(profiles, i, &profile);
		ctl_profile_json(&json, profile, FALSE);
	}
	ctl_json_close(&json);
}

/*
 * Described in header
 */
ctl_exit_t ctl_list(const ctl_options_t *options)
{
	ctl_client_t *client = ctl_client_create(options->uri);
	array_t *profiles;
	ctl_exit_t status;

	if (!client)
	{
		return CTL_NO_DAEMON;
	}
	status = ctl_profiles_get(client, NULL, FALSE, &profiles);
	if (status == CTL_DONE)
	{
		if (options->json)
		{
			print_json(profiles);
		}
		else if (array_count(profiles))
		{
			ctl_overview(profiles, time(NULL), stdout, ctl_terminal_columns(),
						 UINT_MAX);
		}
		else
		{
			puts("No profile is configured. The file scep.conf lists the "
				 "settings;\nscepctl check tells what is wrong with them.");
		}
		ctl_profiles_destroy(profiles);
	}
	client->destroy(client);
	return status;
}
