/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_certs.h"

#include "base/scep_event.h"
#include "message/scep_ber.h"
#include "message/scep_der.h"
#include "message/scep_key.h"
#include "message/scep_signed_data.h"

#include <asn1/oid.h>

/**
 * Find the SubjectPublicKeyInfo of a certificate (RFC 5280, 4.1).
 */
static bool find_public_key(chunk_t der, chunk_t *spki)
{
	chunk_t cert, tbs, version;

	return scep_der_only(der, ASN1_SEQUENCE, &cert) &&
		   scep_der_take(&cert, ASN1_SEQUENCE, &tbs) &&
		   scep_der_take_optional(&tbs, ASN1_CONTEXT_C_0, &version) &&
		   scep_der_take(&tbs, ASN1_INTEGER, NULL) &&
		   /* signature, issuer, validity, subject */
		   scep_der_take(&tbs, ASN1_SEQUENCE, NULL) &&
		   scep_der_take(&tbs, ASN1_SEQUENCE, NULL) &&
		   scep_der_take(&tbs, ASN1_SEQUENCE, NULL) &&
		   scep_der_take(&tbs, ASN1_SEQUENCE, NULL) &&
		   scep_der_take_element(&tbs, ASN1_SEQUENCE, spki);
}

/*
 * Described in header
 */
certificate_t *scep_cert_parse(chunk_t der, scep_error_t *err)
{
	certificate_t *cert = NULL;
	chunk_t spki;

	if (!find_public_key(der, &spki))
	{
		scep_fail(err, SCEP_SECURITY, "no X.509 certificate: no DER, bytes "
				  "behind its end, or other parts (RFC 5280, 4.1)");
		return NULL;
	}
	if (!scep_key_check_cost(spki, err))
	{
		return NULL;
	}
	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							  BUILD_BLOB_ASN1_DER, der, BUILD_END);
	if (!cert)
	{
		scep_fail(err, SCEP_SECURITY, "libstrongswan cannot read the "
				  "certificate: it is malformed, has a critical extension that "
				  "is unknown here, or a key that no loaded plugin knows");
	}
	return cert;
}

/*
 * Described in header
 */
void scep_certs_destroy(linked_list_t *certs)
{
	if (certs)
	{
		certs->destroy_offset(certs, offsetof(certificate_t, destroy));
	}
}

/**
 * Parse a CertificateSet. Other kinds than X.509 certificates have other tags
 * (RFC 5652, 10.2.2) and are skipped. So are those that can't be read, if there
 * are others: servers send all sorts along. scep_signed_data_parse() counted
 * them.
 */
static bool parse_set(chunk_t set, linked_list_t *certs, scep_error_t *err)
{
	scep_error_t why = {}, reason;
	certificate_t *cert;
	chunk_t element;
	int count = 0, tag;

	while (scep_der_next(&set, &tag, NULL, &element))
	{
		count++;
		if (tag == ASN1_SEQUENCE)
		{
			reason = (scep_error_t){};
			cert = scep_cert_parse(element, &reason);
			if (cert)
			{
				certs->insert_last(certs, cert);
				continue;
			}
			scep_event(NULL, SCEP_EV_NOTE, "reason=certificate %d is left "
					   "out: %s", count, reason.text);
			scep_fail(&why, reason.kind, "certificate %d: %s", count,
					  reason.text);
		}
	}
	if (why.kind == SCEP_OK || certs->get_count(certs))
	{
		return TRUE;
	}
	return scep_fail(err, why.kind, "%s", why.text);
}

/**
 * Parse certs-only SignedData in DER, without looking into its sets.
 */
static bool parse_degenerate(chunk_t der, scep_signed_data_t *signed_data,
							 scep_error_t *err)
{
	if (!scep_signed_data_parse(der, signed_data, err))
	{
		return FALSE;
	}
	if (signed_data->content_type != OID_PKCS7_DATA ||
		signed_data->content.len || signed_data->signer_infos.len)
	{
		return scep_fail(err, SCEP_SECURITY, "certs-only SignedData with "
						 "content or signers (RFC 8894, 3.4)");
	}
	return TRUE;
}

/**
 * Parse certs-only SignedData in DER.
 */
static bool parse_certs_only(chunk_t der, linked_list_t **certs,
							 scep_error_t *err)
{
	scep_signed_data_t signed_data;
	linked_list_t *list;

	if (!parse_degenerate(der, &signed_data, err))
	{
		return FALSE;
	}
	list = linked_list_create();
	if (!parse_set(signed_data.certs, list, err))
	{
		scep_certs_destroy(list);
		return FALSE;
	}
	if (!list->get_count(list))
	{
		scep_certs_destroy(list);
		return scep_fail(err, SCEP_SECURITY, "certs-only SignedData without "
						 "a certificate (RFC 8894, 3.4)");
	}
	*certs = list;
	return TRUE;
}

/**
 * Parse the first CRL of certs-only SignedData in DER.
 */
static certificate_t *parse_crl(chunk_t der, scep_error_t *err)
{
	scep_signed_data_t signed_data;
	certificate_t *crl;
	chunk_t element;

	if (!parse_degenerate(der, &signed_data, err))
	{
		return NULL;
	}
	if (!scep_der_take_element(&signed_data.crls, ASN1_SEQUENCE, &element))
	{
		scep_fail(err, SCEP_SECURITY, "certs-only SignedData without a CRL "
				  "(RFC 8894, 3.4)");
		return NULL;
	}
	crl = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509_CRL,
							 BUILD_BLOB_ASN1_DER, element, BUILD_END);
	if (!crl)
	{
		scep_fail(err, SCEP_SECURITY, "libstrongswan cannot read the CRL");
	}
	return crl;
}

/*
 * Described in header
 */
certificate_t *scep_crl_only_parse(chunk_t ber, scep_error_t *err)
{
	certificate_t *crl = NULL;
	chunk_t der;

	if (scep_ber_to_der(ber, &der, err))
	{
		crl = parse_crl(der, err);
	}
	chunk_clear(&der);
	return crl;
}

/*
 * Described in header
 */
bool scep_certs_only_parse(chunk_t ber, linked_list_t **certs,
						   scep_error_t *err)
{
	chunk_t der;
	bool success;

	*certs = NULL;
	success = scep_ber_to_der(ber, &der, err) &&
			  parse_certs_only(der, certs, err);
	chunk_clear(&der);
	return success;
}

/**
 * Parse one certificate, or what certs-only SignedData there is.
 */
static bool parse_body(chunk_t der, linked_list_t **certs, scep_error_t *err)
{
	certificate_t *cert;
	chunk_t content;

	if (!scep_der_only(der, ASN1_SEQUENCE, &content))
	{
		return scep_fail(err, SCEP_SECURITY, "neither a certificate nor "
						 "PKCS#7 (RFC 8894, 4.2.1)");
	}
	if (scep_der_peek(content) == ASN1_OID)
	{
		return parse_certs_only(der, certs, err);
	}
	cert = scep_cert_parse(der, err);
	if (!cert)
	{
		return FALSE;
	}
	*certs = linked_list_create_with_items(cert, NULL);
	return TRUE;
}

/*
 * Described in header
 */
bool scep_certs_parse(chunk_t body, linked_list_t **certs, scep_error_t *err)
{
	chunk_t der;
	bool success;

	*certs = NULL;
	if (body.len > SCEP_MAX_CERTS_BODY)
	{
		return scep_fail(err, SCEP_SECURITY, "%zu bytes, more than %d",
						 body.len, SCEP_MAX_CERTS_BODY);
	}
	success = scep_ber_to_der(body, &der, err) && parse_body(der, certs, err);
	free(der.ptr);
	return success;
}
