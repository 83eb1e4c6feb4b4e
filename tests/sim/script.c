/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "script.h"
#include "gateway.h"
#include "net.h"
#include "operator.h"
#include "phrase.h"
#include "servers.h"

#include <errno.h>
#include <stdio.h>

/**
 * Draw a length of time, short ones as likely as long ones.
 */
static time_t draw_time(sim_world_t *this, time_t from, time_t to)
{
	time_t limit = from;

	while (limit < to && sim_chance(this, 70))
	{
		limit *= 2;
	}
	return sim_draw(this, from, min(max(limit, from + 1), to));
}

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
 * The network fails.
 */
static void break_network(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	net->fault = sim_draw(this, SIM_NET_REFUSED, SIM_NET_FAULTS - 1);
	net->fault_until = sim_now(this) + draw_time(this, 10 * MINUTE, 30 * DAY);
	net->retry_after = draw_time(this, MINUTE, DAY);
	sim_check_trouble(this, net->fault_until + net->retry_after);
	sim_trace(this->trace, "* network fails: %d until %ld", net->fault,
			  (long)net->fault_until - MOCK_START);
}

/**
 * Answers are wrong.
 */
static void spoil_answers(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	net->wrong = sim_draw(this, SIM_ANSWER_NONCE, SIM_ANSWERS - 1);
	net->wrong_until = sim_now(this) + draw_time(this, HOUR, 10 * DAY);
	sim_check_trouble(this, net->wrong_until);
	sim_trace(this->trace, "* answers are wrong: %d until %ld", net->wrong,
			  (long)net->wrong_until - MOCK_START);
}

/**
 * Another CA answers.
 */
static void replace_ca(sim_world_t *this)
{
	this->net.rogue_until = sim_now(this) + draw_time(this, HOUR, 10 * DAY);
	sim_check_trouble(this, this->net.rogue_until);
	sim_trace(this->trace, "* another CA answers");
}

/**
 * The CA announces another one, or there is another one without a word.
 */
static void follow_ca(sim_world_t *this)
{
	sim_script_t *script = &this->script;

	if (script->take_over_at)
	{
		return;
	}
	if (sim_chance(this, 30))
	{
		sim_trace(this->trace, "* there is another CA");
		sim_net_replace_ca(this);
		sim_check_trouble(this, sim_now(this));
		return;
	}
	script->take_over_at = sim_now(this) + draw_time(this, 10 * DAY, YEAR);
	sim_trace(this->trace, "* the CA announces another one");
	sim_net_announce(this, script->take_over_at);
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
 * The CA needs time to decide.
 */
static void hold_requests(sim_world_t *this)
{
	this->net.pending_until = sim_now(this) + draw_time(this, HOUR, 9 * DAY);
	sim_check_trouble(this, this->net.pending_until);
	this->check->person_until = max(this->check->person_until,
									this->net.pending_until + DAY);
	sim_trace(this->trace, "* the CA decides later");
}

/**
 * The CA refuses.
 */
static void refuse_requests(sim_world_t *this)
{
	static const char *fail_infos[] = { "0", "1", "2", "3", "4" };
	sim_net_t *net = &this->net;

	net->refuse_until = sim_now(this) + draw_time(this, HOUR, 10 * DAY);
	net->fail_info = fail_infos[sim_draw(this, 0, countof(fail_infos) - 1)];
	sim_check_trouble(this, net->refuse_until);
	sim_trace(this->trace, "* the CA refuses: %s", net->fail_info);
}

/**
 * The CA certifies something else than was asked for.
 */
static void rename_subject(sim_world_t *this)
{
	this->net.renamed_until = sim_now(this) + draw_time(this, HOUR, 10 * DAY);
	sim_check_trouble(this, this->net.renamed_until);
	this->check->person_until = max(this->check->person_until,
									this->net.renamed_until + DAY);
	sim_trace(this->trace, "* the CA certifies another subject");
}

/**
 * The disk fails.
 */
static void break_disk(sim_world_t *this)
{
	static const int errors[] = { ENOSPC, EIO, EROFS, EACCES };
	sim_script_t *script = &this->script;

	script->disk_error = errors[sim_draw(this, 0, countof(errors) - 1)];
	script->disk_percent = sim_chance(this, 50) ? 100 : sim_draw(this, 1, 50);
	script->disk_until = sim_now(this) + draw_time(this, MINUTE, 10 * DAY);
	sim_check_trouble(this, script->disk_until);
	sim_trace(this->trace, "* disk fails: %s, %u %%",
			  strerror(script->disk_error), script->disk_percent);
}

/**
 * The process dies, or the power fails, after a step on the disk.
 */
static void kill_at_step(sim_world_t *this)
{
	this->script.power = sim_chance(this, 50);
	this->script.die_at = this->script.steps + sim_draw(this, 1, 60);
	sim_trace(this->trace, "* %s at step %u", this->script.power ?
			  "power fails" : "killed", this->script.die_at);
}

/**
 * The process dies, or the power fails.
 */
static void kill_now(sim_world_t *this)
{
	this->script.power = sim_chance(this, 50);
	this->gateway.dying = TRUE;
	sim_trace(this->trace, "* %s", this->script.power ? "power fails"
													  : "killed");
}

/**
 * A file of the certificate in use is damaged, which counts at the next start.
 */
static void damage(sim_world_t *this)
{
	sim_check_t *check = this->check;
	const char *gen = sim_fs_get_link(this->fs, SIM_FS_ROOT
									  "/state/gw/current");
	char path[PATH_MAX];

	if (!gen || !check->before_newest || check->damaged == check->newest ||
		check->damaged == check->before_newest)
	{	/* one of two has to be good */
		return;
	}
	snprintf(path, sizeof(path), SIM_FS_ROOT "/state/gw/%s/%s", gen,
			 sim_chance(this, 50) ? "cert.pem" : "key.pem");
	sim_fs_put(this->fs, path, chunk_from_str("damaged\n"));
	check->damaged = check->newest;
	check->newest_unsafe = TRUE;
	sim_check_changed(this);
	sim_trace(this->trace, "* %s is damaged", path);
	kill_now(this);
}

/**
 * The process ends in good order.
 */
static void restart(sim_world_t *this)
{
	sim_trace(this->trace, "* stopped");
	sim_gateway_stop(this);
}

/**
 * The clock is set wrong.
 */
static void set_clock(sim_world_t *this)
{
	static const time_t spans[] = { MINUTE, HOUR, DAY, 30 * DAY, 6 * YEAR };
	time_t delta;

	delta = sim_draw(this, 1, spans[sim_draw(this, 0, countof(spans) - 1)]);
	delta = sim_chance(this, 50) ? delta : -delta;
	mock_clock_jump(this->gateway.clock, delta);
	this->script.mend_at = sim_now(this) + draw_time(this, MINUTE, 10 * DAY);
	sim_check_changed(this);
	sim_check_trouble(this, this->script.mend_at);
	sim_trace(this->trace, "* clock jumps by %ld s", (long)delta);
	sim_phrase_clock_set(this);
	sim_gateway_clock_set(this);
}

/**
 * The gateway sleeps, and its clock goes on.
 */
static void suspend(sim_world_t *this)
{
	time_t length = draw_time(this, HOUR, 20 * DAY);

	sim_trace(this->trace, "* suspended for %ld s", (long)length);
	sim_advance(this, sim_now(this) + length);
	sim_check_trouble(this, sim_now(this));
}

/**
 * Somebody reloads, with or without changes.
 */
static void reload(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;

	switch (sim_draw(this, 0, 5))
	{
		case 0:
			profile->subject++;
			break;
		case 1:
			profile->san++;
			break;
		case 2:
			profile->from = sim_draw(this, 40, 65);
			profile->to = sim_draw(this, profile->from, 75);
			break;
		case 3:
			profile->configured = FALSE;
			this->script.return_at = sim_now(this) +
									 draw_time(this, MINUTE, 10 * DAY);
			sim_check_trouble(this, this->script.return_at);
			break;
		default:
			sim_trace(this->trace, "* reload");
			sim_gateway_reload(this);
			return;
	}
	sim_trace(this->trace, "* reload with changes: CN=gw%u, gw%u, %u-%u %%, %s",
			  profile->subject, profile->san, profile->from, profile->to,
			  profile->configured ? "there" : "gone");
	sim_check_changed(this);
	sim_gateway_reload(this);
}

/**
 * Certificates have another life for a while.
 */
static void change_life(sim_world_t *this)
{
	this->net.ca->not_after = draw_time(this, DAY, 2 * YEAR);
	this->script.life_at = sim_now(this) + draw_time(this, DAY, 20 * DAY);
	sim_trace(this->trace, "* certificates last for %ld days",
			  (long)this->net.ca->not_after / DAY);
}

/**
 * IKE fails to authenticate again and again.
 */
static void nudge(sim_world_t *this)
{
	sim_trace(this->trace, "* IKE fails to authenticate");
	sim_check_free(this);
	sim_gateway_nudge(this);
}

/**
 * One of two servers goes down, and the CA may give no CRL for a while.
 */
static void lose_server(sim_world_t *this)
{
	time_t until = sim_now(this) + draw_time(this, 10 * MINUTE, 20 * DAY);

	if (this->profile.two && sim_now(this) > this->servers.down_until)
	{
		sim_servers_lose(this, sim_chance(this, 70) ? 0 : 1, until);
	}
	this->crl.none_until = until;
}

/**
 * A person uses the control interface, where people do.
 */
static void operate(sim_world_t *this)
{
	if (this->script.operated)
	{
		sim_operator_act(this);
	}
}

/**
 * What goes wrong, and how often; the last one only where servers differ.
 */
static const struct {
	void (*happen)(sim_world_t *this);
	u_int weight;
} kinds[] = {
	{ break_network, 20 },
	{ spoil_answers, 10 },
	{ replace_ca, 3 },
	{ follow_ca, 3 },
	{ hold_requests, 8 },
	{ refuse_requests, 5 },
	{ rename_subject, 2 },
	{ break_disk, 8 },
	{ kill_at_step, 15 },
	{ kill_now, 5 },
	{ damage, 3 },
	{ restart, 5 },
	{ set_clock, 8 },
	{ suspend, 3 },
	{ reload, 8 },
	{ change_life, 4 },
	{ nudge, 4 },
	{ operate, 12 },
	{ lose_server, 8 },
};

/**
 * Let something go wrong.
 */
static void happen(sim_world_t *this)
{
	bool differ = this->profile.two || this->crl.life;
	u_int sum = 0, draw;
	int i;

	for (i = 0; i < countof(kinds) - !differ; i++)
	{
		sum += kinds[i].weight;
	}
	draw = sim_draw(this, 0, sum - 1);
	for (i = 0; draw >= kinds[i].weight; i++)
	{
		draw -= kinds[i].weight;
	}
	this->script.next = sim_now(this) + sim_draw(this, 1,
												 2 * this->script.mean);
	if (!this->net.transfer &&
		!this->gateway.jobs->get_count(this->gateway.jobs))
	{
		sim_check_idle(this);
	}
	kinds[i].happen(this);
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
	{ &(script)->next, happen }, \
	{ &(script)->mend_at, mend_clock }, \
	{ &(script)->person_at, act }, \
	{ &(script)->return_at, come_back }, \
	{ &(script)->take_over_at, take_over }, \
	{ &(script)->life_at, mend_life }, \
	{ &(script)->cancel_at, sim_operator_cancel }, \
	{ &(script)->stop_at, restart }, \
	{ &(script)->kill_at, kill_now }, \
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
		this->script.person_at = sim_now(this) + draw_time(this, HOUR, 5 * DAY);
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
		this->script.kill_at = sim_now(this) + draw_time(this, MINUTE, HOUR);
	}
}

/*
 * Described in header
 */
void sim_script_down(sim_world_t *this)
{
	sim_script_t *script = &this->script;
	time_t start = sim_now(this) + draw_time(this, 1, 2 * DAY);

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
		script->stop_at = script->disk_until + draw_time(this, MINUTE, DAY);
		sim_check_trouble(this, script->stop_at);
	}
	sim_trace(this->trace, "* started");
}
