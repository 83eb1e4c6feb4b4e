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

typedef struct scep_config_t scep_config_t;

/**
 * Configuration as read once. Immutable; any thread.
 */
struct scep_config_t {

	/** directory of the state */
	char *state_dir;

	/** URI of the control socket */
	char *socket;

	/** file that gets metrics, or NULL */
	char *metrics_file;

	/** most jobs at the same time */
	u_int workers;

	/** program that is run on events, or NULL */
	char *hook;

	/** usable profiles; scep_profile_t, owned: take references */
	linked_list_t *profiles;

	/**
	 * Find a usable profile.
	 *
	 * @param name		name
	 * @return			profile, internal data, or NULL
	 */
	scep_profile_t *(*find)(scep_config_t *this, const char *name);

	/**
	 * Whether a profile is configured but unusable.
	 *
	 * @param name		name
	 * @return			TRUE if so
	 */
	bool (*is_disabled)(scep_config_t *this, const char *name);

	/**
	 * Enumerate the profiles that are configured but unusable.
	 *
	 * @return			enumerator over char *name, char *reason; internal data
	 */
	enumerator_t *(*create_disabled_enumerator)(scep_config_t *this);

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
 * @param ns		namespace of the settings ("charon-systemd")
 * @return			configuration, never NULL
 */
scep_config_t *scep_config_load(settings_t *settings, const char *ns);

#endif /** SCEP_CONFIG_H_ @}*/
