/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_profiles.h"
#include "ctl_text.h"

#include "base/scep_limits.h"

#include <stdio.h>

/**
 * What a profile's value is in JSON.
 */
typedef enum {
	TEXT,
	NUMBER,
	LIST,
} type_t;

/**
 * Keys of a profile in their order, and whether they are details.
 */
static const struct {
	const char *name;
	type_t type;
	bool detail;
} keys[] = {
	{ "name", TEXT, FALSE },
	{ "state", TEXT, FALSE },
	{ "certificate", TEXT, FALSE },
	{ "subject", TEXT, FALSE },
	{ "serial", TEXT, FALSE },
	{ "issuer", TEXT, FALSE },
	{ "not_before", TEXT, FALSE },
	{ "not_after", TEXT, FALSE },
	{ "renew_at", TEXT, FALSE },
	{ "next_action", TEXT, FALSE },
	{ "next_at", TEXT, FALSE },
	{ "attempts", NUMBER, FALSE },
	{ "last_error", TEXT, FALSE },
	{ "ca_fingerprint", TEXT, FALSE },
	{ "transaction_id", TEXT, FALSE },
	{ "reason", TEXT, TRUE },
	{ "pending_since", TEXT, TRUE },
	{ "last_success", TEXT, TRUE },
	{ "generation", NUMBER, TRUE },
	{ "chain", LIST, TRUE },
	{ "urls", LIST, TRUE },
	{ "configured_subject", TEXT, TRUE },
	{ "sans", LIST, TRUE },
	{ "key_type", TEXT, TRUE },
	{ "key_size", NUMBER, TRUE },
	{ "ca_state", TEXT, TRUE },
	{ "ca_subject", TEXT, TRUE },
	{ "ca_not_after", TEXT, TRUE },
	{ "unconfirmed_fingerprint", TEXT, TRUE },
	{ "next_ca_fingerprint", TEXT, TRUE },
	{ "crl_next_update", TEXT, TRUE },
	{ "challenge", TEXT, TRUE },
	{ "challenge_age", TEXT, TRUE },
};

/*
 * Described in header
 */
bool ctl_profiles_add(array_t *profiles, ctl_record_t *record)
{
	if (array_count(profiles) < SCEP_MAX_LISTED)
	{
		array_insert(profiles, ARRAY_TAIL, record);
		return TRUE;
	}
	record->destroy(record);
	return FALSE;
}

/**
 * An event "profile" came.
 */
static void on_profile(void *user, ctl_record_t *record)
{
	ctl_profiles_add(user, record);
}

/**
 * Order profiles by name.
 */
static int compare(const void *a, const void *b, void *user)
{
	ctl_record_t *one = (ctl_record_t*)a, *other = (ctl_record_t*)b;

	return strcmp(one->get(one, "name") ?: "", other->get(other, "name") ?: "");
}

/*
 * Described in header
 */
ctl_exit_t ctl_profiles_get(ctl_client_t *client, const char *name, bool detail,
							array_t **profiles)
{
	const ctl_value_t values[] = {
		{ "name", ctl_value(name) },
		{ "detail", ctl_value(detail ? "yes" : NULL) },
		{ NULL },
	};
	array_t *list = array_create(0, 0);
	ctl_exit_t status;

	status = client->listen(client, "profile", on_profile, list);
	if (status == CTL_DONE)
	{
		status = client->call(client, "list-profiles", values, FALSE, NULL);
	}
	/* what comes later must not be added to a list that may be gone */
	if (status != CTL_NO_DAEMON)
	{
		client->ignore(client, "profile");
	}
	if (status == CTL_DONE && name && !array_count(list))
	{
		ctl_error("the daemon tells nothing of a profile %s", name);
		status = CTL_FAILED;
	}
	if (status == CTL_FAILED && name)
	{
		ctl_error("scepctl list tells the names of the profiles");
	}
	if (status != CTL_DONE)
	{
		ctl_profiles_destroy(list);
		return status;
	}
	array_sort(list, compare, NULL);
	*profiles = list;
	return CTL_DONE;
}

/*
 * Described in header
 */
void ctl_profiles_destroy(array_t *profiles)
{
	array_destroy_offset(profiles, offsetof(ctl_record_t, destroy));
}

/*
 * Described in header
 */
ctl_colour_t ctl_profile_colour(const char *word)
{
	static const struct {
		const char *word;
		ctl_colour_t colour;
	} colours[] = {
		{ "valid", CTL_GOOD },
		{ "future", CTL_WARN },
		{ "expired", CTL_BAD },
		{ "revoked", CTL_BAD },
		{ "need-ca", CTL_WARN },
		{ "confirm-ca", CTL_BAD },
		{ "requesting", CTL_WARN },
		{ "pending", CTL_WARN },
		{ "waiting", CTL_WARN },
		{ "failed", CTL_BAD },
		{ "disabled", CTL_BAD },
	};
	int i;

	for (i = 0; i < countof(colours); i++)
	{
		if (streq(word, colours[i].word))
		{
			return colours[i].colour;
		}
	}
	return CTL_PLAIN;
}

/*
 * Described in header
 */
char *ctl_profile_next(ctl_record_t *profile, time_t now,
					   char buf[CTL_NEXT_LEN])
{
	const char *action = profile->get(profile, "next_action");
	time_t at = profile->get_time(profile, "next_at");
	char words[CTL_WORDS_LEN];

	if (!action || streq(action, "none"))
	{
		strcpy(buf, "-");
	}
	else if (!at)
	{
		snprintf(buf, CTL_NEXT_LEN, "%.60s", action);
	}
	else
	{	/* what is due is not late: it has begun */
		snprintf(buf, CTL_NEXT_LEN, "%.60s %s", action,
				 at <= now ? "now" : ctl_words(at, now, words));
	}
	return buf;
}

/**
 * Write a list as an array; also an empty one.
 */
static void write_list(ctl_json_t *json, ctl_record_t *profile, const char *key)
{
	enumerator_t *enumerator;
	char *value;

	ctl_json_open(json, key, '[');
	enumerator = profile->create_enumerator(profile, key);
	while (enumerator->enumerate(enumerator, &value))
	{
		ctl_json_string(json, NULL, value);
	}
	enumerator->destroy(enumerator);
	ctl_json_close(json);
}

/*
 * Described in header
 */
void ctl_profile_json(ctl_json_t *json, ctl_record_t *profile, bool detail)
{
	const char *value;
	int i;

	ctl_json_open(json, NULL, '{');
	for (i = 0; i < countof(keys) && (detail || !keys[i].detail); i++)
	{
		value = profile->get(profile, keys[i].name);
		switch (keys[i].type)
		{
			case LIST:
				write_list(json, profile, keys[i].name);
				break;
			case NUMBER:
				ctl_json_number(json, keys[i].name, value);
				break;
			case TEXT:
				ctl_json_string(json, keys[i].name, value);
				break;
		}
	}
	ctl_json_close(json);
}
