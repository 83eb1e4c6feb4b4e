/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "certrep.h"
#include "certrep_der.h"

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

/**
 * OIDs of the attributes of a request.
 */
#define MESSAGE_TYPE "2.16.840.1.113733.1.9.2"
#define SENDER_NONCE "2.16.840.1.113733.1.9.5"
#define TRANS_ID "2.16.840.1.113733.1.9.7"

/*
 * Described in header
 */
void certrep_init()
{
	static bool done;

	if (!done)
	{
		OSSL_PROVIDER_load(NULL, "default");
		OSSL_PROVIDER_load(NULL, "legacy");
		done = TRUE;
	}
}

/**
 * Get what an i2d function wrote to a BIO.
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

/*
 * Described in header
 */
certificate_t *certrep_cert(X509 *x509)
{
	certificate_t *cert;
	u_char *der = NULL;
	int len;

	len = i2d_X509(x509, &der);
	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							  BUILD_BLOB_ASN1_DER, chunk_create(der, len),
							  BUILD_END);
	OPENSSL_free(der);
	return cert;
}

/**
 * Add an extension by its name and value.
 */
static void add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

/*
 * Described in header
 */
X509 *certrep_issue(const certrep_id_t *ca, EVP_PKEY *key, X509_NAME *subject,
					X509_REQ *csr, bool is_ca)
{
	static int serial = 0x1000;
	STACK_OF(X509_EXTENSION) *extensions;
	X509 *x509;
	int i;

	x509 = X509_new();
	X509_set_version(x509, X509_VERSION_3);
	/* the first octet is above 0x7f: a zero goes before it */
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509),
							0xf100000000000000ULL + serial++);
	X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x509), 86400);
	X509_set_subject_name(x509, subject);
	X509_set_issuer_name(x509, ca->x509 ? X509_get_subject_name(ca->x509)
										: subject);
	X509_set_pubkey(x509, key);
	add_extension(x509, ca->x509 ?: x509, NID_basic_constraints,
				  is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	add_extension(x509, ca->x509 ?: x509, NID_subject_key_identifier, "hash");
	if (csr)
	{
		extensions = X509_REQ_get_extensions(csr);
		for (i = 0; i < sk_X509_EXTENSION_num(extensions); i++)
		{
			X509_add_ext(x509, sk_X509_EXTENSION_value(extensions, i), -1);
		}
		sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	}
	X509_sign(x509, ca->pkey, EVP_sha256());
	return x509;
}

/*
 * Described in header
 */
certrep_id_t *certrep_id_create(const char *cn, certrep_key_t type,
								const certrep_id_t *issuer, bool ca)
{
	static const struct {
		size_t bits;
		const char *curve;
	} keys[] = {
		[CERTREP_RSA] = { .bits = 2048 },
		[CERTREP_RSA_3072] = { .bits = 3072 },
		[CERTREP_RSA_2040] = { .bits = 2040 },
		[CERTREP_RSA_1024] = { .bits = 1024 },
		[CERTREP_RSA_1016] = { .bits = 1016 },
		[CERTREP_EC] = { .curve = "P-256" },
		[CERTREP_EC_384] = { .curve = "P-384" },
		[CERTREP_EC_224] = { .curve = "P-224" },
		[CERTREP_EC_192] = { .curve = "P-192" },
	};
	certrep_id_t *this, self;
	X509_NAME *subject;
	u_char *der = NULL;
	int len;

	INIT(this,
		.pkey = keys[type].bits ? EVP_RSA_gen(keys[type].bits)
								: EVP_EC_gen(keys[type].curve),
	);
	subject = X509_NAME_new();
	X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (u_char*)"DE", -1,
							   -1, 0);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (u_char*)cn, -1,
							   -1, 0);
	self = (certrep_id_t){ .pkey = this->pkey };
	this->x509 = certrep_issue(issuer ?: &self, this->pkey, subject, NULL, ca);
	X509_NAME_free(subject);

	this->cert = certrep_cert(this->x509);
	len = i2d_PrivateKey(this->pkey, &der);
	this->key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY,
							keys[type].bits ? KEY_RSA : KEY_ECDSA,
							BUILD_BLOB_ASN1_DER, chunk_create(der, len),
							BUILD_END);
	OPENSSL_free(der);
	return this;
}

/*
 * Described in header
 */
void certrep_id_destroy(certrep_id_t *this)
{
	if (this)
	{
		EVP_PKEY_free(this->pkey);
		X509_free(this->x509);
		DESTROY_IF(this->cert);
		DESTROY_IF(this->key);
		free(this);
	}
}

/*
 * Described in header
 */
bool certrep_verify(chunk_t der, X509 *signer, bool named)
{
	STACK_OF(X509) *signers;
	CMS_ContentInfo *cms;
	const u_char *pos = der.ptr;
	BIO *empty, *out;
	bool detached, verified;

	cms = d2i_CMS_ContentInfo(NULL, &pos, der.len);
	if (!cms)
	{
		return FALSE;
	}
	signers = sk_X509_new_null();
	sk_X509_push(signers, signer);
	if (!named && sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) == 1)
	{
		CMS_SignerInfo_set1_signer_cert(
				sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0), signer);
	}
	out = BIO_new(BIO_s_mem());
	empty = BIO_new_mem_buf("", 0);
	detached = CMS_is_detached(cms) == 1;
	verified = CMS_verify(cms, signers, NULL, detached ? empty : NULL, out,
						  CMS_NO_SIGNER_CERT_VERIFY | CMS_NOINTERN |
						  CMS_BINARY) == 1;
	BIO_free(out);
	BIO_free(empty);
	sk_X509_free(signers);
	CMS_ContentInfo_free(cms);
	return verified;
}

/**
 * Whether the elements of a SET OF are sorted and nothing is there twice.
 */
static bool is_sorted(chunk_t content)
{
	chunk_t last = chunk_empty, element;
	int order;

	while (content.len)
	{
		element = der_next(&content, NULL);
		if (last.len)
		{
			order = memcmp(last.ptr, element.ptr, min(last.len, element.len));
			if (order > 0 || (order == 0 && last.len >= element.len))
			{
				return FALSE;
			}
		}
		last = element;
	}
	return TRUE;
}

/**
 * Get the only value of a signed attribute.
 */
static ASN1_STRING *get_attribute(CMS_SignerInfo *info, const char *name,
								  int type)
{
	ASN1_OBJECT *object;
	X509_ATTRIBUTE *attribute;
	ASN1_STRING *value = NULL;
	int pos;

	object = OBJ_txt2obj(name, 1);
	pos = CMS_signed_get_attr_by_OBJ(info, object, -1);
	if (pos >= 0 && CMS_signed_get_attr_by_OBJ(info, object, pos) < 0)
	{
		attribute = CMS_signed_get_attr(info, pos);
		if (X509_ATTRIBUTE_count(attribute) == 1)
		{
			value = X509_ATTRIBUTE_get0_data(attribute, 0, type, NULL);
		}
	}
	ASN1_OBJECT_free(object);
	return value;
}

/**
 * Copy an ASN.1 string.
 */
static chunk_t from_string(const ASN1_STRING *string)
{
	return chunk_clone(chunk_create((u_char*)ASN1_STRING_get0_data(string),
									ASN1_STRING_length(string)));
}

/**
 * Read signer and signed attributes.
 */
static const char *parse_signer(CMS_ContentInfo *cms,
								certrep_request_t *request)
{
	CMS_SignerInfo *info;
	STACK_OF(X509) *certs;
	ASN1_STRING *type, *nonce, *id;
	X509_ALGOR *digest, *signature;
	const ASN1_OBJECT *object;

	if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) != 1)
	{
		return "not exactly one signerInfo";
	}
	info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	certs = CMS_get1_certs(cms);
	if (sk_X509_num(certs) != 1)
	{
		sk_X509_pop_free(certs, X509_free);
		return "not exactly one certificate";
	}
	request->signer = sk_X509_value(certs, 0);
	sk_X509_free(certs);
	CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, &signature);
	X509_ALGOR_get0(&object, NULL, NULL, digest);
	request->digest = OBJ_nid2sn(OBJ_obj2nid(object));
	X509_ALGOR_get0(&object, NULL, NULL, signature);
	if (OBJ_obj2nid(object) != NID_rsaEncryption)
	{
		return "signatureAlgorithm is not rsaEncryption";
	}
	type = get_attribute(info, MESSAGE_TYPE, V_ASN1_PRINTABLESTRING);
	id = get_attribute(info, TRANS_ID, V_ASN1_PRINTABLESTRING);
	nonce = get_attribute(info, SENDER_NONCE, V_ASN1_OCTET_STRING);
	if (!type || !id || !nonce || ASN1_STRING_length(nonce) != 16 ||
		CMS_signed_get_attr_count(info) != 5)
	{
		return "messageType, transactionID or senderNonce missing or wrong";
	}
	request->type = atoi((const char*)ASN1_STRING_get0_data(type));
	request->transaction_id = from_string(id);
	request->sender_nonce = from_string(nonce);
	return NULL;
}

/**
 * Decrypt the envelope.
 */
static const char *decrypt(chunk_t envelope, const certrep_id_t *recipient,
						   certrep_request_t *request)
{
	CMS_ContentInfo *cms;
	const u_char *pos = envelope.ptr;
	ASN1_OBJECT *object;
	chunk_t cipher;
	BIO *out;
	bool success;

	/* ContentInfo, [0], EnvelopedData: version, recipients,
	 * encryptedContentInfo: type, algorithm: OID */
	cipher = der_descend(envelope, ">->>-->->");
	pos = cipher.ptr;
	object = d2i_ASN1_OBJECT(NULL, &pos, cipher.len);
	request->cipher = OBJ_nid2sn(OBJ_obj2nid(object));
	ASN1_OBJECT_free(object);

	pos = envelope.ptr;
	cms = d2i_CMS_ContentInfo(NULL, &pos, envelope.len);
	if (!cms || pos != envelope.ptr + envelope.len)
	{
		CMS_ContentInfo_free(cms);
		return "malformed EnvelopedData";
	}
	out = BIO_new(BIO_s_mem());
	success = OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_enveloped &&
			  sk_CMS_RecipientInfo_num(CMS_get0_RecipientInfos(cms)) == 1 &&
			  CMS_decrypt(cms, recipient->pkey, recipient->x509, NULL, out,
						  CMS_BINARY) == 1;
	request->content = from_bio(out);
	CMS_ContentInfo_free(cms);
	return success ? NULL : "cannot be decrypted";
}

/**
 * Parse and verify the PKCS#10 request.
 */
static const char *parse_csr(certrep_request_t *request)
{
	const u_char *pos = request->content.ptr;
	X509_ATTRIBUTE *attribute;
	ASN1_TYPE *value;
	chunk_t attributes;
	int i;

	request->csr = d2i_X509_REQ(NULL, &pos, request->content.len);
	if (!request->csr || pos != request->content.ptr + request->content.len)
	{
		return "malformed PKCS#10";
	}
	if (X509_REQ_verify(request->csr, X509_REQ_get0_pubkey(request->csr)) != 1)
	{
		return "signature of the PKCS#10 does not verify";
	}
	/* CertificationRequestInfo: version, subject, key, attributes */
	attributes = der_descend(request->content, ">>--->");
	if (!is_sorted(attributes))
	{
		return "attributes of the PKCS#10 are not sorted";
	}
	i = X509_REQ_get_attr_by_NID(request->csr, NID_pkcs9_challengePassword, -1);
	if (i >= 0)
	{
		attribute = X509_REQ_get_attr(request->csr, i);
		value = X509_ATTRIBUTE_get0_type(attribute, 0);
		if (X509_ATTRIBUTE_count(attribute) != 1 ||
			(value->type != V_ASN1_PRINTABLESTRING &&
			 value->type != V_ASN1_UTF8STRING))
		{
			return "malformed challengePassword";
		}
		request->challenge = strndup(
					(const char*)ASN1_STRING_get0_data(value->value.asn1_string),
					ASN1_STRING_length(value->value.asn1_string));
	}
	return NULL;
}

/**
 * Check that the signed attributes are sorted, and that OpenSSL writes the
 * message as we did.
 */
static const char *check_der(chunk_t der, CMS_ContentInfo *cms)
{
	chunk_t attributes, again;
	u_char *out = NULL;
	bool equal;
	int len;

	/* ContentInfo, [0], SignedData: version, digests, content, certificates,
	 * signerInfos, signerInfo: version, sid, digest, attributes */
	attributes = der_descend(der, ">->>---->>--->");
	len = i2d_CMS_ContentInfo(cms, &out);
	again = chunk_create(out, len);
	equal = chunk_equals(der, again);
	OPENSSL_free(out);
	if (!equal || !is_sorted(attributes))
	{
		return "not in DER";
	}
	return NULL;
}

/**
 * Parse a message of which d2i succeeded.
 */
static const char *parse_cms(chunk_t der, CMS_ContentInfo *cms,
							 const certrep_id_t *recipient,
							 certrep_request_t *request)
{
	const char *reason;
	chunk_t envelope;
	BIO *out;

	out = BIO_new(BIO_s_mem());
	if (CMS_verify(cms, NULL, NULL, NULL, out,
				   CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
	{
		BIO_free(out);
		return "signature does not verify";
	}
	envelope = from_bio(out);
	reason = parse_signer(cms, request);
	if (!reason)
	{
		reason = check_der(der, cms);
	}
	if (!reason)
	{
		reason = decrypt(envelope, recipient, request);
	}
	if (!reason && (request->type == 17 || request->type == 19))
	{
		reason = parse_csr(request);
	}
	free(envelope.ptr);
	return reason;
}

/*
 * Described in header
 */
const char *certrep_request_parse(chunk_t der, const certrep_id_t *recipient,
								  certrep_request_t *request)
{
	const u_char *pos = der.ptr;
	const char *reason = "malformed CMS";
	CMS_ContentInfo *cms;

	memset(request, 0, sizeof(*request));
	cms = d2i_CMS_ContentInfo(NULL, &pos, der.len);
	if (cms && pos == der.ptr + der.len &&
		OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed &&
		OBJ_obj2nid(CMS_get0_eContentType(cms)) == NID_pkcs7_data)
	{
		reason = parse_cms(der, cms, recipient, request);
	}
	CMS_ContentInfo_free(cms);
	if (reason)
	{
		certrep_request_clear(request);
	}
	return reason;
}

/*
 * Described in header
 */
void certrep_request_clear(certrep_request_t *request)
{
	chunk_free(&request->transaction_id);
	chunk_free(&request->sender_nonce);
	chunk_free(&request->content);
	X509_free(request->signer);
	X509_REQ_free(request->csr);
	free(request->challenge);
	memset(request, 0, sizeof(*request));
}

/*
 * Described in header
 */
const char *certrep_answer(chunk_t der, const certrep_id_t *ca,
						   const certrep_t *rep, chunk_t *answer)
{
	certrep_request_t request;
	certrep_t complete = {};
	const char *reason;
	X509 *issued = NULL;

	*answer = chunk_empty;
	reason = certrep_request_parse(der, ca, &request);
	if (reason)
	{
		return reason;
	}
	if (rep)
	{
		complete = *rep;
	}
	if (!complete.signer)
	{
		complete.signer = ca;
	}
	if (!complete.recipients[0])
	{
		complete.recipients[0] = request.signer;
	}
	if (!complete.transaction_id.ptr)
	{
		complete.transaction_id = request.transaction_id;
	}
	if (!complete.recipient_nonce.ptr)
	{
		complete.recipient_nonce = request.sender_nonce;
	}
	if (!complete.certs[0] && request.csr)
	{
		issued = certrep_issue(ca, X509_REQ_get0_pubkey(request.csr),
							   X509_REQ_get_subject_name(request.csr),
							   request.csr, FALSE);
		complete.certs[0] = issued;
	}
	*answer = certrep_build(&complete);
	X509_free(issued);
	certrep_request_clear(&request);
	return NULL;
}
