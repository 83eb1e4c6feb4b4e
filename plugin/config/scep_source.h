/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_source scep_source
 * @{ @ingroup scep_config_layer
 *
 * Where a challenge phrase comes from, as configured.
 */

#ifndef SCEP_SOURCE_H_
#define SCEP_SOURCE_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"

/**
 * Check that a phrase has one source, and that source all that it needs.
 *
 * @param profile	profile, with the settings parsed; gets has_challenge, and a
 *					life for the phrases of challenge_url if it has none
 * @param err		reason of a failure
 * @return			FALSE if the settings don't fit
 */
bool scep_source_check(scep_profile_t *profile, scep_error_t *err);

/**
 * Warn of a page that the network can read, by an event.
 *
 * @param profile	profile
 */
void scep_source_warn(const scep_profile_t *profile);

#endif /** SCEP_SOURCE_H_ @}*/
