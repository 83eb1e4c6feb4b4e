/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_issued.h"
#include "trust/scep_issuers.h"
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
 * Compare two certificates by their age, the newest first.
 */
static bool is_newer(certificate_t *cert, certificate_t *other)
{
	return scep_x509_not_before(cert) > scep_x509_not_before(other);
}

/**
 * Find the certificates for our key, the newest first: some servers send
 * earlier ones along.
 *
 * @return			certificate_t, without references of their own
 */
static linked_list_t *find_leaves(linked_list_t *certs, private_key_t *key)
{
	linked_list_t *leaves = linked_list_create();
	enumerator_t *enumerator, *sorted;
	certificate_t *cert, *other;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (!scep_issued_for_key(cert, key))
		{
			continue;
		}
		sorted = leaves->create_enumerator(leaves);
		while (sorted->enumerate(sorted, &other) && !is_newer(cert, other))
		{
			/* goes on to the first that is older */
		}
		leaves->insert_before(leaves, sorted, cert);
		sorted->destroy(sorted);
	}
	enumerator->destroy(enumerator);
	return leaves;
}

/*
 * Described in header
 */
certificate_t *scep_issued_find(linked_list_t *certs, private_key_t *key)
{
	linked_list_t *leaves = find_leaves(certs, key);
	certificate_t *cert, *found = NULL;
	enumerator_t *enumerator;

	enumerator = leaves->create_enumerator(leaves);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (!found || (scep_x509_usage(found) & SCEP_SELF_SIGNED))
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	leaves->destroy(leaves);
	return found;
}

/**
 * Collect the CAs that may have issued the certificate: those known from
 * GetCACert and GetNextCACert, and those below them in the answer itself.
 */
static scep_issuers_t *get_issuers(linked_list_t *certs,
								   const scep_authority_t *authority,
								   const scep_profile_t *profile, time_t now)
{
	scep_issuers_t *issuers = scep_issuers_create(profile->allow_sha1);
	certificate_t *cert, *next = authority->next;
	enumerator_t *enumerator;

	enumerator = authority->anchors->create_enumerator(authority->anchors);
	while (enumerator->enumerate(enumerator, &cert))
	{
		issuers->trust(issuers, cert, now);
	}
	enumerator->destroy(enumerator);
	if (next)
	{	/* may begin after now; then, what it certified does, too */
		issuers->trust(issuers, next, max(now, scep_x509_not_before(next)));
	}
	issuers->add(issuers, authority->cas);
	issuers->add(issuers, certs);
	return issuers;
}

/**
 * Check that the certificate is valid, or soon.
 *
 * @param begin		when its CA takes over, if that is later than now
 */
static bool check_validity(certificate_t *leaf, time_t begin, time_t now,
						   scep_error_t *err)
{
	time_t from = scep_x509_not_before(leaf), to = scep_x509_not_after(leaf);
	char when[SCEP_TIME_LEN];

	if (to <= now || to <= from)
	{
		return scep_fail(err, SCEP_TRANSIENT, "issued certificate expired at "
						 "%s, or this clock is wrong", scep_time(to, when));
	}
	if (begin > now && from < begin)
	{	/* in use at once, it would fail at all peers until then */
		return scep_fail(err, SCEP_TRANSIENT, "issued certificate begins "
						 "before its CA, which is not valid before %s, or "
						 "this clock is wrong", scep_time(begin, when));
	}
	if (from > max(now, begin) + SCEP_MAX_FUTURE)
	{
		return scep_fail(err, SCEP_TRANSIENT, "issued certificate is not valid "
						 "before %s, or this clock is wrong",
						 scep_time(from, when));
	}
	return TRUE;
}

/**
 * Check that the certificate is newer than the current one. How far back a CA
 * dates its certificates is its own matter: of those of different CAs, one is
 * older if it both begins and ends earlier.
 */
static bool check_age(certificate_t *leaf, certificate_t *issuer,
					  certificate_t *current, scep_error_t *err)
{
	time_t from = scep_x509_not_before(leaf), current_from;
	char a[SCEP_TIME_LEN], b[SCEP_TIME_LEN];

	if (!current)
	{
		return TRUE;
	}
	current_from = scep_x509_not_before(current);
	if (leaf->equals(leaf, current) ||
		(from < current_from &&
		 (scep_x509_issued_by(current, issuer, TRUE, NULL) ||
		  scep_x509_not_after(leaf) < scep_x509_not_after(current))))
	{
		return scep_fail(err, SCEP_SECURITY, "issued certificate is not newer "
						 "than the current one (notBefore %s and %s)",
						 scep_time(from, a), scep_time(current_from, b));
	}
	return TRUE;
}

/**
 * Check what the certificate may be used for (RFC 4945, 5.1.3).
 */
static bool check_usage(certificate_t *leaf, scep_error_t *err)
{
	scep_usage_t usage = scep_x509_usage(leaf);

	if (usage & (SCEP_IS_CA | SCEP_KEY_CERT_SIGN))
	{
		return scep_fail(err, SCEP_PERMANENT, "issued certificate is a CA "
						 "certificate");
	}
	if ((usage & SCEP_HAS_KEY_USAGE) &&
		!(usage & (SCEP_DIGITAL_SIGNATURE | SCEP_NON_REPUDIATION)))
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
static identification_t *find_missing(linked_list_t *these,
									  linked_list_t *those)
{
	enumerator_t *enumerator, *others;
	identification_t *id, *other, *missing = NULL;
	bool found;

	enumerator = these->create_enumerator(these);
	while (!missing && enumerator->enumerate(enumerator, &id))
	{
		found = FALSE;
		others = those->create_enumerator(those);
		while (!found && others->enumerate(others, &other))
		{
			found = id->equals(id, other);
		}
		others->destroy(others);
		missing = found ? NULL : id;
	}
	enumerator->destroy(enumerator);
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
 * Check that a list of names is what was asked for.
 */
static bool compare_names(const char *kind, linked_list_t *names,
						  linked_list_t *requested, scep_error_t *err)
{
	identification_t *id;
	char what[64];

	id = find_missing(names, requested);
	if (id)
	{
		snprintf(what, sizeof(what), "has a %s that was not requested:", kind);
		return differs(what, id, err);
	}
	id = find_missing(requested, names);
	if (id)
	{
		snprintf(what, sizeof(what), "lacks a requested %s:", kind);
		return differs(what, id, err);
	}
	return TRUE;
}

/**
 * Check that the certificate names what was asked for and nothing else.
 */
static bool check_names(certificate_t *leaf, const scep_profile_t *profile,
						scep_error_t *err)
{
	identification_t *subject = leaf->get_subject(leaf);
	linked_list_t *sans, *upns;
	bool same;

	if (!subject->equals(subject, profile->subject))
	{
		return differs("has another subject than requested:", subject, err);
	}
	sans = linked_list_create();
	upns = linked_list_create();
	scep_x509_get_names(leaf, sans, upns);
	same = compare_names("subjectAltName", sans, profile->sans, err) &&
		   compare_names("user principal name", upns, profile->upns, err);
	sans->destroy_offset(sans, offsetof(identification_t, destroy));
	upns->destroy_offset(upns, offsetof(identification_t, destroy));
	return same;
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

/**
 * Check one certificate for our key.
 *
 * @param chain		gets the CA certificates above it
 */
static bool check_leaf(certificate_t *leaf, scep_issuers_t *issuers,
					   const scep_profile_t *profile, certificate_t *current,
					   time_t now, linked_list_t *chain, scep_error_t *err)
{
	certificate_t *issuer, *root;

	issuer = issuers->find(issuers, leaf, chain, err);
	if (!issuer)
	{
		return scep_fail_in(err, "issued certificate: ");
	}
	root = issuers->get_root(issuers, issuer);
	return check_usage(leaf, err) &&
		   check_validity(leaf, scep_x509_not_before(root), now, err) &&
		   check_age(leaf, issuer, current, err) &&
		   apply_policy(leaf, profile, err);
}

/**
 * Keep the reason that says most: what a genuine certificate lacks, rather than
 * that another one is not believed (servers send our self-signed one back).
 */
static void keep_reason(scep_error_t *why, const scep_error_t *reason)
{
	if (why->kind == SCEP_OK ||
		(why->kind != SCEP_PERMANENT && reason->kind == SCEP_PERMANENT) ||
		(why->kind == SCEP_SECURITY && reason->kind == SCEP_TRANSIENT))
	{
		*why = *reason;
	}
}

/**
 * Say so if a CA ends before the certificate that it issued: peers refuse it
 * from then on.
 *
 * @param cas		the CAs above the certificate
 */
static void warn_early_end(certificate_t *leaf, linked_list_t *cas,
						   const scep_profile_t *profile)
{
	time_t end = scep_x509_not_after(leaf);
	char who[SCEP_MAX_ERROR / 2], a[SCEP_TIME_LEN], b[SCEP_TIME_LEN];
	certificate_t *ca, *first = NULL;
	enumerator_t *enumerator;

	enumerator = cas->create_enumerator(cas);
	while (enumerator->enumerate(enumerator, &ca))
	{
		if (scep_x509_not_after(ca) < end)
		{
			first = ca;
			end = scep_x509_not_after(ca);
		}
	}
	enumerator->destroy(enumerator);
	if (first)
	{
		scep_event(profile->name, SCEP_EV_WARNING, "reason=the CA certificate "
				   "%s ends at %s, before the issued certificate (%s)",
				   scep_x509_describe(first, who, sizeof(who)),
				   scep_time(end, a),
				   scep_time(scep_x509_not_after(leaf), b));
	}
}

/**
 * Remove a self-signed root from a chain.
 */
static void remove_root(linked_list_t *chain)
{
	certificate_t *cert;

	if (chain->get_last(chain, (void**)&cert) == SUCCESS &&
		(scep_x509_usage(cert) & SCEP_SELF_SIGNED))
	{
		chain->remove_last(chain, (void**)&cert);
		cert->destroy(cert);
	}
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
	linked_list_t *leaves, *path = NULL;
	scep_issuers_t *issuers;
	enumerator_t *enumerator;
	certificate_t *cert;
	scep_error_t why = {};
	bool found = FALSE;

	issuers = get_issuers(certs, authority, profile, now);
	leaves = find_leaves(certs, key);
	enumerator = leaves->create_enumerator(leaves);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		scep_error_t reason = {};

		path = linked_list_create();
		found = check_leaf(cert, issuers, profile, current, now, path, &reason);
		if (!found)
		{
			keep_reason(&why, &reason);
			path->destroy_offset(path, offsetof(certificate_t, destroy));
		}
	}
	enumerator->destroy(enumerator);
	if (found)
	{
		warn_early_end(cert, path, profile);
		remove_root(path);
		*leaf = cert->get_ref(cert);
		*chain = path;
	}
	else
	{
		scep_fail(&why, SCEP_SECURITY, "no certificate in the answer is for "
				  "our key");
		scep_fail(err, why.kind, "%s", why.text);
	}
	leaves->destroy(leaves);
	issuers->destroy(issuers);
	return found;
}

/*
 * Described in header
 */
bool scep_issued_check_one(certificate_t *leaf, scep_issuers_t *issuers,
						   const scep_profile_t *profile, time_t now,
						   linked_list_t *chain, scep_error_t *err)
{
	if (issuers)
	{
		if (!check_leaf(leaf, issuers, profile, NULL, now, chain, err))
		{
			return FALSE;
		}
		warn_early_end(leaf, chain, profile);
		remove_root(chain);
		return TRUE;
	}
	return check_usage(leaf, err) &&
		   check_validity(leaf, 0, now, err) &&
		   apply_policy(leaf, profile, err);
}

/*
 * Described in header
 */
certificate_t *scep_issued_find_issuer(certificate_t *cert,
									   linked_list_t *chain,
									   const scep_authority_t *authority,
									   const scep_profile_t *profile,
									   time_t now, scep_error_t *err)
{
	scep_issuers_t *issuers;
	certificate_t *issuer;

	issuers = get_issuers(chain, authority, profile, now);
	issuer = issuers->find(issuers, cert, NULL, err);
	if (issuer)
	{
		issuer->get_ref(issuer);
	}
	issuers->destroy(issuers);
	return issuer;
}
