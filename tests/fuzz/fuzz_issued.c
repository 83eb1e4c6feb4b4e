/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_certs.h"
#include "message/scep_der.h"
#include "trust/scep_issued.h"
#include "trust/scep_x509.h"

const char *fuzz_target = "issued";

FUZZ_DER_MUTATOR

/** What we asked for besides "C=DE, CN=gw" */
#define SANS "san = gw.example.org, 192.0.2.1, gw@example.org\n"

/** subject_policy of the profiles */
enum {
	REFUSE,
	WARN,
	ACCEPT,
	POLICIES,
};

/**
 * Get the profiles, indexed by policy.
 */
static scep_profile_t **get_profiles()
{
	static scep_profile_t *profiles[POLICIES];

	if (!profiles[0])
	{
		profiles[REFUSE] = fuzz_load_profile(SANS "subject_policy = refuse\n");
		profiles[WARN] = fuzz_load_profile(SANS "subject_policy = warn\n");
		profiles[ACCEPT] = fuzz_load_profile(SANS "subject_policy = accept\n");
	}
	return profiles;
}

/**
 * Get the authority: the root is pinned, below it the sub CA.
 */
static scep_authority_t *get_authority()
{
	static scep_authority_t *authority;
	const fuzz_fixture_t *fixture = fuzz_fixture();
	scep_profile_t *profile;
	linked_list_t *certs;

	if (!authority)
	{
		certs = linked_list_create_with_items(fixture->root->cert,
											  fixture->sub->cert, NULL);
		profile = fuzz_load_pinned(fixture->root->cert, NULL);
		authority = scep_authority_create(certs, profile, NULL, FUZZ_NOW, NULL,
										  NULL);
		fuzz_require(authority != NULL);
		profile->destroy(profile);
		certs->destroy(certs);
	}
	return authority;
}

/**
 * Check a certificate that IKE would get.
 */
static void check_leaf(certificate_t *leaf, linked_list_t *chain)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	certificate_t *cert = leaf, *issuer;
	enumerator_t *enumerator;
	scep_usage_t usage;
	time_t from, to;

	fuzz_require(scep_issued_for_key(leaf, fixture->gw->key));
	leaf->get_validity(leaf, NULL, &from, &to);
	fuzz_require(from <= FUZZ_NOW + SCEP_MAX_FUTURE && to > FUZZ_NOW);
	usage = scep_x509_usage(leaf);
	fuzz_require(!(usage & (SCEP_IS_CA | SCEP_KEY_CERT_SIGN)));
	fuzz_require(chain->get_count(chain) < SCEP_MAX_CERTS);

	enumerator = chain->create_enumerator(chain);
	while (enumerator->enumerate(enumerator, &issuer))
	{
		fuzz_require(scep_x509_usage(issuer) & SCEP_IS_CA);
		fuzz_require(cert->issued_by(cert, issuer, NULL));
		cert = issuer;
	}
	enumerator->destroy(enumerator);
	fuzz_require(cert->issued_by(cert, fixture->root->cert, NULL));
}

/**
 * Check certificates under a profile.
 */
static bool check(linked_list_t *certs, scep_profile_t *profile,
				  certificate_t *current, scep_error_t *err)
{
	linked_list_t *chain;
	certificate_t *leaf;

	if (!scep_issued_check(certs, fuzz_fixture()->gw->key, get_authority(),
						   profile, current, FUZZ_NOW, &leaf, &chain, err))
	{
		fuzz_require_reason(err);
		return FALSE;
	}
	fuzz_require(err->kind == SCEP_OK);
	check_leaf(leaf, chain);
	leaf->destroy(leaf);
	chain->destroy_offset(chain, offsetof(certificate_t, destroy));
	return TRUE;
}

/**
 * Check certificates under each profile: a laxer one refuses nothing more.
 */
static void check_all(linked_list_t *certs)
{
	scep_profile_t **profiles = get_profiles();
	scep_error_t refuse = {}, warn = {}, accept = {}, renewal = {};
	bool issued, accepted;

	issued = check(certs, profiles[REFUSE], NULL, &refuse);
	accepted = check(certs, profiles[ACCEPT], NULL, &accept);
	fuzz_require(!issued || accepted);
	fuzz_require(accepted == check(certs, profiles[WARN], NULL, &warn));
	fuzz_require(accept.kind == warn.kind);
	fuzz_require(issued || !accepted || refuse.kind == SCEP_PERMANENT);
	if (check(certs, profiles[ACCEPT], fuzz_fixture()->gw->cert, &renewal))
	{
		fuzz_require(accepted);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	linked_list_t *certs = linked_list_create(), *resigned;
	chunk_t input = fuzz_input(data, size), rest = input, der;
	certificate_t *cert;

	fuzz_fixture();
	while (certs->get_count(certs) < SCEP_MAX_CERTS &&
		   scep_der_next(&rest, NULL, NULL, &der))
	{
		scep_error_t err = {};

		cert = scep_cert_parse(der, &err);
		if (cert)
		{
			fuzz_require(err.kind == SCEP_OK);
			certs->insert_last(certs, cert);
		}
		else
		{
			fuzz_require_reason(&err);
		}
	}
	check_all(certs);
	resigned = fuzz_resign_certs(certs);
	check_all(resigned);
	scep_certs_destroy(resigned);
	scep_certs_destroy(certs);
	fuzz_done(input);
	return 0;
}
