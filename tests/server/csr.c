/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "csr.h"
#include "der.h"
#include "oids.h"

#include <openssl/x509v3.h>

#include <stdlib.h>

/**
 * Log an extension as OpenSSL prints it.
 */
static void log_extension(log_line_t *log, const char *name,
						  STACK_OF(X509_EXTENSION) *extensions, int nid)
{
	int i = X509v3_get_ext_by_NID(extensions, nid, -1);
	bytes_t text;
	BIO *bio;

	if (i >= 0)
	{
		bio = BIO_new(BIO_s_mem());
		X509V3_EXT_print(bio, X509v3_get_ext(extensions, i),
						 X509V3_EXT_DUMP_UNKNOWN, 0);
		text = bytes_from_bio(bio);
		log_bytes(log, name, text);
		bytes_free(&text);
	}
}

/**
 * Log Microsoft's template.
 */
static void log_template(log_line_t *log, STACK_OF(X509_EXTENSION) *extensions)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(OID_TEMPLATE_NAME, 1);
	const ASN1_OCTET_STRING *value;
	const unsigned char *pos;
	unsigned char *text;
	ASN1_STRING *string;
	int i, len;

	i = X509v3_get_ext_by_OBJ(extensions, oid, -1);
	ASN1_OBJECT_free(oid);
	if (i < 0)
	{
		return;
	}
	value = X509_EXTENSION_get_data(X509v3_get_ext(extensions, i));
	pos = ASN1_STRING_get0_data(value);
	string = d2i_DISPLAYTEXT(NULL, &pos, ASN1_STRING_length(value));
	len = string ? ASN1_STRING_to_UTF8(&text, string) : -1;
	if (len >= 0)
	{
		log_bytes(log, "template", (bytes_t){ text, len });
		OPENSSL_free(text);
	}
	ASN1_STRING_free(string);
}

/**
 * Log the extensions that are wanted.
 */
static const char *parse_extensions(X509_REQ *csr, log_line_t *log)
{
	STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(csr);

	if (!extensions)
	{
		return X509_REQ_get_attr_by_NID(csr, NID_ext_req, -1) >= 0 ?
					"PKCS#10: malformed extensionRequest" : NULL;
	}
	log_extension(log, "san", extensions, NID_subject_alt_name);
	log_extension(log, "keyUsage", extensions, NID_key_usage);
	log_extension(log, "extendedKeyUsage", extensions, NID_ext_key_usage);
	log_template(log, extensions);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	return NULL;
}

/**
 * Get the challenge (RFC 2985, 5.4.1).
 */
static const char *parse_challenge(X509_REQ *csr, log_line_t *log,
								   char **challenge)
{
	int i = X509_REQ_get_attr_by_NID(csr, NID_pkcs9_challengePassword, -1);
	X509_ATTRIBUTE *attribute;
	ASN1_TYPE *value;

	*challenge = NULL;
	if (i < 0)
	{
		log_text(log, "challenge", "absent");
		return NULL;
	}
	attribute = X509_REQ_get_attr(csr, i);
	if (X509_REQ_get_attr_by_NID(csr, NID_pkcs9_challengePassword, i) >= 0 ||
		X509_ATTRIBUTE_count(attribute) != 1)
	{
		return "PKCS#10: more than one challengePassword";
	}
	value = X509_ATTRIBUTE_get0_type(attribute, 0);
	log_text(log, "challenge", ASN1_tag2str(value->type));
	if (value->type != V_ASN1_PRINTABLESTRING &&
		value->type != V_ASN1_UTF8STRING)
	{
		return "PKCS#10: challengePassword is no PrintableString or UTF8String";
	}
	*challenge = format("%.*s", ASN1_STRING_length(value->value.asn1_string),
						ASN1_STRING_get0_data(value->value.asn1_string));
	return NULL;
}

/**
 * Check structure, signature and encoding.
 */
static const char *check(bytes_t der, X509_REQ *csr)
{
	EVP_PKEY *key = X509_REQ_get0_pubkey(csr);
	bytes_t again;
	bool equal;

	again = der_i2d(i2d_X509_REQ, csr);
	equal = bytes_equal(again, der);
	bytes_free(&again);
	if (!equal)
	{
		return "PKCS#10: not in DER";
	}
	if (X509_REQ_get_version(csr) != 0)
	{
		return "PKCS#10: version is not 0";
	}
	if (!key || X509_REQ_verify(csr, key) != 1)
	{
		return "PKCS#10: signature does not verify";
	}
	/* CertificationRequestInfo: version, subject, key, attributes */
	if (!der_is_sorted(der_descend(der, ">>--->")) ||
		der_descend(der, ">>----").len)
	{
		return "PKCS#10: attributes are not in DER's order";
	}
	return NULL;
}

/*
 * Described in header
 */
const char *csr_parse(bytes_t der, log_line_t *log, X509_REQ **csr,
					  char **challenge)
{
	const unsigned char *pos = der.ptr;
	const char *reason;

	*challenge = NULL;
	*csr = d2i_X509_REQ(NULL, &pos, der.len);
	if (!*csr || pos != der.ptr + der.len)
	{
		return "PKCS#10: malformed";
	}
	log_name(log, "subject", X509_REQ_get_subject_name(*csr));
	reason = check(der, *csr);
	if (!reason)
	{
		log_text(log, "keyType",
				 OBJ_nid2sn(EVP_PKEY_get_base_id(X509_REQ_get0_pubkey(*csr))));
		log_number(log, "keySize",
				   EVP_PKEY_get_bits(X509_REQ_get0_pubkey(*csr)));
		reason = parse_challenge(*csr, log, challenge);
	}
	return reason ?: parse_extensions(*csr, log);
}
