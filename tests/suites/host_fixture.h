/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup host_fixture host_fixture
 * @{ @ingroup scep_tests
 *
 * A gateway for each test, and what most tests do with it.
 */

#ifndef HOST_FIXTURE_H_
#define HOST_FIXTURE_H_

#include "scep_test.h"
#include "mock_host.h"

/** Lengths of time, seconds */
#define HOUR	3600
#define DAY		(24 * HOUR)
#define YEAR	(365LL * DAY)

/** Clock and CA of all tests */
extern mock_clock_t *timer;
extern mock_ca_t *ca;

/** Gateway of a test, without an enrolment at first */
extern mock_host_t *host;

/**
 * Make clock, CA and key pairs.
 */
void host_setup_all();

/**
 * Make them with weak key pairs, which takes less time.
 */
void host_setup_weak();

/**
 * Destroy them.
 */
void host_teardown_all();

/**
 * Make a gateway at MOCK_START, with a CA that was asked for nothing.
 */
void host_setup();

/**
 * Destroy it.
 */
void host_teardown();

/**
 * Start a gateway, or start it again, and do all there is to do now.
 *
 * @param more		settings, as with mock_host_profile()
 */
void boot(const char *more);

/**
 * Get a first certificate.
 *
 * @param more		settings, as with mock_host_profile()
 */
void enrol(const char *more);

/**
 * State of the enrolment.
 */
scep_state_t state();

/**
 * How long it waits, seconds.
 */
time_t wait_();

/**
 * Tell that IKE could not authenticate.
 *
 * @param name		as whom
 */
void nudge(const char *name);

/**
 * Path of a file of the profile, in a static buffer.
 *
 * @param name		name, below the profile's directory
 */
char *path_of(const char *name);

/**
 * Whether a file of the profile is there.
 *
 * @param name		name, below the profile's directory
 */
bool has_file(const char *name);

/**
 * Whether IKE has a certificate for a name.
 *
 * @param dn		the name
 */
bool has_name(const char *dn);

#endif /** HOST_FIXTURE_H_ @}*/
