/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_config.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

#include <stdio.h>

#ifndef SCEP_STATE_DIR
#define SCEP_STATE_DIR	"/var/lib/strongswan/scep"
#endif

/** Crypto jobs that run at once: default and maximum */
#define WORKERS			1
#define MAX_WORKERS		16

typedef struct private_scep_config_t private_scep_config_t;

/**
 * Private data of a scep_config_t.
 */
struct private_scep_config_t {

	/**
	 * Public interface.
	 */
	scep_config_t public;

	/**
	 * Names of unusable profiles.
	 */
	linked_list_t *disabled;
};

METHOD(scep_config_t, find, scep_profile_t*,
	private_scep_config_t *this, const char *name)
{
	linked_list_t *profiles = this->public.profiles;
	scep_profile_t *profile, *found = NULL;
	enumerator_t *enumerator;

	enumerator = profiles->create_enumerator(profiles);
	while (!found && enumerator->enumerate(enumerator, &profile))
	{
		found = streq(profile->name, name) ? profile : NULL;
	}
	enumerator->destroy(enumerator);
	return found;
}

METHOD(scep_config_t, is_disabled, bool,
	private_scep_config_t *this, const char *name)
{
	enumerator_t *enumerator;
	bool found = FALSE;
	char *current;

	enumerator = this->disabled->create_enumerator(this->disabled);
	while (!found && enumerator->enumerate(enumerator, &current))
	{
		found = streq(current, name);
	}
	enumerator->destroy(enumerator);
	return found;
}

METHOD(scep_config_t, destroy, void,
	private_scep_config_t *this)
{
	this->public.profiles->destroy_offset(this->public.profiles,
										  offsetof(scep_profile_t, destroy));
	this->disabled->destroy_function(this->disabled, free);
	free(this->public.state_dir);
	free(this);
}

/**
 * Whether a name can be a directory's and a settings section's.
 */
static bool is_good_name(const char *name)
{
	return *name && strlen(name) <= SCEP_MAX_NAME &&
		   strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
						"0123456789_-") == strlen(name);
}

/**
 * Load one profile.
 */
static void load_profile(private_scep_config_t *this, settings_t *settings,
						 const char *ns, const char *name)
{
	char quoted[SCEP_QUOTED_LEN];
	scep_profile_t *profile = NULL;
	scep_error_t error = {};

	if (!is_good_name(name))
	{
		scep_event(NULL, SCEP_EV_CONFIG_ERROR, "profile=%s expected=a name of "
				   "letters, digits, - and _, at most %d",
				   scep_quote(chunk_from_str((char*)name), quoted),
				   SCEP_MAX_NAME);
		return;
	}
	profile = scep_profile_load(settings, ns, name, &error);
	if (profile)
	{
		this->public.profiles->insert_last(this->public.profiles, profile);
		return;
	}
	scep_event(name, SCEP_EV_CONFIG_ERROR, "%s", error.text);
	this->disabled->insert_last(this->disabled, strdup(name));
}

/**
 * Check names and values above the profiles. A bad one is reported and its
 * default used: the profiles must not suffer.
 */
static void load_globals(private_scep_config_t *this, settings_t *settings,
						 const char *ns)
{
	char *key, *value, *state_dir, quoted[SCEP_QUOTED_LEN];
	enumerator_t *enumerator;
	int workers;

	enumerator = settings->create_key_value_enumerator(settings, "%s.plugins.scep", ns);
	while (enumerator->enumerate(enumerator, &key, &value))
	{
		if (!streq(key, "load") && !streq(key, "state_dir") &&
			!streq(key, "workers"))
		{
			scep_event(NULL, SCEP_EV_CONFIG_ERROR, "key=%s unknown, ignored",
					   scep_quote(chunk_from_str(key), quoted));
		}
	}
	enumerator->destroy(enumerator);
	enumerator = settings->create_section_enumerator(settings, "%s.plugins.scep", ns);
	while (enumerator->enumerate(enumerator, &key))
	{
		if (!streq(key, "profiles"))
		{
			scep_event(NULL, SCEP_EV_CONFIG_ERROR, "section=%s unknown, "
					   "ignored", scep_quote(chunk_from_str(key), quoted));
		}
	}
	enumerator->destroy(enumerator);
	state_dir = settings->get_str(settings, "%s.plugins.scep.state_dir",
								  SCEP_STATE_DIR, ns);
	if (*state_dir != '/')
	{
		scep_event(NULL, SCEP_EV_CONFIG_ERROR, "key=state_dir value=%s "
				   "expected=an absolute path; %s is used",
				   scep_quote(chunk_from_str(state_dir), quoted),
				   SCEP_STATE_DIR);
		state_dir = SCEP_STATE_DIR;
	}
	this->public.state_dir = strdup(state_dir);
	workers = settings->get_int(settings, "%s.plugins.scep.workers",
								WORKERS, ns);
	if (workers < 1 || workers > MAX_WORKERS)
	{
		scep_event(NULL, SCEP_EV_CONFIG_ERROR, "key=workers value=%d "
				   "expected=1 to %d; %d is used", workers, MAX_WORKERS,
				   WORKERS);
		workers = WORKERS;
	}
	this->public.workers = workers;
}

/*
 * Described in header
 */
scep_config_t *scep_config_load(settings_t *settings, const char *ns)
{
	private_scep_config_t *this;
	enumerator_t *enumerator;
	char *name;

	INIT(this,
		.public = {
			.profiles = linked_list_create(),
			.find = _find,
			.is_disabled = _is_disabled,
			.destroy = _destroy,
		},
		.disabled = linked_list_create(),
	);
	load_globals(this, settings, ns);
	enumerator = settings->create_section_enumerator(settings,
											"%s.plugins.scep.profiles", ns);
	while (enumerator->enumerate(enumerator, &name))
	{
		load_profile(this, settings, ns, name);
	}
	enumerator->destroy(enumerator);
	return &this->public;
}
