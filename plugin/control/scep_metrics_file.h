/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_metrics_file scep_metrics_file
 * @{ @ingroup scep_control
 *
 * Metrics as a file, for node_exporter's textfile collector: written when
 * something changes, as all times in it are absolute.
 */

#ifndef SCEP_METRICS_FILE_H_
#define SCEP_METRICS_FILE_H_

#include "enroll/scep_host.h"
#include "enroll/scep_loop.h"

#include <library.h>

typedef struct scep_metrics_file_t scep_metrics_file_t;

/**
 * The file. Loop thread only, except where told.
 */
struct scep_metrics_file_t {

	/**
	 * Set which file to write, or none. An earlier one stays as it is.
	 *
	 * @param path		absolute path, or NULL
	 */
	void (*set_path)(scep_metrics_file_t *this, const char *path);

	/**
	 * Something changed: the file is written soon, but not more often than
	 * every interval. Any thread; never blocks.
	 */
	void (*changed)(scep_metrics_file_t *this);

	/**
	 * Destroy a scep_metrics_file_t. Loop and workers must have ended.
	 */
	void (*destroy)(scep_metrics_file_t *this);
};

/**
 * Create it; it writes nothing before set_path().
 *
 * @param host		surroundings, with the loop's executor
 * @param loop		loop
 * @param interval	shortest time between two writes, seconds
 * @return			instance
 */
scep_metrics_file_t *scep_metrics_file_create(scep_host_t *host,
											  scep_loop_t *loop,
											  u_int interval);

#endif /** SCEP_METRICS_FILE_H_ @}*/
