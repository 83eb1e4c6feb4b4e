/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "attempt_fixture.h"

/*
 * Described in header
 */
scep_profile_store_t *kept;
scep_generation_t *current;
scep_transaction_t *transaction;
u_int calls, ends;
scep_outcome_t outcome;

/*
 * Described in header
 */
void attempt_setup()
{
	scep_error_t error = {};

	host_setup();
	kept = host->host.store->open(host->host.store, "gw", &error);
	ck_assert_msg(kept, "%s", error.text);
}

/*
 * Described in header
 */
void attempt_teardown()
{
	drop();
	DESTROY_IF(current);
	current = NULL;
	kept->destroy(kept);
	host_teardown();
}

static void on_outcome(void *user, const scep_outcome_t *got)
{
	ck_assert_ptr_eq(user, &outcome);
	/* the end comes once */
	ck_assert_int_eq(ends, 0);
	ck_assert(got->input != SCEP_IN_CA || calls == 0);
	calls++;
	ends += got->input == SCEP_IN_CA ? 0 : 1;
	outcome = *got;
}

/*
 * Described in header
 */
void start(const char *more)
{
	drop();
	DESTROY_IF(host->profile);
	host->profile = mock_host_profile(host, more);
	transaction = scep_transaction_create(&host->host, host->profile, kept,
								current, current != NULL, SCEP_WAY_NONE,
								on_outcome, &outcome);
	transaction->start(transaction);
	ck_assert_int_eq(calls, 0);
}

/*
 * Described in header
 */
void finish()
{
	mock_host_settle(host);
	ck_assert_int_eq(ends, 1);
}

/*
 * Described in header
 */
void drop()
{
	mock_executor_drop(host->executor);
	DESTROY_IF(transaction);
	transaction = NULL;
	calls = ends = 0;
	memset(&outcome, 0, sizeof(outcome));
}

/*
 * Described in header
 */
scep_request_record_t load_request()
{
	scep_request_record_t record;
	scep_error_t error = {};

	ck_assert_msg(kept->load_request(kept, &record, &error), "%s",
				  error.text);
	ck_assert(record.key);
	return record;
}
