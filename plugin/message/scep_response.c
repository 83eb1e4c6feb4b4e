/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_response.h"

#include "base/scep_text.h"
#include "message/scep_attributes.h"
#include "message/scep_ber.h"
#include "message/scep_certs.h"
#include "message/scep_enveloped_data.h"
#include "message/scep_signed_data.h"

#include <asn1/oid.h>

/**
 * Parse the digits of an attribute, which must be written as we would do it:
 * "03" is not 3. -1 if they are anything else.
 */
static int parse_digit(chunk_t value)
{
	if (value.len == 1 && value.ptr[0] >= '0' && value.ptr[0] <= '9')
	{
		return value.ptr[0] - '0';
	}
	return -1;
}

/**
 * Refuse the value of an attribute.
 */
static bool refuse(scep_error_t *err, const char *name, chunk_t value,
				   const char *why)
{
	char quoted[SCEP_QUOTED_LEN];

	return scep_fail(err, SCEP_SECURITY, "%s is %s, %s", name,
					 value.ptr ? scep_quote(value, quoted) : "missing", why);
}

/**
 * Check that the content is of type data.
 */
static bool check_content_type(const scep_signed_data_t *signed_data,
							   scep_error_t *err)
{
	return signed_data->content_type == OID_PKCS7_DATA ||
		   scep_fail(err, SCEP_SECURITY, "SignedData: eContentType is not "
					 "data (RFC 8894, 3.2)");
}

/**
 * Check that the message answers our request.
 */
static bool check_transaction(const scep_attributes_t *attributes,
							  const scep_expectation_t *expect,
							  scep_error_t *err)
{
	if (parse_digit(attributes->message_type) != SCEP_CERT_REP)
	{
		return refuse(err, "messageType", attributes->message_type,
					  "not 3 (CertRep; RFC 8894, 3.2.1.2)");
	}
	if (!chunk_equals(attributes->transaction_id, expect->transaction_id))
	{
		return refuse(err, "transactionID", attributes->transaction_id,
					  "not that of the request (RFC 8894, 3.2.1.1)");
	}
	if (!attributes->recipient_nonce.ptr)
	{
		return scep_fail(err, SCEP_SECURITY, "recipientNonce is missing "
						 "(RFC 8894, 3.2.1.5)");
	}
	if (!chunk_equals(attributes->recipient_nonce, expect->nonce))
	{
		return scep_fail(err, SCEP_SECURITY, "recipientNonce is not the "
						 "senderNonce of the request: an old answer, or one to "
						 "somebody else (RFC 8894, 3.2.1.5)");
	}
	return TRUE;
}

/**
 * Parse the HRESULT of NDES, a signed decimal number; 0 if it is none.
 */
static uint32_t parse_hresult(chunk_t value)
{
	char buf[16], *end;
	long long number;

	if (!value.len || value.len >= sizeof(buf))
	{
		return 0;
	}
	memcpy(buf, value.ptr, value.len);
	buf[value.len] = '\0';
	number = strtoll(buf, &end, 10);
	if (end != buf + value.len || number < INT32_MIN || number > UINT32_MAX)
	{
		return 0;
	}
	return number;
}

/**
 * Read pkiStatus and what belongs to it.
 */
static bool parse_status(const scep_attributes_t *attributes,
						 scep_response_t *response, scep_error_t *err)
{
	int status, info;

	status = parse_digit(attributes->pki_status);
	switch (status)
	{
		case SCEP_SUCCESS:
		case SCEP_PENDING:
			break;
		case SCEP_FAILURE:
			info = parse_digit(attributes->fail_info);
			if (info < SCEP_FAIL_BAD_ALG || info > SCEP_FAIL_BAD_CERT_ID)
			{
				return refuse(err, "failInfo", attributes->fail_info,
							  "not one of 0 to 4 (RFC 8894, 3.2.1.4)");
			}
			response->fail_info = info;
			response->fail_info_text = chunk_clone(attributes->fail_info_text);
			response->hresult = parse_hresult(attributes->hresult);
			break;
		default:
			return refuse(err, "pkiStatus", attributes->pki_status,
						  "not 0, 2 or 3 (RFC 8894, 3.2.1.3)");
	}
	response->status = status;
	return TRUE;
}

/**
 * Get the certificates or the CRL of a SUCCESS. The others carry nothing: what
 * servers send all the same (NDES one octet) is not looked at.
 */
static bool parse_content(chunk_t content, const scep_expectation_t *expect,
						  scep_response_t *response, scep_error_t *err)
{
	chunk_t degenerate;
	bool success;

	if (response->status != SCEP_SUCCESS)
	{
		return TRUE;
	}
	if (!content.len)
	{
		return scep_fail(err, SCEP_SECURITY, "SUCCESS without content "
						 "(RFC 8894, 3.3.2.1)");
	}
	if (!scep_enveloped_data_open(content, expect->recipient, expect->key,
								  expect->accept_des, &degenerate, err))
	{
		return FALSE;
	}
	if (expect->want_crl)
	{
		response->crl = scep_crl_only_parse(degenerate, err);
		success = response->crl != NULL;
	}
	else
	{
		success = scep_certs_only_parse(degenerate, &response->certs, err);
	}
	chunk_clear(&degenerate);
	return success || scep_fail_in(err, "content of the answer: ");
}

/*
 * Described in header
 */
bool scep_response_parse(chunk_t body, const scep_expectation_t *expect,
						 scep_response_t *response, scep_error_t *err)
{
	scep_signed_data_t signed_data;
	scep_attributes_t attributes;
	size_t max = expect->want_crl ? SCEP_MAX_CRL_BODY : SCEP_MAX_PKI_BODY;
	chunk_t der;
	bool success;

	memset(response, 0, sizeof(*response));
	if (body.len > max)
	{
		return scep_fail(err, SCEP_SECURITY, "%zu bytes, more than %zu",
						 body.len, max);
	}
	success = scep_ber_to_der(body, &der, err) &&
			  scep_signed_data_parse(der, &signed_data, err) &&
			  check_content_type(&signed_data, err) &&
			  scep_signed_data_verify(&signed_data, expect->signers,
									  &attributes, err) &&
			  check_transaction(&attributes, expect, err) &&
			  parse_status(&attributes, response, err) &&
			  parse_content(signed_data.content, expect, response, err);
	free(der.ptr);
	if (!success)
	{
		scep_response_clear(response);
	}
	return success;
}

/*
 * Described in header
 */
void scep_response_clear(scep_response_t *response)
{
	chunk_free(&response->fail_info_text);
	scep_certs_destroy(response->certs);
	DESTROY_IF(response->crl);
	memset(response, 0, sizeof(*response));
}
