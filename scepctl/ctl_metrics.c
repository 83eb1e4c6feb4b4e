/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_client.h"
#include "ctl_commands.h"
#include "ctl_text.h"

#include <stdio.h>

/**
 * Print metrics: their text as it is, but for what is not printable.
 */
static void on_metrics(void *user, ctl_record_t *record)
{
	const char *text = record->get(record, "text") ?: "";
	char *line, *safe;
	size_t len;

	while (*text)
	{
		len = strcspn(text, "\n");
		line = strndup(text, len);
		safe = ctl_text_safe(line);
		fputs(safe, stdout);
		free(safe);
		free(line);
		text += len;
		if (*text == '\n')
		{
			fputc(*text++, stdout);
		}
	}
	record->destroy(record);
}

/*
 * Described in header
 */
ctl_exit_t ctl_metrics(const ctl_options_t *options)
{
	ctl_client_t *client = ctl_client_create(options->uri);
	ctl_exit_t status;

	if (!client)
	{
		return CTL_NO_DAEMON;
	}
	status = client->listen(client, "metrics", on_metrics, NULL);
	if (status == CTL_DONE)
	{
		status = client->call(client, "metrics", NULL, FALSE, NULL);
	}
	client->destroy(client);
	return status;
}
