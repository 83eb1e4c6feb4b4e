/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"
#include "mock_clock.h"
#include "test_ca.h"

#include "enroll/scep_successor.h"
#include "message/scep_certs.h"

/**
 * A root, a CA below it, and two that may be next.
 */
static certrep_id_t *root, *sub, *next, *other;

static certrep_id_t *create(const char *subject, const certrep_id_t *issuer,
							long from)
{
	return test_cert(&(test_cert_t){ .subject = subject, .issuer = issuer,
						.ca = TRUE, .from = from, .to = TEST_YEAR });
}

static void setup()
{
	root = create("CN=Root", NULL, -TEST_DAY);
	sub = create("CN=Sub", root, -TEST_DAY);
	next = create("CN=Next", NULL, -60);
	other = create("CN=Other", NULL, -30);
}

static void teardown()
{
	certrep_id_destroy(root);
	certrep_id_destroy(sub);
	certrep_id_destroy(next);
	certrep_id_destroy(other);
}

static scep_host_t host;
static scep_profile_t profile;
static scep_job_t job;

static void setup_case()
{
	mock_clock_t *clock = mock_clock_create();

	store_setup();
	clock->now = TEST_NOW;
	host = (scep_host_t){ .clock = &clock->public };
	test_profile_init(&profile, NULL);
	profile.ca_cert = root->cert;
	job = (scep_job_t){
		.host = &host,
		.profile = &profile,
		.store = store,
	};
}

/**
 * Forget what an attempt had, but not what is on disk.
 */
static void end_attempt()
{
	DESTROY_IF(job.authority);
	job.authority = NULL;
	scep_knowledge_clear(&job.knowledge);
	chunk_free(&job.next_body);
}

static void teardown_case()
{
	end_attempt();
	test_profile_clear(&profile);
	host.clock->destroy(host.clock);
	store_teardown();
}

/**
 * Judge an answer to GetCACert in a new attempt; certs get freed.
 *
 * @return			whether it is believed
 */
static bool attempt(linked_list_t *certs)
{
	scep_error_t err = {};

	end_attempt();
	scep_knowledge_load(&profile, store, &job.knowledge);
	job.authority = scep_authority_create(certs, &profile, &job.knowledge.trust,
										  TEST_NOW, NULL, &err);
	scep_certs_destroy(certs);
	if (!job.authority)
	{
		return FALSE;
	}
	scep_successor_promote(&job);
	ck_assert(store->save_ca(store, job.authority->anchor, job.authority->cas,
							 &err));
	return TRUE;
}

/**
 * Let a CA announce another one.
 *
 * @return			whether it is kept
 */
static bool announce(certrep_id_t *by, certrep_id_t *successor)
{
	X509 *certs[] = { successor->x509, NULL };
	certrep_t rep = {
		.signer = by,
		.what = CERTREP_CONTENT_RAW,
		.content = certrep_certs_only(certs),
	};

	chunk_free(&job.next_body);
	job.next_body = certrep_build(&rep);
	free(rep.content.ptr);
	return scep_successor_learn(&job);
}

START_TEST(anchor_announces_its_successor)
{
	ck_assert(attempt(test_certs(root, sub, NULL)));
	ck_assert(announce(root, next));
	/* what is known already is no news */
	ck_assert(!announce(root, next));
	ck_assert(attempt(test_certs(next, NULL)));
	test_assert_certs(job.authority->anchors, next, NULL);
	ck_assert(!exists("ca/next.pem"));
	ck_assert(attempt(test_certs(next, NULL)));
}
END_TEST

START_TEST(ca_below_the_anchor_announces_nothing)
{
	ck_assert(attempt(test_certs(root, sub, NULL)));
	ck_assert(!announce(sub, other));
	ck_assert(!exists("ca/next.pem"));
	ck_assert(!attempt(test_certs(other, NULL)));
}
END_TEST

START_TEST(each_successor_replaces_the_one_before)
{
	ck_assert(attempt(test_certs(root, NULL)));
	ck_assert(announce(root, next));
	ck_assert(attempt(test_certs(next, NULL)));
	ck_assert(announce(next, other));
	ck_assert(attempt(test_certs(other, NULL)));
	ck_assert(!job.authority->next);
	test_assert_certs(job.authority->signers, other, NULL);
	/* whoever has the old key now */
	ck_assert(!attempt(test_certs(next, NULL)));
	ck_assert(attempt(test_certs(other, NULL)));
}
END_TEST

START_TEST(pin_may_follow_the_rollover)
{
	ck_assert(attempt(test_certs(root, NULL)));
	ck_assert(announce(root, next));
	ck_assert(attempt(test_certs(next, NULL)));
	profile.ca_cert = next->cert;
	ck_assert(attempt(test_certs(next, NULL)));
	ck_assert(announce(next, other));
	ck_assert(attempt(test_certs(other, NULL)));
	ck_assert(attempt(test_certs(other, NULL)));
}
END_TEST

START_TEST(older_announcement_replaces_none)
{
	ck_assert(attempt(test_certs(root, NULL)));
	ck_assert(announce(root, other));
	ck_assert(!announce(root, next));
	ck_assert(!attempt(test_certs(next, NULL)));
	ck_assert(attempt(test_certs(other, NULL)));
}
END_TEST

START_TEST(newer_announcement_replaces_one)
{
	ck_assert(attempt(test_certs(root, NULL)));
	ck_assert(announce(root, next));
	ck_assert(announce(root, other));
	ck_assert(!attempt(test_certs(next, NULL)));
	ck_assert(attempt(test_certs(other, NULL)));
}
END_TEST

int main()
{
	Suite *suite = suite_create("successor");
	TCase *tcase = tcase_create("successor");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_checked_fixture(tcase, setup_case, teardown_case);
	tcase_add_test(tcase, anchor_announces_its_successor);
	tcase_add_test(tcase, ca_below_the_anchor_announces_nothing);
	tcase_add_test(tcase, each_successor_replaces_the_one_before);
	tcase_add_test(tcase, pin_may_follow_the_rollover);
	tcase_add_test(tcase, older_announcement_replaces_none);
	tcase_add_test(tcase, newer_announcement_replaces_one);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
