/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "operator.h"
#include "cert.h"
#include "gateway.h"
#include "phrase.h"

#include "control/scep_commands.h"
#include "control/scep_vici.h"

#include <stdio.h>

/**
 * Give a command.
 *
 * @param ...		what it needs beside the profile: keys, char*, and values,
 *					chunk_t, up to NULL
 * @return			whether it was obeyed
 */
static bool command(sim_world_t *this, const char *name, ...)
{
	scep_commands_t commands = {
		.roster = this->gateway.loop->get_roster(this->gateway.loop),
		.clock = &this->gateway.clock->public,
	};
	bio_writer_t *writer = scep_vici_begin(SCEP_VICI_CMD_REQUEST, name);
	char parsed[SCEP_VICI_NAME_LEN];
	scep_vici_packet_t type;
	chunk_t packet, message, answer, success, why = chunk_empty;
	scep_stream_t *stream;
	const char *key;
	va_list args;
	bool obeyed;

	scep_vici_add(writer, "name", "gw");
	va_start(args, name);
	while ((key = va_arg(args, const char*)))
	{
		scep_vici_add_chunk(writer, key, va_arg(args, chunk_t));
	}
	va_end(args);
	packet = scep_vici_finish(writer);
	obeyed = scep_vici_parse(chunk_skip(packet, sizeof(uint32_t)), &type,
							 parsed, &message) &&
			 scep_commands_run(&commands, parsed, message, &answer, &stream);
	if (obeyed)
	{	/* length and type come first */
		message = chunk_skip(answer, sizeof(uint32_t) + 1);
		obeyed = scep_vici_get(message, "success", &success) &&
				 chunk_equals(success, chunk_from_str("yes"));
		scep_vici_get(message, "errmsg", &why);
		sim_trace(this->trace, "* %s: %s %.*s", name, obeyed ? "yes" : "no",
				  (int)why.len, why.ptr ? (char*)why.ptr : "");
		free(answer.ptr);
	}
	free(packet.ptr);
	return obeyed;
}

/**
 * Whether there is no reason to refuse a wish for a certificate.
 */
static bool is_free(sim_world_t *this)
{
	scep_state_t state = sim_gateway_state(this);

	return this->profile.configured && !this->gateway.dying &&
		   sim_now(this) > this->check->trouble_until + 3 * HOUR &&
		   (state == SCEP_STATE_IDLE || state == SCEP_STATE_WAITING ||
			state == SCEP_STATE_CONFIRM_CA || state == SCEP_STATE_FAILED);
}

static void enroll(sim_world_t *this)
{
	bool must = is_free(this);

	if (command(this, "enroll", NULL))
	{
		sim_check_free(this);
		this->check->cancelled = FALSE;
		this->check->wish_until = sim_now(this) + SIM_OPERATOR_PATIENCE;
		/* a look for the next CA gives way */
		this->check->look_said = FALSE;
	}
	else if (must)
	{
		sim_check_break(this, "operator", "enroll is refused");
	}
}

static void renew(sim_world_t *this)
{
	bool before = this->check->redraw;

	/* the event comes before the answer */
	this->check->redraw = TRUE;
	if (command(this, "renew", "within", chunk_from_str("86400"), NULL))
	{
		sim_check_free(this);
		this->check->cancelled = FALSE;
	}
	else
	{
		this->check->redraw = before;
	}
}

static void cancel_now(sim_world_t *this)
{
	bool obeyed, before = this->check->cancelled;

	/* the event comes before the answer */
	this->check->cancelling = TRUE;
	obeyed = command(this, "cancel", NULL);
	this->check->cancelling = FALSE;
	this->check->cancelled = (obeyed || before) && !this->gateway.dying;
	if (this->check->cancelled && sim_chance(this, 70))
	{	/* which must not bring it back */
		this->script.stop_at = sim_now(this) + sim_draw(this, 5, HOUR);
	}
	this->check->wish_until = 0;
}

/**
 * Change one's mind about a wish, or about what is under way.
 */
static void cancel(sim_world_t *this)
{
	if (sim_chance(this, 70))
	{
		enroll(this);
	}
	this->script.cancel_at = sim_now(this) + sim_draw(this, 0, 20);
}

/**
 * Confirm a CA, the one there is or none.
 */
static void try_ca(sim_world_t *this)
{
	char *wrong = "sha256:"
			"0000000000000000000000000000000000000000000000000000000000000000";
	char pin[72];
	bool right = sim_chance(this, 50);

	mock_ca_fingerprint(this->net.ca, pin);
	if (command(this, "accept-ca", "fingerprint",
				chunk_from_str(right ? pin : wrong), NULL))
	{
		if (!right)
		{
			sim_check_break(this, "operator", "a CA is confirmed that is none");
		}
		snprintf(this->profile.pin, sizeof(this->profile.pin), "%s", pin);
		this->net.changed = FALSE;
		sim_check_changed(this);
	}
}

/**
 * Confirm the CA that the gateway asks about.
 */
static void accept_ca(sim_world_t *this)
{
	char pin[72];

	if (sim_gateway_state(this) != SCEP_STATE_CONFIRM_CA)
	{
		return;
	}
	mock_ca_fingerprint(this->net.ca, pin);
	if (command(this, "accept-ca", "fingerprint", chunk_from_str(pin), NULL))
	{
		snprintf(this->profile.pin, sizeof(this->profile.pin), "%s", pin);
		this->net.changed = FALSE;
		this->check->person_needed = FALSE;
		sim_check_changed(this);
		this->check->wish_until = sim_now(this) + SIM_OPERATOR_PATIENCE;
		/* a look for the next CA gives way */
		this->check->look_said = FALSE;
	}
	else if (!this->check->disk_failed && !this->gateway.dying &&
			 !this->net.changed && /* the gateway has not seen this one yet */
			 sim_now(this) > this->check->trouble_until + 3 * HOUR &&
			 /* it may have another one in mind that is gone */
			 sim_now(this) > this->net.rogue_until + this->profile.retry_max +
							 3 * HOUR)
	{
		sim_check_break(this, "operator", "accept-ca is refused");
	}
}

static void set_challenge(sim_world_t *this)
{
	if (command(this, "set-challenge", "challenge",
				chunk_from_str(SIM_PHRASE), NULL))
	{
		sim_phrase_set(this);
		sim_check_free(this);
		this->check->cancelled = FALSE;
	}
}

/**
 * Import a certificate that the CA issued in another way.
 */
static void import(sim_world_t *this)
{
	int number = sim_draw(this, 0, MOCK_KEYS - 1);
	sim_profile_t *profile = &this->profile;
	mock_ca_t *ca = this->net.ca;
	time_t life = ca->not_after;
	char cn[32], san[32];
	mock_entry_t *entry;
	chunk_t cert;

	snprintf(cn, sizeof(cn), "gw%u.example.org", profile->subject);
	snprintf(san, sizeof(san), "gw%u.example.org", profile->san);
	ca->cn = NULL;
	ca->other_key = NULL;
	ca->not_after = sim_draw(this, DAY, YEAR);
	entry = mock_ca_grant(ca, sim_cert_request(this->pool->own[number], cn,
											   san));
	sim_check_issued(this, entry, TRUE);
	ca->not_after = life;
	sim_check_delivered(this, sim_cert_serial(entry->issued));
	cert = sim_cert_encode(entry->issued);
	if (command(this, "import", "key", this->pool->pem[number], "cert", cert,
				NULL))
	{
		this->check->cancelled = FALSE;
		this->check->person_needed = this->net.changed;
		this->check->phrase_needed = FALSE;
		this->check->wish_until = 0;
	}
	free(cert.ptr);
}

/**
 * Let the loop do what a person wants.
 */
static void post(sim_world_t *this, void (*act)(sim_world_t *this))
{
	scep_loop_t *loop = this->gateway.loop;

	loop->post(loop, (scep_work_t)act, this, NULL);
}

/*
 * Described in header
 */
void sim_operator_act(sim_world_t *this)
{
	static void (*const acts[])(sim_world_t *this) = {
		enroll, enroll, renew, cancel, try_ca, set_challenge, import,
	};

	post(this, acts[sim_draw(this, 0, countof(acts) - 1)]);
}

/*
 * Described in header
 */
void sim_operator_cancel(sim_world_t *this)
{
	post(this, cancel_now);
}

/*
 * Described in header
 */
void sim_operator_accept_ca(sim_world_t *this)
{
	post(this, accept_ca);
}

/*
 * Described in header
 */
void sim_operator_import(sim_world_t *this)
{
	post(this, import);
}
