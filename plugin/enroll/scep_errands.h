/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_errands scep_errands
 * @{ @ingroup scep_enroll
 *
 * What a profile asks its server for between attempts, one thing at a time:
 * the CRL, and whether there is a next CA. An attempt is more important.
 */

#ifndef SCEP_ERRANDS_H_
#define SCEP_ERRANDS_H_

#include "enroll/scep_lineage.h"
#include "enroll/scep_machine.h"
#include "enroll/scep_revocation.h"
#include "enroll/scep_transaction.h"

typedef struct scep_errands_t scep_errands_t;

/**
 * Errands of a profile. Loop thread only, or at load before any other.
 */
struct scep_errands_t {

	/**
	 * Go on after a restart.
	 */
	void (*load)(scep_errands_t *this);

	/**
	 * Judge by the clock when they are due: at load, and when the clock was
	 * set.
	 *
	 * @return			whether the status is to be saved
	 */
	bool (*resume)(scep_errands_t *this);

	/**
	 * Take over a new generation.
	 *
	 * @param gen		generation, a reference is taken
	 */
	void (*adopt)(scep_errands_t *this, scep_generation_t *gen);

	/**
	 * Take over a changed profile.
	 *
	 * @param profile	profile, a reference is taken
	 */
	void (*change)(scep_errands_t *this, scep_profile_t *profile);

	/**
	 * Get when the next one is due. While an attempt waits there are no looks
	 * for the next CA: it asks for it itself, and a server that wanted to be
	 * left alone is.
	 *
	 * @param state		progress of the request, of which no attempt is under way
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_errands_t *this, scep_state_t state);

	/**
	 * Begin one that is due. Only while no attempt is under way.
	 *
	 * @param state		progress of the request
	 */
	void (*run)(scep_errands_t *this, scep_state_t state);

	/**
	 * Stop the one under way, as something more important is to be sent; it is
	 * due again. Never blocks.
	 *
	 * @return			FALSE while a worker is at it; the callback tells when
	 *					it has ended
	 */
	bool (*cancel)(scep_errands_t *this);

	/**
	 * Whether none is under way.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_idle)(scep_errands_t *this);

	/**
	 * The wall clock was set.
	 *
	 * @param delta		by how much it jumped, seconds
	 */
	void (*clock_changed)(scep_errands_t *this, time_t delta);

	/**
	 * Destroy a scep_errands_t whose workers are gone.
	 */
	void (*destroy)(scep_errands_t *this);
};

/**
 * Create it; it does nothing before load().
 *
 * @param host			surroundings
 * @param profile		profile, a reference is taken
 * @param store			state on disk, not owned
 * @param lineage		certificates, not owned
 * @param revocation	CRL, not owned; its callback tells when that has ended
 * @param status		has when they are due, not owned
 * @param cb			called when a look for the next CA has ended
 * @param user			data of cb
 * @return				errands
 */
scep_errands_t *scep_errands_create(scep_host_t *host, scep_profile_t *profile,
									scep_profile_store_t *store,
									scep_lineage_t *lineage,
									scep_revocation_t *revocation,
									scep_status_t *status,
									scep_transaction_cb_t cb, void *user);

#endif /** SCEP_ERRANDS_H_ @}*/
