/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_workers scep_workers
 * @{ @ingroup scep_enroll
 *
 * The executor on charon's processor.
 */

#ifndef SCEP_WORKERS_H_
#define SCEP_WORKERS_H_

#include "enroll/scep_executor.h"
#include "enroll/scep_inbox.h"

typedef struct scep_workers_t scep_workers_t;

/**
 * Work in low-priority jobs, only so many at once. Loop thread.
 */
struct scep_workers_t {

	/**
	 * Implements scep_executor_t.
	 */
	scep_executor_t executor;

	/**
	 * Set how much runs at once; what runs already goes on.
	 *
	 * @param limit		most jobs at the same time, at least 1
	 */
	void (*set_limit)(scep_workers_t *this, u_int limit);

	/**
	 * Destroy a scep_workers_t. All jobs must have ended, or never begin.
	 */
	void (*destroy)(scep_workers_t *this);
};

/**
 * Create the executor.
 *
 * @param inbox		gets what is done; not owned
 * @param limit		most jobs at the same time, at least 1
 * @return			executor
 */
scep_workers_t *scep_workers_create(scep_inbox_t *inbox, u_int limit);

#endif /** SCEP_WORKERS_H_ @}*/
