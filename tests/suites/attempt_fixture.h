/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup attempt_fixture attempt_fixture
 * @{ @ingroup scep_tests
 *
 * Attempts of a gateway to get a certificate, without an enrolment.
 */

#ifndef ATTEMPT_FIXTURE_H_
#define ATTEMPT_FIXTURE_H_

#include "host_fixture.h"
#include "enroll/scep_transaction.h"

/** State of the profile on disk, and its generation in use, or NULL */
extern scep_profile_store_t *kept;
extern scep_generation_t *current;

/** Attempt under way */
extern scep_transaction_t *transaction;

/** What its callback got: how often at all, how often the end, the last one */
extern u_int calls, ends;
extern scep_outcome_t outcome;

/**
 * Make a gateway as host_setup() does, and open its state.
 */
void attempt_setup();

/**
 * Destroy it.
 */
void attempt_teardown();

/**
 * Start an attempt; the one of before is dropped.
 *
 * @param more		settings, as with mock_host_profile()
 */
void start(const char *more);

/**
 * Run an attempt to its end.
 */
void finish();

/**
 * Drop the attempt.
 */
void drop();

/**
 * Load the request under way, which has to be there.
 */
scep_request_record_t load_request();

#endif /** ATTEMPT_FIXTURE_H_ @}*/
