/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_events sim_events
 * @{ @ingroup scep_sim
 *
 * What the gateway says, by its events, and whether that is right.
 */

#ifndef SIM_EVENTS_H_
#define SIM_EVENTS_H_

#include "base/scep_event.h"

/**
 * Get an event; of the sink of the invariants.
 */
void sim_events_handle(scep_event_sink_t *sink, const char *profile,
					   scep_event_t event, level_t level, const char *text);

#endif /** SIM_EVENTS_H_ @}*/
