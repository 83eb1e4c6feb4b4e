/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_x509.h"
#include "base/scep_text.h"

#include <asn1/asn1.h>
#include <asn1/oid.h>

#include <stdio.h>

/**
 * OIDs of the extensions, 2.5.29.15 and 2.5.29.37.
 */
static const chunk_t key_usage_oid = chunk_from_chars(0x55, 0x1d, 0x0f);
static const chunk_t eku_oid = chunk_from_chars(0x55, 0x1d, 0x25);

/**
 * Extended key usages that decide something, by the content of their OID.
 */
static const struct {
	chunk_t oid;
	scep_usage_t usage;
} ekus[] = {
	/* 1.3.6.1.4.1.311.20.2.1 certificate request agent */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x14, 0x02,
					   0x01), SCEP_EKU_RA },
	/* 1.3.6.1.5.5.7.3.28 cmcRA */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x1c),
	  SCEP_EKU_RA },
	/* 1.3.6.1.5.5.7.3.1 serverAuth */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01),
	  SCEP_EKU_IKE },
	/* 1.3.6.1.5.5.7.3.2 clientAuth */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02),
	  SCEP_EKU_IKE },
	/* 1.3.6.1.5.5.7.3.5 ipsecEndSystem */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x05),
	  SCEP_EKU_IKE },
	/* 1.3.6.1.5.5.7.3.17 ipsecIKE */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x11),
	  SCEP_EKU_IKE },
	/* 1.3.6.1.5.5.8.2.2 iKEIntermediate */
	{ chunk_from_chars(0x2b, 0x06, 0x01, 0x05, 0x05, 0x08, 0x02, 0x02),
	  SCEP_EKU_IKE },
	/* 2.5.29.37.0 anyExtendedKeyUsage */
	{ chunk_from_chars(0x55, 0x1d, 0x25, 0x00), SCEP_EKU_IKE },
};

/**
 * Usages in the value of an extendedKeyUsage extension.
 */
static scep_usage_t parse_eku(chunk_t value)
{
	scep_usage_t usage = SCEP_HAS_EKU;
	chunk_t list, oid;
	int i;

	if (asn1_unwrap(&value, &list) != ASN1_SEQUENCE)
	{
		return usage;
	}
	while (list.len && asn1_unwrap(&list, &oid) == ASN1_OID)
	{
		for (i = 0; i < countof(ekus); i++)
		{
			if (chunk_equals(oid, ekus[i].oid))
			{
				usage |= ekus[i].usage;
			}
		}
	}
	return usage;
}

/**
 * Usages in the value of a keyUsage extension (RFC 5280, 4.2.1.3).
 */
static scep_usage_t parse_key_usage(chunk_t value)
{
	scep_usage_t usage = SCEP_HAS_KEY_USAGE;
	chunk_t bits;

	if (asn1_unwrap(&value, &bits) == ASN1_BIT_STRING && bits.len >= 2)
	{
		usage |= bits.ptr[1] & 0x80 ? SCEP_DIGITAL_SIGNATURE : 0;
		usage |= bits.ptr[1] & 0x20 ? SCEP_KEY_ENCIPHERMENT : 0;
		usage |= bits.ptr[1] & 0x04 ? SCEP_KEY_CERT_SIGN : 0;
	}
	return usage;
}

/**
 * Usages in a list of Extension.
 */
static scep_usage_t parse_extensions(chunk_t list)
{
	scep_usage_t usage = 0;
	chunk_t extension, oid, value;
	int type;

	while (list.len && asn1_unwrap(&list, &extension) == ASN1_SEQUENCE)
	{
		if (asn1_unwrap(&extension, &oid) != ASN1_OID)
		{
			break;
		}
		type = asn1_unwrap(&extension, &value);
		if (type == ASN1_BOOLEAN)
		{
			type = asn1_unwrap(&extension, &value);
		}
		if (type != ASN1_OCTET_STRING)
		{
			break;
		}
		if (chunk_equals(oid, key_usage_oid))
		{
			usage |= parse_key_usage(value);
		}
		else if (chunk_equals(oid, eku_oid))
		{
			usage |= parse_eku(value);
		}
	}
	return usage;
}

/*
 * Described in header
 */
scep_usage_t scep_x509_usage(certificate_t *cert)
{
	x509_flag_t flags = ((x509_t*)cert)->get_flags((x509_t*)cert);
	scep_usage_t usage = 0;
	chunk_t encoding, rest, tbs, field;
	int type;

	usage |= flags & X509_CA ? SCEP_IS_CA : 0;
	usage |= flags & X509_SELF_SIGNED ? SCEP_SELF_SIGNED : 0;
	if (!cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		return usage;
	}
	rest = encoding;
	if (asn1_unwrap(&rest, &rest) == ASN1_SEQUENCE &&
		asn1_unwrap(&rest, &tbs) == ASN1_SEQUENCE)
	{
		while (tbs.len)
		{
			type = asn1_unwrap(&tbs, &field);
			if (type == ASN1_INVALID)
			{
				break;
			}
			if (type == ASN1_CONTEXT_C_3 &&
				asn1_unwrap(&field, &field) == ASN1_SEQUENCE)
			{
				usage |= parse_extensions(field);
			}
		}
	}
	free(encoding.ptr);
	return usage;
}

/**
 * Whether the digest of a signature is SHA-256 or better.
 */
static bool is_strong(signature_params_t *scheme)
{
	switch (hasher_from_signature_scheme(scheme->scheme, scheme->params))
	{
		case HASH_SHA256:
		case HASH_SHA384:
		case HASH_SHA512:
		case HASH_IDENTITY:
		case HASH_SHA3_256:
		case HASH_SHA3_384:
		case HASH_SHA3_512:
			return TRUE;
		default:
			return FALSE;
	}
}

/*
 * Described in header
 */
bool scep_x509_issued_by(certificate_t *cert, certificate_t *issuer,
						 scep_error_t *err)
{
	signature_params_t *scheme = NULL;
	char who[SCEP_MAX_ERROR / 2];
	bool strong;

	if (!cert->issued_by(cert, issuer, &scheme))
	{
		return scep_fail(err, SCEP_SECURITY, "certificate %s was not signed by "
					"the CA", scep_x509_describe(cert, who, sizeof(who)));
	}
	strong = is_strong(scheme) || cert->equals(cert, issuer);
	if (!strong)
	{
		scep_fail(err, SCEP_SECURITY, "signature of certificate %s uses %N, "
				  "SHA-256 or better is needed",
				  scep_x509_describe(cert, who, sizeof(who)),
				  signature_scheme_names, scheme->scheme);
	}
	signature_params_destroy(scheme);
	return strong;
}

/*
 * Described in header
 */
bool scep_x509_valid_at(certificate_t *cert, time_t now)
{
	return cert->get_validity(cert, &now, NULL, NULL);
}

/*
 * Described in header
 */
char *scep_x509_describe(certificate_t *cert, char *buf, size_t len)
{
	char dn[256], quoted[SCEP_QUOTED_LEN], print[SCEP_FINGERPRINT_LEN] = "";
	chunk_t encoding;

	snprintf(dn, sizeof(dn), "%Y", cert->get_subject(cert));
	if (cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		scep_fingerprint(encoding, print);
		free(encoding.ptr);
	}
	snprintf(buf, len, "%s %s", scep_quote(chunk_from_str(dn), quoted), print);
	return buf;
}
