/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_owner scep_owner
 * @{ @ingroup scep_base
 *
 * Whose the state is. Plugins are loaded as root; where charon is told to
 * become another user after that, the state has to be that user's.
 */

#ifndef SCEP_OWNER_H_
#define SCEP_OWNER_H_

#include <library.h>

/**
 * Get the user that charon runs as, from now on or soon. Any thread.
 *
 * @return			user
 */
uid_t scep_owner_get();

/**
 * Whether a user may have what we rely on: root, or the one that we are or
 * become. Any thread.
 *
 * @param uid		user
 * @return			TRUE if so
 */
bool scep_owner_is_trusted(uid_t uid);

/**
 * Give a new file or directory to the user that charon becomes. Any thread.
 *
 * @param fd		open file or directory
 * @return			FALSE if that failed, errno is set; TRUE if there is
 *					nothing to do
 */
bool scep_owner_give(int fd);

/**
 * Give a directory, and all that root has in it, to the user that charon
 * becomes: it ran as root before, or a person did. At load.
 *
 * @param path		directory
 */
void scep_owner_give_tree(const char *path);

#endif /** SCEP_OWNER_H_ @}*/
