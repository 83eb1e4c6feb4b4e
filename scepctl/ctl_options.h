/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_options ctl_options
 * @{ @ingroup scepctl
 *
 * What the command line says, and the table of commands' contract.
 */

#ifndef CTL_OPTIONS_H_
#define CTL_OPTIONS_H_

#include <library.h>

typedef enum ctl_exit_t ctl_exit_t;
typedef struct ctl_options_t ctl_options_t;

/**
 * Exit statuses, a contract with scripts.
 */
enum ctl_exit_t {
	CTL_DONE = 0,
	/** refused by the daemon, or failed */
	CTL_FAILED = 1,
	/** the command line is wrong */
	CTL_USAGE = 2,
	/** no daemon answers */
	CTL_NO_DAEMON = 3,
};

/**
 * Options and arguments.
 */
struct ctl_options_t {

	/** socket of the daemon */
	const char *uri;

	/** directory of the state, for what is done without a daemon */
	const char *state_dir;

	/** whether to write JSON */
	bool json;

	/** how long to wait until it is done, seconds; 0: not at all */
	u_int wait;

	/** within what time to renew, seconds in decimal digits, NULL: at once */
	const char *within;

	/** files to import */
	const char *key, *cert;

	/** arguments of the command, and their number */
	char **args;
	int count;
};

#endif /** CTL_OPTIONS_H_ @}*/
