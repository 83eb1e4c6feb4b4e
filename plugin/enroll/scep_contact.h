/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_contact scep_contact
 * @{ @ingroup scep_enroll
 *
 * The beginning of an attempt: a server of the profile's that answers
 * GetCACaps and GetCACert. While nothing else was sent, one that can't be
 * reached is followed by the next.
 */

#ifndef SCEP_CONTACT_H_
#define SCEP_CONTACT_H_

#include "enroll/scep_exchange.h"
#include "enroll/scep_job.h"

#include <library.h>

typedef struct scep_contact_t scep_contact_t;

/**
 * Called by the loop when a server has answered, or none.
 *
 * @param user			what scep_contact_create() got
 * @param retry_after	longest delay that a server asked for, seconds, or 0
 */
typedef void (*scep_contact_cb_t)(void *user, time_t retry_after);

/**
 * A contact. Loop thread only.
 */
struct scep_contact_t {

	/**
	 * Look for a server. The callback is called later, once, unless the
	 * exchange is cancelled: the job then has url, server and caps, and the
	 * answer to GetCACert in body; or an error. Where only the next CA is
	 * looked for, and the server has no such operation, there is no body.
	 *
	 * @return			FALSE if it could not even start; error of the job tells
	 *					why; no callback then
	 */
	bool (*start)(scep_contact_t *this);

	/**
	 * The server that was found could not be reached later on: the next
	 * attempt tries others before it, if it may.
	 */
	void (*failed)(scep_contact_t *this);

	/**
	 * Destroy a scep_contact_t.
	 */
	void (*destroy)(scep_contact_t *this);
};

/**
 * Create a contact.
 *
 * @param job			data of the attempt, not owned
 * @param exchange		HTTP, not owned; gets url and other_form
 * @param cb			called when a server has answered, or none
 * @param user			data of cb
 * @return				contact
 */
scep_contact_t *scep_contact_create(scep_job_t *job, scep_exchange_t *exchange,
									scep_contact_cb_t cb, void *user);

#endif /** SCEP_CONTACT_H_ @}*/
