/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_names scep_names
 * @{ @ingroup scep_config
 *
 * The identities that a profile's certificate is for.
 */

#ifndef SCEP_NAMES_H_
#define SCEP_NAMES_H_

#include "config/scep_profile.h"

/**
 * Whether a profile asks for a certificate of an identity. Any thread.
 *
 * @param profile	profile
 * @param id		identity
 * @return			TRUE if it is the subject, or among the subjectAltNames
 */
bool scep_names_include(const scep_profile_t *profile, identification_t *id);

#endif /** SCEP_NAMES_H_ @}*/
