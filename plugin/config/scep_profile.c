/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_profile.h"
#include "config/scep_checks.h"
#include "config/scep_digest.h"
#include "config/scep_options.h"
#include "config/scep_secret.h"
#include "config/scep_url.h"
#include "config/scep_value.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

#include <stdio.h>

typedef struct private_scep_profile_t private_scep_profile_t;

/**
 * Private data of a scep_profile_t.
 */
struct private_scep_profile_t {

	/**
	 * Public interface.
	 */
	scep_profile_t public;

	/**
	 * Reference count.
	 */
	refcount_t refs;
};

METHOD(scep_profile_t, get_challenge, bool,
	private_scep_profile_t *this, chunk_t *challenge, scep_error_t *err)
{
	*challenge = chunk_empty;
	if (this->public.challenge_file)
	{
		return scep_secret_read(this->public.challenge_file, "challenge_file",
								"a phrase", FALSE, challenge, err);
	}
	if (this->public.challenge)
	{
		*challenge = chunk_clone(chunk_from_str(this->public.challenge));
	}
	return TRUE;
}

METHOD(scep_profile_t, equals, bool,
	private_scep_profile_t *this, scep_profile_t *other)
{
	return streq(this->public.digest_all, other->digest_all);
}

METHOD(scep_profile_t, get_ref, scep_profile_t*,
	private_scep_profile_t *this)
{
	ref_get(&this->refs);
	return &this->public;
}

METHOD(scep_profile_t, destroy, void,
	private_scep_profile_t *this)
{
	scep_profile_t *public = &this->public;

	if (!ref_put(&this->refs))
	{
		return;
	}
	if (public->challenge)
	{
		memwipe(public->challenge, strlen(public->challenge));
	}
	DESTROY_IF(public->ca_cert);
	DESTROY_IF(public->subject);
	public->sans->destroy_offset(public->sans,
								 offsetof(identification_t, destroy));
	public->upns->destroy_offset(public->upns,
								 offsetof(identification_t, destroy));
	scep_pins_destroy(public->ca_pins);
	scep_pins_destroy(public->ra_pins);
	public->urls->destroy_function(public->urls, free);
	free(public->name);
	free(public->ca_identifier);
	free(public->challenge);
	free(public->challenge_file);
	free(public->challenge_command);
	free(public->challenge_url);
	free(public->challenge_user);
	free(public->challenge_password_file);
	free(public->signer_cert);
	free(public->signer_key);
	free(public->template);
	free(public->http_proxy);
	free(public->http_ca_file);
	free(public->http_cert);
	free(public->http_key);
	free(public->http_source);
	free(this);
}

/**
 * Tell an error, and keep the first one: a person mends all of them at once.
 */
static bool report(const char *name, const scep_error_t *error,
				   scep_error_t *first)
{
	scep_event(name, SCEP_EV_CONFIG_ERROR, "%s", error->text);
	if (first->kind == SCEP_OK)
	{
		*first = *error;
	}
	return FALSE;
}

/**
 * Put a bad setting into words.
 */
static bool bad(const scep_option_t *option, const char *value,
				scep_error_t *err)
{
	char quoted[SCEP_QUOTED_LEN], shown[SCEP_MAX_SHOWN + 2];

	if (value && option->url)
	{
		value = scep_urls_shown(value, shown, sizeof(shown));
	}
	return scep_fail(err, SCEP_PERMANENT, "key=%s value=%s expected=%s",
				option->path, !value ? "(none)" : option->secret ? "(hidden)" :
				scep_quote(chunk_from_str((char*)value), quoted),
				option->expected);
}

/**
 * Get an option's value. The path is part of the format, as libstrongswan
 * takes a dot in an argument for a part of the name.
 */
static const char *get_value(settings_t *settings, const char *ns,
							 const char *name, const scep_option_t *option)
{
	char format[128];

	snprintf(format, sizeof(format), "%%s.plugins.scep.profiles.%%s.%s",
			 option->path);
	return settings->get_str(settings, format, (char*)option->def, ns, name);
}

/**
 * Parse all options, given or defaulted. What is missing is not told of beside
 * unknown names: probably it is misspelt.
 */
static bool parse_options(private_scep_profile_t *this, settings_t *settings,
						  const char *ns, bool unknown, scep_error_t *first)
{
	const scep_option_t *option;
	scep_error_t error;
	const char *value;
	bool success = TRUE;

	for (option = scep_options; option->path; option++)
	{
		value = get_value(settings, ns, this->public.name, option);
		if (!value && (!option->required || unknown))
		{
			continue;
		}
		if (!value || !option->parse(option, value, &this->public))
		{
			error = (scep_error_t){};
			bad(option, value, &error);
			success = report(this->public.name, &error, first);
		}
	}
	return success;
}

/**
 * Sections of a profile.
 */
static const char *sections[] = { "key", "renew", "poll", "retry", "http",
								 "signer" };

/**
 * Find the section that a misspelt one probably means.
 */
static const char *nearest_section(const char *path)
{
	u_int best = SCEP_VALUE_NEAR + 1, distance;
	const char *nearest = NULL;
	int i;

	for (i = 0; i < countof(sections); i++)
	{
		distance = scep_value_distance(path, sections[i]);
		/* of short words all are near */
		if (distance < best && distance < strlen(sections[i]))
		{
			best = distance;
			nearest = sections[i];
		}
	}
	return nearest;
}

/**
 * Put an unknown key or section into words.
 */
static bool unknown(const char *path, bool section, scep_error_t *err)
{
	const char *nearest = section ? nearest_section(path)
								  : scep_options_nearest(path);
	char quoted[SCEP_QUOTED_LEN];

	return scep_fail(err, SCEP_PERMANENT, "key=%s unknown%s%s",
					 scep_quote(chunk_from_str((char*)path), quoted),
					 nearest ? ", did you mean " : "", nearest ?: "");
}

/**
 * Whether an option of that path exists, or one below it.
 */
static bool is_known(const char *path, bool section)
{
	size_t len = strlen(path);
	int i;

	for (i = 0; scep_options[i].path; i++)
	{
		if (section ? strncmp(scep_options[i].path, path, len) == 0 &&
					  scep_options[i].path[len] == '.'
					: streq(scep_options[i].path, path))
		{
			return TRUE;
		}
	}
	return FALSE;
}

/**
 * Check that a list of names has only known ones.
 *
 * @param profile	name of the profile
 * @param names		enumerator over char*, and maybe char*; gets owned
 * @param below		prefix of the names ("key."), or ""
 * @param section	whether they name sections
 */
static bool check_names(const char *profile, enumerator_t *names,
						const char *below, bool section, scep_error_t *first)
{
	char *name, *value, path[256];
	scep_error_t error;
	bool success = TRUE;

	while (section ? names->enumerate(names, &name)
				   : names->enumerate(names, &name, &value))
	{
		snprintf(path, sizeof(path), "%s%s", below, name);
		if (!is_known(path, section))
		{
			error = (scep_error_t){};
			unknown(path, section, &error);
			success = report(profile, &error, first);
		}
	}
	names->destroy(names);
	return success;
}

/**
 * Check that there are only known keys and sections; they nest one deep.
 */
static bool check_all_names(settings_t *settings, const char *ns,
							const char *name, scep_error_t *first)
{
	char below[16];
	bool keys, inner;
	int i;

	keys = check_names(name, settings->create_key_value_enumerator(settings,
						"%s.plugins.scep.profiles.%s", ns, name),
						"", FALSE, first);
	inner = check_names(name, settings->create_section_enumerator(settings,
						"%s.plugins.scep.profiles.%s", ns, name),
						"", TRUE, first);
	for (i = 0; i < countof(sections); i++)
	{
		snprintf(below, sizeof(below), "%s.", sections[i]);
		keys &= check_names(name, settings->create_key_value_enumerator(settings,
						"%s.plugins.scep.profiles.%s.%s", ns, name, sections[i]),
						below, FALSE, first);
		inner &= check_names(name, settings->create_section_enumerator(settings,
						"%s.plugins.scep.profiles.%s.%s", ns, name, sections[i]),
						below, TRUE, first);
	}
	return keys && inner;
}

/**
 * Check settings that depend on each other.
 */
static bool check_together(scep_profile_t *profile, scep_error_t *first)
{
	scep_error_t error;
	bool success = TRUE;
	int i;

	for (i = 0; scep_checks[i]; i++)
	{
		error = (scep_error_t){};
		if (!scep_checks[i](profile, &error))
		{
			success = report(profile->name, &error, first);
		}
	}
	return success;
}

/**
 * Compute the digests: over what is requested, and over everything. Files
 * count by what was read from them (ca_cert), or by name (challenge_file: a
 * new phrase is read when it is needed).
 */
static bool compute_digests(scep_profile_t *profile, settings_t *settings,
							const char *ns, scep_error_t *first)
{
	chunk_t all = chunk_empty, encoding;
	const scep_option_t *option;
	scep_error_t error = {};
	const char *value;
	bool success;

	for (option = scep_options; option->path; option++)
	{
		value = get_value(settings, ns, profile->name, option);
		all = chunk_cat("scc", all, chunk_create((u_char*)option->path,
												 strlen(option->path) + 1),
						value ? chunk_create((u_char*)value, strlen(value) + 1)
							  : chunk_from_chars(0xff));
	}
	if (profile->ca_cert &&
		profile->ca_cert->get_encoding(profile->ca_cert, CERT_ASN1_DER,
									   &encoding))
	{
		all = chunk_cat("sm", all, encoding);
	}
	success = scep_digest(all, profile->digest_all, &error) &&
			  scep_digest_request(profile, profile->request_digest, &error);
	chunk_clear(&all);
	return success || report(profile->name, &error, first);
}

/*
 * Described in header
 */
scep_profile_t *scep_profile_load(settings_t *settings, const char *ns,
								  const char *name, scep_error_t *err)
{
	private_scep_profile_t *this;
	scep_error_t first = {};
	bool known;

	INIT(this,
		.public = {
			.name = strdup(name),
			.urls = linked_list_create(),
			.ca_pins = linked_list_create(),
			.ra_pins = linked_list_create(),
			.sans = linked_list_create(),
			.upns = linked_list_create(),
			.get_challenge = _get_challenge,
			.equals = _equals,
			.get_ref = _get_ref,
			.destroy = _destroy,
		},
		.refs = 1,
	);
	known = check_all_names(settings, ns, name, &first);
	if (!parse_options(this, settings, ns, !known, &first) ||
		!check_together(&this->public, &first) || !known ||
		!compute_digests(&this->public, settings, ns, &first))
	{
		destroy(this);
		if (err)
		{
			*err = first;
		}
		return NULL;
	}
	return &this->public;
}
