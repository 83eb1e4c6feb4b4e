/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "life.h"
#include "gateway.h"
#include "net.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

/** State of the gateway's profile */
#define PROFILE_DIR		SIM_FS_ROOT "/state/gw"

/** Life of certificates; half of it is the moment of renewal */
#define CERT_LIFE		(30 * DAY)

/** Time in which a renewal has to follow a fault */
#define LIMIT			(60 * DAY)

/** Time that the process is down */
#define DOWN			(2 * MINUTE)

/** Generations that are kept */
#define GENERATIONS		2

static sim_life_t life;

/**
 * All that can be lost is lost.
 */
static bool get_nothing(scep_random_t *random, size_t len, u_char *buf,
						scep_error_t *err)
{
	memset(buf, 0, len);
	return TRUE;
}

/*
 * Described in header
 */
sim_life_t *sim_life_get()
{
	return &life;
}

/*
 * Described in header
 */
void sim_script_init(sim_world_t *this)
{
	typeof(life.choose) choose = life.choose;

	sim_life_end();
	life.choose = choose;
	life.used = array_create(sizeof(uint64_t), 0);
	life.rested = TRUE;
	this->profile = (sim_profile_t){
		.from = 50,
		.to = 50,
		.retry = MINUTE,
		.retry_max = HOUR,
		.poll = HOUR,
		.poll_max = 2 * HOUR,
		.poll_timeout = 7 * DAY,
		.pinned = TRUE,
		.challenge = TRUE,
		.trust_ca = TRUE,
		.configured = TRUE,
	};
	this->script.life = CERT_LIFE;
}

/**
 * The CA needs some time to decide.
 */
static void hold_requests(sim_world_t *this)
{
	this->net.pending_until = sim_now(this) + HOUR;
	sim_check_trouble(this, this->net.pending_until);
}

/**
 * The CA announces another one.
 */
static void announce(sim_world_t *this)
{
	sim_net_announce(this, MOCK_START + 38 * DAY);
}

/**
 * What happens, and when, where nothing fails: first the enrolment, a renewal
 * after 15, 30 and 45 days.
 */
static const struct {
	time_t at;
	void (*happen)(sim_world_t *this);
} events[] = {
	{ 0, hold_requests },
	{ 10 * DAY, sim_gateway_stop },
	{ 20 * DAY, announce },
	{ 30 * DAY, hold_requests },
	{ 38 * DAY, sim_net_take_over },
};

/**
 * Note which certificate IKE has.
 */
static void note_used(sim_world_t *this)
{
	uint64_t serial = this->check->installed, last = 0;

	array_get(life.used, ARRAY_TAIL, &last);
	if (serial && serial != last)
	{
		array_insert(life.used, ARRAY_TAIL, &serial);
	}
}

/**
 * Follow the gateway after a fault, until a renewal had success.
 */
static void follow(sim_world_t *this)
{
	uint64_t installed = this->check->installed;
	time_t now = sim_now(this);

	if (!life.base)
	{
		life.base = now >= life.mended_at + DAY ? installed : 0;
	}
	else if (installed > life.base && !life.done_at)
	{
		life.done_at = now + HOUR;
	}
	else if (life.done_at && now >= life.done_at)
	{
		this->end = this->time->uptime;
	}
	if (now > life.mended_at + LIMIT)
	{
		sim_check_break(this, "no-renewal", "none had success in %d days",
						(int)(LIMIT / DAY));
	}
}

/**
 * Get when the gateway is to be looked at, or ended, after a fault.
 */
static time_t get_due(sim_world_t *this)
{
	time_t now = sim_now(this);

	if (life.dies)
	{
		return now;
	}
	if (life.stop_at)
	{
		return life.stop_at;
	}
	if (!life.mended_at)
	{
		return MOCK_START + this->end;
	}
	if (life.done_at)
	{
		return max(now, life.done_at);
	}
	return life.base ? life.mended_at + LIMIT + DAY
					 : max(now + HOUR, life.mended_at + DAY);
}

/*
 * Described in header
 */
time_t sim_script_due(sim_world_t *this)
{
	time_t due = get_due(this);

	life.rested = TRUE;
	note_used(this);
	if (life.mended_at)
	{
		follow(this);
	}
	if (life.happened < countof(events))
	{
		due = min(due, MOCK_START + events[life.happened].at);
	}
	return due;
}

/*
 * Described in header
 */
void sim_script_run(sim_world_t *this)
{
	time_t now = sim_now(this);

	if (life.dies)
	{
		life.dies = FALSE;
		this->gateway.dying = TRUE;
	}
	else if (life.happened < countof(events) &&
			 now >= MOCK_START + events[life.happened].at)
	{
		events[life.happened++].happen(this);
	}
	else if (life.stop_at && now >= life.stop_at)
	{
		life.stop_at = 0;
		sim_gateway_stop(this);
	}
}

/*
 * Described in header
 */
bool sim_script_disk_is_bad(sim_world_t *this)
{
	return life.fault && !life.mended_at;
}

/*
 * Described in header
 */
void sim_script_call_person(sim_world_t *this)
{
	sim_check_break(this, "person", "wants one");
}

/*
 * Described in header
 */
void sim_script_attempt_failed(sim_world_t *this)
{
	/* it dies at each of its steps anyway */
}

/**
 * Whether a disk that is full or read-only fails at a call.
 */
static bool is_hit(int error, sim_fs_op_t op)
{
	switch (op)
	{
		case SIM_FS_CREATE:
		case SIM_FS_WRITE:
		case SIM_FS_RENAME:
		case SIM_FS_MAKE_DIR:
		case SIM_FS_LINK:
			return TRUE;
		case SIM_FS_REMOVE:
		case SIM_FS_SET_MODE:
		case SIM_FS_TRUNCATE:
			return error == EROFS;
		case SIM_FS_SYNC:
		case SIM_FS_SYNC_DIR:
			return error == ENOSPC;
		default:
			return FALSE;
	}
}

/**
 * Whether something changes on the disk by a call.
 */
static bool is_change(sim_fs_op_t op)
{
	return is_hit(EROFS, op) || is_hit(ENOSPC, op);
}

/**
 * Whether a call can fail with an error, as far as the manual pages of Linux
 * say so.
 */
static bool can_fail(int error, sim_fs_op_t op, const char *path)
{
	switch (op)
	{
		case SIM_FS_CREATE:
		case SIM_FS_RENAME:
		case SIM_FS_MAKE_DIR:
		case SIM_FS_LINK:
			return error > 0;
		case SIM_FS_WRITE:
			return error != EROFS && error != EACCES;
		case SIM_FS_SYNC:
		case SIM_FS_SYNC_DIR:
		case SIM_FS_CLOSE:
			return error == EIO || error == ENOSPC || error == EDQUOT;
		case SIM_FS_REMOVE:
			return error == EIO || error == EROFS || error == EACCES;
		case SIM_FS_SET_MODE:
		case SIM_FS_TRUNCATE:
			return error == EIO || error == EROFS;
		default:
			return error == EIO || (error == EACCES && path);
	}
}

/*
 * Described in header
 */
bool sim_life_applies(const sim_fault_t *fault, sim_fs_op_t op,
					  const char *path)
{
	switch (fault->strike)
	{
		case SIM_FAIL_AND_STAY:
			return is_hit(fault->error, op);
		case SIM_DIE_BEFORE:
			return life.rested;
		case SIM_DIE_DURING:
			return op == SIM_FS_WRITE;
		case SIM_DIE_AFTER:
			return is_change(op);
		default:
			return can_fail(fault->error, op, path);
	}
}

/**
 * Let the chosen fault happen.
 *
 * @return			as of a sim_fs_judge_t
 */
static int strike(sim_world_t *this, sim_fs_op_t op, const char *path)
{
	const sim_fault_t *fault = life.fault;

	life.op = op;
	snprintf(life.path, sizeof(life.path), "%s", path ?: "");
	sim_trace(this->trace, "* call %u, %s %s: %s", life.calls,
			  enum_to_name(sim_fs_op_names, op), life.path, fault->name);
	sim_check_free(this);
	/* others look after how long it takes without a fault */
	sim_check_trouble(this, sim_now(this) + DAY);
	this->end += LIMIT + 2 * DAY;
	switch (fault->strike)
	{
		case SIM_FAIL_AND_DIE:
			life.dies = TRUE;
			return fault->error;
		case SIM_FAIL:
		case SIM_FAIL_AND_STAY:
			life.stop_at = sim_now(this) + DAY;
			return fault->error;
		default:
			this->gateway.dying = TRUE;
			this->gateway.busy = TRUE;
			return fault->strike == SIM_DIE_BEFORE ? EIO :
				   fault->strike == SIM_DIE_DURING ? -1 : 0;
	}
}

/*
 * Described in header
 */
int sim_script_judge(void *user, sim_fs_op_t op, const char *path)
{
	sim_world_t *this = user;

	if (life.looks)
	{
		return 0;
	}
	if (this->gateway.dying)
	{
		return EIO;
	}
	if (!life.fault)
	{
		life.calls++;
		life.fault = life.choose(&life, op, path);
		life.rested = FALSE;
		return life.fault ? strike(this, op, path) : 0;
	}
	if (!life.mended_at && life.fault->strike == SIM_FAIL_AND_STAY &&
		is_hit(life.fault->error, op))
	{
		this->check->disk_failed = TRUE;
		sim_check_free(this);
		return life.fault->error;
	}
	return 0;
}

/**
 * The power fails.
 */
static void lose_power(sim_world_t *this)
{
	scep_random_t nothing = { .get_bytes = get_nothing };
	mock_random_t *some;

	some = mock_random_create(life.calls * 64 + life.fault->loss);
	sim_fs_power_loss(this->fs, life.fault->loss ? &some->public : &nothing);
	some->public.destroy(&some->public);
}

/*
 * Described in header
 */
void sim_script_down(sim_world_t *this)
{
	if (life.fault && !life.mended_at)
	{
		if (this->gateway.dying && life.fault->loss >= 0)
		{
			lose_power(this);
		}
		life.mended_at = sim_now(this) + DOWN;
		life.stop_at = 0;
		life.dies = FALSE;
	}
	sim_advance(this, sim_now(this) + DOWN);
	sim_check_trouble(this, sim_now(this));
	sim_trace(this->trace, "* started");
}

/**
 * Check that nothing is in a directory that nobody needs.
 */
static void check_dir(sim_world_t *this, const char *path)
{
	u_int generations = 0;
	struct dirent *entry;
	char below[PATH_MAX];
	DIR *dir;

	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
	{
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (strstr(entry->d_name, ".tmp") || strstr(entry->d_name, ".bad-") ||
			strstr(below, "/request/"))
		{
			sim_check_break(this, "left-over", "%s", below);
		}
		generations += strpfx(entry->d_name, "gen-") ? 1 : 0;
		check_dir(this, below);
	}
	if (dir)
	{
		closedir(dir);
	}
	if (generations > GENERATIONS)
	{
		sim_check_break(this, "left-over", "%u generations", generations);
	}
}

/**
 * Whether IKE had a certificate.
 */
static bool was_used(uint64_t serial)
{
	uint64_t used;
	int i;

	for (i = 0; i < array_count(life.used); i++)
	{
		array_get(life.used, i, &used);
		if (used == serial)
		{
			return TRUE;
		}
	}
	return FALSE;
}

/*
 * Described in header
 */
void sim_life_check(sim_world_t *this)
{
	array_t *all = this->check->issued;
	sim_issued_t issued;
	int i;

	for (i = 0; i < array_count(all); i++)
	{
		array_get(all, i, &issued);
		if (!was_used(issued.serial))
		{
			sim_check_break(this, "in-vain", "certificate %lx was issued, but "
							"IKE never had it", (long)issued.serial);
		}
	}
	if (life.fault && !life.done_at)
	{
		sim_check_break(this, "no-renewal", "the life ended before one");
	}
	life.looks = TRUE;
	check_dir(this, PROFILE_DIR);
	life.looks = FALSE;
}

/*
 * Described in header
 */
void sim_life_end()
{
	array_destroy(life.used);
	life = (sim_life_t){};
}
