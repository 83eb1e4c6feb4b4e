/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_page scep_page
 * @{ @ingroup scep_enroll
 *
 * A challenge phrase from a page (challenge_url). The server keeps each phrase
 * that it shows, and has room for few: the page is fetched once for a new
 * transaction, and never for one that goes on.
 */

#ifndef SCEP_PAGE_H_
#define SCEP_PAGE_H_

#include "enroll/scep_job.h"

#include <library.h>

typedef struct scep_page_t scep_page_t;

/**
 * Called by the loop when the page came, or none.
 *
 * @param user			what scep_page_create() got
 * @param retry_after	delay that the server asked for, seconds, or 0
 */
typedef void (*scep_page_cb_t)(void *user, time_t retry_after);

/**
 * Fetches the page of an attempt. Loop thread only.
 */
struct scep_page_t {

	/**
	 * Fetch it, and wipe the password. The callback is called later, once,
	 * unless cancelled: the job then has the page, or an error.
	 *
	 * @return			FALSE if it could not even start; error of the job tells
	 *					why; no callback then
	 */
	bool (*start)(scep_page_t *this);

	/**
	 * Cancel it, if it is under way: no callback. Never blocks.
	 */
	void (*cancel)(scep_page_t *this);

	/**
	 * Destroy a scep_page_t, cancels.
	 */
	void (*destroy)(scep_page_t *this);
};

/**
 * Create what fetches the page.
 *
 * @param job			data of the attempt, not owned
 * @param cb			called when the page came, or none
 * @param user			data of cb
 * @return				page
 */
scep_page_t *scep_page_create(scep_job_t *job, scep_page_cb_t cb, void *user);

/**
 * Get the phrase for a new transaction off the page; without one ask for it by
 * want_page, and read the password. A worker.
 *
 * @param job			job, its CA verified
 * @return				FALSE on failure, or as the page has to be fetched
 */
bool scep_page_prepare(scep_job_t *job);

#endif /** SCEP_PAGE_H_ @}*/
