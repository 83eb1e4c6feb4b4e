/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_transaction scep_transaction
 * @{ @ingroup scep_enroll
 *
 * One attempt to get a certificate, or something else: GetCACaps, GetCACert,
 * request, answer.
 */

#ifndef SCEP_TRANSACTION_H_
#define SCEP_TRANSACTION_H_

#include "config/scep_profile.h"
#include "enroll/scep_host.h"
#include "enroll/scep_outcome.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_transaction_t scep_transaction_t;

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
	 * Whether a worker is at it, and has the profile's state on disk.
	 *
	 * @return		TRUE if so
	 */
	bool (*is_busy)(scep_transaction_t *this);

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
 * Create a transaction that gets something else instead of a certificate: the
 * CRL of its CA (GetCRL), or the CA that is next (GetNextCACert), if there is
 * one. It ends with SCEP_IN_ISSUED, or as others do, and leaves alone what is
 * known of the CA of now and of requests.
 *
 * @param host		surroundings
 * @param profile	profile; a reference is taken
 * @param store		state of the profile, gets it; a worker uses it while work runs
 * @param current	generation in use, whose certificate the CRL is for; a
 *					reference is taken
 * @param errand	what to ask for
 * @param known		CRL that is known, or NULL; a reference is taken
 * @param cb		called when it goes on or ends
 * @param user		data of cb
 * @return			transaction
 */
scep_transaction_t *scep_transaction_create_errand(scep_host_t *host,
								scep_profile_t *profile,
								scep_profile_store_t *store,
								scep_generation_t *current,
								scep_errand_t errand, certificate_t *known,
								scep_transaction_cb_t cb, void *user);

#endif /** SCEP_TRANSACTION_H_ @}*/
