/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_random.h"

/**
 * Next number: a step of splitmix64.
 */
static uint64_t next(mock_random_t *this)
{
	uint64_t value;

	value = this->state += 0x9e3779b97f4a7c15ULL;
	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ value >> 27) * 0x94d049bb133111ebULL;
	return value ^ value >> 31;
}

static bool get_bytes(scep_random_t *public, size_t len, u_char *buf,
					  scep_error_t *err)
{
	mock_random_t *this = (mock_random_t*)public;
	uint64_t value;
	size_t part;

	if (this->fails)
	{
		return scep_fail(err, SCEP_LOCAL, "no random numbers");
	}
	for (; len; len -= part, buf += part)
	{
		value = next(this);
		part = min(len, sizeof(value));
		memcpy(buf, &value, part);
	}
	return TRUE;
}

static void destroy(scep_random_t *public)
{
	free(public);
}

/*
 * Described in header
 */
mock_random_t *mock_random_create(uint64_t seed)
{
	mock_random_t *this;

	INIT(this,
		.public = {
			.get_bytes = get_bytes,
			.destroy = destroy,
		},
		.state = seed,
	);
	return this;
}
