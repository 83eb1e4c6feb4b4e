/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_roots.h"
#include "enroll/scep_knowledge.h"
#include "trust/scep_x509.h"

/**
 * Add a certificate that is a root and has not expired.
 */
static void add_root(linked_list_t *roots, certificate_t *cert, time_t now)
{
	scep_usage_t usage = scep_x509_usage(cert);

	if ((usage & SCEP_IS_CA) && (usage & SCEP_SELF_SIGNED) &&
		scep_x509_not_after(cert) > now)
	{
		scep_x509_add_once(roots, cert);
	}
}

/**
 * Add the roots of the CAs before and after the current one.
 */
static void add_others(linked_list_t *roots, scep_knowledge_t *knowledge,
					   time_t now)
{
	enumerator_t *enumerator;
	certificate_t *cert;

	enumerator = knowledge->trust.announced->create_enumerator(
												knowledge->trust.announced);
	while (enumerator->enumerate(enumerator, &cert))
	{
		add_root(roots, cert, now);
	}
	enumerator->destroy(enumerator);
	if (knowledge->first)
	{
		add_root(roots, knowledge->first, now);
	}
}

/*
 * Described in header
 */
linked_list_t *scep_roots_load(scep_profile_t *profile,
							   scep_profile_store_t *store, time_t now,
							   const char **why)
{
	linked_list_t *roots = linked_list_create();
	scep_knowledge_t knowledge;
	certificate_t *known;

	*why = NULL;
	if (!profile->trust_ca)
	{
		return roots;
	}
	scep_knowledge_load(profile, store, &knowledge);
	known = knowledge.trust.known;
	if (!known)
	{
		*why = "peers are not verified by the CA before it is known";
	}
	else if (!knowledge.known_trusted)
	{
		*why = "peers are not verified by the CA of before, which is not the "
			   "pinned one any more";
	}
	else
	{
		if (scep_x509_usage(known) & SCEP_SELF_SIGNED)
		{	/* whatever the clock says: charon looks at it itself */
			scep_x509_add_once(roots, known);
		}
		else
		{
			*why = "trust_ca = yes has no effect: the pinned CA certificate "
				   "is not a self-signed root";
		}
		add_others(roots, &knowledge, now);
	}
	scep_knowledge_clear(&knowledge);
	return roots;
}

/*
 * Described in header
 */
bool scep_roots_equal(linked_list_t *a, linked_list_t *b)
{
	enumerator_t *left, *right;
	certificate_t *cert, *other;
	bool equal;

	equal = a->get_count(a) == b->get_count(b);
	left = a->create_enumerator(a);
	right = b->create_enumerator(b);
	while (equal && left->enumerate(left, &cert) &&
		   right->enumerate(right, &other))
	{
		equal = cert->equals(cert, other);
	}
	left->destroy(left);
	right->destroy(right);
	return equal;
}
