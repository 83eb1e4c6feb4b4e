/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_config scep_config
 * @{ @ingroup scep
 *
 * The configuration: the only reader of settings.
 */

#ifndef SCEP_CONFIG_H_
#define SCEP_CONFIG_H_

#include "config/scep_profile.h"

#include <library.h>
#include <collections/linked_list.h>
#include <settings/settings.h>

typedef struct scep_disabled_t scep_disabled_t;
typedef struct scep_config_t scep_config_t;

/**
 * A profile that can't be used as configured.
 */
struct scep_disabled_t {

	/** name, as configured */
	char *name;

	/** what is wrong, printable */
	char *reason;
};

/**
 * Configuration as read once. Immutable; any thread.
 */
struct scep_config_t {

	/** directory of the state */
	char *state_dir;

	/** most jobs at the same time */
	u_int workers;

	/** usable profiles; scep_profile_t, owned: take references */
	linked_list_t *profiles;

	/** unusable profiles; scep_disabled_t */
	linked_list_t *disabled;

	/**
	 * Find a usable profile.
	 *
	 * @param name		name
	 * @return			profile, internal data, or NULL
	 */
	scep_profile_t *(*find)(scep_config_t *this, const char *name);

	/**
	 * Find an unusable profile.
	 *
	 * @param name		name
	 * @return			internal data, or NULL
	 */
	scep_disabled_t *(*find_disabled)(scep_config_t *this, const char *name);

	/**
	 * Destroy a scep_config_t; references to profiles stay valid.
	 */
	void (*destroy)(scep_config_t *this);
};

/**
 * Read the configuration. Any thread that may read small files (CA
 * certificates); doesn't touch the network.
 *
 * Each profile that is wrong gets one config-error event, which names key,
 * value and what was expected; the others are not affected. Errors above the
 * profiles are logged, and the default is used.
 *
 * @param settings	settings
 * @param prefix	section of the plugin ("charon-systemd.plugins.scep")
 * @return			configuration, never NULL
 */
scep_config_t *scep_config_load(settings_t *settings, const char *prefix);

#endif /** SCEP_CONFIG_H_ @}*/
