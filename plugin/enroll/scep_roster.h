/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_roster scep_roster
 * @{ @ingroup scep_enroll
 *
 * The enrolments of all profiles, as the configuration names them.
 */

#ifndef SCEP_ROSTER_H_
#define SCEP_ROSTER_H_

#include "config/scep_config.h"
#include "enroll/scep_host.h"
#include "enroll/scep_import.h"
#include "enroll/scep_view.h"

#include <library.h>

typedef struct scep_roster_t scep_roster_t;

/**
 * Enrolments. Loop thread only, or at load before any other.
 */
struct scep_roster_t {

	/**
	 * Take over a configuration. A profile that comes back while a worker is
	 * still busy for it begins when that has ended.
	 *
	 * @param config	configuration, not kept
	 */
	void (*configure)(scep_roster_t *this, scep_config_t *config);

	/**
	 * Get when run() has something to do.
	 *
	 * @return			wall clock time, 0 for never
	 */
	time_t (*get_due)(scep_roster_t *this);

	/**
	 * Do what is due, and let go of profiles whose worker has ended.
	 */
	void (*run)(scep_roster_t *this);

	/**
	 * Get the names of all profiles, unusable ones, too.
	 *
	 * @return			char*, gets owned
	 */
	linked_list_t *(*get_names)(scep_roster_t *this);

	/**
	 * Get all that may be seen of a profile.
	 *
	 * @param name		name of the profile
	 * @param view		gets it, for scep_view_clear(); valid until anything else
	 *					of the roster is called
	 * @return			FALSE if there is none of that name
	 */
	bool (*get_view)(scep_roster_t *this, const char *name, scep_view_t *view);

	/**
	 * An administrator confirms a certificate of a profile's CA or RA.
	 *
	 * @param name		name of the profile
	 * @param pin		fingerprint
	 * @param err		why not
	 * @return			FALSE if that one does not wait for confirmation
	 */
	bool (*accept_ca)(scep_roster_t *this, const char *name, scep_pin_t *pin,
					  scep_error_t *err);

	/**
	 * IKE could not authenticate as some identity.
	 *
	 * @param id		local identity
	 */
	void (*nudge)(scep_roster_t *this, identification_t *id);

	/**
	 * A person wants a profile's certificate now: one that is valid is renewed.
	 *
	 * @param name		name of the profile
	 * @param err		why not
	 * @return			FALSE if nothing was begun
	 */
	bool (*enroll)(scep_roster_t *this, const char *name, scep_error_t *err);

	/**
	 * A person wants another certificate of a profile soon, at a moment that
	 * is drawn.
	 *
	 * @param name		name of the profile
	 * @param seconds	longest time until then, 0 for now
	 * @param err		why not
	 * @return			FALSE if nothing was scheduled
	 */
	bool (*renew_within)(scep_roster_t *this, const char *name, time_t seconds,
						 scep_error_t *err);

	/**
	 * A person wants no more of a profile's request.
	 *
	 * @param name		name of the profile
	 * @param err		why not
	 * @return			FALSE if there is none
	 */
	bool (*cancel)(scep_roster_t *this, const char *name, scep_error_t *err);

	/**
	 * Take over a key and a certificate that a person has, for a profile:
	 * scep_enrollment_t.import().
	 *
	 * @param name		name of the profile
	 * @param import	key and certificates
	 * @param err		reason of a failure
	 * @return			TRUE if they were taken over
	 */
	bool (*import)(scep_roster_t *this, const char *name,
				   const scep_import_t *import, scep_error_t *err);

	/**
	 * A person hands over a challenge phrase for a profile.
	 *
	 * @param name		name of the profile
	 * @param phrase	phrase; wiped by the caller
	 * @param err		why not: SCEP_PERMANENT if it is no phrase, or there is
	 *					no such profile; SCEP_LOCAL if it can't be kept
	 * @return			FALSE if it was not taken
	 */
	bool (*set_challenge)(scep_roster_t *this, const char *name, chunk_t phrase,
						  scep_error_t *err);

	/**
	 * The wall clock was set.
	 *
	 * @param delta		by how much it jumped, seconds
	 */
	void (*clock_changed)(scep_roster_t *this, time_t delta);

	/**
	 * Destroy a scep_roster_t; all workers must have ended.
	 */
	void (*destroy)(scep_roster_t *this);
};

/**
 * Create a roster without enrolments.
 *
 * @param host		surroundings of the enrolments
 * @return			roster
 */
scep_roster_t *scep_roster_create(scep_host_t *host);

#endif /** SCEP_ROSTER_H_ @}*/
