/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_challenge challenge
 * @{ @ingroup server
 *
 * Which challenges are good.
 */

#ifndef SERVER_CHALLENGE_H_
#define SERVER_CHALLENGE_H_

#include "options.h"

/**
 * Check a challenge; one that is good for once is struck from its file.
 *
 * @param options	phrase or file
 * @param challenge	challenge, or NULL
 * @return			whether it is good; TRUE if none is needed
 */
bool challenge_is_good(const options_t *options, const char *challenge);

#endif /** SERVER_CHALLENGE_H_ @}*/
