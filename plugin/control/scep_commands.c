/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_commands.h"
#include "control/scep_vici.h"
#include "base/scep_error.h"
#include "base/scep_text.h"
#include "config/scep_value.h"

#include <stdio.h>

typedef struct call_t call_t;

/**
 * A command that is run.
 */
struct call_t {

	/** what it needs */
	scep_commands_t *commands;

	/** its message */
	chunk_t message;

	/** name of the profile that it is about, or empty */
	char name[SCEP_MAX_NAME + 1];

	/** answer, and what is sent before it */
	bio_writer_t *writer;
	scep_stream_t *stream;
};

/**
 * Read a value that is a text.
 *
 * @param key			key
 * @param buf			gets the text
 * @param len			size of buf
 * @return				FALSE if it is missing, empty, too long, or no text
 */
static bool get_text(call_t *call, const char *key, char *buf, size_t len)
{
	chunk_t value;

	if (!scep_vici_get(call->message, key, &value) || !value.len ||
		value.len >= len || memchr(value.ptr, '\0', value.len))
	{
		return FALSE;
	}
	snprintf(buf, len, "%.*s", (int)value.len, value.ptr);
	return TRUE;
}

static bool run_version(call_t *call, scep_error_t *err)
{
	scep_clock_t *clock = call->commands->clock;
	char time[SCEP_TIME_LEN], started[SCEP_TIME_LEN];

	scep_vici_add(call->writer, "plugin", "strongswan-scep");
	scep_vici_add(call->writer, "version", SCEP_VERSION);
	scep_vici_add(call->writer, "strongswan", STRONGSWAN_VERSION);
	scep_vici_add(call->writer, "socket", call->commands->uri);
	scep_vici_add(call->writer, "time",
				  scep_time(clock->now(clock), time));
	scep_vici_add(call->writer, "started",
				  scep_time(call->commands->started, started));
	return TRUE;
}

/**
 * Whether a value says yes.
 */
static bool is_yes(call_t *call, const char *key)
{
	char value[8];

	return get_text(call, key, value, sizeof(value)) &&
		   (streq(value, "yes") || streq(value, "1") || streq(value, "true"));
}

static bool run_list(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;
	linked_list_t *names;
	scep_view_t view;

	if (!*call->name)
	{
		names = roster->get_names(roster);
	}
	else if (roster->get_view(roster, call->name, &view))
	{
		scep_view_clear(&view);
		names = linked_list_create();
		names->insert_last(names, strdup(call->name));
	}
	else
	{
		return scep_fail(err, SCEP_PERMANENT, "there is no profile '%s'",
						 call->name);
	}
	call->stream = scep_stream_create_list(roster, names,
										   is_yes(call, "detail"));
	return TRUE;
}

static bool run_metrics(call_t *call, scep_error_t *err)
{
	call->stream = scep_stream_create_metrics(call->commands->roster, TRUE);
	return TRUE;
}

static bool run_enroll(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;

	return roster->enroll(roster, call->name, err);
}

static bool run_renew(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;
	uint64_t seconds = 0;
	char within[24];
	chunk_t value;

	if (scep_vici_get(call->message, "within", &value) &&
		(!get_text(call, "within", within, sizeof(within)) ||
		 !scep_value_number(within, 0, SCEP_MAX_TIME, &seconds)))
	{
		return scep_fail(err, SCEP_PERMANENT, "within has to be a number of "
						 "seconds");
	}
	return roster->renew_within(roster, call->name, seconds, err);
}

static bool run_cancel(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;

	return roster->cancel(roster, call->name, err);
}

static bool run_accept_ca(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;
	char text[SCEP_FINGERPRINT_LEN + 64] = "sha256:", *given;
	scep_pin_t *pin;
	bool success;

	/* people leave the name of the hash away; its length tells */
	given = text + strlen(text);
	if (!get_text(call, "fingerprint", given, sizeof(text) - strlen(text)))
	{
		return scep_fail(err, SCEP_PERMANENT, "a fingerprint is needed: "
						 "sha256: and its 64 hexadecimal digits");
	}
	pin = scep_pin_create(strcasepfx(given, "sha") ? given : text);
	if (!pin || pin->alg == HASH_SHA1)
	{
		DESTROY_IF(pin);
		return scep_fail(err, SCEP_PERMANENT, "that is no fingerprint: "
						 "expected sha256: and its 64 hexadecimal digits");
	}
	success = roster->accept_ca(roster, call->name, pin, err);
	pin->destroy(pin);
	return success;
}

static bool run_set_challenge(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;
	chunk_t phrase;

	if (!scep_vici_get(call->message, "challenge", &phrase) || !phrase.len)
	{
		return scep_fail(err, SCEP_PERMANENT, "a challenge phrase is needed");
	}
	return roster->set_challenge(roster, call->name, phrase, err);
}

static bool run_import(call_t *call, scep_error_t *err)
{
	scep_roster_t *roster = call->commands->roster;
	scep_import_t import = {};

	if (!scep_vici_get(call->message, "key", &import.key) ||
		!scep_vici_get(call->message, "cert", &import.certs))
	{
		return scep_fail(err, SCEP_PERMANENT, "a private key and its "
						 "certificate are needed");
	}
	scep_vici_get(call->message, "passphrase", &import.passphrase);
	scep_vici_get(call->message, "chain", &import.chain);
	return roster->import(roster, call->name, &import, err);
}

/**
 * All commands.
 */
static const struct {
	const char *name;
	/** whether it is about a profile, which it names */
	bool named;
	/** whether success is told, as by a command that does something */
	bool acts;
	bool (*run)(call_t *call, scep_error_t *err);
} all[] = {
	{ "version", FALSE, FALSE, run_version },
	{ "list-profiles", FALSE, FALSE, run_list },
	{ "metrics", FALSE, FALSE, run_metrics },
	{ "enroll", TRUE, TRUE, run_enroll },
	{ "renew", TRUE, TRUE, run_renew },
	{ "cancel", TRUE, TRUE, run_cancel },
	{ "accept-ca", TRUE, TRUE, run_accept_ca },
	{ "set-challenge", TRUE, TRUE, run_set_challenge },
	{ "import", TRUE, TRUE, run_import },
};

/**
 * Run a command that there is.
 */
static void run(int i, call_t *call)
{
	scep_error_t error = {};
	bool success;
	chunk_t value = chunk_empty;

	if (!get_text(call, "name", call->name, sizeof(call->name)) &&
		(scep_vici_get(call->message, "name", &value) || all[i].named))
	{
		success = value.len ?
			scep_fail(&error, SCEP_PERMANENT, "no profile can have that name: "
					  "expected 1 to %d bytes of text", SCEP_MAX_NAME) :
			scep_fail(&error, SCEP_PERMANENT, "the name of a profile is "
					  "needed");
	}
	else
	{
		success = all[i].run(call, &error);
	}
	if (all[i].acts || !success)
	{
		scep_vici_add(call->writer, "success", success ? "yes" : "no");
		scep_vici_add(call->writer, "errmsg", error.text);
	}
}

/*
 * Described in header
 */
bool scep_commands_run(scep_commands_t *commands, const char *name,
					   chunk_t message, chunk_t *answer,
					   scep_stream_t **stream)
{
	call_t call = {
		.commands = commands,
		.message = message,
	};
	int i = 0;

	while (i < countof(all) && !streq(name, all[i].name))
	{
		i++;
	}
	call.writer = scep_vici_begin(i < countof(all) ? SCEP_VICI_CMD_RESPONSE :
								  SCEP_VICI_CMD_UNKNOWN, NULL);
	if (i < countof(all))
	{
		run(i, &call);
	}
	*answer = scep_vici_finish(call.writer);
	*stream = call.stream;
	return i < countof(all);
}
