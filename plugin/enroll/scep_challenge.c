/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_challenge.h"
#include "config/scep_digest.h"

#include <stdio.h>
#include <sys/stat.h>

/**
 * Whether something can be a phrase: a line, UTF-8, too.
 */
static bool is_phrase(chunk_t phrase)
{
	size_t i;

	for (i = 0; i < phrase.len && phrase.ptr[i] >= 0x20; i++)
	{	/* no control character */
	}
	return phrase.len && i == phrase.len && phrase.len <= SCEP_MAX_CHALLENGE;
}

/**
 * Find out since when a phrase of the settings, or of a file whose date is
 * none, is there: since it was seen first.
 */
static bool find_sight(scep_profile_store_t *store, chunk_t salt,
					   chunk_t phrase, time_t now, time_t *since,
					   scep_error_t *err)
{
	char *digest;
	bool success;

	if (!store->load_sight(store, &digest, since, err))
	{
		return FALSE;
	}
	success = scep_challenge_matches(digest, phrase);
	free(digest);
	if (success && *since && *since <= now)
	{
		return TRUE;
	}
	*since = now;
	digest = scep_challenge_hash(salt, phrase, err);
	success = digest && store->save_sight(store, digest, now, err);
	free(digest);
	return success;
}

/*
 * Described in header
 */
time_t scep_challenge_date(const scep_profile_t *profile, time_t now)
{
	struct stat st;

	return profile->challenge_file && !stat(profile->challenge_file, &st) &&
		   st.st_mtime > 0 && st.st_mtime <= now ? st.st_mtime : 0;
}

/*
 * Described in header
 */
time_t scep_challenge_sighted(scep_profile_t *profile,
							  scep_profile_store_t *store)
{
	chunk_t phrase = chunk_empty;
	time_t since = 0;
	char *digest;

	if (!store->load_sight(store, &digest, &since, NULL))
	{
		return 0;
	}
	if (!digest || !profile->get_challenge(profile, &phrase, NULL) ||
		!scep_challenge_matches(digest, phrase))
	{
		since = 0;
	}
	chunk_clear(&phrase);
	free(digest);
	return since;
}

/**
 * Get the phrase of the configuration.
 */
static bool load_configured(scep_profile_t *profile,
							scep_profile_store_t *store, chunk_t salt,
							time_t now, scep_challenge_t *challenge,
							scep_error_t *err)
{
	time_t date;

	/* before it is read: one that changes meanwhile is younger than that */
	date = scep_challenge_date(profile, now);
	challenge->fetch = profile->challenge_command || profile->challenge_url;
	if (!profile->get_challenge(profile, &challenge->phrase, err))
	{
		return FALSE;
	}
	if (date)
	{
		challenge->since = date;
		return TRUE;
	}
	return !challenge->phrase.len ||
		   find_sight(store, salt, challenge->phrase, now, &challenge->since,
					  err);
}

/*
 * Described in header
 */
bool scep_challenge_load(scep_profile_t *profile, scep_profile_store_t *store,
						 chunk_t salt, time_t now, scep_challenge_t *challenge,
						 scep_error_t *err)
{
	*challenge = (scep_challenge_t){};
	if (!store->load_phrase(store, &challenge->phrase, &challenge->since, err))
	{
		return FALSE;
	}
	challenge->set = challenge->phrase.len > 0;
	if (!challenge->set ||
		(profile->has_challenge &&
		 scep_challenge_is_over(profile, challenge->since, now)))
	{
		scep_challenge_clear(challenge);
		return load_configured(profile, store, salt, now, challenge, err);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_challenge_fetch(scep_profile_t *profile, scep_programs_t *programs,
						  time_t now, scep_challenge_t *challenge,
						  scep_error_t *err)
{
	char name[SCEP_MAX_NAME + 16], subject[512];
	const char *env[] = { name, subject, NULL };
	scep_program_t program = {
		.command = profile->challenge_command,
		.env = env,
		.max_output = SCEP_MAX_PROGRAM_OUTPUT,
		.timeout = SCEP_MAX_PROGRAM_TIME,
	};

	snprintf(name, sizeof(name), "SCEP_PROFILE=%s", profile->name);
	snprintf(subject, sizeof(subject), "SCEP_SUBJECT=%Y", profile->subject);
	if (!programs)
	{
		return scep_fail(err, SCEP_LOCAL, "challenge_command: no program can "
						 "be run");
	}
	if (!programs->run(programs, &program, &challenge->phrase, err))
	{
		return scep_fail_in(err, "challenge_command: ");
	}
	challenge->since = now;
	challenge->fetch = FALSE;
	if (!is_phrase(challenge->phrase))
	{
		scep_challenge_clear(challenge);
		return scep_fail(err, SCEP_TRANSIENT, "challenge_command: what it "
						 "wrote is not one line of 1 to %d bytes",
						 SCEP_MAX_CHALLENGE);
	}
	return TRUE;
}

/*
 * Described in header
 */
void scep_challenge_clear(scep_challenge_t *challenge)
{
	chunk_clear(&challenge->phrase);
	*challenge = (scep_challenge_t){};
}

/*
 * Described in header
 */
bool scep_challenge_is_over(const scep_profile_t *profile, time_t since,
							time_t now)
{
	return profile->challenge_lifetime && since &&
		   now - since >= profile->challenge_lifetime;
}

/*
 * Described in header
 */
char *scep_challenge_hash(chunk_t salt, chunk_t phrase, scep_error_t *err)
{
	char hex[SCEP_DIGEST_LEN], *text = NULL;
	chunk_t all = chunk_cat("cc", salt, phrase), first;

	first = chunk_to_hex(salt, NULL, FALSE);
	if (scep_digest(all, hex, err) &&
		asprintf(&text, "%s:%s", (char*)first.ptr, hex) < 0)
	{
		text = NULL;
	}
	chunk_free(&first);
	chunk_clear(&all);
	return text;
}

/*
 * Described in header
 */
bool scep_challenge_matches(const char *hash, chunk_t phrase)
{
	char *colon, *text;
	chunk_t salt;
	bool matches;

	colon = hash ? strchr(hash, ':') : NULL;
	if (!colon || !phrase.len)
	{
		return FALSE;
	}
	salt = chunk_from_hex(chunk_create((u_char*)hash, colon - hash), NULL);
	text = scep_challenge_hash(salt, phrase, NULL);
	matches = text && streq(text, hash);
	chunk_free(&salt);
	free(text);
	return matches;
}

/*
 * Described in header
 */
bool scep_challenge_set(scep_profile_store_t *store, chunk_t phrase, time_t now,
						scep_error_t *err)
{
	if (!is_phrase(phrase))
	{
		return scep_fail(err, SCEP_PERMANENT, "a phrase is one line of 1 to %d "
						 "bytes", SCEP_MAX_CHALLENGE);
	}
	return store->save_phrase(store, phrase, now, err);
}

/*
 * Described in header
 */
bool scep_challenge_spend(scep_profile_store_t *store, const char *hash,
						  scep_error_t *err)
{
	chunk_t phrase;
	time_t since;
	bool spent;

	if (!hash || !store->load_phrase(store, &phrase, &since, NULL))
	{	/* what can't be read is reported by the next attempt */
		return TRUE;
	}
	spent = scep_challenge_matches(hash, phrase);
	chunk_clear(&phrase);
	return !spent || store->drop_phrase(store, err);
}

/*
 * Described in header
 */
uint32_t scep_challenge_mark(scep_profile_t *profile,
							 scep_profile_store_t *store)
{
	uint32_t mark = 0;
	chunk_t phrase;
	struct stat st;
	time_t since;

	if (store->load_phrase(store, &phrase, &since, NULL))
	{
		mark = chunk_hash_static_inc(phrase,
									 chunk_hash_static(chunk_from_thing(since)));
		chunk_clear(&phrase);
	}
	if (profile->challenge_file && !stat(profile->challenge_file, &st))
	{
		mark = chunk_hash_static_inc(chunk_from_thing(st.st_mtim), mark);
		mark = chunk_hash_static_inc(chunk_from_thing(st.st_ino), mark);
		mark = chunk_hash_static_inc(chunk_from_thing(st.st_size), mark);
	}
	return mark;
}
