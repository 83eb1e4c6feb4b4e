/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_host mock_host
 * @{ @ingroup scep_tests
 *
 * A gateway with one profile, in the time of a test: all that an enrolment
 * reaches, with a CA at the other end, and the loop that runs it.
 */

#ifndef MOCK_HOST_H_
#define MOCK_HOST_H_

#include "mock_ca.h"
#include "mock_clock.h"
#include "mock_disk.h"
#include "mock_executor.h"
#include "mock_ike.h"
#include "mock_keys.h"
#include "mock_random.h"
#include "mock_transport.h"
#include "enroll/scep_enrollment.h"

typedef struct mock_host_t mock_host_t;

/** Most steps that anything takes until it is at rest */
#define MOCK_STEPS	200

/**
 * Gateway of a test.
 */
struct mock_host_t {

	/** what the enrolment sees */
	scep_host_t host;

	/** the parts of that; keys and ca are not owned */
	mock_clock_t *clock;
	mock_random_t *random;
	mock_transport_t *transport;
	mock_executor_t *executor;
	mock_keys_t *keys;
	mock_disk_t *disk;
	scep_programs_t *programs;
	mock_ike_t *ike;
	mock_ca_t *ca;

	/** state directory, temporary */
	char dir[64];

	/** whether the network fails instead of the CA's answer */
	bool offline;

	/** how URLs begin at which it does, or NULL */
	const char *down;

	/** answer to who asks for a page with a phrase, how often one did, and who
	 * and with which password */
	scep_http_answer_t page;
	u_int pages;
	char asked_by[128];

	/** profile, and its enrolment, or NULL */
	scep_profile_t *profile;
	scep_enrollment_t *enrollment;
};

/**
 * Create a gateway, without an enrolment.
 *
 * @param clock		clock, not owned
 * @param keys		key pairs, not owned
 * @param ca		CA, not owned
 * @param seed		seed of its random numbers
 */
mock_host_t *mock_host_create(mock_clock_t *clock, mock_keys_t *keys,
							  mock_ca_t *ca, uint64_t seed);

/**
 * Make a profile "gw" for the CA, without a challenge.
 *
 * @param more		settings that are added or override, or NULL
 * @return			profile
 */
scep_profile_t *mock_host_profile(mock_host_t *this, const char *more);

/**
 * Create the enrolment on what is on disk, after mock_host_crash() if there is
 * one.
 *
 * @param more		settings, as with mock_host_profile()
 * @return			FALSE if it could not be created
 */
bool mock_host_boot(mock_host_t *this, const char *more);

/**
 * Give other settings to the enrolment, as at reload.
 *
 * @param more		settings, as with mock_host_profile()
 */
void mock_host_change(mock_host_t *this, const char *more);

/**
 * End the enrolment wherever it is. IKE loses what it had.
 */
void mock_host_crash(mock_host_t *this);

/**
 * Let the CA answer the oldest transfer under way, or the network break it.
 *
 * @return			FALSE if there is none
 */
bool mock_host_serve(mock_host_t *this);

/**
 * Do one thing: end or do a piece of work, answer a request, or do what is due.
 *
 * @return			FALSE if there is nothing to do now
 */
bool mock_host_step(mock_host_t *this);

/**
 * Do all there is to do now. Aborts if that does not end.
 *
 * @return			number of steps
 */
u_int mock_host_settle(mock_host_t *this);

/**
 * Let time pass, and do what becomes due in it.
 *
 * @param seconds	how much time
 */
void mock_host_pass(mock_host_t *this, time_t seconds);

/**
 * Advance until an operation is under way, step by step.
 *
 * @param operation	"GetCACaps", "GetCACert" or "PKIOperation"
 * @return			FALSE if nothing happens any more before
 */
bool mock_host_until(mock_host_t *this, const char *operation);

/**
 * Whether IKE has a certificate that is valid now.
 *
 * @return			TRUE if so
 */
bool mock_host_is_usable(mock_host_t *this);

/**
 * Destroy a gateway and its directory.
 */
void mock_host_destroy(mock_host_t *this);

#endif /** MOCK_HOST_H_ @}*/
