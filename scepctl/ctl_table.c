/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_table.h"
#include "ctl_text.h"

#include <collections/array.h>

/** Blanks between columns, and in front of a note */
#define GAP		2

typedef struct private_ctl_table_t private_ctl_table_t;
typedef struct row_t row_t;

/**
 * A row: its safe texts, their colours, and the note.
 */
struct row_t {
	char **texts;
	ctl_colour_t *colours;
	char *note;
};

/**
 * Private data of a ctl_table_t.
 */
struct private_ctl_table_t {

	/**
	 * Public interface.
	 */
	ctl_table_t public;

	/**
	 * Columns, and their number.
	 */
	const ctl_column_t *columns;
	u_int count;

	/**
	 * Width that each column needs.
	 */
	u_int *needed;

	/**
	 * Width that each column gets, 0 if it is not shown.
	 */
	u_int *given;

	/**
	 * Rows, row_t.
	 */
	array_t *rows;
};

METHOD(ctl_table_t, add, void,
	private_ctl_table_t *this, const ctl_cell_t *cells, const char *note)
{
	row_t row = {
		.texts = calloc(this->count, sizeof(char*)),
		.colours = calloc(this->count, sizeof(ctl_colour_t)),
		.note = note ? ctl_text_safe(note) : NULL,
	};
	u_int i;

	for (i = 0; i < this->count; i++)
	{
		row.texts[i] = ctl_text_safe(cells[i].text);
		row.colours[i] = cells[i].colour;
		this->needed[i] = max(this->needed[i], ctl_text_width(row.texts[i]));
	}
	array_insert(this->rows, ARRAY_TAIL, &row);
}

/**
 * Find the column that can spare most.
 *
 * @return			number of the column, count if none can
 */
static u_int find_widest(private_ctl_table_t *this)
{
	u_int i, spare, most = 0, widest = this->count;

	for (i = 0; i < this->count; i++)
	{
		spare = this->columns[i].min && this->given[i] > this->columns[i].min
					? this->given[i] - this->columns[i].min : 0;
		if (spare > most)
		{
			most = spare;
			widest = i;
		}
	}
	return widest;
}

/**
 * Decide on the width of each column.
 */
static void fit(private_ctl_table_t *this, u_int width)
{
	u_int i, room, total = 0, widest;

	for (i = 0; i < this->count; i++)
	{
		this->given[i] = this->columns[i].optional ? 0 : this->needed[i];
		total += this->given[i] ? this->given[i] + GAP : 0;
	}
	total -= min(total, GAP);
	while (total > width && (widest = find_widest(this)) < this->count)
	{
		this->given[widest]--;
		total--;
	}
	for (i = 0; i < this->count; i++)
	{
		if (!this->columns[i].optional)
		{
			continue;
		}
		room = width > total + GAP ? width - total - GAP : 0;
		if (room < min(this->columns[i].min, this->needed[i]))
		{	/* those behind it matter less */
			break;
		}
		this->given[i] = min(room, this->needed[i]);
		total += this->given[i] + GAP;
	}
}

/**
 * Print one line.
 *
 * @param colours	how to show the cells, NULL for a heading
 */
static void print_line(private_ctl_table_t *this, FILE *out, u_int width,
					   char **texts, ctl_colour_t *colours)
{
	u_int i, blanks = 0, used = 0;
	ctl_colour_t colour;
	char *cut;

	for (i = 0; i < this->count && used + blanks < width; i++)
	{
		if (!this->given[i])
		{
			continue;
		}
		cut = ctl_text_cut(texts ? texts[i] : this->columns[i].title,
						   min(this->given[i], width - used - blanks));
		colour = colours ? colours[i] : CTL_STRONG;
		fprintf(out, "%*s%s%s%s", blanks, "", ctl_terminal_begin(colour), cut,
				ctl_terminal_end(colour));
		used += blanks + ctl_text_width(cut);
		blanks = this->given[i] - min(ctl_text_width(cut), this->given[i]) +
				 GAP;
		free(cut);
	}
	fputc('\n', out);
}

/**
 * Print the line below a row.
 */
static void print_note(FILE *out, u_int width, const char *note)
{
	char *cut = ctl_text_cut(note, width > GAP ? width - GAP : 0);

	fprintf(out, "%*s%s\n", GAP, "", cut);
	free(cut);
}

METHOD(ctl_table_t, print_, void,
	private_ctl_table_t *this, FILE *out, u_int width, u_int lines)
{
	u_int i, count = array_count(this->rows), needed;
	row_t row;

	fit(this, width);
	if (lines)
	{
		print_line(this, out, width, NULL, NULL);
		lines--;
	}
	for (i = 0; i < count; i++)
	{
		array_get(this->rows, i, &row);
		needed = row.note ? 2 : 1;
		/* the last line tells what is left out */
		if (lines < needed + (i + 1 < count))
		{
			if (lines)
			{
				fprintf(out, "and %u more\n", count - i);
			}
			break;
		}
		print_line(this, out, width, row.texts, row.colours);
		if (row.note)
		{
			print_note(out, width, row.note);
		}
		lines -= needed;
	}
}

METHOD(ctl_table_t, destroy, void,
	private_ctl_table_t *this)
{
	row_t row;
	u_int i, j;

	for (i = 0; i < array_count(this->rows); i++)
	{
		array_get(this->rows, i, &row);
		for (j = 0; j < this->count; j++)
		{
			free(row.texts[j]);
		}
		free(row.texts);
		free(row.colours);
		free(row.note);
	}
	array_destroy(this->rows);
	free(this->needed);
	free(this->given);
	free(this);
}

/*
 * Described in header
 */
ctl_table_t *ctl_table_create(const ctl_column_t *columns, u_int count)
{
	private_ctl_table_t *this;
	u_int i;

	INIT(this,
		.public = {
			.add = _add,
			.print = _print_,
			.destroy = _destroy,
		},
		.columns = columns,
		.count = count,
		.needed = calloc(count, sizeof(u_int)),
		.given = calloc(count, sizeof(u_int)),
		.rows = array_create(sizeof(row_t), 0),
	);
	for (i = 0; i < count; i++)
	{
		this->needed[i] = strlen(columns[i].title);
	}
	return &this->public;
}
