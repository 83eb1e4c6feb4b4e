/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_event ctl_event
 * @{ @ingroup scepctl
 *
 * Events of the daemon, one line each.
 */

#ifndef CTL_EVENT_H_
#define CTL_EVENT_H_

#include "ctl_record.h"

#include <stdio.h>

/**
 * Put an event into a line: "2026-11-25T18:53:18Z gw issued: serial=…".
 *
 * @param event		event as it came
 * @return			safe line, allocated
 */
char *ctl_event_line(ctl_record_t *event);

/**
 * Print an event, and flush.
 *
 * @param event		event as it came
 * @param json		whether to print an object on one line
 * @param out		where to
 */
void ctl_event_print(ctl_record_t *event, bool json, FILE *out);

#endif /** CTL_EVENT_H_ @}*/
