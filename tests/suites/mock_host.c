/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_host.h"

#include <settings/settings.h>

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

/**
 * Give up: a test can't go on.
 */
static void die(const char *what)
{
	fprintf(stderr, "mock_host: %s\n", what);
	abort();
}

/*
 * Described in header
 */
scep_profile_t *mock_host_profile(mock_host_t *this, const char *more)
{
	scep_error_t error = {};
	scep_profile_t *profile;
	settings_t *settings;
	char *text, pin[72];

	mock_ca_fingerprint(this->ca, pin);
	if (asprintf(&text, "test { plugins { scep { profiles { gw {\n"
				 "url = http://ca.example.org/scep\n"
				 "ca_fingerprint = %s\n"
				 "subject = \"CN=gw.example.org\"\n"
				 "san = gw.example.org\n"
				 "key {\n size = 2048\n }\n"
				 "%s\n} } } } }\n", pin, more ?: "") < 0)
	{
		die("no memory");
	}
	settings = settings_create_string(text);
	if (!settings)
	{
		die(text);
	}
	profile = scep_profile_load(settings, "test", "gw", &error);
	if (!profile)
	{
		die(error.text);
	}
	settings->destroy(settings);
	free(text);
	return profile;
}

/*
 * Described in header
 */
bool mock_host_boot(mock_host_t *this, const char *more)
{
	scep_error_t error = {};

	mock_host_crash(this);
	DESTROY_IF(this->profile);
	this->profile = mock_host_profile(this, more);
	this->enrollment = scep_enrollment_create(&this->host, this->profile,
											  &error);
	return this->enrollment != NULL;
}

/*
 * Described in header
 */
void mock_host_change(mock_host_t *this, const char *more)
{
	DESTROY_IF(this->profile);
	this->profile = mock_host_profile(this, more);
	this->enrollment->change(this->enrollment, this->profile);
}

/*
 * Described in header
 */
void mock_host_crash(mock_host_t *this)
{
	/* as at shutdown: no worker any more, then the enrolment */
	mock_executor_drop(this->executor);
	DESTROY_IF(this->enrollment);
	this->enrollment = NULL;
	DESTROY_IF(this->ike->gen);
	DESTROY_IF(this->ike->crl);
	this->ike->gen = NULL;
	this->ike->crl = NULL;
}

/*
 * Described in header
 */
bool mock_host_serve(mock_host_t *this)
{
	mock_transfer_t *transfer = mock_transport_get(this->transport);
	scep_http_answer_t answer;

	if (!transfer || this->offline ||
		(this->down && strpfx((char*)transfer->request.url, this->down)))
	{
		return mock_transport_break(this->transport);
	}
	if (transfer->request.login)
	{
		this->pages++;
		snprintf(this->asked_by, sizeof(this->asked_by), "%s:%s",
				 transfer->request.user ?: "", transfer->request.password);
		return mock_transport_answer(this->transport, &this->page);
	}
	mock_ca_serve(this->ca, &transfer->request, &answer);
	mock_transport_answer(this->transport, &answer);
	free(answer.body.ptr);
	return TRUE;
}

/*
 * Described in header
 */
bool mock_host_step(mock_host_t *this)
{
	scep_enrollment_t *enrollment = this->enrollment;
	time_t due;

	if (mock_executor_finish(this->executor) ||
		mock_executor_work(this->executor) || mock_host_serve(this))
	{
		return TRUE;
	}
	due = enrollment ? enrollment->get_due(enrollment) : 0;
	if (due && due <= this->clock->now)
	{
		enrollment->run(enrollment);
		return TRUE;
	}
	return FALSE;
}

/*
 * Described in header
 */
u_int mock_host_settle(mock_host_t *this)
{
	u_int steps = 0;

	while (mock_host_step(this))
	{
		if (++steps > MOCK_STEPS)
		{
			die("no end");
		}
	}
	return steps;
}

/*
 * Described in header
 */
void mock_host_pass(mock_host_t *this, time_t seconds)
{
	scep_enrollment_t *enrollment = this->enrollment;
	time_t end = this->clock->uptime + seconds, due, left;

	mock_host_settle(this);
	while (TRUE)
	{
		left = end - this->clock->uptime;
		due = enrollment->get_due(enrollment);
		if (!due || due - this->clock->now > left)
		{
			mock_clock_advance(this->clock, left);
			return;
		}
		mock_clock_advance(this->clock, max(due - this->clock->now, 0));
		mock_host_settle(this);
	}
}

/*
 * Described in header
 */
bool mock_host_until(mock_host_t *this, const char *operation)
{
	mock_transfer_t *transfer;
	u_int steps;

	for (steps = 0; steps < MOCK_STEPS; steps++)
	{
		transfer = mock_transport_get(this->transport);
		if (transfer && mock_transport_is(&transfer->request, operation))
		{
			return TRUE;
		}
		if (!mock_host_step(this))
		{
			return FALSE;
		}
	}
	return FALSE;
}

/*
 * Described in header
 */
bool mock_host_is_usable(mock_host_t *this)
{
	scep_generation_t *gen = this->ike->gen;

	return gen && gen->cert->get_validity(gen->cert, &this->clock->now, NULL,
										  NULL);
}

static int remove_entry(const char *path, const struct stat *st, int flag,
						struct FTW *ftw)
{
	return remove(path);
}

/*
 * Described in header
 */
void mock_host_destroy(mock_host_t *this)
{
	mock_host_crash(this);
	DESTROY_IF(this->profile);
	this->host.store->destroy(this->host.store);
	this->disk->public.destroy(&this->disk->public);
	this->ike->public.destroy(&this->ike->public);
	this->transport->public.destroy(&this->transport->public);
	mock_executor_destroy(this->executor);
	this->programs->destroy(this->programs);
	this->random->public.destroy(&this->random->public);
	nftw(this->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	free(this);
}

/*
 * Described in header
 */
mock_host_t *mock_host_create(mock_clock_t *clock, mock_keys_t *keys,
							  mock_ca_t *ca, uint64_t seed)
{
	scep_error_t error = {};
	mock_host_t *this;

	INIT(this,
		.clock = clock,
		.keys = keys,
		.ca = ca,
		.random = mock_random_create(seed),
		.transport = mock_transport_create(),
		.executor = mock_executor_create(),
		.disk = mock_disk_create(),
		.programs = scep_programs_create(),
		.ike = mock_ike_create(),
		.dir = "/dev/shm/scep-host-XXXXXX",
	);
	if (!mkdtemp(this->dir))
	{	/* in memory it is faster: each step on disk is synced */
		strcpy(this->dir, "/tmp/scep-host-XXXXXX");
		if (!mkdtemp(this->dir))
		{
			die("no temporary directory");
		}
	}
	this->host = (scep_host_t){
		.clock = &clock->public,
		.random = &this->random->public,
		.transport = &this->transport->public,
		.executor = &this->executor->public,
		.programs = this->programs,
		.keys = &keys->public,
		.store = scep_store_create(&this->disk->public, this->dir, &error),
		.ike = &this->ike->public,
	};
	if (!this->host.store)
	{
		die(error.text);
	}
	return this;
}
