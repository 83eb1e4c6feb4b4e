/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_roles.h"
#include "trust/scep_x509.h"

/*
 * Described in header
 */
bool scep_roles_can_receive(certificate_t *cert)
{
	scep_usage_t usage = scep_x509_usage(cert);

	return scep_x509_has_strong_key(cert, TRUE) &&
		   (!(usage & SCEP_HAS_KEY_USAGE) || (usage & SCEP_KEY_ENCIPHERMENT));
}

/*
 * Described in header
 */
bool scep_roles_can_sign(certificate_t *cert)
{
	scep_usage_t usage = scep_x509_usage(cert);

	return !(usage & SCEP_HAS_KEY_USAGE) || (usage & SCEP_DIGITAL_SIGNATURE);
}

/*
 * Described in header
 */
void scep_roles_find(scep_roles_t *roles, linked_list_t *certs,
					 scep_issuers_t *issuers, const scep_profile_t *profile,
					 const scep_trust_t *trust, time_t when)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	bool believed;

	*roles = (scep_roles_t){
		.ras = linked_list_create(),
		.unmarked = linked_list_create(),
	};
	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if ((scep_x509_usage(cert) & SCEP_IS_CA) ||
			!issuers->find(issuers, cert, NULL, NULL))
		{
			continue;
		}
		believed = (scep_x509_usage(cert) & SCEP_EKU_RA) ||
				   scep_anchors_is_pinned(cert, profile->ra_pins) ||
				   scep_anchors_is_pinned(cert, trust->confirmed);
		if (!scep_x509_valid_at(cert, when))
		{
			if (believed && scep_roles_can_receive(cert))
			{
				roles->expired = cert;
			}
		}
		else if (!believed)
		{
			roles->unmarked->insert_last(roles->unmarked, cert);
		}
		else
		{
			roles->ras->insert_last(roles->ras, cert);
			if (!roles->recipient && scep_roles_can_receive(cert))
			{
				roles->recipient = cert;
			}
		}
	}
	enumerator->destroy(enumerator);
}

/*
 * Described in header
 */
void scep_roles_clear(scep_roles_t *roles)
{
	roles->ras->destroy(roles->ras);
	roles->unmarked->destroy(roles->unmarked);
}

/**
 * Whether a CA certified none of the others.
 */
static bool is_lowest(scep_issuers_t *issuers, certificate_t *ca)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	bool lowest = TRUE;

	enumerator = issuers->create_enumerator(issuers);
	while (lowest && enumerator->enumerate(enumerator, &cert))
	{
		lowest = cert->equals(cert, ca) ||
				 !scep_x509_issued_by(cert, ca, TRUE, NULL);
	}
	enumerator->destroy(enumerator);
	return lowest;
}

/**
 * Whether to prefer one of two CAs, whatever their order: the older one, or
 * else the one whose encoding is less.
 */
static bool is_preferred(certificate_t *a, certificate_t *b)
{
	time_t from_a = scep_x509_not_before(a), from_b = scep_x509_not_before(b);
	chunk_t encoding_a = chunk_empty, encoding_b = chunk_empty;
	bool preferred;

	if (from_a != from_b)
	{
		return from_a < from_b;
	}
	preferred = a->get_encoding(a, CERT_ASN1_DER, &encoding_a) &&
				b->get_encoding(b, CERT_ASN1_DER, &encoding_b) &&
				chunk_compare(encoding_a, encoding_b) < 0;
	chunk_free(&encoding_a);
	chunk_free(&encoding_b);
	return preferred;
}

/**
 * Find the CA to prefer.
 *
 * @param lowest	whether it must have certified none of the others
 * @return			NULL if there is none
 */
static certificate_t *find_preferred(scep_issuers_t *issuers, bool lowest)
{
	enumerator_t *enumerator;
	certificate_t *cert, *found = NULL;

	enumerator = issuers->create_enumerator(issuers);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if ((!lowest || is_lowest(issuers, cert)) &&
			(!found || is_preferred(cert, found)))
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
certificate_t *scep_roles_find_issuer(scep_issuers_t *issuers,
									  certificate_t *ra, certificate_t *current)
{
	certificate_t *cert;

	if (ra)
	{
		return issuers->find(issuers, ra, NULL, NULL);
	}
	cert = current ? issuers->find(issuers, current, NULL, NULL) : NULL;
	if (cert && is_lowest(issuers, cert))
	{
		return cert;
	}
	/* two certificates of one root's key seem to have certified each other */
	return find_preferred(issuers, TRUE) ?: find_preferred(issuers, FALSE);
}
