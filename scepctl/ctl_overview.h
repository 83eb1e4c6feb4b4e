/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_overview ctl_overview
 * @{ @ingroup scepctl
 *
 * The table of all profiles.
 */

#ifndef CTL_OVERVIEW_H_
#define CTL_OVERVIEW_H_

#include <library.h>
#include <collections/array.h>

#include <stdio.h>

/**
 * Print a line for each profile, and one more where something went wrong.
 *
 * @param profiles	list of ctl_record_t
 * @param now		present time
 * @param out		where to
 * @param width		columns that a line takes at most
 * @param lines		lines that it takes at most
 */
void ctl_overview(array_t *profiles, time_t now, FILE *out, u_int width,
				  u_int lines);

#endif /** CTL_OVERVIEW_H_ @}*/
