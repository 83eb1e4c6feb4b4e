/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup certrep certrep
 * @{ @ingroup scep_tests
 *
 * The other side of SCEP, on OpenSSL instead of the code under test: keys and
 * certificates, a strict reader of requests, and CertReps of any kind, also of
 * those that no server should send.
 */

#ifndef CERTREP_H_
#define CERTREP_H_

#include <library.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

/* OpenSSL's headers and libstrongswan's asn1.h exclude each other */
typedef struct evp_pkey_st EVP_PKEY;
typedef struct x509_st X509;
typedef struct X509_name_st X509_NAME;
typedef struct X509_req_st X509_REQ;

typedef enum certrep_key_t certrep_key_t;
typedef enum certrep_flag_t certrep_flag_t;
typedef enum certrep_content_t certrep_content_t;
typedef struct certrep_id_t certrep_id_t;
typedef struct certrep_attribute_t certrep_attribute_t;
typedef struct certrep_t certrep_t;
typedef struct certrep_request_t certrep_request_t;

/** Recipients and certificates that one message takes here */
#define CERTREP_MAX		40

/**
 * Kinds of keys; each kind is generated once per process and identity.
 */
enum certrep_key_t {
	/** 2048 bits */
	CERTREP_RSA,
	CERTREP_RSA_3072,
	CERTREP_RSA_2040,
	CERTREP_RSA_1024,
	CERTREP_RSA_1016,
	/** P-256 */
	CERTREP_EC,
	CERTREP_EC_384,
	CERTREP_EC_224,
	CERTREP_EC_192,
};

/**
 * A key pair with a certificate.
 */
struct certrep_id_t {
	/** OpenSSL's view */
	EVP_PKEY *pkey;
	X509 *x509;
	/** libstrongswan's view */
	certificate_t *cert;
	private_key_t *key;
};

/**
 * What stands in eContent.
 */
enum certrep_content_t {
	/** an envelope with certificates if pkiStatus is "0", else nothing */
	CERTREP_CONTENT_AUTO = 0,
	/** an envelope with certificates */
	CERTREP_CONTENT_CERTS,
	/** no eContent */
	CERTREP_CONTENT_ABSENT,
	/** no octets */
	CERTREP_CONTENT_EMPTY,
	/** one octet, zero, as NDES sends it */
	CERTREP_CONTENT_ZERO,
	/** certrep_t.content as it is */
	CERTREP_CONTENT_RAW,
	/** an envelope around certrep_t.content */
	CERTREP_CONTENT_SEALED,
};

/**
 * Properties and defects of a CertRep.
 */
enum certrep_flag_t {
	/** indefinite lengths and strings in pieces, by OpenSSL's streaming */
	CERTREP_BER = (1 << 0),
	/** signer named by subjectKeyIdentifier */
	CERTREP_SIGNER_SKI = (1 << 1),
	/** recipients named by subjectKeyIdentifier */
	CERTREP_RECIPIENT_SKI = (1 << 2),
	/** no certificates beside the signature, as NDES and EJBCA */
	CERTREP_NO_CERTS = (1 << 3),
	/** RSASSA-PSS */
	CERTREP_PSS = (1 << 4),
	/** RSAES-OAEP */
	CERTREP_OAEP = (1 << 5),
	/** the signature algorithm is shaNNNWithRSAEncryption */
	CERTREP_HASH_WITH_RSA = (1 << 6),
	/** attributes signed in the order in which they are sent */
	CERTREP_UNSORTED = (1 << 7),
	/** attributes sent unsorted, but signed sorted */
	CERTREP_SENT_UNSORTED = (1 << 8),
	/** NULL parameters left out everywhere */
	CERTREP_NO_NULL = (1 << 9),
	/** indefinite lengths wherever that is possible, down to the attributes */
	CERTREP_BER_ALL = (1 << 10),
	/** the signerInfo is there twice */
	CERTREP_TWO_SIGNERS = (1 << 11),
	/** the signerInfo is not there */
	CERTREP_NO_SIGNER = (1 << 12),
	/** no signed attributes; the signature is over the content */
	CERTREP_NO_ATTRIBUTES = (1 << 13),
	/** the last byte of the signature is another one */
	CERTREP_BAD_SIGNATURE = (1 << 14),
	/** messageDigest is that of something else */
	CERTREP_BAD_DIGEST = (1 << 15),
	/** contentType is envelopedData, as attribute */
	CERTREP_BAD_CONTENT_TYPE = (1 << 16),
	/** eContentType is envelopedData */
	CERTREP_BAD_ECONTENT_TYPE = (1 << 17),
	/** signing and digest algorithm don't fit */
	CERTREP_OTHER_HASH = (1 << 18),
	/** unsigned attributes are there */
	CERTREP_UNSIGNED = (1 << 19),
	/** RSAES-OAEP with SHA-256 */
	CERTREP_OAEP_SHA256 = (1 << 20),
};

/**
 * An additional attribute, or the replacement for one.
 */
struct certrep_attribute_t {
	/** dotted OID, NULL ends a list */
	const char *oid;
	/** type of the value */
	int tag;
	/** value */
	const char *value;
	/** length of the value, 0 for that of a string */
	size_t len;
	/** number of values */
	int count;
};

/**
 * A CertRep. All zero is a SUCCESS that lacks signer and recipient.
 */
struct certrep_t {
	/** signed attributes; NULL: the usual value, "" with len 0: an empty one */
	const char *message_type;
	const char *status;
	const char *fail_info;
	const char *fail_info_text;
	chunk_t transaction_id;
	chunk_t recipient_nonce;
	chunk_t sender_nonce;
	/** OIDs of attributes to leave out of those above, NULL-terminated */
	const char *without[4];
	/** more attributes, OID NULL at the end */
	certrep_attribute_t more[32];
	/** who signs */
	const certrep_id_t *signer;
	/** to whom it is encrypted */
	X509 *recipients[CERTREP_MAX];
	/** certificates in the content */
	X509 *certs[CERTREP_MAX];
	/** certificates beside the signature, unless OpenSSL puts the signer's
	 * there */
	X509 *outer[CERTREP_MAX];
	/** what stands in eContent */
	certrep_content_t what;
	/** content for CERTREP_CONTENT_RAW and _SEALED */
	chunk_t content;
	/** OpenSSL's name of the digest, SHA256 if NULL */
	const char *digest;
	/** OpenSSL's name of the cipher, AES-128-CBC if NULL */
	const char *cipher;
	/** properties and defects */
	certrep_flag_t flags;
};

/**
 * A request as a strict server reads it.
 */
struct certrep_request_t {
	/** messageType */
	int type;
	/** transactionID, allocated */
	chunk_t transaction_id;
	/** senderNonce, allocated */
	chunk_t sender_nonce;
	/** certificate of the signer, the only one in the message */
	X509 *signer;
	/** decrypted content, allocated */
	chunk_t content;
	/** PKCS#10, if messageType is 17 or 19 */
	X509_REQ *csr;
	/** challengePassword in it, or NULL */
	char *challenge;
	/** OpenSSL's name of the cipher of the envelope */
	const char *cipher;
	/** OpenSSL's name of the digest of the signature */
	const char *digest;
};

/**
 * Get ready: load OpenSSL's legacy provider for DES. May be called repeatedly.
 */
void certrep_init();

/**
 * Create an identity.
 *
 * @param cn		common name
 * @param type		kind of the key
 * @param issuer	who issues the certificate, NULL: self-signed
 * @param ca		whether it is a CA
 * @return			identity
 */
certrep_id_t *certrep_id_create(const char *cn, certrep_key_t type,
								const certrep_id_t *issuer, bool ca);

/**
 * Destroy an identity.
 */
void certrep_id_destroy(certrep_id_t *this);

/**
 * Issue a certificate for one day.
 *
 * @param ca		issuer
 * @param key		public key to certify
 * @param subject	subject
 * @param csr		request whose extensions are copied, or NULL
 * @param is_ca		whether to issue one for a CA
 * @return			certificate
 */
X509 *certrep_issue(const certrep_id_t *ca, EVP_PKEY *key, X509_NAME *subject,
					X509_REQ *csr, bool is_ca);

/**
 * Get a certificate as libstrongswan sees it.
 */
certificate_t *certrep_cert(X509 *x509);

/**
 * Build a certs-only SignedData.
 *
 * @param certs		certificates, NULL-terminated
 * @return			DER, allocated
 */
chunk_t certrep_certs_only(X509 **certs);

/**
 * Build an envelope.
 *
 * @param rep		recipients, cipher and flags are used
 * @param content	what to encrypt
 * @return			ContentInfo, DER or BER, allocated
 */
chunk_t certrep_seal(const certrep_t *rep, chunk_t content);

/**
 * Build a CertRep.
 *
 * @param rep		what to build
 * @return			DER or BER, allocated; fails the test if that fails
 */
chunk_t certrep_build(const certrep_t *rep);

/**
 * Parse a request as a strict server does: CMS signature by the only
 * certificate, all attributes once, with their types, DER throughout; decrypt
 * it; verify the PKCS#10 in it.
 *
 * @param der		request
 * @param recipient	whom it must be encrypted to
 * @param request	gets what was found; certrep_request_clear() frees it
 * @return			NULL, or a reason to refuse it
 */
const char *certrep_request_parse(chunk_t der, const certrep_id_t *recipient,
								  certrep_request_t *request);

/**
 * Free what a request holds.
 */
void certrep_request_clear(certrep_request_t *request);

/**
 * Answer a PKCSReq or RenewalReq as a server that approves all of them.
 *
 * @param der		request
 * @param ca		issuer, who also decrypts and signs
 * @param rep		how to answer, or NULL; signer, recipients, certs,
 *					transaction_id and recipient_nonce are filled in where they
 *					are empty
 * @param answer	gets the CertRep, allocated
 * @return			NULL, or a reason why the request was refused
 */
const char *certrep_answer(chunk_t der, const certrep_id_t *ca,
						   const certrep_t *rep, chunk_t *answer);

/**
 * Verify a message's signature with OpenSSL.
 *
 * @param der		ContentInfo
 * @param signer	certificate that must have signed
 * @param named		whether the message must also name it as OpenSSL wants it,
 *					which compares the types of strings, too
 * @return			TRUE if CMS_verify() succeeds
 */
bool certrep_verify(chunk_t der, X509 *signer, bool named);

#endif /** CERTREP_H_ @}*/
