/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"
#include "test_ca.h"

#include "message/scep_certs.h"
#include "trust/scep_authority.h"
#include "trust/scep_rollover.h"

#define RA_SIGN		"digitalSignature"
#define RA_CIPHER	"keyEncipherment"
#define CA_USAGE	"keyCertSign,cRLSign"

/**
 * A root, two CAs below it, and certificates that the first of these issued.
 */
static certrep_id_t *root, *sub, *sibling, *other;
static certrep_id_t *ra, *cmc, *ra_sign, *ra_cipher, *gateway, *expired;

static certrep_id_t *create(const char *subject, const certrep_id_t *issuer,
							bool ca, const char *usage, const char *eku)
{
	return test_cert(&(test_cert_t){ .subject = subject, .issuer = issuer,
									 .ca = ca, .usage = usage, .eku = eku });
}

static void setup()
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

static void teardown()
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

static scep_profile_t profile;
static linked_list_t *confirmed, *announced;
static scep_trust_t trust;
static scep_judgement_t judgement;
static scep_error_t err;

static void setup_case()
{
	test_profile_init(&profile, NULL);
	confirmed = linked_list_create();
	announced = linked_list_create();
	trust = (scep_trust_t){ .confirmed = confirmed, .announced = announced };
	judgement = (scep_judgement_t){};
	err = (scep_error_t){};
}

static void teardown_case()
{
	test_profile_clear(&profile);
	test_pins_destroy(confirmed);
	scep_certs_destroy(announced);
	scep_candidates_destroy(judgement.candidates);
	judgement.candidates = NULL;
}

/**
 * Pin, confirm or announce a certificate.
 */
static void pin(const certrep_id_t *id)
{
	profile.ca_pins->insert_last(profile.ca_pins, test_pin(id, HASH_SHA256));
}

static void confirm(const certrep_id_t *id)
{
	confirmed->insert_last(confirmed, test_pin(id, HASH_SHA256));
}

static void announce(const certrep_id_t *id)
{
	announced->insert_last(announced, id->cert->get_ref(id->cert));
}

/**
 * Judge an answer; certs get freed.
 */
static scep_authority_t *judge(linked_list_t *certs)
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

/**
 * Judge an answer that must be believed.
 */
static scep_authority_t *believe(linked_list_t *certs)
{
	scep_authority_t *authority = judge(certs);

	ck_assert_msg(authority != NULL, "%s", err.text);
	ck_assert_int_eq(judgement.verdict, SCEP_CA_VERIFIED);
	ck_assert(!judgement.candidates);
	return authority;
}

/**
 * Judge an answer that must be refused.
 */
static void refuse(linked_list_t *certs, scep_verdict_t verdict,
				   scep_error_kind_t kind, const char *reason)
{
	ck_assert(!judge(certs));
	ck_assert_int_eq(judgement.verdict, verdict);
	ck_assert_msg(err.kind == kind, "%d: %s", err.kind, err.text);
	ck_assert_msg(strstr(err.text, reason), "%s", err.text);
}

/**
 * Check the candidates, in their order.
 */
static void assert_candidates(const certrep_id_t *first, scep_role_t role,
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

START_TEST(pinned_ca_does_everything)
{
	scep_authority_t *authority;

	pin(root);
	authority = believe(test_certs(root, NULL));
	ck_assert(authority->anchor->equals(authority->anchor, root->cert));
	ck_assert(authority->recipient == authority->anchor);
	ck_assert(authority->issuer == authority->anchor);
	ck_assert(!authority->next && !authority->next_recipient);
	test_assert_certs(authority->cas, root, NULL);
	test_assert_certs(authority->signers, root, NULL);
	test_assert_certs(authority->ras, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(works_without_optional_arguments)
{
	linked_list_t *certs = test_certs(root, NULL), *none = test_certs(NULL);
	scep_authority_t *authority;

	ck_assert(!scep_authority_create(certs, &profile, NULL, TEST_NOW, NULL,
									 NULL));
	ck_assert(!scep_authority_create(none, &profile, NULL, TEST_NOW, NULL,
									 NULL));
	pin(root);
	authority = scep_authority_create(certs, &profile, NULL, TEST_NOW, NULL,
									  NULL);
	scep_certs_destroy(certs);
	scep_certs_destroy(none);
	/* what it has stays when the answer is gone */
	ck_assert(authority->anchor->equals(authority->anchor, root->cert));
	authority->destroy(authority);
}
END_TEST

static const hash_algorithm_t hashes[] = {
	HASH_SHA256, HASH_SHA384, HASH_SHA512, HASH_SHA1,
};

START_TEST(pins_of_each_hash_count)
{
	scep_authority_t *authority;

	profile.ca_pins->insert_last(profile.ca_pins, test_pin(other, hashes[_i]));
	refuse(test_certs(root, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY,
		   "ca_fingerprint");
	ck_assert(!judgement.candidates);
	profile.ca_pins->insert_last(profile.ca_pins, test_pin(root, hashes[_i]));
	authority = believe(test_certs(sub, root, NULL));
	ck_assert(authority->anchor->equals(authority->anchor, root->cert));
	authority->destroy(authority);
}
END_TEST

START_TEST(unpinned_ca_is_never_trusted_on_first_use)
{
	refuse(test_certs(gateway, sub, root, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "CN=Root\" sha256:");
	assert_candidates(root, SCEP_ROLE_CA, gateway, SCEP_ROLE_RA);
}
END_TEST

START_TEST(candidates_have_no_ras_where_one_is_marked)
{
	refuse(test_certs(gateway, sub, ra, root, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "CN=Root\" sha256:");
	assert_candidates(root, SCEP_ROLE_CA, NULL, 0);
}
END_TEST

START_TEST(every_topmost_ca_is_a_candidate)
{
	refuse(test_certs(sub, other, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "CN=Other\" sha256:");
	assert_candidates(other, SCEP_ROLE_CA, sub, SCEP_ROLE_CA);
	refuse(test_certs(sub, sub, NULL), SCEP_CA_UNCONFIRMED, SCEP_UNCONFIRMED,
		   "CN=Sub\" sha256:");
	assert_candidates(sub, SCEP_ROLE_CA, NULL, 0);
}
END_TEST

START_TEST(answer_without_ca_is_refused)
{
	pin(root);
	refuse(test_certs(gateway, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY,
		   "no CA certificate");
	ck_assert(!judgement.candidates);
}
END_TEST

static int checks;

static bool count_check(certificate_t *this, certificate_t *issuer,
						signature_params_t **scheme)
{
	checks++;
	return FALSE;
}

START_TEST(refusal_by_a_pin_costs_no_signature_check)
{
	certrep_id_t *a, *b;

	a = create("CN=A", NULL, TRUE, CA_USAGE, NULL);
	b = create("CN=B", a, TRUE, CA_USAGE, NULL);
	a->cert->issued_by = b->cert->issued_by = count_check;
	pin(root);
	checks = 0;
	refuse(test_certs(b, a, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY, "CN=B");
	ck_assert_int_eq(checks, 0);
	ck_assert(!judgement.candidates);
	certrep_id_destroy(a);
	certrep_id_destroy(b);
}
END_TEST

START_TEST(pinned_certificate_must_be_a_cas)
{
	pin(gateway);
	refuse(test_certs(gateway, sub, NULL), SCEP_CA_UNUSABLE, SCEP_PERMANENT,
		   "no CA certificate");
}
END_TEST

static const struct {
	long from, to;
} invalid[] = {
	{ -TEST_YEAR, -TEST_DAY },
	{ TEST_DAY, TEST_YEAR },
};

START_TEST(pinned_ca_must_be_valid)
{
	certrep_id_t *ca;

	ca = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE,
						.from = invalid[_i].from, .to = invalid[_i].to });
	pin(ca);
	/* not for good: this clock may be wrong */
	refuse(test_certs(ca, NULL), SCEP_CA_UNUSABLE, SCEP_TRANSIENT,
		   "not valid now");
	certrep_id_destroy(ca);
}
END_TEST

START_TEST(each_of_several_pins_counts)
{
	scep_authority_t *authority;

	pin(other);
	pin(root);
	authority = believe(test_certs(root, other, root, NULL));
	test_assert_certs(authority->anchors, root, other, NULL);
	test_assert_certs(authority->cas, root, other, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(expired_one_of_several_pins_does_not_matter)
{
	scep_authority_t *authority;
	certrep_id_t *old;

	old = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE,
						.from = -TEST_YEAR, .to = -TEST_DAY });
	pin(old);
	pin(root);
	authority = believe(test_certs(old, root, NULL));
	test_assert_certs(authority->anchors, root, NULL);
	authority->destroy(authority);
	certrep_id_destroy(old);
}
END_TEST

static const struct {
	long from, to;
	/* whether it is a CA's of now, and that which requests go to */
	bool counts, older;
} renewed[] = {
	{ -TEST_YEAR, -1, FALSE, FALSE },
	{ -TEST_DAY + 1, TEST_YEAR, TRUE, FALSE },
	{ -TEST_DAY - 1, TEST_YEAR, TRUE, TRUE },
	{ TEST_DAY, TEST_YEAR, FALSE, FALSE },
};

START_TEST(certificates_of_one_key_do_not_hide_each_other)
{
	test_cert_t what = { .subject = "CN=Root", .ca = TRUE, .same_key = root,
						 .from = renewed[_i].from, .to = renewed[_i].to };
	certrep_id_t *other, *expected;
	scep_authority_t *authority;

	/* each has certified the other one, as far as signatures tell */
	other = test_cert(&what);
	expected = renewed[_i].older ? other : root;
	pin(root);
	authority = believe(test_certs(other, root, NULL));
	test_assert_certs(authority->cas, root,
					  renewed[_i].counts ? other : NULL, NULL);
	ck_assert(authority->issuer->equals(authority->issuer, expected->cert));
	ck_assert(authority->recipient == authority->issuer);
	authority->destroy(authority);
	certrep_id_destroy(other);
}
END_TEST

START_TEST(configured_certificate_needs_not_be_in_the_answer)
{
	scep_authority_t *authority;

	profile.ca_cert = root->cert;
	authority = believe(test_certs(ra, sub, NULL));
	test_assert_certs(authority->cas, root, sub, NULL);
	authority->destroy(authority);
	authority = believe(test_certs(sibling, NULL));
	test_assert_certs(authority->cas, root, sibling, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(answer_must_have_something_of_the_configured_certificate)
{
	profile.ca_cert = root->cert;
	confirm(other);
	refuse(test_certs(other, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY,
		   "ca_cert");
}
END_TEST

START_TEST(known_pinned_ca_needs_not_be_in_the_answer)
{
	scep_authority_t *authority;

	pin(root);
	refuse(test_certs(ra, sub, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY, "");
	trust.known = root->cert;
	authority = believe(test_certs(ra, sub, NULL));
	test_assert_certs(authority->cas, root, sub, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(only_what_is_below_the_pin_counts)
{
	scep_authority_t *authority;

	/* neither its issuer, nor those beside it, nor strangers */
	pin(sub);
	authority = believe(test_certs(root, sibling, sub, other, ra, NULL));
	test_assert_certs(authority->cas, sub, NULL);
	test_assert_certs(authority->signers, sub, ra, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(cas_below_the_pin_count_in_any_order)
{
	scep_authority_t *authority;
	certrep_id_t *low;

	low = test_cert(&(test_cert_t){ .subject = "CN=Low", .issuer = sub,
						.ca = TRUE, .from = -TEST_DAY * 2, .to = TEST_YEAR });
	pin(root);
	authority = believe(test_certs(low, sub, root, sibling, NULL));
	test_assert_certs(authority->cas, root, sub, sibling, low, NULL);
	test_assert_certs(authority->signers, root, sub, sibling, low, NULL);
	ck_assert(authority->issuer->equals(authority->issuer, low->cert));
	ck_assert(authority->recipient == authority->issuer);
	authority->destroy(authority);
	certrep_id_destroy(low);
}
END_TEST

START_TEST(order_does_not_choose_the_recipient)
{
	scep_authority_t *a, *b;
	certrep_id_t *ours, *old;

	pin(root);
	a = believe(test_certs(root, sub, sibling, NULL));
	b = believe(test_certs(sibling, sub, root, NULL));
	ck_assert(a->recipient->equals(a->recipient, b->recipient));
	a->destroy(a);
	b->destroy(b);
	/* the oldest one, unless another one issued what is in use */
	old = test_cert(&(test_cert_t){ .subject = "CN=Old", .issuer = root,
						.ca = TRUE, .from = -TEST_DAY * 2, .to = TEST_YEAR });
	a = believe(test_certs(root, sub, old, sibling, NULL));
	ck_assert(a->recipient->equals(a->recipient, old->cert));
	a->destroy(a);
	ours = create("CN=gw", sibling, FALSE, NULL, NULL);
	trust.current = ours->cert;
	a = believe(test_certs(root, sub, old, sibling, NULL));
	ck_assert(a->recipient->equals(a->recipient, sibling->cert));
	ck_assert(a->issuer == a->recipient);
	a->destroy(a);
	certrep_id_destroy(ours);
	certrep_id_destroy(old);
}
END_TEST

START_TEST(ca_with_a_weak_key_does_not_count)
{
	scep_authority_t *authority;
	certrep_id_t *weak;

	weak = test_cert(&(test_cert_t){ .subject = "CN=Weak", .issuer = sub,
									 .ca = TRUE, .key = TEST_RSA_1024 });
	pin(root);
	authority = believe(test_certs(root, sub, weak, NULL));
	test_assert_certs(authority->cas, root, sub, NULL);
	ck_assert(authority->recipient->equals(authority->recipient, sub->cert));
	authority->destroy(authority);
	certrep_id_destroy(weak);
}
END_TEST

START_TEST(unfit_cas_do_not_count)
{
	certrep_id_t *weak, *late, *no_sign, *below, *tight, *deep;
	scep_authority_t *authority;

	weak = test_cert(&(test_cert_t){ .subject = "CN=Weak", .issuer = root,
									 .ca = TRUE, .digest = "SHA1" });
	late = test_cert(&(test_cert_t){ .subject = "CN=Late", .issuer = root,
				.ca = TRUE, .from = -TEST_YEAR, .to = -TEST_DAY });
	no_sign = create("CN=No", root, TRUE, "digitalSignature", NULL);
	below = create("CN=Below", no_sign, TRUE, CA_USAGE, NULL);
	tight = test_cert(&(test_cert_t){ .subject = "CN=Tight", .issuer = root,
									  .ca = TRUE, .path_len = "0" });
	deep = create("CN=Deep", tight, TRUE, CA_USAGE, NULL);
	pin(root);
	authority = believe(test_certs(root, weak, late, no_sign, below, deep,
								   tight, NULL));
	/* one that may not certify is a CA's all the same */
	test_assert_certs(authority->cas, root, no_sign, tight, NULL);
	authority->destroy(authority);
	profile.allow_sha1 = TRUE;
	authority = believe(test_certs(root, weak, NULL));
	test_assert_certs(authority->cas, root, weak, NULL);
	authority->destroy(authority);
	certrep_id_destroy(weak);
	certrep_id_destroy(late);
	certrep_id_destroy(no_sign);
	certrep_id_destroy(below);
	certrep_id_destroy(tight);
	certrep_id_destroy(deep);
}
END_TEST

START_TEST(marked_ra_is_believed)
{
	certrep_id_t *marked[] = { ra, cmc };
	scep_authority_t *authority;

	pin(root);
	authority = believe(test_certs(marked[_i], sibling, sub, root, NULL));
	test_assert_certs(authority->ras, marked[_i], NULL);
	test_assert_certs(authority->signers, marked[_i], root, sub, sibling, NULL);
	ck_assert(authority->recipient->equals(authority->recipient,
										   marked[_i]->cert));
	/* the CA of the RA, wherever it stands */
	ck_assert(authority->issuer->equals(authority->issuer, sub->cert));
	authority->destroy(authority);
}
END_TEST

START_TEST(chaining_makes_nobody_an_ra)
{
	pin(root);
	refuse(test_certs(root, sub, gateway, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "CN=gw2\" sha256:");
	ck_assert(strstr(err.text, "ra_fingerprint"));
	assert_candidates(gateway, SCEP_ROLE_RA, NULL, 0);
}
END_TEST

START_TEST(unmarked_one_beside_a_marked_ra_is_ignored)
{
	scep_authority_t *authority;

	pin(root);
	authority = believe(test_certs(gateway, root, sub, ra, NULL));
	test_assert_certs(authority->ras, ra, NULL);
	test_assert_certs(authority->signers, ra, root, sub, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(pinned_or_confirmed_ra_is_believed)
{
	scep_authority_t *authority;

	pin(root);
	if (_i)
	{
		confirm(gateway);
	}
	else
	{
		profile.ra_pins->insert_last(profile.ra_pins,
									 test_pin(gateway, HASH_SHA256));
	}
	authority = believe(test_certs(root, sub, gateway, NULL));
	test_assert_certs(authority->ras, gateway, NULL);
	ck_assert(authority->recipient->equals(authority->recipient,
										   gateway->cert));
	authority->destroy(authority);
}
END_TEST

START_TEST(ra_must_chain_to_the_pin)
{
	certrep_id_t *foreign, *weak;
	scep_authority_t *authority;

	foreign = create("CN=RA", other, FALSE, NULL, TEST_EKU_AGENT);
	weak = test_cert(&(test_cert_t){ .subject = "CN=RA", .issuer = root,
						.eku = TEST_EKU_AGENT, .digest = "SHA1" });
	pin(root);
	profile.ra_pins->insert_last(profile.ra_pins,
								 test_pin(foreign, HASH_SHA256));
	/* its CA is not pinned, or is not in the answer */
	authority = believe(test_certs(root, other, foreign, ra, weak, NULL));
	test_assert_certs(authority->ras, NULL);
	test_assert_certs(authority->signers, root, NULL);
	authority->destroy(authority);
	profile.allow_sha1 = TRUE;
	authority = believe(test_certs(root, weak, NULL));
	test_assert_certs(authority->ras, weak, NULL);
	authority->destroy(authority);
	certrep_id_destroy(foreign);
	certrep_id_destroy(weak);
}
END_TEST

START_TEST(expired_ra_is_said_where_nobody_else_serves)
{
	scep_authority_t *authority;

	pin(root);
	refuse(test_certs(root, sub, expired, NULL), SCEP_CA_UNUSABLE,
		   SCEP_TRANSIENT, "CN=old RA\" sha256:");
	ck_assert(strstr(err.text, "2025-12-31T00:00:00Z"));
	refuse(test_certs(root, sub, expired, ra_sign, NULL), SCEP_CA_UNUSABLE,
		   SCEP_TRANSIENT, "CN=old RA\" sha256:");
	authority = believe(test_certs(root, sub, expired, ra, NULL));
	test_assert_certs(authority->ras, ra, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(expired_ra_does_not_matter_where_the_ca_decrypts)
{
	static const char *usages[] = { NULL, CA_USAGE ",keyEncipherment" };
	scep_authority_t *authority;
	certrep_id_t *ca, *old;

	ca = create("CN=CA", NULL, TRUE, usages[_i], NULL);
	old = test_cert(&(test_cert_t){ .subject = "CN=old RA", .issuer = ca,
						.usage = RA_CIPHER, .eku = TEST_EKU_AGENT,
						.from = -TEST_YEAR, .to = -TEST_DAY });
	pin(ca);
	authority = believe(test_certs(ca, old, NULL));
	ck_assert(authority->recipient == authority->anchor);
	authority->destroy(authority);
	certrep_id_destroy(ca);
	certrep_id_destroy(old);
}
END_TEST

START_TEST(expired_ra_does_not_matter_where_a_ca_of_two_certificates_decrypts)
{
	scep_authority_t *authority;
	certrep_id_t *same_key, *old;

	same_key = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE,
										 .same_key = root });
	old = test_cert(&(test_cert_t){ .subject = "CN=RA", .issuer = root,
						.usage = RA_CIPHER, .eku = TEST_EKU_AGENT,
						.from = -TEST_YEAR, .to = -TEST_DAY });
	pin(root);
	authority = believe(test_certs(root, same_key, old, NULL));
	ck_assert(authority->recipient == authority->issuer);
	authority->destroy(authority);
	certrep_id_destroy(same_key);
	certrep_id_destroy(old);
}
END_TEST

START_TEST(unmarked_one_does_not_stop_a_renewal)
{
	scep_authority_t *authority;
	certrep_id_t *ours, *foreign;

	ours = create("CN=gw", sub, FALSE, NULL, NULL);
	foreign = create("CN=gw", other, FALSE, NULL, NULL);
	trust.current = ours->cert;
	confirm(root);
	authority = believe(test_certs(root, sub, gateway, NULL));
	test_assert_certs(authority->ras, NULL);
	ck_assert(authority->recipient->equals(authority->recipient, sub->cert));
	authority->destroy(authority);
	/* where it was another CA, or one with such an RA, a person decides */
	trust.current = foreign->cert;
	refuse(test_certs(root, sub, gateway, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "ra_fingerprint");
	trust.current = ours->cert;
	confirm(ra);
	refuse(test_certs(root, sub, gateway, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "ra_fingerprint");
	certrep_id_destroy(ours);
	certrep_id_destroy(foreign);
}
END_TEST

START_TEST(expired_certificate_of_anybody_does_not_matter)
{
	scep_authority_t *authority;
	certrep_id_t *old;

	old = test_cert(&(test_cert_t){ .subject = "CN=gw3", .issuer = root,
						.from = -TEST_YEAR, .to = -TEST_DAY });
	pin(root);
	authority = believe(test_certs(root, old, NULL));
	test_assert_certs(authority->ras, NULL);
	authority->destroy(authority);
	certrep_id_destroy(old);
}
END_TEST

START_TEST(split_ra_has_two_roles)
{
	certrep_id_t *orders[][4] = {
		{ ra_sign, ra_cipher, sub, root },
		{ root, ra_cipher, sub, ra_sign },
		{ ra_cipher, root, ra_sign, sub },
	};
	scep_authority_t *authority;

	pin(root);
	authority = believe(test_certs(orders[_i][0], orders[_i][1], orders[_i][2],
								   orders[_i][3], NULL));
	test_assert_certs(authority->ras, ra_sign, ra_cipher, NULL);
	ck_assert(authority->recipient->equals(authority->recipient,
										   ra_cipher->cert));
	test_assert_certs(authority->signers, ra_sign, sub, root, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(ca_decrypts_where_the_ra_only_signs)
{
	scep_authority_t *authority;

	pin(root);
	authority = believe(test_certs(root, sub, ra_sign, NULL));
	ck_assert(authority->recipient->equals(authority->recipient, sub->cert));
	test_assert_certs(authority->signers, ra_sign, sub, root, NULL);
	authority->destroy(authority);
}
END_TEST

START_TEST(recipient_needs_a_strong_rsa_key)
{
	test_key_t keys[] = { TEST_EC_256, TEST_RSA_1024 };
	scep_authority_t *authority;
	certrep_id_t *ca, *fit;

	ca = test_cert(&(test_cert_t){ .subject = "CN=CA", .ca = TRUE,
								   .key = keys[_i] });
	fit = create("CN=RA", ca, FALSE, RA_CIPHER, TEST_EKU_CMC);
	pin(ca);
	refuse(test_certs(ca, NULL), SCEP_CA_UNUSABLE, SCEP_PERMANENT, "RSA key");
	authority = believe(test_certs(ca, fit, NULL));
	ck_assert(authority->recipient->equals(authority->recipient, fit->cert));
	authority->destroy(authority);
	certrep_id_destroy(ca);
	certrep_id_destroy(fit);
}
END_TEST

START_TEST(confirmed_ca_counts_as_pinned)
{
	scep_authority_t *authority;

	confirm(root);
	authority = believe(test_certs(root, sub, ra, NULL));
	test_assert_certs(authority->anchors, root, NULL);
	authority->destroy(authority);
	refuse(test_certs(other, NULL), SCEP_CA_UNCONFIRMED, SCEP_UNCONFIRMED,
		   "CN=Other");
}
END_TEST

START_TEST(confirmation_never_overrides_a_pin)
{
	pin(root);
	confirm(other);
	refuse(test_certs(other, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY,
		   "CN=Other");
}
END_TEST

START_TEST(confirmed_ra_is_no_ca)
{
	confirm(gateway);
	refuse(test_certs(gateway, sub, root, NULL), SCEP_CA_UNCONFIRMED,
		   SCEP_UNCONFIRMED, "CN=Root");
}
END_TEST

START_TEST(change_is_told_from_mismatch)
{
	trust.known = root->cert;
	pin(root);
	refuse(test_certs(other, NULL), SCEP_CA_CHANGED, SCEP_SECURITY,
		   "changed and nobody announced it");
	ck_assert(strstr(err.text, "CN=Other\" sha256:"));
	ck_assert(!judgement.candidates);
	/* the configuration is what changed */
	trust.known = sibling->cert;
	refuse(test_certs(other, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY,
		   "CN=Other\" sha256:");
}
END_TEST

START_TEST(change_of_a_confirmed_ca_can_be_confirmed)
{
	trust.known = root->cert;
	confirm(root);
	refuse(test_certs(other, NULL), SCEP_CA_CHANGED, SCEP_UNCONFIRMED,
		   "changed and nobody announced it");
	assert_candidates(other, SCEP_ROLE_CA, NULL, 0);
}
END_TEST

START_TEST(announced_ca_takes_over)
{
	scep_authority_t *authority;
	certrep_id_t *next_sub;

	next_sub = create("CN=Next sub", other, TRUE, CA_USAGE, NULL);
	trust.known = root->cert;
	pin(root);
	announce(other);
	authority = believe(test_certs(other, NULL));
	test_assert_certs(authority->anchors, other, NULL);
	ck_assert(!authority->next);
	authority->destroy(authority);
	/* its certificate needs not be in the answer */
	authority = believe(test_certs(next_sub, NULL));
	test_assert_certs(authority->cas, other, next_sub, NULL);
	authority->destroy(authority);
	/* from then on a third one is a change, too */
	trust.known = other->cert;
	refuse(test_certs(sibling, NULL), SCEP_CA_CHANGED, SCEP_SECURITY,
		   "changed");
	certrep_id_destroy(next_sub);
}
END_TEST

START_TEST(announced_ca_takes_over_from_an_expired_one)
{
	scep_authority_t *authority;
	certrep_id_t *old;

	old = test_cert(&(test_cert_t){ .subject = "CN=Old", .ca = TRUE,
						.from = -TEST_YEAR, .to = -TEST_DAY });
	pin(old);
	announce(other);
	authority = believe(test_certs(old, other, NULL));
	test_assert_certs(authority->anchors, other, NULL);
	authority->destroy(authority);
	certrep_id_destroy(old);
}
END_TEST

START_TEST(announced_ca_takes_over_when_it_is_valid)
{
	certrep_id_t *future;

	future = test_cert(&(test_cert_t){ .subject = "CN=Next", .ca = TRUE,
						.from = TEST_DAY, .to = TEST_YEAR });
	pin(root);
	announce(future);
	announce(gateway);
	refuse(test_certs(future, NULL), SCEP_CA_MISMATCH, SCEP_SECURITY, "");
	certrep_id_destroy(future);
}
END_TEST

START_TEST(both_are_trusted_in_the_overlap)
{
	certrep_id_t *next, *next_ra;
	scep_authority_t *authority;

	next = test_cert(&(test_cert_t){ .subject = "CN=Next", .ca = TRUE,
						.from = TEST_DAY * 9, .to = TEST_YEAR });
	next_ra = test_cert(&(test_cert_t){ .subject = "CN=Next RA",
						.issuer = next, .eku = TEST_EKU_CMC,
						.from = TEST_DAY * 9, .to = TEST_YEAR });
	pin(root);
	announce(next);
	authority = believe(test_certs(root, NULL));
	ck_assert(authority->next->equals(authority->next, next->cert));
	ck_assert(authority->next_recipient->equals(authority->next_recipient,
												next->cert));
	ck_assert(authority->recipient->equals(authority->recipient, root->cert));
	test_assert_certs(authority->anchors, root, NULL);
	test_assert_certs(authority->cas, root, NULL);
	test_assert_certs(authority->signers, root, next, NULL);
	authority->destroy(authority);

	announce(next_ra);
	authority = believe(test_certs(root, NULL));
	ck_assert(authority->next_recipient->equals(authority->next_recipient,
												next_ra->cert));
	test_assert_certs(authority->signers, root, next, next_ra, NULL);
	authority->destroy(authority);
	certrep_id_destroy(next);
	certrep_id_destroy(next_ra);
}
END_TEST

START_TEST(no_next_ca_without_a_use_for_it)
{
	certrep_id_t *elliptic, *old;
	scep_authority_t *authority;

	elliptic = test_cert(&(test_cert_t){ .subject = "CN=Next", .ca = TRUE,
										 .key = TEST_EC_256 });
	old = test_cert(&(test_cert_t){ .subject = "CN=Next", .ca = TRUE,
						.from = -TEST_YEAR, .to = -TEST_DAY });
	pin(root);
	/* in use already, over, no CA's, none to encrypt to */
	announce(root);
	announce(sub);
	announce(old);
	announce(gateway);
	announce(elliptic);
	authority = believe(test_certs(root, sub, NULL));
	ck_assert(!authority->next && !authority->next_recipient);
	test_assert_certs(authority->signers, root, sub, NULL);
	authority->destroy(authority);
	certrep_id_destroy(elliptic);
	certrep_id_destroy(old);
}
END_TEST

START_TEST(next_ca_may_have_two_certificates_of_one_key)
{
	scep_authority_t *authority;
	certrep_id_t *same_key;

	same_key = test_cert(&(test_cert_t){ .subject = "CN=Other", .ca = TRUE,
										 .same_key = other });
	pin(root);
	announce(other);
	announce(same_key);
	authority = believe(test_certs(root, NULL));
	ck_assert(authority->next->equals(authority->next, other->cert));
	ck_assert(authority->next_recipient != NULL);
	authority->destroy(authority);
	certrep_id_destroy(same_key);
}
END_TEST

START_TEST(there_is_no_way_back_to_an_announced_ca)
{
	certrep_id_t *second, *third;
	scep_authority_t *authority;

	second = test_cert(&(test_cert_t){ .subject = "CN=2", .ca = TRUE,
						.from = -TEST_DAY + 1, .to = TEST_YEAR });
	third = test_cert(&(test_cert_t){ .subject = "CN=3", .ca = TRUE,
						.from = -TEST_DAY + 2, .to = TEST_YEAR });
	pin(root);
	announce(second);
	announce(third);
	/* the third takes over from the second one, which is not next for that */
	trust.known = second->cert;
	authority = believe(test_certs(third, NULL));
	test_assert_certs(authority->anchors, third, NULL);
	test_assert_certs(authority->signers, third, NULL);
	ck_assert(!authority->next);
	authority->destroy(authority);
	authority = believe(test_certs(second, NULL));
	ck_assert(authority->next->equals(authority->next, third->cert));
	authority->destroy(authority);
	/* but not the other way round */
	trust.known = third->cert;
	refuse(test_certs(second, NULL), SCEP_CA_CHANGED, SCEP_SECURITY, "changed");
	authority = believe(test_certs(second, third, NULL));
	test_assert_certs(authority->anchors, third, NULL);
	authority->destroy(authority);
	certrep_id_destroy(second);
	certrep_id_destroy(third);
}
END_TEST

/**
 * A certificate in the answer to GetNextCACert.
 */
static const struct {
	test_cert_t what;
	/* NULL if it can be that of the next CA */
	const char *wrong;
} next_cas[] = {
	{ { .ca = TRUE }, NULL },
	{ { .ca = TRUE, .usage = CA_USAGE, .from = TEST_YEAR, .to = TEST_YEAR * 2 },
	  NULL },
	{ { .ca = TRUE, .key = TEST_EC_256 }, NULL },
	{ { .ca = FALSE }, "no CA certificate" },
	{ { .ca = TRUE, .usage = "digitalSignature" }, "no CA certificate" },
	{ { .ca = TRUE, .key = TEST_RSA_1024 }, "weak key" },
	{ { .ca = TRUE, .from = -TEST_YEAR, .to = -1 }, "expired" },
	{ { .ca = TRUE, .from = TEST_DAY * 9, .to = TEST_DAY }, "expired" },
	{ { .ca = TRUE, .from = SCEP_MAX_NEXT_CA, .to = TEST_YEAR * 2 }, NULL },
	{ { .ca = TRUE, .from = SCEP_MAX_NEXT_CA + 1, .to = TEST_YEAR * 2 },
	  "too late" },
	{ { .ca = TRUE, .from = TEST_YEAR + TEST_DAY * 2, .to = TEST_YEAR * 2 },
	  "too late" },
};

/**
 * Judge an answer to GetNextCACert; certs get freed.
 */
static bool judge_next(linked_list_t *certs, certrep_id_t *expected)
{
	certificate_t *next = NULL;
	linked_list_t *list = NULL;
	scep_authority_t *authority;
	bool good;

	authority = believe(test_certs(root, sub, NULL));
	good = scep_rollover_check(certs, authority, &profile, TEST_NOW, &next,
							   &list, &err);
	ck_assert(good == (err.kind == SCEP_OK));
	scep_certs_destroy(certs);
	authority->destroy(authority);
	if (good)
	{
		ck_assert(next->equals(next, expected->cert));
		next->destroy(next);
		scep_certs_destroy(announced);
		trust.announced = announced = list;
	}
	else
	{
		ck_assert_int_eq(err.kind, SCEP_SECURITY);
		ck_assert(!next && !list);
	}
	return good;
}

START_TEST(judges_next_ca)
{
	test_cert_t what = next_cas[_i].what;
	certrep_id_t *next;

	what.subject = "CN=Next";
	next = test_cert(&what);
	pin(root);
	ck_assert(judge_next(test_certs(next, NULL), next) ==
			  !next_cas[_i].wrong);
	if (next_cas[_i].wrong)
	{
		ck_assert_msg(strstr(err.text, next_cas[_i].wrong), "%s", err.text);
	}
	else
	{
		test_assert_certs(announced, next, NULL);
	}
	certrep_id_destroy(next);
}
END_TEST

START_TEST(current_ca_is_no_next_one)
{
	pin(root);
	ck_assert(!judge_next(test_certs(root, sub, NULL), NULL));
	ck_assert(strstr(err.text, "a current CA's"));
	ck_assert(!judge_next(test_certs(NULL), NULL));
	ck_assert(strstr(err.text, "no certificate"));
}
END_TEST

START_TEST(next_ca_below_a_trusted_one_is_believed)
{
	certrep_id_t *next, *low, *foreign;

	next = test_cert(&(test_cert_t){ .subject = "CN=Next", .issuer = root,
						.ca = TRUE, .from = TEST_DAY * 9, .to = TEST_DAY * 99 });
	low = test_cert(&(test_cert_t){ .subject = "CN=Low", .issuer = next,
						.ca = TRUE, .from = TEST_DAY * 9, .to = TEST_DAY * 99 });
	foreign = create("CN=Foreign", other, TRUE, NULL, NULL);
	pin(root);
	ck_assert(!judge_next(test_certs(foreign, NULL), NULL));
	ck_assert(strstr(err.text, "neither self-signed"));
	ck_assert(judge_next(test_certs(root, low, foreign, next, NULL), next));
	test_assert_certs(announced, next, low, NULL);
	certrep_id_destroy(next);
	certrep_id_destroy(low);
	certrep_id_destroy(foreign);
}
END_TEST

START_TEST(next_root_comes_with_its_cas_and_ras)
{
	certrep_id_t *low, *next_ra, *anybody;
	scep_authority_t *authority;

	low = create("CN=Low", other, TRUE, CA_USAGE, NULL);
	next_ra = create("CN=RA", low, FALSE, RA_CIPHER, TEST_EKU_AGENT);
	anybody = create("CN=gw3", low, FALSE, NULL, NULL);
	pin(root);
	ck_assert(judge_next(test_certs(next_ra, low, anybody, sub, other, NULL),
						 other));
	test_assert_certs(announced, other, low, next_ra, NULL);
	/* kept and given back it does what it is for */
	authority = believe(test_certs(root, NULL));
	ck_assert(authority->next->equals(authority->next, other->cert));
	ck_assert(authority->next_recipient->equals(authority->next_recipient,
												next_ra->cert));
	authority->destroy(authority);
	certrep_id_destroy(low);
	certrep_id_destroy(next_ra);
	certrep_id_destroy(anybody);
}
END_TEST

int main()
{
	Suite *suite = suite_create("authority");
	TCase *tcase = tcase_create("anchor");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_checked_fixture(tcase, setup_case, teardown_case);
	tcase_add_test(tcase, pinned_ca_does_everything);
	tcase_add_test(tcase, works_without_optional_arguments);
	tcase_add_loop_test(tcase, pins_of_each_hash_count, 0, countof(hashes));
	tcase_add_test(tcase, unpinned_ca_is_never_trusted_on_first_use);
	tcase_add_test(tcase, candidates_have_no_ras_where_one_is_marked);
	tcase_add_test(tcase, every_topmost_ca_is_a_candidate);
	tcase_add_test(tcase, answer_without_ca_is_refused);
	tcase_add_test(tcase, refusal_by_a_pin_costs_no_signature_check);
	tcase_add_test(tcase, pinned_certificate_must_be_a_cas);
	tcase_add_loop_test(tcase, pinned_ca_must_be_valid, 0, countof(invalid));
	tcase_add_test(tcase, each_of_several_pins_counts);
	tcase_add_test(tcase, expired_one_of_several_pins_does_not_matter);
	tcase_add_loop_test(tcase, certificates_of_one_key_do_not_hide_each_other,
						0, countof(renewed));
	tcase_add_test(tcase, configured_certificate_needs_not_be_in_the_answer);
	tcase_add_test(tcase,
				   answer_must_have_something_of_the_configured_certificate);
	tcase_add_test(tcase, known_pinned_ca_needs_not_be_in_the_answer);
	tcase_add_test(tcase, only_what_is_below_the_pin_counts);
	tcase_add_test(tcase, cas_below_the_pin_count_in_any_order);
	tcase_add_test(tcase, order_does_not_choose_the_recipient);
	tcase_add_test(tcase, ca_with_a_weak_key_does_not_count);
	tcase_add_test(tcase, unfit_cas_do_not_count);
	tcase_add_test(tcase, confirmed_ca_counts_as_pinned);
	tcase_add_test(tcase, confirmation_never_overrides_a_pin);
	tcase_add_test(tcase, confirmed_ra_is_no_ca);
	tcase_add_test(tcase, change_is_told_from_mismatch);
	tcase_add_test(tcase, change_of_a_confirmed_ca_can_be_confirmed);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("roles");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_checked_fixture(tcase, setup_case, teardown_case);
	tcase_add_loop_test(tcase, marked_ra_is_believed, 0, 2);
	tcase_add_test(tcase, chaining_makes_nobody_an_ra);
	tcase_add_test(tcase, unmarked_one_beside_a_marked_ra_is_ignored);
	tcase_add_loop_test(tcase, pinned_or_confirmed_ra_is_believed, 0, 2);
	tcase_add_test(tcase, ra_must_chain_to_the_pin);
	tcase_add_test(tcase, expired_ra_is_said_where_nobody_else_serves);
	tcase_add_loop_test(tcase, expired_ra_does_not_matter_where_the_ca_decrypts,
						0, 2);
	tcase_add_test(tcase,
		expired_ra_does_not_matter_where_a_ca_of_two_certificates_decrypts);
	tcase_add_test(tcase, unmarked_one_does_not_stop_a_renewal);
	tcase_add_test(tcase, expired_certificate_of_anybody_does_not_matter);
	tcase_add_loop_test(tcase, split_ra_has_two_roles, 0, 3);
	tcase_add_test(tcase, ca_decrypts_where_the_ra_only_signs);
	tcase_add_loop_test(tcase, recipient_needs_a_strong_rsa_key, 0, 2);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("rollover");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_checked_fixture(tcase, setup_case, teardown_case);
	tcase_add_test(tcase, announced_ca_takes_over);
	tcase_add_test(tcase, announced_ca_takes_over_from_an_expired_one);
	tcase_add_test(tcase, announced_ca_takes_over_when_it_is_valid);
	tcase_add_test(tcase, both_are_trusted_in_the_overlap);
	tcase_add_test(tcase, next_ca_may_have_two_certificates_of_one_key);
	tcase_add_test(tcase, there_is_no_way_back_to_an_announced_ca);
	tcase_add_test(tcase, no_next_ca_without_a_use_for_it);
	tcase_add_loop_test(tcase, judges_next_ca, 0, countof(next_cas));
	tcase_add_test(tcase, current_ca_is_no_next_one);
	tcase_add_test(tcase, next_ca_below_a_trusted_one_is_believed);
	tcase_add_test(tcase, next_root_comes_with_its_cas_and_ras);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
