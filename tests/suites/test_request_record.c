/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include <stdio.h>
#include <sys/stat.h>

START_TEST(request_survives)
{
	scep_request_record_t record = make_request(1), copy;
	scep_error_t error = {};

	record.server = strdup("0123");
	record.to_next = TRUE;
	record.challenge = strdup("45:67");
	record.sent = TRUE;
	record.pending_since = 1790000100;
	record.polls = 7;
	record.unwanted = TRUE;
	record.refusals = 1;
	ck_assert(store->save_request(store, &record, &error));
	ck_assert(store->load_request(store, &copy, &error));
	ck_assert(copy.key->equals(copy.key, keys[1]));
	ck_assert(chunk_equals(copy.csr, record.csr));
	ck_assert_str_eq(copy.transaction_id, record.transaction_id);
	ck_assert_str_eq(copy.digest, record.digest);
	ck_assert_str_eq(copy.operation, record.operation);
	ck_assert_str_eq(copy.server, record.server);
	ck_assert(copy.to_next);
	ck_assert_str_eq(copy.challenge, record.challenge);
	ck_assert_int_eq(copy.created, record.created);
	ck_assert(copy.sent);
	ck_assert_int_eq(copy.pending_since, record.pending_since);
	ck_assert_int_eq(copy.polls, record.polls);
	ck_assert(copy.unwanted);
	ck_assert_int_eq(copy.refusals, record.refusals);
	scep_request_record_clear(&copy);

	/* refused: the key remains for the next request */
	chunk_clear(&record.csr);
	record.sent = FALSE;
	record.pending_since = 0;
	ck_assert(store->save_request(store, &record, &error));
	ck_assert(store->load_request(store, &copy, &error));
	ck_assert(copy.key->equals(copy.key, keys[1]));
	ck_assert_int_eq(copy.csr.len, 0);
	ck_assert(!copy.sent);
	ck_assert_int_eq(copy.pending_since, 0);
	scep_request_record_clear(&copy);
	scep_request_record_clear(&record);
	/* a cleared one can be cleared */
	scep_request_record_clear(&record);

	store->drop_request(store);
	ck_assert(store->load_request(store, &copy, &error));
	ck_assert(!copy.key);
	ck_assert(!exists("request"));
}
END_TEST

/**
 * Get what a file is on disk: one that is replaced is another one.
 */
static ino_t get_inode(const char *name)
{
	struct stat st;

	ck_assert_int_eq(stat(at(name), &st), 0);
	return st.st_ino;
}

START_TEST(only_what_changed_is_written)
{
	scep_request_record_t record = make_request(1);
	scep_error_t error = {};
	ino_t key, csr, facts;

	ck_assert(store->save_request(store, &record, &error));
	key = get_inode("request/key.pem");
	csr = get_inode("request/csr.der");
	facts = get_inode("request/facts");
	record.sent = TRUE;
	ck_assert(store->save_request(store, &record, &error));
	ck_assert(get_inode("request/key.pem") == key);
	ck_assert(get_inode("request/csr.der") == csr);
	ck_assert(get_inode("request/facts") != facts);
	/* with another phrase, say */
	record.csr.ptr[record.csr.len - 1] ^= 1;
	ck_assert(store->save_request(store, &record, &error));
	ck_assert(get_inode("request/key.pem") == key);
	ck_assert(get_inode("request/csr.der") != csr);
	scep_request_record_clear(&record);
}
END_TEST

/**
 * Write the state of a request once more while each step in turn fails.
 */
static void sweep_request(bool crashes)
{
	scep_request_record_t record, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i;

	save_request(1);
	record = make_request(1);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		record.sent = TRUE;
		record.polls = i;
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = sick->save_request(sick, &record, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_request(store, &copy, &error), "step %u: %s",
					  i, error.text);
		ck_assert(copy.key->equals(copy.key, keys[1]));
		ck_assert(chunk_equals(copy.csr, record.csr));
		ck_assert_str_eq(copy.transaction_id, record.transaction_id);
		ck_assert(!success || copy.polls == i);
		scep_request_record_clear(&copy);
	}
	ck_assert(success);
	ck_assert_int_gt(i, 4);
	scep_request_record_clear(&record);
}

START_TEST(failing_step_keeps_the_request)
{
	sweep_request(FALSE);
}
END_TEST

START_TEST(crash_keeps_the_request)
{
	sweep_request(TRUE);
}
END_TEST

/**
 * Make a first request while each step in turn fails: it is there, or none is;
 * without an error, as nothing was sent yet.
 */
static void sweep_first_request(bool crashes)
{
	scep_request_record_t record, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i;

	record = make_request(1);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		store->drop_request(store);
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = sick->save_request(sick, &record, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_request(store, &copy, &error), "step %u: %s",
					  i, error.text);
		ck_assert(!success || copy.key);
		ck_assert(!copy.key || copy.key->equals(copy.key, keys[1]));
		scep_request_record_clear(&copy);
	}
	ck_assert(success);
	scep_request_record_clear(&record);
}

START_TEST(failing_step_makes_no_half_request)
{
	sweep_first_request(FALSE);
}
END_TEST

START_TEST(crash_makes_no_half_request)
{
	sweep_first_request(TRUE);
}
END_TEST

/**
 * Replace a request by another one while each step in turn fails: there is the
 * old one, or it has ended, none, or the new one, but no mixture.
 *
 * @param which		whose key the other one has: that of the old one is never
 *					lost, as the CA may grant it yet
 */
static void sweep_other_request(bool crashes, int which)
{
	scep_request_record_t record, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE, other;
	u_int i;

	record = make_request(2);
	record.key->destroy(record.key);
	record.key = keys[which]->get_ref(keys[which]);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		store->drop_request(store);
		save_request(1);
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = sick->save_request(sick, &record, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_request(store, &copy, &error), "step %u: %s",
					  i, error.text);
		ck_assert_msg(copy.key || which == 2, "step %u: key is lost", i);
		if (copy.key)
		{
			other = streq(copy.transaction_id, record.transaction_id);
			ck_assert_msg(copy.key->equals(copy.key, keys[other ? which : 1]),
						  "step %u: key of another request", i);
			ck_assert_msg(!copy.csr.len ||
						  other == chunk_equals(copy.csr, record.csr),
						  "step %u: other request", i);
			ck_assert(!success || (other && copy.csr.len));
		}
		ck_assert(!success || copy.key);
		scep_request_record_clear(&copy);
	}
	ck_assert(success);
	ck_assert_int_gt(i, 4);
	scep_request_record_clear(&record);
}

START_TEST(failing_step_mixes_no_requests)
{
	sweep_other_request(FALSE, 2);
}
END_TEST

START_TEST(failing_step_keeps_the_key_for_another_request)
{
	sweep_other_request(FALSE, 1);
}
END_TEST

START_TEST(crash_mixes_no_requests)
{
	sweep_other_request(TRUE, 2);
}
END_TEST

START_TEST(crash_keeps_the_key_for_another_request)
{
	sweep_other_request(TRUE, 1);
}
END_TEST

/**
 * Parts of a request that are damaged, and how; NULL if one is missing.
 */
static const struct {
	const char *file;
	const char *content;
} request_damages[] = {
	{ "request/key.pem", "" },
	{ "request/key.pem", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n" },
	{ "request/key.pem", NULL },
	{ "request/csr.der", NULL },
	{ "request/facts", "" },
	{ "request/facts", "}}}" },
	{ "request/facts", "transaction_id = \"a" },
};

/**
 * Do such damage.
 */
static void damage_request(int which)
{
	if (request_damages[which].content)
	{
		overwrite(request_damages[which].file, request_damages[which].content);
	}
	else
	{
		ck_assert_int_eq(remove(at(request_damages[which].file)), 0);
	}
}

START_TEST(damaged_request_is_reported_and_set_aside)
{
	scep_request_record_t record;
	scep_error_t error = {};

	save_request(1);
	damage_request(_i);
	/* without an error nobody would learn of it */
	ck_assert(!store->load_request(store, &record, NULL));
	ck_assert(exists("request"));
	ck_assert(!store->load_request(store, &record, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "request.bad-1"), "%s", error.text);
	ck_assert(!record.key);
	ck_assert(!record.csr.ptr);
	ck_assert(!exists("request"));
	ck_assert(exists("request.bad-1"));
	ck_assert(!has_request(1));
	save_request(2);
	ck_assert(has_request(2));
	ck_assert(exists("request.bad-1"));
}
END_TEST

START_TEST(damaged_request_is_not_overwritten)
{
	scep_request_record_t record;
	scep_error_t error = {};

	save_request(1);
	damage_request(_i);
	save_request(2);
	ck_assert(has_request(2));
	ck_assert(exists("request.bad-1"));
	damage_request(_i);
	ck_assert(!store->load_request(store, &record, &error));
	ck_assert_msg(strstr(error.text, "request.bad-2"), "%s", error.text);
	ck_assert(exists("request.bad-1"));
	ck_assert(exists("request.bad-2"));
}
END_TEST

START_TEST(number_of_damaged_requests_is_limited)
{
	scep_request_record_t record;
	scep_error_t error = {};
	char name[32];
	int i;

	for (i = 1; i <= 99; i++)
	{
		snprintf(name, sizeof(name), "request.bad-%d", i);
		overwrite(name, "");
	}
	save_request(1);
	damage_request(0);
	ck_assert(!store->load_request(store, &record, &error));
	ck_assert_msg(strstr(error.text, "remove request.bad-*"), "%s", error.text);
	ck_assert(exists("request/facts"));
	record = make_request(2);
	ck_assert(!store->save_request(store, &record, NULL));
	ck_assert(exists("request/facts"));
	ck_assert(!exists("request.bad-100"));
	ck_assert_int_eq(remove(at("request.bad-99")), 0);
	ck_assert(store->save_request(store, &record, NULL));
	scep_request_record_clear(&record);
	ck_assert(has_request(2));
	ck_assert(exists("request.bad-99/facts"));
}
END_TEST

/**
 * Parts of a request that can't be read now.
 */
static const char *unreadable[] = {
	"request/key.pem", "request/csr.der", "request/facts",
};

START_TEST(unreadable_request_is_not_replaced)
{
	scep_request_record_t record;
	scep_profile_store_t *sick;
	scep_error_t error = {};

	save_request(1);
	sick = open_on(&bad.public);
	bad.unreadable = unreadable[_i];
	ck_assert(!sick->load_request(sick, &record, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "input/output error"), "%s", error.text);
	ck_assert(!record.key);
	ck_assert(!record.csr.ptr);
	record = make_request(2);
	error = (scep_error_t){};
	ck_assert(!sick->save_request(sick, &record, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "input/output error"), "%s", error.text);
	ck_assert(has_request(1));
	/* it was for a moment */
	bad.unreadable = NULL;
	ck_assert(sick->save_request(sick, &record, &error));
	ck_assert(has_request(2));
	scep_request_record_clear(&record);
	sick->destroy(sick);
}
END_TEST

START_TEST(request_that_others_can_read_is_not_replaced)
{
	scep_request_record_t record;
	scep_error_t error = {};

	save_request(1);
	ck_assert_int_eq(chmod(at("request/key.pem"), 0640), 0);
	ck_assert(!store->load_request(store, &record, &error));
	record = make_request(2);
	ck_assert(!store->save_request(store, &record, &error));
	scep_request_record_clear(&record);
	ck_assert_int_eq(chmod(at("request/key.pem"), 0600), 0);
	ck_assert(has_request(1));
}
END_TEST

int main()
{
	Suite *suite = suite_create("request_record");
	TCase *tcase;

	tcase = tcase_create("request");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, request_survives);
	tcase_add_test(tcase, only_what_changed_is_written);
	tcase_add_loop_test(tcase, damaged_request_is_reported_and_set_aside, 0,
						countof(request_damages));
	tcase_add_loop_test(tcase, damaged_request_is_not_overwritten, 0,
						countof(request_damages));
	tcase_add_test(tcase, number_of_damaged_requests_is_limited);
	tcase_add_loop_test(tcase, unreadable_request_is_not_replaced, 0,
						countof(unreadable));
	tcase_add_test(tcase, request_that_others_can_read_is_not_replaced);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("failures");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, failing_step_keeps_the_request);
	tcase_add_test(tcase, crash_keeps_the_request);
	tcase_add_test(tcase, failing_step_makes_no_half_request);
	tcase_add_test(tcase, crash_makes_no_half_request);
	tcase_add_test(tcase, failing_step_mixes_no_requests);
	tcase_add_test(tcase, crash_mixes_no_requests);
	tcase_add_test(tcase, failing_step_keeps_the_key_for_another_request);
	tcase_add_test(tcase, crash_keeps_the_key_for_another_request);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
