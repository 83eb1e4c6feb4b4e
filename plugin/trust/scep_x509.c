/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_x509.h"
#include "base/scep_limits.h"
#include "base/scep_text.h"

#include <asn1/asn1.h>
#include <asn1/oid.h>

#include <stdio.h>

/**
 * OIDs of the extensions, 2.5.29.15, 2.5.29.17 and 2.5.29.37.
 */
static const chunk_t key_usage_oid = chunk_from_chars(0x55, 0x1d, 0x0f);
static const chunk_t san_oid = chunk_from_chars(0x55, 0x1d, 0x11);
static const chunk_t eku_oid = chunk_from_chars(0x55, 0x1d, 0x25);

/**
 * OID of a user principal name, 1.3.6.1.4.1.311.20.2.3.
 */
static const chunk_t upn_oid = chunk_from_chars(0x2b, 0x06, 0x01, 0x04, 0x01,
											0x82, 0x37, 0x14, 0x02, 0x03);

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
		usage |= bits.ptr[1] & 0x40 ? SCEP_NON_REPUDIATION : 0;
		usage |= bits.ptr[1] & 0x20 ? SCEP_KEY_ENCIPHERMENT : 0;
		usage |= bits.ptr[1] & 0x04 ? SCEP_KEY_CERT_SIGN : 0;
	}
	return usage;
}

/**
 * Find the list of Extension in a certificate.
 */
static chunk_t get_extensions(chunk_t certificate)
{
	chunk_t tbs, field;
	int type;

	if (asn1_unwrap(&certificate, &certificate) != ASN1_SEQUENCE ||
		asn1_unwrap(&certificate, &tbs) != ASN1_SEQUENCE)
	{
		return chunk_empty;
	}
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
			return field;
		}
	}
	return chunk_empty;
}

/**
 * Take the next Extension of a list.
 */
static bool next_extension(chunk_t *list, chunk_t *oid, chunk_t *value)
{
	chunk_t extension;
	int type;

	if (asn1_unwrap(list, &extension) != ASN1_SEQUENCE ||
		asn1_unwrap(&extension, oid) != ASN1_OID)
	{
		return FALSE;
	}
	type = asn1_unwrap(&extension, value);
	if (type == ASN1_BOOLEAN)
	{
		type = asn1_unwrap(&extension, value);
	}
	return type == ASN1_OCTET_STRING;
}

/*
 * Described in header
 */
scep_usage_t scep_x509_usage(certificate_t *cert)
{
	x509_flag_t flags = ((x509_t*)cert)->get_flags((x509_t*)cert);
	scep_usage_t usage = 0;
	chunk_t encoding, list, oid, value;

	usage |= flags & X509_CA ? SCEP_IS_CA : 0;
	usage |= flags & X509_SELF_SIGNED ? SCEP_SELF_SIGNED : 0;
	if (!cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		return usage;
	}
	list = get_extensions(encoding);
	while (list.len && next_extension(&list, &oid, &value))
	{
		if (chunk_equals(oid, key_usage_oid))
		{
			usage |= parse_key_usage(value);
		}
		else if (chunk_equals(oid, eku_oid))
		{
			usage |= parse_eku(value);
		}
	}
	free(encoding.ptr);
	return usage;
}

/**
 * Collect the user principal names in the value of a subjectAltName extension.
 */
static void parse_upns(chunk_t value, linked_list_t *upns)
{
	chunk_t list, name, oid;
	int type;

	if (asn1_unwrap(&value, &list) != ASN1_SEQUENCE)
	{
		return;
	}
	while (list.len)
	{
		type = asn1_unwrap(&list, &name);
		if (type == ASN1_INVALID)
		{
			return;
		}
		if (type == ASN1_CONTEXT_C_0 &&
			asn1_unwrap(&name, &oid) == ASN1_OID &&
			chunk_equals(oid, upn_oid) &&
			asn1_unwrap(&name, &name) == ASN1_CONTEXT_C_0 &&
			asn1_unwrap(&name, &name) == ASN1_UTF8STRING)
		{
			upns->insert_last(upns,
						identification_create_from_encoding(ID_RFC822_ADDR,
															name));
		}
	}
}

/**
 * Remove one occurrence of an identity from a list.
 */
static void remove_once(linked_list_t *list, identification_t *id)
{
	enumerator_t *enumerator;
	identification_t *current;

	enumerator = list->create_enumerator(list);
	while (enumerator->enumerate(enumerator, &current))
	{
		if (current->equals(current, id))
		{
			list->remove_at(list, enumerator);
			current->destroy(current);
			break;
		}
	}
	enumerator->destroy(enumerator);
}

/*
 * Described in header
 */
void scep_x509_get_names(certificate_t *cert, linked_list_t *sans,
						 linked_list_t *upns)
{
	x509_t *x509 = (x509_t*)cert;
	chunk_t encoding, list, oid, value;
	enumerator_t *enumerator;
	identification_t *id;

	if (cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		list = get_extensions(encoding);
		while (list.len && next_extension(&list, &oid, &value))
		{
			if (chunk_equals(oid, san_oid))
			{
				parse_upns(value, upns);
			}
		}
		free(encoding.ptr);
	}
	enumerator = x509->create_subjectAltName_enumerator(x509);
	while (enumerator->enumerate(enumerator, &id))
	{
		sans->insert_last(sans, id->clone(id));
	}
	enumerator->destroy(enumerator);
	enumerator = upns->create_enumerator(upns);
	while (enumerator->enumerate(enumerator, &id))
	{
		remove_once(sans, id);
	}
	enumerator->destroy(enumerator);
}

/*
 * Described in header
 */
bool scep_x509_is_strong(signature_params_t *scheme, bool allow_sha1)
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
		case HASH_SHA1:
			return allow_sha1;
		default:
			return FALSE;
	}
}

/*
 * Described in header
 */
bool scep_x509_names_issuer(certificate_t *cert, certificate_t *issuer)
{
	identification_t *name = cert->get_issuer(cert);

	return name->equals(name, issuer->get_subject(issuer));
}

/**
 * Whether a certificate's key may sign certificates (RFC 5280, 4.2.1.3).
 */
static bool may_certify(certificate_t *cert)
{
	scep_usage_t usage = scep_x509_usage(cert);

	return (usage & SCEP_IS_CA) &&
		   (!(usage & SCEP_HAS_KEY_USAGE) || (usage & SCEP_KEY_CERT_SIGN));
}

/*
 * Described in header
 */
bool scep_x509_issued_by(certificate_t *cert, certificate_t *issuer,
						 bool allow_sha1, scep_error_t *err)
{
	signature_params_t *scheme = NULL;
	char who[SCEP_MAX_ERROR / 2];
	bool strong;

	if (!scep_x509_names_issuer(cert, issuer) || !may_certify(issuer) ||
		!cert->issued_by(cert, issuer, &scheme))
	{
		return scep_fail(err, SCEP_SECURITY, "certificate %s was not signed by "
					"the CA", scep_x509_describe(cert, who, sizeof(who)));
	}
	strong = scep_x509_is_strong(scheme, allow_sha1) ||
			 cert->equals(cert, issuer);
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
bool scep_x509_has_strong_key(certificate_t *cert, bool rsa)
{
	public_key_t *key = cert->get_public_key(cert);
	bool strong = FALSE;

	if (key)
	{
		strong = key->get_type(key) == KEY_RSA ?
							key->get_keysize(key) >= SCEP_MIN_RSA :
							!rsa && key->get_keysize(key) >= 256;
		key->destroy(key);
	}
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
time_t scep_x509_not_before(certificate_t *cert)
{
	time_t from;

	cert->get_validity(cert, NULL, &from, NULL);
	return from;
}

/*
 * Described in header
 */
time_t scep_x509_not_after(certificate_t *cert)
{
	time_t to;

	cert->get_validity(cert, NULL, NULL, &to);
	return to;
}

/*
 * Described in header
 */
bool scep_x509_issued_by_any(certificate_t *cert, linked_list_t *cas,
							 bool allow_sha1)
{
	enumerator_t *enumerator;
	certificate_t *ca;
	bool found = FALSE;

	enumerator = cas->create_enumerator(cas);
	while (!found && enumerator->enumerate(enumerator, &ca))
	{
		found = scep_x509_issued_by(cert, ca, allow_sha1, NULL);
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
bool scep_x509_is_in(certificate_t *cert, linked_list_t *list)
{
	enumerator_t *enumerator;
	certificate_t *current;
	bool found = FALSE;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &current))
	{
		found = current->equals(current, cert);
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
void scep_x509_add_once(linked_list_t *list, certificate_t *cert)
{
	if (!scep_x509_is_in(cert, list))
	{
		list->insert_last(list, cert->get_ref(cert));
	}
}

/*
 * Described in header
 */
bool scep_x509_is_topmost(certificate_t *cert, linked_list_t *list)
{
	enumerator_t *enumerator;
	certificate_t *other;
	bool topmost = TRUE;

	enumerator = list->create_enumerator(list);
	while (topmost && enumerator->enumerate(enumerator, &other))
	{
		topmost = cert->equals(cert, other) ||
				  !scep_x509_issued_by(cert, other, TRUE, NULL);
	}
	enumerator->destroy(enumerator);
	return topmost;
}

/*
 * Described in header
 */
char *scep_x509_describe(certificate_t *cert, char *buf, size_t len)
{
	char dn[256], quoted[SCEP_QUOTED_LEN], print[SCEP_FINGERPRINT_LEN] = "";
	chunk_t encoding, shown;
	size_t room;

	snprintf(dn, sizeof(dn), "%Y", cert->get_subject(cert));
	if (cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		scep_fingerprint(encoding, print);
		free(encoding.ptr);
	}
	room = len - strlen(print) - sizeof("... ");
	shown = chunk_from_str(dn);
	while (strlen(scep_quote(shown, quoted)) > room && shown.len)
	{
		shown.len--;
	}
	snprintf(buf, len, "%s%s %s", quoted, dn[shown.len] ? "..." : "", print);
	return buf;
}
