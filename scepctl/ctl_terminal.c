/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_terminal.h"

#include "config/scep_value.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/*
 * Described in header
 */
u_int ctl_terminal_columns()
{
	const char *env = getenv("COLUMNS");
	struct winsize size;
	uint64_t columns;

	if (env && scep_value_number(env, CTL_MIN_COLUMNS, CTL_MAX_COLUMNS,
								 &columns))
	{
		return columns;
	}
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
	{
		return min(max(size.ws_col, CTL_MIN_COLUMNS), CTL_MAX_COLUMNS);
	}
	return CTL_COLUMNS;
}

/*
 * Described in header
 */
u_int ctl_terminal_lines()
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row
				? size.ws_row : 24;
}

/*
 * Described in header
 */
bool ctl_terminal_coloured()
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!none || !*none) && term && *term &&
		   !streq(term, "dumb");
}

/*
 * Described in header
 */
const char *ctl_terminal_begin(ctl_colour_t colour)
{
	static const char *const sequences[] = {
		[CTL_PLAIN] = "",
		[CTL_GOOD] = "\x1b[32m",
		[CTL_WARN] = "\x1b[33m",
		[CTL_BAD] = "\x1b[31m",
		[CTL_STRONG] = "\x1b[1m",
	};

	return ctl_terminal_coloured() ? sequences[colour] : "";
}

/*
 * Described in header
 */
const char *ctl_terminal_end(ctl_colour_t colour)
{
	return *ctl_terminal_begin(colour) ? "\x1b[0m" : "";
}
