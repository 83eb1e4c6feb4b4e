/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include "base/scep_text.h"
#include "config/scep_pin.h"

#include <time.h>

/**
 * Make a list of the certificates of numbers, which it does not own.
 */
static linked_list_t *make_list(const char *numbers)
{
	linked_list_t *list = linked_list_create();

	for (; *numbers; numbers++)
	{
		list->insert_last(list, certs[*numbers - '0']);
	}
	return list;
}

START_TEST(keeps_ca_certificates)
{
	linked_list_t *cas = linked_list_create();
	scep_error_t error = {};
	certificate_t *root;

	/* a pinned root with a CA below */
	cas->insert_last(cas, certs[0]);
	cas->insert_last(cas, certs[1]);
	ck_assert(store->save_ca(store, certs[0], cas, &error));
	ck_assert(exists("ca/root.pem"));
	ck_assert(exists("ca/chain.pem"));
	ck_assert(exists("ca/pinned.pem"));
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(root && root->equals(root, certs[0]));
	root->destroy(root);

	/* the pin moves to a CA that is no root */
	ck_assert_int_eq(cas->remove(cas, certs[0], NULL), 1);
	ck_assert(store->save_ca(store, certs[1], cas, &error));
	ck_assert(!exists("ca/root.pem"));
	ck_assert(exists("ca/pinned.pem"));
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(!root);
	cas->destroy(cas);
}
END_TEST

START_TEST(root_that_is_not_pinned_is_not_trusted)
{
	linked_list_t *cas = linked_list_create();
	scep_error_t error = {};
	certificate_t *root;

	cas->insert_last(cas, certs[1]);
	cas->insert_last(cas, certs[0]);
	ck_assert(store->save_ca(store, certs[1], cas, &error));
	ck_assert(!exists("ca/root.pem"));
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(!root);
	cas->destroy(cas);
}
END_TEST

START_TEST(damaged_root_is_reported)
{
	linked_list_t *cas = linked_list_create_with_items(certs[0], NULL);
	scep_error_t error = {};
	certificate_t *root;

	ck_assert(store->save_ca(store, certs[0], cas, &error));
	overwrite("ca/root.pem", "half");
	ck_assert(!store->load_root(store, &root, &error));
	ck_assert(!root);
	ck_assert(strstr(error.text, "root.pem"));
	cas->destroy(cas);
}
END_TEST

/**
 * Change the pinned certificate while each step in turn fails: root.pem is
 * one of the two, or absent, but never broken.
 */
START_TEST(same_ca_is_not_written_again)
{
	linked_list_t *cas = make_list("012");
	scep_profile_store_t *counted = open_on(&bad.public);
	u_int steps;

	bad.steps = 0;
	ck_assert(counted->save_ca(counted, certs[0], cas, NULL));
	steps = bad.steps;
	bad.steps = 0;
	ck_assert(counted->save_ca(counted, certs[0], cas, NULL));
	/* the directory is all that is looked at */
	ck_assert_int_le(bad.steps, 1);
	ck_assert_int_gt(steps, 6);
	ck_assert(counted->save_ca(counted, certs[1], cas, NULL));
	ck_assert_int_gt(bad.steps, 3);
	counted->destroy(counted);
	cas->destroy(cas);
}
END_TEST

START_TEST(failing_step_leaves_a_whole_root)
{
	linked_list_t *cas = linked_list_create_with_items(certs[0], NULL);
	scep_profile_store_t *sick;
	scep_error_t error = {};
	certificate_t *root;
	bool success = FALSE;
	u_int i;

	ck_assert(store->save_ca(store, certs[0], cas, &error));
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.steps = 0;
		success = sick->save_ca(sick, certs[0], cas, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_root(store, &root, &error), "%s", error.text);
		ck_assert(root && root->equals(root, certs[0]));
		root->destroy(root);
	}
	ck_assert(success);
	cas->destroy(cas);
}
END_TEST

/**
 * Check that a list has the certificates of numbers, in their order.
 */
static void check_list(linked_list_t *list, const char *numbers)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	char found[KEYS + 1] = "";
	int i, count = 0;

	enumerator = list->create_enumerator(list);
	while (enumerator->enumerate(enumerator, &cert))
	{
		for (i = 0; i < KEYS && count < KEYS; i++)
		{
			if (cert->equals(cert, certs[i]))
			{
				found[count++] = '0' + i;
			}
		}
	}
	enumerator->destroy(enumerator);
	ck_assert_int_eq(list->get_count(list), count);
	ck_assert_str_eq(found, numbers);
	list->destroy_offset(list, offsetof(certificate_t, destroy));
}

static bool save_next(scep_profile_store_t *to, const char *numbers)
{
	linked_list_t *list = make_list(numbers);
	bool success;

	success = to->save_next_ca(to, list, NULL);
	list->destroy(list);
	return success;
}

static void check_next(const char *numbers)
{
	scep_error_t error = {};
	linked_list_t *list;

	ck_assert_msg(store->load_next_ca(store, &list, &error), "%s", error.text);
	check_list(list, numbers);
}

static bool promote_by(scep_profile_store_t *to, int by, bool pinned,
					   const char *numbers)
{
	linked_list_t *list = make_list(numbers);
	bool success;

	success = to->promote_next_ca(to, certs[by], pinned, list, NULL);
	list->destroy(list);
	return success;
}

/**
 * Check who vouched for the announced ones.
 */
static void check_first(certificate_t *first, certificate_t *expected)
{
	ck_assert(first ? expected && first->equals(first, expected) : !expected);
	DESTROY_IF(first);
}

static bool promote(scep_profile_store_t *to, int by, const char *numbers)
{
	return promote_by(to, by, FALSE, numbers);
}

static void check_announced(int pinned, const char *numbers)
{
	linked_list_t *pins = linked_list_create(), *list;
	char text[SCEP_FINGERPRINT_LEN];
	scep_error_t error = {};
	certificate_t *first;
	chunk_t encoding;

	/* by the certificate itself, or by its fingerprint */
	ck_assert(store->load_announced(store, pins, certs[pinned], &first, &list,
									&error));
	check_list(list, numbers);
	check_first(first, *numbers ? certs[pinned] : NULL);
	ck_assert(certs[pinned]->get_encoding(certs[pinned], CERT_ASN1_DER,
										  &encoding));
	pins->insert_last(pins, scep_pin_create(scep_fingerprint(encoding, text)));
	ck_assert(store->load_announced(store, pins, NULL, &first, &list, &error));
	check_list(list, numbers);
	check_first(first, *numbers ? certs[pinned] : NULL);
	scep_pins_destroy(pins);
	chunk_free(&encoding);
}

START_TEST(keeps_the_next_ca)
{
	scep_error_t error = {};

	check_next("");
	ck_assert(store->drop_next_ca(store, &error));
	ck_assert(save_next(store, "12"));
	check_next("12");
	ck_assert(save_next(store, "2"));
	check_next("2");
	ck_assert(store->drop_next_ca(store, &error));
	check_next("");
	ck_assert(!exists("ca/next.pem"));
}
END_TEST

START_TEST(damaged_next_ca_is_reported)
{
	scep_error_t error = {};
	linked_list_t *list;

	ck_assert(save_next(store, "1"));
	overwrite("ca/next.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n"
			  "-----END CERTIFICATE-----\n");
	ck_assert(!store->load_next_ca(store, &list, &error));
	ck_assert(strstr(error.text, "next.pem"));
	check_list(list, "");
}
END_TEST

START_TEST(trusts_what_was_announced)
{
	check_announced(0, "");
	ck_assert(save_next(store, "1"));
	ck_assert(promote(store, 0, "1"));
	check_next("");
	check_announced(0, "1");
	/* once more, and on from there; the one that was next is over */
	ck_assert(promote(store, 0, "1"));
	check_announced(0, "1");
	ck_assert(promote(store, 1, "2"));
	check_announced(0, "2");
}
END_TEST

START_TEST(announced_ca_that_is_pinned_now_counts_by_itself)
{
	ck_assert(promote(store, 0, "1"));
	ck_assert(promote_by(store, 1, TRUE, "2"));
	check_announced(1, "2");
	check_announced(0, "");
}
END_TEST

START_TEST(announcements_of_another_ca_are_forgotten)
{
	ck_assert(promote(store, 0, "1"));
	check_announced(2, "");
	check_announced(1, "");
	check_announced(0, "1");
	ck_assert(promote(store, 2, "0"));
	check_announced(0, "");
	check_announced(1, "");
	check_announced(2, "0");
}
END_TEST

START_TEST(damaged_announcement_is_reported_and_trusts_nothing)
{
	linked_list_t *pins = linked_list_create(), *list;
	certificate_t *first;
	scep_error_t error = {};

	ck_assert(promote(store, 0, "1"));
	overwrite("ca/announced.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n"
			  "-----END CERTIFICATE-----\n");
	ck_assert(!store->load_announced(store, pins, certs[0], &first, &list,
									 &error));
	check_first(first, NULL);
	ck_assert(strstr(error.text, "announced.pem"));
	check_list(list, "");
	ck_assert(promote(store, 0, "2"));
	check_announced(0, "2");
	pins->destroy(pins);
}
END_TEST

/**
 * Promote the next CA while each step in turn fails: the one that was trusted
 * is not lost before, and what is not trusted yet is still the next.
 */
START_TEST(failing_step_loses_no_announcement)
{
	linked_list_t *pins = linked_list_create(), *list;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	certificate_t *first, *cert;
	bool success = FALSE, promoted;
	u_int i;

	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		remove_tree(at("ca"));
		ck_assert(promote(store, 0, "1"));
		ck_assert(save_next(store, "2"));
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = _i;
		bad.steps = 0;
		success = promote(sick, 1, "2");
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert(store->load_announced(store, pins, certs[0], &first, &list,
										&error));
		check_first(first, certs[0]);
		ck_assert(list->get_first(list, (void**)&cert) == SUCCESS);
		promoted = cert->equals(cert, certs[2]);
		check_list(list, promoted ? "2" : "1");
		ck_assert(promoted || !success);
		if (!promoted)
		{
			check_next("2");
		}
		else if (success)
		{
			check_next("");
		}
	}
	ck_assert(success);
	ck_assert_int_gt(i, 6);
	pins->destroy(pins);
}
END_TEST

START_TEST(failing_step_leaves_a_whole_next_ca)
{
	scep_profile_store_t *sick;
	scep_error_t error = {};
	linked_list_t *list;
	bool success = FALSE;
	u_int i;

	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		ck_assert(save_next(store, "1"));
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = _i;
		bad.steps = 0;
		success = save_next(sick, "21");
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert(store->load_next_ca(store, &list, &error));
		check_list(list, list->get_count(list) == 2 || success ? "21" : "1");
	}
	ck_assert(success);
}
END_TEST

/**
 * Make a CRL of the first CA.
 */
static certificate_t *make_crl(u_char number)
{
	enumerator_t *nothing = enumerator_create_empty();
	certificate_t *crl;

	crl = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509_CRL,
						BUILD_SIGNING_KEY, keys[0],
						BUILD_SIGNING_CERT, certs[0],
						BUILD_SERIAL, chunk_from_thing(number),
						BUILD_NOT_BEFORE_TIME, time(NULL),
						BUILD_NOT_AFTER_TIME, time(NULL) + 3600,
						BUILD_REVOKED_ENUMERATOR, nothing,
						BUILD_DIGEST_ALG, HASH_SHA256, BUILD_END);
	nothing->destroy(nothing);
	ck_assert(crl);
	return crl;
}

static bool save_crl(scep_profile_store_t *to, certificate_t *crl)
{
	chunk_t der;
	bool success;

	ck_assert(crl->get_encoding(crl, CERT_ASN1_DER, &der));
	success = to->save_crl(to, der, NULL);
	chunk_free(&der);
	return success;
}

START_TEST(keeps_a_crl)
{
	certificate_t *crl = make_crl(1), *loaded;
	scep_error_t error = {};

	ck_assert(store->load_crl(store, &loaded, &error));
	ck_assert(!loaded);
	ck_assert(save_crl(store, crl));
	ck_assert_msg(store->load_crl(store, &loaded, &error), "%s", error.text);
	ck_assert(loaded->equals(loaded, crl));
	loaded->destroy(loaded);
	overwrite("ca/crl.der", "0\1");
	ck_assert(!store->load_crl(store, &loaded, &error));
	ck_assert(!loaded);
	ck_assert(strstr(error.text, "crl.der"));
	crl->destroy(crl);
}
END_TEST

START_TEST(failing_step_leaves_a_whole_crl)
{
	certificate_t *old = make_crl(1), *new = make_crl(2), *loaded;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i;

	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		ck_assert(save_crl(store, old));
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = _i;
		bad.steps = 0;
		success = save_crl(sick, new);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_crl(store, &loaded, &error), "%s",
					  error.text);
		ck_assert(loaded->equals(loaded, new) ||
				  (!success && loaded->equals(loaded, old)));
		loaded->destroy(loaded);
	}
	ck_assert(success);
	old->destroy(old);
	new->destroy(new);
}
END_TEST

int main()
{
	Suite *suite = suite_create("ca_files");
	TCase *tcase;

	tcase = tcase_create("ca");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, keeps_ca_certificates);
	tcase_add_test(tcase, root_that_is_not_pinned_is_not_trusted);
	tcase_add_test(tcase, damaged_root_is_reported);
	tcase_add_test(tcase, same_ca_is_not_written_again);
	tcase_add_test(tcase, failing_step_leaves_a_whole_root);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("rollover");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, keeps_the_next_ca);
	tcase_add_test(tcase, damaged_next_ca_is_reported);
	tcase_add_test(tcase, trusts_what_was_announced);
	tcase_add_test(tcase, announced_ca_that_is_pinned_now_counts_by_itself);
	tcase_add_test(tcase, announcements_of_another_ca_are_forgotten);
	tcase_add_test(tcase, damaged_announcement_is_reported_and_trusts_nothing);
	tcase_add_loop_test(tcase, failing_step_loses_no_announcement, 0, 2);
	tcase_add_loop_test(tcase, failing_step_leaves_a_whole_next_ca, 0, 2);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("crl");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_add_test(tcase, keeps_a_crl);
	tcase_add_loop_test(tcase, failing_step_leaves_a_whole_crl, 0, 2);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
