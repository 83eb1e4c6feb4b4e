/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_loop scep_loop
 * @{ @ingroup scep_enroll
 *
 * The thread that owns all enrolments: one long-running job on charon's
 * processor, with every transfer, one timer, and an inbox.
 */

#ifndef SCEP_LOOP_H_
#define SCEP_LOOP_H_

#include "config/scep_config.h"
#include "enroll/scep_host.h"
#include "enroll/scep_roster.h"
#include "transport/scep_curl.h"

#include <library.h>

typedef struct scep_loop_t scep_loop_t;

/**
 * The loop.
 */
struct scep_loop_t {

	/**
	 * Take over a configuration: at load, before start(), it loads what is on
	 * disk at once; later it is for the loop's thread.
	 *
	 * @param config	configuration, not kept
	 */
	void (*configure)(scep_loop_t *this, scep_config_t *config);

	/**
	 * Queue the loop's job.
	 */
	void (*start)(scep_loop_t *this);

	/**
	 * Whether the loop has to end, as all jobs of the processor have. Any
	 * thread.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_stopping)(scep_loop_t *this);

	/**
	 * Let the loop call a function. Any thread; never blocks.
	 *
	 * @param fn		function, called by the loop's thread
	 * @param data		its data
	 * @param cleanup	called after fn, or instead of it at shutdown; or NULL
	 */
	void (*post)(scep_loop_t *this, scep_work_t fn, void *data,
				 scep_work_t cleanup);

	/**
	 * Get the enrolments. Loop thread.
	 *
	 * @return			roster, internal data
	 */
	scep_roster_t *(*get_roster)(scep_loop_t *this);

	/**
	 * IKE could not authenticate as some identity. Loop thread.
	 *
	 * @param id		local identity
	 */
	void (*nudge)(scep_loop_t *this, identification_t *id);

	/**
	 * Destroy a scep_loop_t. Its job and all workers must have ended.
	 */
	void (*destroy)(scep_loop_t *this);
};

/**
 * Create the loop.
 *
 * @param host		surroundings; executor is set to the loop's own
 * @param curl		transport, not owned
 * @return			loop, NULL if there is no timer
 */
scep_loop_t *scep_loop_create(scep_host_t *host, scep_curl_t *curl);

#endif /** SCEP_LOOP_H_ @}*/
