/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_outlook scep_outlook
 * @{ @ingroup scep_enroll
 *
 * The look for the CA that takes over next (RFC 8894, 4.7), between renewals:
 * peers may have certificates of it long before this gateway needs one.
 */

#ifndef SCEP_OUTLOOK_H_
#define SCEP_OUTLOOK_H_

#include "config/scep_profile.h"
#include "enroll/scep_host.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_transaction.h"
#include "store/scep_store.h"

#include <library.h>

/** What is noted when a look begins */
#define SCEP_OUTLOOK_BEGINS	"looking for the next CA"

typedef struct scep_outlook_t scep_outlook_t;

/**
 * Look for the next CA. Loop thread only, or at load before any other.
 *
 * Where the server has GetNextCACert: once a week, at a moment drawn in the
 * second half of that, so that a fleet's looks are spread and cost its CA next
 * to nothing (100000 gateways make one in five seconds). Once a day when
 * gateways as this one begin to ask the next CA for their certificates, so that
 * none of them is refused for longer; and never less than 64 times in a CA's
 * life.
 */
struct scep_outlook_t {

	/**
	 * The CA on disk may be another one: at load, and after an attempt, that
	 * looked, too. Only while no worker has the profile's state.
	 *
	 * @param looked	whether there was a look just now
	 */
	void (*update)(scep_outlook_t *this, bool looked);

	/**
	 * Judge by the clock when the next look is: at load, and when the clock was
	 * set. One that is overdue is made after a while, as others may have been
	 * down as well.
	 *
	 * @return			whether that is another moment than the one on disk
	 */
	bool (*resume)(scep_outlook_t *this);

	/**
	 * Take over a changed profile. A look under way is stopped.
	 *
	 * @param profile	profile, a reference is taken
	 */
	void (*change)(scep_outlook_t *this, scep_profile_t *profile);

	/**
	 * Get when to look.
	 *
	 * @return			wall clock time, 0 for never, or while one is under way
	 */
	time_t (*get_due)(scep_outlook_t *this);

	/**
	 * Look if that is due. Only while no other request of the profile is under
	 * way.
	 */
	void (*run)(scep_outlook_t *this);

	/**
	 * Stop a look under way; it stays due. Never blocks.
	 *
	 * @return			FALSE while a worker is at it; the callback tells when
	 *					it has ended
	 */
	bool (*cancel)(scep_outlook_t *this);

	/**
	 * Whether no look is under way.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_idle)(scep_outlook_t *this);

	/**
	 * Destroy a scep_outlook_t whose workers are gone.
	 */
	void (*destroy)(scep_outlook_t *this);
};

/**
 * Create it; it does nothing before update().
 *
 * @param host		surroundings
 * @param profile	profile, a reference is taken
 * @param store		state on disk, not owned
 * @param lineage	certificates, not owned
 * @param status	has the moment of the next look, not owned
 * @param cb		called when a look has ended
 * @param user		data of cb
 * @return			instance
 */
scep_outlook_t *scep_outlook_create(scep_host_t *host, scep_profile_t *profile,
									scep_profile_store_t *store,
									scep_lineage_t *lineage,
									scep_status_t *status,
									scep_transaction_cb_t cb, void *user);

#endif /** SCEP_OUTLOOK_H_ @}*/
