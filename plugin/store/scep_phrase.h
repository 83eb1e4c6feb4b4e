/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_phrase scep_phrase
 * @{ @ingroup scep_store_layer
 *
 * Challenge phrases on disk: the one that a person handed over while charon
 * runs, and since when the one of the settings is known.
 */

#ifndef SCEP_PHRASE_H_
#define SCEP_PHRASE_H_

#include "store/scep_files.h"

/**
 * Write the phrase that a person handed over.
 *
 * @param files		directory of the profile
 * @param phrase	phrase
 * @param since		when that was
 * @param err		reason of a failure
 * @return			FALSE if it can't be relied on
 */
bool scep_phrase_save(scep_files_t *files, chunk_t phrase, time_t since,
					  scep_error_t *err);

/**
 * Load it.
 *
 * @param files		directory of the profile
 * @param phrase	gets it, to be cleared with chunk_clear(); empty if there is
 *					none
 * @param since		gets when it was handed over, 0 if that can't be told
 * @param err		reason of a failure
 * @return			FALSE if it can't be read, or others can read it, too
 */
bool scep_phrase_load(scep_files_t *files, chunk_t *phrase, time_t *since,
					  scep_error_t *err);

/**
 * Remove it.
 *
 * @param files		directory of the profile
 * @param err		reason of a failure
 * @return			TRUE if it is gone
 */
bool scep_phrase_drop(scep_files_t *files, scep_error_t *err);

/**
 * Write since when a phrase of the configuration is known.
 *
 * @param files		directory of the profile
 * @param digest	salted digest of the phrase
 * @param since		when it was seen first
 * @param err		reason of a failure
 * @return			FALSE if it can't be relied on
 */
bool scep_phrase_save_sight(scep_files_t *files, const char *digest,
							time_t since, scep_error_t *err);

/**
 * Load that.
 *
 * @param files		directory of the profile
 * @param digest	gets the digest, allocated; NULL if there is none
 * @param since		gets when it was seen first
 * @param err		reason of a failure
 * @return			FALSE if it can't be read
 */
bool scep_phrase_load_sight(scep_files_t *files, char **digest, time_t *since,
							scep_error_t *err);

#endif /** SCEP_PHRASE_H_ @}*/
