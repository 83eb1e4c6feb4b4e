/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_random.h"

typedef struct private_scep_random_t private_scep_random_t;

/**
 * Private data of a scep_random_t.
 */
struct private_scep_random_t {

	/**
	 * Public interface.
	 */
	scep_random_t public;

	/**
	 * Generator, created on first use: at plugin load it may not be there yet.
	 */
	rng_t *rng;
};

METHOD(scep_random_t, get_bytes, bool,
	private_scep_random_t *this, size_t len, u_char *buf, scep_error_t *err)
{
	if (!this->rng)
	{
		this->rng = lib->crypto->create_rng(lib->crypto, RNG_STRONG);
	}
	if (!this->rng || !this->rng->get_bytes(this->rng, len, buf))
	{
		return scep_fail(err, SCEP_LOCAL, "no random numbers available "
						 "(RNG_STRONG)");
	}
	return TRUE;
}

METHOD(scep_random_t, destroy, void,
	private_scep_random_t *this)
{
	DESTROY_IF(this->rng);
	free(this);
}

/*
 * Described in header
 */
scep_random_t *scep_random_create()
{
	private_scep_random_t *this;

	INIT(this,
		.public = {
			.get_bytes = _get_bytes,
			.destroy = _destroy,
		},
	);
	return &this->public;
}

/*
 * Described in header
 */
uint64_t scep_random_between(scep_random_t *random, uint64_t from, uint64_t to)
{
	uint64_t span = to - from + 1, limit, value;

	if (to <= from)
	{
		return from;
	}
	if (span == 0)
	{
		span = UINT64_MAX;
	}
	/* values past the last full multiple of span would favour low results */
	limit = UINT64_MAX - UINT64_MAX % span;
	do
	{
		if (!random->get_bytes(random, sizeof(value), (u_char*)&value, NULL))
		{
			return from + (to - from) / 2;
		}
	}
	while (value >= limit);
	return from + value % span;
}
