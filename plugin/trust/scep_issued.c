/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_issued.h"
#include "trust/scep_x509.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

#include <stdio.h>

/*
 * Described in header
 */
bool scep_issued_for_key(certificate_t *cert, private_key_t *key)
{
	public_key_t *public;
	bool belongs;

	public = cert->get_public_key(cert);
	belongs = public && key->belongs_to(key, public);
	DESTROY_IF(public);
	return belongs;
}

/**
 * Find the certificate for our key.
 */
static certificate_t *find_leaf(linked_list_t *certs, private_key_t *key)
{
	enumerator_t *enumerator;
	certificate_t *cert, *found = NULL;

	enumerator = certs->create_enumerator(certs);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		if (scep_issued_for_key(cert, key))
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Find a CA certificate in a list that issued another certificate.
 */
static certificate_t *find_issuer(linked_list_t *list, certificate_t *cert,
								  time_t now, scep_error_t *err)
{
	enumerator_t *enumerator;
	certificate_t *ca, *found = NULL;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &ca))
	{
		if (ca->has_subject(ca, cert->get_issuer(cert)) &&
			(scep_x509_usage(ca) & SCEP_IS_CA) && scep_x509_valid_at(ca, now) &&
			scep_x509_issued_by(cert, ca, err))
		{
			found = ca;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Build the path from the leaf to the pinned CA. Intermediates may come from
 * GetCACert or from the answer itself.
 */
static bool build_chain(certificate_t *leaf, linked_list_t *certs,
						const scep_authority_t *authority, time_t now,
						linked_list_t *chain, scep_error_t *err)
{
	certificate_t *cert = leaf, *issuer;
	char who[SCEP_MAX_ERROR / 2];
	int depth;

	for (depth = 0; depth < SCEP_MAX_CERTS; depth++)
	{
		issuer = find_issuer(authority->cas, cert, now, err);
		if (!issuer)
		{
			issuer = find_issuer(certs, cert, now, err);
		}
		if (!issuer)
		{
			break;
		}
		if (!(scep_x509_usage(issuer) & SCEP_SELF_SIGNED))
		{
			chain->insert_last(chain, issuer->get_ref(issuer));
		}
		if (issuer->equals(issuer, authority->anchor))
		{
			return TRUE;
		}
		cert = issuer;
	}
	return scep_fail(err, SCEP_SECURITY, "issued certificate does not chain to "
					 "the pinned CA: %s",
					 scep_x509_describe(leaf, who, sizeof(who)));
}

/**
 * Check when the certificate is valid.
 */
static bool check_validity(certificate_t *leaf, certificate_t *current,
						   time_t now, scep_error_t *err)
{
	time_t from, to, current_from, current_to;
	char a[SCEP_TIME_LEN], b[SCEP_TIME_LEN];

	leaf->get_validity(leaf, NULL, &from, &to);
	if (to <= now)
	{
		return scep_fail(err, SCEP_TRANSIENT, "issued certificate expired at "
						 "%s, or this clock is wrong", scep_time(to, a));
	}
	if (from > now + SCEP_MAX_FUTURE)
	{
		return scep_fail(err, SCEP_TRANSIENT, "issued certificate is not valid "
						 "before %s, or this clock is wrong",
						 scep_time(from, a));
	}
	if (current)
	{
		current->get_validity(current, NULL, &current_from, &current_to);
		if (leaf->equals(leaf, current) || from < current_from)
		{
			return scep_fail(err, SCEP_SECURITY, "issued certificate is not "
							 "newer than the current one (notBefore %s and %s)",
							 scep_time(from, a), scep_time(current_from, b));
		}
	}
	return TRUE;
}

/**
 * Check what the certificate may be used for.
 */
static bool check_usage(certificate_t *leaf, scep_error_t *err)
{
	scep_usage_t usage = scep_x509_usage(leaf);

	if (usage & (SCEP_IS_CA | SCEP_KEY_CERT_SIGN))
	{
		return scep_fail(err, SCEP_PERMANENT, "issued certificate is a CA "
						 "certificate");
	}
	if ((usage & SCEP_HAS_KEY_USAGE) && !(usage & SCEP_DIGITAL_SIGNATURE))
	{
		return scep_fail(err, SCEP_PERMANENT, "issued certificate can't be "
						 "used for IKE: its keyUsage has no digitalSignature");
	}
	if ((usage & SCEP_HAS_EKU) && !(usage & SCEP_EKU_IKE))
	{
		return scep_fail(err, SCEP_PERMANENT, "issued certificate can't be "
						 "used for IKE: its extendedKeyUsage has none of "
						 "clientAuth, serverAuth, ipsecIKE, any");
	}
	return TRUE;
}

/**
 * Find the first identity of a list that is not in another list.
 */
static identification_t *find_missing(enumerator_t *these, linked_list_t *those)
{
	enumerator_t *enumerator;
	identification_t *id, *other, *missing = NULL;
	bool found;

	while (!missing && these->enumerate(these, &id))
	{
		found = FALSE;
		enumerator = those->create_enumerator(those);
		while (!found && enumerator->enumerate(enumerator, &other))
		{
			found = id->equals(id, other);
		}
		enumerator->destroy(enumerator);
		if (!found)
		{
			missing = id->clone(id);
		}
	}
	these->destroy(these);
	return missing;
}

/**
 * Report an identity that differs from what was asked for.
 */
static bool differs(const char *what, identification_t *id, scep_error_t *err)
{
	char text[256], quoted[SCEP_QUOTED_LEN];

	snprintf(text, sizeof(text), "%Y", id);
	return scep_fail(err, SCEP_PERMANENT, "issued certificate %s %s", what,
					 scep_quote(chunk_from_str(text), quoted));
}

/**
 * Check that the certificate names what was asked for and nothing else.
 */
static bool check_names(certificate_t *leaf, const scep_profile_t *profile,
						scep_error_t *err)
{
	x509_t *x509 = (x509_t*)leaf;
	identification_t *id, *subject = leaf->get_subject(leaf);
	linked_list_t *names;

	if (!subject->equals(subject, profile->subject))
	{
		return differs("has another subject than requested:", subject, err);
	}
	id = find_missing(x509->create_subjectAltName_enumerator(x509),
					  profile->sans);
	if (id)
	{
		differs("has a subjectAltName that was not requested:", id, err);
		id->destroy(id);
		return FALSE;
	}
	names = linked_list_create_from_enumerator(
							x509->create_subjectAltName_enumerator(x509));
	id = find_missing(profile->sans->create_enumerator(profile->sans), names);
	names->destroy(names);
	if (id)
	{
		differs("lacks a requested subjectAltName:", id, err);
		id->destroy(id);
		return FALSE;
	}
	return TRUE;
}

/**
 * Apply subject_policy to a difference in names.
 */
static bool apply_policy(certificate_t *leaf, const scep_profile_t *profile,
						 scep_error_t *err)
{
	scep_error_t difference = {};

	if (profile->subject_policy == SCEP_POLICY_ACCEPT ||
		check_names(leaf, profile, &difference))
	{
		return TRUE;
	}
	if (profile->subject_policy == SCEP_POLICY_WARN)
	{
		scep_event(profile->name, SCEP_EV_WARNING, "reason=%s",
				   difference.text);
		return TRUE;
	}
	return scep_fail(err, difference.kind, "%s", difference.text);
}

/*
 * Described in header
 */
bool scep_issued_check(linked_list_t *certs, private_key_t *key,
					   const scep_authority_t *authority,
					   const scep_profile_t *profile, certificate_t *current,
					   time_t now, certificate_t **leaf, linked_list_t **chain,
					   scep_error_t *err)
{
	certificate_t *cert;
	linked_list_t *path;

	cert = find_leaf(certs, key);
	if (!cert)
	{
		return scep_fail(err, SCEP_SECURITY, "no certificate in the answer is "
						 "for our key");
	}
	path = linked_list_create();
	if (!build_chain(cert, certs, authority, now, path, err) ||
		!check_usage(cert, err) ||
		!check_validity(cert, current, now, err) ||
		!apply_policy(cert, profile, err))
	{
		path->destroy_offset(path, offsetof(certificate_t, destroy));
		return FALSE;
	}
	*leaf = cert->get_ref(cert);
	*chain = path;
	return TRUE;
}
