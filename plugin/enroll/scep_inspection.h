/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_inspection scep_inspection
 * @{ @ingroup scep_enroll
 *
 * A look at the state on disk, at start.
 */

#ifndef SCEP_INSPECTION_H_
#define SCEP_INSPECTION_H_

#include "config/scep_profile.h"
#include "store/scep_store.h"

/**
 * Read what nobody else reads before it is needed: what is corrupt is reported
 * and set aside now, not in months. Any thread that has the store.
 *
 * @param profile	profile
 * @param store		its state
 */
void scep_inspection_run(scep_profile_t *profile, scep_profile_store_t *store);

#endif /** SCEP_INSPECTION_H_ @}*/
