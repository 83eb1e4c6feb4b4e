/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "world.h"
#include "gateway.h"
#include "net.h"
#include "script.h"

/** Time after which a kernel writes what was not synced, seconds */
#define WRITE_BACK	60

/*
 * Described in header
 */
uint64_t sim_draw(sim_world_t *this, uint64_t from, uint64_t to)
{
	return scep_random_between(&this->fate->public, from, to);
}

/*
 * Described in header
 */
bool sim_chance(sim_world_t *this, u_int percent)
{
	return sim_draw(this, 1, 100) <= percent;
}

/*
 * Described in header
 */
time_t sim_draw_time(sim_world_t *this, time_t from, time_t to)
{
	time_t limit = from;

	while (limit < to && sim_chance(this, 70))
	{
		limit *= 2;
	}
	return sim_draw(this, from, min(max(limit, from + 1), to));
}

/*
 * Described in header
 */
time_t sim_now(sim_world_t *this)
{
	return this->time->now;
}

/*
 * Described in header
 */
time_t sim_gateway_now(sim_world_t *this)
{
	return this->gateway.clock->now;
}

/*
 * Described in header
 */
void sim_advance(sim_world_t *this, time_t at)
{
	time_t seconds = at - this->time->now;

	if (seconds > 0)
	{
		if (seconds > WRITE_BACK)
		{
			sim_fs_flush(this->fs);
		}
		mock_clock_advance(this->time, seconds);
		mock_clock_advance(this->gateway.clock, seconds);
		this->trace->now = this->time->uptime;
	}
}

/*
 * Described in header
 */
void sim_world_run(sim_world_t *this)
{
	sim_trace(this->trace, "seed %lu", (long)this->seed);
	while (!sim_check_failed(this))
	{
		sim_gateway_run(this);
		if (this->time->uptime >= this->end)
		{
			break;
		}
		sim_script_down(this);
	}
}

/*
 * Described in header
 */
void sim_world_destroy(sim_world_t *this)
{
	sim_net_deinit(this);
	sim_fs_destroy(this->fs);
	sim_check_destroy(this->check);
	sim_trace_destroy(this->trace);
	this->gateway.clock->public.destroy(&this->gateway.clock->public);
	this->time->public.destroy(&this->time->public);
	this->fate->public.destroy(&this->fate->public);
	this->random->public.destroy(&this->random->public);
	free(this);
}

/*
 * Described in header
 */
sim_world_t *sim_world_create(sim_pool_t *pool, uint64_t seed, u_int days,
							  bool verbose)
{
	sim_world_t *this;

	INIT(this,
		.seed = seed,
		.end = (time_t)days * DAY,
		.fate = mock_random_create(seed * 2),
		.random = mock_random_create(seed * 2 + 1),
		.time = mock_clock_create(),
		.trace = sim_trace_create(),
		.pool = pool,
		.keys = sim_pool_reset(pool),
	);
	this->gateway.clock = mock_clock_create();
	this->trace->verbose = verbose;
	this->fs = sim_fs_create(sim_script_judge, this);
	this->check = sim_check_create(this);
	sim_script_init(this);
	sim_net_init(this);
	return this;
}
