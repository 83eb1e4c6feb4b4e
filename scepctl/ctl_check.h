/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_check ctl_check
 * @{ @ingroup scepctl
 *
 * What commands need that do without a daemon.
 */

#ifndef CTL_CHECK_H_
#define CTL_CHECK_H_

#include <settings/settings.h>

/** Section of charon-systemd's settings, which falls back to that of charon */
#define CTL_NAMESPACE	"charon-systemd"

/**
 * Load the plugins of libstrongswan that read keys and certificates.
 */
void ctl_load_plugins();

/**
 * Take from the settings which user charon becomes: its files may be that
 * one's.
 *
 * @param settings	settings, with charon's as fallback
 */
void ctl_know_user(settings_t *settings);

#endif /** CTL_CHECK_H_ @}*/
