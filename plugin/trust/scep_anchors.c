/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_anchors.h"
#include "trust/scep_issuers.h"
#include "trust/scep_x509.h"
#include "base/scep_text.h"

ENUM(scep_verdict_names, SCEP_CA_UNUSABLE, SCEP_CA_CHANGED,
	"unusable",
	"verified",
	"unconfirmed",
	"mismatch",
	"changed",
);

ENUM(scep_role_names, SCEP_ROLE_CA, SCEP_ROLE_RA,
	"ca",
	"ra",
);

/*
 * Described in header
 */
bool scep_anchors_is_pinned(certificate_t *cert, linked_list_t *pins)
{
	enumerator_t *enumerator;
	u_char hash[HASH_SIZE_SHA512];
	scep_pin_t *pin;
	hasher_t *hasher;
	chunk_t encoding;
	bool found = FALSE;

	if (!pins || !cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
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

/*
 * Described in header
 */
void scep_anchors_suggest(scep_judgement_t *judgement, scep_role_t role,
						  certificate_t *cert)
{
	enumerator_t *enumerator;
	scep_candidate_t *candidate;
	bool found = FALSE;

	if (!judgement->candidates)
	{
		judgement->candidates = linked_list_create();
	}
	enumerator = judgement->candidates->create_enumerator(
													judgement->candidates);
	while (!found && enumerator->enumerate(enumerator, &candidate))
	{
		found = candidate->cert->equals(candidate->cert, cert);
	}
	enumerator->destroy(enumerator);
	if (!found)
	{
		INIT(candidate,
			.role = role,
			.cert = cert->get_ref(cert),
		);
		judgement->candidates->insert_last(judgement->candidates, candidate);
	}
}

/*
 * Described in header
 */
void scep_candidates_destroy(linked_list_t *list)
{
	scep_candidate_t *candidate;

	if (list)
	{
		while (list->remove_first(list, (void**)&candidate) == SUCCESS)
		{
			candidate->cert->destroy(candidate->cert);
			free(candidate);
		}
		list->destroy(list);
	}
}

/**
 * Whether the configuration has a pin, which a confirmation can't override.
 */
static bool has_pin(const scep_profile_t *profile)
{
	return profile->ca_cert || profile->ca_pins->get_count(profile->ca_pins);
}

/*
 * Described in header
 */
bool scep_anchors_is_trusted(certificate_t *cert, const scep_profile_t *profile,
							 const scep_trust_t *trust)
{
	if (profile->ca_cert)
	{
		return cert->equals(cert, profile->ca_cert);
	}
	if (has_pin(profile))
	{
		return scep_anchors_is_pinned(cert, profile->ca_pins);
	}
	return (scep_x509_usage(cert) & SCEP_IS_CA) &&
		   scep_anchors_is_pinned(cert, trust->confirmed);
}

/**
 * Check that a trusted certificate can be a CA's, now.
 */
static bool check_anchor(certificate_t *cert, time_t now, scep_error_t *err)
{
	char who[SCEP_MAX_ERROR / 2];

	if (!(scep_x509_usage(cert) & SCEP_IS_CA))
	{
		return scep_fail(err, SCEP_PERMANENT, "the pinned certificate %s is no "
						 "CA certificate",
						 scep_x509_describe(cert, who, sizeof(who)));
	}
	if (!scep_x509_valid_at(cert, now))
	{	/* a clock that is wrong may become right */
		return scep_fail(err, SCEP_TRANSIENT, "the pinned CA certificate %s is "
						 "not valid now: expired, or this clock is wrong",
						 scep_x509_describe(cert, who, sizeof(who)));
	}
	return TRUE;
}

/**
 * Whether an answer has a CA's certificate, or one that it issued.
 */
static bool serves(certificate_t *ca, linked_list_t *certs, bool allow_sha1,
				   time_t now)
{
	enumerator_t *enumerator;
	scep_issuers_t *issuers;
	certificate_t *cert;
	bool found = FALSE;

	issuers = scep_issuers_create(allow_sha1);
	issuers->trust(issuers, ca, now);
	issuers->add(issuers, certs);
	enumerator = certs->create_enumerator(certs);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		found = issuers->has(issuers, cert) ||
				issuers->find(issuers, cert, NULL, NULL);
	}
	enumerator->destroy(enumerator);
	issuers->destroy(issuers);
	return found;
}

/**
 * Collect the pinned or confirmed CAs. Those that the answer does not have may
 * be known from the configuration or an earlier answer.
 *
 * @param unusable	gets what is wrong with a pinned one that does not count
 */
static void collect_pinned(linked_list_t *certs, const scep_profile_t *profile,
						   const scep_trust_t *trust, time_t now,
						   linked_list_t *anchors, scep_error_t *unusable)
{
	certificate_t *others[] = { profile->ca_cert, trust->known };
	enumerator_t *enumerator;
	certificate_t *cert;
	int i;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (scep_anchors_is_trusted(cert, profile, trust) &&
			check_anchor(cert, now, unusable))
		{
			scep_x509_add_once(anchors, cert);
		}
	}
	enumerator->destroy(enumerator);
	for (i = 0; i < countof(others) && !anchors->get_count(anchors); i++)
	{
		cert = others[i];
		if (cert && scep_anchors_is_trusted(cert, profile, trust) &&
			serves(cert, certs, profile->allow_sha1, now) &&
			check_anchor(cert, now, unusable))
		{
			scep_x509_add_once(anchors, cert);
		}
	}
}

/**
 * Collect the announced CAs that have taken over. Those from which the last one
 * took over come before it: there is no way back to them, their keys may be
 * anybody's by now.
 */
static void collect_announced(linked_list_t *certs,
							  const scep_profile_t *profile,
							  const scep_trust_t *trust, time_t now,
							  linked_list_t *anchors)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	bool over;

	if (!trust->announced)
	{
		return;
	}
	over = trust->known && scep_x509_is_in(trust->known, trust->announced);
	enumerator = trust->announced->create_enumerator(trust->announced);
	while (enumerator->enumerate(enumerator, &cert))
	{
		over = over && !cert->equals(cert, trust->known);
		if (!over && check_anchor(cert, now, NULL) &&
			serves(cert, certs, profile->allow_sha1, now))
		{
			scep_x509_add_once(anchors, cert);
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Suggest the CAs on top of their kind, self-signed or not.
 *
 * @return			the first one, NULL if there is none
 */
static certificate_t *suggest_kind(linked_list_t *certs, bool self_signed,
								   scep_judgement_t *judgement)
{
	enumerator_t *enumerator;
	certificate_t *cert, *first = NULL;
	scep_usage_t usage;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		usage = scep_x509_usage(cert);
		if ((usage & SCEP_IS_CA) &&
			self_signed == ((usage & SCEP_SELF_SIGNED) != 0) &&
			scep_x509_is_topmost(cert, certs))
		{
			first = first ?: cert;
			scep_anchors_suggest(judgement, SCEP_ROLE_CA, cert);
		}
	}
	enumerator->destroy(enumerator);
	return first;
}

/**
 * Suggest the CAs that a person can compare with what the CA's administrator
 * says, the most likely one first.
 */
static certificate_t *suggest_cas(linked_list_t *certs,
								  scep_judgement_t *judgement)
{
	certificate_t *root, *other;

	root = suggest_kind(certs, TRUE, judgement);
	other = suggest_kind(certs, FALSE, judgement);
	return root ?: other;
}

/**
 * Find the first CA's certificate, to be named only: that is worth no signature
 * check, with which an answer of large keys keeps us busy.
 */
static certificate_t *find_ca(linked_list_t *certs)
{
	enumerator_t *enumerator;
	certificate_t *cert, *found = NULL;

	enumerator = certs->create_enumerator(certs);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		if (scep_x509_usage(cert) & SCEP_IS_CA)
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Whether the CA that was verified the last time is still one to trust: then
 * the server has changed, not the configuration.
 */
static bool was_trusted(const scep_profile_t *profile,
						const scep_trust_t *trust)
{
	return trust->known &&
		   (scep_anchors_is_trusted(trust->known, profile, trust) ||
			(trust->announced && scep_x509_is_in(trust->known,
												 trust->announced)));
}

/**
 * Say that the answer has no trusted CA.
 */
static bool refuse(linked_list_t *certs, const scep_profile_t *profile,
				   const scep_trust_t *trust, scep_judgement_t *judgement,
				   scep_error_t *err)
{
	char who[SCEP_MAX_ERROR / 2] = "";
	bool pinned = has_pin(profile);
	certificate_t *best;

	/* a confirmation would not help where there is a pin */
	best = pinned ? find_ca(certs) : suggest_cas(certs, judgement);
	if (!best)
	{
		judgement->verdict = SCEP_CA_MISMATCH;
		return scep_fail(err, SCEP_SECURITY, "the answer to GetCACert has no "
						 "CA certificate");
	}
	scep_x509_describe(best, who, sizeof(who));
	if (was_trusted(profile, trust))
	{
		judgement->verdict = SCEP_CA_CHANGED;
		scep_fail(err, pinned ? SCEP_SECURITY : SCEP_UNCONFIRMED, "the "
				  "server's CA changed and nobody announced it; now it is %s; "
				  "if its administrator says so, %s%s", who, pinned ?
				  "pin it" : "confirm it by scepctl accept-ca ",
				  pinned ? "" : profile->name);
	}
	else if (pinned)
	{
		judgement->verdict = SCEP_CA_MISMATCH;
		scep_fail(err, SCEP_SECURITY, "no certificate in the answer to "
				  "GetCACert is that of the pinned CA (%s), nor issued by it; "
				  "the server's CA is %s",
				  profile->ca_cert ? "ca_cert" : "ca_fingerprint", who);
	}
	else
	{
		judgement->verdict = SCEP_CA_UNCONFIRMED;
		scep_fail(err, SCEP_UNCONFIRMED, "compare this fingerprint with the "
				  "CA's administrator, then scepctl accept-ca %s, or set it as "
				  "ca_fingerprint: %s", profile->name, who);
	}
	return FALSE;
}

/*
 * Described in header
 */
bool scep_anchors_find(linked_list_t *certs, const scep_profile_t *profile,
					   const scep_trust_t *trust, time_t now,
					   linked_list_t *anchors, scep_judgement_t *judgement,
					   scep_error_t *err)
{
	scep_error_t unusable = {};

	collect_pinned(certs, profile, trust, now, anchors, &unusable);
	if (!anchors->get_count(anchors))
	{
		collect_announced(certs, profile, trust, now, anchors);
	}
	if (anchors->get_count(anchors))
	{
		judgement->verdict = SCEP_CA_VERIFIED;
		return TRUE;
	}
	if (unusable.kind)
	{
		judgement->verdict = SCEP_CA_UNUSABLE;
		return scep_fail(err, unusable.kind, "%s", unusable.text);
	}
	return refuse(certs, profile, trust, judgement, err);
}
