/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_profiles ctl_profiles
 * @{ @ingroup scepctl
 *
 * Profiles as the daemon tells them: asked for, and put into words.
 */

#ifndef CTL_PROFILES_H_
#define CTL_PROFILES_H_

#include "ctl_client.h"
#include "ctl_json.h"
#include "ctl_terminal.h"
#include "ctl_words.h"

#include <library.h>
#include <collections/array.h>

/** Room for what is done next, in words */
#define CTL_NEXT_LEN	(CTL_WORDS_LEN + 64)

/**
 * Ask for profiles.
 *
 * @param client	connection
 * @param name		name of the only one, NULL for all
 * @param detail	whether to ask for all that is known
 * @param profiles	gets ctl_record_t, ordered by name, where CTL_DONE is
 *					returned; to be freed by ctl_profiles_destroy()
 * @return			CTL_FAILED if there is none of that name
 */
ctl_exit_t ctl_profiles_get(ctl_client_t *client, const char *name, bool detail,
							array_t **profiles);

/**
 * Add a profile to a list.
 *
 * @param profiles	list
 * @param record	profile, gets owned
 * @return			FALSE if the list is full
 */
bool ctl_profiles_add(array_t *profiles, ctl_record_t *record);

/**
 * Destroy a list of profiles.
 *
 * @param profiles	list of ctl_record_t, or NULL
 */
void ctl_profiles_destroy(array_t *profiles);

/**
 * How to show the state of a profile's request, or of its certificate.
 *
 * @param word		value of state or certificate
 * @return			colour
 */
ctl_colour_t ctl_profile_colour(const char *word);

/**
 * Tell what is done next: "renew in 12 days".
 *
 * @param profile	profile
 * @param now		present time
 * @param buf		buffer of CTL_NEXT_LEN bytes
 * @return			buf, "-" if nothing is
 */
char *ctl_profile_next(ctl_record_t *profile, time_t now,
					   char buf[CTL_NEXT_LEN]);

/**
 * Write a profile as an object.
 *
 * @param json		document
 * @param profile	profile
 * @param detail	whether to write all that is known
 */
void ctl_profile_json(ctl_json_t *json, ctl_record_t *profile, bool detail);

#endif /** CTL_PROFILES_H_ @}*/
