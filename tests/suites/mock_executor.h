/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_executor mock_executor
 * @{ @ingroup scep_tests
 *
 * A worker that works when it is told to.
 */

#ifndef MOCK_EXECUTOR_H_
#define MOCK_EXECUTOR_H_

#include "enroll/scep_executor.h"

#include <collections/linked_list.h>

typedef struct mock_executor_t mock_executor_t;

/**
 * Executor of a test.
 */
struct mock_executor_t {

	/** interface */
	scep_executor_t public;

	/** work that nobody has begun; internal */
	linked_list_t *waiting;

	/** work whose end the loop has not heard of; internal */
	linked_list_t *finished;
};

/**
 * Create an executor.
 */
mock_executor_t *mock_executor_create();

/**
 * Do the work that waits for the longest time; its end stays unknown.
 *
 * @return			FALSE if there is none
 */
bool mock_executor_work(mock_executor_t *this);

/**
 * Tell the end of the work that was done first.
 *
 * @return			FALSE if there is none
 */
bool mock_executor_finish(mock_executor_t *this);

/**
 * Forget all work, as at shutdown.
 */
void mock_executor_drop(mock_executor_t *this);

/**
 * Destroy an executor.
 */
void mock_executor_destroy(mock_executor_t *this);

#endif /** MOCK_EXECUTOR_H_ @}*/
