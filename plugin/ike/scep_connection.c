/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ike/scep_connection.h"

/**
 * Whether charon has the private key of a certificate; without it, it goes on
 * to those that a connection does not name.
 */
static bool has_key(certificate_t *cert)
{
	public_key_t *public;
	private_key_t *private = NULL;
	identification_t *id;
	chunk_t fingerprint;

	public = cert->get_public_key(cert);
	if (public && public->get_fingerprint(public, KEYID_PUBKEY_SHA1,
										  &fingerprint))
	{
		id = identification_create_from_encoding(ID_KEY_ID, fingerprint);
		private = lib->credmgr->get_private(lib->credmgr,
									public->get_type(public), id, NULL);
		id->destroy(id);
	}
	DESTROY_IF(public);
	if (!private)
	{
		return FALSE;
	}
	private->destroy(private);
	return TRUE;
}

/**
 * How an authentication round and a certificate fit together.
 */
static scep_fit_t get_fit(auth_cfg_t *auth, certificate_t *cert)
{
	certificate_t *named = auth->get(auth, AUTH_RULE_SUBJECT_CERT);
	identification_t *id = auth->get(auth, AUTH_RULE_IDENTITY);
	uintptr_t class = (uintptr_t)auth->get(auth, AUTH_RULE_AUTH_CLASS);

	if (class != AUTH_CLASS_PUBKEY && class != AUTH_CLASS_ANY)
	{
		return SCEP_FIT_NOT;
	}
	if (id && id->get_type(id) != ID_ANY && !cert->has_subject(cert, id))
	{
		return SCEP_FIT_OTHER_ID;
	}
	return named && !named->equals(named, cert) && has_key(named) ?
											SCEP_FIT_HIDDEN : SCEP_FIT_USES;
}

/*
 * Described in header
 */
scep_fit_t scep_connection_fit(peer_cfg_t *peer, certificate_t *cert,
							   identification_t **id)
{
	scep_fit_t fit, best = SCEP_FIT_NOT;
	enumerator_t *enumerator;
	auth_cfg_t *auth;

	enumerator = peer->create_auth_cfg_enumerator(peer, TRUE);
	while (enumerator->enumerate(enumerator, &auth))
	{
		fit = get_fit(auth, cert);
		if (fit > best && fit == SCEP_FIT_OTHER_ID)
		{
			*id = auth->get(auth, AUTH_RULE_IDENTITY);
		}
		best = max(best, fit);
	}
	enumerator->destroy(enumerator);
	return best;
}
