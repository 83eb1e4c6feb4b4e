/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_lineage scep_lineage
 * @{ @ingroup scep_enroll
 *
 * The generations of a profile: the newest, the one before, and which of them
 * IKE has.
 */

#ifndef SCEP_LINEAGE_H_
#define SCEP_LINEAGE_H_

#include "base/scep_event.h"
#include "config/scep_profile.h"
#include "enroll/scep_host.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_lineage_t scep_lineage_t;

/**
 * Generations of a profile. Loop thread only, or at load before any other.
 */
struct scep_lineage_t {

	/**
	 * Get the newest generation, but for one that begins more than a day from
	 * now while the one before does not.
	 *
	 * @return			generation, internal data, or NULL
	 */
	scep_generation_t *(*get_current)(scep_lineage_t *this);

	/**
	 * Get the generation that IKE has.
	 *
	 * @return			generation, internal data, or NULL
	 */
	scep_generation_t *(*get_installed)(scep_lineage_t *this);

	/**
	 * Get the generation that IKE has, unless the newest one takes its place
	 * in time.
	 *
	 * @return			generation, internal data, or NULL
	 */
	scep_generation_t *(*get_ending)(scep_lineage_t *this);

	/**
	 * Whether the newest generation is what the profile asks for, though maybe
	 * expired.
	 *
	 * @return			TRUE if so
	 */
	bool (*fits)(scep_lineage_t *this);

	/**
	 * Whether the newest generation is valid now.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_current_valid)(scep_lineage_t *this);

	/**
	 * Whether IKE has a certificate that is valid now.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_installed_valid)(scep_lineage_t *this);

	/**
	 * Whether there is no certificate only because others can read or replace
	 * what is on disk: run() looks whether a person has mended that.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_exposed)(scep_lineage_t *this);

	/**
	 * Load what is on disk and give it to IKE.
	 */
	void (*load)(scep_lineage_t *this);

	/**
	 * Take over a new generation. IKE gets it, now or when it becomes valid;
	 * until then it keeps the one before.
	 *
	 * @param gen		generation, a reference is taken
	 * @param how		event that tells where it is from
	 * @return			TRUE if it follows another one
	 */
	bool (*adopt)(scep_lineage_t *this, scep_generation_t *gen,
				  scep_event_t how);

	/**
	 * Take over a changed profile; update_roots() has to follow.
	 *
	 * @param profile	profile, a reference is taken
	 */
	void (*change)(scep_lineage_t *this, scep_profile_t *profile);

	/**
	 * What is known of the CA may have changed: IKE verifies peers with the
	 * roots that are trusted now. Reads files: only while no worker has the
	 * profile's state.
	 */
	void (*update_roots)(scep_lineage_t *this);

	/**
	 * Peers refuse what IKE has, as it is revoked: what comes next is as good
	 * as the first one for the children that failed meanwhile.
	 */
	void (*distrust)(scep_lineage_t *this);

	/**
	 * Get when something changes by itself: the newest generation becomes
	 * valid.
	 *
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_lineage_t *this);

	/**
	 * Do what is due.
	 */
	void (*run)(scep_lineage_t *this);

	/**
	 * The wall clock was set.
	 */
	void (*clock_changed)(scep_lineage_t *this);

	/**
	 * Take the credentials away from IKE.
	 */
	void (*withdraw)(scep_lineage_t *this);

	/**
	 * Destroy a scep_lineage_t; IKE keeps what it has.
	 */
	void (*destroy)(scep_lineage_t *this);
};

/**
 * Create the lineage of a profile, empty.
 *
 * @param host			surroundings
 * @param profile		profile, a reference is taken
 * @param store			state on disk, not owned
 * @return				lineage
 */
scep_lineage_t *scep_lineage_create(scep_host_t *host, scep_profile_t *profile,
									scep_profile_store_t *store);

#endif /** SCEP_LINEAGE_H_ @}*/
