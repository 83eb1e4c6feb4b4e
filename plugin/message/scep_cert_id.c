/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_cert_id.h"

#include "message/scep_der.h"

#include <credentials/certificates/x509.h>

/*
 * Described in header
 */
bool scep_cert_id_take(chunk_t *in, scep_cert_id_t *id)
{
	chunk_t content;

	memset(id, 0, sizeof(*id));
	if (scep_der_take(in, ASN1_CONTEXT_S_0, &id->ski))
	{
		return id->ski.len > 0;
	}
	return scep_der_take(in, ASN1_SEQUENCE, &content) &&
		   scep_der_take_element(&content, ASN1_SEQUENCE, &id->issuer) &&
		   scep_der_take(&content, ASN1_INTEGER, &id->serial) &&
		   id->serial.len && !content.len;
}

/**
 * Find issuer and serial number in the encoding of a certificate
 * (RFC 5280, 4.1).
 */
static bool find_issuer_and_serial(chunk_t encoding, chunk_t *issuer,
								   chunk_t *serial)
{
	chunk_t cert, tbs, version;

	return scep_der_only(encoding, ASN1_SEQUENCE, &cert) &&
		   scep_der_take(&cert, ASN1_SEQUENCE, &tbs) &&
		   scep_der_take_optional(&tbs, ASN1_CONTEXT_C_0, &version) &&
		   scep_der_take_element(&tbs, ASN1_INTEGER, serial) &&
		   scep_der_take_element(&tbs, ASN1_SEQUENCE, NULL) &&
		   scep_der_take_element(&tbs, ASN1_SEQUENCE, issuer);
}

/**
 * Whether issuer and serial number are those of a certificate.
 *
 * Names are compared as libstrongswan does it: servers encode them anew, with
 * other types of strings.
 */
static bool matches_issuer(const scep_cert_id_t *id, certificate_t *cert)
{
	identification_t *issuer;
	chunk_t serial;
	bool match;

	serial = ((x509_t*)cert)->get_serial((x509_t*)cert);
	if (!chunk_equals(chunk_skip_zero(id->serial), chunk_skip_zero(serial)))
	{
		return FALSE;
	}
	issuer = identification_create_from_encoding(ID_DER_ASN1_DN, id->issuer);
	match = issuer->equals(issuer, cert->get_issuer(cert));
	issuer->destroy(issuer);
	return match;
}

/**
 * Whether a subjectKeyIdentifier is that of a certificate. One without that
 * extension is found by the usual way to calculate it (RFC 5280, 4.2.1.2).
 */
static bool matches_ski(const scep_cert_id_t *id, certificate_t *cert)
{
	public_key_t *key;
	chunk_t ski;
	bool match;

	ski = ((x509_t*)cert)->get_subjectKeyIdentifier((x509_t*)cert);
	if (ski.len)
	{
		return chunk_equals(id->ski, ski);
	}
	key = cert->get_public_key(cert);
	match = key && key->get_fingerprint(key, KEYID_PUBKEY_SHA1, &ski) &&
			chunk_equals(id->ski, ski);
	DESTROY_IF(key);
	return match;
}

/*
 * Described in header
 */
bool scep_cert_id_matches(const scep_cert_id_t *id, certificate_t *cert)
{
	if (cert->get_type(cert) != CERT_X509)
	{
		return FALSE;
	}
	return id->ski.len ? matches_ski(id, cert) : matches_issuer(id, cert);
}

/*
 * Described in header
 */
chunk_t scep_cert_id_build(certificate_t *cert)
{
	chunk_t encoding, issuer, serial, der = chunk_empty;

	if (cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		if (find_issuer_and_serial(encoding, &issuer, &serial))
		{
			der = asn1_wrap(ASN1_SEQUENCE, "cc", issuer, serial);
		}
		free(encoding.ptr);
	}
	return der;
}
