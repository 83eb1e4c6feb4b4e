/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_problems ctl_problems
 * @{ @ingroup scepctl
 *
 * What is wrong with a configuration.
 */

#ifndef CTL_PROBLEMS_H_
#define CTL_PROBLEMS_H_

#include <library.h>

#include <stdio.h>

typedef struct ctl_problems_t ctl_problems_t;

/**
 * A list of errors and warnings. Any thread that loads a configuration; while
 * it exists it takes all that libstrongswan would log.
 */
struct ctl_problems_t {

	/**
	 * Add a problem.
	 *
	 * @param error		FALSE for a warning: what works, but maybe not as meant
	 * @param profile	profile that it is about, or NULL
	 * @param fmt		printf format
	 */
	void (*add)(ctl_problems_t *this, bool error, const char *profile,
				const char *fmt, ...);

	/**
	 * Count problems.
	 *
	 * @param error		whether to count errors, or else warnings
	 * @return			number
	 */
	u_int (*count)(ctl_problems_t *this, bool error);

	/**
	 * Print all problems.
	 *
	 * @param json		whether to print an array, or else lines
	 * @param out		where to
	 */
	void (*print)(ctl_problems_t *this, bool json, FILE *out);

	/**
	 * Destroy a ctl_problems_t.
	 */
	void (*destroy)(ctl_problems_t *this);
};

/**
 * Create an empty list, of which there is one at a time, and begin to add to it
 * syntax errors and config-error events.
 *
 * @return			list
 */
ctl_problems_t *ctl_problems_create();

#endif /** CTL_PROBLEMS_H_ @}*/
