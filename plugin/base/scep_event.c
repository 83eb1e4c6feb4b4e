/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_event.h"

#include <stdarg.h>
#include <stdio.h>

ENUM(scep_event_names, SCEP_EV_LOADED, SCEP_EV_NOTE,
	"loaded",
	"ca-verified",
	"ca-mismatch",
	"ca-unconfirmed",
	"ca-confirmed",
	"ca-next",
	"ca-changed",
	"requested",
	"pending",
	"poll",
	"issued",
	"imported",
	"installed",
	"renewal-scheduled",
	"renewing",
	"renewed",
	"refused",
	"rejected",
	"retry",
	"challenge-expired",
	"challenge-set",
	"expiring",
	"expired",
	"revoked",
	"gave-up",
	"config-error",
	"clock-suspect",
	"store-error",
	"crl",
	"crl-failed",
	"lost",
	"server",
	"sent",
	"configured",
	"removed",
	"initiating",
	"reauth",
	"hook-failed",
	"warning",
	"note",
);

/**
 * Sinks, linked.
 */
static scep_event_sink_t *sinks;

/**
 * Level of an event: 0 needs a person, 1 an operator wants to see, 2 details.
 */
static level_t get_level(scep_event_t event)
{
	switch (event)
	{
		case SCEP_EV_CA_MISMATCH:
		case SCEP_EV_CA_UNCONFIRMED:
		case SCEP_EV_CA_CHANGED:
		case SCEP_EV_CHALLENGE_EXPIRED:
		case SCEP_EV_EXPIRING:
		case SCEP_EV_EXPIRED:
		case SCEP_EV_REVOKED:
		case SCEP_EV_GAVE_UP:
		case SCEP_EV_CONFIG_ERROR:
		case SCEP_EV_CLOCK_SUSPECT:
		case SCEP_EV_STORE_ERROR:
		case SCEP_EV_HOOK_FAILED:
		case SCEP_EV_WARNING:
			return 0;
		case SCEP_EV_SENT:
		case SCEP_EV_NOTE:
			return 2;
		default:
			return 1;
	}
}

/*
 * Described in header
 */
void scep_event(const char *profile, scep_event_t event, const char *fmt, ...)
{
	level_t level = get_level(event);
	char text[2048];
	scep_event_sink_t *sink;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (profile)
	{
		dbg(DBG_CFG, level, "scep[%s] %N: %s", profile,
			scep_event_names, event, text);
	}
	else
	{
		dbg(DBG_CFG, level, "scep %N: %s",
			scep_event_names, event, text);
	}
	for (sink = sinks; sink; sink = sink->next)
	{
		sink->handle(sink, profile, event, level, text);
	}
}

/*
 * Described in header
 */
void scep_event_add_sink(scep_event_sink_t *sink)
{
	sink->next = sinks;
	sinks = sink;
}

/*
 * Described in header
 */
void scep_event_remove_sink(scep_event_sink_t *sink)
{
	scep_event_sink_t **link = &sinks;

	while (*link && *link != sink)
	{
		link = &(*link)->next;
	}
	if (*link)
	{
		*link = sink->next;
	}
}
