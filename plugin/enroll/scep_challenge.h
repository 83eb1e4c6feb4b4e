/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_challenge scep_challenge
 * @{ @ingroup scep_enroll
 *
 * The challenge phrase of a profile, wherever it comes from: from a person
 * (set-challenge), a file, the settings, or a program, which is asked for each
 * new transaction. A phrase that a person handed over counts before all others
 * until it was granted, refused, or its life is over.
 */

#ifndef SCEP_CHALLENGE_H_
#define SCEP_CHALLENGE_H_

#include "base/scep_program.h"
#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_challenge_t scep_challenge_t;

/**
 * A phrase; scep_challenge_clear() wipes it.
 */
struct scep_challenge_t {

	/** phrase, empty if there is none */
	chunk_t phrase;

	/** since when there is this phrase, 0 if there is none */
	time_t since;

	/** whether a person handed it over */
	bool set;

	/** whether there is none yet, but one can be fetched for a request */
	bool fetch;
};

/**
 * Get the phrase of now. A worker; reads files, each time anew.
 *
 * @param profile	profile
 * @param store		its state
 * @param salt		random bytes for the digest of one that was not seen yet
 * @param now		the time
 * @param challenge	gets the phrase
 * @param err		reason of a failure
 * @return			FALSE if there is one, but it can't be had
 */
bool scep_challenge_load(scep_profile_t *profile, scep_profile_store_t *store,
						 chunk_t salt, time_t now, scep_challenge_t *challenge,
						 scep_error_t *err);

/**
 * Get since when there is the phrase of a file, as the file's date tells. Any
 * thread.
 *
 * @param profile	profile
 * @param now		the time
 * @return			time, 0 if it has no file, or one whose date can't be right
 */
time_t scep_challenge_date(const scep_profile_t *profile, time_t now);

/**
 * Get when the configured phrase was seen first, if a request had it that its
 * file did not date. Loop thread, while no worker has the profile's state.
 *
 * @param profile	profile
 * @param store		its state
 * @return			time, 0 if that is unknown
 */
time_t scep_challenge_sighted(scep_profile_t *profile,
							  scep_profile_store_t *store);

/**
 * Fetch a phrase for a new transaction. A worker; waits for a program.
 *
 * @param profile	challenge_command
 * @param programs	runs it
 * @param now		the time
 * @param challenge	gets the phrase
 * @param err		reason of a failure
 * @return			FALSE if there is none
 */
bool scep_challenge_fetch(scep_profile_t *profile, scep_programs_t *programs,
						  time_t now, scep_challenge_t *challenge,
						  scep_error_t *err);

/**
 * Wipe a phrase.
 *
 * @param challenge	phrase, may be all zero
 */
void scep_challenge_clear(scep_challenge_t *challenge);

/**
 * Whether the life of a phrase is over. Pure.
 *
 * @param profile	challenge_lifetime
 * @param since		since when there is the phrase, 0 if there is none
 * @param now		the time
 * @return			TRUE if no request may be made with it
 */
bool scep_challenge_is_over(const scep_profile_t *profile, time_t since,
							time_t now);

/**
 * Hash a phrase with a salt, such that the file does not tell which of two
 * requests have the same one.
 *
 * @param salt		random bytes
 * @param phrase	phrase
 * @param err		reason of a failure
 * @return			salt and hash as text, allocated; NULL on failure
 */
char *scep_challenge_hash(chunk_t salt, chunk_t phrase, scep_error_t *err);

/**
 * Whether a hash is that of a phrase.
 *
 * @param hash		what scep_challenge_hash() made, or NULL
 * @param phrase	phrase
 * @return			TRUE if so
 */
bool scep_challenge_matches(const char *hash, chunk_t phrase);

/**
 * Keep the phrase that a person hands over. Loop thread.
 *
 * @param store		state of the profile
 * @param phrase	phrase
 * @param now		the time
 * @param err		reason of a failure: SCEP_PERMANENT if it is no phrase
 * @return			FALSE if it was not kept
 */
bool scep_challenge_set(scep_profile_store_t *store, chunk_t phrase, time_t now,
						scep_error_t *err);

/**
 * A request was granted or refused: drop the phrase that a person handed over,
 * if it was that one. Loop thread.
 *
 * @param store		state of the profile
 * @param hash		hash of the request's phrase, or NULL
 * @param err		reason of a failure
 * @return			FALSE on failure
 */
bool scep_challenge_spend(scep_profile_store_t *store, const char *hash,
						  scep_error_t *err);

/**
 * Get a value that changes whenever there is another phrase. Loop thread;
 * looks at files.
 *
 * @param profile	profile
 * @param store		its state
 * @return			value
 */
uint32_t scep_challenge_mark(scep_profile_t *profile,
							 scep_profile_store_t *store);

#endif /** SCEP_CHALLENGE_H_ @}*/
