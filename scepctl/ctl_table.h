/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_table ctl_table
 * @{ @ingroup scepctl
 *
 * A table that fits a number of columns.
 */

#ifndef CTL_TABLE_H_
#define CTL_TABLE_H_

#include "ctl_terminal.h"

#include <library.h>

#include <stdio.h>

typedef struct ctl_column_t ctl_column_t;
typedef struct ctl_cell_t ctl_cell_t;
typedef struct ctl_table_t ctl_table_t;

/**
 * A column.
 */
struct ctl_column_t {

	/** heading */
	const char *title;

	/** columns to which it may be cut, 0 if it is never cut */
	u_int min;

	/** whether it is shown only where there is room for min columns */
	bool optional;
};

/**
 * What is in a row and column.
 */
struct ctl_cell_t {

	/** text of others */
	const char *text;

	/** how to show it */
	ctl_colour_t colour;
};

/**
 * A table.
 */
struct ctl_table_t {

	/**
	 * Add a row.
	 *
	 * @param cells		one for each column, get cloned
	 * @param note		text for a line of its own below the row, or NULL
	 */
	void (*add)(ctl_table_t *this, const ctl_cell_t *cells, const char *note);

	/**
	 * Print the table.
	 *
	 * @param out		where to
	 * @param width		columns that each line takes at most
	 * @param lines		lines that it takes at most
	 */
	void (*print)(ctl_table_t *this, FILE *out, u_int width, u_int lines);

	/**
	 * Destroy a ctl_table_t.
	 */
	void (*destroy)(ctl_table_t *this);
};

/**
 * Create an empty table.
 *
 * @param columns	columns, not owned
 * @param count		number of them
 * @return			table
 */
ctl_table_t *ctl_table_create(const ctl_column_t *columns, u_int count);

#endif /** CTL_TABLE_H_ @}*/
