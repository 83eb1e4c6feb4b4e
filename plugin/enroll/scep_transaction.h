/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_transaction scep_transaction
 * @{ @ingroup scep_enroll
 *
 * One attempt to get a certificate, or a CRL: GetCACaps, GetCACert, request,
 * answer.
 */

#ifndef SCEP_TRANSACTION_H_
#define SCEP_TRANSACTION_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"
#include "enroll/scep_choice.h"
#include "enroll/scep_host.h"
#include "enroll/scep_machine.h"
#include "store/scep_store.h"
#include "trust/scep_anchors.h"

#include <library.h>

typedef struct scep_transaction_t scep_transaction_t;
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

	/** way of the request */
	scep_way_t way;

	/** what was found out about the CA */
	scep_verdict_t verdict;

	/** shortest delay that the server asked for (Retry-After), seconds, or 0 */
	time_t retry_after;

	/** whether the request under way was looked at */
	bool record_loaded;

	/** since when it is pending, 0 if it is not, if it was looked at */
	time_t pending_since;

	/** number of CertPolls so far, if input is SCEP_IN_PENDING */
	u_int polls;
};

/**
 * Called by the loop when an attempt goes on or ends.
 *
 * At the end the transaction has to be destroyed, by the callback or later.
 *
 * @param user		what scep_transaction_create() got
 * @param outcome	how it went, internal data
 */
typedef void (*scep_transaction_cb_t)(void *user,
									  const scep_outcome_t *outcome);

/**
 * An attempt. Loop thread only.
 */
struct scep_transaction_t {

	/**
	 * Start it. The callback is never called from inside start().
	 */
	void (*start)(scep_transaction_t *this);

	/**
	 * Stop it. Never blocks.
	 *
	 * @return		TRUE if it is stopped and the callback will not be called;
	 *				FALSE if a worker is at it, whose end the callback tells
	 */
	bool (*cancel)(scep_transaction_t *this);

	/**
	 * Destroy a scep_transaction_t that ended, was cancelled, or whose workers
	 * are gone (shutdown).
	 */
	void (*destroy)(scep_transaction_t *this);
};

/**
 * Create a transaction.
 *
 * @param host		surroundings
 * @param profile	what to ask for; a reference is taken
 * @param store		state of the profile; a worker uses it while work runs
 * @param current	generation in use, or NULL; a reference is taken
 * @param renew		renew it (signed with its key), instead of enrolling
 * @param refused_way way to ask that the server refused last, or SCEP_WAY_NONE
 * @param cb		called when it goes on or ends
 * @param user		data of cb
 * @return			transaction
 */
scep_transaction_t *scep_transaction_create(scep_host_t *host,
								scep_profile_t *profile,
								scep_profile_store_t *store,
								scep_generation_t *current, bool renew,
								scep_way_t refused_way,
								scep_transaction_cb_t cb, void *user);

/**
 * Create a transaction that gets the CRL of a certificate's CA (GetCRL),
 * instead of a certificate. It ends with SCEP_IN_ISSUED, or as others do, and
 * leaves alone what is known of the CA and of requests.
 *
 * @param host		surroundings
 * @param profile	profile; a reference is taken
 * @param store		state of the profile, gets the CRL; a worker uses it while
 *					work runs
 * @param current	generation whose certificate the CRL is for; a reference is
 *					taken
 * @param known		CRL that is known, or NULL; a reference is taken
 * @param cb		called when it goes on or ends
 * @param user		data of cb
 * @return			transaction
 */
scep_transaction_t *scep_transaction_create_crl(scep_host_t *host,
								scep_profile_t *profile,
								scep_profile_store_t *store,
								scep_generation_t *current,
								certificate_t *known,
								scep_transaction_cb_t cb, void *user);

#endif /** SCEP_TRANSACTION_H_ @}*/
