/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_pin.h"

#include <ctype.h>

typedef struct private_scep_pin_t private_scep_pin_t;

/**
 * Private data of a scep_pin_t.
 */
struct private_scep_pin_t {

	/**
	 * Public interface.
	 */
	scep_pin_t public;
};

METHOD(scep_pin_t, matches, bool,
	private_scep_pin_t *this, certificate_t *cert)
{
	chunk_t encoding, hash = chunk_empty;
	hasher_t *hasher;
	bool same;

	if (!cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		return FALSE;
	}
	hasher = lib->crypto->create_hasher(lib->crypto, this->public.alg);
	same = hasher && hasher->allocate_hash(hasher, encoding, &hash) &&
		   chunk_equals(hash, this->public.hash);
	DESTROY_IF(hasher);
	chunk_free(&hash);
	chunk_free(&encoding);
	return same;
}

METHOD(scep_pin_t, destroy, void,
	private_scep_pin_t *this)
{
	chunk_free(&this->public.hash);
	free(this->public.note);
	free(this);
}

/**
 * Parse hexadecimal digits, of which there have to be len.
 */
static bool parse_digits(const char *text, char *digits, size_t len)
{
	size_t count = 0;

	for (; *text; text++)
	{
		if (isxdigit((u_char)*text) && count < len)
		{
			digits[count++] = *text;
		}
		else if (*text != ':' && *text != ' ' && *text != '-')
		{
			return FALSE;
		}
	}
	return count == len;
}

/*
 * Described in header
 */
scep_pin_t *scep_pin_create(const char *text)
{
	static const struct {
		const char *prefix;
		hash_algorithm_t alg;
		size_t len;
	} algs[] = {
		{ "sha256:", HASH_SHA256, HASH_SIZE_SHA256 },
		{ "sha384:", HASH_SHA384, HASH_SIZE_SHA384 },
		{ "sha512:", HASH_SHA512, HASH_SIZE_SHA512 },
		{ "sha1:", HASH_SHA1, HASH_SIZE_SHA1 },
	};
	private_scep_pin_t *this;
	char digits[HASH_SIZE_SHA512 * 2];
	int i;

	for (i = 0; i < countof(algs); i++)
	{
		if (strncasecmp(text, algs[i].prefix, strlen(algs[i].prefix)) == 0)
		{
			break;
		}
	}
	if (i == countof(algs) ||
		!parse_digits(text + strlen(algs[i].prefix), digits, algs[i].len * 2))
	{
		return NULL;
	}
	INIT(this,
		.public = {
			.alg = algs[i].alg,
			.hash = chunk_from_hex(chunk_create((u_char*)digits,
												algs[i].len * 2), NULL),
			.matches = _matches,
			.destroy = _destroy,
		},
	);
	return &this->public;
}

/*
 * Described in header
 */
bool scep_pins_match(linked_list_t *pins, certificate_t *cert)
{
	enumerator_t *enumerator;
	scep_pin_t *pin;
	bool found = FALSE;

	enumerator = pins->create_enumerator(pins);
	while (!found && enumerator->enumerate(enumerator, &pin))
	{
		found = pin->matches(pin, cert);
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
void scep_pins_destroy(linked_list_t *pins)
{
	pins->destroy_offset(pins, offsetof(scep_pin_t, destroy));
}
