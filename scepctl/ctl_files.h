/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_files ctl_files
 * @{ @ingroup scepctl
 *
 * Files that a configuration names: whether they are there, and secrets are
 * kept from others.
 */

#ifndef CTL_FILES_H_
#define CTL_FILES_H_

#include "ctl_problems.h"

#include <settings/settings.h>

/**
 * Check the files that a profile names.
 *
 * @param problems	gets what is wrong
 * @param settings	settings
 * @param ns		namespace of the settings
 * @param profile	name of the profile
 */
void ctl_files_check(ctl_problems_t *problems, settings_t *settings,
					 const char *ns, const char *profile);

/**
 * Check that no file of a configuration that others can read holds a secret.
 *
 * @param problems	gets what is wrong
 * @param file		strongswan.conf
 * @param profile	name of the profile whose secret it is
 * @param secret	secret
 */
void ctl_files_check_secret(ctl_problems_t *problems, const char *file,
							const char *profile, const char *secret);

/**
 * Check the directory of the state.
 *
 * @param problems	gets what is wrong
 * @param dir		directory; it need not exist
 */
void ctl_files_check_state(ctl_problems_t *problems, const char *dir);

#endif /** CTL_FILES_H_ @}*/
