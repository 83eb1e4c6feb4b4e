/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_executor scep_executor
 * @{ @ingroup scep_enroll
 *
 * Runs what takes long (key generation, signatures, disk) outside the loop.
 */

#ifndef SCEP_EXECUTOR_H_
#define SCEP_EXECUTOR_H_

#include <library.h>

typedef struct scep_executor_t scep_executor_t;

/**
 * One half of a piece of work.
 *
 * @param user		what submit() got
 */
typedef void (*scep_work_t)(void *user);

/**
 * Queue of work. Loop thread only.
 */
struct scep_executor_t {

	/**
	 * Queue a piece of work.
	 *
	 * @param work		called by a worker; has user to itself meanwhile
	 * @param done		called by the loop afterwards; not called at all for
	 *					work that is still queued or running at shutdown, where
	 *					the owner of user frees it
	 * @param user		data of both
	 */
	void (*submit)(scep_executor_t *this, scep_work_t work, scep_work_t done,
				   void *user);
};

#endif /** SCEP_EXECUTOR_H_ @}*/
