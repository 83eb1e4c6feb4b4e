/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_csr.h"

#include "message/scep_attributes.h"
#include "message/scep_certs.h"
#include "message/scep_der.h"

#include <asn1/oid.h>

/**
 * Get subject and key as both documents have them.
 */
static bool get_key_info(const scep_csr_t *csr, chunk_t *spki,
						 scep_error_t *err)
{
	public_key_t *public;
	bool success;

	if (csr->subject->get_type(csr->subject) != ID_DER_ASN1_DN)
	{
		return scep_fail(err, SCEP_PERMANENT, "the subject is no distinguished "
						 "name (RFC 8894, 3.3.1)");
	}
	public = csr->key->get_public_key(csr->key);
	success = public &&
			  public->get_encoding(public, PUBKEY_SPKI_ASN1_DER, spki);
	DESTROY_IF(public);
	if (!success)
	{
		return scep_fail(err, SCEP_LOCAL, "no plugin of libstrongswan encodes "
						 "the public key");
	}
	return TRUE;
}

/**
 * Get the OID of the signature algorithm, OID_UNKNOWN if there is none.
 */
static int get_algorithm(const scep_csr_t *csr, scep_error_t *err)
{
	int oid = OID_UNKNOWN;

	if (csr->digest == HASH_SHA256 || csr->digest == HASH_SHA384 ||
		csr->digest == HASH_SHA512)
	{
		oid = hasher_signature_algorithm_to_oid(csr->digest,
												csr->key->get_type(csr->key));
	}
	if (oid == OID_UNKNOWN)
	{
		scep_fail(err, SCEP_PERMANENT, "requests are signed with SHA-256, "
				  "SHA-384 or SHA-512 and an RSA key, not with %N and %N",
				  hash_algorithm_short_names, csr->digest, key_type_names,
				  csr->key->get_type(csr->key));
	}
	return oid;
}

/**
 * Sign what both documents consist of: SEQUENCE { to be signed, algorithm,
 * signature }.
 */
static bool sign(const scep_csr_t *csr, int oid, chunk_t tbs, chunk_t *der,
				 scep_error_t *err)
{
	chunk_t signature;

	if (!csr->key->sign(csr->key, signature_scheme_from_oid(oid), NULL, tbs,
						&signature))
	{
		return scep_fail(err, SCEP_LOCAL, "the key could not sign the request "
						 "(%N)", signature_scheme_names,
						 signature_scheme_from_oid(oid));
	}
	*der = asn1_wrap(ASN1_SEQUENCE, "cmm", tbs, asn1_algorithmIdentifier(oid),
					 asn1_bitstring("m", signature));
	return TRUE;
}

/**
 * Build a keyUsage extension, critical: digitalSignature for IKE and to sign
 * requests, keyEncipherment for the envelopes of answers (RFC 8894, 2.3; RFC
 * 4945, 5.1.3.2).
 */
static chunk_t build_key_usage()
{
	return asn1_wrap(ASN1_SEQUENCE, "mmm",
		asn1_build_known_oid(OID_KEY_USAGE),
		asn1_simple_object(ASN1_BOOLEAN, chunk_from_chars(0xff)),
		asn1_wrap(ASN1_OCTET_STRING, "m",
			asn1_simple_object(ASN1_BIT_STRING, chunk_from_chars(0x05, 0xa0))));
}

/**
 * Build a GeneralName (RFC 5280, 4.2.1.6), chunk_empty if it cannot be one.
 */
static chunk_t build_general_name(identification_t *id)
{
	chunk_t value = id->get_encoding(id);
	int tag;
	size_t i;

	switch (id->get_type(id))
	{
		case ID_RFC822_ADDR:
			tag = ASN1_CONTEXT_S_1;
			break;
		case ID_FQDN:
			tag = ASN1_CONTEXT_S_2;
			break;
		case ID_DER_ASN1_GN_URI:
			tag = ASN1_CONTEXT_S_6;
			break;
		case ID_DER_ASN1_DN:
			return asn1_simple_object(ASN1_CONTEXT_C_4, value);
		case ID_IPV4_ADDR:
		case ID_IPV6_ADDR:
			return asn1_simple_object(ASN1_CONTEXT_S_7, value);
		default:
			return chunk_empty;
	}
	/* IA5String, and nothing that a person would not have typed */
	for (i = 0; i < value.len; i++)
	{
		if (value.ptr[i] <= 0x20 || value.ptr[i] >= 0x7f)
		{
			return chunk_empty;
		}
	}
	return value.len ? asn1_simple_object(tag, value) : chunk_empty;
}

/**
 * Build a subjectAltName extension, chunk_empty without names.
 */
static bool build_alt_names(const scep_csr_t *csr, chunk_t *extension,
							scep_error_t *err)
{
	enumerator_t *enumerator;
	identification_t *id;
	chunk_t names = chunk_empty, name;
	bool success = TRUE;

	*extension = chunk_empty;
	if (!csr->sans || !csr->sans->get_count(csr->sans))
	{
		return TRUE;
	}
	enumerator = csr->sans->create_enumerator(csr->sans);
	while (success && enumerator->enumerate(enumerator, &id))
	{
		name = build_general_name(id);
		if (!name.len)
		{
			success = scep_fail(err, SCEP_PERMANENT, "'%Y' (%N) cannot be a "
								"subjectAltName (RFC 5280, 4.2.1.6)", id,
								id_type_names, id->get_type(id));
		}
		names = chunk_cat("mm", names, name);
	}
	enumerator->destroy(enumerator);
	if (!success)
	{
		free(names.ptr);
		return FALSE;
	}
	*extension = asn1_wrap(ASN1_SEQUENCE, "mm",
					asn1_build_known_oid(OID_SUBJECT_ALT_NAME),
					asn1_wrap(ASN1_OCTET_STRING, "m",
						asn1_wrap(ASN1_SEQUENCE, "m", names)));
	return TRUE;
}

/**
 * Whether a value is well-formed UTF-8 without control characters.
 */
static bool is_utf8(chunk_t value)
{
	static const uint32_t smallest[] = { 0, 0x80, 0x800, 0x10000 };
	uint32_t point;
	size_t i = 0, more, j;

	while (i < value.len)
	{
		point = value.ptr[i++];
		more = point < 0x80 ? 0 : (point & 0xe0) == 0xc0 ? 1 :
			   (point & 0xf0) == 0xe0 ? 2 : (point & 0xf8) == 0xf0 ? 3 : 4;
		if (more == 4 || more > value.len - i)
		{
			return FALSE;
		}
		point &= more ? 0x3f >> more : 0x7f;
		for (j = 0; j < more; j++, i++)
		{
			if ((value.ptr[i] & 0xc0) != 0x80)
			{
				return FALSE;
			}
			point = point << 6 | (value.ptr[i] & 0x3f);
		}
		if (point < smallest[more] || point < 0x20 || point == 0x7f ||
			point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		{
			return FALSE;
		}
	}
	return TRUE;
}

/**
 * Build the challengePassword attribute (RFC 2985, 5.4.1), chunk_empty without
 * a challenge.
 */
static bool build_challenge(const scep_csr_t *csr, chunk_t *attribute,
							scep_error_t *err)
{
	int tag = ASN1_PRINTABLESTRING;

	*attribute = chunk_empty;
	if (!csr->challenge.len)
	{
		return TRUE;
	}
	if (csr->challenge.len > SCEP_MAX_CHALLENGE)
	{
		return scep_fail(err, SCEP_PERMANENT, "the challenge is longer than "
						 "%d bytes (RFC 2985, 5.4.1)", SCEP_MAX_CHALLENGE);
	}
	if (!scep_der_is_printable(csr->challenge))
	{
		tag = ASN1_UTF8STRING;
		if (!is_utf8(csr->challenge))
		{
			return scep_fail(err, SCEP_PERMANENT, "the challenge is no UTF-8, "
							 "or has control characters (a newline?)");
		}
	}
	*attribute = scep_attribute_build(OID_CHALLENGE_PASSWORD,
								asn1_simple_object(tag, csr->challenge));
	return TRUE;
}

/**
 * Build the attributes: [0] IMPLICIT SET OF (RFC 2986, 4.1).
 */
static bool build_attributes(const scep_csr_t *csr, chunk_t *set,
							 scep_error_t *err)
{
	chunk_t attributes[2], alt_names;
	int count = 0;

	if (!build_challenge(csr, &attributes[0], err))
	{
		return FALSE;
	}
	count = attributes[0].len ? 1 : 0;
	if (!build_alt_names(csr, &alt_names, err))
	{
		chunk_clear(&attributes[0]);
		return FALSE;
	}
	attributes[count++] = scep_attribute_build(OID_EXTENSION_REQUEST,
								asn1_wrap(ASN1_SEQUENCE, "mm",
										  build_key_usage(), alt_names));
	*set = scep_der_set_of(ASN1_CONTEXT_C_0, attributes, count);
	while (count--)
	{
		chunk_clear(&attributes[count]);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_csr_build(const scep_csr_t *csr, chunk_t *der, scep_error_t *err)
{
	chunk_t spki, attributes, tbs;
	bool success;
	int oid;

	*der = chunk_empty;
	oid = get_algorithm(csr, err);
	if (oid == OID_UNKNOWN || !get_key_info(csr, &spki, err))
	{
		return FALSE;
	}
	if (!build_attributes(csr, &attributes, err))
	{
		free(spki.ptr);
		return FALSE;
	}
	tbs = asn1_wrap(ASN1_SEQUENCE, "ccms", ASN1_INTEGER_0,
					csr->subject->get_encoding(csr->subject), spki, attributes);
	success = sign(csr, oid, tbs, der, err);
	chunk_clear(&tbs);
	return success;
}

/*
 * Described in header
 */
certificate_t *scep_csr_self_signed(const scep_csr_t *csr, chunk_t serial,
									time_t not_before, time_t not_after,
									scep_error_t *err)
{
	certificate_t *cert = NULL;
	chunk_t spki, tbs, der, subject;
	int oid;

	oid = get_algorithm(csr, err);
	if (oid == OID_UNKNOWN || !get_key_info(csr, &spki, err))
	{
		return NULL;
	}
	subject = csr->subject->get_encoding(csr->subject);
	tbs = asn1_wrap(ASN1_SEQUENCE, "mmmcmcmm",
		asn1_simple_object(ASN1_CONTEXT_C_0, ASN1_INTEGER_2),
		asn1_integer("c", chunk_skip_zero(serial)),
		asn1_algorithmIdentifier(oid),
		subject,
		asn1_wrap(ASN1_SEQUENCE, "mm",
			asn1_from_time(&not_before, ASN1_UTCTIME),
			asn1_from_time(&not_after, ASN1_UTCTIME)),
		subject,
		spki,
		asn1_wrap(ASN1_CONTEXT_C_3, "m",
			asn1_wrap(ASN1_SEQUENCE, "m", build_key_usage())));
	if (sign(csr, oid, tbs, &der, err))
	{
		cert = scep_cert_parse(der, err);
		free(der.ptr);
	}
	free(tbs.ptr);
	return cert;
}
