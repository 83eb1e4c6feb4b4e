/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_client ctl_client
 * @{ @ingroup scepctl
 *
 * Talks to the daemon by libvici. What goes wrong is told on standard error,
 * with what to do about it.
 */

#ifndef CTL_CLIENT_H_
#define CTL_CLIENT_H_

#include "ctl_options.h"
#include "ctl_record.h"

#include <library.h>

typedef struct ctl_value_t ctl_value_t;
typedef struct ctl_client_t ctl_client_t;

/** Longest time that the daemon may be silent after a command, seconds */
#define CTL_SILENCE		10

/**
 * A key and its value in a command.
 */
struct ctl_value_t {
	const char *key;
	chunk_t value;
};

/**
 * Put a string into a ctl_value_t.
 *
 * @param string	string, or NULL for no value
 * @return			chunk
 */
static inline chunk_t ctl_value(const char *string)
{
	return string ? chunk_from_str((char*)string) : chunk_empty;
}

/**
 * Function that gets events; another thread than main's, one at a time.
 *
 * @param user		what was given to listen()
 * @param record	what the event says, gets owned
 */
typedef void (*ctl_handler_t)(void *user, ctl_record_t *record);

/**
 * Connection to a daemon. One thread.
 */
struct ctl_client_t {

	/**
	 * Get events from now on. Those that a command streams come before call()
	 * returns.
	 *
	 * @param event		name of the events
	 * @param handler	function
	 * @param user		first argument of it
	 * @return			CTL_NO_DAEMON if that failed
	 */
	ctl_exit_t (*listen)(ctl_client_t *this, const char *event,
						 ctl_handler_t handler, void *user);

	/**
	 * Get no such events any more.
	 *
	 * @param event		name of the events
	 * @return			CTL_NO_DAEMON if that failed
	 */
	ctl_exit_t (*ignore)(ctl_client_t *this, const char *event);

	/**
	 * Have a command done.
	 *
	 * @param command	name of the command
	 * @param values	what it needs, up to one without a key, or NULL; what
	 *					has no value is left out
	 * @param strict	whether the reply has to tell of success
	 * @param reply		gets the reply where the daemon did not refuse, or NULL
	 *					to drop it
	 * @return			CTL_FAILED if the daemon refused, CTL_NO_DAEMON if none
	 *					answered
	 */
	ctl_exit_t (*call)(ctl_client_t *this, const char *command,
					   const ctl_value_t *values, bool strict,
					   ctl_record_t **reply);

	/**
	 * Get the reason of the last refusal.
	 *
	 * @return			reason, internal data
	 */
	const char *(*get_reason)(ctl_client_t *this);

	/**
	 * Destroy a ctl_client_t.
	 */
	void (*destroy)(ctl_client_t *this);
};

/**
 * Connect to a daemon.
 *
 * @param uri		its socket
 * @return			client, or NULL after telling why
 */
ctl_client_t *ctl_client_create(const char *uri);

/**
 * Connect to a daemon if one is there, else say nothing.
 *
 * @param uri		its socket
 * @param absent	gets whether surely none listens there, rather than that it
 *					can't be asked
 * @return			client, or NULL
 */
ctl_client_t *ctl_client_try(const char *uri, bool *absent);

#endif /** CTL_CLIENT_H_ @}*/
