/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_wait ctl_wait
 * @{ @ingroup scepctl
 *
 * Waits until a profile has the certificate that a command asked for.
 */

#ifndef CTL_WAIT_H_
#define CTL_WAIT_H_

#include "ctl_client.h"
#include "ctl_options.h"

typedef struct ctl_wait_t ctl_wait_t;

/**
 * A wait for another certificate. One thread, which is that of the client.
 */
struct ctl_wait_t {

	/**
	 * Wait, printing the events of the profile meanwhile.
	 *
	 * @param reason	gets why there is no other certificate, static or of
	 *					this object
	 * @return			CTL_FAILED if that will not come by itself, or time is
	 *					up
	 */
	ctl_exit_t (*run)(ctl_wait_t *this, const char **reason);

	/**
	 * Destroy a ctl_wait_t, after the client: it gets events until then.
	 */
	void (*destroy)(ctl_wait_t *this);
};

/**
 * Begin to wait, before the command.
 *
 * @param client	connection
 * @param options	profile, time, and form of output
 * @param wait		gets the wait, where CTL_DONE is returned
 * @return			CTL_FAILED if there is no such profile
 */
ctl_exit_t ctl_wait_create(ctl_client_t *client, const ctl_options_t *options,
						   ctl_wait_t **wait);

#endif /** CTL_WAIT_H_ @}*/
