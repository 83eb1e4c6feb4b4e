/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_attributes.h"

#include "message/scep_der.h"

#include <asn1/oid.h>

#include <stddef.h>

/** Types that a value may have besides the right one */
#define NONE ASN1_INVALID

/**
 * 1.3.6.1.5.5.7.24.1, id-scep-failInfoText (RFC 8894, 3.2.1), and
 * 1.3.6.1.4.1.311.21.33, szOID_ENROLL_SCEP_ERROR (wincrypt.h): libstrongswan
 * has no number for them.
 */
static u_char fail_info_text[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x18, 0x01,
};
static u_char hresult[] = {
	0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x15, 0x21,
};

/**
 * The attributes that we read.
 */
static const struct {
	const char *name;
	int oid;
	chunk_t other_oid;
	int types[3];
	size_t offset;
} known[] = {
	{ "contentType", OID_PKCS9_CONTENT_TYPE, {},
	  { ASN1_OID, NONE, NONE },
	  offsetof(scep_attributes_t, content_type) },
	{ "messageDigest", OID_PKCS9_MESSAGE_DIGEST, {},
	  { ASN1_OCTET_STRING, NONE, NONE },
	  offsetof(scep_attributes_t, message_digest) },
	{ "signingTime", OID_PKCS9_SIGNING_TIME, {},
	  { ASN1_UTCTIME, ASN1_GENERALIZEDTIME, NONE },
	  offsetof(scep_attributes_t, signing_time) },
	{ "transactionID", OID_PKI_TRANS_ID, {},
	  { ASN1_PRINTABLESTRING, ASN1_UTF8STRING, ASN1_IA5STRING },
	  offsetof(scep_attributes_t, transaction_id) },
	{ "messageType", OID_PKI_MESSAGE_TYPE, {},
	  { ASN1_PRINTABLESTRING, NONE, NONE },
	  offsetof(scep_attributes_t, message_type) },
	{ "pkiStatus", OID_PKI_STATUS, {},
	  { ASN1_PRINTABLESTRING, NONE, NONE },
	  offsetof(scep_attributes_t, pki_status) },
	{ "failInfo", OID_PKI_FAIL_INFO, {},
	  { ASN1_PRINTABLESTRING, NONE, NONE },
	  offsetof(scep_attributes_t, fail_info) },
	{ "failInfoText", OID_UNKNOWN, { fail_info_text, sizeof(fail_info_text) },
	  { ASN1_UTF8STRING, ASN1_PRINTABLESTRING, NONE },
	  offsetof(scep_attributes_t, fail_info_text) },
	{ "senderNonce", OID_PKI_SENDER_NONCE, {},
	  { ASN1_OCTET_STRING, NONE, NONE },
	  offsetof(scep_attributes_t, sender_nonce) },
	{ "recipientNonce", OID_PKI_RECIPIENT_NONCE, {},
	  { ASN1_OCTET_STRING, NONE, NONE },
	  offsetof(scep_attributes_t, recipient_nonce) },
	{ "ENROLL_SCEP_ERROR", OID_UNKNOWN, { hresult, sizeof(hresult) },
	  { ASN1_PRINTABLESTRING, ASN1_UTF8STRING, ASN1_IA5STRING },
	  offsetof(scep_attributes_t, hresult) },
};

/**
 * Find an attribute that we read, -1 if it is another one.
 */
static int find(chunk_t type)
{
	size_t i;
	int oid;

	oid = scep_der_oid(type);
	for (i = 0; i < countof(known); i++)
	{
		if (known[i].other_oid.len ? chunk_equals(known[i].other_oid, type)
								   : known[i].oid == oid)
		{
			return i;
		}
	}
	return -1;
}

/**
 * Parse the values of an attribute: exactly one, of the right type.
 */
static bool parse_values(int i, chunk_t values, chunk_t *value,
						 scep_error_t *err)
{
	int type;

	if (value->ptr)
	{
		return scep_fail(err, SCEP_SECURITY, "signed attribute %s is there "
						 "twice (RFC 5652, 5.3)", known[i].name);
	}
	if (!scep_der_next(&values, &type, value, NULL) || values.len)
	{
		return scep_fail(err, SCEP_SECURITY, "signed attribute %s does not "
						 "have exactly one value (RFC 5652, 11)",
						 known[i].name);
	}
	if (type != known[i].types[0] && type != known[i].types[1] &&
		type != known[i].types[2])
	{
		return scep_fail(err, SCEP_SECURITY, "signed attribute %s has a value "
						 "of type 0x%02x (RFC 8894, 3.2.1)", known[i].name,
						 type);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_attributes_parse(chunk_t content, scep_attributes_t *attributes,
						   scep_error_t *err)
{
	chunk_t attribute, type, values, *value;
	int count = 0, i;

	memset(attributes, 0, sizeof(*attributes));
	while (content.len)
	{
		if (++count > SCEP_MAX_ATTRIBUTES)
		{
			return scep_fail(err, SCEP_SECURITY, "more than %d signed "
							 "attributes", SCEP_MAX_ATTRIBUTES);
		}
		if (!scep_der_take(&content, ASN1_SEQUENCE, &attribute) ||
			!scep_der_take(&attribute, ASN1_OID, &type) ||
			!scep_der_take(&attribute, ASN1_SET, &values) || attribute.len)
		{
			return scep_fail(err, SCEP_SECURITY, "signed attribute %d is "
							 "malformed (RFC 5652, 5.3)", count);
		}
		i = find(type);
		if (i >= 0)
		{
			value = (chunk_t*)((char*)attributes + known[i].offset);
			if (!parse_values(i, values, value, err))
			{
				return FALSE;
			}
		}
	}
	return TRUE;
}

/*
 * Described in header
 */
chunk_t scep_attributes_sort(chunk_t content)
{
	chunk_t elements[SCEP_MAX_ATTRIBUTES];
	int count = 0;

	while (content.len)
	{
		if (count == SCEP_MAX_ATTRIBUTES ||
			!scep_der_take_element(&content, ASN1_SEQUENCE, &elements[count]))
		{
			return chunk_empty;
		}
		count++;
	}
	return scep_der_set_of(ASN1_SET, elements, count);
}

/*
 * Described in header
 */
chunk_t scep_attribute_build(int oid, chunk_t value)
{
	return asn1_wrap(ASN1_SEQUENCE, "ms", asn1_build_known_oid(oid),
					 asn1_wrap(ASN1_SET, "s", value));
}
