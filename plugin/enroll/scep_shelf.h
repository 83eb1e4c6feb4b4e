/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_shelf scep_shelf
 * @{ @ingroup scep_enroll
 *
 * What IKE has of a profile that is disabled, as its configuration was unusable
 * from the start: the last good generation. Nothing is asked for.
 */

#ifndef SCEP_SHELF_H_
#define SCEP_SHELF_H_

#include "enroll/scep_host.h"

typedef struct scep_shelf_t scep_shelf_t;

/**
 * A disabled profile. Loop thread only, or at load before any other.
 */
struct scep_shelf_t {

	/**
	 * Get the name of the profile.
	 *
	 * @return			name, internal data
	 */
	const char *(*get_name)(scep_shelf_t *this);

	/**
	 * Get the generation that IKE has.
	 *
	 * @return			generation, internal data, or NULL
	 */
	scep_generation_t *(*get_installed)(scep_shelf_t *this);

	/**
	 * Take the credentials away from IKE. The files stay.
	 */
	void (*withdraw)(scep_shelf_t *this);

	/**
	 * Destroy a scep_shelf_t; IKE keeps what it has.
	 */
	void (*destroy)(scep_shelf_t *this);
};

/**
 * Load what is on disk of a profile and give it to IKE. A profile that never
 * had a certificate has none; a generation that can't be used is reported.
 *
 * @param host			surroundings
 * @param name			name of the profile
 * @return				disabled profile
 */
scep_shelf_t *scep_shelf_create(scep_host_t *host, const char *name);

#endif /** SCEP_SHELF_H_ @}*/
