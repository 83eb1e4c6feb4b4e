/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include "store/scep_files.h"
#include "store/scep_generations.h"

#include <openssl/x509.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/** More steps than any attempt takes: a sweep ends when nothing failed */
#define MAX_STEPS	120

/**
 * Create a gateway; one that has a certificate already if told so.
 */
static void setup(bool enrolled, const char *more)
{
	host_setup();
	ck_assert(mock_host_boot(host, more));
	if (enrolled)
	{
		mock_host_settle(host);
		ck_assert(mock_host_is_usable(host));
		mock_clock_advance(timer, wait_());
	}
}

/**
 * Whether a private key belongs to a request.
 */
static bool is_key_of(private_key_t *key, X509_REQ *csr)
{
	public_key_t *public = key->get_public_key(key);
	chunk_t ours = chunk_empty, theirs;
	u_char *der = NULL;
	bool equal;
	int len;

	ck_assert(public->get_encoding(public, PUBKEY_SPKI_ASN1_DER, &ours));
	public->destroy(public);
	len = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(csr), &der);
	theirs = chunk_create(der, len);
	equal = chunk_equals(ours, theirs);
	OPENSSL_free(der);
	free(ours.ptr);
	return equal;
}

/**
 * Check that the key of a request that leaves is on disk, whatever is wrong
 * with that disk now.
 */
static void check_key_on_disk(chunk_t message)
{
	scep_request_record_t record;
	certrep_request_t request;
	scep_profile_store_t *store;
	scep_error_t error = {};
	char dir[128];

	ck_assert(!certrep_request_parse(message, ca->id, &request));
	snprintf(dir, sizeof(dir), "%s/gw", host->dir);
	store = scep_profile_store_create(host->disk->disk, dir, &error);
	ck_assert_msg(store && store->load_request(store, &record, &error), "%s",
				  error.text);
	ck_assert(record.key && record.sent);
	ck_assert(chunk_equals(chunk_from_str(record.transaction_id),
						   request.transaction_id));
	ck_assert(is_key_of(record.key, request.csr));
	scep_request_record_clear(&record);
	store->destroy(store);
	certrep_request_clear(&request);
}

/**
 * Do all there is to do now, or some steps of it, and watch what leaves and
 * what IKE has.
 *
 * @return			whether steps were enough
 */
static bool settle(bool enrolled, u_int steps)
{
	mock_transfer_t *transfer;
	bool more = TRUE;

	while (more && steps--)
	{
		more = mock_host_step(host);
		transfer = mock_transport_get(host->transport);
		if (transfer && mock_transport_is(&transfer->request, "PKIOperation"))
		{
			check_key_on_disk(transfer->request.body);
		}
		ck_assert(!enrolled || mock_host_is_usable(host));
	}
	return !more;
}

/**
 * Check that the gateway gets, or has, its certificate within a day; that the
 * CA issued no more than necessary; and that the next renewal takes one
 * attempt and another key.
 */
static void check_recovery(bool enrolled)
{
	scep_generation_t *gen;
	u_int sent;
	time_t due;

	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, enrolled ? 2 : 1);
	ck_assert_int_eq(ca->refused, 0);
	gen = host->ike->gen->get_ref(host->ike->gen);
	ck_assert(is_key_of(gen->key, ca->last->csr));

	due = host->enrollment->get_due(host->enrollment);
	ck_assert_int_gt(due, timer->now + 50 * DAY);
	sent = host->transport->sent;
	mock_host_pass(host, due - timer->now);
	ck_assert_int_eq(host->transport->sent, sent + 3);
	ck_assert_int_eq(ca->issued, enrolled ? 3 : 2);
	ck_assert(host->ike->gen->number > gen->number);
	ck_assert(is_key_of(host->ike->gen->key, ca->last->csr));
	ck_assert(!host->ike->gen->key->equals(host->ike->gen->key, gen->key));
	gen->destroy(gen);
}

/**
 * First enrolments and renewals.
 */
static const bool enrolled[] = { FALSE, TRUE };

/**
 * What leaves the process that is killed, for the one that watches.
 */
typedef struct {
	/** whether a request left, and the CA answered it */
	bool sent, answered;
	/** its transactionID */
	char id[64];
} trace_t;

/**
 * Work until the process is killed, or there is nothing to do.
 */
static void work(trace_t *trace)
{
	mock_transfer_t *transfer;
	certrep_request_t request;

	do
	{
		trace->answered = trace->sent;
		transfer = mock_transport_get(host->transport);
		if (transfer &&
			mock_transport_is(&transfer->request, "PKIOperation") &&
			!certrep_request_parse(transfer->request.body, ca->id, &request))
		{
			snprintf(trace->id, sizeof(trace->id), "%.*s",
					 (int)request.transaction_id.len,
					 (char*)request.transaction_id.ptr);
			certrep_request_clear(&request);
			trace->sent = TRUE;
		}
	}
	while (mock_host_step(host));
	_exit(0);
}

/**
 * Check that the key of a request that left is on disk: with the request, or
 * with its certificate.
 */
static void check_trace(trace_t *trace)
{
	scep_files_t files = { .disk = host->disk->disk };
	char dir[128], *id;
	bool there;

	snprintf(dir, sizeof(dir), "%s/gw", host->dir);
	files.dir = dir;
	id = scep_files_read_fact(&files, "request/facts", "transaction_id");
	there = id && streq(id, trace->id) &&
			scep_files_exist(&files, "request/key.pem");
	ck_assert(!trace->sent || there ||
			  scep_generations_have(&files, trace->id));
	free(id);
}

START_TEST(survives_sigkill_after_each_step)
{
	bool killed = TRUE;
	trace_t *trace;
	int i, status;
	pid_t pid;

	trace = mmap(NULL, sizeof(*trace), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(trace != MAP_FAILED);
	for (i = 1; killed; i++)
	{
		ck_assert_int_lt(i, MAX_STEPS);
		setup(enrolled[_i], NULL);
		*trace = (trace_t){};
		host->disk->steps = 0;
		host->disk->kills = i;
		pid = fork();
		if (!pid)
		{
			work(trace);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		killed = WIFSIGNALED(status);
		ck_assert_int_eq(killed ? WTERMSIG(status) : WEXITSTATUS(status),
						 killed ? SIGKILL : 0);
		host->disk->kills = 0;
		check_trace(trace);
		ck_assert(mock_host_boot(host, NULL));
		ck_assert(!enrolled[_i] || mock_host_is_usable(host));
		mock_host_settle(host);
		mock_host_pass(host, DAY);
		ck_assert(mock_host_is_usable(host));
		ck_assert_int_eq(state(), SCEP_STATE_IDLE);
		host_teardown();
	}
	ck_assert_int_gt(i, 20);
	munmap(trace, sizeof(*trace));
}
END_TEST

START_TEST(renews_with_same_key_after_crash_between_writes)
{
	static const char reuse[] = "key {\n reuse = yes\n }";
	bool failed = TRUE;
	u_int i, number;

	for (i = 1; failed; i++)
	{
		ck_assert_int_lt(i, MAX_STEPS);
		setup(TRUE, reuse);
		host->disk->steps = 0;
		host->disk->fails = i;
		host->disk->stays = TRUE;
		mock_host_settle(host);
		failed = host->disk->steps >= i;
		host->disk->fails = 0;
		ck_assert(mock_host_boot(host, reuse));
		mock_host_pass(host, DAY);
		ck_assert_int_eq(ca->issued, 2);
		number = host->ike->gen->number;
		mock_host_pass(host, 70 * DAY);
		ck_assert_int_eq(ca->issued, 3);
		ck_assert_int_gt(host->ike->gen->number, number);
		host_teardown();
	}
}
END_TEST

START_TEST(survives_crash_between_steps)
{
	bool ended = FALSE;
	u_int i;

	for (i = 0; !ended; i++)
	{
		setup(enrolled[_i], NULL);
		ended = settle(enrolled[_i], i);
		ck_assert(mock_host_boot(host, NULL));
		ck_assert(!enrolled[_i] || mock_host_is_usable(host));
		settle(enrolled[_i], MOCK_STEPS);
		check_recovery(enrolled[_i]);
		host_teardown();
	}
	/* three requests, two jobs */
	ck_assert_int_gt(i, 7);
}
END_TEST

START_TEST(exposed_key_waits_until_it_is_mended)
{
	char path[128];
	u_int sent;

	setup(TRUE, NULL);
	snprintf(path, sizeof(path), "%s/gw/gen-1/key.pem", host->dir);
	ck_assert_int_eq(_i ? chown(path, 65534, -1) : chmod(path, 0640), 0);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(!host->ike->gen);
	sent = host->transport->sent;
	mock_host_pass(host, HOUR);
	mock_host_change(host, "trust_ca = yes");
	mock_host_pass(host, HOUR);
	ck_assert(!host->ike->gen);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(_i ? chown(path, 0, -1) : chmod(path, 0600), 0);
	mock_host_pass(host, 10);
	ck_assert(mock_host_is_usable(host));
	check_recovery(TRUE);
	host_teardown();
}
END_TEST

START_TEST(a_person_may_want_another_key_than_the_exposed_one)
{
	char path[128];

	setup(TRUE, NULL);
	snprintf(path, sizeof(path), "%s/gw/gen-1/key.pem", host->dir);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 2);
	ck_assert_int_eq(ca->issued, 2);
	host_teardown();
}
END_TEST

START_TEST(a_wish_beside_an_exposed_key_is_pursued)
{
	char path[128];

	setup(TRUE, NULL);
	snprintf(path, sizeof(path), "%s/gw/gen-1/key.pem", host->dir);
	ck_assert_int_eq(chmod(path, 0644), 0);
	ck_assert(mock_host_boot(host, NULL));
	ca->verdict = MOCK_PEND;
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert(!host->ike->gen);
	if (_i)
	{	/* also after a restart */
		ck_assert(mock_host_boot(host, NULL));
	}
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, DAY);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 2);
	host_teardown();
}
END_TEST

START_TEST(exposed_files_that_are_removed_are_waited_for_no_more)
{
	char command[192];

	setup(TRUE, NULL);
	snprintf(command, sizeof(command), "chmod 644 %s/gw/gen-1/key.pem",
			 host->dir);
	ck_assert_int_eq(system(command), 0);
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, HOUR);
	ck_assert(!host->ike->gen);
	snprintf(command, sizeof(command), "rm -r %s/gw/*", host->dir);
	ck_assert_int_eq(system(command), 0);
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 2);
	host_teardown();
}
END_TEST

int main()
{
	Suite *suite = suite_create("recovery");
	TCase *tcase = tcase_create("crashes");

	tcase_add_unchecked_fixture(tcase, host_setup_weak, host_teardown_all);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, renews_with_same_key_after_crash_between_writes);
	tcase_add_loop_test(tcase, survives_crash_between_steps, 0, 2);
	/* another user's needs root */
	tcase_add_loop_test(tcase, exposed_key_waits_until_it_is_mended, 0,
						geteuid() ? 1 : 2);
	tcase_add_test(tcase, a_person_may_want_another_key_than_the_exposed_one);
	tcase_add_loop_test(tcase, a_wish_beside_an_exposed_key_is_pursued, 0, 2);
	tcase_add_test(tcase,
				   exposed_files_that_are_removed_are_waited_for_no_more);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("kill");
	tcase_add_unchecked_fixture(tcase, host_setup_weak, host_teardown_all);
	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, survives_sigkill_after_each_step, 0, 2);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
