/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_request.h"

#include "message/scep_algorithm.h"
#include "message/scep_attributes.h"
#include "message/scep_der.h"
#include "message/scep_enveloped_data.h"
#include "message/scep_signed_data.h"

#include <asn1/oid.h>

/**
 * Check what the protocol prescribes for the attributes (RFC 8894, 3.2.1).
 */
static bool check_request(const scep_request_t *request, scep_error_t *err)
{
	if (!request->transaction_id.len ||
		!scep_der_is_printable(request->transaction_id))
	{
		return scep_fail(err, SCEP_LOCAL, "the transactionID is no "
						 "PrintableString (RFC 8894, 3.2.1.1)");
	}
	if (!scep_digest_may_sign(request->digest, request->allow_sha1, err))
	{
		return FALSE;
	}
	if (request->sender_nonce.len != SCEP_NONCE_LEN)
	{
		return scep_fail(err, SCEP_LOCAL, "the senderNonce does not have %d "
						 "bytes (RFC 8894, 3.2.1.5)", SCEP_NONCE_LEN);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_request_build(const scep_request_t *request, chunk_t *der,
						scep_error_t *err)
{
	chunk_t attributes[3], envelope;
	char type[16];
	bool success;
	size_t i;

	*der = chunk_empty;
	if (!check_request(request, err) ||
		!scep_enveloped_data_build(request->content, request->recipient,
								   request->cipher, request->key_size,
								   &envelope, err))
	{
		return FALSE;
	}
	snprintf(type, sizeof(type), "%d", request->type);
	attributes[0] = scep_attribute_build(OID_PKI_TRANS_ID,
						asn1_simple_object(ASN1_PRINTABLESTRING,
										   request->transaction_id));
	attributes[1] = scep_attribute_build(OID_PKI_MESSAGE_TYPE,
						asn1_simple_object(ASN1_PRINTABLESTRING,
										   chunk_from_str(type)));
	attributes[2] = scep_attribute_build(OID_PKI_SENDER_NONCE,
						asn1_simple_object(ASN1_OCTET_STRING,
										   request->sender_nonce));
	success = scep_signed_data_build(envelope, request->signer, request->key,
									 request->digest, attributes,
									 countof(attributes), der, err);
	for (i = 0; i < countof(attributes); i++)
	{
		free(attributes[i].ptr);
	}
	free(envelope.ptr);
	return success;
}

/*
 * Described in header
 */
chunk_t scep_issuer_and_subject(identification_t *issuer,
								identification_t *subject)
{
	return asn1_wrap(ASN1_SEQUENCE, "cc", issuer->get_encoding(issuer),
					 subject->get_encoding(subject));
}

/*
 * Described in header
 */
chunk_t scep_issuer_and_serial(identification_t *issuer, chunk_t serial)
{
	return asn1_wrap(ASN1_SEQUENCE, "cm", issuer->get_encoding(issuer),
					 asn1_integer("c", chunk_skip_zero(serial)));
}
