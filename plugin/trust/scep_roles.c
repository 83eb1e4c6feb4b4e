/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_roles.h"
#include "trust/scep_x509.h"

/**
 * Whether a request can be encrypted to an RA certificate.
 */
static bool can_receive(certificate_t *cert)
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
			if (believed && can_receive(cert))
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
			if (!roles->recipient && can_receive(cert))
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

/*
 * Described in header
 */
certificate_t *scep_roles_find_issuer(scep_issuers_t *issuers,
									  certificate_t *ra)
{
	enumerator_t *enumerator;
	certificate_t *cert, *lowest = NULL;

	if (ra)
	{
		return issuers->find(issuers, ra, NULL, NULL);
	}
	enumerator = issuers->create_enumerator(issuers);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (!lowest || scep_x509_issued_by(cert, lowest, TRUE, NULL))
		{
			lowest = cert;
		}
	}
	enumerator->destroy(enumerator);
	return lowest;
}
