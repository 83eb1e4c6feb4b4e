/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_progress scep_progress
 * @{ @ingroup scep_enroll
 *
 * How far a profile's request is, and when its next attempt is due. Kept on
 * disk, so that a restart spares the server attempts.
 */

#ifndef SCEP_PROGRESS_H_
#define SCEP_PROGRESS_H_

#include "base/scep_event.h"
#include "config/scep_profile.h"
#include "enroll/scep_host.h"
#include "enroll/scep_machine.h"
#include "enroll/scep_transaction.h"
#include "store/scep_store.h"

#include <library.h>

/** Room for a transactionID that is shown */
#define SCEP_TRANSACTION_ID_LEN	65

typedef struct scep_progress_t scep_progress_t;

/**
 * Progress of a request. Loop thread only, or at load before any other.
 */
struct scep_progress_t {

	/** state of the machine, which alone changes it */
	scep_state_t state;

	/** attempts, their error, and times; on disk after save() */
	scep_status_t status;

	/** transactionID of the request under way, or empty */
	char transaction_id[SCEP_TRANSACTION_ID_LEN];

	/**
	 * Write the status to disk. A failure is reported and changes nothing
	 * else.
	 */
	void (*save)(scep_progress_t *this);

	/**
	 * An attempt begins. Until it ends the disk has it as failed, so that a
	 * crash that it leads to is not repeated at each start.
	 *
	 * @param ending	generation that must be replaced in time, or NULL
	 */
	void (*begin)(scep_progress_t *this, scep_generation_t *ending);

	/**
	 * A certificate was issued; not saved yet.
	 */
	void (*succeed)(scep_progress_t *this);

	/**
	 * Forget the attempts so far.
	 */
	void (*reset)(scep_progress_t *this);

	/**
	 * Schedule the next CertPoll.
	 *
	 * @param outcome	attempt that ended PENDING
	 * @param ending	generation that must be replaced in time, or NULL
	 */
	void (*poll_later)(scep_progress_t *this, const scep_outcome_t *outcome,
					   scep_generation_t *ending);

	/**
	 * Schedule the next attempt after a failure. While a request is pending
	 * that is a poll, which a nudge does not bring forward.
	 *
	 * @param outcome	attempt that failed
	 * @param ending	generation that must be replaced in time, or NULL
	 */
	void (*retry_later)(scep_progress_t *this, const scep_outcome_t *outcome,
						scep_generation_t *ending);

	/**
	 * Find out what the end of an attempt means for the machine: one that
	 * failed is something else while a request is pending, and so is an
	 * answer PENDING after poll.timeout. Silence is no answer: the CA may have
	 * decided in time.
	 *
	 * @param outcome	attempt that ended
	 * @return			input
	 */
	scep_input_t (*judge)(scep_progress_t *this, const scep_outcome_t *outcome);

	/**
	 * Look for a confirmation of the CA, and from time to time at the CA: who
	 * answered for it is not known.
	 *
	 * @param reason	why
	 */
	void (*confirm_later)(scep_progress_t *this, const char *reason);

	/**
	 * Stop until a person acts.
	 *
	 * @param event		how that is reported
	 * @param reason	why
	 */
	void (*stop)(scep_progress_t *this, scep_event_t event, const char *reason);

	/**
	 * The same, and the request under way is over. Its key stays: the CA may
	 * grant it yet.
	 *
	 * @param reason	why
	 */
	void (*give_up)(scep_progress_t *this, const char *reason);

	/**
	 * Stop until there is another challenge phrase. A restart looks again
	 * whether there is one.
	 *
	 * @param reason	why
	 */
	void (*await_phrase)(scep_progress_t *this, const char *reason);

	/**
	 * Set whether the request on disk is pending.
	 *
	 * @param id		its transactionID, or NULL
	 * @param since		since when it is as the request has it, 0 if it is not
	 */
	void (*set_pending)(scep_progress_t *this, const char *id, time_t since);

	/**
	 * Get when the next attempt is due, if state is not idle.
	 *
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_progress_t *this);

	/**
	 * Whether an attempt that is due may begin: not while a CA is still
	 * unconfirmed, unless the server may have another one by now, and not
	 * before there is another challenge phrase.
	 *
	 * @return			FALSE if it was put off
	 */
	bool (*is_ready)(scep_progress_t *this);

	/**
	 * Look whether the CA is confirmed, and whether there is another phrase, at
	 * the next occasion.
	 */
	void (*look)(scep_progress_t *this);

	/**
	 * Whether a nudge may bring the next attempt forward: not right after
	 * another one, nor when the server asked for patience, or said no.
	 *
	 * @return			TRUE if so
	 */
	bool (*may_nudge)(scep_progress_t *this);

	/**
	 * A nudge had an effect.
	 */
	void (*nudged)(scep_progress_t *this);

	/**
	 * Take over a changed profile.
	 *
	 * @param profile	profile, a reference is taken
	 */
	void (*change)(scep_progress_t *this, scep_profile_t *profile);

	/**
	 * The clock is believed, for the first time or again: correct moments that
	 * can't be right by it.
	 */
	void (*adjust)(scep_progress_t *this);

	/**
	 * The wall clock was set: waits keep their length.
	 *
	 * @param delta		by how much it jumped, seconds
	 */
	void (*clock_changed)(scep_progress_t *this, time_t delta);

	/**
	 * The newest generation was loaded. It may be what the last attempt brought
	 * whose end was not written any more.
	 *
	 * @param gen		generation, or NULL
	 */
	void (*catch_up)(scep_progress_t *this, scep_generation_t *gen);

	/**
	 * Destroy a scep_progress_t.
	 */
	void (*destroy)(scep_progress_t *this);
};

/**
 * Load the progress of a profile's request from disk.
 *
 * @param host			surroundings
 * @param profile		profile, a reference is taken
 * @param store			state on disk, not owned
 * @return				progress
 */
scep_progress_t *scep_progress_create(scep_host_t *host,
									  scep_profile_t *profile,
									  scep_profile_store_t *store);

#endif /** SCEP_PROGRESS_H_ @}*/
