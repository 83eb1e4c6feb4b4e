/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "script.h"
#include "faults.h"
#include "gateway.h"
#include "net.h"
#include "operator.h"
#include "phrase.h"

#include <errno.h>

/**
 * Draw whether there are two servers, and CRLs by GetCRL. All else must not
 * depend on that: a world without them stays what it is.
 */
static void draw_servers(sim_world_t *this)
{
	mock_random_t *random = mock_random_create(~this->seed);
	scep_random_t *public = &random->public;

	this->profile.two = scep_random_between(public, 1, 100) <= 20;
	if (scep_random_between(public, 1, 100) <= 3)
	{	/* a CRL that can't be had is asked for over and over, for months, which
		 * takes its time to simulate */
		this->crl.life = scep_random_between(public, 3, 40) * DAY;
		this->profile.retry_max = DAY;
	}
	public->destroy(public);
}

/*
 * Described in header
 */
void sim_script_init(sim_world_t *this)
{
	static const time_t lives[] = {
		7 * DAY, 30 * DAY, 90 * DAY, 90 * DAY, YEAR, 2 * YEAR,
	};
	sim_script_t *script = &this->script;

	this->profile = (sim_profile_t){
		.from = sim_draw(this, 40, 65),
		.retry = sim_draw(this, 30, 120),
		.retry_max = sim_chance(this, 25) ? DAY : sim_draw(this, 1, 6) * HOUR,
		.poll = sim_draw(this, 30, 300),
		.poll_max = sim_draw(this, 1, 4) * HOUR,
		.poll_timeout = sim_draw(this, 2, 7) * DAY,
		.pinned = sim_chance(this, 85),
		.challenge = sim_chance(this, 40),
		.key_reuse = sim_chance(this, 20),
		.trust_ca = sim_chance(this, 50),
		.configured = TRUE,
	};
	if (this->profile.challenge && sim_chance(this, 40))
	{
		this->profile.phrase_life = sim_draw(this, HOUR, 60 * DAY);
		sim_phrase_write(this);
	}
	script->operated = sim_chance(this, 30);
	this->profile.to = sim_draw(this, this->profile.from, 75);
	script->life = lives[sim_draw(this, 0, countof(lives) - 1)];
	script->mean = sim_draw(this, 3, 40) * DAY;
	script->next = sim_now(this) + sim_draw(this, 0, DAY);
	draw_servers(this);
}

/**
 * The CA that was announced takes over.
 */
static void take_over(sim_world_t *this)
{
	sim_trace(this->trace, "* the CA that was announced takes over");
	sim_net_take_over(this);
	sim_check_trouble(this, sim_now(this));
}

/**
 * The clock is set right.
 */
static void mend_clock(sim_world_t *this)
{
	time_t delta = sim_now(this) - sim_gateway_now(this);

	sim_trace(this->trace, "* clock is mended");
	mock_clock_jump(this->gateway.clock, delta);
	sim_check_changed(this);
	sim_phrase_clock_set(this);
	sim_gateway_clock_set(this);
}

/**
 * A person brings another phrase, which is all that is needed.
 *
 * @return			FALSE if it is not
 */
static bool bring_phrase(sim_world_t *this)
{
	sim_check_t *check = this->check;

	if (!check->phrase_needed || this->net.changed || check->cancelled ||
		sim_gateway_state(this) != SCEP_STATE_FAILED)
	{
		return FALSE;
	}
	sim_trace(this->trace, "* there is another phrase");
	sim_phrase_write(this);
	sim_check_free(this);
	if (sim_now(this) > check->trouble_until + 3 * HOUR)
	{
		check->wish_until = sim_now(this) + SIM_PHRASE_PATIENCE;
	}
	check->phrase_needed = FALSE;
	check->person_needed = FALSE;
	sim_check_trouble(this, sim_now(this));
	return TRUE;
}

/**
 * A person acts: tells who the CA is, and changes a setting, such that all
 * starts anew.
 */
static void act(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;

	if (this->script.operated && sim_chance(this, 20) &&
		sim_gateway_state(this) == SCEP_STATE_FAILED)
	{
		this->script.person_at = sim_now(this) + DAY;
		sim_operator_import(this);
		return;
	}
	if (bring_phrase(this))
	{
		return;
	}
	if (this->script.operated && sim_chance(this, 70) &&
		sim_gateway_state(this) == SCEP_STATE_CONFIRM_CA)
	{
		this->script.person_at = sim_now(this) + DAY;
		sim_operator_accept_ca(this);
		return;
	}
	mock_ca_fingerprint(this->net.ca, profile->pin);
	sim_trace(this->trace, "* a person acts: %s", profile->pin);
	if (!profile->pinned)
	{
		sim_fs_put(this->fs, SIM_FS_ROOT "/state/gw/ca/confirmed",
				   chunk_from_str(profile->pin));
	}
	if (profile->phrase_life)
	{
		sim_phrase_write(this);
	}
	profile->touched++;
	this->net.changed = FALSE;
	this->check->person_needed = FALSE;
	sim_check_changed(this);
	sim_gateway_reload(this);
}

/**
 * The profile comes back.
 */
static void come_back(sim_world_t *this)
{
	sim_trace(this->trace, "* the profile comes back");
	this->profile.configured = TRUE;
	sim_check_changed(this);
	sim_gateway_reload(this);
}

/**
 * Certificates get their usual life.
 */
static void mend_life(sim_world_t *this)
{
	this->net.ca->not_after = this->script.life;
}

/**
 * What has its time; stopping only while it is up.
 */
#define TIMES(script) { \
	{ &(script)->next, sim_faults_happen }, \
	{ &(script)->mend_at, mend_clock }, \
	{ &(script)->person_at, act }, \
	{ &(script)->return_at, come_back }, \
	{ &(script)->take_over_at, take_over }, \
	{ &(script)->life_at, mend_life }, \
	{ &(script)->cancel_at, sim_operator_cancel }, \
	{ &(script)->stop_at, sim_faults_stop }, \
	{ &(script)->kill_at, sim_faults_kill }, \
}

typedef struct {
	time_t *at;
	void (*happen)(sim_world_t *this);
} entry_t;

/*
 * Described in header
 */
time_t sim_script_due(sim_world_t *this)
{
	entry_t times[] = TIMES(&this->script);
	time_t due = *times[0].at;
	int i;

	for (i = 1; i < countof(times); i++)
	{
		if (*times[i].at)
		{
			due = min(due, *times[i].at);
		}
	}
	return due;
}

/*
 * Described in header
 */
void sim_script_run(sim_world_t *this)
{
	entry_t times[] = TIMES(&this->script);
	time_t now = sim_now(this);
	int i;

	for (i = 0; i < countof(times); i++)
	{
		if (*times[i].at && *times[i].at <= now)
		{
			*times[i].at = 0;
			times[i].happen(this);
			return;
		}
	}
}

/*
 * Described in header
 */
bool sim_script_disk_is_bad(sim_world_t *this)
{
	return sim_now(this) < this->script.disk_until;
}

/**
 * Whether a step fails where the disk is full, broken, or can't be written to.
 */
static bool is_hit(int error, sim_fs_op_t op)
{
	switch (op)
	{
		case SIM_FS_OPEN:
		case SIM_FS_READ:
			return error == EIO;
		case SIM_FS_SYNC:
		case SIM_FS_SYNC_DIR:
			return error == EIO || error == ENOSPC;
		case SIM_FS_REMOVE:
			return error != ENOSPC;
		default:
			return TRUE;
	}
}

/*
 * Described in header
 */
int sim_script_judge(void *user, sim_fs_op_t op, const char *path)
{
	sim_world_t *this = user;
	sim_script_t *script = &this->script;

	if (this->gateway.dying)
	{
		return EIO;
	}
	if (op > SIM_FS_LINK)
	{	/* the sweep has these fail, one by one */
		return 0;
	}
	if (op != SIM_FS_OPEN && op != SIM_FS_READ && ++script->steps ==
														script->die_at)
	{	/* this one is the last */
		sim_trace(this->trace, "* last step: %s", path ?: "");
		this->gateway.dying = TRUE;
		this->gateway.busy = TRUE;
		return 0;
	}
	if (sim_now(this) < script->disk_until && is_hit(script->disk_error, op) &&
		sim_chance(this, script->disk_percent))
	{
		this->check->disk_failed = TRUE;
		sim_check_free(this);
		return op == SIM_FS_WRITE && sim_chance(this, 50) ? -1
														  : script->disk_error;
	}
	return 0;
}

/*
 * Described in header
 */
void sim_script_call_person(sim_world_t *this)
{
	if (!this->script.person_at)
	{
		this->script.person_at = sim_now(this) + sim_draw_time(this, HOUR, 5 * DAY);
	}
	this->check->person_needed = TRUE;
}

/*
 * Described in header
 */
void sim_script_attempt_failed(sim_world_t *this)
{
	if (!this->script.kill_at && sim_chance(this, 8))
	{
		this->script.kill_at = sim_now(this) + sim_draw_time(this, MINUTE, HOUR);
	}
}

/*
 * Described in header
 */
void sim_script_down(sim_world_t *this)
{
	sim_script_t *script = &this->script;
	time_t start = sim_now(this) + sim_draw_time(this, 1, 2 * DAY);

	script->die_at = 0;
	script->kill_at = 0;
	if (this->gateway.dying && script->power)
	{
		sim_fs_power_loss(this->fs, &this->fate->public);
	}
	/* what happens while it is down */
	while (script->mend_at && script->mend_at <= start)
	{
		sim_advance(this, script->mend_at);
		script->mend_at = 0;
		mock_clock_jump(this->gateway.clock,
						sim_now(this) - sim_gateway_now(this));
		sim_check_changed(this);
	}
	sim_advance(this, start);
	sim_check_trouble(this, start);
	script->stop_at = 0;
	if (sim_script_disk_is_bad(this))
	{	/* it may go on without state, until somebody starts it anew */
		script->stop_at = script->disk_until + sim_draw_time(this, MINUTE, DAY);
		sim_check_trouble(this, script->stop_at);
	}
	sim_trace(this->trace, "* started");
}
