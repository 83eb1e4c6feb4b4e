/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_enrollment scep_enrollment
 * @{ @ingroup scep_enroll
 *
 * The life of one profile: its certificate, its attempts, its timers.
 */

#ifndef SCEP_ENROLLMENT_H_
#define SCEP_ENROLLMENT_H_

#include "config/scep_profile.h"
#include "enroll/scep_host.h"
#include "enroll/scep_import.h"
#include "enroll/scep_machine.h"
#include "enroll/scep_view.h"

#include <library.h>

typedef struct scep_enrollment_t scep_enrollment_t;

/**
 * An enrolment. Loop thread only, except for creation and destruction, which
 * happen while no other thread runs, too.
 */
struct scep_enrollment_t {

	/**
	 * Get the name of the profile.
	 *
	 * @return			name, internal data
	 */
	const char *(*get_name)(scep_enrollment_t *this);

	/**
	 * Get the progress of the request.
	 *
	 * @return			state
	 */
	scep_state_t (*get_state)(scep_enrollment_t *this);

	/**
	 * Get all that may be seen of it.
	 *
	 * @return			view, for scep_view_clear(); valid until anything else of
	 *					the enrolment is called
	 */
	scep_view_t (*get_view)(scep_enrollment_t *this);

	/**
	 * An administrator confirms a certificate of the CA or RA that waits for
	 * that.
	 *
	 * @param pin		fingerprint
	 * @param err		why not
	 * @return			FALSE if that one does not wait for confirmation
	 */
	bool (*accept_ca)(scep_enrollment_t *this, scep_pin_t *pin,
					  scep_error_t *err);

	/**
	 * Get when run() has something to do.
	 *
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_enrollment_t *this);

	/**
	 * Do what is due.
	 */
	void (*run)(scep_enrollment_t *this);

	/**
	 * IKE could not authenticate as some identity: bring a due or missing
	 * enrolment forward, if it is this profile's and not too often.
	 *
	 * @param id		local identity that failed
	 */
	void (*nudge)(scep_enrollment_t *this, identification_t *id);

	/**
	 * A person wants a certificate now: one that is valid is renewed.
	 *
	 * @param err		why not
	 * @return			FALSE if nothing was begun
	 */
	bool (*enroll)(scep_enrollment_t *this, scep_error_t *err);

	/**
	 * A person wants another certificate soon: at a moment that is drawn, and
	 * kept over restarts. Without a certificate that the profile asks for an
	 * attempt begins now.
	 *
	 * @param seconds	longest time until then, 0 for now
	 * @param err		why not
	 * @return			FALSE if nothing was scheduled
	 */
	bool (*renew_within)(scep_enrollment_t *this, time_t seconds,
						 scep_error_t *err);

	/**
	 * A person wants no more of the request under way: nothing is asked for
	 * until enroll(), renew_within(), or a change of the profile. What the CA
	 * issued already is used.
	 *
	 * @param err		why not
	 * @return			FALSE if there is no request
	 */
	bool (*cancel)(scep_enrollment_t *this, scep_error_t *err);

	/**
	 * The wall clock was set: waits keep their length, moments their time.
	 *
	 * @param delta		by how much it jumped, seconds
	 */
	void (*clock_changed)(scep_enrollment_t *this, time_t delta);

	/**
	 * Take a challenge phrase from a person: it counts before the configured
	 * one until it was granted, refused, or its life is over. An attempt that
	 * waits, or that failed for good, is made at once.
	 *
	 * @param phrase	phrase; wiped by the caller
	 * @param err		reason of a failure: SCEP_PERMANENT if it is no phrase,
	 *					SCEP_LOCAL if it can't be kept
	 * @return			FALSE if it was not taken
	 */
	bool (*set_challenge)(scep_enrollment_t *this, chunk_t phrase,
						  scep_error_t *err);

	/**
	 * Take over a profile; one that has not changed disturbs nothing. The
	 * certificate in use stays until a new one is in.
	 *
	 * @param profile	new profile of the same name, a reference is taken
	 */
	void (*change)(scep_enrollment_t *this, scep_profile_t *profile);

	/**
	 * Take over a key and a certificate that a person has, instead of asking
	 * for one; a request under way is dropped then. Reads and writes files.
	 *
	 * @param import	key and certificates
	 * @param err		SCEP_TRANSIENT: a worker is at it, to be tried again in
	 *					a moment; else why they are refused
	 * @return			TRUE if IKE has them, or will when they become valid
	 */
	bool (*import)(scep_enrollment_t *this, const scep_import_t *import,
				   scep_error_t *err);

	/**
	 * The profile is no more: stop, and take the credentials away from IKE.
	 * The files stay.
	 *
	 * @return			TRUE if it may be destroyed now; FALSE while a worker is
	 *					at it, then is_idle() tells when
	 */
	bool (*retire)(scep_enrollment_t *this);

	/**
	 * Whether no transfer and no worker is under way.
	 *
	 * @return			TRUE if so
	 */
	bool (*is_idle)(scep_enrollment_t *this);

	/**
	 * Destroy a scep_enrollment_t that is idle, or whose workers are gone.
	 */
	void (*destroy)(scep_enrollment_t *this);
};

/**
 * Create the enrolment of a profile. Loads what is on disk and gives a usable
 * certificate to IKE at once; sends nothing.
 *
 * @param host			surroundings
 * @param profile		profile, a reference is taken
 * @param err			reason of a failure
 * @return				enrolment, NULL if its state on disk can't be opened
 */
scep_enrollment_t *scep_enrollment_create(scep_host_t *host,
										  scep_profile_t *profile,
										  scep_error_t *err);

#endif /** SCEP_ENROLLMENT_H_ @}*/
