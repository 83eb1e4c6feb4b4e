/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_secret ctl_secret
 * @{ @ingroup scepctl
 *
 * Reads a secret from standard input.
 */

#ifndef CTL_SECRET_H_
#define CTL_SECRET_H_

#include "base/scep_limits.h"

#include <library.h>

/** Room for a secret, and what shows that it is too long */
#define CTL_SECRET_LEN	(SCEP_MAX_CHALLENGE + 3)

/**
 * Read a challenge phrase: one line, without echo where standard input is a
 * terminal. One line's end behind it is no part of it. Main thread, while there
 * is no other.
 *
 * @param prompt	what to ask a person
 * @param secret	gets it, to be wiped
 * @return			FALSE, after telling why, if there is none
 */
bool ctl_secret_read(const char *prompt, char secret[CTL_SECRET_LEN]);

#endif /** CTL_SECRET_H_ @}*/
