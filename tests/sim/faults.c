/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "faults.h"
#include "gateway.h"
#include "net.h"
#include "operator.h"
#include "phrase.h"
#include "servers.h"

#include <errno.h>

/**
 * The network fails.
 */
static void break_network(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	net->fault = sim_draw(this, SIM_NET_REFUSED, SIM_NET_FAULTS - 1);
	net->fault_until = sim_now(this) + sim_draw_time(this, 10 * MINUTE, 30 * DAY);
	net->retry_after = sim_draw_time(this, MINUTE, DAY);
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
	net->wrong_until = sim_now(this) + sim_draw_time(this, HOUR, 10 * DAY);
	sim_check_trouble(this, net->wrong_until);
	sim_trace(this->trace, "* answers are wrong: %d until %ld", net->wrong,
			  (long)net->wrong_until - MOCK_START);
}

/**
 * Another CA answers.
 */
static void replace_ca(sim_world_t *this)
{
	this->net.rogue_until = sim_now(this) + sim_draw_time(this, HOUR, 10 * DAY);
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
	script->take_over_at = sim_now(this) + sim_draw_time(this, 10 * DAY, YEAR);
	sim_trace(this->trace, "* the CA announces another one");
	sim_net_announce(this, script->take_over_at);
}

/**
 * The CA needs time to decide.
 */
static void hold_requests(sim_world_t *this)
{
	this->net.pending_until = sim_now(this) + sim_draw_time(this, HOUR, 9 * DAY);
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

	net->refuse_until = sim_now(this) + sim_draw_time(this, HOUR, 10 * DAY);
	net->fail_info = fail_infos[sim_draw(this, 0, countof(fail_infos) - 1)];
	sim_check_trouble(this, net->refuse_until);
	sim_trace(this->trace, "* the CA refuses: %s", net->fail_info);
}

/**
 * The CA certifies something else than was asked for.
 */
static void rename_subject(sim_world_t *this)
{
	this->net.renamed_until = sim_now(this) + sim_draw_time(this, HOUR, 10 * DAY);
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
	script->disk_until = sim_now(this) + sim_draw_time(this, MINUTE, 10 * DAY);
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

/*
 * Described in header
 */
void sim_faults_kill(sim_world_t *this)
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
	sim_faults_kill(this);
}

/*
 * Described in header
 */
void sim_faults_stop(sim_world_t *this)
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
	this->script.mend_at = sim_now(this) + sim_draw_time(this, MINUTE, 10 * DAY);
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
	time_t length = sim_draw_time(this, HOUR, 20 * DAY);

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
									 sim_draw_time(this, MINUTE, 10 * DAY);
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
	this->net.ca->not_after = sim_draw_time(this, DAY, 2 * YEAR);
	this->script.life_at = sim_now(this) + sim_draw_time(this, DAY, 20 * DAY);
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
	time_t until = sim_now(this) + sim_draw_time(this, 10 * MINUTE, 20 * DAY);

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
	{ sim_faults_kill, 5 },
	{ damage, 3 },
	{ sim_faults_stop, 5 },
	{ set_clock, 8 },
	{ suspend, 3 },
	{ reload, 8 },
	{ change_life, 4 },
	{ nudge, 4 },
	{ operate, 12 },
	{ lose_server, 8 },
};

/*
 * Described in header
 */
void sim_faults_happen(sim_world_t *this)
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
