/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_tenure scep_tenure
 * @{ @ingroup scep_enroll
 *
 * How long the certificate serves: when it takes office, when it is to be
 * replaced, and what is said of its end.
 */

#ifndef SCEP_TENURE_H_
#define SCEP_TENURE_H_

#include "base/scep_event.h"
#include "config/scep_profile.h"
#include "enroll/scep_errands.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_progress.h"
#include "enroll/scep_revocation.h"

typedef struct scep_tenure_t scep_tenure_t;

/**
 * A certificate's time in office. Loop thread only, or at load before any
 * other.
 */
struct scep_tenure_t {

	/**
	 * Judge by the clock what is on disk: at load, and when the clock was set.
	 */
	void (*resume)(scep_tenure_t *this);

	/**
	 * Take over a new generation, that is on disk.
	 *
	 * @param gen		generation, a reference is taken
	 * @param how		how it came, SCEP_EV_ISSUED or SCEP_EV_IMPORTED
	 */
	void (*adopt)(scep_tenure_t *this, scep_generation_t *gen,
				  scep_event_t how);

	/**
	 * Take over a changed profile.
	 *
	 * @param profile	profile, a reference is taken
	 */
	void (*change)(scep_tenure_t *this, scep_profile_t *profile);

	/**
	 * Replace the certificate if it was found to be revoked: now, or a while
	 * after the last one came.
	 */
	void (*check_revocation)(scep_tenure_t *this);

	/**
	 * Follow the profile in whom it trusts: replace the certificate now if the
	 * CA of before is not trusted any more, and let IKE have the roots of now.
	 * Reads files, so only while no worker has the profile's state: an
	 * errand ends first.
	 *
	 * @param idle		whether no attempt is under way; one follows by itself
	 */
	void (*follow_trust)(scep_tenure_t *this, bool idle);

	/**
	 * An errand has ended: do what waited for that.
	 *
	 * @param idle		whether no attempt is under way
	 */
	void (*catch_up_trust)(scep_tenure_t *this, bool idle);

	/**
	 * Replace the certificate at a moment that is drawn.
	 *
	 * @param seconds	longest time until then
	 */
	void (*replace_within)(scep_tenure_t *this, time_t seconds);

	/**
	 * Whether IKE has a certificate that is valid, what the profile asks for,
	 * and not to be replaced yet.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_serving)(scep_tenure_t *this);

	/**
	 * Get the generation that another one has to be better than: what the
	 * profile asks for, and not revoked.
	 *
	 * @return			generation, internal data, or NULL
	 */
	scep_generation_t *(*get_kept)(scep_tenure_t *this);

	/**
	 * Get when the certificate is to be replaced.
	 *
	 * @return			wall clock time, which may be past
	 */
	time_t (*get_end)(scep_tenure_t *this);

	/**
	 * Get when run() has something to do.
	 *
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_tenure_t *this);

	/**
	 * Do what is due: give IKE a certificate that is valid now, warn.
	 */
	void (*run)(scep_tenure_t *this);

	/**
	 * Destroy a scep_tenure_t.
	 */
	void (*destroy)(scep_tenure_t *this);
};

/**
 * Create it.
 *
 * @param host			surroundings
 * @param profile		profile, a reference is taken
 * @param store			state on disk, not owned
 * @param lineage		certificates, not owned
 * @param revocation	CRL, not owned
 * @param errands		what is told of new certificates, not owned
 * @param progress		has what is kept on disk, not owned
 * @return				tenure
 */
scep_tenure_t *scep_tenure_create(scep_host_t *host, scep_profile_t *profile,
								  scep_profile_store_t *store,
								  scep_lineage_t *lineage,
								  scep_revocation_t *revocation,
								  scep_errands_t *errands,
								  scep_progress_t *progress);

#endif /** SCEP_TENURE_H_ @}*/
