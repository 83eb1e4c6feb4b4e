/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_algorithm.h"

#include "message/scep_der.h"

#include <asn1/oid.h>

/**
 * Digests, and what they make of signature and key transport algorithms.
 */
static const struct {
	int oid;
	hash_algorithm_t digest;
	int rsa_oid;
	signature_scheme_t rsa;
	int ecdsa_oid;
	signature_scheme_t ecdsa;
	encryption_scheme_t oaep;
} digests[] = {
	{ OID_SHA1, HASH_SHA1,
	  OID_SHA1_WITH_RSA, SIGN_RSA_EMSA_PKCS1_SHA1,
	  OID_ECDSA_WITH_SHA1, SIGN_ECDSA_WITH_SHA1_DER,
	  ENCRYPT_RSA_OAEP_SHA1 },
	{ OID_SHA256, HASH_SHA256,
	  OID_SHA256_WITH_RSA, SIGN_RSA_EMSA_PKCS1_SHA2_256,
	  OID_ECDSA_WITH_SHA256, SIGN_ECDSA_WITH_SHA256_DER,
	  ENCRYPT_RSA_OAEP_SHA256 },
	{ OID_SHA384, HASH_SHA384,
	  OID_SHA384_WITH_RSA, SIGN_RSA_EMSA_PKCS1_SHA2_384,
	  OID_ECDSA_WITH_SHA384, SIGN_ECDSA_WITH_SHA384_DER,
	  ENCRYPT_RSA_OAEP_SHA384 },
	{ OID_SHA512, HASH_SHA512,
	  OID_SHA512_WITH_RSA, SIGN_RSA_EMSA_PKCS1_SHA2_512,
	  OID_ECDSA_WITH_SHA512, SIGN_ECDSA_WITH_SHA512_DER,
	  ENCRYPT_RSA_OAEP_SHA512 },
};

/**
 * Find a digest by its AlgorithmIdentifier, -1 if we don't read it.
 */
static int take_digest(chunk_t *in, char name[SCEP_OID_LEN])
{
	chunk_t oid, params;
	size_t i;
	int known;

	snprintf(name, SCEP_OID_LEN, "malformed");
	if (scep_der_take_algorithm(in, &oid, &params) && !params.len)
	{
		scep_der_oid_text(oid, name);
		known = scep_der_oid(oid);
		for (i = 0; i < countof(digests); i++)
		{
			if (digests[i].oid == known)
			{
				return i;
			}
		}
	}
	return -1;
}

/*
 * Described in header
 */
bool scep_digest_take(chunk_t *in, hash_algorithm_t *digest, scep_error_t *err)
{
	char name[SCEP_OID_LEN];
	int i;

	i = take_digest(in, name);
	if (i < 0)
	{
		return scep_fail(err, SCEP_SECURITY, "the digest algorithm is %s, but "
						 "only SHA-1, SHA-256, SHA-384 and SHA-512 are read",
						 name);
	}
	*digest = digests[i].digest;
	return TRUE;
}

/**
 * Take the explicitly tagged digest and MGF1 that RSASSA-PSS and RSAES-OAEP
 * begin with; both default to SHA-1 (RFC 4055, 3.1 and 4.1). The results are
 * rows of the table.
 */
static bool take_hash_and_mgf(chunk_t *params, int *hash, int *mgf)
{
	chunk_t content, oid, inner;
	char name[SCEP_OID_LEN];

	*hash = *mgf = 0;
	if (!scep_der_take_optional(params, ASN1_CONTEXT_C_0, &content))
	{
		return FALSE;
	}
	if (content.ptr)
	{
		*hash = take_digest(&content, name);
		if (*hash < 0 || content.len)
		{
			return FALSE;
		}
	}
	if (!scep_der_take_optional(params, ASN1_CONTEXT_C_1, &content))
	{
		return FALSE;
	}
	if (content.ptr)
	{
		if (!scep_der_take_algorithm(&content, &oid, &inner) || content.len ||
			scep_der_oid(oid) != OID_MGF1)
		{
			return FALSE;
		}
		*mgf = take_digest(&inner, name);
		if (*mgf < 0 || inner.len)
		{
			return FALSE;
		}
	}
	return TRUE;
}

/**
 * Parse the salt length of RSASSA-PSS, SIZE_MAX if it is none of two octets.
 */
static size_t parse_salt_len(chunk_t salt)
{
	chunk_t value;

	if (!scep_der_only(salt, ASN1_INTEGER, &value) || !value.len ||
		value.len > 2 || value.ptr[0] & 0x80)
	{
		return SIZE_MAX;
	}
	return value.len == 1 ? value.ptr[0] : value.ptr[0] << 8 | value.ptr[1];
}

/**
 * Parse the parameters of RSASSA-PSS (RFC 4055, 3.1).
 */
static bool parse_pss(chunk_t params, hash_algorithm_t digest,
					  rsa_pss_params_t *pss, scep_error_t *err)
{
	chunk_t content, value, salt;
	int hash, mgf, trailer = 1;
	size_t salt_len = HASH_SIZE_SHA1;

	if (!scep_der_only(params, ASN1_SEQUENCE, &content) ||
		!take_hash_and_mgf(&content, &hash, &mgf) ||
		!scep_der_take_optional(&content, ASN1_CONTEXT_C_2, &salt))
	{
		return scep_fail(err, SCEP_SECURITY, "malformed or unknown parameters "
						 "of RSASSA-PSS (RFC 4055, 3.1)");
	}
	if (salt.ptr)
	{
		salt_len = parse_salt_len(salt);
	}
	if (!scep_der_take_optional(&content, ASN1_CONTEXT_C_3, &value) ||
		(value.ptr && (!scep_der_take_small(&value, &trailer) || value.len)) ||
		content.len || trailer != 1 || salt_len > SCEP_MAX_SALT)
	{
		return scep_fail(err, SCEP_SECURITY, "malformed salt length or trailer "
						 "of RSASSA-PSS (RFC 4055, 3.1)");
	}
	if (digests[hash].digest != digest)
	{
		return scep_fail(err, SCEP_SECURITY, "the digest of RSASSA-PSS is not "
						 "that of the signerInfo (RFC 4056, 3)");
	}
	*pss = (rsa_pss_params_t){
		.hash = digest,
		.mgf1_hash = digests[mgf].digest,
		.salt_len = salt_len,
	};
	return TRUE;
}

/*
 * Described in header
 */
bool scep_digest_may_sign(hash_algorithm_t digest, bool allow_sha1,
						  scep_error_t *err)
{
	switch (digest)
	{
		case HASH_SHA256:
		case HASH_SHA384:
		case HASH_SHA512:
			return TRUE;
		case HASH_SHA1:
			if (allow_sha1)
			{
				return TRUE;
			}
			/* fall through */
		default:
			return scep_fail(err, SCEP_PERMANENT, "requests are signed with "
							 "SHA-256, SHA-384 or SHA-512, not with %N",
							 hash_algorithm_short_names, digest);
	}
}

/*
 * Described in header
 */
bool scep_signature_take(chunk_t *in, hash_algorithm_t digest,
						 scep_signature_t *signature, scep_error_t *err)
{
	char name[SCEP_OID_LEN];
	chunk_t oid, params;
	size_t i;
	int known;

	memset(signature, 0, sizeof(*signature));
	if (!scep_der_take_algorithm(in, &oid, &params))
	{
		return scep_fail(err, SCEP_SECURITY, "signerInfo: signatureAlgorithm "
						 "malformed (RFC 5652, 5.3)");
	}
	known = scep_der_oid(oid);
	if (known == OID_RSASSA_PSS)
	{
		signature->scheme = SIGN_RSA_EMSA_PSS;
		return parse_pss(params, digest, &signature->pss, err);
	}
	for (i = 0; i < countof(digests) && !params.len; i++)
	{
		if (digests[i].digest != digest)
		{
			continue;
		}
		if (known == OID_RSA_ENCRYPTION || known == digests[i].rsa_oid)
		{
			signature->scheme = digests[i].rsa;
			return TRUE;
		}
		if (known == digests[i].ecdsa_oid)
		{
			signature->scheme = digests[i].ecdsa;
			return TRUE;
		}
	}
	return scep_fail(err, SCEP_SECURITY, "the signature algorithm is %s, which "
					 "is unknown or does not fit the digest %N",
					 scep_der_oid_text(oid, name), hash_algorithm_short_names,
					 digest);
}

/*
 * Described in header
 */
bool scep_cipher_take(chunk_t *in, bool accept_des, scep_cipher_t *cipher,
					  scep_error_t *err)
{
	static const struct {
		int oid;
		encryption_algorithm_t algorithm;
		size_t key_size, iv_size;
	} ciphers[] = {
		{ OID_AES128_CBC, ENCR_AES_CBC, 16, AES_BLOCK_SIZE },
		{ OID_AES192_CBC, ENCR_AES_CBC, 24, AES_BLOCK_SIZE },
		{ OID_AES256_CBC, ENCR_AES_CBC, 32, AES_BLOCK_SIZE },
		{ OID_3DES_EDE_CBC, ENCR_3DES, 24, DES_BLOCK_SIZE },
		{ OID_DES_CBC, ENCR_DES, 8, DES_BLOCK_SIZE },
	};
	char name[SCEP_OID_LEN];
	chunk_t oid, params, iv;
	size_t i;
	int known;

	if (!scep_der_take_algorithm(in, &oid, &params))
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: "
						 "contentEncryptionAlgorithm malformed (RFC 5652, 6.1)");
	}
	known = scep_der_oid(oid);
	for (i = 0; i < countof(ciphers) && ciphers[i].oid != known; i++)
	{
		/* search */
	}
	if (i == countof(ciphers))
	{
		return scep_fail(err, SCEP_SECURITY, "the content is encrypted by "
						 "algorithm %s, but only AES-CBC, 3DES-CBC and DES-CBC "
						 "are read", scep_der_oid_text(oid, name));
	}
	if (ciphers[i].algorithm == ENCR_DES && !accept_des)
	{
		return scep_fail(err, SCEP_SECURITY, "the content is encrypted by "
						 "single DES, which accept_des does not allow");
	}
	if (!scep_der_only(params, ASN1_OCTET_STRING, &iv) ||
		iv.len != ciphers[i].iv_size)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: initialization vector "
						 "missing or of a wrong length (RFC 3370, 5; RFC 3565)");
	}
	*cipher = (scep_cipher_t){
		.algorithm = ciphers[i].algorithm,
		.key_size = ciphers[i].key_size,
		.iv = iv,
	};
	return TRUE;
}

/**
 * Parse the parameters of RSAES-OAEP (RFC 4055, 4.1).
 */
static bool parse_oaep(chunk_t params, encryption_scheme_t *scheme)
{
	chunk_t content = chunk_empty, label, oid, value;
	int hash, mgf;

	/* absent parameters are the defaults, which OpenXPKI uses */
	if ((params.len && !scep_der_only(params, ASN1_SEQUENCE, &content)) ||
		!take_hash_and_mgf(&content, &hash, &mgf) || hash != mgf ||
		!scep_der_take_optional(&content, ASN1_CONTEXT_C_2, &label) ||
		content.len)
	{
		return FALSE;
	}
	if (label.ptr)
	{	/* pSpecified with an empty label is the default, written out */
		if (!scep_der_take_algorithm(&label, &oid, &value) || label.len ||
			!chunk_equals(oid, chunk_from_chars(0x2a, 0x86, 0x48, 0x86, 0xf7,
												0x0d, 0x01, 0x01, 0x09)) ||
			!scep_der_only(value, ASN1_OCTET_STRING, &label) || label.len)
		{
			return FALSE;
		}
	}
	*scheme = digests[hash].oaep;
	return TRUE;
}

/*
 * Described in header
 */
bool scep_key_transport_take(chunk_t *in, encryption_scheme_t *scheme,
							 scep_error_t *err)
{
	char name[SCEP_OID_LEN];
	chunk_t oid, params;

	if (!scep_der_take_algorithm(in, &oid, &params))
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: keyEncryptionAlgorithm "
						 "malformed (RFC 5652, 6.2.1)");
	}
	switch (scep_der_oid(oid))
	{
		case OID_RSA_ENCRYPTION:
			if (!params.len)
			{
				*scheme = ENCRYPT_RSA_PKCS1;
				return TRUE;
			}
			break;
		case OID_RSAES_OAEP:
			if (parse_oaep(params, scheme))
			{
				return TRUE;
			}
			break;
		default:
			break;
	}
	return scep_fail(err, SCEP_SECURITY, "the key is encrypted by algorithm "
					 "%s, but only RSA (PKCS#1 v1.5 and OAEP with one digest "
					 "and no label) is read", scep_der_oid_text(oid, name));
}
