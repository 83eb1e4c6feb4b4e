/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_options scep_options
 * @{ @ingroup scep_config_layer
 *
 * The settings of a profile as one table: it parses, checks and documents.
 */

#ifndef SCEP_OPTIONS_H_
#define SCEP_OPTIONS_H_

#include "config/scep_profile.h"

typedef struct scep_option_t scep_option_t;

/**
 * A setting.
 */
struct scep_option_t {

	/** path inside the profile, sections separated by dots */
	const char *path;

	/** default as written in a file, NULL for none */
	const char *def;

	/** what a value must be, in words */
	const char *expected;

	/**
	 * Parse a value.
	 *
	 * @param option	this option
	 * @param value		value, a string
	 * @param profile	profile to change
	 * @return			FALSE if it is not what is expected
	 */
	bool (*parse)(const scep_option_t *option, const char *value,
				  scep_profile_t *profile);

	/** where the value is in scep_profile_t */
	size_t offset;

	/** bounds of a number or time */
	uint64_t min, max;

	/** words, NULL-terminated, whose index is the value */
	const char *const *words;

	/** whether the profile needs it */
	bool required;

	/** whether the value must not be shown */
	bool secret;

	/** whether the value is a URL, of which user and password are not shown */
	bool url;
};

/** settings of a profile, the last one has no path */
extern const scep_option_t scep_options[];

/**
 * Find the known name that a misspelt one probably means.
 *
 * @param path		unknown path
 * @return			path of an option that is near, or NULL
 */
const char *scep_options_nearest(const char *path);

#endif /** SCEP_OPTIONS_H_ @}*/
