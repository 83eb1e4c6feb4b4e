/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "rate.h"
#include "world.h"

/** Shortest time between two looks for the next CA */
#define LOOK_GAP	(12 * HOUR)

/**
 * Shortest time between the last attempt and the next one.
 *
 * @param gap		time since the last one: it was drawn then
 */
static time_t get_wait(sim_world_t *world, time_t gap)
{
	sim_check_t *this = world->check;
	sim_profile_t *profile = &world->profile;
	time_t wait = profile->retry, longest = profile->retry_max, left;
	sim_issued_t *issued;
	u_int i;

	if (!this->attempts)
	{
		return this->pending ? profile->poll / 2 : wait;
	}
	issued = sim_check_in_use(world);
	left = issued ? issued->not_after - sim_gateway_now(world) + gap : 0;
	if (left > 0 && left < (issued->not_after - issued->not_before) / 5)
	{	/* while a certificate comes to its end, a quarter of what is left */
		longest = min(longest, max(wait, left / 4));
	}
	for (i = 1; i < this->attempts && wait < longest; i++)
	{
		wait *= 2;
	}
	return min(wait, longest) / 2;
}

/**
 * Check that a request is not polled for after the server has said PENDING for
 * longer than it may. While it is silent there is no end.
 */
static void check_patience(sim_world_t *world)
{
	sim_check_t *this = world->check;
	time_t waited = this->pending_said - this->pending_since;

	if (this->pending && this->pending_since &&
		waited > world->profile.poll_timeout + 2 * world->profile.poll_max +
				 2 * world->profile.retry_max)
	{
		sim_check_break(world, "patience", "polled for %ld s", (long)waited);
	}
}

/**
 * Check that a look for the next CA is no burden for the server. It is no
 * attempt.
 */
static void check_look(sim_world_t *world, bool first)
{
	sim_check_t *this = world->check;
	time_t now = sim_now(world);

	if (!first)
	{
		return;
	}
	if (this->looked_at && !this->free &&
		now - this->looked_at < LOOK_GAP)
	{
		sim_check_break(world, "rate", "another look after %ld s",
						(long)(now - this->looked_at));
	}
	if (!this->free && now < this->not_before)
	{
		sim_check_break(world, "rate", "a look %ld s before the server wanted "
						"it", (long)(this->not_before - now));
	}
	this->looked_at = now;
}

/*
 * Described in header
 */
void sim_rate_sent(sim_world_t *world, bool first)
{
	sim_check_t *this = world->check;
	time_t now = sim_now(world), gap = now - this->last_activity;

	this->requests++;
	if (first)
	{
		this->looks = this->look_said;
		this->look_said = FALSE;
	}
	if (this->looks)
	{
		check_look(world, first);
		return;
	}
	check_patience(world);
	this->wish_until = 0;
	if (first && this->cancelled)
	{
		sim_check_break(world, "operator", "it asks again, though a person "
						"wanted no more");
	}
	if (first && !this->free)
	{
		if (gap < get_wait(world, gap))
		{
			sim_check_break(world, "rate", "attempt %u after %ld s, expected "
							"%ld", this->attempts, (long)gap,
							(long)get_wait(world, gap));
		}
		if (now < this->not_before)
		{
			sim_check_break(world, "rate", "%ld s before the server wanted it",
							(long)(this->not_before - now));
		}
	}
	if (first)
	{
		this->attempts = this->free ? 1 : this->attempts + 1;
		this->free = FALSE;
		this->fresh = FALSE;
		this->disk_failed = FALSE;
	}
	this->last_activity = now;
}

/**
 * Note that the server wants to be left alone. That counts unless the
 * certificate would come to its end.
 */
static void note_wish(sim_world_t *world, time_t seconds)
{
	sim_check_t *this = world->check;
	sim_issued_t *issued = sim_check_in_use(world);
	time_t left = issued ? issued->not_after - sim_gateway_now(world) : 0;

	if (left > 0)
	{
		seconds = min(seconds, left / 2);
	}
	this->not_before = sim_now(world) + seconds;
}

/*
 * Described in header
 */
void sim_rate_pends(sim_world_t *world)
{
	sim_check_t *this = world->check;
	uint64_t request = sim_hash(0, world->net.ca->asked->transaction_id);

	if (!this->pending || this->pending_request != request)
	{
		this->pending = TRUE;
		this->pending_request = request;
		this->pending_since = sim_now(world);
	}
	this->pending_said = sim_now(world);
}

/*
 * Described in header
 */
void sim_rate_answered(sim_world_t *world, const scep_http_answer_t *answer)
{
	sim_check_t *this = world->check;

	if (!this->looks)
	{
		this->last_activity = sim_now(world);
	}
	if (world->net.pends)
	{
		this->attempts = 0;
		sim_rate_pends(world);
	}
	if (answer->retry_after && !this->looks)
	{
		note_wish(world, answer->retry_after);
	}
}
