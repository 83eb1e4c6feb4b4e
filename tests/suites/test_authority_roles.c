/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "authority_fixture.h"

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

int main()
{
	Suite *suite = suite_create("authority_roles");
	TCase *tcase = tcase_create("roles");

	tcase_add_unchecked_fixture(tcase, authority_setup_all,
								authority_teardown_all);
	tcase_add_checked_fixture(tcase, authority_setup, authority_teardown);
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
	return scep_test_run(suite);
}
