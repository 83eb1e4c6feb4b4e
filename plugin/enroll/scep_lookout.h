/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_lookout scep_lookout
 * @{ @ingroup scep_enroll
 *
 * What a person has to do before a profile goes on: confirm a CA, or change the
 * challenge phrase. That is a file, which is looked at from time to time.
 */

#ifndef SCEP_LOOKOUT_H_
#define SCEP_LOOKOUT_H_

#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_lookout_t scep_lookout_t;

/**
 * Lookout for what a person does. Loop thread only, or at load before any
 * other.
 */
struct scep_lookout_t {

	/** when to look, if something is looked for */
	time_t at;

	/** which CAs were confirmed before the last attempt */
	uint32_t confirmed;

	/** whether another challenge phrase is waited for, and which there was
	 * before the last attempt */
	bool awaits_phrase;
	uint32_t phrase;
};

/**
 * Remember what there is: an attempt begins.
 *
 * @param profile	profile
 * @param store		its state on disk
 */
void scep_lookout_begin(scep_lookout_t *this, scep_profile_t *profile,
						scep_profile_store_t *store);

/**
 * Look, but not at once.
 *
 * @param now		wall clock
 */
void scep_lookout_put_off(scep_lookout_t *this, time_t now);

/**
 * Whether another CA is confirmed than before the last attempt.
 *
 * @param store		state on disk of the profile
 * @return			TRUE if so
 */
bool scep_lookout_is_confirmed(scep_lookout_t *this,
							   scep_profile_store_t *store);

/**
 * Whether another phrase is waited for that is not there yet.
 *
 * @param profile	profile
 * @param store		its state on disk
 * @return			TRUE if so
 */
bool scep_lookout_lacks_phrase(scep_lookout_t *this, scep_profile_t *profile,
							   scep_profile_store_t *store);

/**
 * Note for a restart which CAs were confirmed before the last attempt.
 *
 * @param status	gets that
 */
void scep_lookout_save(const scep_lookout_t *this, scep_status_t *status);

/**
 * Go on after a restart, at once: a CA may have been confirmed meanwhile.
 *
 * @param status	status with that
 * @param now		wall clock
 */
void scep_lookout_load(scep_lookout_t *this, const scep_status_t *status,
					   time_t now);

/**
 * The clock is believed, for the first time or again: look at once, the life
 * of the phrase may have been over by another clock only.
 *
 * @param now		wall clock
 */
void scep_lookout_adjust(scep_lookout_t *this, time_t now);

/**
 * The wall clock was set.
 *
 * @param delta		by how much it jumped, seconds
 * @param now		wall clock
 */
void scep_lookout_clock_changed(scep_lookout_t *this, time_t delta, time_t now);

#endif /** SCEP_LOOKOUT_H_ @}*/
