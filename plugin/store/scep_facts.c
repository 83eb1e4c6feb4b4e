/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_facts.h"
#include "base/scep_text.h"

#include <stdio.h>

/*
 * Described in header
 */
chunk_t scep_facts_text(chunk_t facts, const char *name, const char *value)
{
	chunk_t line;
	char *pos;

	if (!value)
	{
		return facts;
	}
	line = chunk_alloc(strlen(name) + strlen(value) * 2 + sizeof(" = \"\"\n"));
	pos = (char*)line.ptr + sprintf((char*)line.ptr, "%s = \"", name);
	for (; *value; value++)
	{
		if (*value == '"' || *value == '\\')
		{
			*pos++ = '\\';
		}
		*pos++ = (u_char)*value < 0x20 ? ' ' : *value;
	}
	pos += sprintf(pos, "\"\n");
	line.len = pos - (char*)line.ptr;
	return chunk_cat("mm", facts, line);
}

/*
 * Described in header
 */
chunk_t scep_facts_number(chunk_t facts, const char *name, uint64_t value)
{
	char line[128];

	snprintf(line, sizeof(line), "%s = %llu\n", name,
			 (unsigned long long)value);
	return chunk_cat("mc", facts, chunk_from_str(line));
}

/*
 * Described in header
 */
chunk_t scep_facts_time(chunk_t facts, const char *name, time_t value)
{
	char buf[SCEP_TIME_LEN];

	return value ? scep_facts_text(facts, name, scep_time(value, buf)) : facts;
}

/*
 * Described in header
 */
settings_t *scep_facts_parse(chunk_t content, const char *path,
							 scep_error_t *err)
{
	settings_t *facts = NULL;
	char *text;

	text = strndup((char*)content.ptr ?: "", content.len);
	/* what we write ends with a line feed: the rest may be cut off */
	if (content.len && strlen(text) == content.len &&
		text[content.len - 1] == '\n')
	{
		facts = settings_create_string(text);
	}
	free(text);
	if (!facts)
	{
		scep_fail(err, SCEP_CORRUPT, "'%s' is corrupt", path);
	}
	return facts;
}

/*
 * Described in header
 */
time_t scep_facts_get_time(settings_t *facts, const char *name)
{
	return scep_time_parse(facts->get_str(facts, (char*)name, NULL));
}

/*
 * Described in header
 */
char *scep_facts_get_text(settings_t *facts, const char *name)
{
	char *value = facts->get_str(facts, (char*)name, NULL);

	return value ? strdup(value) : NULL;
}
