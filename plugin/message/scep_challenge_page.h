/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_challenge_page scep_challenge_page
 * @{ @ingroup scep_message_layer
 *
 * The page on which Microsoft's NDES shows a challenge phrase (mscep_admin). It
 * comes in the language of the server and in UTF-16, UTF-8 or ASCII: phrase and
 * thumbprints are known by their form, hexadecimal digits.
 */

#ifndef SCEP_CHALLENGE_PAGE_H_
#define SCEP_CHALLENGE_PAGE_H_

#include "base/scep_error.h"

#include <library.h>
#include <collections/linked_list.h>

/** Digits of the shortest phrase, and of the longest */
#define SCEP_PHRASE_MIN		8
#define SCEP_PHRASE_MAX		64

typedef struct scep_digits_t scep_digits_t;
typedef struct scep_challenge_page_t scep_challenge_page_t;

/**
 * Hexadecimal digits that stand alone on a page.
 */
struct scep_digits_t {

	/** as they were written, without blanks and colons */
	char text[SCEP_PHRASE_MAX + 1];

	/** whether they came in groups, as only a thumbprint does */
	bool grouped;
};

/**
 * What was found on a page; scep_challenge_page_clear() wipes it.
 */
struct scep_challenge_page_t {

	/** digits, and how many such */
	scep_digits_t digits[SCEP_MAX_PAGE_DIGITS];
	u_int count;

	/** its first words; those with a digit are replaced by "..." */
	char words[SCEP_MAX_SHOWN];
};

/**
 * Find digits on a page. Any thread.
 *
 * @param body		body of the answer
 * @param page		gets what was found, to be wiped in any case
 * @param err		reason of a failure: too large, too many digits
 * @return			FALSE on failure
 */
bool scep_challenge_page_parse(chunk_t body, scep_challenge_page_t *page,
							   scep_error_t *err);

/**
 * Tell the phrase from thumbprints (MD5, SHA-1 or SHA-256 of a certificate).
 * Where there are such, one must be that of a CA that is trusted; a match is no
 * reason to trust anything. Any thread.
 *
 * @param page		what was found
 * @param cas		CAs that are trusted, certificate_t
 * @param phrase	gets the phrase, to be cleared with chunk_clear()
 * @param err		SCEP_SECURITY: the thumbprint is another CA's;
 *					SCEP_TRANSIENT: no phrase; SCEP_PERMANENT: more than one
 *					number could be it
 * @return			FALSE on failure
 */
bool scep_challenge_page_choose(const scep_challenge_page_t *page,
								linked_list_t *cas, chunk_t *phrase,
								scep_error_t *err);

/**
 * Wipe what was found on a page.
 *
 * @param page		page
 */
void scep_challenge_page_clear(scep_challenge_page_t *page);

#endif /** SCEP_CHALLENGE_PAGE_H_ @}*/
