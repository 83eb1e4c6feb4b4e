/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_ca_view scep_ca_view
 * @{ @ingroup scep_enroll
 *
 * What is known of a profile's CA, for people to see.
 */

#ifndef SCEP_CA_VIEW_H_
#define SCEP_CA_VIEW_H_

#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

typedef enum scep_ca_state_t scep_ca_state_t;
typedef struct scep_ca_view_t scep_ca_view_t;

/**
 * How far a CA is trusted.
 */
enum scep_ca_state_t {
	/** it was not seen yet */
	SCEP_CA_UNKNOWN,
	/** something waits for an administrator's confirmation */
	SCEP_CA_WAITING,
	/** an administrator confirmed it */
	SCEP_CA_CONFIRMED,
	/** the configuration names it, or a CA that led to it */
	SCEP_CA_PINNED,
};

/**
 * Enum names for scep_ca_state_t, as clients of the control socket see them.
 */
extern enum_name_t *scep_ca_state_names;

/**
 * What is known of a CA; scep_ca_view_clear() frees its parts. Loop thread
 * only.
 */
struct scep_ca_view_t {

	/** how far it is trusted */
	scep_ca_state_t state;

	/** its certificate, verified and trusted, or NULL */
	certificate_t *ca;

	/** the one that takes over next, or NULL */
	certificate_t *next;

	/** fingerprints that wait for confirmation; scep_pin_t; NULL before the
	 * first scep_ca_view_load() */
	linked_list_t *unconfirmed;

	/** whether there is a challenge phrase for it that a person handed over, and
	 * since when there is that or the configured one, 0 if that is unknown */
	bool has_phrase;
	time_t phrase_since;
};

/**
 * Load from disk what is known of a CA. No worker may have the profile's state
 * meanwhile.
 *
 * @param view		gets it; what it has is freed
 * @param profile	profile
 * @param store		its state
 */
void scep_ca_view_load(scep_ca_view_t *view, scep_profile_t *profile,
					   scep_profile_store_t *store);

/**
 * Confirm a certificate that waits for that, on disk.
 *
 * @param view		what is on disk now
 * @param pin		its fingerprint
 * @param profile	name of the profile
 * @param store		its state
 * @param err		why not
 * @return			FALSE if that one does not wait for confirmation
 */
bool scep_ca_view_accept(const scep_ca_view_t *view, scep_pin_t *pin,
						 const char *profile, scep_profile_store_t *store,
						 scep_error_t *err);

/**
 * Free what is known.
 *
 * @param view		view, may be all zero
 */
void scep_ca_view_clear(scep_ca_view_t *view);

#endif /** SCEP_CA_VIEW_H_ @}*/
