/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_change.h"
#include "ctl_commands.h"
#include "ctl_fingerprint.h"
#include "ctl_profiles.h"
#include "ctl_text.h"

#include <time.h>

/**
 * Fingerprints of a profile, and what they are.
 */
static const struct {
	const char *key, *what;
} fingerprints[] = {
	{ "ca_fingerprint", "CA in use" },
	{ "unconfirmed_fingerprint", "CA to be confirmed" },
	{ "next_ca_fingerprint", "next CA, announced by the present one" },
};

/**
 * Print a fingerprint in numbered lines.
 */
static void print_fingerprint(const char *value, const char *what)
{
	char fingerprint[CTL_FINGERPRINT_LEN], line[CTL_FINGERPRINT_LEN], *safe;
	u_int i;

	if (!ctl_fingerprint_read(value, fingerprint))
	{
		safe = ctl_text_safe(value);
		printf("%s: %s\n", what, safe);
		free(safe);
		return;
	}
	printf("%s, %.6s:\n", what, fingerprint);
	for (i = 0; ctl_fingerprint_line(fingerprint, i, line); i++)
	{
		printf("  %u   %s\n", i + 1, line);
	}
}

/**
 * Print the certificates that wait for a confirmation: what they are, and their
 * fingerprints.
 *
 * @return			FALSE if there is none
 */
static bool print_candidates(ctl_record_t *profile)
{
	enumerator_t *enumerator;
	char *value, *note, *safe, fingerprint[512];
	bool found = FALSE;

	enumerator = profile->create_enumerator(profile,
											"unconfirmed_certificates");
	while (enumerator->enumerate(enumerator, &value))
	{
		note = value + strcspn(value, " ");
		snprintf(fingerprint, sizeof(fingerprint), "%.*s", (int)(note - value),
				 value);
		safe = ctl_text_safe(note + strspn(note, " "));
		print_fingerprint(fingerprint, *safe ? safe : "CA");
		free(safe);
		found = TRUE;
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Print what is known of the CA.
 *
 * @return			CTL_FAILED if nothing is
 */
static ctl_exit_t print_ca(ctl_record_t *profile, const char *name)
{
	const char *subject = profile->get(profile, "ca_subject");
	time_t end = profile->get_time(profile, "ca_not_after");
	char words[CTL_WORDS_LEN], *safe;
	ctl_exit_t status = CTL_FAILED;
	const char *value;
	int i;

	if (subject)
	{
		safe = ctl_text_safe(subject);
		printf("%s\n", safe);
		free(safe);
	}
	if (end)
	{
		printf("valid until %s\n", ctl_words_date(end, time(NULL), words));
	}
	for (i = 0; i < countof(fingerprints); i++)
	{
		value = profile->get(profile, fingerprints[i].key);
		if (value && streq(fingerprints[i].key, "unconfirmed_fingerprint"))
		{
			printf("To be confirmed:\n");
			status = CTL_DONE;
			if (print_candidates(profile))
			{
				continue;
			}
		}
		if (value)
		{
			print_fingerprint(value, fingerprints[i].what);
			status = CTL_DONE;
		}
	}
	if (profile->get(profile, "unconfirmed_fingerprint"))
	{
		safe = ctl_text_safe(name);
		printf("Compare it with the CA's administrator, then:\n"
			   "  scepctl accept-ca %s FINGERPRINT\n", safe);
		free(safe);
	}
	if (status != CTL_DONE)
	{
		ctl_error("the CA of %s is not known yet: scepctl show %s tells why",
				  name, name);
	}
	return status;
}

/**
 * Print what is known of the CA as an object.
 */
static void print_json(ctl_record_t *profile)
{
	static const char *const keys[] = {
		"name", "ca_state", "ca_subject", "ca_not_after", "ca_fingerprint",
		"unconfirmed_fingerprint", "next_ca_fingerprint",
	};
	ctl_json_t json = { .out = stdout };
	int i;

	ctl_json_open(&json, NULL, '{');
	for (i = 0; i < countof(keys); i++)
	{
		ctl_json_string(&json, keys[i], profile->get(profile, keys[i]));
	}
	ctl_json_close(&json);
}

/*
 * Described in header
 */
ctl_exit_t ctl_ca(const ctl_options_t *options)
{
	ctl_client_t *client = ctl_client_create(options->uri);
	ctl_record_t *profile;
	array_t *profiles;
	ctl_exit_t status;

	if (!client)
	{
		return CTL_NO_DAEMON;
	}
	status = ctl_profiles_get(client, options->args[0], TRUE, &profiles);
	if (status == CTL_DONE)
	{
		array_get(profiles, ARRAY_HEAD, &profile);
		if (options->json)
		{
			print_json(profile);
		}
		else
		{
			status = print_ca(profile, options->args[0]);
		}
		ctl_profiles_destroy(profiles);
	}
	client->destroy(client);
	return status;
}

/*
 * Described in header
 */
ctl_exit_t ctl_accept_ca(const ctl_options_t *options)
{
	char text[1024] = "", fingerprint[CTL_FINGERPRINT_LEN];
	int i;

	/* groups that the shell took apart belong together */
	for (i = 1; i < options->count; i++)
	{
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ",
				 options->args[i]);
	}
	if (!ctl_fingerprint_read(text, fingerprint))
	{
		ctl_error("'%s' is no fingerprint: give all 64 digits of the SHA-256 "
				  "(96 of a SHA-384, 128 of a SHA-512), in any grouping", text);
		return CTL_USAGE;
	}
	return ctl_change(options, "accept-ca", "fingerprint", fingerprint,
					  "the CA is accepted");
}
