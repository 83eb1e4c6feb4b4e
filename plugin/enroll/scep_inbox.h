/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_inbox scep_inbox
 * @{ @ingroup scep_enroll
 *
 * Messages to the loop: what other threads want its thread to do.
 */

#ifndef SCEP_INBOX_H_
#define SCEP_INBOX_H_

#include "enroll/scep_executor.h"
#include "transport/scep_curl.h"

#include <library.h>

typedef struct scep_inbox_t scep_inbox_t;

/**
 * A queue of messages.
 */
struct scep_inbox_t {

	/**
	 * Let the loop call a function. Any thread; never blocks.
	 *
	 * @param fn		function, called by the loop's thread
	 * @param data		its data
	 * @param cleanup	called after fn, or instead of it at shutdown; or NULL
	 */
	void (*post)(scep_inbox_t *this, scep_work_t fn, void *data,
				 scep_work_t cleanup);

	/**
	 * Get the number of messages. Loop thread.
	 *
	 * @return			messages that are there now
	 */
	u_int (*get_count)(scep_inbox_t *this);

	/**
	 * Handle the oldest message. Loop thread.
	 *
	 * @return			FALSE if there is none
	 */
	bool (*handle)(scep_inbox_t *this);

	/**
	 * Destroy a scep_inbox_t, and what is in it. No other thread may use it
	 * any more.
	 */
	void (*destroy)(scep_inbox_t *this);
};

/**
 * Create an inbox.
 *
 * @param curl		what the loop waits with, gets woken up; not owned
 * @return			inbox, empty
 */
scep_inbox_t *scep_inbox_create(scep_curl_t *curl);

#endif /** SCEP_INBOX_H_ @}*/
