/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_attempt scep_attempt
 * @{ @ingroup scep_enroll
 *
 * The attempt of a profile: one at a time, and none beside an errand.
 */

#ifndef SCEP_ATTEMPT_H_
#define SCEP_ATTEMPT_H_

#include "enroll/scep_errands.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_revocation.h"
#include "enroll/scep_transaction.h"

typedef struct scep_attempt_t scep_attempt_t;

/**
 * An attempt. Loop thread only.
 */
struct scep_attempt_t {

	/**
	 * Begin one: a renewal while the certificate is valid, not revoked, and is
	 * what the profile asks for, else an enrolment. An errand under way ends
	 * first.
	 *
	 * @param profile	what to ask for; a reference is taken
	 */
	void (*begin)(scep_attempt_t *this, scep_profile_t *profile);

	/**
	 * An errand has ended.
	 *
	 * @return			TRUE if an attempt waited for that, and begins
	 */
	bool (*resume)(scep_attempt_t *this);

	/**
	 * Stop it, or one that waits. Never blocks.
	 *
	 * @return			TRUE if nothing is under way; FALSE while a worker is at
	 *					it, whose end the callback tells
	 */
	bool (*stop)(scep_attempt_t *this);

	/**
	 * Whether a worker is at it, and has the profile's state on disk.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_busy)(scep_attempt_t *this);

	/**
	 * Forget which way to ask the server refused: the profile or the
	 * certificate is another one.
	 */
	void (*forget)(scep_attempt_t *this);

	/**
	 * Whether none is under way.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_idle)(scep_attempt_t *this);

	/**
	 * Whether an attempt begins as soon as an errand has ended.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_waiting)(scep_attempt_t *this);

	/**
	 * Destroy a scep_attempt_t whose workers are gone.
	 */
	void (*destroy)(scep_attempt_t *this);
};

/**
 * Create it.
 *
 * @param host			surroundings
 * @param store			state on disk, not owned
 * @param lineage		certificates, not owned
 * @param revocation	CRL, not owned
 * @param errands		what gives way to it, not owned
 * @param cb			called when an attempt goes on or has ended; another one
 *						can begin then
 * @param user			data of cb
 * @return				attempt, none under way
 */
scep_attempt_t *scep_attempt_create(scep_host_t *host,
									scep_profile_store_t *store,
									scep_lineage_t *lineage,
									scep_revocation_t *revocation,
									scep_errands_t *errands,
									scep_transaction_cb_t cb, void *user);

#endif /** SCEP_ATTEMPT_H_ @}*/
