/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_digest.h"

/*
 * Described in header
 */
bool scep_digest(chunk_t value, char hex[SCEP_DIGEST_LEN], scep_error_t *err)
{
	u_char hash[HASH_SIZE_SHA256];
	hasher_t *hasher;
	bool success;

	hasher = lib->crypto->create_hasher(lib->crypto, HASH_SHA256);
	success = hasher && hasher->get_hash(hasher, value, hash);
	DESTROY_IF(hasher);
	if (!success)
	{
		return scep_fail(err, SCEP_LOCAL, "SHA-256 is not available: load a "
						 "strongSwan plugin that has it");
	}
	chunk_to_hex(chunk_create(hash, sizeof(hash)), hex, FALSE);
	return TRUE;
}

/**
 * Append a value with its length: no two lists of values give the same.
 */
static chunk_t add(chunk_t all, chunk_t value)
{
	uint32_t len = htonl(value.len);

	return chunk_cat("mcc", all, chunk_from_thing(len), value);
}

/**
 * Append a number.
 */
static chunk_t add_number(chunk_t all, uint32_t number)
{
	number = htonl(number);
	return add(all, chunk_from_thing(number));
}

/**
 * Append names, each with its type in front of it, to an array.
 */
static void collect(linked_list_t *names, uint32_t type_of_all, chunk_t *array,
					int *count)
{
	enumerator_t *enumerator;
	identification_t *id;
	chunk_t name;

	enumerator = names->create_enumerator(names);
	while (enumerator->enumerate(enumerator, &id))
	{
		name = add_number(chunk_empty, type_of_all ?: id->get_type(id));
		array[(*count)++] = add(name, id->get_encoding(id));
	}
	enumerator->destroy(enumerator);
}

/**
 * Compare two names.
 */
static int compare(const void *a, const void *b)
{
	return chunk_compare(*(const chunk_t*)a, *(const chunk_t*)b);
}

/**
 * Append the alternative names.
 */
static chunk_t add_names(chunk_t all, const scep_profile_t *profile)
{
	chunk_t *array;
	int i, count;

	count = profile->sans->get_count(profile->sans) +
			profile->upns->get_count(profile->upns);
	array = calloc(count + 1, sizeof(chunk_t));
	count = 0;
	collect(profile->sans, 0, array, &count);
	/* the type of a mail address, which they are not */
	collect(profile->upns, UINT32_MAX, array, &count);
	qsort(array, count, sizeof(chunk_t), compare);
	for (i = 0; i < count; i++)
	{
		if (!i || compare(&array[i - 1], &array[i]))
		{
			all = add(all, array[i]);
		}
	}
	for (i = 0; i < count; i++)
	{
		free(array[i].ptr);
	}
	free(array);
	return all;
}

/*
 * Described in header
 */
bool scep_digest_request(const scep_profile_t *profile,
						 char hex[SCEP_DIGEST_LEN], scep_error_t *err)
{
	identification_t *subject = profile->subject;
	chunk_t all = chunk_empty, names;
	bool success;

	names = add_names(chunk_empty, profile);
	all = add(all, subject->get_encoding(subject));
	all = add(all, names);
	all = add(all, chunk_from_str(profile->template ?: ""));
	all = add_number(all, profile->key_type);
	all = add_number(all, profile->key_size);
	success = scep_digest(all, hex, err);
	chunk_free(&names);
	chunk_free(&all);
	return success;
}
