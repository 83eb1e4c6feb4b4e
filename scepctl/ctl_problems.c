/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_problems.h"
#include "ctl_json.h"
#include "ctl_terminal.h"
#include "ctl_text.h"

#include "base/scep_event.h"

#include <collections/array.h>

#include <stdarg.h>

typedef struct private_ctl_problems_t private_ctl_problems_t;
typedef struct problem_t problem_t;

/**
 * A problem.
 */
struct problem_t {
	bool error;
	/** profile, file and line, as far as known; owned */
	char *profile, *file, *line;
	char *text;
};

/**
 * Private data of a ctl_problems_t.
 */
struct private_ctl_problems_t {

	/**
	 * Public interface.
	 */
	ctl_problems_t public;

	/**
	 * Hears of events.
	 */
	scep_event_sink_t sink;

	/**
	 * Who logged before.
	 */
	void (*dbg)(debug_t group, level_t level, char *fmt, ...);

	/**
	 * Problems, problem_t*.
	 */
	array_t *list;
};

/**
 * The list that takes what is logged: the hook has no argument.
 */
static private_ctl_problems_t *current;

/**
 * Append a problem.
 *
 * @param text		text, gets owned
 */
static problem_t *append(private_ctl_problems_t *this, bool error,
						 const char *profile, char *text)
{
	problem_t *problem;

	INIT(problem,
		.error = error,
		.profile = profile ? strdup(profile) : NULL,
		.text = text,
	);
	array_insert(this->list, ARRAY_TAIL, problem);
	return problem;
}

METHOD(ctl_problems_t, add, void,
	private_ctl_problems_t *this, bool error, const char *profile,
	const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) >= 0)
	{
		append(this, error, profile, text);
	}
	va_end(args);
}

/**
 * Take "FILE:LINE: TEXT" apart.
 */
static void add_syntax(private_ctl_problems_t *this, bool error,
					   const char *text)
{
	const char *colon = strchr(text, ':');
	size_t digits;
	problem_t *problem;

	while (colon)
	{
		digits = strspn(colon + 1, "0123456789");
		if (digits && strpfx(colon + 1 + digits, ": "))
		{
			problem = append(this, error, NULL,
							 strdup(colon + digits + 3));
			problem->file = strndup(text, colon - text);
			problem->line = strndup(colon + 1, digits);
			return;
		}
		colon = strchr(colon + 1, ':');
	}
	append(this, error, NULL, strdup(text));
}

/**
 * Whether the last problem tells in which file it is.
 */
static bool has_file(private_ctl_problems_t *this)
{
	problem_t *problem;

	return array_get(this->list, ARRAY_TAIL, &problem) && problem->file;
}

/**
 * Something is logged: the parser of settings tells of syntax errors, and of
 * files that it leaves out, which nobody sees else, at a higher level.
 */
static void on_log(debug_t group, level_t level, char *fmt, ...)
{
	char text[4096];
	va_list args;

	if (!current || group != DBG_CFG || level > 2)
	{
		return;
	}
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* events come by the sink, too; the parser ends with the name of the file,
	 * which is known but at the end of all files */
	if (!strpfx(text, "scep") &&
		(!strpfx(text, "invalid config file") || !has_file(current)) &&
		(level <= 1 || strstr(text, "unable to open")))
	{
		add_syntax(current, level <= 1, text);
	}
}

METHOD(scep_event_sink_t, handle, void,
	scep_event_sink_t *sink, const char *profile, scep_event_t event,
	level_t level, const char *text)
{
	if (current && level == 0)
	{
		append(current, event == SCEP_EV_CONFIG_ERROR, profile, strdup(text));
	}
}

METHOD(ctl_problems_t, count, u_int,
	private_ctl_problems_t *this, bool error)
{
	problem_t *problem;
	u_int i, count = 0;

	for (i = 0; i < array_count(this->list); i++)
	{
		array_get(this->list, i, &problem);
		count += problem->error == error;
	}
	return count;
}

/**
 * Print a problem as an object.
 */
static void print_json(ctl_json_t *json, problem_t *problem)
{
	ctl_json_open(json, NULL, '{');
	ctl_json_string(json, "level", problem->error ? "error" : "warning");
	ctl_json_string(json, "profile", problem->profile);
	ctl_json_string(json, "file", problem->file);
	ctl_json_number(json, "line", problem->line);
	ctl_json_string(json, "text", problem->text);
	ctl_json_close(json);
}

/**
 * Print a problem as a line.
 */
static void print_line(FILE *out, problem_t *problem)
{
	ctl_colour_t colour = problem->error ? CTL_BAD : CTL_WARN;
	const char *place = problem->file ?: problem->profile;
	char *line, *safe;

	if (asprintf(&line, "%s%s%s%s%s%s", problem->profile ? "profile " : "",
				 place ?: "", problem->line ? ":" : "", problem->line ?: "",
				 place ? ": " : "", problem->text) < 0)
	{
		return;
	}
	safe = ctl_text_safe(line);
	fprintf(out, "%s%s%s: %s\n", ctl_terminal_begin(colour),
			problem->error ? "error" : "warning", ctl_terminal_end(colour),
			safe);
	free(safe);
	free(line);
}

METHOD(ctl_problems_t, print_, void,
	private_ctl_problems_t *this, bool json, FILE *out)
{
	ctl_json_t document = { .out = out };
	problem_t *problem;
	u_int i;

	if (json)
	{
		ctl_json_open(&document, NULL, '[');
	}
	for (i = 0; i < array_count(this->list); i++)
	{
		array_get(this->list, i, &problem);
		if (json)
		{
			print_json(&document, problem);
		}
		else
		{
			print_line(out, problem);
		}
	}
	if (json)
	{
		ctl_json_close(&document);
	}
}

METHOD(ctl_problems_t, destroy, void,
	private_ctl_problems_t *this)
{
	problem_t *problem;

	scep_event_remove_sink(&this->sink);
	dbg = this->dbg;
	current = NULL;
	while (array_remove(this->list, ARRAY_HEAD, &problem))
	{
		free(problem->profile);
		free(problem->file);
		free(problem->line);
		free(problem->text);
		free(problem);
	}
	array_destroy(this->list);
	free(this);
}

/*
 * Described in header
 */
ctl_problems_t *ctl_problems_create()
{
	private_ctl_problems_t *this;

	INIT(this,
		.public = {
			.add = _add,
			.count = _count,
			.print = _print_,
			.destroy = _destroy,
		},
		.sink = {
			.handle = _handle,
		},
		.dbg = dbg,
		.list = array_create(0, 0),
	);
	current = this;
	dbg = on_log;
	scep_event_add_sink(&this->sink);
	return &this->public;
}
