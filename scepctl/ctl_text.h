/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_text ctl_text
 * @{ @ingroup scepctl
 *
 * Text of others made fit for a terminal: no control characters, no changes of
 * direction, cut between characters.
 */

#ifndef CTL_TEXT_H_
#define CTL_TEXT_H_

#include <library.h>

/**
 * Find out whether the terminal takes UTF-8, by the locale.
 */
void ctl_text_init();

/**
 * Make text safe: what is not printable becomes \xNN, and where the terminal
 * has no UTF-8, each other character a question mark.
 *
 * @param text		text of others
 * @return			safe text, allocated
 */
char *ctl_text_safe(const char *text);

/**
 * Number of columns that a text takes.
 *
 * @param text		safe text
 * @return			columns
 */
u_int ctl_text_width(const char *text);

/**
 * Cut a text to a number of columns, which an ellipsis at its end tells.
 *
 * @param text		safe text
 * @param width		columns
 * @return			text that takes no more, allocated
 */
char *ctl_text_cut(const char *text, u_int width);

/**
 * Print a message to standard error, with the program's name; safe, one line
 * for each of the message.
 *
 * @param fmt		printf format
 */
void ctl_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /** CTL_TEXT_H_ @}*/
