/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include "message/scep_challenge_page.h"

#include <ctype.h>

const char *fuzz_target = "page";

/**
 * Require that a phrase is what the digits of a page can be.
 */
static void check_phrase(chunk_t phrase)
{
	size_t i;

	fuzz_require(phrase.len >= SCEP_PHRASE_MIN);
	fuzz_require(phrase.len <= SCEP_PHRASE_MAX);
	for (i = 0; i < phrase.len; i++)
	{
		fuzz_require(isxdigit(phrase.ptr[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t body = fuzz_input(data, size), phrase = chunk_empty;
	linked_list_t *cas = linked_list_create();
	scep_challenge_page_t page;
	scep_error_t error = {};
	bool success;

	success = scep_challenge_page_parse(body, &page, &error);
	fuzz_require(success || page.count > SCEP_MAX_PAGE_DIGITS ||
				 size > SCEP_MAX_PAGE);
	fuzz_require(strlen(page.words) < sizeof(page.words));
	if (success &&
		scep_challenge_page_choose(&page, cas, &phrase, &error))
	{
		check_phrase(phrase);
	}
	else
	{
		fuzz_require_reason(&error);
		fuzz_require(!phrase.ptr);
	}
	chunk_clear(&phrase);
	scep_challenge_page_clear(&page);
	cas->destroy(cas);
	fuzz_done(body);
	return 0;
}
