/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_commands scep_commands
 * @{ @ingroup scep_control
 *
 * The commands of the control socket.
 */

#ifndef SCEP_COMMANDS_H_
#define SCEP_COMMANDS_H_

#include "base/scep_clock.h"
#include "control/scep_stream.h"
#include "enroll/scep_roster.h"

#include <library.h>

typedef struct scep_commands_t scep_commands_t;

/**
 * What commands need. Loop thread only.
 */
struct scep_commands_t {

	/** profiles, not owned */
	scep_roster_t *roster;

	/** clock, not owned */
	scep_clock_t *clock;

	/** when the plugin was loaded, and the URI of the socket, not owned */
	time_t started;
	const char *uri;
};

/**
 * Run a command.
 *
 * @param commands	what it needs
 * @param name		name of the command
 * @param message	its message, well-formed; may hold a secret
 * @param answer	gets the packet that answers it, allocated
 * @param stream	gets what is to be sent before that, or NULL
 * @return			FALSE if there is no such command: answer tells that, too
 */
bool scep_commands_run(scep_commands_t *commands, const char *name,
					   chunk_t message, chunk_t *answer,
					   scep_stream_t **stream);

#endif /** SCEP_COMMANDS_H_ @}*/
