/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_checks scep_checks
 * @{ @ingroup scep_config_layer
 *
 * Checks of settings that are good each for itself, but depend on each other.
 */

#ifndef SCEP_CHECKS_H_
#define SCEP_CHECKS_H_

#include "config/scep_profile.h"

/**
 * Check something of a profile. Loop thread, or at load; may read files.
 *
 * @param profile	profile; gets what follows from several settings
 * @param err		key and what was expected
 * @return			TRUE if it is good
 */
typedef bool (*scep_check_t)(scep_profile_t *profile, scep_error_t *err);

/** all checks, the last one is NULL */
extern const scep_check_t scep_checks[];

#endif /** SCEP_CHECKS_H_ @}*/
