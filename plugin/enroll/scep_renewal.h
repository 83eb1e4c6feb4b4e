/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_renewal scep_renewal
 * @{ @ingroup scep_enroll
 *
 * The moment at which a certificate is renewed: drawn once for each, and kept
 * on disk.
 */

#ifndef SCEP_RENEWAL_H_
#define SCEP_RENEWAL_H_

#include "base/scep_random.h"
#include "config/scep_profile.h"
#include "store/scep_store.h"

/**
 * Draw the moment, if none is known for a certificate.
 *
 * @param profile	profile with the window
 * @param gen		generation to renew
 * @param fresh		whether it has just come
 * @param status	gets the moment
 * @param now		wall clock
 * @param random	source
 * @return			TRUE if one was drawn, and is to be saved
 */
bool scep_renewal_draw(const scep_profile_t *profile, scep_generation_t *gen,
					   bool fresh, scep_status_t *status, time_t now,
					   scep_random_t *random);

/**
 * Renew a certificate at a moment, whatever was drawn for it.
 *
 * @param gen		generation to renew
 * @param status	gets the moment
 * @param at		moment
 */
void scep_renewal_set(scep_generation_t *gen, scep_status_t *status, time_t at);

/**
 * Draw a moment within some time from now, in the first half of what is left
 * of the certificate's life.
 *
 * @param gen		generation to renew
 * @param seconds	longest time
 * @param now		wall clock
 * @param random	source
 * @return			moment
 */
time_t scep_renewal_within(scep_generation_t *gen, time_t seconds, time_t now,
						   scep_random_t *random);

/**
 * Whether two profiles renew in the same window.
 *
 * @param a			one profile
 * @param b			another one
 * @return			TRUE if so
 */
bool scep_renewal_same_window(const scep_profile_t *a, const scep_profile_t *b);

#endif /** SCEP_RENEWAL_H_ @}*/
