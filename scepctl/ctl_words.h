/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_words ctl_words
 * @{ @ingroup scepctl
 *
 * Times as people read them.
 */

#ifndef CTL_WORDS_H_
#define CTL_WORDS_H_

#include <library.h>

/** Room for a time in words, also with its date */
#define CTL_WORDS_LEN	96

/**
 * Tell how far away a moment is: "in 12 days", "3 hours ago", "now". Never
 * tells more than is left.
 *
 * @param when		moment
 * @param now		present time
 * @param buf		buffer of CTL_WORDS_LEN bytes
 * @return			buf
 */
char *ctl_words(time_t when, time_t now, char buf[CTL_WORDS_LEN]);

/**
 * Tell a moment by its date and how far away it is: "2027-01-31 08:00:00 UTC
 * (in 12 days)".
 *
 * @param when		moment
 * @param now		present time
 * @param buf		buffer of CTL_WORDS_LEN bytes
 * @return			buf
 */
char *ctl_words_date(time_t when, time_t now, char buf[CTL_WORDS_LEN]);

#endif /** CTL_WORDS_H_ @}*/
