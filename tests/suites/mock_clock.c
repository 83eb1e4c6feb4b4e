/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_clock.h"

static time_t get_now(scep_clock_t *public)
{
	return ((mock_clock_t*)public)->now;
}

static time_t get_uptime(scep_clock_t *public)
{
	return ((mock_clock_t*)public)->uptime;
}

static void destroy(scep_clock_t *public)
{
	free(public);
}

/*
 * Described in header
 */
void mock_clock_advance(mock_clock_t *this, time_t seconds)
{
	this->now += seconds;
	this->uptime += seconds;
}

/*
 * Described in header
 */
void mock_clock_jump(mock_clock_t *this, time_t delta)
{
	this->now += delta;
}

/*
 * Described in header
 */
mock_clock_t *mock_clock_create()
{
	mock_clock_t *this;

	INIT(this,
		.public = {
			.now = get_now,
			.uptime = get_uptime,
			.destroy = destroy,
		},
		.now = MOCK_START,
	);
	return this;
}
