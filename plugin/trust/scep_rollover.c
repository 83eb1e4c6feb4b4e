/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_rollover.h"
#include "trust/scep_issuers.h"
#include "trust/scep_roles.h"
#include "trust/scep_x509.h"
#include "base/scep_limits.h"
#include "base/scep_text.h"

/**
 * Whether a CA certificate chains to a CA that is trusted already.
 */
static bool is_certified(certificate_t *cert, linked_list_t *certs,
						 const scep_authority_t *current, bool allow_sha1,
						 time_t when)
{
	enumerator_t *enumerator;
	scep_issuers_t *issuers;
	certificate_t *anchor;
	bool certified;

	issuers = scep_issuers_create(allow_sha1);
	enumerator = current->anchors->create_enumerator(current->anchors);
	while (enumerator->enumerate(enumerator, &anchor))
	{
		issuers->trust(issuers, anchor, when);
	}
	enumerator->destroy(enumerator);
	issuers->add(issuers, current->cas);
	issuers->add(issuers, certs);
	certified = issuers->has(issuers, cert);
	issuers->destroy(issuers);
	return certified;
}

/**
 * Check that a certificate can be that of the next CA.
 */
static bool check_next(certificate_t *cert, linked_list_t *certs,
					   const scep_authority_t *current,
					   const scep_profile_t *profile, time_t now,
					   scep_error_t *err)
{
	time_t from = scep_x509_not_before(cert);
	scep_usage_t usage = scep_x509_usage(cert);
	char who[SCEP_MAX_ERROR / 2], when[SCEP_TIME_LEN];
	const char *wrong = NULL;

	if (!(usage & SCEP_IS_CA) ||
		((usage & SCEP_HAS_KEY_USAGE) && !(usage & SCEP_KEY_CERT_SIGN)))
	{
		wrong = "is no CA certificate";
	}
	else if (scep_x509_is_in(cert, current->cas))
	{
		wrong = "is a current CA's";
	}
	else if (scep_x509_not_after(cert) <= max(now, from))
	{
		wrong = "has expired";
	}
	else if (from > now + SCEP_MAX_NEXT_CA)
	{
		wrong = "begins too late";
	}
	else if (!scep_x509_has_strong_key(cert, FALSE))
	{
		wrong = "has a weak key";
	}
	else if (!(usage & SCEP_SELF_SIGNED) &&
			 !is_certified(cert, certs, current, profile->allow_sha1,
						   max(now, from)))
	{
		wrong = "is neither self-signed nor issued by a trusted CA";
	}
	return !wrong || scep_fail(err, SCEP_SECURITY, "certificate in the answer "
					"to GetNextCACert %s (notBefore %s): %s", wrong,
					scep_time(from, when),
					scep_x509_describe(cert, who, sizeof(who)));
}

/**
 * Find the next CA: a root, else the topmost of the others.
 */
static certificate_t *find_next(linked_list_t *certs,
								const scep_authority_t *current,
								const scep_profile_t *profile, time_t now,
								scep_error_t *err)
{
	certificate_t *cert, *root = NULL, *other = NULL;
	linked_list_t *fit = linked_list_create();
	enumerator_t *enumerator;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (check_next(cert, certs, current, profile, now, err))
		{
			fit->insert_last(fit, cert);
		}
	}
	enumerator->destroy(enumerator);
	enumerator = fit->create_enumerator(fit);
	while (!root && enumerator->enumerate(enumerator, &cert))
	{
		if (scep_x509_usage(cert) & SCEP_SELF_SIGNED)
		{
			root = cert;
		}
		else if (!other && scep_x509_is_topmost(cert, fit))
		{
			other = cert;
		}
	}
	enumerator->destroy(enumerator);
	fit->destroy(fit);
	return root ?: other;
}

/*
 * Described in header
 */
bool scep_rollover_check(linked_list_t *certs, const scep_authority_t *current,
						 const scep_profile_t *profile, time_t now,
						 certificate_t **next, linked_list_t **announced,
						 scep_error_t *err)
{
	static const scep_trust_t nothing = {};
	scep_error_t why = {};
	enumerator_t *enumerator;
	scep_issuers_t *issuers;
	certificate_t *cert;
	scep_roles_t roles;
	time_t when;

	cert = find_next(certs, current, profile, now, &why);
	if (!cert)
	{
		return scep_fail(err, SCEP_SECURITY, "%s", why.kind ? why.text :
						 "the answer to GetNextCACert has no certificate");
	}
	*next = cert->get_ref(cert);
	*announced = linked_list_create();
	when = max(now, scep_x509_not_before(cert));
	issuers = scep_issuers_create(profile->allow_sha1);
	issuers->trust(issuers, cert, when);
	issuers->add(issuers, certs);
	enumerator = issuers->create_enumerator(issuers);
	while (enumerator->enumerate(enumerator, &cert))
	{
		scep_x509_add_once(*announced, cert);
	}
	enumerator->destroy(enumerator);
	scep_roles_find(&roles, certs, issuers, profile, &nothing, when);
	enumerator = roles.ras->create_enumerator(roles.ras);
	while (enumerator->enumerate(enumerator, &cert))
	{
		scep_x509_add_once(*announced, cert);
	}
	enumerator->destroy(enumerator);
	scep_roles_clear(&roles);
	issuers->destroy(issuers);
	return TRUE;
}
