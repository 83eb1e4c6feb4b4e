/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_record scep_record
 * @{ @ingroup scep_enroll
 *
 * The request under way of an attempt: its key, its PKCS#10, who signs it. On
 * disk before the first byte of it leaves.
 */

#ifndef SCEP_RECORD_H_
#define SCEP_RECORD_H_

#include "enroll/scep_job.h"

/**
 * Load the request under way from disk. One that can't be read ends the
 * attempt: the CA may have granted it, and the next one would replace its key.
 * A worker.
 *
 * @param job		gets record
 * @return			FALSE on failure
 */
bool scep_record_load(scep_job_t *job);

/**
 * Go on with the request under way, or make a new one: where it is pending it
 * is polled for, where its answer was lost it is sent again. One that was
 * refused, went to another server or CA than it would now, or has a challenge that is not the
 * one of now (unless it is pending) is followed by another, with the same key.
 * A worker.
 *
 * @param job		gets way, record, type, signer and signer_key
 * @return			FALSE on failure
 */
bool scep_record_prepare(scep_job_t *job);

/**
 * Write that the request may have left: from here on its key must be kept. A
 * worker.
 *
 * @param job		job
 * @return			FALSE on failure
 */
bool scep_record_leave(scep_job_t *job);

/**
 * The CA has the request and decides later. A worker.
 *
 * @param job		job
 */
void scep_record_pending(scep_job_t *job);

/**
 * The CA refused: the transaction is over, its key can serve the next one. A
 * worker.
 *
 * @param job		job
 */
void scep_record_refused(scep_job_t *job);

/**
 * The CA granted what nobody wants: with other settings that may serve, so the
 * request is sent again then, once. If its answer is the same, its transaction
 * is over. A worker.
 *
 * @param job		job
 * @return			TRUE if it is over
 */
bool scep_record_unwanted(scep_job_t *job);

/**
 * The server refused by its HTTP status. Anybody on the way may have written
 * that, while the CA granted the request: the transaction is over at the second
 * one only. A worker.
 *
 * @param job		job
 * @return			whether the transaction is over
 */
bool scep_record_declined(scep_job_t *job);

#endif /** SCEP_RECORD_H_ @}*/
