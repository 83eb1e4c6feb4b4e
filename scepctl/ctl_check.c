/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_check.h"
#include "ctl_commands.h"
#include "ctl_files.h"
#include "ctl_problems.h"
#include "ctl_text.h"

#include "config/scep_config.h"
#include "config/scep_value.h"

#include <errno.h>
#include <unistd.h>

/** Plugins of libstrongswan that read certificates, and hash */
#define PLUGINS		"random openssl sha1 sha2 gmp pkcs1 pkcs8 pubkey x509 pem"

/*
 * Described in header
 */
void ctl_load_plugins()
{
	lib->plugins->load(lib->plugins, PLUGINS);
}

/*
 * Described in header
 */
void ctl_know_user(settings_t *settings)
{
	char *user = settings->get_str(settings, "%s.user", NULL, CTL_NAMESPACE);
	char *group = settings->get_str(settings, "%s.group", NULL, CTL_NAMESPACE);

	if ((user && !lib->caps->resolve_uid(lib->caps, user)) ||
		(group && !lib->caps->resolve_gid(lib->caps, group)))
	{
		ctl_error("the user %s or the group %s of charon is unknown here",
				  user ?: "(none)", group ?: "(none)");
	}
}

/**
 * Load settings from a file: strongswan.conf, or the file of the plugin alone.
 *
 * @return			settings, NULL if they have syntax errors
 */
static settings_t *load(ctl_problems_t *problems, char *file)
{
	settings_t *settings = settings_create(NULL);
	enumerator_t *enumerator;
	bool alone = FALSE, success;
	char *section;

	if (access(file, R_OK) != 0)
	{
		problems->add(problems, TRUE, NULL, "'%s' can't be read: %s", file,
					  strerror(errno));
		settings->destroy(settings);
		return NULL;
	}
	success = settings->load_files(settings, file, FALSE);
	enumerator = settings->create_section_enumerator(settings, "");
	while (enumerator->enumerate(enumerator, &section))
	{
		alone |= streq(section, "scep");
	}
	enumerator->destroy(enumerator);
	if (success && alone)
	{
		settings->load_files_section(settings, file, TRUE,
									 CTL_NAMESPACE ".plugins");
	}
	if (!success)
	{
		settings->destroy(settings);
		return NULL;
	}
	settings->add_fallback(settings, CTL_NAMESPACE, "charon");
	ctl_know_user(settings);
	return settings;
}

/**
 * Whether a value of "load" says so: yes, or a priority.
 */
static bool is_yes(settings_t *settings, const char *value)
{
	uint64_t priority;

	return streq(value, "yes") || streq(value, "true") ||
		   streq(value, "enabled") ||
		   scep_value_number(value, 1, INT_MAX, &priority);
}

/**
 * Warn if charon does not load the plugin.
 */
static void check_load(ctl_problems_t *problems, settings_t *settings)
{
	enumerator_t *enumerator;
	bool found = FALSE;
	char *list, *token;

	list = settings->get_str(settings, "%s.load", NULL, CTL_NAMESPACE);
	if (settings->get_bool(settings, "%s.load_modular", FALSE, CTL_NAMESPACE) ||
		!list)
	{
		token = settings->get_str(settings, "%s.plugins.scep.load", "no",
								  CTL_NAMESPACE);
		if (!is_yes(settings, token))
		{
			problems->add(problems, FALSE, NULL, "charon does not load the "
						  "plugin: key=load value=%s expected=yes", token);
		}
		return;
	}
	enumerator = enumerator_create_token(list, " ", " !");
	while (enumerator->enumerate(enumerator, &token))
	{
		found |= streq(token, "scep");
	}
	enumerator->destroy(enumerator);
	if (!found)
	{
		problems->add(problems, FALSE, NULL, "charon does not load the plugin: "
					  "its list 'load' lacks scep");
	}
}

/**
 * Check what the settings say.
 *
 * @return			number of usable profiles
 */
static u_int check_settings(ctl_problems_t *problems, settings_t *settings,
							const char *file)
{
	scep_config_t *config = scep_config_load(settings, CTL_NAMESPACE);
	enumerator_t *enumerator;
	scep_profile_t *profile;
	u_int count;

	check_load(problems, settings);
	ctl_files_check_state(problems, config->state_dir);
	count = config->profiles->get_count(config->profiles);
	enumerator = config->profiles->create_enumerator(config->profiles);
	while (enumerator->enumerate(enumerator, &profile))
	{
		ctl_files_check(problems, settings, CTL_NAMESPACE, profile->name);
		if (profile->challenge)
		{
			ctl_files_check_secret(problems, file, profile->name,
								   profile->challenge);
		}
	}
	enumerator->destroy(enumerator);
	config->destroy(config);
	if (!count && !problems->count(problems, TRUE))
	{
		problems->add(problems, FALSE, NULL, "no profile is configured");
	}
	return count;
}

/*
 * Described in header
 */
ctl_exit_t ctl_check(const ctl_options_t *options)
{
	char *file = options->count ? options->args[0] : lib->conf;
	ctl_problems_t *problems = ctl_problems_create();
	settings_t *settings;
	u_int profiles = 0, errors, warnings;
	char *safe;

	ctl_load_plugins();
	settings = load(problems, file);
	if (settings)
	{
		profiles = check_settings(problems, settings, file);
		settings->destroy_clear(settings);
	}
	errors = problems->count(problems, TRUE);
	warnings = problems->count(problems, FALSE);
	problems->print(problems, options->json, stdout);
	problems->destroy(problems);
	if (!options->json)
	{
		safe = ctl_text_safe(file);
		printf("%s: %u profile%s can be used, %u error%s, %u warning%s\n",
			   safe, profiles, profiles == 1 ? "" : "s", errors,
			   errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
		free(safe);
	}
	return errors ? CTL_FAILED : CTL_DONE;
}
