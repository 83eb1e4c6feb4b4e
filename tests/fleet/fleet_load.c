/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_load.h"

/** A minute, milliseconds */
#define MINUTE	(60 * 1000)

/** An hour, seconds */
#define HOUR	(60 * 60)

/*
 * Described in header
 */
fleet_load_t *fleet_load_create(time_t span)
{
	fleet_load_t *this;

	INIT(this,
		.minutes = calloc(span / 60 + 1, sizeof(uint32_t)),
		.count = span / 60 + 1,
	);
	return this;
}

/*
 * Described in header
 */
void fleet_load_add(fleet_load_t *this, int64_t at)
{
	if (at / MINUTE < this->count)
	{
		this->minutes[at / MINUTE]++;
	}
}

/*
 * Described in header
 */
uint64_t fleet_load_sum(fleet_load_t *this, time_t from, time_t to)
{
	uint64_t sum = 0;
	u_int i;

	for (i = (from + 59) / 60; i < this->count && (time_t)i * 60 < to; i++)
	{
		sum += this->minutes[i];
	}
	return sum;
}

/*
 * Described in header
 */
double fleet_load_peak(fleet_load_t *this, u_int width)
{
	uint64_t sum = 0, most = 0;
	u_int i;

	for (i = 0; i < this->count; i++)
	{
		sum += this->minutes[i];
		if (i >= width)
		{
			sum -= this->minutes[i - width];
		}
		most = max(most, sum);
	}
	return most / (60.0 * width);
}

/*
 * Described in header
 */
double fleet_load_hour(fleet_load_t *this)
{
	uint64_t sum, most = 0;
	time_t from;

	for (from = 0; from < (time_t)this->count * 60; from += HOUR)
	{
		sum = fleet_load_sum(this, from, from + HOUR);
		most = max(most, sum);
	}
	return most / (double)HOUR;
}

/*
 * Described in header
 */
void fleet_load_destroy(fleet_load_t *this)
{
	free(this->minutes);
	free(this);
}
