/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet.h"
#include "fleet/fleet_heap.h"
#include "config_fixture.h"
#include "mock_random.h"

/** For so many gateways the CA issues one certificate in a second: 20 for a
 * fleet of a hundred thousand */
#define SHARE		5000

/** Gateways start again within this after a power failure, milliseconds */
#define BOOT		(5 * 60 * 1000)

/** A CA that has work for so long, milliseconds, is not seen to recover: who
 * asked has gone, and asks again */
#define HOPELESS	(24 * 60 * 60 * 1000)

/** A gateway that acts more often, on average, has no back-off: the end would
 * not come in reasonable time */
#define RESTLESS	300

/** A moment that does not come */
#define NEVER		0

typedef struct fleet_t fleet_t;

/**
 * A fleet on its way.
 */
struct fleet_t {

	/**
	 * What it lives through.
	 */
	const fleet_run_t *run;

	/**
	 * What its gateways decide by.
	 */
	fleet_plan_t plan;

	/**
	 * The CA.
	 */
	fleet_ca_t ca;

	/**
	 * Gateways.
	 */
	fleet_gateway_t *gateways;

	/**
	 * When they act next.
	 */
	fleet_heap_t *heap;

	/**
	 * What became of it so far.
	 */
	fleet_result_t *result;
};

static int64_t step(fleet_t *this, fleet_gateway_t *gw, scep_input_t input,
					int64_t now, time_t asked);

/**
 * Count a request.
 */
static void count(fleet_t *this, fleet_gateway_t *gw, int64_t now)
{
	if (!gw->tries++)
	{
		gw->since = now;
	}
	fleet_load_add(this->result->asked, now);
}

/**
 * Nobody is there. Those that try again at fixed times do so without effect
 * until the end of the outage: that is not worth an event each.
 */
static int64_t miss(fleet_t *this, fleet_gateway_t *gw, int64_t now)
{
	int64_t timeout = this->plan.profile->http_connect_timeout * 1000;
	int64_t period = timeout + this->run->policy->fixed * 1000;

	while (this->run->policy->fixed &&
		   now + period < this->run->outage.to * 1000)
	{
		now += period;
		count(this, gw, now);
	}
	return step(this, gw, SCEP_IN_FAILED, now + timeout, 0);
}

/**
 * Make a request.
 */
static int64_t ask(fleet_t *this, fleet_gateway_t *gw, int64_t now)
{
	fleet_reply_t reply = fleet_ca_ask(&this->ca, now);

	count(this, gw, now);
	if (reply.verdict == FLEET_DOWN)
	{
		return miss(this, gw, now);
	}
	step(this, gw, SCEP_IN_CA, now, 0);
	switch (reply.verdict)
	{
		case FLEET_BUSY:
			return step(this, gw, SCEP_IN_FAILED, now,
						this->run->queue->retry_after);
		case FLEET_LATE:
			/* the next request of the same transaction gets this one */
			gw->granted = gw->granted ?: reply.at;
			return step(this, gw, SCEP_IN_FAILED,
						now + this->ca.patience * 1000, 0);
		default:
			gw->granted = gw->granted ?: reply.at;
			return step(this, gw, SCEP_IN_ISSUED, reply.at, 0);
	}
}

/**
 * See how long the next certificate took.
 */
static void judge(fleet_t *this, fleet_gateway_t *gw, int64_t now)
{
	fleet_result_t *result = this->result;
	time_t left = (gw->not_after - now) / 1000;

	if (gw->not_after && left < 0)
	{
		result->lost++;
		result->gap = max(result->gap, -left);
	}
	if (gw->not_after)
	{
		result->left = min(result->left, left);
	}
	result->wait = max(result->wait, (now - gw->since) / 1000);
	result->tries = max(result->tries, gw->tries);
	if (gw->tries > 1)
	{
		result->settled = max(result->settled, now / 1000);
	}
}

/**
 * Take the certificate, plan its renewal.
 */
static int64_t install(fleet_t *this, fleet_gateway_t *gw, int64_t now)
{
	if (now >= this->run->end * 1000)
	{	/* after the last look */
		return NEVER;
	}
	judge(this, gw, now);
	fleet_load_add(this->result->got, now);
	if (gw->cycle < FLEET_CYCLES)
	{
		fleet_load_add(this->result->cycles[gw->cycle], now);
	}
	gw->cycle++;
	gw->not_before = gw->granted;
	gw->not_after = gw->granted + this->run->life * 1000;
	gw->granted = 0;
	gw->tries = 0;
	return this->run->policy->renew(&this->plan, gw, now);
}

/**
 * Make a step of the machine and do what it says.
 *
 * @return			when the gateway acts again
 */
static int64_t step(fleet_t *this, fleet_gateway_t *gw, scep_input_t input,
					int64_t now, time_t asked)
{
	scep_step_t next = scep_machine_step(gw->state, input);

	gw->state = next.state;
	switch (next.action)
	{
		case SCEP_DO_BEGIN:
			return ask(this, gw, now);
		case SCEP_DO_INSTALL:
			return install(this, gw, now);
		case SCEP_DO_RETRY_LATER:
			return this->run->policy->retry(&this->plan, gw, now, asked);
		default:
			return NEVER;
	}
}

/**
 * A gateway that is off acts when it starts again.
 */
static int64_t powered(fleet_t *this, int64_t at)
{
	const fleet_span_t *power = &this->run->power;
	int64_t boot;

	if (at < power->from * 1000 || at >= power->to * 1000 + BOOT)
	{
		return at;
	}
	boot = power->to * 1000 + scep_random_between(this->plan.random, 0,
												  BOOT - 1);
	return max(at, boot);
}

/**
 * Remember when a gateway acts again.
 */
static void plan(fleet_t *this, u_int gateway, int64_t at)
{
	if (at != NEVER && at < this->run->end * 1000)
	{
		fleet_heap_push(this->heap, (fleet_due_t){ .at = powered(this, at),
												   .gateway = gateway });
	}
}

/**
 * Let all gateways start, then let time pass.
 */
static void pass(fleet_t *this)
{
	const fleet_policy_t *policy = this->run->policy;
	uint64_t acts = 0;
	fleet_due_t due;
	int64_t at;
	u_int i;

	for (i = 0; i < this->run->gateways; i++)
	{
		at = scep_random_between(this->plan.random, 1,
								 this->run->rollout * 1000);
		plan(this, i, policy->start(&this->plan, at));
	}
	while (!this->result->collapsed && fleet_heap_pop(this->heap, &due))
	{
		at = step(this, &this->gateways[due.gateway], SCEP_IN_DUE, due.at, 0);
		plan(this, due.gateway, at);
		if (this->ca.free_at - due.at > HOPELESS ||
			++acts > (uint64_t)this->run->gateways * RESTLESS)
		{
			this->result->collapsed = due.at / 1000;
		}
	}
}

/**
 * See who is without a certificate at the end.
 */
static void conclude(fleet_t *this)
{
	fleet_result_t *result = this->result;
	time_t left;
	u_int i;

	for (i = 0; i < this->run->gateways; i++)
	{
		left = this->run->end - this->gateways[i].not_after / 1000;
		if (!this->gateways[i].not_after)
		{
			result->without++;
		}
		else if (left > 0)
		{
			result->lost++;
			result->gap = max(result->gap, left);
		}
	}
}

/**
 * Create an empty result.
 */
static fleet_result_t *create_result(const fleet_run_t *run)
{
	fleet_result_t *result;
	int i;

	INIT(result,
		.asked = fleet_load_create(run->end),
		.got = fleet_load_create(run->end),
		.left = run->life,
	);
	for (i = 0; i < FLEET_CYCLES; i++)
	{
		result->cycles[i] = fleet_load_create(run->end);
	}
	return result;
}

/**
 * Load a profile as charon would.
 */
static scep_profile_t *load(const char *more)
{
	scep_profile_t *profile;
	scep_config_t *config;
	settings_t *settings;
	char text[512];

	snprintf(text, sizeof(text), "charon {\nplugins {\nscep {\nprofiles {\n"
			 "gw {\n" REQUIRED "%s\n}\n}\n}\n}\n}", more ?: "");
	settings = settings_create_string(text);
	config = scep_config_load(settings, "charon");
	profile = config->find(config, "gw");
	profile = profile->get_ref(profile);
	config->destroy(config);
	settings->destroy(settings);
	return profile;
}

/*
 * Described in header
 */
fleet_result_t *fleet_run(const fleet_run_t *run)
{
	mock_random_t *random = mock_random_create(run->seed);
	fleet_t this = {
		.run = run,
		.plan = {
			.profile = load(run->settings),
			.random = &random->public,
		},
		.gateways = calloc(run->gateways, sizeof(fleet_gateway_t)),
		.heap = fleet_heap_create(run->gateways),
		.result = create_result(run),
	};

	this.ca = (fleet_ca_t){
		.queue = run->queue,
		.outage = run->outage,
		.rate = max(1, run->gateways / SHARE),
		.patience = this.plan.profile->http_timeout,
	};
	pass(&this);
	conclude(&this);
	fleet_heap_destroy(this.heap);
	free(this.gateways);
	this.plan.profile->destroy(this.plan.profile);
	random->public.destroy(&random->public);
	return this.result;
}

/*
 * Described in header
 */
void fleet_result_destroy(fleet_result_t *this)
{
	int i;

	fleet_load_destroy(this->asked);
	fleet_load_destroy(this->got);
	for (i = 0; i < FLEET_CYCLES; i++)
	{
		fleet_load_destroy(this->cycles[i]);
	}
	free(this);
}
