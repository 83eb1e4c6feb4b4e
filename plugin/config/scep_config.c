/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_config.h"
#include "config/scep_source.h"
#include "config/scep_value.h"
#include "base/scep_event.h"
#include "base/scep_program.h"
#include "base/scep_text.h"

#include <limits.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

/** URI of the control socket */
#define SCEP_SOCKET		"unix:///run/charon.scep"

#ifndef SCEP_STATE_DIR
#define SCEP_STATE_DIR	"/var/lib/strongswan/scep"
#endif

typedef struct private_scep_config_t private_scep_config_t;
typedef struct disabled_t disabled_t;

/**
 * Private data of a scep_config_t.
 */
struct private_scep_config_t {

	/**
	 * Public interface.
	 */
	scep_config_t public;

	/**
	 * Unusable profiles, disabled_t.
	 */
	linked_list_t *disabled;
};

/**
 * An unusable profile.
 */
struct disabled_t {
	char *name;
	char *reason;
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
	disabled_t *current;
	bool found = FALSE;

	enumerator = this->disabled->create_enumerator(this->disabled);
	while (!found && enumerator->enumerate(enumerator, &current))
	{
		found = streq(current->name, name);
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Enumerate name and reason of unusable profiles.
 */
static bool get_disabled(void *null, enumerator_t *orig, va_list args)
{
	disabled_t *disabled;
	char **name, **reason;

	VA_ARGS_VGET(args, name, reason);
	if (!orig->enumerate(orig, &disabled))
	{
		return FALSE;
	}
	*name = disabled->name;
	*reason = disabled->reason;
	return TRUE;
}

METHOD(scep_config_t, create_disabled_enumerator, enumerator_t*,
	private_scep_config_t *this)
{
	return enumerator_create_filter(
						this->disabled->create_enumerator(this->disabled),
						get_disabled, NULL, NULL);
}

/**
 * Free what is known of an unusable profile.
 */
static void destroy_disabled(disabled_t *disabled)
{
	free(disabled->name);
	free(disabled->reason);
	free(disabled);
}

METHOD(scep_config_t, destroy, void,
	private_scep_config_t *this)
{
	this->public.profiles->destroy_offset(this->public.profiles,
										  offsetof(scep_profile_t, destroy));
	this->disabled->destroy_function(this->disabled, (void*)destroy_disabled);
	free(this->public.state_dir);
	free(this->public.socket);
	free(this->public.metrics_file);
	free(this->public.hook);
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
 * Warn of a setting of charon that makes reauthentication close tunnels.
 */
static void check_reauth(scep_profile_t *profile, settings_t *settings,
						 const char *ns)
{
	/* its default since strongSwan 6 */
	bool def = atoi(STRONGSWAN_VERSION) >= 6;

	if (profile->reauth &&
		!settings->get_bool(settings, "%s.make_before_break", def, ns))
	{
		scep_event(profile->name, SCEP_EV_WARNING, "reason=reauth closes a "
				   "tunnel before it opens the next one, unless "
				   "make_before_break = yes is set beside plugins");
	}
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
	disabled_t *disabled;

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
		check_reauth(profile, settings, ns);
		scep_source_warn(profile);
		this->public.profiles->insert_last(this->public.profiles, profile);
		return;
	}
	INIT(disabled,
		.name = strdup(name),
		.reason = strdup(error.text),
	);
	this->disabled->insert_last(this->disabled, disabled);
}

static bool parse_state_dir(scep_config_t *config, const char *value)
{
	if (*value != '/')
	{
		return FALSE;
	}
	free(config->state_dir);
	config->state_dir = strdup(value);
	return TRUE;
}

static bool parse_socket(scep_config_t *config, const char *value)
{
	struct sockaddr_un addr;

	/* who may connect is a matter of the socket's owner and permissions, which
	 * TCP has not */
	if (!strpfx(value, "unix:///") ||
		strlen(value + strlen("unix://")) >= sizeof(addr.sun_path))
	{
		return FALSE;
	}
	free(config->socket);
	config->socket = strdup(value);
	return TRUE;
}

static bool parse_metrics_file(scep_config_t *config, const char *value)
{
	if (*value && (*value != '/' || value[strlen(value) - 1] == '/' ||
				   strlen(value) + 8 >= PATH_MAX))
	{
		return FALSE;
	}
	free(config->metrics_file);
	config->metrics_file = *value ? strdup(value) : NULL;
	return TRUE;
}

static bool parse_workers(scep_config_t *config, const char *value)
{
	uint64_t number;

	if (!scep_value_number(value, 1, SCEP_MAX_WORKERS, &number))
	{
		return FALSE;
	}
	config->workers = number;
	return TRUE;
}

static bool parse_hook(scep_config_t *config, const char *value)
{
	if (*value && !scep_program_check(value))
	{
		return FALSE;
	}
	free(config->hook);
	config->hook = *value ? strdup(value) : NULL;
	return TRUE;
}

/**
 * Settings above the profiles. What has no function is read by others.
 */
static const struct {
	const char *key;
	const char *def;
	const char *expected;
	bool (*parse)(scep_config_t *config, const char *value);
} globals[] = {
	{ "load", NULL, NULL, NULL },
	{ "profiles", NULL, NULL, NULL },
	{ "state_dir", SCEP_STATE_DIR, "an absolute path", parse_state_dir },
	{ "socket", SCEP_SOCKET, "unix:// and an absolute path of at most 107 "
		"bytes", parse_socket },
	{ "metrics_file", "", "the absolute path of a file", parse_metrics_file },
	{ "workers", "1", "a number, 1 to 16", parse_workers },
	{ "hook", "", "the absolute path of a program, and its arguments",
		parse_hook },
};

/**
 * Report names that are not known.
 *
 * @param names		enumerator over char*, and maybe char*; gets owned
 * @param sections	whether they name sections, of which there is one
 */
static void check_names(enumerator_t *names, bool sections)
{
	char quoted[SCEP_QUOTED_LEN], *name, *value;
	const char *nearest;
	u_int best, distance;
	int i;

	while (sections ? names->enumerate(names, &name)
					: names->enumerate(names, &name, &value))
	{
		nearest = NULL;
		best = SCEP_VALUE_NEAR + 1;
		for (i = 0; i < countof(globals); i++)
		{
			distance = scep_value_distance(name, globals[i].key);
			if (distance < best)
			{
				best = distance;
				nearest = globals[i].key;
			}
		}
		if (best || streq(name, "profiles") != sections)
		{
			scep_event(NULL, SCEP_EV_CONFIG_ERROR, "%s=%s unknown, ignored%s%s",
					   sections ? "section" : "key",
					   scep_quote(chunk_from_str(name), quoted),
					   best && nearest ? ", did you mean " : "",
					   best && nearest ? nearest : "");
		}
	}
	names->destroy(names);
}

/**
 * Check names and values above the profiles. A bad one is reported and its
 * default used: the profiles must not suffer.
 */
static void load_globals(private_scep_config_t *this, settings_t *settings,
						 const char *ns)
{
	char format[64], quoted[SCEP_QUOTED_LEN], *value;
	int i;

	check_names(settings->create_key_value_enumerator(settings,
											"%s.plugins.scep", ns), FALSE);
	check_names(settings->create_section_enumerator(settings,
											"%s.plugins.scep", ns), TRUE);
	for (i = 0; i < countof(globals); i++)
	{
		if (!globals[i].parse)
		{
			continue;
		}
		globals[i].parse(&this->public, globals[i].def);
		snprintf(format, sizeof(format), "%%s.plugins.scep.%s", globals[i].key);
		value = settings->get_str(settings, format, (char*)globals[i].def, ns);
		if (!globals[i].parse(&this->public, value))
		{
			scep_event(NULL, SCEP_EV_CONFIG_ERROR, "key=%s value=%s expected="
					   "%s; %s is used", globals[i].key,
					   scep_quote(chunk_from_str(value), quoted),
					   globals[i].expected,
					   *globals[i].def ? globals[i].def : "none");
		}
	}
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
			.create_disabled_enumerator = _create_disabled_enumerator,
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
