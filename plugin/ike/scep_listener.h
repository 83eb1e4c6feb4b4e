/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_listener scep_listener
 * @{ @ingroup scep_ike_layer
 *
 * Hears from the bus that we could not authenticate.
 */

#ifndef SCEP_LISTENER_H_
#define SCEP_LISTENER_H_

#include <library.h>
#include <bus/listeners/listener.h>
#include <utils/identification.h>

typedef struct scep_listener_t scep_listener_t;

/**
 * Called by an IKE thread, inside of an alert: must only post.
 *
 * @param user		what scep_listener_create() got
 * @param id		local identity that failed, gets owned
 */
typedef void (*scep_listener_cb_t)(void *user, identification_t *id);

/**
 * Listener on charon's bus.
 */
struct scep_listener_t {

	/**
	 * Implements listener_t.
	 */
	listener_t listener;

	/**
	 * Destroy a scep_listener_t, after it was removed from the bus.
	 */
	void (*destroy)(scep_listener_t *this);
};

/**
 * Create a listener for ALERT_LOCAL_AUTH_FAILED. It fires for either side's
 * fault, so the callback's reader must look at our own certificate.
 *
 * @param cb		called with the local identity
 * @param user		data of cb
 * @return			listener
 */
scep_listener_t *scep_listener_create(scep_listener_cb_t cb, void *user);

#endif /** SCEP_LISTENER_H_ @}*/
