/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_choice.h"

ENUM(scep_way_names, SCEP_WAY_NONE, SCEP_WAY_CHALLENGE,
	"none",
	"enroll",
	"signer-renewal",
	"signer-pkcsreq",
	"renewal",
	"renewal-challenge",
	"pkcsreq",
	"pkcsreq-challenge",
	"challenge",
);

/** Any of these shows that a server has SHA-256 or better */
#define STRONG_DIGEST	(SCEP_CAP_SHA256 | SCEP_CAP_SHA512 | SCEP_CAP_STANDARD)

/** The same for AES */
#define STRONG_CIPHER	(SCEP_CAP_AES | SCEP_CAP_STANDARD)

/*
 * Described in header
 */
scep_message_type_t scep_way_type(scep_way_t way)
{
	switch (way)
	{
		case SCEP_WAY_OTHER_RENEWAL:
		case SCEP_WAY_RENEWAL:
		case SCEP_WAY_RENEWAL_CHALLENGE:
			return SCEP_RENEWAL_REQ;
		default:
			return SCEP_PKCS_REQ;
	}
}

/*
 * Described in header
 */
scep_signer_t scep_way_signer(scep_way_t way)
{
	switch (way)
	{
		case SCEP_WAY_RENEWAL:
		case SCEP_WAY_RENEWAL_CHALLENGE:
		case SCEP_WAY_PKCSREQ:
		case SCEP_WAY_PKCSREQ_CHALLENGE:
			return SCEP_SIGNER_CURRENT;
		case SCEP_WAY_OTHER_RENEWAL:
		case SCEP_WAY_OTHER_PKCSREQ:
			return SCEP_SIGNER_OTHER;
		default:
			return SCEP_SIGNER_SELF;
	}
}

/*
 * Described in header
 */
bool scep_way_challenge(scep_way_t way)
{
	switch (way)
	{
		case SCEP_WAY_ENROLL:
		case SCEP_WAY_RENEWAL_CHALLENGE:
		case SCEP_WAY_PKCSREQ_CHALLENGE:
		case SCEP_WAY_CHALLENGE:
			return TRUE;
		default:
			return FALSE;
	}
}

/**
 * Whether a challenge may go along at renewal.
 */
static bool may_challenge(const scep_profile_t *profile)
{
	return profile->has_challenge &&
		   profile->renew_challenge != SCEP_WHEN_NEVER;
}

/**
 * Compose a way that is signed with the current certificate.
 */
static scep_way_t compose(scep_renew_method_t method, bool challenge)
{
	if (method == SCEP_RENEW_RENEWAL)
	{
		return challenge ? SCEP_WAY_RENEWAL_CHALLENGE : SCEP_WAY_RENEWAL;
	}
	return challenge ? SCEP_WAY_PKCSREQ_CHALLENGE : SCEP_WAY_PKCSREQ;
}

/*
 * Described in header
 */
scep_way_t scep_way_set_challenge(scep_way_t way, bool challenge)
{
	switch (way)
	{
		case SCEP_WAY_RENEWAL:
		case SCEP_WAY_RENEWAL_CHALLENGE:
			return compose(SCEP_RENEW_RENEWAL, challenge);
		case SCEP_WAY_PKCSREQ:
		case SCEP_WAY_PKCSREQ_CHALLENGE:
			return compose(SCEP_RENEW_PKCSREQ, challenge);
		default:
			return way;
	}
}

/**
 * Method to renew with where nothing is remembered.
 */
static scep_renew_method_t get_method(const scep_profile_t *profile,
									  scep_caps_t caps)
{
	if (profile->renew_method != SCEP_RENEW_AUTO)
	{
		return profile->renew_method;
	}
	return caps & SCEP_CAP_RENEWAL ? SCEP_RENEW_RENEWAL : SCEP_RENEW_PKCSREQ;
}

/**
 * Get what worked at the last renewal, SCEP_WAY_NONE if nothing did, or if it
 * is not what the profile wants.
 */
static scep_way_t get_remembered(const scep_profile_t *profile,
								 const scep_server_t *server)
{
	bool challenge = server->challenge_at_renewal;

	if (server->renew_method == SCEP_RENEW_AUTO ||
		(profile->renew_method != SCEP_RENEW_AUTO &&
		 profile->renew_method != server->renew_method) ||
		(challenge && !may_challenge(profile)))
	{
		return SCEP_WAY_NONE;
	}
	challenge |= may_challenge(profile) &&
				 profile->renew_challenge == SCEP_WHEN_ALWAYS;
	return compose(server->renew_method, challenge);
}

/**
 * Find the two ways to renew.
 */
static void find_renewals(const scep_profile_t *profile, scep_caps_t caps,
						  const scep_server_t *server, scep_way_t ways[2])
{
	bool challenge = may_challenge(profile);
	scep_way_t remembered;

	if (profile->renew_method == SCEP_RENEW_CHALLENGE)
	{
		ways[0] = ways[1] = SCEP_WAY_CHALLENGE;
		return;
	}
	ways[0] = compose(get_method(profile, caps),
					  challenge && profile->renew_challenge == SCEP_WHEN_ALWAYS);
	/* RenewalReq refused, with or without: the older PKCSReq is next */
	ways[1] = compose(profile->renew_method == SCEP_RENEW_RENEWAL ?
					  SCEP_RENEW_RENEWAL : SCEP_RENEW_PKCSREQ, challenge);
	remembered = get_remembered(profile, server);
	if (remembered != SCEP_WAY_NONE && remembered != ways[0])
	{
		ways[1] = ways[0];
		ways[0] = remembered;
	}
}

/**
 * Find the two ways to enrol.
 */
static void find_enrolments(const scep_profile_t *profile, scep_caps_t caps,
							scep_way_t ways[2])
{
	ways[0] = ways[1] = SCEP_WAY_ENROLL;
	if (profile->signer_cert)
	{
		ways[0] = caps & SCEP_CAP_RENEWAL ? SCEP_WAY_OTHER_RENEWAL
										  : SCEP_WAY_OTHER_PKCSREQ;
		ways[1] = SCEP_WAY_OTHER_PKCSREQ;
	}
}

/*
 * Described in header
 */
scep_way_t scep_choose_way(const scep_profile_t *profile, scep_caps_t caps,
						   const scep_server_t *server, bool renew,
						   scep_way_t refused)
{
	scep_way_t ways[2];

	if (renew)
	{
		find_renewals(profile, caps, server, ways);
	}
	else
	{
		find_enrolments(profile, caps, ways);
	}
	return refused == ways[0] ? ways[1] : ways[0];
}

/*
 * Described in header
 */
bool scep_choose_algorithms(const scep_profile_t *profile, scep_caps_t caps,
							const scep_server_t *server,
							scep_algorithms_t *chosen)
{
	bool held = FALSE;

	*chosen = (scep_algorithms_t){
		.digest = profile->digest,
		.cipher = profile->cipher,
		.key_size = profile->cipher_key_size,
	};
	if (profile->allow_sha1 && (caps & SCEP_CAP_SHA1) &&
		!(caps & STRONG_DIGEST))
	{
		if (server->caps_seen & STRONG_DIGEST)
		{
			held = TRUE;
		}
		else
		{
			chosen->digest = HASH_SHA1;
		}
	}
	if (profile->allow_3des && (caps & SCEP_CAP_DES3) &&
		!(caps & STRONG_CIPHER))
	{
		if (server->caps_seen & STRONG_CIPHER)
		{
			held = TRUE;
		}
		else
		{
			chosen->cipher = ENCR_3DES;
			chosen->key_size = 24;
		}
	}
	return !held;
}

/*
 * Described in header
 */
bool scep_choose_get(const scep_profile_t *profile, scep_caps_t caps,
					 const scep_server_t *server)
{
	if (profile->http_method != SCEP_HTTP_AUTO)
	{
		return profile->http_method == SCEP_HTTP_GET;
	}
	/* what is remembered may have come from a status that anybody wrote */
	return !(caps & SCEP_CAP_POST) && (caps || server->get_only);
}

/*
 * Described in header
 */
void scep_choice_worked(scep_server_t *server, scep_caps_t caps, scep_way_t way)
{
	/* only those of a server that answered with a good signature: whoever adds
	 * to the list of another would shut us out */
	server->caps_seen |= caps;
	if (scep_way_signer(way) == SCEP_SIGNER_CURRENT)
	{
		server->renew_method = scep_way_type(way) == SCEP_RENEWAL_REQ ?
							   SCEP_RENEW_RENEWAL : SCEP_RENEW_PKCSREQ;
		server->challenge_at_renewal = scep_way_challenge(way);
	}
}
