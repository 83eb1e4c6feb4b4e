/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_challenge_page.h"
#include "message/scep_page_text.h"
#include "base/scep_text.h"

#include <credentials/certificates/certificate.h>

#include <ctype.h>
#include <stdio.h>

/** Around a number in a sentence */
#define PUNCTUATION		".,:;!?()[]\"'"

typedef struct group_t group_t;

/**
 * Words of digits that follow each other.
 */
struct group_t {

	/** where they go */
	scep_challenge_page_t *page;

	/** all their digits, without blanks */
	char digits[SCEP_PHRASE_MAX];
	size_t len;

	/** digits of each word, and how many words */
	size_t width;
	u_int words;
};

/**
 * Whether a thumbprint can have so many digits: MD5, SHA-1, SHA-256.
 */
static bool is_thumbprint_len(size_t len)
{
	return len == 2 * HASH_SIZE_MD5 || len == 2 * HASH_SIZE_SHA1 ||
		   len == 2 * HASH_SIZE_SHA256;
}

/**
 * Add digits, once. One more than there is room for is counted only.
 */
static void add_digits(scep_challenge_page_t *page, const char *text,
					   size_t len, bool grouped)
{
	scep_digits_t digits = { .grouped = grouped };
	u_int i;

	if (len < SCEP_PHRASE_MIN)
	{
		return;
	}
	memcpy(digits.text, text, len);
	for (i = 0; i < min(page->count, SCEP_MAX_PAGE_DIGITS); i++)
	{
		if (streq(page->digits[i].text, digits.text))
		{
			page->digits[i].grouped |= grouped;
			return;
		}
	}
	if (page->count < SCEP_MAX_PAGE_DIGITS)
	{
		page->digits[page->count] = digits;
	}
	page->count++;
	memwipe(&digits, sizeof(digits));
}

/**
 * End a group: it is a thumbprint as a whole, or words that stand alone.
 */
static void end_group(group_t *group)
{
	size_t i;

	if (group->words > 1 && is_thumbprint_len(group->len))
	{
		add_digits(group->page, group->digits, group->len, TRUE);
	}
	else
	{
		for (i = 0; i < group->words; i++)
		{
			add_digits(group->page, group->digits + i * group->width,
					   group->width, FALSE);
		}
	}
	group->words = group->len = 0;
}

/**
 * Add a word of digits to the group, or begin another one with it.
 */
static void add_word(group_t *group, chunk_t word)
{
	if (group->words && (group->width != word.len || word.len > 8 ||
						 group->len + word.len > sizeof(group->digits)))
	{
		end_group(group);
	}
	group->width = word.len;
	group->words++;
	memcpy(group->digits + group->len, word.ptr, word.len);
	group->len += word.len;
}

/**
 * Add a thumbprint in pairs with colons, if a word is one.
 */
static void add_pairs(scep_challenge_page_t *page, chunk_t word)
{
	char digits[SCEP_PHRASE_MAX];
	size_t i, len = 0;

	for (i = 0; i < word.len; i++)
	{
		if (i % 3 == 2 ? word.ptr[i] != ':' : !isxdigit(word.ptr[i]) ||
											  len == sizeof(digits))
		{
			return;
		}
		if (i % 3 != 2)
		{
			digits[len++] = word.ptr[i];
		}
	}
	if (word.len % 3 == 2 && is_thumbprint_len(len))
	{
		add_digits(page, digits, len, TRUE);
	}
}

/**
 * Whether there is nothing but digits in a word, and no more than a phrase or a
 * thumbprint has.
 */
static bool is_digits(chunk_t word)
{
	size_t i;

	for (i = 0; i < word.len && isxdigit(word.ptr[i]); i++)
	{	/* look on */
	}
	return i && i == word.len && i <= SCEP_PHRASE_MAX;
}

/**
 * Look at a word of the page.
 */
static void take_word(group_t *group, chunk_t word)
{
	bool ends;

	if (word.len && strchr(PUNCTUATION, word.ptr[0]))
	{
		end_group(group);
	}
	while (word.len && strchr(PUNCTUATION, word.ptr[0]))
	{
		word = chunk_skip(word, 1);
	}
	ends = word.len && strchr(PUNCTUATION, word.ptr[word.len - 1]);
	while (word.len && strchr(PUNCTUATION, word.ptr[word.len - 1]))
	{
		word.len--;
	}
	if (is_digits(word))
	{
		add_word(group, word);
	}
	else
	{
		end_group(group);
		add_pairs(group->page, word);
	}
	if (ends)
	{
		end_group(group);
	}
}

/**
 * Remember a word for a person, but nothing that could be a phrase.
 */
static void keep_word(scep_challenge_page_t *page, chunk_t word)
{
	size_t used = strlen(page->words), i;

	for (i = 0; i < word.len && !isdigit(word.ptr[i]); i++)
	{	/* look on */
	}
	if (i < word.len)
	{
		word = chunk_from_str("...");
	}
	if (used + word.len + 2 <= sizeof(page->words))
	{
		snprintf(page->words + used, sizeof(page->words) - used, "%s%.*s",
				 used ? " " : "", (int)word.len, word.ptr);
	}
}

/*
 * Described in header
 */
bool scep_challenge_page_parse(chunk_t body, scep_challenge_page_t *page,
							   scep_error_t *err)
{
	group_t group = { .page = page };
	chunk_t text, rest, word;

	*page = (scep_challenge_page_t){};
	if (body.len > SCEP_MAX_PAGE)
	{
		return scep_fail(err, SCEP_SECURITY, "the page is larger than %d bytes",
						 SCEP_MAX_PAGE);
	}
	text = rest = scep_page_text(body);
	while (rest.len)
	{
		word = rest;
		for (word.len = 0; word.len < rest.len &&
			 !strchr(" \n", rest.ptr[word.len]); word.len++)
		{	/* up to a blank or a tag */
		}
		if (word.len)
		{
			take_word(&group, word);
			keep_word(page, word);
		}
		rest = chunk_skip(rest, word.len);
		if (rest.len && *rest.ptr == SCEP_PAGE_TAG)
		{
			end_group(&group);
		}
		rest = chunk_skip(rest, 1);
	}
	end_group(&group);
	memwipe(&group, sizeof(group));
	chunk_clear(&text);
	return page->count <= SCEP_MAX_PAGE_DIGITS ||
		   scep_fail(err, SCEP_PERMANENT, "the page shows more than %d numbers, "
					 "it can't be one with a phrase", SCEP_MAX_PAGE_DIGITS);
}

/**
 * Whether digits are a thumbprint of a certificate.
 */
static bool is_thumbprint_of(const char *digits, certificate_t *cert)
{
	hash_algorithm_t alg = HASH_SHA256;
	size_t len = strlen(digits) / 2;
	chunk_t encoding, print;
	char hash[HASH_SIZE_SHA256];
	hasher_t *hasher;
	bool same = FALSE;

	if (len != HASH_SIZE_SHA256)
	{
		alg = len == HASH_SIZE_SHA1 ? HASH_SHA1 : HASH_MD5;
	}
	hasher = lib->crypto->create_hasher(lib->crypto, alg);
	if (hasher && cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		print = chunk_from_hex(chunk_from_str((char*)digits), NULL);
		same = hasher->get_hash(hasher, encoding, (u_char*)hash) &&
			   memeq(hash, print.ptr, len);
		chunk_clear(&print);
		free(encoding.ptr);
	}
	DESTROY_IF(hasher);
	return same;
}

/**
 * Whether digits are a thumbprint of one of some certificates.
 */
static bool is_thumbprint(const char *digits, linked_list_t *certs)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	bool found = FALSE;

	enumerator = certs->create_enumerator(certs);
	while (!found && is_thumbprint_len(strlen(digits)) &&
		   enumerator->enumerate(enumerator, &cert))
	{
		found = is_thumbprint_of(digits, cert);
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Rank of digits as a phrase, by their length: 16 or 32 is what NDES makes, 40
 * and 64 what a thumbprint has.
 */
static u_int get_rank(size_t len)
{
	return len == 16 || len == 32 ? 3 : is_thumbprint_len(len) ? 1 : 2;
}

/**
 * Find the phrase among what is no thumbprint of a CA.
 *
 * @param known		whether there was such a thumbprint
 * @param foreign	gets digits that must be another one's thumbprint, or NULL
 * @param same		gets how many could be the phrase
 * @return			phrase, or NULL
 */
static const char *find_phrase(const scep_challenge_page_t *page,
							   linked_list_t *cas, bool known,
							   const char **foreign, u_int *same)
{
	const char *best = NULL, *text;
	u_int rank, highest = 0, i;

	*foreign = NULL;
	*same = 0;
	for (i = 0; i < page->count; i++)
	{
		text = page->digits[i].text;
		rank = page->digits[i].grouped ? 0 : get_rank(strlen(text));
		if (is_thumbprint(text, cas))
		{
			continue;
		}
		if (!rank || (rank == 1 && !known))
		{
			*foreign = text;
			continue;
		}
		*same = rank > highest ? 1 : *same + (rank == highest);
		best = rank > highest ? text : best;
		highest = max(rank, highest);
	}
	return best;
}

/**
 * Whether there is a thumbprint of a CA.
 */
static bool has_thumbprint(const scep_challenge_page_t *page,
						   linked_list_t *cas)
{
	bool found = FALSE;
	u_int i;

	for (i = 0; !found && i < page->count; i++)
	{
		found = is_thumbprint(page->digits[i].text, cas);
	}
	return found;
}

/*
 * Described in header
 */
bool scep_challenge_page_choose(const scep_challenge_page_t *page,
								linked_list_t *cas, chunk_t *phrase,
								scep_error_t *err)
{
	bool known = has_thumbprint(page, cas);
	const char *found, *foreign;
	char words[SCEP_QUOTED_LEN];
	u_int same;

	found = find_phrase(page, cas, known, &foreign, &same);
	if (foreign && !known)
	{
		return scep_fail(err, SCEP_SECURITY, "the page shows the thumbprint %s, "
						 "which is none of the CA that is pinned", foreign);
	}
	if (!found)
	{
		return scep_fail(err, SCEP_TRANSIENT, "the page shows no phrase (full, "
						 "or one must have rights to enrol?), but: %s",
						 scep_quote(chunk_from_str((char*)page->words), words));
	}
	if (same > 1)
	{
		return scep_fail(err, SCEP_PERMANENT, "the page shows %u numbers that "
						 "could be the phrase", same);
	}
	*phrase = chunk_clone(chunk_from_str((char*)found));
	return TRUE;
}

/*
 * Described in header
 */
void scep_challenge_page_clear(scep_challenge_page_t *page)
{
	memwipe(page, sizeof(*page));
}
