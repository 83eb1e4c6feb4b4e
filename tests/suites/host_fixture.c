/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

/*
 * Described in header
 */
mock_clock_t *timer;
mock_ca_t *ca;
mock_host_t *host;

/** Key pairs of all tests */
static mock_keys_t *keys;

static void make_all(u_int bits)
{
	keys = mock_keys_create(bits);
	timer = mock_clock_create();
	ca = mock_ca_create(&timer->public, 2048);
}

/*
 * Described in header
 */
void host_setup_all()
{
	make_all(2048);
}

/*
 * Described in header
 */
void host_setup_weak()
{
	make_all(1024);
}

/*
 * Described in header
 */
void host_teardown_all()
{
	mock_ca_destroy(ca);
	mock_keys_destroy(keys);
	timer->public.destroy(&timer->public);
}

/*
 * Described in header
 */
void host_setup()
{
	mock_ca_reset(ca);
	keys->fails = FALSE;
	timer->now = MOCK_START;
	host = mock_host_create(timer, keys, ca, 1);
}

/*
 * Described in header
 */
void host_teardown()
{
	mock_host_destroy(host);
}

/*
 * Described in header
 */
void boot(const char *more)
{
	ck_assert(mock_host_boot(host, more));
	mock_host_settle(host);
}

/*
 * Described in header
 */
void enrol(const char *more)
{
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 1);
	ck_assert_int_eq(ca->issued, 1);
}

/*
 * Described in header
 */
scep_state_t state()
{
	return host->enrollment->get_state(host->enrollment);
}

/*
 * Described in header
 */
time_t wait_()
{
	return host->enrollment->get_due(host->enrollment) - timer->now;
}

/*
 * Described in header
 */
void nudge(const char *name)
{
	identification_t *id = identification_create_from_string((char*)name);

	host->enrollment->nudge(host->enrollment, id);
	id->destroy(id);
}

/*
 * Described in header
 */
char *path_of(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/gw/%s", host->dir, name);
	return path;
}

/*
 * Described in header
 */
bool has_file(const char *name)
{
	struct stat st;

	return lstat(path_of(name), &st) == 0;
}

/*
 * Described in header
 */
bool has_name(const char *dn)
{
	identification_t *id = identification_create_from_string((char*)dn);
	bool found;

	found = host->ike->gen &&
			host->ike->gen->cert->has_subject(host->ike->gen->cert, id);
	id->destroy(id);
	return found;
}
