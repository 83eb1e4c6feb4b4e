/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_extensions.h"

#include "message/scep_der.h"

#include <asn1/asn1.h>
#include <asn1/oid.h>

/** ipsecIKE, 1.3.6.1.5.5.7.3.17 (RFC 4945, 5.1.3.12) */
static const chunk_t ipsec_ike = chunk_from_chars(
						0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x11);

/** Microsoft's extension with the name of a template, 1.3.6.1.4.1.311.20.2 */
static const chunk_t template_name = chunk_from_chars(
						0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x14, 0x02);

/** The same with the OID of a template, 1.3.6.1.4.1.311.21.7 */
static const chunk_t template_oid = chunk_from_chars(
						0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x15, 0x07);

/*
 * Described in header
 */
chunk_t scep_key_usage_build()
{
	return asn1_wrap(ASN1_SEQUENCE, "mmm",
		asn1_build_known_oid(OID_KEY_USAGE),
		asn1_simple_object(ASN1_BOOLEAN, chunk_from_chars(0xff)),
		asn1_wrap(ASN1_OCTET_STRING, "m",
			asn1_simple_object(ASN1_BIT_STRING, chunk_from_chars(0x05, 0xa0))));
}

/**
 * Build an extendedKeyUsage extension: what IKE peers look for. Many look for
 * serverAuth in a gateway's certificate, some for clientAuth.
 */
static chunk_t build_extended_key_usage()
{
	return asn1_wrap(ASN1_SEQUENCE, "mm",
		asn1_build_known_oid(OID_EXTENDED_KEY_USAGE),
		asn1_wrap(ASN1_OCTET_STRING, "m",
			asn1_wrap(ASN1_SEQUENCE, "mmm",
				asn1_build_known_oid(OID_SERVER_AUTH),
				asn1_build_known_oid(OID_CLIENT_AUTH),
				asn1_simple_object(ASN1_OID, ipsec_ike))));
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
 * Build a user principal name, a GeneralName of type otherName, chunk_empty if
 * it cannot be one.
 */
static chunk_t build_principal_name(identification_t *id)
{
	if (!scep_der_is_utf8(id->get_encoding(id)))
	{
		return chunk_empty;
	}
	return asn1_wrap(ASN1_CONTEXT_C_0, "mm",
		asn1_build_known_oid(OID_USER_PRINCIPAL_NAME),
		asn1_wrap(ASN1_CONTEXT_C_0, "m",
			asn1_simple_object(ASN1_UTF8STRING, id->get_encoding(id))));
}

/**
 * Append names to GeneralNames.
 */
static bool add_names(linked_list_t *list, chunk_t (*build)(identification_t*),
					  chunk_t *names, scep_error_t *err)
{
	enumerator_t *enumerator;
	identification_t *id;
	bool success = TRUE;
	chunk_t name;

	if (!list)
	{
		return TRUE;
	}
	enumerator = list->create_enumerator(list);
	while (success && enumerator->enumerate(enumerator, &id))
	{
		name = build(id);
		if (!name.len)
		{
			success = scep_fail(err, SCEP_PERMANENT, "'%Y' (%N) cannot be a "
								"subjectAltName (RFC 5280, 4.2.1.6)", id,
								id_type_names, id->get_type(id));
		}
		*names = chunk_cat("mm", *names, name);
	}
	enumerator->destroy(enumerator);
	return success;
}

/**
 * Build a subjectAltName extension, chunk_empty without names.
 */
static bool build_alt_names(const scep_csr_t *csr, chunk_t *extension,
							scep_error_t *err)
{
	chunk_t names = chunk_empty;

	*extension = chunk_empty;
	if (!add_names(csr->sans, build_general_name, &names, err) ||
		!add_names(csr->upns, build_principal_name, &names, err))
	{
		free(names.ptr);
		return FALSE;
	}
	if (names.len)
	{
		*extension = asn1_wrap(ASN1_SEQUENCE, "mm",
						asn1_build_known_oid(OID_SUBJECT_ALT_NAME),
						asn1_wrap(ASN1_OCTET_STRING, "m",
							asn1_wrap(ASN1_SEQUENCE, "m", names)));
	}
	return TRUE;
}

/**
 * Build the extension of Microsoft's CA that names a template, chunk_empty if
 * there is none: by OID, or by name as a BMPString.
 */
static chunk_t build_template(const char *template)
{
	chunk_t name, wide;
	size_t i;

	if (!template)
	{
		return chunk_empty;
	}
	name = chunk_from_str((char*)template);
	if (strspn(template, "0123456789.") == name.len)
	{
		return asn1_wrap(ASN1_SEQUENCE, "mm",
			asn1_simple_object(ASN1_OID, template_oid),
			asn1_wrap(ASN1_OCTET_STRING, "m",
				asn1_wrap(ASN1_SEQUENCE, "m",
					asn1_wrap(ASN1_OID, "m",
							  asn1_oid_from_string((char*)template)))));
	}
	wide = chunk_alloca(name.len * 2);
	for (i = 0; i < name.len; i++)
	{
		wide.ptr[2 * i] = 0;
		wide.ptr[2 * i + 1] = name.ptr[i];
	}
	return asn1_wrap(ASN1_SEQUENCE, "mm",
		asn1_simple_object(ASN1_OID, template_name),
		asn1_wrap(ASN1_OCTET_STRING, "m",
			asn1_simple_object(ASN1_BMPSTRING, wide)));
}

/*
 * Described in header
 */
bool scep_extensions_build(const scep_csr_t *csr, chunk_t *extensions,
						   scep_error_t *err)
{
	chunk_t alt_names;

	if (!build_alt_names(csr, &alt_names, err))
	{
		return FALSE;
	}
	*extensions = asn1_wrap(ASN1_SEQUENCE, "mmmm", scep_key_usage_build(),
							build_extended_key_usage(), alt_names,
							build_template(csr->template));
	return TRUE;
}
