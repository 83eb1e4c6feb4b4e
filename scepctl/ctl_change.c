/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_change.h"
#include "ctl_client.h"
#include "ctl_commands.h"
#include "ctl_json.h"
#include "ctl_text.h"
#include "ctl_wait.h"

/*
 * Described in header
 */
void ctl_outcome(const ctl_options_t *options, ctl_exit_t status,
				 const char *done, const char *reason)
{
	ctl_json_t json = { .out = stdout };
	char *safe;

	if (options->json)
	{
		ctl_json_open(&json, NULL, '{');
		ctl_json_string(&json, "name", options->args[0]);
		ctl_json_bool(&json, "success", status == CTL_DONE);
		ctl_json_string(&json, "error", reason);
		ctl_json_close(&json);
	}
	else if (status == CTL_DONE)
	{
		safe = ctl_text_safe(options->args[0]);
		printf("%s: %s\n", safe, done);
		free(safe);
	}
}

/**
 * Tell where to look after a refusal.
 */
static void hint(const char *command, const char *reason)
{
	if (strstr(reason, "profile"))
	{
		ctl_error("scepctl list tells the names of the profiles");
	}
	else
	{
		ctl_error(streq(command, "accept-ca")
				  ? "scepctl ca NAME tells which fingerprint waits"
				  : "scepctl show NAME tells what the profile is about");
	}
}

/**
 * Have a command done, and wait.
 *
 * @param wait		waits until it is done, or NULL
 * @param reason	gets why it was refused or failed, where CTL_FAILED is
 *					returned
 */
static ctl_exit_t run(ctl_client_t *client, const char *command,
					  const ctl_value_t *values, ctl_wait_t *wait,
					  const char **reason)
{
	ctl_exit_t status;

	status = client->call(client, command, values, TRUE, NULL);
	if (status == CTL_FAILED)
	{
		*reason = client->get_reason(client);
		hint(command, *reason);
	}
	if (status == CTL_DONE && wait)
	{
		status = wait->run(wait, reason);
	}
	return status;
}

/*
 * Described in header
 */
ctl_exit_t ctl_change(const ctl_options_t *options, const char *command,
					  const char *key, const char *value, const char *done)
{
	const ctl_value_t values[] = {
		{ "name", ctl_value(options->args[0]) },
		{ key, ctl_value(value) },
		{ NULL },
	};
	ctl_client_t *client = ctl_client_create(options->uri);
	ctl_exit_t status = CTL_DONE;
	const char *reason = NULL;
	ctl_wait_t *wait = NULL;

	if (!client)
	{
		return CTL_NO_DAEMON;
	}
	if (options->wait)
	{
		status = ctl_wait_create(client, options, &wait);
		reason = client->get_reason(client);
	}
	if (status == CTL_DONE)
	{
		status = run(client, command, values, wait, &reason);
	}
	if (status != CTL_NO_DAEMON)
	{
		ctl_outcome(options, status, wait ? "done" : done, reason);
	}
	/* ends the events that the wait gets */
	client->destroy(client);
	if (wait)
	{
		wait->destroy(wait);
	}
	return status;
}

/*
 * Described in header
 */
ctl_exit_t ctl_enroll(const ctl_options_t *options)
{
	return ctl_change(options, "enroll", NULL, NULL,
					  "it enrols now (scepctl show tells how it goes)");
}

/*
 * Described in header
 */
ctl_exit_t ctl_renew(const ctl_options_t *options)
{
	return ctl_change(options, "renew", "within", options->within,
					  options->within ? "it renews within that time"
					  : "it renews now (scepctl show tells how it goes)");
}

/*
 * Described in header
 */
ctl_exit_t ctl_cancel(const ctl_options_t *options)
{
	return ctl_change(options, "cancel", NULL, NULL,
					  "the request under way is given up");
}
