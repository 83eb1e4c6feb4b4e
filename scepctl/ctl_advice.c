/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_advice.h"

#include <stdio.h>

/**
 * What to do in a state; %1$s is the name of the profile, ~ a blank that stays
 * inside of a line.
 */
static const struct {
	const char *state, *certificate;
	const char *text;
} advices[] = {
	{ "disabled", NULL, "Mend the configuration: scepctl~check tells what is "
		"wrong with it. Then swanctl~--reload-settings." },
	{ "confirm-ca", NULL, "Read the fingerprint out to the CA's administrator "
		"(scepctl~ca~%1$s). If it is theirs: scepctl~accept-ca~%1$s~"
		"FINGERPRINT. If not, somebody else answers at that URL." },
	{ "need-ca", NULL, "Nothing, if it lasts for a moment only. Else see "
		"whether the server can be reached at its URL." },
	{ "requesting", NULL, "Nothing: a request is under way (scepctl~watch)." },
	{ "pending", NULL, "Ask the CA's administrator to approve the request with "
		"the transaction ID above. It is asked for again by itself; scepctl~"
		"cancel~%1$s gives it up." },
	{ "waiting", NULL, "Mend what the last error tells of. It tries again by "
		"itself; at once: scepctl~enroll~%1$s." },
	{ "failed", NULL, "Mend what the last error tells of, then scepctl~enroll~"
		"%1$s." },
	{ "idle", "valid", "Nothing." },
	{ "idle", "future", "Nothing, if the clock is right (timedatectl): the "
		"certificate is not yet valid." },
	{ "idle", NULL, "scepctl~enroll~%1$s asks for a certificate at once." },
};

/**
 * Whether a person has to give a new challenge phrase.
 */
static bool needs_challenge(ctl_record_t *profile, const char *state)
{
	const char *source = profile->get(profile, "challenge") ?: "";
	const char *reason = profile->get(profile, "reason") ?: "";
	const char *error = profile->get(profile, "last_error") ?: "";

	return (streq(state, "failed") || streq(state, "waiting")) &&
		   (streq(source, "none") || streq(source, "set")) &&
		   (strstr(reason, "challenge") || strcasestr(error, "challenge"));
}

/**
 * Whether the server refused the request, of which it hardly ever tells why.
 */
static bool is_refused(ctl_record_t *profile, const char *state)
{
	const char *error = profile->get(profile, "last_error") ?: "";

	return (streq(state, "failed") || streq(state, "waiting")) &&
		   strstr(error, "fail_info=badRequest");
}

/*
 * Described in header
 */
char *ctl_advice(ctl_record_t *profile, char buf[CTL_ADVICE_LEN])
{
	const char *name = profile->get(profile, "name") ?: "NAME";
	const char *state = profile->get(profile, "state") ?: "";
	const char *certificate = profile->get(profile, "certificate") ?: "";
	int i;

	if (needs_challenge(profile, state))
	{
		snprintf(buf, CTL_ADVICE_LEN, "Get a challenge phrase from the CA's "
				 "administrator, then scepctl~set-challenge~%.64s.", name);
		return buf;
	}
	if (is_refused(profile, state))
	{
		snprintf(buf, CTL_ADVICE_LEN, "The CA refused the request: the "
				 "challenge phrase may be wrong or used up, the subject or an "
				 "alternative name not allowed; the CA's log tells. It goes on "
				 "with another phrase (scepctl~set-challenge~%.64s, or the file "
				 "of challenge_file), or another configuration.", name);
		return buf;
	}
	for (i = 0; i < countof(advices); i++)
	{
		if (streq(advices[i].state, state) && (!advices[i].certificate ||
			streq(advices[i].certificate, certificate)))
		{
			snprintf(buf, CTL_ADVICE_LEN, advices[i].text, name);
			return buf;
		}
	}
	snprintf(buf, CTL_ADVICE_LEN, "This tool does not know the state: is it "
			 "older than the plugin? (scepctl~--version)");
	return buf;
}
