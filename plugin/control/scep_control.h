/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_control scep_control
 * @{ @ingroup scep
 *
 * Control and monitoring: the control socket with its commands and events, and
 * the file with metrics.
 */

#ifndef SCEP_CONTROL_H_
#define SCEP_CONTROL_H_

#include "config/scep_config.h"
#include "enroll/scep_host.h"
#include "enroll/scep_loop.h"

#include <library.h>

typedef struct scep_control_t scep_control_t;

/**
 * Control and monitoring.
 */
struct scep_control_t {

	/**
	 * Take over a configuration. Another socket counts after a restart only,
	 * which is told. Loop thread, or at load.
	 *
	 * @param config	configuration, not kept
	 */
	void (*configure)(scep_control_t *this, scep_config_t *config);

	/**
	 * Destroy a scep_control_t. The loop and all other jobs must have ended.
	 */
	void (*destroy)(scep_control_t *this);
};

/**
 * Open the control socket. Without one that can be opened, which is told, all
 * else works. At load, before another thread reports events.
 *
 * @param host		surroundings, with the loop's executor
 * @param loop		loop, not started yet
 * @param config	configuration, not kept
 * @return			control
 */
scep_control_t *scep_control_create(scep_host_t *host, scep_loop_t *loop,
									scep_config_t *config);

#endif /** SCEP_CONTROL_H_ @}*/
