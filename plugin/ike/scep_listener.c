/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ike/scep_listener.h"

#include <daemon.h>

typedef struct private_scep_listener_t private_scep_listener_t;

/**
 * Private data of a scep_listener_t.
 */
struct private_scep_listener_t {

	/**
	 * Public interface.
	 */
	scep_listener_t public;

	/**
	 * Called with the identity, and its data.
	 */
	scep_listener_cb_t cb;
	void *user;
};

METHOD(listener_t, alert, bool,
	private_scep_listener_t *this, ike_sa_t *ike_sa, alert_t alert,
	va_list args)
{
	identification_t *id;

	if (alert == ALERT_LOCAL_AUTH_FAILED && ike_sa)
	{
		id = ike_sa->get_my_id(ike_sa);
		this->cb(this->user, id->clone(id));
	}
	return TRUE;
}

METHOD(scep_listener_t, destroy, void,
	private_scep_listener_t *this)
{
	free(this);
}

/*
 * Described in header
 */
scep_listener_t *scep_listener_create(scep_listener_cb_t cb, void *user)
{
	private_scep_listener_t *this;

	INIT(this,
		.public = {
			.listener = {
				.alert = _alert,
			},
			.destroy = _destroy,
		},
		.cb = cb,
		.user = user,
	);
	return &this->public;
}
