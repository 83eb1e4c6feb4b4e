/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_test scep_test
 * @{ @ingroup tests
 *
 * What every suite's main() calls, and the end of threads.
 */

#ifndef SCEP_TEST_H_
#define SCEP_TEST_H_

#include <library.h>

#include <check.h>

/**
 * Run a suite with libstrongswan and its plugins loaded.
 *
 * @param suite		suite, gets owned
 * @return			exit status
 */
int scep_test_run(Suite *suite);

/**
 * Run a suite with libstrongswan's openssl plugin before the others, as charon
 * has it; they have priority in scep_test_run().
 *
 * @param suite		suite, gets owned
 * @return			exit status
 */
int scep_test_run_openssl(Suite *suite);

/**
 * End the jobs of the processor, as charon does before all else.
 */
void scep_test_cancel();

#endif /** SCEP_TEST_H_ @}*/
