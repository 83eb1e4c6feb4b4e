/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "request.h"
#include "csr.h"
#include "der.h"
#include "oids.h"

#include <stdlib.h>

/*
 * Described in header
 */
const char *request_type_name(int type)
{
	switch (type)
	{
		case REQUEST_RENEWAL_REQ:
			return "RenewalReq";
		case REQUEST_PKCS_REQ:
			return "PKCSReq";
		case REQUEST_CERT_POLL:
			return "CertPoll";
		case REQUEST_GET_CERT:
			return "GetCert";
		case REQUEST_GET_CRL:
			return "GetCRL";
		default:
			return NULL;
	}
}

/**
 * Get the only value of an attribute that is there once.
 */
static bool get_attribute(CMS_SignerInfo *info, const char *dotted, int type,
						  bytes_t *value)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(dotted, 1);
	ASN1_STRING *string;

	/* -3: there once, with one value */
	string = CMS_signed_get0_data_by_OBJ(info, oid, -3, type);
	ASN1_OBJECT_free(oid);
	if (!string)
	{
		return false;
	}
	*value = bytes_copy(ASN1_STRING_get0_data(string),
						ASN1_STRING_length(string));
	return true;
}

/**
 * Whether an attribute is there.
 */
static bool has_attribute(CMS_SignerInfo *info, const char *dotted)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(dotted, 1);
	int i = CMS_signed_get_attr_by_OBJ(info, oid, -1);

	ASN1_OBJECT_free(oid);
	return i >= 0;
}

/**
 * Whether a transactionID may be a PrintableString (X.680, 41.4).
 */
static bool is_printable(bytes_t text)
{
	size_t i;

	for (i = 0; i < text.len; i++)
	{
		if (!text.ptr[i] ||
			!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					"0123456789 '()+,-./:=?", text.ptr[i]))
		{
			return false;
		}
	}
	return text.len > 0;
}

/**
 * Check that a nonce is new, and remember it.
 */
static const char *check_nonce(bytes_t nonce, bytes_t *nonces)
{
	size_t i;

	if (nonce.len != REQUEST_NONCE_LEN)
	{
		return "senderNonce does not have 16 bytes";
	}
	for (i = 0; i < nonces->len; i += REQUEST_NONCE_LEN)
	{
		if (!memcmp(nonces->ptr + i, nonce.ptr, REQUEST_NONCE_LEN))
		{
			return "senderNonce was used before";
		}
	}
	bytes_append(nonces, nonce.ptr, nonce.len);
	return NULL;
}

/**
 * Parse the signed attributes (RFC 8894, 3.2.1).
 */
static const char *parse_attributes(request_t *this, CMS_SignerInfo *info,
									bytes_t *nonces, log_line_t *log)
{
	bytes_t type;

	if (!get_attribute(info, OID_MESSAGE_TYPE, V_ASN1_PRINTABLESTRING, &type))
	{
		return "messageType: not there once as PrintableString";
	}
	this->type = atoi((char*)type.ptr);
	log_bytes(log, "messageType", type);
	bytes_free(&type);
	if (!get_attribute(info, OID_TRANSACTION_ID, V_ASN1_PRINTABLESTRING,
					   &this->transaction_id))
	{
		return "transactionID: not there once as PrintableString";
	}
	log_bytes(log, "transactionID", this->transaction_id);
	if (!is_printable(this->transaction_id))
	{
		return "transactionID is empty or not printable";
	}
	if (!get_attribute(info, OID_SENDER_NONCE, V_ASN1_OCTET_STRING,
					   &this->sender_nonce))
	{
		return "senderNonce: not there once as OCTET STRING";
	}
	log_hex(log, "senderNonce", this->sender_nonce);
	if (has_attribute(info, OID_PKI_STATUS) ||
		has_attribute(info, OID_FAIL_INFO) ||
		has_attribute(info, OID_RECIPIENT_NONCE))
	{
		return "a request has pkiStatus, failInfo or recipientNonce";
	}
	if (!request_type_name(this->type))
	{
		return "messageType is none of a request";
	}
	return check_nonce(this->sender_nonce, nonces);
}

/**
 * Check the signer's certificate.
 */
static const char *check_signer(request_t *this, log_line_t *log)
{
	unsigned int wanted = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT;
	char *serial = cert_serial(this->signer);

	this->self_signed = X509_verify(this->signer,
									X509_get0_pubkey(this->signer)) == 1;
	log_name(log, "signer", X509_get_subject_name(this->signer));
	log_text(log, "signerSerial", serial);
	log_bool(log, "selfSigned", this->self_signed);
	free(serial);
	if (EVP_PKEY_get_base_id(X509_get0_pubkey(this->signer)) != EVP_PKEY_RSA)
	{
		wanted = KU_DIGITAL_SIGNATURE;
	}
	if (this->self_signed && (X509_get_key_usage(this->signer) == UINT32_MAX ||
							  (X509_get_key_usage(this->signer) & wanted) !=
							  wanted))
	{
		return "signer: keyUsage lacks digitalSignature or keyEncipherment "
			   "(RFC 8894, 2.3)";
	}
	if (X509_cmp_current_time(X509_get0_notBefore(this->signer)) > 0 ||
		X509_cmp_current_time(X509_get0_notAfter(this->signer)) < 0)
	{
		return "signer: not valid now";
	}
	return NULL;
}

/**
 * Parse the only signerInfo and its certificate.
 */
static const char *parse_signer(request_t *this, CMS_ContentInfo *cms,
								bytes_t *nonces, log_line_t *log)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	STACK_OF(X509_CRL) *crls = CMS_get1_crls(cms);
	X509_ALGOR *digest, *signature;
	const ASN1_OBJECT *oid;
	const char *reason = NULL;

	if (sk_CMS_SignerInfo_num(infos) != 1)
	{
		reason = "SignedData: not exactly one signerInfo";
	}
	else if (sk_X509_num(certs) != 1 || crls)
	{
		reason = "SignedData: not exactly one certificate";
	}
	else
	{
		CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, 0), NULL,
								 &this->signer, &digest, &signature);
		X509_up_ref(this->signer);
		X509_ALGOR_get0(&oid, NULL, NULL, digest);
		this->digest = EVP_get_digestbyobj(oid);
		log_text(log, "digest", OBJ_nid2sn(OBJ_obj2nid(oid)));
		X509_ALGOR_get0(&oid, NULL, NULL, signature);
		log_text(log, "signature", OBJ_nid2sn(OBJ_obj2nid(oid)));
		reason = parse_attributes(this, sk_CMS_SignerInfo_value(infos, 0),
								  nonces, log);
		reason = reason ?: check_signer(this, log);
	}
	sk_X509_pop_free(certs, X509_free);
	sk_X509_CRL_pop_free(crls, X509_CRL_free);
	return reason;
}

/**
 * Whether OpenSSL writes a message as it came.
 */
static bool is_der(bytes_t der, CMS_ContentInfo *cms)
{
	bytes_t again = der_i2d(i2d_CMS_ContentInfo, cms);
	bool equal = bytes_equal(again, der);

	bytes_free(&again);
	return equal;
}

/**
 * Get the OID at some place of DER.
 */
static int get_nid(bytes_t der, const char *path)
{
	bytes_t place = der_descend(der, path);
	const unsigned char *pos = place.ptr;
	ASN1_OBJECT *oid;
	int nid;

	oid = place.ptr ? d2i_ASN1_OBJECT(NULL, &pos, place.len) : NULL;
	nid = oid ? OBJ_obj2nid(oid) : NID_undef;
	ASN1_OBJECT_free(oid);
	return nid;
}

/**
 * Decrypt with whoever's key it was meant for.
 */
static const char *decrypt(request_t *this, CMS_ContentInfo *cms, ca_t *ca,
						   log_line_t *log)
{
	const identity_t *identity;
	int done = 0, id;
	BIO *out;

	for (id = 0; !done && id < CA_COUNT; id++)
	{
		identity = ca_peek(ca, id);
		if (identity &&
			EVP_PKEY_get_base_id(identity->key) == EVP_PKEY_RSA)
		{
			out = BIO_new(BIO_s_mem());
			done = CMS_decrypt(cms, identity->key, identity->cert, NULL, out,
							   CMS_BINARY) == 1;
			this->recipient = id;
			this->content = bytes_from_bio(out);
			if (!done)
			{
				bytes_free(&this->content);
			}
		}
	}
	if (!done)
	{
		return "EnvelopedData: cannot be decrypted by any of our keys";
	}
	log_text(log, "recipient", ca_name(this->recipient));
	return NULL;
}

/**
 * Parse the envelope.
 */
static const char *parse_envelope(request_t *this, bytes_t der, ca_t *ca,
								  log_line_t *log)
{
	const unsigned char *pos = der.ptr;
	STACK_OF(CMS_RecipientInfo) *infos;
	CMS_ContentInfo *cms;
	X509_ALGOR *algorithm;
	const ASN1_OBJECT *oid;
	const char *reason;

	cms = d2i_CMS_ContentInfo(NULL, &pos, der.len);
	infos = cms ? CMS_get0_RecipientInfos(cms) : NULL;
	if (!infos || pos != der.ptr + der.len || !is_der(der, cms))
	{
		reason = "content is no EnvelopedData in DER";
	}
	else if (sk_CMS_RecipientInfo_num(infos) != 1 || CMS_RecipientInfo_type(
				sk_CMS_RecipientInfo_value(infos, 0)) != CMS_RECIPINFO_TRANS)
	{
		reason = "EnvelopedData: not exactly one recipient by key transport";
	}
	/* ContentInfo, [0], EnvelopedData: version, recipientInfos,
	 * encryptedContentInfo: contentType, algorithm */
	else if (get_nid(der, ">->>-->") != NID_pkcs7_data)
	{
		reason = "EnvelopedData: the content is not of type data";
	}
	else
	{
		CMS_RecipientInfo_ktri_get0_algs(sk_CMS_RecipientInfo_value(infos, 0),
										 NULL, NULL, &algorithm);
		X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
		log_text(log, "keyTransport", OBJ_nid2sn(OBJ_obj2nid(oid)));
		this->cipher = EVP_get_cipherbynid(get_nid(der, ">->>-->->"));
		log_text(log, "cipher", OBJ_nid2sn(get_nid(der, ">->>-->->")));
		reason = decrypt(this, cms, ca, log);
	}
	CMS_ContentInfo_free(cms);
	return reason;
}

/**
 * Parse issuerAndSubject (RFC 8894, 3.3.3) or issuerAndSerialNumber.
 */
static const char *parse_names(request_t *this, log_line_t *log)
{
	bytes_t seq = this->content, content, element;
	const unsigned char *pos;
	int tag;

	if (!der_take(&seq, &tag, &content, &element) || tag != DER_SEQUENCE ||
		seq.len)
	{
		return "content is no SEQUENCE";
	}
	pos = content.ptr;
	this->issuer = d2i_X509_NAME(NULL, &pos, content.len);
	if (this->type == REQUEST_CERT_POLL)
	{
		this->subject = this->issuer ? d2i_X509_NAME(NULL, &pos,
								content.ptr + content.len - pos) : NULL;
	}
	else
	{
		this->serial = this->issuer ? d2i_ASN1_INTEGER(NULL, &pos,
								content.ptr + content.len - pos) : NULL;
	}
	if ((!this->subject && !this->serial) || pos != content.ptr + content.len)
	{
		return "content is no issuerAndSubject or issuerAndSerialNumber";
	}
	log_name(log, "issuer", this->issuer);
	if (this->subject)
	{
		log_name(log, "subject", this->subject);
	}
	return NULL;
}

/**
 * Parse the decrypted content.
 */
static const char *parse_content(request_t *this, log_line_t *log)
{
	const char *reason;

	if (this->type != REQUEST_PKCS_REQ && this->type != REQUEST_RENEWAL_REQ)
	{
		return parse_names(this, log);
	}
	reason = csr_parse(this->content, log, &this->csr, &this->challenge);
	if (reason || !this->self_signed)
	{
		return reason;
	}
	if (this->type == REQUEST_RENEWAL_REQ)
	{
		return "RenewalReq: self-signed (RFC 8894, 3.3.1)";
	}
	if (EVP_PKEY_eq(X509_get0_pubkey(this->signer),
					X509_REQ_get0_pubkey(this->csr)) != 1 ||
		X509_NAME_cmp(X509_get_subject_name(this->signer),
					  X509_REQ_get_subject_name(this->csr)) != 0)
	{
		return "self-signed certificate: key or subject are not those of the "
			   "PKCS#10 (RFC 8894, 2.3)";
	}
	return NULL;
}

/**
 * Parse a message of which d2i succeeded.
 */
static const char *parse_cms(request_t *this, bytes_t der, CMS_ContentInfo *cms,
							 ca_t *ca, bytes_t *nonces, log_line_t *log)
{
	const char *reason;
	bytes_t envelope;
	BIO *out;

	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
	{
		return "SignedData: eContentType is not data (RFC 8894, 3.2)";
	}
	/* ContentInfo, [0], SignedData: version, digests, content, certificates,
	 * signerInfos, signerInfo: version, sid, digest, attributes */
	if (!is_der(der, cms) || !der_is_sorted(der_descend(der, ">->>---->>--->")))
	{
		return "SignedData: not in DER";
	}
	out = BIO_new(BIO_s_mem());
	if (CMS_verify(cms, NULL, NULL, NULL, out,
				   CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
	{
		BIO_free(out);
		return "SignedData: signature does not verify";
	}
	envelope = bytes_from_bio(out);
	reason = parse_signer(this, cms, nonces, log);
	reason = reason ?: parse_envelope(this, envelope, ca, log);
	reason = reason ?: parse_content(this, log);
	bytes_free(&envelope);
	return reason;
}

/*
 * Described in header
 */
const char *request_parse(request_t *this, bytes_t der, ca_t *ca,
						  bytes_t *nonces, log_line_t *log)
{
	const unsigned char *pos = der.ptr;
	CMS_ContentInfo *cms;
	const char *reason = "no CMS SignedData";

	*this = (request_t){};
	cms = der.len ? d2i_CMS_ContentInfo(NULL, &pos, der.len) : NULL;
	if (cms && pos == der.ptr + der.len &&
		OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
	{
		reason = parse_cms(this, der, cms, ca, nonces, log);
	}
	CMS_ContentInfo_free(cms);
	return reason;
}

/*
 * Described in header
 */
void request_clear(request_t *this)
{
	bytes_free(&this->transaction_id);
	bytes_free(&this->sender_nonce);
	bytes_free(&this->content);
	X509_free(this->signer);
	X509_REQ_free(this->csr);
	X509_NAME_free(this->issuer);
	X509_NAME_free(this->subject);
	ASN1_INTEGER_free(this->serial);
	free(this->challenge);
	*this = (request_t){};
}
