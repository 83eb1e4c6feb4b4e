/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_signed_data.h"

#include "message/scep_algorithm.h"
#include "message/scep_cert_id.h"
#include "message/scep_der.h"
#include "message/scep_key.h"

#include <asn1/oid.h>

typedef struct signer_info_t signer_info_t;

/**
 * A SignerInfo (RFC 5652, 5.3), pointing into the message.
 */
struct signer_info_t {
	/** who signed */
	scep_cert_id_t sid;
	/** digest of content and signature */
	hash_algorithm_t digest;
	/** content of signedAttrs */
	chunk_t attributes;
	/** how it was signed */
	scep_signature_t algorithm;
	/** signature */
	chunk_t signature;
};

/**
 * Check digestAlgorithms (RFC 5652, 5.1). What counts stands in the signerInfo;
 * servers list none, or others.
 */
static bool check_digest_algorithms(chunk_t set)
{
	chunk_t oid, params;

	while (set.len)
	{
		if (!scep_der_take_algorithm(&set, &oid, &params))
		{
			return FALSE;
		}
	}
	return TRUE;
}

/**
 * Check that a set consists of elements, and of how many.
 */
static bool check_set(chunk_t set, const char *name, scep_error_t *err)
{
	int count = 0;

	while (set.len)
	{
		if (++count > SCEP_MAX_CERTS)
		{
			return scep_fail(err, SCEP_SECURITY, "SignedData: more than %d %s",
							 SCEP_MAX_CERTS, name);
		}
		if (!scep_der_next(&set, NULL, NULL, NULL))
		{
			return scep_fail(err, SCEP_SECURITY, "SignedData: %s malformed "
							 "(RFC 5652, 5.1)", name);
		}
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_signed_data_parse(chunk_t der, scep_signed_data_t *this,
							scep_error_t *err)
{
	chunk_t info, type, content, data, encap, digests;
	int version;

	memset(this, 0, sizeof(*this));
	if (!scep_der_only(der, ASN1_SEQUENCE, &info) ||
		!scep_der_take(&info, ASN1_OID, &type) ||
		scep_der_oid(type) != OID_PKCS7_SIGNED_DATA ||
		!scep_der_only(info, ASN1_CONTEXT_C_0, &content) ||
		!scep_der_only(content, ASN1_SEQUENCE, &data))
	{
		return scep_fail(err, SCEP_SECURITY, "no CMS SignedData (RFC 8894, 3; "
						 "RFC 5652, 5.1)");
	}
	if (!scep_der_take_small(&data, &version) ||
		!scep_der_take(&data, ASN1_SET, &digests) ||
		!check_digest_algorithms(digests) ||
		!scep_der_take(&data, ASN1_SEQUENCE, &encap) ||
		!scep_der_take_optional(&data, ASN1_CONTEXT_C_0, &this->certs) ||
		!scep_der_take_optional(&data, ASN1_CONTEXT_C_1, &this->crls) ||
		!scep_der_only(data, ASN1_SET, &this->signer_infos))
	{
		return scep_fail(err, SCEP_SECURITY, "SignedData: malformed (RFC 5652, "
						 "5.1)");
	}
	if (!scep_der_take(&encap, ASN1_OID, &type) ||
		!scep_der_take_optional(&encap, ASN1_CONTEXT_C_0, &content) ||
		encap.len ||
		(content.ptr &&
		 !scep_der_only(content, ASN1_OCTET_STRING, &this->content)))
	{
		return scep_fail(err, SCEP_SECURITY, "SignedData: encapContentInfo "
						 "malformed (RFC 5652, 5.2)");
	}
	this->content_type = scep_der_oid(type);
	if (this->content_type != OID_PKCS7_DATA &&
		this->content_type != OID_PKCS7_SIGNED_DATA)
	{
		return scep_fail(err, SCEP_SECURITY, "SignedData: eContentType is "
						 "neither data nor signedData (RFC 8894, 3.2)");
	}
	return check_set(this->certs, "certificates", err) &&
		   check_set(this->crls, "CRLs", err);
}

/**
 * Parse the only SignerInfo.
 */
static bool parse_signer_info(chunk_t infos, signer_info_t *info,
							  scep_error_t *err)
{
	chunk_t content, unsigned_attributes;
	int version;

	if (!infos.len)
	{
		return scep_fail(err, SCEP_SECURITY, "SignedData: nobody signed it "
						 "(RFC 8894, 3.2)");
	}
	if (!scep_der_take(&infos, ASN1_SEQUENCE, &content) ||
		!scep_der_take_small(&content, &version) ||
		!scep_cert_id_take(&content, &info->sid))
	{
		return scep_fail(err, SCEP_SECURITY, "signerInfo: malformed "
						 "(RFC 5652, 5.3)");
	}
	if (infos.len)
	{
		return scep_fail(err, SCEP_SECURITY, "SignedData: more than one "
						 "signerInfo");
	}
	if (!scep_digest_take(&content, &info->digest, err))
	{
		return FALSE;
	}
	if (!scep_der_take(&content, ASN1_CONTEXT_C_0, &info->attributes))
	{
		return scep_fail(err, SCEP_SECURITY, "signerInfo: no signed attributes "
						 "(RFC 8894, 3.2)");
	}
	if (!scep_signature_take(&content, info->digest, &info->algorithm, err))
	{
		return FALSE;
	}
	if (!scep_der_take(&content, ASN1_OCTET_STRING, &info->signature) ||
		!scep_der_take_optional(&content, ASN1_CONTEXT_C_1,
								&unsigned_attributes) || content.len)
	{
		return scep_fail(err, SCEP_SECURITY, "signerInfo: malformed signature "
						 "(RFC 5652, 5.3)");
	}
	return TRUE;
}

/**
 * Find the certificate of the signer among the expected ones.
 */
static certificate_t *find_signer(const scep_cert_id_t *sid,
								  linked_list_t *signers, scep_error_t *err)
{
	enumerator_t *enumerator;
	certificate_t *cert, *found = NULL;

	enumerator = signers->create_enumerator(signers);
	while (!found && enumerator->enumerate(enumerator, &cert))
	{
		if (scep_cert_id_matches(sid, cert))
		{
			found = cert;
		}
	}
	enumerator->destroy(enumerator);
	if (!found)
	{
		scep_fail(err, SCEP_SECURITY, "signed by none of the certificates of "
				  "this profile's CA and RA (signer: %s %#B)",
				  sid->ski.len ? "subjectKeyIdentifier" : "serial number",
				  sid->ski.len ? &sid->ski : &sid->serial);
	}
	return found;
}

/**
 * Calculate a digest.
 */
static bool hash(hash_algorithm_t digest, chunk_t data, chunk_t *result,
				 scep_error_t *err)
{
	hasher_t *hasher;
	bool success;

	hasher = lib->crypto->create_hasher(lib->crypto, digest);
	success = hasher && hasher->allocate_hash(hasher, data, result);
	DESTROY_IF(hasher);
	if (!success)
	{
		return scep_fail(err, SCEP_PERMANENT, "no plugin of libstrongswan "
						 "calculates %N here", hash_algorithm_short_names,
						 digest);
	}
	return TRUE;
}

/**
 * Check that the signed attributes belong to the content.
 */
static bool check_content(const scep_attributes_t *attributes,
						  const scep_signed_data_t *data,
						  hash_algorithm_t digest, scep_error_t *err)
{
	chunk_t expected;
	bool match;

	if (!attributes->content_type.ptr ||
		scep_der_oid(attributes->content_type) != data->content_type)
	{
		return scep_fail(err, SCEP_SECURITY, "signed attribute contentType is "
						 "missing or is not that of the content (RFC 5652, "
						 "11.1)");
	}
	if (!hash(digest, data->content, &expected, err))
	{
		return FALSE;
	}
	match = attributes->message_digest.ptr &&
			chunk_equals(attributes->message_digest, expected);
	free(expected.ptr);
	if (!match)
	{
		return scep_fail(err, SCEP_SECURITY, "signed attribute messageDigest "
						 "is missing or does not fit the content (RFC 5652, "
						 "11.2)");
	}
	return TRUE;
}

/**
 * Verify the signature over the attributes.
 *
 * What was signed is their DER encoding as a SET OF (RFC 5652, 5.4), so sorted;
 * OpenXPKI signs the order in which it sends them.
 */
static bool check_signature(const signer_info_t *info, certificate_t *signer,
							scep_error_t *err)
{
	const scep_signature_t *algorithm = &info->algorithm;
	public_key_t *key;
	chunk_t tbs;
	void *params = NULL;
	bool valid = FALSE;

	if (algorithm->scheme == SIGN_RSA_EMSA_PSS)
	{
		params = (void*)&algorithm->pss;
	}
	key = signer->get_public_key(signer);
	if (!key || key->get_type(key) !=
					key_type_from_signature_scheme(algorithm->scheme))
	{
		DESTROY_IF(key);
		return scep_fail(err, SCEP_SECURITY, "signature algorithm and the "
						 "signer's key do not belong together");
	}
	if (!scep_key_check_strength(key, SCEP_MIN_SIGNER_RSA, "the signer", err))
	{
		key->destroy(key);
		return FALSE;
	}
	if (info->signature.len)
	{
		tbs = asn1_wrap(ASN1_SET, "c", info->attributes);
		valid = key->verify(key, algorithm->scheme, params, tbs,
							info->signature);
		free(tbs.ptr);
		if (!valid)
		{
			tbs = scep_attributes_sort(info->attributes);
			valid = tbs.len && key->verify(key, algorithm->scheme, params, tbs,
										   info->signature);
			free(tbs.ptr);
		}
	}
	key->destroy(key);
	if (!valid)
	{
		return scep_fail(err, SCEP_SECURITY, "the signature over the message "
						 "does not verify (RFC 5652, 5.6)");
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_signed_data_verify(const scep_signed_data_t *this,
							 linked_list_t *signers,
							 scep_attributes_t *attributes, scep_error_t *err)
{
	signer_info_t info = {};
	certificate_t *signer;

	if (!parse_signer_info(this->signer_infos, &info, err))
	{
		return FALSE;
	}
	signer = find_signer(&info.sid, signers, err);
	return signer &&
		   scep_attributes_parse(info.attributes, attributes, err) &&
		   check_content(attributes, this, info.digest, err) &&
		   check_signature(&info, signer, err);
}

/**
 * Sign attributes, given as a SET OF.
 */
static bool sign(private_key_t *key, hash_algorithm_t digest, chunk_t attributes,
				 chunk_t *signature, scep_error_t *err)
{
	signature_scheme_t scheme;

	scheme = signature_scheme_from_oid(
						hasher_signature_algorithm_to_oid(digest, KEY_RSA));
	if (!key->sign(key, scheme, NULL, attributes, signature))
	{
		return scep_fail(err, SCEP_LOCAL, "the key could not sign the request "
						 "(%N)", signature_scheme_names, scheme);
	}
	return TRUE;
}

/**
 * Check that we have what a signature needs.
 */
static bool check_signer(certificate_t *signer, private_key_t *key,
						 scep_error_t *err)
{
	public_key_t *public;
	bool match;

	public = signer->get_public_key(signer);
	match = public && key->get_type(key) == KEY_RSA &&
			key->belongs_to(key, public);
	DESTROY_IF(public);
	if (!match)
	{
		return scep_fail(err, SCEP_PERMANENT, "the key that signs the request "
						 "is not the RSA key of the signer's certificate");
	}
	return TRUE;
}

/**
 * Build the signed attributes: a SET OF.
 */
static bool build_attributes(chunk_t content, hash_algorithm_t digest,
							 const chunk_t *attributes, int count, chunk_t *set,
							 scep_error_t *err)
{
	chunk_t all[SCEP_MAX_ATTRIBUTES], built[2], digested;

	if (count > SCEP_MAX_ATTRIBUTES - 2)
	{
		return scep_fail(err, SCEP_LOCAL, "too many attributes to sign");
	}
	if (!hash(digest, content, &digested, err))
	{
		return FALSE;
	}
	built[0] = scep_attribute_build(OID_PKCS9_CONTENT_TYPE,
									asn1_build_known_oid(OID_PKCS7_DATA));
	built[1] = scep_attribute_build(OID_PKCS9_MESSAGE_DIGEST,
							asn1_wrap(ASN1_OCTET_STRING, "m", digested));
	memcpy(all, built, sizeof(built));
	memcpy(all + countof(built), attributes, count * sizeof(chunk_t));
	*set = scep_der_set_of(ASN1_SET, all, count + countof(built));
	free(built[0].ptr);
	free(built[1].ptr);
	return TRUE;
}

/**
 * Build the SignerInfo.
 */
static chunk_t build_signer_info(chunk_t sid, hash_algorithm_t digest,
								 chunk_t attributes, chunk_t signature)
{
	chunk_t implicit;

	/* [0] IMPLICIT instead of SET OF */
	implicit = chunk_clone(attributes);
	implicit.ptr[0] = ASN1_CONTEXT_C_0;
	return asn1_wrap(ASN1_SEQUENCE, "ccmmmm",
				ASN1_INTEGER_1,
				sid,
				asn1_algorithmIdentifier(hasher_algorithm_to_oid(digest)),
				implicit,
				asn1_algorithmIdentifier(OID_RSA_ENCRYPTION),
				asn1_simple_object(ASN1_OCTET_STRING, signature));
}

/*
 * Described in header
 */
bool scep_signed_data_build(chunk_t content, certificate_t *signer,
							private_key_t *key, hash_algorithm_t digest,
							const chunk_t *attributes, int count,
							chunk_t *der, scep_error_t *err)
{
	chunk_t sid = chunk_empty, cert = chunk_empty, set = chunk_empty;
	chunk_t signature = chunk_empty;
	bool success = FALSE;

	*der = chunk_empty;
	if (!check_signer(signer, key, err))
	{
		return FALSE;
	}
	sid = scep_cert_id_build(signer);
	if (!sid.len || !signer->get_encoding(signer, CERT_ASN1_DER, &cert))
	{
		scep_fail(err, SCEP_PERMANENT, "the signer's certificate has no DER "
				  "encoding");
	}
	else if (build_attributes(content, digest, attributes, count, &set, err) &&
			 sign(key, digest, set, &signature, err))
	{
		*der = asn1_wrap(ASN1_SEQUENCE, "mm",
			asn1_build_known_oid(OID_PKCS7_SIGNED_DATA),
			asn1_wrap(ASN1_CONTEXT_C_0, "m",
				asn1_wrap(ASN1_SEQUENCE, "cmmmm",
					ASN1_INTEGER_1,
					asn1_wrap(ASN1_SET, "m",
						asn1_algorithmIdentifier(
									hasher_algorithm_to_oid(digest))),
					asn1_wrap(ASN1_SEQUENCE, "mm",
						asn1_build_known_oid(OID_PKCS7_DATA),
						asn1_wrap(ASN1_CONTEXT_C_0, "m",
							asn1_simple_object(ASN1_OCTET_STRING, content))),
					asn1_wrap(ASN1_CONTEXT_C_0, "c", cert),
					asn1_wrap(ASN1_SET, "m",
						build_signer_info(sid, digest, set, signature)))));
		success = TRUE;
	}
	free(sid.ptr);
	free(cert.ptr);
	free(set.ptr);
	free(signature.ptr);
	return success;
}
