/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_metrics scep_metrics
 * @{ @ingroup scep_control
 *
 * The profiles in Prometheus' text format 0.0.4. A metric's lines have to be
 * together, so first all profiles are looked at, then all metrics are written,
 * both in portions.
 */

#ifndef SCEP_METRICS_H_
#define SCEP_METRICS_H_

#include "enroll/scep_view.h"

#include <library.h>

typedef struct scep_metrics_t scep_metrics_t;

/**
 * Metrics of some moment. One thread at a time.
 */
struct scep_metrics_t {

	/**
	 * Take over what is seen of a profile. Before the first get_text().
	 *
	 * @param name		name of the profile
	 * @param view		profile
	 */
	void (*add)(scep_metrics_t *this, const char *name,
				const scep_view_t *view);

	/**
	 * Get the next piece of text.
	 *
	 * @param len		length from which on it may end, bytes; it ends with a
	 *					whole line
	 * @param text		gets it, allocated
	 * @return			FALSE if there is nothing left
	 */
	bool (*get_text)(scep_metrics_t *this, size_t len, chunk_t *text);

	/**
	 * Destroy a scep_metrics_t.
	 */
	void (*destroy)(scep_metrics_t *this);
};

/**
 * Create metrics without profiles.
 *
 * @return			metrics
 */
scep_metrics_t *scep_metrics_create();

#endif /** SCEP_METRICS_H_ @}*/
