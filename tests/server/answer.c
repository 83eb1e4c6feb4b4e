/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "answer.h"
#include "der.h"
#include "envelope.h"
#include "oids.h"
#include "signed.h"

#include <openssl/rand.h>

/** A text that nobody should copy into a log as it is */
#define FAIL_INFO_TEXT	"refused: \xc3\xa4\xe2\x82\xac \"quoted\" %s%n\n" \
						"scep[gw] installed: forged line \x1b[31mred\x1b[0m"

/** HRESULT of NDES: the password cannot be verified */
#define HRESULT			"-2146877420"

/**
 * Get the digest of the signature.
 */
static const EVP_MD *get_digest(const answer_t *this)
{
	switch (words_first(this->words, 5, W_MD5, W_SHA1, W_SHA384, W_SHA512,
						W_MIRROR))
	{
		case W_MD5:
			return EVP_md5();
		case W_SHA1:
			return EVP_sha1();
		case W_SHA384:
			return EVP_sha384();
		case W_SHA512:
			return EVP_sha512();
		case W_MIRROR:
			return this->request->digest ?: EVP_sha256();
		default:
			return EVP_sha256();
	}
}

/**
 * Get who signs.
 */
static ca_id_t get_signer(const answer_t *this, ca_t *ca)
{
	ca_id_t recipient = this->request->recipient;

	switch (words_first(this->words, 4, W_FORGED_SIGNER, W_OTHER_CA_SIGNER,
						W_GATEWAY_SIGNER, W_CURRENT_SIGNER))
	{
		case W_FORGED_SIGNER:
			return CA_FORGED;
		case W_OTHER_CA_SIGNER:
			return CA_OTHER;
		case W_GATEWAY_SIGNER:
			return CA_GATEWAY;
		case W_CURRENT_SIGNER:
			return ca_signer(ca);
		default:
			/* whoever was taken for the RA goes on to be it */
			return recipient == CA_GATEWAY || recipient == CA_EXPIRED_RA ||
				   recipient == CA_OTHER || recipient == CA_NEXT ? recipient
																 : ca_signer(ca);
	}
}

/**
 * Append an attribute.
 */
static void add(bytes_t *attributes, const char *oid, int tag, bytes_t value)
{
	*attributes = der_cat(2, *attributes, signed_attribute(oid,
						der_wrap(tag, bytes_copy(value.ptr, value.len))));
}

/**
 * Append recipientNonce and senderNonce.
 */
static void add_nonces(const answer_t *this, bytes_t *attributes)
{
	unsigned char mine[REQUEST_NONCE_LEN];
	bytes_t nonce = this->request->sender_nonce;

	RAND_bytes(mine, sizeof(mine));
	if (!this->words->has[W_NO_SENDER_NONCE])
	{
		add(attributes, OID_SENDER_NONCE, DER_OCTETS,
			(bytes_t){ mine, sizeof(mine) });
	}
	switch (words_first(this->words, 4, W_NO_NONCE, W_EMPTY_ATTRIBUTE,
						W_WRONG_NONCE, W_TRUNCATED_NONCE))
	{
		case W_NO_NONCE:
			return;
		case W_EMPTY_ATTRIBUTE:
			*attributes = der_cat(2, *attributes,
							signed_attribute(OID_RECIPIENT_NONCE, BYTES_NONE));
			return;
		case W_WRONG_NONCE:
			nonce = (bytes_t){ mine, sizeof(mine) };
			break;
		case W_TRUNCATED_NONCE:
			nonce.len--;
			break;
		default:
			break;
	}
	add(attributes, OID_RECIPIENT_NONCE, DER_OCTETS, nonce);
}

/**
 * Append transactionID and messageType.
 */
static void add_transaction(const answer_t *this, bytes_t *attributes)
{
	bytes_t id = this->request->transaction_id, two;

	add(attributes, OID_MESSAGE_TYPE, DER_PRINTABLE,
		bytes_of(this->words->has[W_WRONG_MESSAGE_TYPE] ? "19" : "3"));
	if (this->words->has[W_TWO_VALUES])
	{
		two = der_cat(2, der_wrap(DER_PRINTABLE, bytes_copy("another", 7)),
					  der_wrap(DER_PRINTABLE, bytes_copy(id.ptr, id.len)));
		*attributes = der_cat(2, *attributes,
							  signed_attribute(OID_TRANSACTION_ID, two));
	}
	else if (!this->words->has[W_NO_TRANSACTION_ID])
	{
		add(attributes, OID_TRANSACTION_ID, DER_PRINTABLE,
			this->words->has[W_WRONG_TRANSACTION_ID] ? bytes_of("another") : id);
	}
}

/**
 * Append pkiStatus and what belongs to a FAILURE.
 */
static void add_status(const answer_t *this, bytes_t *attributes)
{
	int tag = this->words->has[W_WRONG_ATTRIBUTE_TYPE] ? DER_OCTETS
													   : DER_PRINTABLE;
	const char *status = this->status;

	switch (words_first(this->words, 3, W_PKI_STATUS_1, W_PKI_STATUS_03,
						W_PKI_STATUS_EMPTY))
	{
		case W_PKI_STATUS_1:
			status = "1";
			break;
		case W_PKI_STATUS_03:
			status = "03";
			break;
		case W_PKI_STATUS_EMPTY:
			status = "";
			break;
		default:
			break;
	}
	if (!this->words->has[W_NO_PKI_STATUS])
	{
		add(attributes, OID_PKI_STATUS, tag, bytes_of(status));
	}
	if (this->words->has[W_DUPLICATE_ATTRIBUTE])
	{
		add(attributes, OID_PKI_STATUS, tag, bytes_of(status));
	}
	if (this->fail_info && !this->words->has[W_NO_FAILINFO])
	{
		add(attributes, OID_FAIL_INFO, DER_PRINTABLE,
			bytes_of(this->fail_info));
	}
	if (this->words->has[W_FAIL_INFO_TEXT])
	{
		add(attributes, OID_FAIL_INFO_TEXT, DER_UTF8, bytes_of(FAIL_INFO_TEXT));
	}
	if (this->words->has[W_HRESULT])
	{
		add(attributes, OID_HRESULT, DER_PRINTABLE, bytes_of(HRESULT));
	}
}

/**
 * Build the signed attributes but contentType and messageDigest.
 */
static bytes_t build_attributes(const answer_t *this)
{
	bytes_t attributes = bytes_copy("", 0);
	ASN1_TIME *now;

	add_nonces(this, &attributes);
	add_transaction(this, &attributes);
	add_status(this, &attributes);
	if (!this->words->has[W_NO_SIGNING_TIME])
	{
		now = X509_gmtime_adj(NULL, 0);
		attributes = der_cat(2, attributes, signed_attribute(OID_SIGNING_TIME,
											der_i2d(i2d_ASN1_TIME, now)));
		ASN1_TIME_free(now);
	}
	if (this->words->has[W_UNKNOWN_ATTRIBUTE])
	{
		add(&attributes, "1.2.3.4.5", DER_UTF8, bytes_of("unknown"));
	}
	return attributes;
}

/**
 * Build the certs-only message for SUCCESS.
 */
static bytes_t build_certs(const answer_t *this, ca_t *ca)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	bool first = this->words->has[W_CHAIN_FIRST];
	bytes_t der;

	if (this->words->has[W_NOT_CERTS])
	{
		sk_X509_free(certs);
		return bytes_copy("no certificates", 15);
	}
	if (first || this->words->has[W_NO_ISSUED])
	{
		sk_X509_push(certs, ca_get(ca, CA_CA)->cert);
	}
	if (this->issued && !this->words->has[W_NO_ISSUED])
	{
		sk_X509_push(certs, this->issued);
	}
	if (this->words->has[W_CHAIN] && !first)
	{
		sk_X509_push(certs, ca_get(ca, CA_CA)->cert);
		sk_X509_push(certs, ca_top(ca));
	}
	der = certs_only(certs, this->crl, this->words->has[W_BER]);
	sk_X509_free(certs);
	return der;
}

/**
 * Build the content.
 *
 * @param content	gets the content, absent if there is none
 * @return			FALSE if it cannot be encrypted
 */
static bool build_content(const answer_t *this, ca_t *ca, bytes_t *content)
{
	bytes_t certs;

	*content = BYTES_NONE;
	switch (words_first(this->words, 3, W_NO_CONTENT, W_EMPTY_CONTENT,
						W_ZERO_CONTENT))
	{
		case W_NO_CONTENT:
			return true;
		case W_EMPTY_CONTENT:
			*content = bytes_copy("", 0);
			return true;
		case W_ZERO_CONTENT:
			*content = bytes_copy("\0", 1);
			return true;
		default:
			break;
	}
	if (strcmp(this->status, "0") != 0)
	{
		return true;
	}
	certs = build_certs(this, ca);
	if (this->words->has[W_NOT_ENVELOPED])
	{
		*content = certs;
		return true;
	}
	*content = envelope_build(ca, this->words, this->request, certs);
	bytes_free(&certs);
	return content->ptr != NULL;
}

/**
 * Get the certificates beside the signature.
 */
static bytes_t build_outer_certs(const answer_t *this, X509 *signer)
{
	bytes_t certs = bytes_copy("", 0);

	if (this->words->has[W_ISSUED_FIRST] && this->issued)
	{
		certs = der_cat(2, certs, der_i2d(i2d_X509, this->issued));
	}
	if (!this->words->has[W_NO_CERTS])
	{
		certs = der_cat(2, certs, der_i2d(i2d_X509, signer));
	}
	return certs;
}

/*
 * Described in header
 */
bytes_t answer_build(const answer_t *this, ca_t *ca)
{
	const identity_t *signer = ca_get(ca, get_signer(this, ca));
	identity_t self = {};
	signed_t message = {
		.digest = get_digest(this),
		.words = this->words,
	};
	bytes_t der;

	if (!build_content(this, ca, &message.content))
	{
		return BYTES_NONE;
	}
	if (this->words->has[W_SELF_SIGNER])
	{
		self.key = cert_generate_key(false);
		self.cert = cert_make(&(cert_spec_t){
			.subject = X509_get_subject_name(this->request->signer),
			.key = self.key,
			.from = -60,
			.to = 3600,
		});
		signer = &self;
	}
	message.signer = signer;
	message.attributes = build_attributes(this);
	message.certs = build_outer_certs(this, signer->cert);
	der = signed_build(&message);
	if (this->words->has[W_TRAILING_BYTES])
	{
		bytes_append(&der, "more", 4);
	}
	bytes_free(&message.content);
	bytes_free(&message.attributes);
	bytes_free(&message.certs);
	identity_clear(&self);
	return der;
}
