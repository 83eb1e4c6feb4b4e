/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_csr.h"

#include "message/scep_algorithm.h"
#include "message/scep_attributes.h"
#include "message/scep_certs.h"
#include "message/scep_der.h"
#include "message/scep_extensions.h"

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
	if (!scep_digest_may_sign(csr->digest, csr->allow_sha1, err))
	{
		return OID_UNKNOWN;
	}
	if (csr->key->get_type(csr->key) != KEY_RSA)
	{
		scep_fail(err, SCEP_PERMANENT, "requests are signed with an RSA key, "
				  "not with %N", key_type_names,
				  csr->key->get_type(csr->key));
		return OID_UNKNOWN;
	}
	return hasher_signature_algorithm_to_oid(csr->digest, KEY_RSA);
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
		if (!scep_der_is_utf8(csr->challenge))
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
	chunk_t attributes[2], extensions;
	int count = 0;

	if (!build_challenge(csr, &attributes[0], err))
	{
		return FALSE;
	}
	count = attributes[0].len ? 1 : 0;
	if (!scep_extensions_build(csr, &extensions, err))
	{
		chunk_clear(&attributes[0]);
		return FALSE;
	}
	attributes[count++] = scep_attribute_build(OID_EXTENSION_REQUEST,
											   extensions);
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
			asn1_wrap(ASN1_SEQUENCE, "m", scep_key_usage_build())));
	if (sign(csr, oid, tbs, &der, err))
	{
		cert = scep_cert_parse(der, err);
		free(der.ptr);
	}
	free(tbs.ptr);
	return cert;
}
