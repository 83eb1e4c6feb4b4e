/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_phrase.h"
#include "base/scep_text.h"
#include "store/scep_aside.h"
#include "store/scep_facts.h"

/** Files: the phrase itself, and what is known of one that is elsewhere */
#define PHRASE	"phrase"
#define SIGHT	"challenge"

/*
 * Described in header
 */
bool scep_phrase_save(scep_files_t *files, chunk_t phrase, time_t since,
					  scep_error_t *err)
{
	char at[SCEP_TIME_LEN];

	scep_time(since, at);
	return scep_files_write(files, PHRASE,
							chunk_cat("ccc", chunk_from_str(at),
									  chunk_from_chars('\n'), phrase), err);
}

/*
 * Described in header
 */
bool scep_phrase_load(scep_files_t *files, chunk_t *phrase, time_t *since,
					  scep_error_t *err)
{
	scep_error_t error = {};
	chunk_t content;
	u_char *end;

	*phrase = chunk_empty;
	*since = 0;
	if (!scep_files_exist(files, PHRASE))
	{
		return TRUE;
	}
	/* it is never set aside: asking without it would be refused */
	if (!scep_files_read(files, PHRASE, TRUE, &content, &error))
	{
		return scep_fail(err, error.kind == SCEP_CORRUPT ? SCEP_LOCAL
														 : error.kind,
						 "%s", error.text);
	}
	end = memchr(content.ptr, '\n', content.len);
	if (!end || content.len - (end + 1 - content.ptr) > SCEP_MAX_CHALLENGE ||
		end + 1 == content.ptr + content.len)
	{
		chunk_clear(&content);
		return scep_fail(err, SCEP_LOCAL, "'%s/" PHRASE "' is corrupt",
						 files->dir);
	}
	*end++ = '\0';
	*since = scep_time_parse((char*)content.ptr);
	*phrase = chunk_clone(chunk_skip(content, end - content.ptr));
	chunk_clear(&content);
	return TRUE;
}

/*
 * Described in header
 */
bool scep_phrase_drop(scep_files_t *files, scep_error_t *err)
{
	return !scep_files_exist(files, PHRASE) ||
		   scep_files_remove(files, PHRASE, err);
}

/*
 * Described in header
 */
bool scep_phrase_save_sight(scep_files_t *files, const char *digest,
							time_t since, scep_error_t *err)
{
	chunk_t facts = chunk_empty;

	facts = scep_facts_text(facts, "digest", digest);
	facts = scep_facts_time(facts, "since", since);
	return scep_files_write(files, SIGHT, facts, err);
}

/*
 * Described in header
 */
bool scep_phrase_load_sight(scep_files_t *files, char **digest, time_t *since,
							scep_error_t *err)
{
	scep_error_t error = {};
	settings_t *facts;

	*digest = NULL;
	*since = 0;
	if (!scep_files_read_facts(files, SIGHT, &facts, &error))
	{
		return scep_aside_fail(files, SIGHT, &error, err);
	}
	if (facts)
	{
		*digest = scep_facts_get_text(facts, "digest");
		*since = scep_facts_get_time(facts, "since");
		facts->destroy(facts);
	}
	return TRUE;
}
