/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "certrep.h"
#include "certrep_der.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>

/**
 * Flags that OpenSSL's own CMS functions can do; for the others the message is
 * put together by hand.
 */
#define BY_OPENSSL (CERTREP_BER | CERTREP_SIGNER_SKI | CERTREP_RECIPIENT_SKI | \
					CERTREP_NO_CERTS | CERTREP_PSS | CERTREP_OAEP | \
					CERTREP_OAEP_SHA256)

/** OIDs */
#define CONTENT_TYPE	"1.2.840.113549.1.9.3"
#define MESSAGE_DIGEST	"1.2.840.113549.1.9.4"
#define MESSAGE_TYPE	"2.16.840.1.113733.1.9.2"
#define PKI_STATUS		"2.16.840.1.113733.1.9.3"
#define FAIL_INFO		"2.16.840.1.113733.1.9.4"
#define SENDER_NONCE	"2.16.840.1.113733.1.9.5"
#define RECIPIENT_NONCE	"2.16.840.1.113733.1.9.6"
#define TRANS_ID		"2.16.840.1.113733.1.9.7"
#define FAIL_INFO_TEXT	"1.3.6.1.5.5.7.24.1"
#define DATA			"1.2.840.113549.1.7.1"
#define SIGNED_DATA		"1.2.840.113549.1.7.2"
#define ENVELOPED_DATA	"1.2.840.113549.1.7.3"

/**
 * Attributes of a message, in the order in which we list them.
 */
typedef struct {
	certrep_attribute_t list[48];
	int count;
} attributes_t;

/**
 * Give up: the helper itself does not work.
 */
static void die(const char *what)
{
	ERR_print_errors_fp(stderr);
	fprintf(stderr, "certrep: %s failed\n", what);
	abort();
}

/**
 * Get what was written to a BIO.
 */
static chunk_t from_bio(BIO *bio)
{
	BUF_MEM *mem;
	chunk_t data;

	BIO_get_mem_ptr(bio, &mem);
	data = chunk_clone(chunk_create((u_char*)mem->data, mem->length));
	BIO_free(bio);
	return data;
}

/**
 * Get the digest.
 */
static const EVP_MD *get_digest(const certrep_t *rep)
{
	return EVP_get_digestbyname(rep->digest ?: "SHA256");
}

/*
 * Described in header
 */
chunk_t certrep_certs_only(X509 **certs)
{
	PKCS7 *bag;
	chunk_t der;

	bag = PKCS7_new();
	PKCS7_set_type(bag, NID_pkcs7_signed);
	bag->d.sign->contents->type = OBJ_nid2obj(NID_pkcs7_data);
	for (; *certs; certs++)
	{
		PKCS7_add_certificate(bag, *certs);
	}
	der = chunk_alloc(i2d_PKCS7(bag, NULL));
	i2d_PKCS7(bag, &(u_char*){ der.ptr });
	PKCS7_free(bag);
	return der;
}

/*
 * Described in header
 */
chunk_t certrep_seal(const certrep_t *rep, chunk_t content)
{
	CMS_ContentInfo *cms;
	CMS_RecipientInfo *info;
	EVP_PKEY_CTX *ctx;
	BIO *in, *out;
	int flags = CMS_BINARY, i;

	if (rep->flags & (CERTREP_BER | CERTREP_BER_ALL))
	{
		flags |= CMS_STREAM;
	}
	cms = CMS_encrypt(NULL, NULL, EVP_get_cipherbyname(rep->cipher ?:
					  "AES-128-CBC"),
					  flags | CMS_PARTIAL);
	for (i = 0; rep->recipients[i]; i++)
	{
		info = CMS_add1_recipient_cert(cms, rep->recipients[i], CMS_KEY_PARAM |
							(rep->flags & CERTREP_RECIPIENT_SKI ?
							 CMS_USE_KEYID : 0));
		if (!info)
		{
			die("CMS_add1_recipient_cert");
		}
		if (rep->flags & (CERTREP_OAEP | CERTREP_OAEP_SHA256))
		{
			ctx = CMS_RecipientInfo_get0_pkey_ctx(info);
			EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING);
			if (rep->flags & CERTREP_OAEP_SHA256)
			{
				EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256());
			}
		}
	}
	in = BIO_new_mem_buf(content.ptr, content.len);
	out = BIO_new(BIO_s_mem());
	if (flags & CMS_STREAM ? !i2d_CMS_bio_stream(out, cms, in, flags)
						   : !CMS_final(cms, in, NULL, flags) ||
							 !i2d_CMS_bio(out, cms))
	{
		die("CMS_encrypt");
	}
	BIO_free(in);
	CMS_ContentInfo_free(cms);
	return from_bio(out);
}

/**
 * Build eContent; its octets are absent if the pointer is NULL.
 */
static chunk_t build_content(const certrep_t *rep)
{
	certrep_content_t what = rep->what;
	chunk_t certs, sealed;

	if (what == CERTREP_CONTENT_AUTO)
	{
		what = !rep->status || streq(rep->status, "0") ? CERTREP_CONTENT_CERTS
													   : CERTREP_CONTENT_ABSENT;
	}
	switch (what)
	{
		case CERTREP_CONTENT_CERTS:
			certs = certrep_certs_only((X509**)rep->certs);
			if (rep->flags & (CERTREP_BER | CERTREP_BER_ALL))
			{
				sealed = der_to_ber(certs, 0);
				free(certs.ptr);
				certs = sealed;
			}
			sealed = certrep_seal(rep, certs);
			free(certs.ptr);
			return sealed;
		case CERTREP_CONTENT_SEALED:
			return certrep_seal(rep, rep->content);
		case CERTREP_CONTENT_RAW:
			return chunk_clone(rep->content);
		case CERTREP_CONTENT_ZERO:
			return chunk_clone(chunk_from_chars(0x00));
		case CERTREP_CONTENT_EMPTY:
			return chunk_create(malloc(1), 0);
		default:
			return chunk_empty;
	}
}

/**
 * Add an attribute unless it is to be left out.
 */
static void add(attributes_t *attributes, const certrep_t *rep, const char *oid,
				int tag, chunk_t value)
{
	size_t i;

	for (i = 0; i < countof(rep->without) && rep->without[i]; i++)
	{
		if (streq(rep->without[i], oid))
		{
			return;
		}
	}
	attributes->list[attributes->count++] = (certrep_attribute_t){
		.oid = oid,
		.tag = tag,
		.value = (char*)value.ptr,
		.len = value.len,
		.count = 1,
	};
}

/**
 * List the attributes of SCEP.
 */
static void list_attributes(const certrep_t *rep, attributes_t *attributes)
{
	static const char *nonce = "servernonce12345";
	const char *type = rep->message_type ?: "3", *status = rep->status ?: "0";
	size_t i;

	add(attributes, rep, TRANS_ID, DER_PRINTABLE, rep->transaction_id);
	add(attributes, rep, RECIPIENT_NONCE, DER_OCTETS,
		rep->recipient_nonce);
	add(attributes, rep, SENDER_NONCE, DER_OCTETS,
		rep->sender_nonce.ptr ? rep->sender_nonce
							  : chunk_create((u_char*)nonce, 16));
	add(attributes, rep, MESSAGE_TYPE, DER_PRINTABLE,
		chunk_create((u_char*)type, strlen(type)));
	add(attributes, rep, PKI_STATUS, DER_PRINTABLE,
		chunk_create((u_char*)status, strlen(status)));
	if (rep->fail_info)
	{
		add(attributes, rep, FAIL_INFO, DER_PRINTABLE,
			chunk_create((u_char*)rep->fail_info, strlen(rep->fail_info)));
	}
	if (rep->fail_info_text)
	{
		add(attributes, rep, FAIL_INFO_TEXT, DER_UTF8,
			chunk_create((u_char*)rep->fail_info_text,
						 strlen(rep->fail_info_text)));
	}
	for (i = 0; i < countof(rep->more) && rep->more[i].oid; i++)
	{
		attributes->list[attributes->count] = rep->more[i];
		if (rep->more[i].value && !rep->more[i].len)
		{
			attributes->list[attributes->count].len =
												strlen(rep->more[i].value);
		}
		attributes->count++;
	}
}

/**
 * Build a SignedData by OpenSSL's CMS functions.
 */
static chunk_t sign_by_openssl(const certrep_t *rep, chunk_t content)
{
	attributes_t attributes = {};
	CMS_ContentInfo *cms;
	CMS_SignerInfo *info;
	BIO *in, *out;
	chunk_t der, ber;
	int flags = CMS_BINARY | CMS_PARTIAL, i;

	list_attributes(rep, &attributes);
	if (rep->flags & CERTREP_PSS)
	{	/* which OpenSSL cannot stream, nor nothing at all */
		flags |= CMS_KEY_PARAM;
	}
	else if (rep->flags & CERTREP_BER && content.ptr)
	{
		flags |= CMS_STREAM;
	}
	flags |= rep->flags & CERTREP_NO_CERTS ? CMS_NOCERTS : 0;
	flags |= content.ptr ? 0 : CMS_DETACHED;
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	info = CMS_add1_signer(cms, rep->signer->x509, rep->signer->pkey,
						   get_digest(rep),
						   flags | CMS_NOSMIMECAP |
						   (rep->flags & CERTREP_SIGNER_SKI ? CMS_USE_KEYID
															: 0));
	if (!info)
	{
		die("CMS_add1_signer");
	}
	if (rep->flags & CERTREP_PSS)
	{
		EVP_PKEY_CTX_set_rsa_padding(CMS_SignerInfo_get0_pkey_ctx(info),
									 RSA_PKCS1_PSS_PADDING);
	}
	for (i = 0; i < attributes.count; i++)
	{
		CMS_signed_add1_attr_by_txt(info, attributes.list[i].oid,
									attributes.list[i].tag,
									attributes.list[i].value,
									attributes.list[i].len);
	}
	in = BIO_new_mem_buf(content.ptr ?: (u_char*)"", content.len);
	out = BIO_new(BIO_s_mem());
	flags &= ~CMS_PARTIAL;
	if (flags & CMS_STREAM ? !i2d_CMS_bio_stream(out, cms, in, flags)
						   : !CMS_final(cms, in, NULL, flags) ||
							 !i2d_CMS_bio(out, cms))
	{
		die("CMS_sign");
	}
	BIO_free(in);
	CMS_ContentInfo_free(cms);
	der = from_bio(out);
	if (rep->flags & CERTREP_BER && !(flags & CMS_STREAM))
	{
		ber = der_to_ber(der, 100);
		free(der.ptr);
		return ber;
	}
	return der;
}

/**
 * Build an AlgorithmIdentifier.
 */
static chunk_t build_algorithm(const certrep_t *rep, int nid)
{
	chunk_t null = chunk_empty;
	char oid[64];

	OBJ_obj2txt(oid, sizeof(oid), OBJ_nid2obj(nid), 1);
	if (!(rep->flags & CERTREP_NO_NULL))
	{
		null = der_wrap(DER_NULL, "");
	}
	return der_wrap(DER_SEQUENCE, "mm", der_oid(oid), null);
}

/**
 * Order of a SET OF.
 */
static int compare(const void *a, const void *b)
{
	const chunk_t *x = a, *y = b;
	int order = memcmp(x->ptr, y->ptr, min(x->len, y->len));

	return order ?: (int)x->len - (int)y->len;
}

/**
 * Concatenate encoded attributes.
 */
static chunk_t join(const chunk_t *encoded, int count)
{
	chunk_t all = chunk_empty;
	int i;

	for (i = 0; i < count; i++)
	{
		all = der_cat("mc", all, encoded[i]);
	}
	return all;
}

/**
 * Build the signed attributes: what is sent, and what is signed.
 */
static void build_attributes(const certrep_t *rep, chunk_t content,
							 chunk_t *sent, chunk_t *tbs)
{
	attributes_t attributes = {};
	certrep_attribute_t *attribute;
	chunk_t encoded[48], values, type, oid;
	u_char md[EVP_MAX_MD_SIZE];
	u_int len;
	int i, j;

	EVP_Digest(content.ptr, content.len, md, &len, get_digest(rep),
			   NULL);
	md[0] ^= rep->flags & CERTREP_BAD_DIGEST ? 1 : 0;
	oid = der_oid(rep->flags & CERTREP_BAD_CONTENT_TYPE ? ENVELOPED_DATA : DATA);
	der_next(&(chunk_t){ oid.ptr, oid.len }, &type);
	add(&attributes, rep, MESSAGE_DIGEST, DER_OCTETS,
		chunk_create(md, len));
	list_attributes(rep, &attributes);
	add(&attributes, rep, CONTENT_TYPE, DER_OID, type);
	for (i = 0; i < attributes.count; i++)
	{
		attribute = &attributes.list[i];
		values = chunk_empty;
		for (j = 0; j < attribute->count; j++)
		{
			values = der_cat("mm", values,
					der_wrap(attribute->tag, "c",
							chunk_create((u_char*)attribute->value,
										 attribute->len)));
		}
		encoded[i] = der_wrap(DER_SEQUENCE, "mm", der_oid(attribute->oid),
							   der_wrap(DER_SET, "m", values));
	}
	free(oid.ptr);
	*sent = join(encoded, attributes.count);
	qsort(encoded, attributes.count, sizeof(chunk_t), compare);
	if (!(rep->flags & (CERTREP_UNSORTED | CERTREP_SENT_UNSORTED)))
	{
		free(sent->ptr);
		*sent = join(encoded, attributes.count);
	}
	*tbs = der_wrap(DER_SET, "m", rep->flags & CERTREP_UNSORTED ?
						chunk_clone(*sent) : join(encoded, attributes.count));
	for (i = 0; i < attributes.count; i++)
	{
		free(encoded[i].ptr);
	}
}

/**
 * Sign.
 */
static chunk_t sign(const certrep_t *rep, chunk_t tbs)
{
	EVP_MD_CTX *ctx;
	chunk_t signature;
	size_t len;

	ctx = EVP_MD_CTX_new();
	EVP_DigestSignInit(ctx, NULL, get_digest(rep), NULL,
					   rep->signer->pkey);
	EVP_DigestSign(ctx, NULL, &len, tbs.ptr, tbs.len);
	signature = chunk_alloc(len);
	EVP_DigestSign(ctx, signature.ptr, &len, tbs.ptr, tbs.len);
	signature.len = len;
	EVP_MD_CTX_free(ctx);
	signature.ptr[len - 1] ^= rep->flags & CERTREP_BAD_SIGNATURE ? 1 : 0;
	return signature;
}

/**
 * Build the signatureAlgorithm.
 */
static chunk_t build_signature_algorithm(const certrep_t *rep)
{
	int nid = NID_rsaEncryption, digest;

	digest = EVP_MD_nid(get_digest(rep));
	if (rep->flags & CERTREP_OTHER_HASH)
	{
		digest = digest == NID_sha256 ? NID_sha512 : NID_sha256;
	}
	if (EVP_PKEY_base_id(rep->signer->pkey) == EVP_PKEY_EC)
	{
		OBJ_find_sigid_by_algs(&nid, digest, NID_X9_62_id_ecPublicKey);
	}
	else if (rep->flags & (CERTREP_HASH_WITH_RSA | CERTREP_OTHER_HASH))
	{
		OBJ_find_sigid_by_algs(&nid, digest, NID_rsaEncryption);
	}
	return build_algorithm(rep, nid);
}

/**
 * Build a SignerIdentifier.
 */
static chunk_t build_signer_id(const certrep_t *rep)
{
	X509 *x509 = rep->signer->x509;
	const ASN1_OCTET_STRING *ski;
	chunk_t issuer, serial;
	u_char *der = NULL;
	int len;

	if (rep->flags & CERTREP_SIGNER_SKI)
	{
		ski = X509_get0_subject_key_id(x509);
		return der_wrap(DER_S_0, "c",
					chunk_create((u_char*)ASN1_STRING_get0_data(ski),
								 ASN1_STRING_length(ski)));
	}
	len = i2d_X509_NAME(X509_get_issuer_name(x509), &der);
	issuer = chunk_clone(chunk_create(der, len));
	OPENSSL_free(der);
	der = NULL;
	len = i2d_ASN1_INTEGER(X509_get_serialNumber(x509), &der);
	serial = chunk_clone(chunk_create(der, len));
	OPENSSL_free(der);
	return der_wrap(DER_SEQUENCE, "mm", issuer, serial);
}

/**
 * Build the certificates beside the signature, nothing if there are none.
 */
static chunk_t build_outer(const certrep_t *rep)
{
	chunk_t all = chunk_empty;
	u_char *der;
	int i, len;

	for (i = 0; rep->outer[i]; i++)
	{
		der = NULL;
		len = i2d_X509(rep->outer[i], &der);
		all = der_cat("mc", all, chunk_create(der, len));
		OPENSSL_free(der);
	}
	return all.len ? der_wrap(DER_C_0, "m", all) : chunk_empty;
}

/**
 * Build a SignerInfo.
 */
static chunk_t build_signer_info(const certrep_t *rep, chunk_t content)
{
	u_char version = rep->flags & CERTREP_SIGNER_SKI ? 3 : 1;
	chunk_t sent, tbs, rest = chunk_empty;

	if (rep->flags & CERTREP_NO_ATTRIBUTES)
	{
		sent = chunk_empty;
		tbs = chunk_clone(content);
	}
	else
	{
		build_attributes(rep, content, &sent, &tbs);
		sent = der_wrap(DER_C_0, "m", sent);
	}
	if (rep->flags & CERTREP_UNSIGNED)
	{
		rest = der_wrap(DER_C_1, "m",
				der_wrap(DER_SEQUENCE, "mm", der_oid(PKI_STATUS),
					der_wrap(DER_SET, "m",
						der_wrap(DER_PRINTABLE, "c",
										   chunk_from_str("2")))));
	}
	rest = der_cat("mm",
					 der_wrap(DER_OCTETS, "m", sign(rep, tbs)), rest);
	free(tbs.ptr);
	return der_wrap(DER_SEQUENCE, "mmmmmm",
					 der_wrap(DER_INTEGER, "c", chunk_from_thing(version)),
					 build_signer_id(rep),
					 build_algorithm(rep,
									 EVP_MD_nid(get_digest(rep))),
					 sent, build_signature_algorithm(rep), rest);
}

/**
 * Build a SignedData by hand.
 */
static chunk_t sign_by_hand(const certrep_t *rep, chunk_t content)
{
	chunk_t infos, econtent = chunk_empty, der, ber;

	infos = build_signer_info(rep, content);
	if (rep->flags & CERTREP_TWO_SIGNERS)
	{
		infos = der_cat("cm", infos, infos);
	}
	if (rep->flags & CERTREP_NO_SIGNER)
	{
		chunk_free(&infos);
	}
	if (content.ptr)
	{
		econtent = der_wrap(DER_C_0, "m",
						der_wrap(DER_OCTETS, "c", content));
	}
	der = der_wrap(DER_SEQUENCE, "mm", der_oid(SIGNED_DATA),
		der_wrap(DER_C_0, "m",
			der_wrap(DER_SEQUENCE, "cmmmm", chunk_from_chars(0x02, 0x01, 0x01),
				der_wrap(DER_SET, "m",
					build_algorithm(rep,
									EVP_MD_nid(get_digest(rep)))),
				der_wrap(DER_SEQUENCE, "mm",
					der_oid(rep->flags & CERTREP_BAD_ECONTENT_TYPE ?
							  ENVELOPED_DATA : DATA), econtent),
				build_outer(rep),
				der_wrap(DER_SET, "m", infos))));
	if (rep->flags & (CERTREP_BER | CERTREP_BER_ALL))
	{
		ber = der_to_ber(der, 100);
		free(der.ptr);
		der = ber;
	}
	return der;
}

/*
 * Described in header
 */
chunk_t certrep_build(const certrep_t *rep)
{
	chunk_t content, message;

	certrep_init();
	content = build_content(rep);
	/* OpenSSL builds no eContent without octets */
	if (rep->flags & ~BY_OPENSSL || rep->without[0] || rep->more[0].oid ||
		rep->outer[0] ||
		(content.ptr && !content.len))
	{
		message = sign_by_hand(rep, content);
	}
	else
	{
		message = sign_by_openssl(rep, content);
	}
	free(content.ptr);
	return message;
}
