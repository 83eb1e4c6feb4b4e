/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include <credentials/certificates/x509.h>

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

START_TEST(nothing_is_no_error)
{
	scep_request_record_t record;
	scep_generation_t *gen;
	scep_status_t status;
	scep_error_t error = {};
	certificate_t *root;

	ck_assert(store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert(store->load_generation(store, 1, &gen, &error));
	ck_assert(!gen);
	ck_assert(store->load_request(store, &record, &error));
	ck_assert(!record.key);
	ck_assert(store->load_status(store, &status, &error));
	ck_assert_int_eq(status.attempts, 0);
	ck_assert_int_eq(status.next_at, 0);
	ck_assert_str_eq(status.last_error, "");
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(!root);
	store->drop_request(store);
	ck_assert_int_eq(error.kind, SCEP_OK);
}
END_TEST

START_TEST(commits_and_loads)
{
	scep_generation_t *gen, *ref;
	certificate_t *cert;

	commit(1);
	gen = load(0);
	ck_assert_int_eq(identify(gen), 1);
	ck_assert_int_eq(gen->number, 1);
	ck_assert_str_eq(gen->digest, DIGEST);
	ck_assert_int_eq(gen->chain->get_count(gen->chain), 1);
	gen->chain->get_first(gen->chain, (void**)&cert);
	ck_assert(cert->equals(cert, certs[0]));
	ref = gen->get_ref(gen);
	gen->destroy(gen);
	ck_assert_int_eq(identify(ref), 1);
	ref->destroy(ref);
	ck_assert_int_eq(loaded(1), -1);
}
END_TEST

START_TEST(commits_without_chain)
{
	linked_list_t *chain = linked_list_create();
	scep_error_t error = {};
	scep_generation_t *gen;

	ck_assert(store->commit(store, keys[1], certs[1], chain, DIGEST,
							time(NULL), &gen, &error));
	gen->destroy(gen);
	gen = load(0);
	ck_assert_int_eq(gen->chain->get_count(gen->chain), 0);
	gen->destroy(gen);
	chain->destroy(chain);
}
END_TEST

START_TEST(keeps_two_generations)
{
	char target[16] = "";

	commit(1);
	commit(2);
	ck_assert_int_eq(loaded(0), 2);
	ck_assert_int_eq(loaded(1), 1);
	commit(0);
	ck_assert_int_eq(loaded(0), 0);
	ck_assert_int_eq(loaded(1), 2);
	ck_assert(!exists("gen-1"));
	ck_assert(exists("gen-2"));
	ck_assert(exists("gen-3"));
	ck_assert(readlink(at("current"), target, sizeof(target) - 1) > 0);
	ck_assert_str_eq(target, "gen-3");
}
END_TEST

START_TEST(files_are_private)
{
	static const char *files[] = {
		"gen-1/key.pem", "gen-1/cert.pem", "gen-1/chain.pem", "gen-1/facts",
		"request/key.pem", "request/csr.der", "request/facts", "status",
	};
	static const char *dirs[] = { "gen-1", "request" };
	scep_status_t status = {};
	scep_error_t error = {};
	mode_t old = umask(0);
	int i;

	commit(1);
	save_request(2);
	ck_assert(store->save_status(store, &status, &error));
	umask(old);
	for (i = 0; i < countof(files); i++)
	{
		ck_assert_msg(get_mode(files[i]) == 0600, "%s", files[i]);
	}
	for (i = 0; i < countof(dirs); i++)
	{
		ck_assert_msg(get_mode(dirs[i]) == 0700, "%s", dirs[i]);
	}
}
END_TEST

START_TEST(commit_ends_the_request)
{
	save_request(1);
	ck_assert(has_request(1));
	commit(1);
	ck_assert(!has_request(1));
	ck_assert(!exists("request"));
}
END_TEST

/**
 * Commit over a generation while each step in turn fails, alone or with all
 * that follow. The old generation or the new one is in use, and the new key is
 * not lost.
 */
static void sweep_commit(bool crashes, bool first)
{
	scep_profile_store_t *sick;
	u_int i, unsafe = 0;

	for (i = 1; i < MAX_STEPS; i++)
	{
		scep_error_t error = {};
		bool success;
		int now;

		remove_tree(dir);
		store->destroy(store);
		store = open_on(good);
		if (!first)
		{
			commit(1);
		}
		save_request(2);
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = commit_on(sick, 2, &error);
		sick->destroy(sick);
		bad.fails = 0;

		now = loaded(0);
		if (success)
		{
			ck_assert_int_eq(now, 2);
			ck_assert_msg(error.kind == SCEP_OK || exists("request/key.pem"),
						  "step %u: key removed before it is safe", i);
			unsafe += error.kind != SCEP_OK;
			ck_assert_msg(!has_request(2), "step %u: request goes on", i);
			ck_assert(!exists("request/facts"));
		}
		else
		{
			ck_assert_int_eq(error.kind, SCEP_LOCAL);
			ck_assert(error.text[0]);
			ck_assert_msg(now == (first ? -1 : 1), "step %u: generation of %d",
						  i, now);
			ck_assert_msg(has_request(2), "step %u: key lost", i);
		}
		/* and the next attempt works */
		commit(2);
		ck_assert_int_eq(loaded(0), 2);
		ck_assert(!has_request(2));
		if (success && bad.steps < i)
		{
			break;
		}
	}
	/* the sync after the rename failed once */
	ck_assert_int_eq(unsafe, 1);
	/* files and directory of a generation, the link, the request */
	ck_assert_int_gt(i, 10);
	ck_assert_int_lt(i, MAX_STEPS);
}

START_TEST(failing_step_leaves_a_generation)
{
	sweep_commit(FALSE, FALSE);
}
END_TEST

START_TEST(crash_leaves_a_generation)
{
	sweep_commit(TRUE, FALSE);
}
END_TEST

START_TEST(failing_step_of_the_first_commit_keeps_the_key)
{
	sweep_commit(FALSE, TRUE);
}
END_TEST

START_TEST(crash_in_the_first_commit_keeps_the_key)
{
	sweep_commit(TRUE, TRUE);
}
END_TEST

/**
 * Files of a generation that are damaged, and how; NULL removes it.
 */
static const struct {
	const char *file;
	const char *content;
} damages[] = {
	{ "gen-2/key.pem", NULL },
	{ "gen-2/key.pem", "" },
	{ "gen-2/key.pem", "-----BEGIN RSA PRIVATE KEY-----\n" },
	{ "gen-2/key.pem", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n"
		"-----END RSA PRIVATE KEY-----\n" },
	{ "gen-2/cert.pem", NULL },
	{ "gen-2/cert.pem", "" },
	{ "gen-2/cert.pem", "\1\2\3" },
	{ "gen-2/cert.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n"
		"-----END CERTIFICATE-----\n" },
};

START_TEST(damaged_generation_is_reported_and_left)
{
	scep_error_t error = {};
	scep_generation_t *gen;

	commit(1);
	commit(2);
	if (damages[_i].content)
	{
		overwrite(damages[_i].file, damages[_i].content);
	}
	else
	{
		unlink(at(damages[_i].file));
	}
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, damages[_i].file), "%s", error.text);
	ck_assert(exists("gen-2"));
	/* the one before is there for the caller */
	ck_assert_int_eq(loaded(1), 1);
	/* and the next one */
	commit(0);
	ck_assert_int_eq(loaded(0), 0);
}
END_TEST

/**
 * What can be mended from what else is there.
 */
static const char *mendable[] = { "gen-2/chain.pem", "gen-2/facts" };

START_TEST(chain_and_facts_are_mended)
{
	linked_list_t *cas = linked_list_create_with_items(certs[0], certs[1],
													   NULL);
	scep_error_t error = {};
	scep_generation_t *gen;
	certificate_t *cert;

	ck_assert(store->save_ca(store, certs[0], cas, &error));
	cas->destroy(cas);
	save_request(0);
	commit(1);
	commit(2);
	save_request(0);
	overwrite(mendable[_i], "-----BEGIN CERT");
	/* without an error nobody would learn of it */
	ck_assert(store->load_generation(store, 0, &gen, NULL));
	gen->destroy(gen);
	ck_assert(exists(mendable[_i]));
	ck_assert(store->load_generation(store, 0, &gen, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, mendable[_i]), "%s", error.text);
	ck_assert_int_eq(identify(gen), 2);
	ck_assert_str_eq(gen->digest, _i ? "" : DIGEST);
	if (!_i)
	{
		ck_assert_int_eq(gen->chain->get_count(gen->chain), 1);
		gen->chain->get_first(gen->chain, (void**)&cert);
		ck_assert(cert->equals(cert, certs[1]));
	}
	gen->destroy(gen);
	/* and that is all */
	ck_assert_int_eq(loaded(0), 2);
	ck_assert_int_eq(loaded(1), 1);
	ck_assert(has_request(0));
}
END_TEST

START_TEST(damaged_generation_is_not_the_one_before)
{
	scep_error_t error = {};
	scep_generation_t *gen;

	commit(1);
	commit(2);
	overwrite(_i ? "gen-2/cert.pem" : "gen-2/key.pem", "");
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	commit(0);
	/* the one that was in use in its place is */
	ck_assert_int_eq(loaded(0), 0);
	ck_assert_int_eq(loaded(1), 1);
	commit(1);
	ck_assert_int_eq(loaded(1), 0);
	ck_assert(!exists("gen-1"));
	ck_assert(!exists("gen-2"));
}
END_TEST

START_TEST(missing_facts_do_not_matter)
{
	scep_generation_t *gen;

	commit(1);
	unlink(at("gen-1/facts"));
	gen = load(0);
	ck_assert_int_eq(identify(gen), 1);
	ck_assert_str_eq(gen->digest, "");
	gen->destroy(gen);
}
END_TEST

START_TEST(refuses_key_of_another_certificate)
{
	scep_error_t error = {};
	scep_generation_t *gen;
	char from[PATH_MAX];

	commit(1);
	commit(2);
	snprintf(from, sizeof(from), "%s", at("gen-1/key.pem"));
	ck_assert_int_eq(rename(from, at("gen-2/key.pem")), 0);
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert(strstr(error.text, "do not belong together"));
}
END_TEST

/**
 * Permissions with which somebody else could have read, or replaced, a key.
 */
static const mode_t open_modes[] = { 0640, 0604, 0644, 0660, 0602, 0610 };

START_TEST(refuses_key_that_others_can_read)
{
	scep_request_record_t record;
	scep_error_t error = {};
	scep_generation_t *gen;

	commit(1);
	ck_assert_int_eq(chmod(at("gen-1/key.pem"), open_modes[_i]), 0);
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert(strstr(error.text, "key.pem"));
	save_request(2);
	ck_assert_int_eq(chmod(at("request/key.pem"), open_modes[_i]), 0);
	ck_assert(!store->load_request(store, &record, NULL));
	ck_assert(!record.key);
}
END_TEST

START_TEST(missing_generation_is_reported)
{
	scep_error_t error = {};
	scep_generation_t *gen;
	char from[PATH_MAX];

	commit(1);
	commit(2);
	snprintf(from, sizeof(from), "%s", at("gen-2"));
	ck_assert_int_eq(rename(from, at("away")), 0);
	ck_assert(store->load_generation(store, 0, &gen, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "current.bad-1"), "%s", error.text);
	ck_assert_int_eq(identify(gen), 1);
	gen->destroy(gen);
	/* that one is current from now on */
	ck_assert_int_eq(loaded(0), 1);
	ck_assert_int_eq(loaded(1), -1);
}
END_TEST

START_TEST(leftovers_do_not_matter)
{
	int i;

	commit(1);
	mkdir(at("gen-2"), 0700);
	for (i = 0; i < 2; i++)
	{
		overwrite(i ? "gen-2/key.pem" : "gen-2/cert.pem.tmp", "half");
	}
	mkdir(at("request"), 0700);
	overwrite("request/key.pem.tmp", "half");
	overwrite("status.tmp", "half");
	ck_assert_int_eq(symlink("gen-9", at("current.tmp")), 0);
	ck_assert_int_eq(loaded(0), 1);
	save_request(2);
	ck_assert(has_request(2));
	commit(2);
	ck_assert_int_eq(loaded(0), 2);
	ck_assert_int_eq(loaded(1), 1);
	ck_assert(!exists("gen-2/cert.pem.tmp"));
	ck_assert(!exists("current.tmp"));
	ck_assert(!exists("request"));
}
END_TEST

/**
 * Ways to lose the certificate of the second generation; NULL removes it.
 */
static const char *losses[] = {
	NULL, "", "\1\2\3", "-----BEGIN CERTIFICATE-----\nMAA=\n"
		"-----END CERTIFICATE-----\n",
};

/**
 * Lose it.
 */
static void lose(const char *how)
{
	if (how)
	{
		overwrite("gen-2/cert.pem", how);
	}
	else
	{
		unlink(at("gen-2/cert.pem"));
	}
}

START_TEST(tells_which_certificate_is_lost)
{
	scep_error_t error = {};
	scep_lost_t lost;
	x509_t *x509 = (x509_t*)certs[2];
	identification_t *issuer;

	ck_assert(store->load_lost(store, &lost, &error));
	ck_assert(!lost.key);
	commit(1);
	commit(2);
	ck_assert(store->load_lost(store, &lost, &error));
	ck_assert(!lost.key);
	lose(losses[_i]);
	ck_assert_msg(store->load_lost(store, &lost, &error), "%s", error.text);
	ck_assert(lost.key && lost.key->equals(lost.key, keys[2]));
	issuer = certs[2]->get_issuer(certs[2]);
	ck_assert(issuer->equals(issuer, lost.issuer));
	ck_assert(chunk_equals(lost.serial, x509->get_serial(x509)));
	ck_assert_str_eq(lost.digest, DIGEST);
	scep_lost_clear(&lost);
	scep_lost_clear(&lost);
	/* the CA gave it again */
	commit(2);
	ck_assert_int_eq(loaded(0), 2);
	ck_assert(store->load_lost(store, &lost, &error));
	ck_assert(!lost.key);
}
END_TEST

/**
 * What makes it impossible to ask for a lost certificate.
 */
static const struct {
	const char *file;
	const char *content;
} hopeless[] = {
	{ "gen-2/key.pem", "" },
	{ "gen-2/facts", "" },
	{ "gen-2/facts", "serial = 01" },
	{ "gen-2/facts", "issuer = 3000" },
	{ "gen-2/facts", "issuer = 300\nserial = 01" },
	{ "gen-2/facts", "issuer = 30xx\nserial = 01" },
};

START_TEST(reports_what_is_lost_for_good)
{
	scep_error_t error = {};
	scep_lost_t lost;

	commit(1);
	commit(2);
	lose(NULL);
	overwrite(hopeless[_i].file, hopeless[_i].content);
	ck_assert(!store->load_lost(store, &lost, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, hopeless[_i].file), "%s", error.text);
	ck_assert(!lost.key && !lost.issuer && !lost.serial.ptr);
}
END_TEST

START_TEST(request_that_led_to_the_generation_is_over)
{
	save_request(2);
	commit(2);
	/* its removal was cut short */
	save_request(2);
	ck_assert(!has_request(2));
	ck_assert(!exists("request"));
	save_request(1);
	ck_assert(has_request(1));
}
END_TEST

/**
 * Tell whose key a file holds; -1 for nobody's.
 */
static int read_key(const char *name)
{
	private_key_t *key;
	chunk_t *pem;
	int i, found = -1;

	pem = chunk_map(at(name), FALSE);
	ck_assert_msg(pem, "%s", name);
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_BLOB_PEM, *pem, BUILD_END);
	chunk_unmap(pem);
	for (i = 0; key && i < KEYS; i++)
	{
		found = key->equals(key, keys[i]) ? i : found;
	}
	DESTROY_IF(key);
	return found;
}

START_TEST(never_replaces_a_key_whose_certificate_is_lost)
{
	commit(1);
	unlink(at("gen-1/cert.pem"));
	commit(2);
	ck_assert_int_eq(loaded(0), 2);
	ck_assert_int_eq(read_key("gen-1/key.pem"), 1);
}
END_TEST

START_TEST(finds_generations_whose_link_is_lost)
{
	scep_error_t error = {};
	scep_generation_t *gen;

	commit(1);
	commit(2);
	unlink(at("current"));
	if (_i)
	{
		overwrite("current", "gen-2");
		ck_assert(store->load_generation(store, 0, &gen, &error));
		ck_assert_int_eq(identify(gen), 2);
		gen->destroy(gen);
		ck_assert_int_eq(loaded(0), 2);
		ck_assert_int_eq(loaded(1), 1);
	}
	else
	{
		ck_assert(!store->load_generation(store, 0, &gen, &error));
		ck_assert_int_eq(loaded(1), 2);
	}
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "current"), "%s", error.text);
	save_request(0);
	commit(0);
	ck_assert_int_eq(loaded(0), 0);
	ck_assert_int_eq(loaded(1), 2);
	ck_assert_int_eq(read_key("gen-2/key.pem"), 2);
	ck_assert_int_eq(read_key("gen-3/key.pem"), 0);
	ck_assert(!exists("gen-1"));
}
END_TEST

START_TEST(crash_keeps_the_generation_whose_link_is_lost)
{
	scep_profile_store_t *sick;
	bool success = FALSE;
	u_int i;

	commit(1);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		unlink(at("current"));
		if (_i)
		{
			save_request(1);
		}
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = TRUE;
		bad.steps = 0;
		success = commit_on(sick, 1, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(read_key("gen-1/key.pem") == 1, "step %u", i);
		ck_assert_msg(exists("gen-1/cert.pem"), "step %u", i);
		ck_assert_msg(loaded(success ? 0 : 1) == 1, "step %u", i);
	}
	ck_assert(success);
	ck_assert_int_gt(i, 4);
}
END_TEST

/**
 * Names of directories that are no generations.
 */
static const char *strangers[] = {
	"gen-", "gen-0", "gen-x", "gen-7.old", "gen-4294967295", "gen--1",
};

START_TEST(leaves_what_it_does_not_know)
{
	commit(1);
	ck_assert_int_eq(mkdir(at(strangers[_i]), 0700), 0);
	commit(2);
	commit(0);
	ck_assert_int_eq(loaded(0), 0);
	ck_assert_int_eq(loaded(1), 2);
	ck_assert(exists("gen-3"));
	ck_assert(exists(strangers[_i]));
}
END_TEST

int main()
{
	Suite *suite = suite_create("generation");
	TCase *tcase;

	tcase = tcase_create("generations");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, nothing_is_no_error);
	tcase_add_test(tcase, commits_and_loads);
	tcase_add_test(tcase, commits_without_chain);
	tcase_add_test(tcase, keeps_two_generations);
	tcase_add_test(tcase, files_are_private);
	tcase_add_test(tcase, commit_ends_the_request);
	tcase_add_loop_test(tcase, chain_and_facts_are_mended, 0,
						countof(mendable));
	tcase_add_loop_test(tcase, damaged_generation_is_not_the_one_before, 0, 2);
	tcase_add_test(tcase, missing_facts_do_not_matter);
	tcase_add_test(tcase, missing_generation_is_reported);
	tcase_add_test(tcase, refuses_key_of_another_certificate);
	tcase_add_loop_test(tcase, refuses_key_that_others_can_read, 0,
						countof(open_modes));
	tcase_add_loop_test(tcase, damaged_generation_is_reported_and_left, 0,
						countof(damages));
	tcase_add_test(tcase, leftovers_do_not_matter);
	tcase_add_loop_test(tcase, tells_which_certificate_is_lost, 0,
						countof(losses));
	tcase_add_loop_test(tcase, reports_what_is_lost_for_good, 0,
						countof(hopeless));
	tcase_add_test(tcase, request_that_led_to_the_generation_is_over);
	tcase_add_test(tcase, never_replaces_a_key_whose_certificate_is_lost);
	tcase_add_loop_test(tcase, finds_generations_whose_link_is_lost, 0, 2);
	tcase_add_loop_test(tcase, leaves_what_it_does_not_know, 0,
						countof(strangers));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("failures");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, failing_step_leaves_a_generation);
	tcase_add_test(tcase, crash_leaves_a_generation);
	tcase_add_loop_test(tcase, crash_keeps_the_generation_whose_link_is_lost,
						0, 2);
	tcase_add_test(tcase, failing_step_of_the_first_commit_keeps_the_key);
	tcase_add_test(tcase, crash_in_the_first_commit_keeps_the_key);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
