/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_plot fleet_plot
 * @{ @ingroup fleet
 *
 * Rates over time, drawn as SVG.
 */

#ifndef FLEET_PLOT_H_
#define FLEET_PLOT_H_

#include "fleet/fleet_load.h"

typedef struct fleet_plot_t fleet_plot_t;

/** Most curves of a plot */
#define FLEET_CURVES	4

/**
 * A plot.
 */
struct fleet_plot_t {

	/** its title */
	const char *title;

	/** time that it shows, seconds */
	time_t from, to;

	/** time that a point stands for, seconds: full minutes */
	time_t width;

	/** unit of the marks below, and their distance in it */
	const char *unit;
	time_t seconds;
	u_int distance;

	/** curves, ends with NULL unless there are as many as can be */
	fleet_load_t *loads[FLEET_CURVES];

	/** their names */
	const char *names[FLEET_CURVES];
};

/**
 * Draw a plot: rates in a second, logarithmic.
 *
 * @param plot		what to draw
 * @param path		file to write
 * @return			FALSE if that failed
 */
bool fleet_plot_write(const fleet_plot_t *plot, const char *path);

#endif /** FLEET_PLOT_H_ @}*/
