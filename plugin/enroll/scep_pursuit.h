/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_pursuit scep_pursuit
 * @{ @ingroup scep_enroll
 *
 * What a profile does to get a certificate: when an attempt begins, and what
 * its end means.
 */

#ifndef SCEP_PURSUIT_H_
#define SCEP_PURSUIT_H_

#include "enroll/scep_counters.h"
#include "enroll/scep_errands.h"
#include "enroll/scep_machine.h"
#include "enroll/scep_progress.h"
#include "enroll/scep_sanity.h"
#include "enroll/scep_tenure.h"

typedef struct scep_pursuit_t scep_pursuit_t;
typedef struct scep_parts_t scep_parts_t;

/**
 * What a pursuit works on; not owned, and all live longer.
 */
struct scep_parts_t {

	/** surroundings */
	scep_host_t *host;

	/** configuration, a reference is taken */
	scep_profile_t *profile;

	/** state on disk */
	scep_profile_store_t *store;

	/** certificates */
	scep_lineage_t *lineage;

	/** CRL */
	scep_revocation_t *revocation;

	/** what gives way to an attempt */
	scep_errands_t *errands;

	/** how far the request is; its state is changed here only */
	scep_progress_t *progress;

	/** time in office of the certificate */
	scep_tenure_t *tenure;

	/** judge of the clock */
	scep_sanity_t *sanity;

	/** what happened so far */
	scep_counters_t *counters;
};

/**
 * Pursuit of a certificate. Loop thread only, or at load before any other.
 */
struct scep_pursuit_t {

	/**
	 * Something happened that needs no more words.
	 *
	 * @param input		what
	 */
	void (*step)(scep_pursuit_t *this, scep_input_t input);

	/**
	 * A person wants a certificate now.
	 *
	 * @param err		why not
	 * @return			FALSE if nothing was begun
	 */
	bool (*enroll)(scep_pursuit_t *this, scep_error_t *err);

	/**
	 * A person wants no more of the request under way. What the CA issued
	 * already is used.
	 *
	 * @param err		why not
	 * @return			FALSE if there is no request
	 */
	bool (*cancel)(scep_pursuit_t *this, scep_error_t *err);

	/**
	 * The clock is wrong: stop, and try again with another one.
	 */
	void (*interrupt)(scep_pursuit_t *this);

	/**
	 * There is another challenge phrase: an attempt that waits or that failed
	 * is made at once, and one that is under way followed by another if it
	 * fails.
	 */
	void (*use_phrase)(scep_pursuit_t *this);

	/**
	 * IKE could not authenticate as the profile: bring a due or missing
	 * enrolment forward, if not too often.
	 */
	void (*nudge)(scep_pursuit_t *this);

	/**
	 * Begin anew with a profile that has changed.
	 *
	 * @param profile	new profile, a reference is taken
	 */
	void (*change)(scep_pursuit_t *this, scep_profile_t *profile);

	/**
	 * Take over a generation that a person brought: a request under way is
	 * dropped. Not while a worker is at it.
	 *
	 * @param gen		generation, that is on disk
	 */
	void (*import)(scep_pursuit_t *this, scep_generation_t *gen);

	/**
	 * An errand has ended.
	 *
	 * @return			TRUE if an attempt waited for that, and begins
	 */
	bool (*resume)(scep_pursuit_t *this);

	/**
	 * Get when the next attempt is due.
	 *
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_pursuit_t *this);

	/**
	 * Make the attempt that is due.
	 */
	void (*run)(scep_pursuit_t *this);

	/**
	 * Stop for ever: the end of an attempt changes nothing any more.
	 */
	void (*retire)(scep_pursuit_t *this);

	/**
	 * Whether a worker is at it, and has the profile's state on disk.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_busy)(scep_pursuit_t *this);

	/**
	 * Whether no attempt is under way.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_idle)(scep_pursuit_t *this);

	/**
	 * Destroy a scep_pursuit_t whose workers are gone.
	 */
	void (*destroy)(scep_pursuit_t *this);
};

/**
 * Create it; nothing is begun.
 *
 * @param parts			what it works on
 * @param cb			called when an attempt goes on or has ended, after what
 *						follows from that
 * @param user			data of cb
 * @return				pursuit
 */
scep_pursuit_t *scep_pursuit_create(const scep_parts_t *parts,
									scep_transaction_cb_t cb, void *user);

#endif /** SCEP_PURSUIT_H_ @}*/
