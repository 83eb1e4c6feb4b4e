/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_certs.h"
#include "trust/scep_authority.h"
#include "trust/scep_x509.h"

const char *fuzz_target = "cacert";

FUZZ_DER_MUTATOR

/** What may be pinned */
enum {
	PIN_NONE,
	PIN_ROOT,
	PIN_SUB,
	PIN_ROOT_AND_GW,
	PINS,
};

/**
 * Get the profiles, indexed by what is pinned.
 */
static scep_profile_t **get_profiles()
{
	static scep_profile_t *profiles[PINS];
	const fuzz_fixture_t *fixture = fuzz_fixture();

	if (!profiles[0])
	{
		profiles[PIN_NONE] = fuzz_load_pinned(NULL, NULL);
		profiles[PIN_ROOT] = fuzz_load_pinned(fixture->root->cert, NULL);
		profiles[PIN_SUB] = fuzz_load_pinned(fixture->sub->cert, NULL);
		profiles[PIN_ROOT_AND_GW] = fuzz_load_pinned(fixture->root->cert,
													 fixture->gw->cert);
	}
	return profiles;
}

/**
 * Whether a list has a certificate.
 */
static bool has(linked_list_t *list, certificate_t *cert)
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
 * Whether one of the CAs issued a certificate.
 */
static bool is_issued(linked_list_t *cas, certificate_t *cert)
{
	enumerator_t *enumerator;
	certificate_t *ca;
	bool issued = FALSE;

	enumerator = cas->create_enumerator(cas);
	while (!issued && enumerator->enumerate(enumerator, &ca))
	{
		issued = cert->issued_by(cert, ca, NULL);
	}
	enumerator->destroy(enumerator);
	return issued;
}

/**
 * Check whom we would trust.
 */
static void check_authority(scep_authority_t *authority, certificate_t *pinned)
{
	enumerator_t *enumerator;
	certificate_t *cert;

	fuzz_require(authority->anchor->equals(authority->anchor, pinned));
	fuzz_require(has(authority->cas, authority->anchor));
	fuzz_require(has(authority->cas, authority->issuer));
	fuzz_require(has(authority->cas, authority->recipient) ||
				 has(authority->ras, authority->recipient));
	fuzz_require(authority->signers->get_count(authority->signers) > 0);

	enumerator = authority->cas->create_enumerator(authority->cas);
	while (enumerator->enumerate(enumerator, &cert))
	{
		fuzz_require(scep_x509_usage(cert) & SCEP_IS_CA);
		fuzz_require(scep_x509_valid_at(cert, FUZZ_NOW));
		fuzz_require(has(authority->anchors, cert) ||
					 is_issued(authority->cas, cert));
	}
	enumerator->destroy(enumerator);
	enumerator = authority->ras->create_enumerator(authority->ras);
	while (enumerator->enumerate(enumerator, &cert))
	{
		fuzz_require((scep_x509_usage(cert) & SCEP_EKU_RA) ||
					 cert->equals(cert, fuzz_fixture()->gw->cert));
		fuzz_require(scep_x509_valid_at(cert, FUZZ_NOW));
		fuzz_require(is_issued(authority->cas, cert));
	}
	enumerator->destroy(enumerator);
	enumerator = authority->signers->create_enumerator(authority->signers);
	while (enumerator->enumerate(enumerator, &cert))
	{
		fuzz_require(has(authority->cas, cert) || has(authority->ras, cert));
	}
	enumerator->destroy(enumerator);
}

/**
 * Look for an authority among certificates, with each profile.
 */
static void find_authority(linked_list_t *certs)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	scep_profile_t **profiles = get_profiles();
	scep_authority_t *authority;
	int i;

	for (i = 0; i < PINS; i++)
	{
		scep_error_t err = {};

		authority = scep_authority_create(certs, profiles[i], NULL, FUZZ_NOW,
										  NULL, &err);
		if (!authority)
		{
			fuzz_require_reason(&err);
			continue;
		}
		fuzz_require(err.kind == SCEP_OK);
		fuzz_require(i != PIN_NONE);
		check_authority(authority, i == PIN_SUB ? fixture->sub->cert
												: fixture->root->cert);
		authority->destroy(authority);
	}
}

/**
 * Try the certificates with the pinned ones beside them, signed anew.
 */
static void find_resigned(linked_list_t *certs)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	linked_list_t *list = fuzz_resign_certs(certs);

	list->insert_first(list, fixture->sub->cert->get_ref(fixture->sub->cert));
	list->insert_first(list, fixture->root->cert->get_ref(fixture->root->cert));
	find_authority(list);
	scep_certs_destroy(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t body = fuzz_input(data, size);
	linked_list_t *certs;
	scep_error_t err = {};
	int count;

	fuzz_fixture();
	if (scep_certs_parse(body, &certs, &err))
	{
		fuzz_require(err.kind == SCEP_OK);
		count = certs->get_count(certs);
		fuzz_require(count > 0 && count <= SCEP_MAX_CERTS);
		find_authority(certs);
		find_resigned(certs);
		scep_certs_destroy(certs);
	}
	else
	{
		fuzz_require_reason(&err);
		fuzz_require(!certs);
	}
	fuzz_done(body);
	return 0;
}
