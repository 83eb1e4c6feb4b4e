/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "authority_fixture.h"

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
	Suite *suite = suite_create("authority_rollover");
	TCase *tcase = tcase_create("rollover");

	tcase_add_unchecked_fixture(tcase, authority_setup_all,
								authority_teardown_all);
	tcase_add_checked_fixture(tcase, authority_setup, authority_teardown);
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
