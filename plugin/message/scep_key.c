/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_key.h"

#include "message/scep_der.h"

#include <asn1/oid.h>

/**
 * Take a positive INTEGER, without leading zeros.
 */
static bool take_positive(chunk_t *in, chunk_t *value)
{
	if (!scep_der_take(in, ASN1_INTEGER, value) || !value->len ||
		value->ptr[0] & 0x80)
	{
		return FALSE;
	}
	while (value->len && value->ptr[0] == 0)
	{
		*value = chunk_skip(*value, 1);
	}
	return value->len > 0;
}

/**
 * Parse the SubjectPublicKeyInfo of an RSA key (RFC 3279, 2.3.1).
 */
static bool parse_rsa(chunk_t spki, chunk_t *modulus, chunk_t *exponent)
{
	chunk_t content, bits, rsa;

	return scep_der_only(spki, ASN1_SEQUENCE, &content) &&
		   scep_der_take(&content, ASN1_SEQUENCE, NULL) &&
		   scep_der_only(content, ASN1_BIT_STRING, &bits) &&
		   bits.len > 1 && bits.ptr[0] == 0 &&
		   scep_der_only(chunk_skip(bits, 1), ASN1_SEQUENCE, &rsa) &&
		   take_positive(&rsa, modulus) && take_positive(&rsa, exponent) &&
		   !rsa.len;
}

/**
 * Whether libstrongswan takes it for an RSA key, as asn1_known_oid() does it:
 * also by an OID that only begins with the right one.
 */
static bool is_rsa(chunk_t spki)
{
	chunk_t content, algorithm, oid;

	if (!scep_der_only(spki, ASN1_SEQUENCE, &content) ||
		!scep_der_take(&content, ASN1_SEQUENCE, &algorithm) ||
		!scep_der_take(&algorithm, ASN1_OID, &oid))
	{
		return TRUE;
	}
	switch (asn1_known_oid(oid))
	{
		case OID_RSA_ENCRYPTION:
		case OID_RSAES_OAEP:
		case OID_RSASSA_PSS:
			return TRUE;
		default:
			return FALSE;
	}
}

/**
 * Number of bits, at most those of all octets.
 */
static size_t count_bits(chunk_t number)
{
	size_t bits = number.len * 8;
	u_char first;

	for (first = number.ptr[0]; !(first & 0x80); first <<= 1)
	{
		bits--;
	}
	return bits;
}

/*
 * Described in header
 */
bool scep_key_check_cost(chunk_t spki, scep_error_t *err)
{
	chunk_t modulus, exponent;

	if (!is_rsa(spki))
	{
		return TRUE;
	}
	if (!parse_rsa(spki, &modulus, &exponent))
	{
		return scep_fail(err, SCEP_SECURITY, "its public key is malformed");
	}
	if (count_bits(modulus) > SCEP_MAX_PEER_RSA)
	{
		return scep_fail(err, SCEP_SECURITY, "its RSA key has %zu bits, more "
						 "than %d", count_bits(modulus), SCEP_MAX_PEER_RSA);
	}
	if (count_bits(exponent) > SCEP_MAX_EXPONENT ||
		!(exponent.ptr[exponent.len - 1] & 1) || count_bits(exponent) == 1)
	{
		return scep_fail(err, SCEP_SECURITY, "the exponent of its RSA key is "
						 "1, even, or has more than %d bits",
						 SCEP_MAX_EXPONENT);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_key_check_strength(public_key_t *key, int min_rsa, const char *whose,
							 scep_error_t *err)
{
	int min = key->get_type(key) == KEY_RSA ? min_rsa : SCEP_MIN_EC;

	if (key->get_keysize(key) < min)
	{
		return scep_fail(err, SCEP_SECURITY, "the %N key of %s has %d bits, "
						 "at least %d are needed", key_type_names,
						 key->get_type(key), whose, key->get_keysize(key), min);
	}
	return TRUE;
}

/*
 * Described in header
 */
chunk_t scep_key_get_modulus(public_key_t *key)
{
	chunk_t spki, modulus, exponent, copy = chunk_empty;

	if (key->get_encoding(key, PUBKEY_SPKI_ASN1_DER, &spki))
	{
		if (parse_rsa(spki, &modulus, &exponent))
		{
			copy = chunk_clone(modulus);
		}
		free(spki.ptr);
	}
	return copy;
}
