/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "servers.h"

/** Time after which the first server has to be used again, and for which the
 * one that has a pending request is asked only, seconds */
#define RETURN		(2 * HOUR)
#define FAITH		(20 * HOUR)

/*
 * Described in header
 */
void sim_servers_lose(sim_world_t *this, u_int which, time_t until)
{
	sim_servers_t *servers = &this->servers;

	servers->down = which;
	servers->down_until = until;
	if (this->check->pending)
	{	/* that one may have the request */
		sim_check_trouble(this, until);
	}
	sim_trace(this->trace, "* server %u is down until %ld", servers->down,
			  (long)until - MOCK_START);
}

/**
 * Check that the first server is asked first, if it was up for long.
 */
static void check_return(sim_world_t *this)
{
	sim_servers_t *servers = &this->servers;
	time_t now = sim_now(this);

	if (servers->done && servers->asked == 1 &&
		now > max(servers->down_until, this->check->trouble_until) + RETURN)
	{
		sim_check_break(this, "elsewhere", "the second server is asked, the "
						"first one is up");
	}
}

/*
 * Described in header
 */
bool sim_servers_begin(sim_world_t *this, const char *url, bool first)
{
	sim_servers_t *servers = &this->servers;
	u_int before = servers->asked;

	servers->asked = strstr(url, "//ca2.") ? 1 : 0;
	if (first && servers->asked != before &&
		sim_now(this) == this->net.answered)
	{	/* the other one could not be reached */
		return FALSE;
	}
	if (first)
	{
		check_return(this);
		servers->done = FALSE;
	}
	return first;
}

/*
 * Described in header
 */
bool sim_servers_is_down(sim_world_t *this)
{
	sim_servers_t *servers = &this->servers;

	return sim_now(this) < servers->down_until &&
		   servers->asked == servers->down;
}

/*
 * Described in header
 */
void sim_servers_polled(sim_world_t *this)
{
	sim_servers_t *servers = &this->servers;

	if (servers->pends_at > this->check->changed_at &&
		servers->pends_at > this->script.disk_until &&
		sim_now(this) < servers->pends_at + FAITH &&
		servers->asked != servers->pends)
	{
		sim_check_break(this, "elsewhere", "server %u is polled for what "
						"server %u has", servers->asked, servers->pends);
	}
}

/*
 * Described in header
 */
void sim_servers_pends(sim_world_t *this)
{
	sim_servers_t *servers = &this->servers;
	time_t now = sim_now(this);

	if (this->profile.two && now > servers->pends_at + DAY &&
		now > servers->down_until && sim_chance(this, 30))
	{	/* the one that has the request goes down, who asks the other one? */
		sim_servers_lose(this, servers->asked, now + sim_draw(this, HOUR, DAY));
	}
	servers->pends = servers->asked;
	servers->pends_at = now;
}

/*
 * Described in header
 */
void sim_servers_done(sim_world_t *this)
{
	this->servers.done = TRUE;
}
