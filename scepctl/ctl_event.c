/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_event.h"
#include "ctl_json.h"
#include "ctl_text.h"

/*
 * Described in header
 */
char *ctl_event_line(ctl_record_t *event)
{
	const char *profile = event->get(event, "profile");
	char *line, *safe;

	if (asprintf(&line, "%s %s%s%s: %s", event->get(event, "time") ?: "-",
				 profile ?: "", profile ? " " : "",
				 event->get(event, "event") ?: "-",
				 event->get(event, "text") ?: "") < 0)
	{
		return NULL;
	}
	safe = ctl_text_safe(line);
	free(line);
	return safe;
}

/**
 * Print an event as an object.
 */
static void print_json(ctl_record_t *event, FILE *out)
{
	ctl_json_t json = { .out = out, .compact = TRUE };

	ctl_json_open(&json, NULL, '{');
	ctl_json_string(&json, "time", event->get(event, "time"));
	ctl_json_string(&json, "profile", event->get(event, "profile"));
	ctl_json_string(&json, "event", event->get(event, "event"));
	ctl_json_number(&json, "level", event->get(event, "level"));
	ctl_json_string(&json, "text", event->get(event, "text"));
	ctl_json_close(&json);
}

/*
 * Described in header
 */
void ctl_event_print(ctl_record_t *event, bool json, FILE *out)
{
	char *line;

	if (json)
	{
		print_json(event, out);
	}
	else
	{
		line = ctl_event_line(event);
		fprintf(out, "%s\n", line);
		free(line);
	}
	fflush(out);
}
