/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_hook scep_hook
 * @{ @ingroup scep_control
 *
 * A program that is run on events, one at a time, in their order. It gets in
 * its environment: SCEP_PROFILE (empty for the plugin itself), SCEP_EVENT,
 * SCEP_LEVEL (0: a person must act, 1), SCEP_TEXT ("key=value …", as logged)
 * and SCEP_TIME (RFC 3339, UTC).
 */

#ifndef SCEP_HOOK_H_
#define SCEP_HOOK_H_

#include "base/scep_clock.h"
#include "base/scep_program.h"

#include <library.h>

typedef struct scep_hook_t scep_hook_t;

/**
 * Runs the hook.
 */
struct scep_hook_t {

	/**
	 * Set the program. Any thread.
	 *
	 * @param command	command, or NULL to run none
	 */
	void (*set_command)(scep_hook_t *this, const char *command);

	/**
	 * Destroy a scep_hook_t. Its job has ended, or never begins.
	 */
	void (*destroy)(scep_hook_t *this);
};

/**
 * Create it; hears of all events from now on, those of level 2 excepted. At
 * load, before any other thread.
 *
 * @param programs	runs the program, not owned
 * @param clock		tells the time, not owned
 * @return			hook, without a program
 */
scep_hook_t *scep_hook_create(scep_programs_t *programs, scep_clock_t *clock);

#endif /** SCEP_HOOK_H_ @}*/
