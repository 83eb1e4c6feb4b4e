/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_outcome scep_outcome
 * @{ @ingroup scep_enroll
 *
 * What comes of an attempt, for whoever decides what is next.
 */

#ifndef SCEP_OUTCOME_H_
#define SCEP_OUTCOME_H_

#include "base/scep_error.h"
#include "base/scep_event.h"
#include "enroll/scep_choice.h"
#include "enroll/scep_job.h"
#include "enroll/scep_machine.h"
#include "store/scep_store.h"
#include "trust/scep_anchors.h"

#include <library.h>

typedef struct scep_outcome_t scep_outcome_t;

/**
 * How an attempt went on or ended.
 */
struct scep_outcome_t {

	/** SCEP_IN_CA: half-way; all others: the end */
	scep_input_t input;

	/** generation that was committed, if input is SCEP_IN_ISSUED; internal */
	scep_generation_t *gen;

	/** CRL that was asked for and verified, and the certificate of its issuer,
	 * or NULL; internal */
	certificate_t *crl, *issuer;

	/** reason of a failure */
	scep_error_t error;

	/** whether the server itself answered FAILURE */
	bool refused;

	/** whether the server said no to the way of the request, by FAILURE or,
	 * twice, by its HTTP status */
	bool declined;

	/** what it is about, if not a certificate */
	scep_errand_t errand;

	/** whether a message was sent, its type, and the way of the request */
	bool sent;
	scep_message_type_t type;
	scep_way_t way;

	/** hash of the challenge in the request, NULL if it has none; internal */
	const char *challenge;

	/** what was found out about the CA */
	scep_verdict_t verdict;

	/** shortest delay that the server asked for (Retry-After), or that what it
	 * issued asks for, seconds, or 0 */
	time_t retry_after;

	/** whether the request under way was looked at, and its transactionID,
	 * internal; NULL if there is none any more */
	bool record_loaded;
	const char *transaction_id;

	/** since when it is pending, 0 if it is not, if it was looked at */
	time_t pending_since;

	/** number of CertPolls so far, if input is SCEP_IN_PENDING */
	u_int polls;
};

/**
 * Make the outcome of an attempt.
 *
 * @param job			its data
 * @param input			how it went on or ended
 * @param retry_after	Retry-After of the server, seconds, or 0
 * @return				outcome; refers to data of the job
 */
scep_outcome_t scep_outcome_create(const scep_job_t *job, scep_input_t input,
								   time_t retry_after);

/**
 * Get how an attempt ended that failed.
 *
 * @param error			reason of the failure
 * @return				input of the machine
 */
scep_input_t scep_outcome_of_error(const scep_error_t *error);

/**
 * Get the event that fits an attempt that failed. Pure.
 *
 * @param outcome		how it ended
 * @return				event
 */
scep_event_t scep_outcome_event(const scep_outcome_t *outcome);

/**
 * Put a FAILURE into words.
 *
 * @param job			data of the attempt; gets error
 */
void scep_outcome_describe_refusal(scep_job_t *job);

#endif /** SCEP_OUTCOME_H_ @}*/
