/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_change ctl_change
 * @{ @ingroup scepctl
 *
 * Commands that change something: have it done, and tell the outcome.
 */

#ifndef CTL_CHANGE_H_
#define CTL_CHANGE_H_

#include "ctl_options.h"

/**
 * Have a command done for the profile that the first argument names.
 *
 * @param options	command line; also whether to wait until all is done
 * @param command	name of the command
 * @param key		key of what it needs, or NULL
 * @param value		value of that, NULL to leave it out
 * @param done		what to tell when the daemon took the command
 * @return			exit status
 */
ctl_exit_t ctl_change(const ctl_options_t *options, const char *command,
					  const char *key, const char *value, const char *done);

/**
 * Tell the outcome: as JSON, or what was done in words.
 *
 * @param options	command line
 * @param status	exit status
 * @param done		what was done, in words
 * @param reason	why it was not done, or NULL
 */
void ctl_outcome(const ctl_options_t *options, ctl_exit_t status,
				 const char *done, const char *reason);

#endif /** CTL_CHANGE_H_ @}*/
