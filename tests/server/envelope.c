/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "envelope.h"
#include "der.h"
#include "oids.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

/** Recipients before the right one */
#define MORE_RECIPIENTS		19

/** Bytes that bad-ciphertext cuts: no cipher's block */
#define CUT					4

/*
 * Described in header
 */
bytes_t certs_only(STACK_OF(X509) *certs, X509_CRL *crl, bool ber)
{
	bytes_t (*wrap)(int, bytes_t) = ber ? der_wrap_indefinite : der_wrap;
	bytes_t list = BYTES_NONE, crls = BYTES_NONE;
	int i;

	for (i = 0; certs && i < sk_X509_num(certs); i++)
	{
		list = der_cat(2, list, der_i2d(i2d_X509, sk_X509_value(certs, i)));
	}
	if (list.len)
	{
		list = wrap(DER_CONTEXT(0), list);
	}
	if (crl)
	{
		crls = wrap(DER_CONTEXT(1), der_i2d(i2d_X509_CRL, crl));
	}
	return wrap(DER_SEQUENCE, der_cat(2, der_oid(OID_SIGNED_DATA),
		wrap(DER_CONTEXT(0), wrap(DER_SEQUENCE, der_cat(6, der_int(1),
			der_wrap(DER_SET, BYTES_NONE),
			wrap(DER_SEQUENCE, der_oid(OID_DATA)),
			list, crls,
			der_wrap(DER_SET, BYTES_NONE))))));
}

/**
 * Get the cipher.
 */
static const EVP_CIPHER *get_cipher(const words_t *words,
									const request_t *request)
{
	switch (words_first(words, 5, W_DES, W_TRIPLE_DES, W_AES192, W_AES256,
						W_MIRROR))
	{
		case W_DES:
			return EVP_des_cbc();
		case W_TRIPLE_DES:
			return EVP_des_ede3_cbc();
		case W_AES192:
			return EVP_aes_192_cbc();
		case W_AES256:
			return EVP_aes_256_cbc();
		case W_MIRROR:
			return request->cipher ?: EVP_aes_128_cbc();
		default:
			return EVP_aes_128_cbc();
	}
}

/**
 * Copy the certificate of a recipient, with another key or a key identifier
 * where that is needed; nobody looks at its signature.
 */
static X509 *copy_recipient(const words_t *words, X509 *cert)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;
	EVP_PKEY *other;
	X509 *copy;

	copy = X509_dup(cert);
	if (words->has[W_RECIPIENT_SKI] && X509_get_ext_by_NID(copy,
										NID_subject_key_identifier, -1) < 0)
	{
		X509V3_set_ctx(&ctx, copy, copy, NULL, NULL, 0);
		extension = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_key_identifier,
										"hash");
		X509_add_ext(copy, extension, -1);
		X509_EXTENSION_free(extension);
	}
	if (words->has[W_BAD_DECRYPT])
	{	/* one bit less: no number that the right key can't take */
		other = EVP_RSA_gen(EVP_PKEY_get_bits(X509_get0_pubkey(cert)) - 1);
		X509_set_pubkey(copy, other);
		EVP_PKEY_free(other);
	}
	return copy;
}

/**
 * Add a recipient.
 */
static bool add_recipient(CMS_ContentInfo *cms, const words_t *words,
						  X509 *cert)
{
	CMS_RecipientInfo *info;
	EVP_PKEY_CTX *ctx;
	int flags = CMS_KEY_PARAM;

	if (words->has[W_RECIPIENT_SKI])
	{
		flags |= CMS_USE_KEYID;
	}
	info = CMS_add1_recipient_cert(cms, cert, flags);
	if (info && (words->has[W_OAEP] || words->has[W_OAEP_SHA256]) &&
		CMS_RecipientInfo_type(info) == CMS_RECIPINFO_TRANS)
	{
		ctx = CMS_RecipientInfo_get0_pkey_ctx(info);
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING);
		if (words->has[W_OAEP_SHA256])
		{
			EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256());
			EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256());
		}
	}
	return info != NULL;
}

/**
 * Take the next element, with tag and length, as a copy.
 */
static bytes_t take(bytes_t *in)
{
	bytes_t content, element;
	int tag;

	if (!der_take(in, &tag, &content, &element))
	{
		die("reading our own envelope");
	}
	return bytes_copy(element.ptr, element.len);
}

/**
 * Cut the encrypted content of an envelope.
 */
static bytes_t cut_ciphertext(bytes_t der)
{
	bytes_t data = der_descend(der, ">->>"), info, version, recipients, head;
	bytes_t content, element, type, algorithm;
	int tag;

	version = take(&data);
	recipients = take(&data);
	info = der_descend(data, ">");
	type = take(&info);
	algorithm = take(&info);
	if (!der_take(&info, &tag, &content, &element) || content.len <= CUT)
	{
		die("reading our own envelope");
	}
	head = der_cat(2, version, recipients);
	content = bytes_copy(content.ptr, content.len - CUT);
	bytes_free(&der);
	return der_wrap(DER_SEQUENCE, der_cat(2, der_oid(OID_ENVELOPED_DATA),
		der_wrap(DER_CONTEXT(0), der_wrap(DER_SEQUENCE, der_cat(2, head,
			der_wrap(DER_SEQUENCE, der_cat(3, type, algorithm,
				der_wrap(tag, content))))))));
}

/*
 * Described in header
 */
bytes_t envelope_build(ca_t *ca, const words_t *words,
					   const request_t *request, bytes_t content)
{
	bool ber = words->has[W_BER] && !words->has[W_BAD_CIPHERTEXT], done;
	int flags = CMS_BINARY | (ber ? CMS_STREAM : 0), i;
	BIO *in = BIO_new_mem_buf(content.ptr, content.len);
	BIO *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms;
	X509 *recipient;
	bytes_t der;

	cms = CMS_encrypt(NULL, NULL, get_cipher(words, request),
					  flags | CMS_PARTIAL);
	done = cms != NULL;
	for (i = 0; done && words->has[W_MANY_RECIPIENTS] && i < MORE_RECIPIENTS;
		 i++)
	{
		done = add_recipient(cms, words, ca_get(ca, CA_GATEWAY)->cert);
	}
	recipient = copy_recipient(words, request->signer);
	done = done && add_recipient(cms, words, recipient) &&
		   (ber ? i2d_CMS_bio_stream(out, cms, in, flags) == 1
				: CMS_final(cms, in, NULL, flags) == 1 &&
				  i2d_CMS_bio(out, cms) == 1);
	X509_free(recipient);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	der = bytes_from_bio(out);
	if (!done)
	{
		ERR_print_errors_fp(stderr);
		bytes_free(&der);
	}
	else if (words->has[W_BAD_CIPHERTEXT])
	{
		der = cut_ciphertext(der);
	}
	return der;
}
