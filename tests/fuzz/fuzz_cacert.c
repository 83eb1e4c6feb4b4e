/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_certs.h"
#include "trust/scep_authority.h"
#include "trust/scep_x509.h"

const char *fuzz_target = "cacert";

FUZZ_DER_MUTATOR

typedef struct case_t case_t;

/**
 * What is trusted.
 */
struct case_t {
	/** profile with pins */
	scep_profile_t *profile;
	/** what is known beside them */
	scep_trust_t trust;
	/** who may be trusted by itself for that */
	certificate_t *anchors[2];
};

/** Number of cases */
#define CASES	6

/**
 * Get the cases: nothing, the root, the sub CA, the root and an unmarked RA;
 * the same confirmed; the root that announced a sub CA.
 */
static const case_t *get_cases()
{
	static case_t cases[CASES];
	const fuzz_fixture_t *fixture = fuzz_fixture();
	certificate_t *root = fixture->root->cert, *sub = fixture->sub->cert;
	scep_profile_t *pinned;

	if (!cases[0].profile)
	{
		cases[0].profile = fuzz_load_pinned(NULL, NULL);
		cases[1] = (case_t){ fuzz_load_pinned(root, NULL), {}, { root } };
		cases[2] = (case_t){ fuzz_load_pinned(sub, NULL), {}, { sub } };
		cases[2].trust.known = root;
		pinned = fuzz_load_pinned(root, fixture->gw->cert);
		cases[3] = (case_t){ pinned, {}, { root } };
		cases[4] = (case_t){ cases[0].profile, {}, { root } };
		cases[4].trust.confirmed = linked_list_create_from_enumerator(
						pinned->ca_pins->create_enumerator(pinned->ca_pins));
		cases[5] = (case_t){ cases[1].profile, {}, { root, sub } };
		cases[5].trust.announced = linked_list_create_with_items(sub, NULL);
	}
	return cases;
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
static void check_authority(scep_authority_t *authority, const case_t *this)
{
	enumerator_t *enumerator;
	certificate_t *cert;

	enumerator = authority->anchors->create_enumerator(authority->anchors);
	while (enumerator->enumerate(enumerator, &cert))
	{
		fuzz_require((this->anchors[0] &&
					  cert->equals(cert, this->anchors[0])) ||
					 (this->anchors[1] &&
					  cert->equals(cert, this->anchors[1])));
	}
	enumerator->destroy(enumerator);
	fuzz_require(has(authority->anchors, authority->anchor));
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
		/* those of the announced CA, too, and those that it issued */
		fuzz_require(has(authority->cas, cert) || has(authority->ras, cert) ||
					 (authority->next &&
					  (cert->equals(cert, authority->next) ||
					   is_issued(authority->signers, cert))));
	}
	enumerator->destroy(enumerator);
}

/**
 * Check what an administrator is told.
 */
static void check_judgement(linked_list_t *certs, scep_judgement_t *judgement,
							bool success)
{
	scep_candidate_t *candidate;
	enumerator_t *enumerator;

	fuzz_require((judgement->verdict == SCEP_CA_VERIFIED) == success);
	if (judgement->candidates)
	{
		enumerator = judgement->candidates->create_enumerator(
														judgement->candidates);
		while (enumerator->enumerate(enumerator, &candidate))
		{
			fuzz_require(has(certs, candidate->cert));
		}
		enumerator->destroy(enumerator);
		scep_candidates_destroy(judgement->candidates);
	}
}

/**
 * Look for an authority among certificates, in each case.
 */
static void find_authority(linked_list_t *certs)
{
	const case_t *this, *cases = get_cases();
	scep_authority_t *authority;
	scep_judgement_t judgement;

	for (this = cases; this < cases + CASES; this++)
	{
		scep_error_t err = {};

		authority = scep_authority_create(certs, this->profile, &this->trust,
										  FUZZ_NOW, &judgement, &err);
		check_judgement(certs, &judgement, authority != NULL);
		if (authority)
		{
			fuzz_require(err.kind == SCEP_OK);
			check_authority(authority, this);
			authority->destroy(authority);
		}
		else
		{
			fuzz_require_reason(&err);
		}
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
