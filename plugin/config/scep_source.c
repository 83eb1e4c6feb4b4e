/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_source.h"
#include "base/scep_event.h"

/** Life of a phrase of NDES, unless it is configured otherwise, seconds */
#define PAGE_LIFETIME	(60 * 60)

/**
 * Check who asks for the page.
 */
static bool check_page(scep_profile_t *profile, scep_error_t *err)
{
	bool password = profile->challenge_password_file != NULL;

	if (!profile->challenge_user != !password)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=%s value=(none) expected="
						 "challenge_user and challenge_password_file together",
						 password ? "challenge_user"
								  : "challenge_password_file");
	}
	if (password && !profile->challenge_url)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=challenge_url value=(none) "
						 "expected=the page for challenge_user");
	}
	if (profile->challenge_url && !profile->challenge_lifetime)
	{
		profile->challenge_lifetime = PAGE_LIFETIME;
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_source_check(scep_profile_t *profile, scep_error_t *err)
{
	const char *keys[] = { "challenge", "challenge_file", "challenge_command",
						   "challenge_url" };
	const char *values[] = { profile->challenge, profile->challenge_file,
							 profile->challenge_command,
							 profile->challenge_url };
	const char *first = NULL;
	int i;

	for (i = 0; i < countof(keys); i++)
	{
		if (values[i] && first)
		{
			return scep_fail(err, SCEP_PERMANENT, "key=%s expected=either %s "
							 "or %s, not both", keys[i], first, keys[i]);
		}
		first = values[i] ? keys[i] : first;
	}
	profile->has_challenge = first != NULL;
	return check_page(profile, err);
}

/*
 * Described in header
 */
void scep_source_warn(const scep_profile_t *profile)
{
	if (profile->challenge_url &&
		strncasecmp(profile->challenge_url, "https:", 6) != 0)
	{
		scep_event(profile->name, SCEP_EV_WARNING, "reason=challenge_url is no "
				   "https: who can read the network can read the phrase%s",
				   profile->challenge_user ? ", and the password of "
				   "challenge_user or what serves to guess it" : "");
	}
}
