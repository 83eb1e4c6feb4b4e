/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_revocation scep_revocation
 * @{ @ingroup scep_enroll
 *
 * The CRL of a profile's CA, where the certificate does not tell where to find
 * one (RFC 8894, 2.7): GetCRL, when to ask again, what it says about our own
 * certificate.
 */

#ifndef SCEP_REVOCATION_H_
#define SCEP_REVOCATION_H_

#include "config/scep_profile.h"
#include "enroll/scep_host.h"
#include "enroll/scep_outcome.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_revocation_t scep_revocation_t;

/**
 * Called by the loop when a GetCRL has ended, also a cancelled one.
 *
 * @param user		what scep_revocation_create() got
 * @param outcome	how it ended, internal data
 */
typedef void (*scep_revocation_cb_t)(void *user,
									 const scep_outcome_t *outcome);

/**
 * CRL of a profile's CA. Loop thread only, or at load before any other.
 */
struct scep_revocation_t {

	/**
	 * Load the CRL from disk, and give it to IKE if it is the one of a
	 * certificate's CA.
	 *
	 * @param gen		newest generation, a reference is taken; NULL if there
	 *					is none
	 * @param due		what get_due() said before the restart, 0 if unknown
	 */
	void (*load)(scep_revocation_t *this, scep_generation_t *gen, time_t due);

	/**
	 * Take over a new generation.
	 *
	 * @param gen		generation, a reference is taken
	 */
	void (*adopt)(scep_revocation_t *this, scep_generation_t *gen);

	/**
	 * Take over a changed profile. A GetCRL under way goes on as it began.
	 *
	 * @param profile	profile, a reference is taken
	 */
	void (*change)(scep_revocation_t *this, scep_profile_t *profile);

	/**
	 * Whether the newest certificate is on the CRL that is known.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_revoked)(scep_revocation_t *this);

	/**
	 * Get when the CRL that IKE has is outdated.
	 *
	 * @return			time, 0 if there is none, or it does not say
	 */
	time_t (*get_next_update)(scep_revocation_t *this);

	/**
	 * Get when to ask for a CRL.
	 *
	 * @return			wall clock time, 0 for never, or while one is under way
	 */
	time_t (*get_due)(scep_revocation_t *this);

	/**
	 * Ask for a CRL if it is due. Only while no other request of the profile
	 * is under way.
	 */
	void (*run)(scep_revocation_t *this);

	/**
	 * Stop a GetCRL under way, as something more important is to be sent; it
	 * is due again at once. Never blocks.
	 *
	 * @return			FALSE while a worker is at it; the callback tells when
	 *					it has ended
	 */
	bool (*cancel)(scep_revocation_t *this);

	/**
	 * Whether no GetCRL is under way.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_idle)(scep_revocation_t *this);

	/**
	 * The wall clock was set.
	 *
	 * @param delta		by how much it jumped, seconds
	 */
	void (*clock_changed)(scep_revocation_t *this, time_t delta);

	/**
	 * Destroy a scep_revocation_t whose workers are gone; IKE keeps what it
	 * has.
	 */
	void (*destroy)(scep_revocation_t *this);
};

/**
 * Create it; it does nothing before load().
 *
 * @param host		surroundings
 * @param profile	profile, a reference is taken
 * @param store		state on disk, not owned
 * @param cb		called when a GetCRL has ended
 * @param user		data of cb
 * @return			instance
 */
scep_revocation_t *scep_revocation_create(scep_host_t *host,
										  scep_profile_t *profile,
										  scep_profile_store_t *store,
										  scep_revocation_cb_t cb, void *user);

#endif /** SCEP_REVOCATION_H_ @}*/
