/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_change.h"
#include "ctl_commands.h"
#include "ctl_secret.h"
#include "ctl_text.h"

#include <stdio.h>

/*
 * Described in header
 */
ctl_exit_t ctl_set_challenge(const ctl_options_t *options)
{
	char secret[CTL_SECRET_LEN], prompt[128], *safe;
	ctl_exit_t status;

	safe = ctl_text_safe(options->args[0]);
	snprintf(prompt, sizeof(prompt), "Challenge phrase for %.64s", safe);
	free(safe);
	if (!ctl_secret_read(prompt, secret))
	{
		return CTL_FAILED;
	}
	status = ctl_change(options, "set-challenge", "challenge", secret,
						"the challenge phrase is set");
	memwipe(secret, sizeof(secret));
	return status;
}
