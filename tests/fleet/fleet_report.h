/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_report fleet_report
 * @{ @ingroup fleet
 *
 * Results of all scenarios, as Markdown and plots.
 */

#ifndef FLEET_REPORT_H_
#define FLEET_REPORT_H_

#include <library.h>

/**
 * Run all scenarios and write fleet.md and fleet-*.svg.
 *
 * @param dir		directory for them
 * @return			FALSE if a file could not be written
 */
bool fleet_report_write(const char *dir);

#endif /** FLEET_REPORT_H_ @}*/
