/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "events.h"
#include "crl.h"
#include "phrase.h"
#include "rate.h"
#include "script.h"
#include "servers.h"
#include "world.h"

#include "base/scep_text.h"
#include "enroll/scep_outlook.h"

#include <stdio.h>

/**
 * Whether a moment that was told is past.
 */
static bool is_past(sim_world_t *world, const char *text)
{
	char now[SCEP_TIME_LEN];

	scep_time(sim_gateway_now(world), now);
	return strpfx(text, "at=") && strcmp(text + strlen("at="), now) <= 0;
}

/**
 * A moment of renewal was told. One that is past can be another one that is.
 */
static void check_renewal(sim_world_t *world, const char *text)
{
	sim_check_t *this = world->check;

	if (this->installed != this->newest)
	{	/* one before, whose moment is no longer kept, and neither is that of
		 * the newest then */
		this->redraw = TRUE;
		return;
	}
	if (this->renewal_serial == this->newest && !this->redraw &&
		!this->unkept && this->damaged != this->newest &&
		!streq(this->renewal_at, text) &&
		!(is_past(world, text) && is_past(world, this->renewal_at)))
	{
		sim_check_break(world, "redrawn", "renewal of %lx was %s, is %s",
						(long)this->newest, this->renewal_at, text);
	}
	this->renewal_serial = this->newest;
	this->redraw = FALSE;
	snprintf(this->renewal_at, sizeof(this->renewal_at), "%s", text);
}

/**
 * A person is called.
 *
 * @param needed	whether that is right
 */
static void call_person(sim_world_t *world, bool needed, const char *text)
{
	if (!needed)
	{
		sim_check_break(world, "person", "wants one for nothing: %s", text);
	}
	sim_script_call_person(world);
}

/**
 * The gateway says that there is another CA. A person cares if it stays.
 */
static void check_ca_changed(sim_world_t *world, const char *text)
{
	if (world->net.changed)
	{
		call_person(world, TRUE, text);
	}
	else if (sim_now(world) > world->net.rogue_until + HOUR)
	{
		call_person(world, FALSE, text);
	}
}

/**
 * A certificate was issued.
 */
static void note_issued(sim_world_t *world)
{
	sim_check_t *this = world->check;

	/* it may wait for its time, by a clock that is behind */
	this->redraw = TRUE;
	this->unkept = FALSE;
	this->attempts = 0;
	this->pending = FALSE;
	this->fresh = TRUE;
	this->cancelled = FALSE;
	sim_servers_done(world);
}

/**
 * The gateway gave up. A start says it again.
 */
static void check_gave_up(sim_world_t *world, const char *text)
{
	sim_check_t *this = world->check;

	call_person(world, this->cancelled || this->cancelling ||
				sim_now(world) <= this->person_until ||
				streq(text, this->gave_up), text);
}

/**
 * The phrase has come to its end.
 */
static void check_phrase_over(sim_world_t *world, const char *text)
{
	sim_phrase_over(world);
	call_person(world, TRUE, text);
	world->check->phrase_needed = TRUE;
	world->check->wish_until = 0;
}

/**
 * Check what the gateway says.
 */
static void check_event(sim_world_t *world, scep_event_t event,
						const char *text)
{
	sim_check_t *this = world->check;

	switch (event)
	{
		case SCEP_EV_ISSUED:
		case SCEP_EV_IMPORTED:
			note_issued(world);
			break;
		case SCEP_EV_RENEWAL_SCHEDULED:
			check_renewal(world, text);
			break;
		case SCEP_EV_GAVE_UP:
			check_gave_up(world, text);
			break;
		case SCEP_EV_CRL:
			sim_crl_got(world);
			break;
		case SCEP_EV_CHALLENGE_EXPIRED:
			check_phrase_over(world, text);
			break;
		case SCEP_EV_CA_UNCONFIRMED:
			/* not a failure: the next one is the first again */
			this->attempts = 0;
			call_person(world, !world->profile.pinned, text);
			break;
		case SCEP_EV_NOTE:
			this->look_said |= strstr(text, SCEP_OUTLOOK_BEGINS) != NULL;
			break;
		case SCEP_EV_PENDING:
			/* the server's answer can be changed where it does not count */
			this->attempts = 0;
			sim_rate_pends(world);
			break;
		case SCEP_EV_RETRY:
			sim_script_attempt_failed(world);
			break;
		case SCEP_EV_CA_CHANGED:
		case SCEP_EV_CA_MISMATCH:
			check_ca_changed(world, text);
			break;
		default:
			break;
	}
}

/*
 * Described in header
 */
void sim_events_handle(scep_event_sink_t *sink, const char *profile,
					   scep_event_t event, level_t level, const char *text)
{
	sim_check_t *this = (sim_check_t*)sink;
	sim_world_t *world = this->world;
	char name[32];

	this->events++;
	snprintf(name, sizeof(name), "%s", enum_to_name(scep_event_names, event));
	sim_trace(world->trace, "%s: %s", name, text);
	if (event == SCEP_EV_STORE_ERROR)
	{	/* what came of an attempt, a look or a wish may not be kept */
		sim_check_free(world);
		this->unkept = TRUE;
		this->cancelled = FALSE;
		this->looked_at = 0;
	}
	if (!world->gateway.dying)
	{
		check_event(world, event, text);
	}
	if (event == SCEP_EV_GAVE_UP)
	{	/* by a process that dies: kept, maybe */
		snprintf(this->gave_up, sizeof(this->gave_up), "%s", text);
	}
}
