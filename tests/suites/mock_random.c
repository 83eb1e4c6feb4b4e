/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_random.h"

/**
 * Next number: a step of a 64 bit linear congruential generator, of which only
 * the upper bits are good.
 */
static u_char next(mock_random_t *this)
{
	this->state = this->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return this->state >> 56;
}

static bool get_bytes(scep_random_t *public, size_t len, u_char *buf,
					  scep_error_t *err)
{
	mock_random_t *this = (mock_random_t*)public;
	size_t i;

	if (this->fails)
	{
		return scep_fail(err, SCEP_LOCAL, "no random numbers");
	}
	for (i = 0; i < len; i++)
	{
		buf[i] = next(this);
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
