/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "authority_fixture.h"

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

int main()
{
	Suite *suite = suite_create("authority");
	TCase *tcase = tcase_create("anchor");

	tcase_add_unchecked_fixture(tcase, authority_setup_all,
								authority_teardown_all);
	tcase_add_checked_fixture(tcase, authority_setup, authority_teardown);
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
	return scep_test_run(suite);
}
