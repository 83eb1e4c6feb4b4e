/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_authority.h"
#include "trust/scep_x509.h"
#include "base/scep_text.h"

typedef struct private_scep_authority_t private_scep_authority_t;

/**
 * Private data of a scep_authority_t.
 */
struct private_scep_authority_t {

	/**
	 * Public interface.
	 */
	scep_authority_t public;
};

/**
 * Whether a certificate has one of the pinned fingerprints.
 */
static bool is_pinned(certificate_t *cert, linked_list_t *pins)
{
	enumerator_t *enumerator;
	u_char hash[HASH_SIZE_SHA512];
	scep_pin_t *pin;
	hasher_t *hasher;
	chunk_t encoding;
	bool found = FALSE;

	if (!cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		return FALSE;
	}
	enumerator = pins->create_enumerator(pins);
	while (!found && enumerator->enumerate(enumerator, &pin))
	{
		hasher = lib->crypto->create_hasher(lib->crypto, pin->alg);
		found = hasher && hasher->get_hash(hasher, encoding, hash) &&
				chunk_equals_const(pin->hash, chunk_create(hash,
												hasher->get_hash_size(hasher)));
		DESTROY_IF(hasher);
	}
	enumerator->destroy(enumerator);
	free(encoding.ptr);
	return found;
}

/**
 * Whether a list has a certificate.
 */
static bool has_cert(linked_list_t *list, certificate_t *cert)
{
	enumerator_t *enumerator;
	certificate_t *current;
	bool found = FALSE;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &current))
	{
		found = current->equals(current, cert);
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Add a reference to a certificate to a list, once.
 */
static bool add_cert(linked_list_t *list, certificate_t *cert)
{
	if (has_cert(list, cert))
	{
		return FALSE;
	}
	list->insert_last(list, cert->get_ref(cert));
	return TRUE;
}

/**
 * Find who of a list issued a certificate.
 */
static certificate_t *find_issuer(linked_list_t *list, certificate_t *cert)
{
	enumerator_t *enumerator;
	certificate_t *current, *found = NULL;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &current))
	{
		if (!current->equals(current, cert) &&
			scep_x509_issued_by(cert, current, NULL))
		{
			found = current;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * The CA certificate that a person should compare when nothing is pinned: the
 * first self-signed one, else the first CA, else the first certificate.
 */
static certificate_t *pick_candidate(linked_list_t *certs)
{
	enumerator_t *enumerator;
	certificate_t *cert, *best = NULL;
	int rank, best_rank = -1;
	scep_usage_t usage;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		usage = scep_x509_usage(cert);
		rank = !(usage & SCEP_IS_CA) ? 0 : usage & SCEP_SELF_SIGNED ? 2 : 1;
		if (rank > best_rank)
		{
			best = cert;
			best_rank = rank;
		}
	}
	enumerator->destroy(enumerator);
	return best;
}

/**
 * Find the pinned CA certificate.
 */
static certificate_t *find_anchor(linked_list_t *certs,
								  const scep_profile_t *profile,
								  scep_error_t *err)
{
	enumerator_t *enumerator;
	certificate_t *cert, *found = NULL;
	char who[SCEP_MAX_ERROR / 2];
	bool pinned = profile->ca_pins->get_count(profile->ca_pins);

	if (profile->ca_cert)
	{
		return profile->ca_cert;
	}
	enumerator = certs->create_enumerator(certs);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		if (is_pinned(cert, profile->ca_pins))
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	if (found)
	{
		return found;
	}
	cert = pick_candidate(certs);
	scep_x509_describe(cert, who, sizeof(who));
	if (pinned)
	{
		scep_fail(err, SCEP_SECURITY, "no certificate in the answer to "
				  "GetCACert has the pinned ca_fingerprint; the server's CA is "
				  "%s", who);
	}
	else
	{
		scep_fail(err, SCEP_UNCONFIRMED, "compare this fingerprint with the "
				  "CA's administrator and set it as ca_fingerprint: %s", who);
	}
	return NULL;
}

/**
 * Collect the CA certificates that the anchor certified, at any depth.
 */
static void collect_cas(private_scep_authority_t *this, linked_list_t *certs,
						time_t now)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	bool more = TRUE;

	while (more)
	{
		more = FALSE;
		enumerator = certs->create_enumerator(certs);
		while (enumerator->enumerate(enumerator, &cert))
		{
			if ((scep_x509_usage(cert) & SCEP_IS_CA) &&
				scep_x509_valid_at(cert, now) &&
				!has_cert(this->public.cas, cert) &&
				find_issuer(this->public.cas, cert))
			{
				more = add_cert(this->public.cas, cert);
			}
		}
		enumerator->destroy(enumerator);
	}
}

/**
 * Collect the RA certificates. One that chains to the CA but does not say
 * that it is an RA's, and is not pinned, needs a person.
 */
static bool collect_ras(private_scep_authority_t *this, linked_list_t *certs,
						const scep_profile_t *profile, time_t now,
						scep_error_t *err)
{
	enumerator_t *enumerator;
	certificate_t *cert, *unmarked = NULL;
	char who[SCEP_MAX_ERROR / 2];
	scep_usage_t usage;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		usage = scep_x509_usage(cert);
		if ((usage & SCEP_IS_CA) || !scep_x509_valid_at(cert, now) ||
			!find_issuer(this->public.cas, cert))
		{
			continue;
		}
		if ((usage & SCEP_EKU_RA) || is_pinned(cert, profile->ra_pins))
		{
			add_cert(this->public.ras, cert);
		}
		else
		{
			unmarked = cert;
		}
	}
	enumerator->destroy(enumerator);
	if (unmarked && !this->public.ras->get_count(this->public.ras))
	{
		return scep_fail(err, SCEP_UNCONFIRMED, "GetCACert has a certificate "
					"that may be the RA's but is not marked so; if it is, set "
					"its fingerprint as ra_fingerprint: %s",
					scep_x509_describe(unmarked, who, sizeof(who)));
	}
	return TRUE;
}

/**
 * Whether a request can be encrypted to a certificate.
 */
static bool has_rsa_key(certificate_t *cert)
{
	public_key_t *key = cert->get_public_key(cert);
	bool rsa = key && key->get_type(key) == KEY_RSA;

	DESTROY_IF(key);
	return rsa;
}

/**
 * Find the first certificate of a list that a request can be encrypted to.
 */
static certificate_t *find_recipient(linked_list_t *list)
{
	enumerator_t *enumerator;
	certificate_t *cert, *found = NULL;
	scep_usage_t usage;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		usage = scep_x509_usage(cert);
		if (has_rsa_key(cert) && (!(usage & SCEP_HAS_KEY_USAGE) ||
								  (usage & SCEP_KEY_ENCIPHERMENT)))
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Find the CA that issued no other CA of the list: the lowest on the path.
 */
static certificate_t *find_lowest(linked_list_t *cas)
{
	enumerator_t *enumerator;
	certificate_t *cert, *lowest = NULL;

	cas->get_first(cas, (void**)&lowest);
	enumerator = cas->create_enumerator(cas);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (cert != lowest && scep_x509_issued_by(cert, lowest, NULL))
		{
			lowest = cert;
		}
	}
	enumerator->destroy(enumerator);
	return lowest;
}

/**
 * Give the certificates their roles.
 */
static bool assign_roles(private_scep_authority_t *this, scep_error_t *err)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	scep_usage_t usage;

	this->public.issuer = find_lowest(this->public.cas);
	this->public.recipient = find_recipient(this->public.ras);
	if (!this->public.recipient)
	{	/* many CAs decrypt without having keyEncipherment in keyUsage */
		this->public.recipient = this->public.issuer;
	}
	if (!has_rsa_key(this->public.recipient))
	{
		return scep_fail(err, SCEP_PERMANENT, "neither the CA nor an RA has "
						 "an RSA key that a request can be encrypted to "
						 "(RFC 8894, 3.1)");
	}
	enumerator = this->public.ras->create_enumerator(this->public.ras);
	while (enumerator->enumerate(enumerator, &cert))
	{
		usage = scep_x509_usage(cert);
		if (!(usage & SCEP_HAS_KEY_USAGE) || (usage & SCEP_DIGITAL_SIGNATURE))
		{
			add_cert(this->public.signers, cert);
		}
	}
	enumerator->destroy(enumerator);
	enumerator = this->public.cas->create_enumerator(this->public.cas);
	while (enumerator->enumerate(enumerator, &cert))
	{
		add_cert(this->public.signers, cert);
	}
	enumerator->destroy(enumerator);
	return TRUE;
}

/**
 * Check that the pinned certificate can be a CA's, now.
 */
static bool check_anchor(certificate_t *anchor, time_t now, scep_error_t *err)
{
	char who[SCEP_MAX_ERROR / 2];

	if (!(scep_x509_usage(anchor) & SCEP_IS_CA))
	{
		return scep_fail(err, SCEP_PERMANENT, "the pinned certificate %s is no "
						 "CA certificate",
						 scep_x509_describe(anchor, who, sizeof(who)));
	}
	if (!scep_x509_valid_at(anchor, now))
	{
		return scep_fail(err, SCEP_PERMANENT, "the pinned CA certificate %s is "
						 "not valid now: expired, or this clock is wrong",
						 scep_x509_describe(anchor, who, sizeof(who)));
	}
	return TRUE;
}

METHOD(scep_authority_t, destroy, void,
	private_scep_authority_t *this)
{
	this->public.cas->destroy_offset(this->public.cas,
									 offsetof(certificate_t, destroy));
	this->public.ras->destroy_offset(this->public.ras,
									 offsetof(certificate_t, destroy));
	this->public.signers->destroy_offset(this->public.signers,
										 offsetof(certificate_t, destroy));
	free(this);
}

/*
 * Described in header
 */
scep_authority_t *scep_authority_create(linked_list_t *certs,
										const scep_profile_t *profile,
										time_t now, scep_error_t *err)
{
	private_scep_authority_t *this;
	certificate_t *anchor;

	anchor = find_anchor(certs, profile, err);
	if (!anchor || !check_anchor(anchor, now, err))
	{
		return NULL;
	}
	INIT(this,
		.public = {
			.anchor = anchor,
			.cas = linked_list_create(),
			.ras = linked_list_create(),
			.signers = linked_list_create(),
			.destroy = _destroy,
		},
	);
	add_cert(this->public.cas, anchor);
	collect_cas(this, certs, now);
	if (!collect_ras(this, certs, profile, now, err) ||
		!assign_roles(this, err))
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
