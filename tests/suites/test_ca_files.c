/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

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
	tcase_add_test(tcase, failing_step_leaves_a_whole_root);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
