/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "gateway.h"
#include "net.h"
#include "phrase.h"
#include "script.h"

#include <processing/processor.h>

#include <stdio.h>

/** State of the gateway */
#define STATE_DIR	SIM_FS_ROOT "/state"

/**
 * What goes on next.
 */
typedef enum {
	NEXT_END,
	NEXT_SCRIPT,
	NEXT_WORK,
	NEXT_NET,
	NEXT_TIMER,
} next_t;

/** The world that charon's processor is in */
static sim_world_t *current;

/**
 * Get the world of a part of its gateway.
 */
#define WORLD(part, member) \
	((sim_world_t*)((char*)(part) - offsetof(sim_world_t, gateway.member)))

/**
 * Queue a job: the loop's, or one for a worker.
 */
static void queue_job(processor_t *this, job_t *job)
{
	sim_gateway_t *gateway = &current->gateway;

	if (job->get_priority(job) == JOB_PRIO_CRITICAL)
	{
		gateway->job = job;
		return;
	}
	if (!gateway->jobs->get_count(gateway->jobs))
	{
		gateway->work_at = sim_now(current) + sim_draw(current, 0, 2);
	}
	gateway->jobs->insert_last(gateway->jobs, job);
}

/**
 * Do the work that waits for the longest time.
 */
static void work(sim_world_t *this)
{
	sim_gateway_t *gateway = &this->gateway;
	job_t *job;

	gateway->jobs->remove_first(gateway->jobs, (void**)&job);
	job->execute(job);
	job->destroy(job);
	gateway->work_at = sim_now(this) + sim_draw(this, 0, 2);
}

static void ike_install(scep_ike_t *public, const char *profile,
						scep_generation_t *gen, linked_list_t *roots,
						bool initiate, bool reauth)
{
	sim_world_t *this = WORLD(public, ike);
	scep_ike_t *creds = &this->gateway.creds->public;

	if (!this->gateway.dying)
	{
		sim_check_install(this, gen, roots);
		creds->install(creds, profile, gen, roots, initiate, reauth);
	}
}

static void ike_install_crl(scep_ike_t *public, const char *profile,
							certificate_t *crl, certificate_t *issuer)
{
	sim_world_t *this = WORLD(public, ike);
	scep_ike_t *creds = &this->gateway.creds->public;

	creds->install_crl(creds, profile, crl, issuer);
}

static void ike_withdraw(scep_ike_t *public, const char *profile)
{
	sim_world_t *this = WORLD(public, ike);
	scep_ike_t *creds = &this->gateway.creds->public;

	if (!this->gateway.dying)
	{
		sim_check_withdraw(this);
		creds->withdraw(creds, profile);
	}
}

/**
 * Find out what goes on next, and when.
 */
static next_t find_next(sim_world_t *this, time_t *at)
{
	sim_gateway_t *gateway = &this->gateway;
	time_t timer = sim_fs_get_timer(this->fs), due;
	next_t next = NEXT_END;

	*at = MOCK_START + this->end;
	due = sim_script_due(this);
	if (due < *at)
	{
		*at = due;
		next = NEXT_SCRIPT;
	}
	if (gateway->jobs->get_count(gateway->jobs) && gateway->work_at < *at)
	{
		*at = gateway->work_at;
		next = NEXT_WORK;
	}
	due = sim_net_due(this);
	if (due && due < *at)
	{
		*at = due;
		next = NEXT_NET;
	}
	due = sim_now(this) + timer - sim_gateway_now(this);
	if (timer && due < *at)
	{
		*at = due;
		next = NEXT_TIMER;
	}
	*at = max(*at, sim_now(this));
	return next;
}

/**
 * Let the loop end.
 */
static void stop(sim_world_t *this)
{
	this->gateway.job->cancel(this->gateway.job);
}

/**
 * Let one thing happen.
 *
 * @return			whether the timer fired
 */
static bool go_on(sim_world_t *this)
{
	time_t at;

	switch (find_next(this, &at))
	{
		case NEXT_SCRIPT:
			sim_advance(this, at);
			sim_script_run(this);
			break;
		case NEXT_WORK:
			sim_advance(this, at);
			work(this);
			break;
		case NEXT_NET:
			sim_advance(this, at);
			sim_net_run(this);
			/* as after curl_multi_perform() */
			this->gateway.woken = TRUE;
			break;
		case NEXT_TIMER:
			sim_advance(this, at);
			sim_fs_fire(this->fs, FALSE);
			return TRUE;
		case NEXT_END:
			sim_advance(this, at);
			stop(this);
			break;
	}
	return FALSE;
}

static bool wait_(scep_curl_t *public, int fd)
{
	sim_world_t *this = WORLD(public, curl);
	bool fired = FALSE;

	sim_check_turn(this);
	while (!this->gateway.woken && !this->gateway.dying && !fired &&
		   !sim_check_failed(this))
	{
		fired = go_on(this);
		sim_check_step(this);
		if (this->gateway.dying)
		{
			stop(this);
		}
	}
	if (sim_check_failed(this) || this->gateway.dying)
	{
		stop(this);
	}
	this->gateway.woken = FALSE;
	return fired;
}

static void wakeup(scep_curl_t *public)
{
	WORLD(public, curl)->gateway.woken = TRUE;
}

/**
 * Settings of the challenge phrase.
 */
static char *get_challenge(const sim_profile_t *profile, char *buf, size_t len)
{
	if (profile->phrase_life)
	{
		snprintf(buf, len, "challenge_file = " SIM_PHRASE_FILE
				 "\nchallenge_lifetime = %lds", (long)profile->phrase_life);
		return buf;
	}
	return profile->challenge ? "challenge = " SIM_PHRASE : "";
}

/**
 * Read the configuration.
 */
static scep_config_t *load_config(sim_world_t *this)
{
	sim_profile_t *profile = &this->profile;
	const char *other = profile->two ? ", http://ca2.example.org/scep" : "";
	scep_config_t *config;
	settings_t *settings;
	char text[2048], phrase[256];

	snprintf(text, sizeof(text), "sim {\nplugins {\nscep {\nprofiles {\n%s {\n"
			 "url = \"http://ca.example.org/scep%s\"\n%s%s\n%s\n"
			 "subject = \"CN=gw%u.example.org\"\nsan = gw%u.example.org\n"
			 "key {\nsize = 2048\nreuse = %s\n}\ntrust_ca = %s\n"
			 "renew {\nfrom = %u%%\nto = %u%%\n}\n"
			 "http {\ntimeout = %us\n}\n"
			 "retry {\ninterval = %us\nmax_interval = %us\n}\n"
			 "poll {\ninterval = %us\nmax_interval = %us\ntimeout = %us\n}\n"
			 "}\n}\n}\n}\n}\n", profile->configured ? "gw" : "other",
			 other, profile->pinned ? "ca_fingerprint = " : "",
			 profile->pinned ? profile->pin : "", get_challenge(profile, phrase,
			 sizeof(phrase)), profile->subject, profile->san,
			 profile->key_reuse ? "yes" : "no",
			 profile->trust_ca ? "yes" : "no", profile->from, profile->to,
			 SIM_NET_TIMEOUT + profile->touched, profile->retry,
			 profile->retry_max, profile->poll, profile->poll_max,
			 profile->poll_timeout);
	if (!profile->configured)
	{
		snprintf(text, sizeof(text), "sim {\nplugins {\nscep {\n}\n}\n}\n");
	}
	settings = settings_create_string(text);
	config = scep_config_load(settings, "sim");
	settings->destroy(settings);
	return config;
}

/**
 * Take over the configuration; called by the loop.
 */
static void configure(sim_world_t *this)
{
	scep_config_t *config = load_config(this);

	this->gateway.loop->configure(this->gateway.loop, config);
	config->destroy(config);
}

/*
 * Described in header
 */
void sim_gateway_reload(sim_world_t *this)
{
	scep_loop_t *loop = this->gateway.loop;

	loop->post(loop, (scep_work_t)configure, this, NULL);
}

/**
 * Pass on a failure of IKE; called by the loop.
 */
static void nudge(sim_world_t *this)
{
	identification_t *id;
	char name[64];

	snprintf(name, sizeof(name), "gw%u.example.org", this->profile.san);
	id = identification_create_from_string(name);
	this->gateway.loop->nudge(this->gateway.loop, id);
	id->destroy(id);
}

/*
 * Described in header
 */
void sim_gateway_nudge(sim_world_t *this)
{
	scep_loop_t *loop = this->gateway.loop;

	loop->post(loop, (scep_work_t)nudge, this, NULL);
}

/*
 * Described in header
 */
scep_state_t sim_gateway_state(sim_world_t *this)
{
	scep_roster_t *roster = this->gateway.loop->get_roster(this->gateway.loop);
	scep_state_t state = SCEP_STATE_DISABLED;
	scep_view_t view;

	if (roster->get_view(roster, "gw", &view))
	{
		state = view.state;
		scep_view_clear(&view);
	}
	return state;
}

/*
 * Described in header
 */
bool sim_gateway_is_asking(sim_world_t *this)
{
	scep_state_t state = sim_gateway_state(this);

	return state == SCEP_STATE_NEED_CA || state == SCEP_STATE_REQUESTING;
}

/*
 * Described in header
 */
void sim_gateway_stop(sim_world_t *this)
{
	stop(this);
}

/*
 * Described in header
 */
void sim_gateway_clock_set(sim_world_t *this)
{
	/* the timer is CANCEL_ON_SET: it gets readable, and reading it fails */
	sim_fs_fire(this->fs, TRUE);
	this->gateway.woken = TRUE;
}

/**
 * Make what an enrolment reaches, as the plugin does.
 */
static bool create_parts(sim_world_t *this)
{
	sim_gateway_t *gateway = &this->gateway;
	scep_error_t error = {};

	gateway->disk = scep_disk_create();
	gateway->host.store = scep_store_create(gateway->disk, STATE_DIR, &error);
	if (error.kind != SCEP_OK)
	{
		sim_trace(this->trace, "no store: %s", error.text);
	}
	gateway->transport = mock_transport_create();
	gateway->creds = mock_ike_create();
	gateway->host.clock = &gateway->clock->public;
	gateway->host.random = &this->random->public;
	gateway->host.transport = &gateway->transport->public;
	gateway->host.keys = &this->keys->public;
	gateway->host.ike = &gateway->ike;
	if (gateway->host.store)
	{
		gateway->loop = scep_loop_create(&gateway->host, &gateway->curl);
	}
	return gateway->loop != NULL;
}

/**
 * Destroy what create_parts() made.
 */
static void destroy_parts(sim_world_t *this)
{
	sim_gateway_t *gateway = &this->gateway;

	gateway->jobs->destroy_offset(gateway->jobs, offsetof(job_t, destroy));
	DESTROY_IF(gateway->loop);
	DESTROY_IF(gateway->host.store);
	gateway->creds->public.destroy(&gateway->creds->public);
	gateway->transport->public.destroy(&gateway->transport->public);
	gateway->disk->destroy(gateway->disk);
	gateway->loop = NULL;
	gateway->creds = NULL;
	gateway->transport = NULL;
	gateway->host.store = NULL;
	sim_net_drop(this);
}

/*
 * Described in header
 */
void sim_gateway_run(sim_world_t *this)
{
	sim_gateway_t *gateway = &this->gateway;
	processor_t processor = { .queue_job = queue_job }, *old = lib->processor;

	current = this;
	lib->processor = &processor;
	gateway->jobs = linked_list_create();
	gateway->job = NULL;
	gateway->dying = gateway->woken = gateway->busy = FALSE;
	gateway->curl = (scep_curl_t){ .wait = wait_, .wakeup = wakeup };
	gateway->ike = (scep_ike_t){
		.install = ike_install,
		.install_crl = ike_install_crl,
		.withdraw = ike_withdraw,
	};
	gateway->up = TRUE;
	if (create_parts(this))
	{
		configure(this);
		sim_check_boot(this);
		gateway->loop->start(gateway->loop);
		gateway->job->execute(gateway->job);
		gateway->job->destroy(gateway->job);
	}
	gateway->up = FALSE;
	gateway->busy |= gateway->jobs->get_count(gateway->jobs) > 0;
	sim_check_down(this);
	destroy_parts(this);
	sim_fs_killed(this->fs);
	lib->processor = old;
}
