/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_clock.h"

#include <time.h>

typedef struct private_scep_clock_t private_scep_clock_t;

/**
 * Private data of a scep_clock_t.
 */
struct private_scep_clock_t {

	/**
	 * Public interface.
	 */
	scep_clock_t public;
};

METHOD(scep_clock_t, now, time_t,
	private_scep_clock_t *this)
{
	return time(NULL);
}

METHOD(scep_clock_t, uptime, time_t,
	private_scep_clock_t *this)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec;
}

METHOD(scep_clock_t, destroy, void,
	private_scep_clock_t *this)
{
	free(this);
}

/*
 * Described in header
 */
scep_clock_t *scep_clock_create()
{
	private_scep_clock_t *this;

	INIT(this,
		.public = {
			.now = _now,
			.uptime = _uptime,
			.destroy = _destroy,
		},
	);
	return &this->public;
}
