/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_aside scep_aside
 * @{ @ingroup scep_store_layer
 *
 * Files that are corrupt: set aside as NAME.bad-N, for a person.
 */

#ifndef SCEP_ASIDE_H_
#define SCEP_ASIDE_H_

#include "store/scep_files.h"

/** Room for the name of a file that was set aside */
#define SCEP_ASIDE_LEN	64

/**
 * Set a file or directory aside, under the first number that is free.
 *
 * @param files		directory
 * @param name		name
 * @param aside		gets the name that it has from here on
 * @param err		reason of a failure; it is left where it is then
 * @return			TRUE if it was moved
 */
bool scep_aside_move(scep_files_t *files, const char *name,
					 char aside[SCEP_ASIDE_LEN], scep_error_t *err);

/**
 * Fail because a file can't be used. One that is corrupt is set aside, unless
 * err can't tell so: nobody would learn of it. Others stay.
 *
 * @param files		directory
 * @param name		name of what is set aside
 * @param cause		what is wrong with it; SCEP_CORRUPT, or another kind
 * @param err		gets cause, and where the file is now; never SCEP_CORRUPT
 * @return			FALSE, always
 */
bool scep_aside_fail(scep_files_t *files, const char *name,
					 const scep_error_t *cause, scep_error_t *err);

/**
 * Check that no directory is where a file is to be written: it could not be
 * replaced. One is set aside, for the next try.
 *
 * @param files		directory
 * @param name		name of the file; the one beside counts, too
 * @param err		reason of a failure
 * @return			FALSE if there was a directory
 */
bool scep_aside_check(scep_files_t *files, const char *name, scep_error_t *err);

#endif /** SCEP_ASIDE_H_ @}*/
