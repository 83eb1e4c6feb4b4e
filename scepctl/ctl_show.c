/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_advice.h"
#include "ctl_commands.h"
#include "ctl_profiles.h"
#include "ctl_text.h"

#include <time.h>

/** Columns of what is in front of a value */
#define LABEL	22

/**
 * How a value is shown.
 */
typedef enum {
	/** as it is */
	TEXT,
	/** in the colour of a state */
	STATE,
	/** date and words */
	TIME,
	/** one line for each value */
	LIST,
} kind_t;

/**
 * What is shown, in its order; a line without a key is a heading.
 */
static const struct {
	const char *label, *key;
	kind_t kind;
} lines[] = {
	{ "Certificate", NULL, TEXT },
	{ "certificate", "certificate", STATE },
	{ "subject", "subject", TEXT },
	{ "serial", "serial", TEXT },
	{ "issuer", "issuer", TEXT },
	{ "not before", "not_before", TIME },
	{ "not after", "not_after", TIME },
	{ "generation", "generation", TEXT },
	{ "chain", "chain", LIST },
	{ "Request", NULL, TEXT },
	{ "state", "state", STATE },
	{ "renewal", "renew_at", TIME },
	{ "next", "next_action", TEXT },
	{ "attempts", "attempts", TEXT },
	{ "last error", "last_error", TEXT },
	{ "reason", "reason", TEXT },
	{ "transaction ID", "transaction_id", TEXT },
	{ "pending since", "pending_since", TIME },
	{ "last success", "last_success", TIME },
	{ "challenge", "challenge", TEXT },
	{ "age of challenge", "challenge_age", TEXT },
	{ "CA", NULL, TEXT },
	{ "CA is", "ca_state", TEXT },
	{ "subject", "ca_subject", TEXT },
	{ "not after", "ca_not_after", TIME },
	{ "fingerprint", "ca_fingerprint", TEXT },
	{ "to be confirmed", "unconfirmed_fingerprint", TEXT },
	{ "next CA", "next_ca_fingerprint", TEXT },
	{ "next CRL", "crl_next_update", TIME },
	{ "Configuration", NULL, TEXT },
	{ "URL", "urls", LIST },
	{ "subject", "configured_subject", TEXT },
	{ "alternative name", "sans", LIST },
	{ "key type", "key_type", TEXT },
	{ "key size", "key_size", TEXT },
};

/**
 * Print a line.
 */
static void print_line(const char *label, const char *value,
					   ctl_colour_t colour)
{
	char *safe = ctl_text_safe(value);

	printf("  %-*s%s%s%s\n", LABEL, label, ctl_terminal_begin(colour), safe,
		   ctl_terminal_end(colour));
	free(safe);
}

/**
 * Print a heading.
 */
static void print_heading(const char *heading)
{
	printf("%s%s%s\n", ctl_terminal_begin(CTL_STRONG), heading,
		   ctl_terminal_end(CTL_STRONG));
}

/**
 * Print all values of a list, with the label in front of the first one.
 */
static void print_list(ctl_record_t *profile, const char *label,
					   const char *key)
{
	enumerator_t *enumerator;
	char *value;

	enumerator = profile->create_enumerator(profile, key);
	while (enumerator->enumerate(enumerator, &value))
	{
		print_line(label, value, CTL_PLAIN);
		label = "";
	}
	enumerator->destroy(enumerator);
}

/**
 * Print a value, if it is known, and not a reason that the last error tells.
 *
 * @param heading	what is to be printed above the first one, or NULL
 */
static void print_value(ctl_record_t *profile, int line, time_t now,
						const char **heading)
{
	const char *value = profile->get(profile, lines[line].key);
	time_t t = profile->get_time(profile, lines[line].key);
	char buf[max(CTL_NEXT_LEN, CTL_WORDS_LEN)];

	if (!value || (streq(lines[line].key, "reason") &&
				   streq(value, profile->get(profile, "last_error") ?: "")))
	{
		return;
	}
	if (*heading)
	{
		print_heading(*heading);
		*heading = NULL;
	}
	switch (lines[line].kind)
	{
		case STATE:
			print_line(lines[line].label, value, ctl_profile_colour(value));
			break;
		case TIME:
			print_line(lines[line].label, t ? ctl_words_date(t, now, buf)
											: value, CTL_PLAIN);
			break;
		case LIST:
			print_list(profile, lines[line].label, lines[line].key);
			break;
		case TEXT:
			if (streq(lines[line].key, "next_action"))
			{
				value = ctl_profile_next(profile, now, buf);
			}
			print_line(lines[line].label, value, CTL_PLAIN);
			break;
	}
}

/**
 * Print an advice in lines that fit the terminal.
 */
static void print_words(const char *text, u_int width)
{
	char *safe = ctl_text_safe(text), *word, *rest, *blank;
	u_int used = 0;

	for (word = strtok_r(safe, " ", &rest); word;
		 word = strtok_r(NULL, " ", &rest))
	{
		while ((blank = strchr(word, '~')))
		{
			*blank = ' ';
		}
		if (!used || used + 1 + ctl_text_width(word) > width)
		{
			used = printf("%s  %s", used ? "\n" : "", word) - (used ? 1 : 0);
		}
		else
		{
			printf(" %s", word);
			used += 1 + ctl_text_width(word);
		}
	}
	putchar('\n');
	free(safe);
}

/**
 * Print a profile for a person.
 */
static void print_profile(ctl_record_t *profile)
{
	char advice[CTL_ADVICE_LEN];
	const char *heading = NULL;
	time_t now = time(NULL);
	int i;

	for (i = 0; i < countof(lines); i++)
	{
		if (lines[i].key)
		{
			print_value(profile, i, now, &heading);
		}
		else
		{
			heading = lines[i].label;
		}
	}
	print_heading("What to do");
	print_words(ctl_advice(profile, advice), ctl_terminal_columns());
}

/*
 * Described in header
 */
ctl_exit_t ctl_show(const ctl_options_t *options)
{
	ctl_client_t *client = ctl_client_create(options->uri);
	ctl_json_t json = { .out = stdout };
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
			ctl_profile_json(&json, profile, TRUE);
		}
		else
		{
			print_profile(profile);
		}
		ctl_profiles_destroy(profiles);
	}
	client->destroy(client);
	return status;
}
