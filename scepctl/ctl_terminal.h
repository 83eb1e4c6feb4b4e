/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_terminal ctl_terminal
 * @{ @ingroup scepctl
 *
 * What the terminal that we write to is able to do, if it is one.
 */

#ifndef CTL_TERMINAL_H_
#define CTL_TERMINAL_H_

#include <library.h>

/** Columns where nothing tells how many there are, and the least and the most
 * that are believed */
#define CTL_COLUMNS		80
#define CTL_MIN_COLUMNS	20
#define CTL_MAX_COLUMNS	1000

typedef enum ctl_colour_t ctl_colour_t;

/**
 * How a value is to be seen.
 */
enum ctl_colour_t {
	CTL_PLAIN,
	/** as it should be */
	CTL_GOOD,
	/** under way, or to be looked after */
	CTL_WARN,
	/** a person must act */
	CTL_BAD,
	/** headings */
	CTL_STRONG,
};

/**
 * Number of columns of standard output: by COLUMNS, or what the terminal says.
 *
 * @return			columns, CTL_COLUMNS if unknown
 */
u_int ctl_terminal_columns();

/**
 * Number of lines of standard output.
 *
 * @return			lines, 24 if unknown
 */
u_int ctl_terminal_lines();

/**
 * Whether to write colours: on a terminal that has them, unless NO_COLOR is
 * set.
 *
 * @return			TRUE if so
 */
bool ctl_terminal_coloured();

/**
 * Get what begins a colour.
 *
 * @param colour	colour
 * @return			escape sequence, static; empty where there is no colour
 */
const char *ctl_terminal_begin(ctl_colour_t colour);

/**
 * Get what ends a colour.
 *
 * @param colour	colour
 * @return			escape sequence, static
 */
const char *ctl_terminal_end(ctl_colour_t colour);

#endif /** CTL_TERMINAL_H_ @}*/
