/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_checks.h"
#include "config/scep_source.h"
#include "config/scep_tls.h"

/**
 * Moment of an end of the window, for a lifetime of a year.
 */
static int64_t typical(scep_window_t end)
{
	int64_t year = 365 * 24 * 60 * 60;

	return end.percent ? year * end.value / 100 : year - end.value;
}

/**
 * Whether a list of pins has one of SHA-1.
 */
static bool has_sha1(linked_list_t *pins)
{
	enumerator_t *enumerator;
	scep_pin_t *pin;
	bool found = FALSE;

	enumerator = pins->create_enumerator(pins);
	while (!found && enumerator->enumerate(enumerator, &pin))
	{
		found = pin->alg == HASH_SHA1;
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Check that what is weak is allowed.
 */
static bool check_weak(scep_profile_t *profile, scep_error_t *err)
{
	const char *key = NULL;

	if (!profile->allow_sha1)
	{
		key = profile->digest == HASH_SHA1 ? "digest" :
			  has_sha1(profile->ca_pins) ? "ca_fingerprint" :
			  has_sha1(profile->ra_pins) ? "ra_fingerprint" : NULL;
	}
	if (key)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=%s value=sha1 expected="
						 "SHA-256 or better, or allow_sha1 = yes", key);
	}
	if (profile->cipher == ENCR_3DES && !profile->allow_3des)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=cipher value=3des expected="
						 "AES, or allow_3des = yes");
	}
	return TRUE;
}

/**
 * Check that the CA is pinned in one way.
 */
static bool check_pin(scep_profile_t *profile, scep_error_t *err)
{
	if (profile->ca_cert && profile->ca_pins->get_count(profile->ca_pins))
	{
		return scep_fail(err, SCEP_PERMANENT, "key=ca_cert expected=either "
						 "ca_cert or ca_fingerprint, not both");
	}
	return TRUE;
}

/**
 * Check that a signer is whole.
 */
static bool check_signer(scep_profile_t *profile, scep_error_t *err)
{
	if (!profile->signer_cert != !profile->signer_key)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=signer.%s value=(none) "
						 "expected=signer.cert and signer.key together",
						 profile->signer_cert ? "key" : "cert");
	}
	return TRUE;
}

/**
 * Check that a renewal by challenge may have one.
 */
static bool check_method(scep_profile_t *profile, scep_error_t *err)
{
	if (profile->renew_method == SCEP_RENEW_CHALLENGE &&
		profile->renew_challenge == SCEP_WHEN_NEVER)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=renew.challenge value=never "
						 "expected=auto or always, as renew.method = challenge");
	}
	return TRUE;
}

/**
 * Check that the window of the renewal does not end before it begins.
 */
static bool check_window(scep_profile_t *profile, scep_error_t *err)
{
	if (profile->renew_from.percent == profile->renew_to.percent &&
		typical(profile->renew_from) > typical(profile->renew_to))
	{
		return scep_fail(err, SCEP_PERMANENT, "key=renew.from expected=a "
						 "moment before renew.to");
	}
	return TRUE;
}

/**
 * Check that no delay is longer than the longest one.
 */
static bool check_retry(scep_profile_t *profile, scep_error_t *err)
{
	if (profile->retry_interval > profile->retry_max_interval)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=retry.interval expected=no "
						 "more than retry.max_interval");
	}
	return TRUE;
}

static bool check_poll(scep_profile_t *profile, scep_error_t *err)
{
	if (profile->poll_interval > profile->poll_max_interval)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=poll.interval expected=no "
						 "more than poll.max_interval");
	}
	return TRUE;
}

static bool check_tls(scep_profile_t *profile, scep_error_t *err)
{
	return scep_tls_check(profile, err);
}

/*
 * Described in header
 */
const scep_check_t scep_checks[] = {
	check_pin,
	check_signer,
	check_method,
	check_window,
	check_retry,
	check_poll,
	scep_source_check,
	check_weak,
	check_tls,
	NULL,
};
