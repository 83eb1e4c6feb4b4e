/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "authority_fixture.h"

certrep_id_t *root, *sub, *sibling, *other;
certrep_id_t *ra, *cmc, *ra_sign, *ra_cipher, *gateway, *expired;

scep_profile_t profile;
linked_list_t *confirmed, *announced;
scep_trust_t trust;
scep_judgement_t judgement;
scep_error_t err;

/*
 * Described in header
 */
certrep_id_t *create(const char *subject, const certrep_id_t *issuer, bool ca,
					 const char *usage, const char *eku)
{
	return test_cert(&(test_cert_t){ .subject = subject, .issuer = issuer,
									 .ca = ca, .usage = usage, .eku = eku });
}

/*
 * Described in header
 */
void authority_setup_all()
{
	root = create("CN=Root", NULL, TRUE, CA_USAGE, NULL);
	other = create("CN=Other", NULL, TRUE, CA_USAGE, NULL);
	sub = create("CN=Sub", root, TRUE, CA_USAGE, NULL);
	sibling = create("CN=Sibling", root, TRUE, CA_USAGE, NULL);
	ra = create("CN=RA", sub, FALSE, NULL, TEST_EKU_AGENT);
	cmc = create("CN=RA", sub, FALSE, NULL, TEST_EKU_CMC);
	ra_sign = create("CN=RA sign", sub, FALSE, RA_SIGN, TEST_EKU_AGENT);
	ra_cipher = create("CN=RA cipher", sub, FALSE, RA_CIPHER, TEST_EKU_AGENT);
	gateway = create("CN=gw2", sub, FALSE, NULL, NULL);
	expired = test_cert(&(test_cert_t){ .subject = "CN=old RA", .issuer = sub,
						.usage = RA_CIPHER, .eku = TEST_EKU_AGENT,
						.from = -TEST_YEAR, .to = -TEST_DAY });
}

/*
 * Described in header
 */
void authority_teardown_all()
{
	certrep_id_t *ids[] = {
		root, sub, sibling, other, ra, cmc, ra_sign, ra_cipher, gateway,
		expired,
	};
	int i;

	for (i = 0; i < countof(ids); i++)
	{
		certrep_id_destroy(ids[i]);
	}
}

/*
 * Described in header
 */
void authority_setup()
{
	test_profile_init(&profile, NULL);
	confirmed = linked_list_create();
	announced = linked_list_create();
	trust = (scep_trust_t){ .confirmed = confirmed, .announced = announced };
	judgement = (scep_judgement_t){};
	err = (scep_error_t){};
}

/*
 * Described in header
 */
void authority_teardown()
{
	test_profile_clear(&profile);
	test_pins_destroy(confirmed);
	scep_certs_destroy(announced);
	scep_candidates_destroy(judgement.candidates);
	judgement.candidates = NULL;
}

/*
 * Described in header
 */
void pin(const certrep_id_t *id)
{
	profile.ca_pins->insert_last(profile.ca_pins, test_pin(id, HASH_SHA256));
}

/*
 * Described in header
 */
void confirm(const certrep_id_t *id)
{
	confirmed->insert_last(confirmed, test_pin(id, HASH_SHA256));
}

/*
 * Described in header
 */
void announce(const certrep_id_t *id)
{
	announced->insert_last(announced, id->cert->get_ref(id->cert));
}

/*
 * Described in header
 */
scep_authority_t *judge(linked_list_t *certs)
{
	scep_authority_t *authority;

	scep_candidates_destroy(judgement.candidates);
	err = (scep_error_t){};
	authority = scep_authority_create(certs, &profile, &trust, TEST_NOW,
									  &judgement, &err);
	scep_certs_destroy(certs);
	ck_assert((authority != NULL) == (err.kind == SCEP_OK));
	return authority;
}

/*
 * Described in header
 */
scep_authority_t *believe(linked_list_t *certs)
{
	scep_authority_t *authority = judge(certs);

	ck_assert_msg(authority != NULL, "%s", err.text);
	ck_assert_int_eq(judgement.verdict, SCEP_CA_VERIFIED);
	ck_assert(!judgement.candidates);
	return authority;
}

/*
 * Described in header
 */
void refuse(linked_list_t *certs, scep_verdict_t verdict, scep_error_kind_t kind,
			const char *reason)
{
	ck_assert(!judge(certs));
	ck_assert_int_eq(judgement.verdict, verdict);
	ck_assert_msg(err.kind == kind, "%d: %s", err.kind, err.text);
	ck_assert_msg(strstr(err.text, reason), "%s", err.text);
}

/*
 * Described in header
 */
void assert_candidates(const certrep_id_t *first, scep_role_t role,
					   const certrep_id_t *second, scep_role_t other)
{
	const certrep_id_t *ids[] = { first, second };
	scep_role_t roles[] = { role, other };
	scep_candidate_t *candidate;
	enumerator_t *enumerator;
	int i = 0;

	ck_assert(judgement.candidates);
	enumerator = judgement.candidates->create_enumerator(judgement.candidates);
	while (enumerator->enumerate(enumerator, &candidate))
	{
		ck_assert_int_lt(i, 2);
		ck_assert(ids[i]);
		ck_assert(candidate->cert->equals(candidate->cert, ids[i]->cert));
		ck_assert_int_eq(candidate->role, roles[i]);
		i++;
	}
	enumerator->destroy(enumerator);
	ck_assert(i == 2 || !ids[i]);
}
