/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_plot.h"

#include <math.h>
#include <stdio.h>

/** Where the curves are, pixels */
#define LEFT	60
#define TOP		40
#define WIDTH	640
#define HEIGHT	280

/** Decades of the rate, from a thousandth to ten thousand a second */
#define LOWEST	-3
#define HIGHEST	4

/** Begin of the file; the colours suit light and dark pages */
static const char head[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 400\" "
	"font-family=\"sans-serif\" font-size=\"12\">\n"
	"<!-- SPDX-License-Identifier: GPL-2.0-or-later -->\n"
	"<style>text{fill:#333}.g{stroke:#ccc;stroke-width:1}"
	"polyline{fill:none;stroke-width:1.5}"
	".c0{stroke:#0a7f5a}.c1{stroke:#d0590b}.c2{stroke:#3b76c4}"
	".c3{stroke:#a04db3}.k{stroke-width:3}"
	"@media(prefers-color-scheme:dark){text{fill:#ddd}.g{stroke:#444}"
	".c0{stroke:#2fc795}.c1{stroke:#ff9a4d}.c2{stroke:#7fb2f0}"
	".c3{stroke:#d68be6}}</style>\n";

/**
 * Where a rate is, in pixels.
 */
static double height(double rate)
{
	double decade = rate > 0 ? log10(rate) : LOWEST;

	decade = min(max(decade, LOWEST), HIGHEST);
	return TOP + HEIGHT * (HIGHEST - decade) / (HIGHEST - LOWEST);
}

/**
 * Where a moment is, in pixels.
 */
static double across(const fleet_plot_t *plot, time_t at)
{
	return LEFT + WIDTH * (double)(at - plot->from) / (plot->to - plot->from);
}

/**
 * Draw lines and numbers of rates and times.
 */
static void draw_grid(const fleet_plot_t *plot, FILE *file)
{
	time_t step = plot->distance * plot->seconds, at;
	double where;
	int decade;

	for (decade = LOWEST; decade <= HIGHEST; decade++)
	{
		where = TOP + HEIGHT * (double)(HIGHEST - decade) / (HIGHEST - LOWEST);
		fprintf(file, "<path class=\"g\" d=\"M%d %.0fh%d\"/><text x=\"%d\" "
				"y=\"%.0f\" text-anchor=\"end\">%.*f</text>\n", LEFT, where,
				WIDTH, LEFT - 6, where + 4, decade < 0 ? -decade : 0,
				exp10(decade));
	}
	for (at = (plot->from + step - 1) / step * step; at <= plot->to; at += step)
	{
		where = across(plot, at);
		fprintf(file, "<path class=\"g\" d=\"M%.0f %dv%d\"/><text x=\"%.0f\" "
				"y=\"%d\" text-anchor=\"middle\">%ld</text>\n", where, TOP,
				HEIGHT, where, TOP + HEIGHT + 16, (long)(at / plot->seconds));
	}
	fprintf(file, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n",
			LEFT + WIDTH, TOP + HEIGHT + 32, plot->unit);
}

/**
 * Draw a curve and tell which one it is.
 */
static void draw_curve(const fleet_plot_t *plot, FILE *file, int number)
{
	time_t at;
	double rate;

	fprintf(file, "<path class=\"k c%d\" d=\"M%d %dh20\"/><text x=\"%d\" "
			"y=\"%d\">%s</text>\n<polyline class=\"c%d\" points=\"", number,
			LEFT + number * 160, TOP + HEIGHT + 52, LEFT + number * 160 + 26,
			TOP + HEIGHT + 56, plot->names[number], number);
	for (at = plot->from; at < plot->to; at += plot->width)
	{
		rate = fleet_load_sum(plot->loads[number], at, at + plot->width) /
														(double)plot->width;
		fprintf(file, "%.1f,%.1f ", across(plot, at + plot->width / 2),
				height(rate));
	}
	fprintf(file, "\"/>\n");
}

/*
 * Described in header
 */
bool fleet_plot_write(const fleet_plot_t *plot, const char *path)
{
	FILE *file = fopen(path, "w");
	int i;

	if (!file)
	{
		return FALSE;
	}
	fprintf(file, "%s<text x=\"%d\" y=\"20\" font-size=\"14\">%s</text>\n",
			head, LEFT, plot->title);
	draw_grid(plot, file);
	for (i = 0; i < FLEET_CURVES && plot->loads[i]; i++)
	{
		draw_curve(plot, file, i);
	}
	fprintf(file, "</svg>\n");
	return fclose(file) == 0;
}
