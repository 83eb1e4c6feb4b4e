/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "challenge.h"
#include "bytes.h"
#include "page.h"

#include <stdlib.h>

/**
 * Look for a challenge in the file and write the file without it.
 */
static bool strike(const char *path, const char *challenge)
{
	bytes_t content, rest = bytes_copy("", 0);
	char *pos, *line;
	bool found = false;

	if (bytes_from_file(path, &content))
	{
		pos = (char*)content.ptr;
		while ((line = strsep(&pos, "\n")))
		{
			if (!found && *line && !strcmp(line, challenge))
			{
				found = true;
			}
			else if (*line)
			{
				bytes_append(&rest, line, strlen(line));
				bytes_append(&rest, "\n", 1);
			}
		}
	}
	if (found)
	{
		bytes_to_file(path, rest);
	}
	bytes_free(&content);
	bytes_free(&rest);
	return found;
}

/*
 * Described in header
 */
bool challenge_is_good(const options_t *options, const char *challenge)
{
	bool good;
	char *path;

	if (!options->challenge && !options->challenge_file && !options->page)
	{
		return true;
	}
	if (!challenge)
	{
		return false;
	}
	good = options->challenge && !strcmp(options->challenge, challenge);
	if (!good && options->challenge_file)
	{
		path = *options->challenge_file == '/' ?
					format("%s", options->challenge_file) :
					format("%s/%s", options->dir, options->challenge_file);
		good = strike(path, challenge);
		free(path);
	}
	return good || (options->page && page_strike(options, challenge));
}
