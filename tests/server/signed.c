/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "signed.h"
#include "der.h"
#include "oids.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdlib.h>

/** Octets of a piece of a constructed OCTET STRING */
#define PIECE	100

/*
 * Described in header
 */
bytes_t signed_attribute(const char *oid, bytes_t value)
{
	return der_wrap(DER_SEQUENCE, der_cat(2, der_oid(oid),
										  der_wrap(DER_SET, value)));
}

/**
 * Encode an AlgorithmIdentifier.
 */
static bytes_t algorithm(int nid, bytes_t parameters)
{
	return der_wrap(DER_SEQUENCE, der_cat(2,
				der_i2d(i2d_ASN1_OBJECT, OBJ_nid2obj(nid)), parameters));
}

/**
 * Encode NULL parameters, or none.
 */
static bytes_t null(const signed_t *this)
{
	return this->words->has[W_NO_NULL] ? BYTES_NONE
									   : der_wrap(DER_NULL, BYTES_NONE);
}

/**
 * Encode the digest's algorithm.
 */
static bytes_t digest_algorithm(const signed_t *this)
{
	return algorithm(EVP_MD_get_type(this->digest), null(this));
}

/**
 * Encode the signature's algorithm.
 */
static bytes_t signature_algorithm(const signed_t *this)
{
	int digest = EVP_MD_get_type(this->digest), nid;
	int key = EVP_PKEY_get_base_id(this->signer->key);

	if (key == EVP_PKEY_RSA && this->words->has[W_PSS])
	{
		/* RFC 4055, 3.1 */
		return algorithm(NID_rsassaPss, der_wrap(DER_SEQUENCE, der_cat(3,
			der_wrap(DER_CONTEXT(0), digest_algorithm(this)),
			der_wrap(DER_CONTEXT(1),
					 algorithm(NID_mgf1, digest_algorithm(this))),
			der_wrap(DER_CONTEXT(2),
					 der_int(EVP_MD_get_size(this->digest))))));
	}
	if (key == EVP_PKEY_RSA && !this->words->has[W_HASH_WITH_RSA])
	{
		return algorithm(NID_rsaEncryption, null(this));
	}
	if (!OBJ_find_sigid_by_algs(&nid, digest, key))
	{
		die("OBJ_find_sigid_by_algs");
	}
	return algorithm(nid, key == EVP_PKEY_RSA ? null(this) : BYTES_NONE);
}

/**
 * Sign bytes.
 */
static bytes_t sign(const signed_t *this, bytes_t data)
{
	bool pss = this->words->has[W_PSS] &&
			   EVP_PKEY_get_base_id(this->signer->key) == EVP_PKEY_RSA;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char buf[1024];
	size_t len = sizeof(buf);
	EVP_PKEY_CTX *pkey;

	if (EVP_DigestSignInit(ctx, &pkey, this->digest, NULL,
						   this->signer->key) != 1 ||
		(pss && (EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) != 1
				 || EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey,
											RSA_PSS_SALTLEN_DIGEST) != 1)) ||
		EVP_DigestSign(ctx, buf, &len, data.ptr, data.len) != 1)
	{
		die("EVP_DigestSign");
	}
	EVP_MD_CTX_free(ctx);
	if (this->words->has[W_BAD_SIGNATURE])
	{
		buf[len - 1] ^= 1;
	}
	return bytes_copy(buf, len);
}

/**
 * Encode who signed.
 */
static bytes_t signer_id(const signed_t *this)
{
	X509 *cert = this->signer->cert;
	const ASN1_OCTET_STRING *ski;

	if (this->words->has[W_SIGNER_SKI])
	{
		ski = X509_get0_subject_key_id(cert);
		return der_wrap(DER_IMPLICIT(0),
						bytes_copy(ASN1_STRING_get0_data(ski),
								   ASN1_STRING_length(ski)));
	}
	return der_wrap(DER_SEQUENCE, der_cat(2,
				der_i2d(i2d_X509_NAME, X509_get_issuer_name(cert)),
				der_i2d(i2d_ASN1_INTEGER, X509_get_serialNumber(cert))));
}

/**
 * Build all signed attributes, not yet sorted.
 */
static bytes_t build_attributes(const signed_t *this)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;

	EVP_Digest(this->content.ptr ?: (unsigned char*)"", this->content.len,
			   digest, &len, this->digest, NULL);
	if (this->words->has[W_BAD_MESSAGE_DIGEST])
	{
		digest[0] ^= 1;
	}
	return der_cat(3,
		bytes_copy(this->attributes.ptr, this->attributes.len),
		signed_attribute(OID_MESSAGE_DIGEST,
						 der_wrap(DER_OCTETS, bytes_copy(digest, len))),
		signed_attribute(OID_CONTENT_TYPE,
						 der_oid(this->words->has[W_BAD_CONTENT_TYPE] ?
								 OID_ENVELOPED_DATA : OID_DATA)));
}

/**
 * Build the attributes as they are signed and as they are sent.
 *
 * @param signed_ones	gets a SET OF, allocated
 * @param sent			gets the content of the SET OF, allocated
 */
static void arrange_attributes(const signed_t *this, bytes_t *signed_ones,
							   bytes_t *sent)
{
	bytes_t as_built = build_attributes(this), view;

	*signed_ones = der_set_of(bytes_copy(as_built.ptr, as_built.len));
	view = der_descend(*signed_ones, ">");
	if (!this->words->has[W_UNSORTED] && !this->words->has[W_SENT_UNSORTED])
	{
		bytes_free(&as_built);
		*sent = bytes_copy(view.ptr, view.len);
		return;
	}
	/* the shortest ones, contentType among them, are last in it */
	*sent = as_built;
	if (this->words->has[W_UNSORTED])
	{
		bytes_free(signed_ones);
		*signed_ones = der_wrap(DER_SET, bytes_copy(as_built.ptr,
													as_built.len));
	}
}

/**
 * Build a signerInfo (RFC 5652, 5.3).
 */
static bytes_t build_signer_info(const signed_t *this)
{
	bytes_t attributes, sent, signature, more = BYTES_NONE;

	if (this->words->has[W_UNSIGNED_ATTRIBUTE])
	{
		more = der_wrap(DER_CONTEXT(1), signed_attribute("1.2.3.4.5",
							der_wrap(DER_OCTETS, bytes_copy("more", 4))));
	}
	if (this->words->has[W_NO_SIGNED_ATTRIBUTES])
	{
		sent = BYTES_NONE;
		signature = sign(this, this->content);
	}
	else
	{
		arrange_attributes(this, &attributes, &sent);
		signature = sign(this, attributes);
		bytes_free(&attributes);
		sent = der_wrap(DER_CONTEXT(0), sent);
	}
	return der_wrap(DER_SEQUENCE, der_cat(7,
				der_int(this->words->has[W_SIGNER_SKI] ? 3 : 1),
				signer_id(this), digest_algorithm(this), sent,
				signature_algorithm(this), der_wrap(DER_OCTETS, signature),
				more));
}

/**
 * Build an OCTET STRING, with BER in pieces.
 */
static bytes_t build_octets(const signed_t *this)
{
	bytes_t pieces, content = this->content;
	size_t len;

	if (!this->words->has[W_BER])
	{
		return der_wrap(DER_OCTETS, bytes_copy(content.ptr, content.len));
	}
	pieces = bytes_copy("", 0);
	while (content.len)
	{
		len = content.len < PIECE ? content.len : PIECE;
		pieces = der_cat(2, pieces, der_wrap(DER_OCTETS,
											 bytes_copy(content.ptr, len)));
		content.ptr += len;
		content.len -= len;
	}
	return der_wrap_indefinite(0x20 | DER_OCTETS, pieces);
}

/*
 * Described in header
 */
bytes_t signed_build(const signed_t *this)
{
	bytes_t (*wrap)(int, bytes_t) = this->words->has[W_BER] ?
										der_wrap_indefinite : der_wrap;
	bytes_t infos = BYTES_NONE, content = BYTES_NONE, certs = BYTES_NONE, info;

	if (!this->words->has[W_NO_SIGNERS])
	{
		infos = build_signer_info(this);
	}
	if (this->words->has[W_TWO_SIGNERS])
	{
		info = bytes_copy(infos.ptr, infos.len);
		infos = der_cat(2, infos, info);
	}
	if (this->content.ptr)
	{
		content = wrap(DER_CONTEXT(0), build_octets(this));
	}
	if (this->certs.len)
	{
		certs = wrap(DER_CONTEXT(0), bytes_copy(this->certs.ptr,
												this->certs.len));
	}
	return wrap(DER_SEQUENCE, der_cat(2, der_oid(OID_SIGNED_DATA),
		wrap(DER_CONTEXT(0), wrap(DER_SEQUENCE, der_cat(5,
			der_int(this->words->has[W_SIGNER_SKI] ? 3 : 1),
			der_wrap(DER_SET, digest_algorithm(this)),
			wrap(DER_SEQUENCE, der_cat(2,
				der_oid(this->words->has[W_BAD_ECONTENT_TYPE] ?
						OID_ENVELOPED_DATA : OID_DATA), content)),
			certs, der_wrap(DER_SET, infos))))));
}
