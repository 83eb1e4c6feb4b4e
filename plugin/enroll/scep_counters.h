/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_counters scep_counters
 * @{ @ingroup scep_enroll
 *
 * What happened to a profile since the plugin was loaded, counted.
 */

#ifndef SCEP_COUNTERS_H_
#define SCEP_COUNTERS_H_

#include "enroll/scep_transaction.h"

#include <library.h>

typedef enum scep_operation_t scep_operation_t;
typedef enum scep_result_t scep_result_t;
typedef enum scep_reason_t scep_reason_t;
typedef struct scep_counters_t scep_counters_t;

/**
 * What was asked for.
 */
enum scep_operation_t {
	/** a certificate, not by the one before */
	SCEP_OP_ENROLL,
	/** a certificate, by the one before */
	SCEP_OP_RENEW,
	/** whether the CA has decided */
	SCEP_OP_POLL,
	/** a certificate that the CA issued before */
	SCEP_OP_GET_CERT,
	/** a CRL */
	SCEP_OP_GET_CRL,

	SCEP_OPERATIONS,
};

/**
 * Enum names for scep_operation_t, as in metrics.
 */
extern enum_name_t *scep_operation_names;

/**
 * What came of a request.
 */
enum scep_result_t {
	/** what was asked for */
	SCEP_RESULT_SUCCESS,
	SCEP_RESULT_PENDING,
	/** the server said no */
	SCEP_RESULT_REFUSED,
	/** an answer that was not believed, or is not wanted */
	SCEP_RESULT_REJECTED,
	/** no answer, or our own failure */
	SCEP_RESULT_FAILED,

	SCEP_RESULTS,
};

/**
 * Enum names for scep_result_t, as in metrics.
 */
extern enum_name_t *scep_result_names;

/**
 * Why an attempt failed.
 */
enum scep_reason_t {
	/** no answer, or none that is SCEP */
	SCEP_REASON_NETWORK,
	/** the server said no */
	SCEP_REASON_REFUSED,
	/** an answer that was not believed */
	SCEP_REASON_REJECTED,
	/** another CA than the pinned one, or none that was confirmed */
	SCEP_REASON_CA,
	/** genuine, but not what the configuration allows */
	SCEP_REASON_UNWANTED,
	/** disk, or our own keys */
	SCEP_REASON_LOCAL,

	SCEP_REASONS,
};

/**
 * Enum names for scep_reason_t, as in metrics.
 */
extern enum_name_t *scep_reason_names;

/**
 * Counters.
 */
struct scep_counters_t {

	/** requests that were sent and are over, by operation and result */
	uint64_t requests[SCEP_OPERATIONS][SCEP_RESULTS];

	/** failed attempts to get a certificate, by reason */
	uint64_t failures[SCEP_REASONS];

	/** certificates that took the place of others */
	uint64_t renewals;
};

/**
 * Count what came of an attempt. Of a CRL only what came of its request: an
 * attempt to get a certificate is something else.
 *
 * @param counters	counters
 * @param outcome	end of an attempt; one that goes on counts nothing
 */
void scep_counters_add(scep_counters_t *counters,
					   const scep_outcome_t *outcome);

#endif /** SCEP_COUNTERS_H_ @}*/
