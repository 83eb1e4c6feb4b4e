/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_words words
 * @{ @ingroup server
 *
 * What an answer can be like: one word for each peculiarity and each attack.
 */

#ifndef SERVER_WORDS_H_
#define SERVER_WORDS_H_

#include <stdbool.h>
#include <stdio.h>

typedef enum word_t word_t;
typedef struct words_t words_t;

/** X(identifier, word, meaning) of each word; empty words are headings */
#define WORDS(X) \
	X(H_RESULT, "", "What is decided (PKIOperation)") \
	X(PENDING, "pending", "PENDING, whatever else is configured") \
	X(FAILURE, "failure", "FAILURE with failInfo badRequest (2)") \
	X(BAD_ALG, "bad-alg", "FAILURE with failInfo 0") \
	X(BAD_MESSAGE_CHECK, "bad-message-check", "FAILURE with failInfo 1") \
	X(BAD_TIME, "bad-time", "FAILURE with failInfo 3") \
	X(BAD_CERT_ID, "bad-cert-id", "FAILURE with failInfo 4") \
	X(FAILINFO_9, "failinfo-9", "FAILURE with failInfo 9, which is none") \
	X(NO_FAILINFO, "no-failinfo", "failInfo is left out of a FAILURE") \
	X(FAIL_INFO_TEXT, "fail-info-text", "failInfoText with control characters") \
	X(HRESULT, "hresult", "NDES' attribute with an HRESULT in a FAILURE") \
	X(PKI_STATUS_1, "pki-status-1", "pkiStatus is \"1\"") \
	X(PKI_STATUS_03, "pki-status-03", "pkiStatus is \"03\"") \
	X(PKI_STATUS_EMPTY, "pki-status-empty", "pkiStatus is \"\"") \
	X(NO_PKI_STATUS, "no-pki-status", "pkiStatus is left out") \
	X(H_SIGNED, "", "SignedData of the answer (PKIOperation)") \
	X(MD5, "md5", "digest MD5") \
	X(SHA1, "sha1", "digest SHA-1") \
	X(SHA384, "sha384", "digest SHA-384") \
	X(SHA512, "sha512", "digest SHA-512; SHA-256 without a word") \
	X(HASH_WITH_RSA, "hash-with-rsa", "signatureAlgorithm shaNNNWithRSAEncryption, not rsaEncryption") \
	X(PSS, "pss", "RSASSA-PSS") \
	X(SIGNER_SKI, "signer-ski", "signer named by subjectKeyIdentifier") \
	X(BER, "ber", "indefinite lengths, strings in pieces (also GetCACert)") \
	X(NO_CERTS, "no-certs", "no certificates beside the signature") \
	X(ISSUED_FIRST, "issued-first", "the issued certificate precedes the signer's beside the signature") \
	X(NO_CONTENT, "no-content", "no eContent") \
	X(EMPTY_CONTENT, "empty-content", "eContent without an octet") \
	X(ZERO_CONTENT, "zero-content", "eContent is one octet, zero") \
	X(NO_SIGNING_TIME, "no-signing-time", "signingTime is left out") \
	X(UNSORTED, "unsorted", "attributes signed and sent in another order than DER's") \
	X(SENT_UNSORTED, "sent-unsorted", "attributes sent in another order than signed, which is DER's") \
	X(CURRENT_SIGNER, "current-signer", "a request to the next CA is answered by the current one") \
	X(NO_NULL, "no-null", "algorithms without NULL parameters") \
	X(NO_SENDER_NONCE, "no-sender-nonce", "senderNonce is left out") \
	X(UNKNOWN_ATTRIBUTE, "unknown-attribute", "one attribute more") \
	X(UNSIGNED_ATTRIBUTE, "unsigned-attribute", "an unsigned attribute") \
	X(H_FORGED, "", "Attacks on SignedData (PKIOperation)") \
	X(WRONG_NONCE, "wrong-nonce", "recipientNonce is another one") \
	X(NO_NONCE, "no-nonce", "recipientNonce is left out") \
	X(TRUNCATED_NONCE, "truncated-nonce", "recipientNonce lacks its last byte") \
	X(REPLAY, "replay", "the previous answer once more") \
	X(WRONG_TRANSACTION_ID, "wrong-transaction-id", "transactionID is another one") \
	X(NO_TRANSACTION_ID, "no-transaction-id", "transactionID is left out") \
	X(WRONG_MESSAGE_TYPE, "wrong-message-type", "messageType 19") \
	X(DUPLICATE_ATTRIBUTE, "duplicate-attribute", "pkiStatus is there twice") \
	X(TWO_VALUES, "two-values", "transactionID with two values") \
	X(EMPTY_ATTRIBUTE, "empty-attribute", "recipientNonce without a value") \
	X(WRONG_ATTRIBUTE_TYPE, "wrong-attribute-type", "pkiStatus is an OCTET STRING") \
	X(TWO_SIGNERS, "two-signers", "the signerInfo is there twice") \
	X(NO_SIGNERS, "no-signers", "no signerInfo") \
	X(NO_SIGNED_ATTRIBUTES, "no-signed-attributes", "the signature is over the content alone") \
	X(BAD_MESSAGE_DIGEST, "bad-message-digest", "messageDigest is that of something else") \
	X(BAD_CONTENT_TYPE, "bad-content-type", "contentType attribute is envelopedData") \
	X(BAD_ECONTENT_TYPE, "bad-econtent-type", "eContentType is envelopedData") \
	X(BAD_SIGNATURE, "bad-signature", "the signature is changed") \
	X(FORGED_SIGNER, "forged-signer", "signed by a self-made key with the signer's name and serial number") \
	X(OTHER_CA_SIGNER, "other-ca-signer", "signed by another CA") \
	X(GATEWAY_SIGNER, "gateway-signer", "signed by a gateway that this CA enrolled") \
	X(SELF_SIGNER, "self-signer", "signed by a self-signed certificate with the requester's name") \
	X(TRAILING_BYTES, "trailing-bytes", "four bytes follow the message") \
	X(H_CONTENT, "", "Envelope (PKIOperation)") \
	X(DES, "des", "cipher DES") \
	X(TRIPLE_DES, "3des", "cipher 3DES") \
	X(AES192, "aes192", "cipher AES-192") \
	X(AES256, "aes256", "cipher AES-256; AES-128 without a word") \
	X(OAEP, "oaep", "key transport RSAES-OAEP with SHA-1") \
	X(OAEP_SHA256, "oaep-sha256", "key transport RSAES-OAEP with SHA-256") \
	X(RECIPIENT_SKI, "recipient-ski", "recipient named by subjectKeyIdentifier") \
	X(MIRROR, "mirror", "digest and cipher are those of the request") \
	X(MANY_RECIPIENTS, "many-recipients", "encrypted for 20 recipients, the right one last") \
	X(BAD_DECRYPT, "bad-decrypt", "encrypted to another key, naming the right one") \
	X(BAD_CIPHERTEXT, "bad-ciphertext", "the encrypted content is cut by half a block") \
	X(NOT_ENVELOPED, "not-enveloped", "SUCCESS with the certificates in plain") \
	X(NOT_CERTS, "not-certs", "the envelope holds no certs-only message") \
	X(NO_ISSUED, "no-issued", "the envelope holds certificates, but not the issued one") \
	X(CHAIN, "chain", "CA certificates follow the issued one") \
	X(CHAIN_FIRST, "chain-first", "CA certificates precede the issued one") \
	X(H_LEAF, "", "The certificate that is issued (PKIOperation)") \
	X(WRONG_KEY, "wrong-key", "for another key") \
	X(CA_LEAF, "ca-leaf", "of a CA") \
	X(EXPIRED_LEAF, "expired-leaf", "expired yesterday") \
	X(FUTURE_LEAF, "future-leaf", "valid in ten days") \
	X(SOON_LEAF, "soon-leaf", "valid in twenty seconds") \
	X(WRONG_SUBJECT, "wrong-subject", "for another subject") \
	X(EXTRA_SAN, "extra-san", "one subjectAltName more") \
	X(MISSING_SAN, "missing-san", "no subjectAltName") \
	X(SHA1_LEAF, "sha1-leaf", "signed with SHA-1") \
	X(MD5_LEAF, "md5-leaf", "signed with MD5") \
	X(OTHER_CA_LEAF, "other-ca-leaf", "issued by another CA") \
	X(SERVER_EKU, "server-eku", "extendedKeyUsage is OCSP signing only") \
	X(OLD_CERT, "old-cert", "the first certificate that was issued in this transaction, or at all") \
	X(H_CERTS, "", "GetCACert, GetNextCACert, GetCACaps, GetCRL") \
	X(GATEWAY_AS_RA, "gateway-as-ra", "GetCACert: an enrolled gateway's certificate in the RA's place") \
	X(EXPIRED_RA, "expired-ra", "GetCACert: an expired RA certificate in the RA's place") \
	X(OTHER_CA, "other-ca", "GetCACert: another CA") \
	X(MANY_CERTS, "many-certs", "GetCACert: 17 certificates more") \
	X(CERTS_ONLY, "certs-only", "GetCACert: PKCS#7 also for one certificate") \
	X(REFUSE_MESSAGE, "refuse-message", "GetCACert, GetCACaps: 400 if message= is there") \
	X(DEEP_NESTING, "deep-nesting", "1000 nested SEQUENCEs") \
	X(NEXT_BY_OTHER, "next-by-other", "GetNextCACert: signed by another CA") \
	X(NEXT_UNSIGNED, "next-unsigned", "GetNextCACert: not signed") \
	X(NO_CAPS, "no-caps", "GetCACaps: empty") \
	X(WEAK_CAPS, "weak-caps", "GetCACaps: DES3, SHA-1 only") \
	X(CAPS_CRLF, "caps-crlf", "GetCACaps: CRLF, blanks, empty lines, lower case") \
	X(CAPS_UNTERMINATED, "caps-unterminated", "GetCACaps: no final newline") \
	X(CRL_BY_OTHER, "crl-signed-by-other", "GetCRL: signed by another CA") \
	X(EXPIRED_CRL, "expired-crl", "GetCRL: nextUpdate was yesterday") \
	X(H_PAGE, "", "Page") \
	X(OTHER_THUMBPRINT, "other-thumbprint", "the thumbprint is another CA's") \
	X(H_HTTP, "", "HTTP, any operation") \
	X(HTTP_400, "http-400", "status 400 with a text") \
	X(HTTP_404, "http-404", "status 404 with a text") \
	X(HTTP_405, "http-405", "status 405") \
	X(HTTP_500, "http-500", "status 500 with a text") \
	X(HTTP_501, "http-501", "status 501") \
	X(HTTP_503, "http-503", "status 503, Retry-After: 3") \
	X(HTTP_204, "http-204", "status 204") \
	X(HTML, "html", "status 200, a page in HTML") \
	X(HTML_500, "html-500", "status 500, a page in HTML") \
	X(ODD_TYPE, "odd-type", "Content-Type text/plain") \
	X(NO_TYPE, "no-type", "no Content-Type") \
	X(REDIRECT, "redirect", "302 to the same URL") \
	X(REDIRECT_LOOP, "redirect-loop", "302 to the same URL, again and again") \
	X(REDIRECT_OTHER_HOST, "redirect-other-host", "302 to --redirect") \
	X(REDIRECT_FILE, "redirect-file", "302 to file:///etc/passwd") \
	X(EMPTY_BODY, "empty-body", "status 200 without a body") \
	X(TRUNCATED, "truncated", "half of the message") \
	X(SHORT_BODY, "short-body", "half of what Content-Length says, then the end") \
	X(GARBAGE, "garbage", "bytes that are no message") \
	X(HUGE_BODY, "huge", "16 MiB of zeros, with Content-Length") \
	X(NEVER_ENDING, "never-ending", "zeros without end, as fast as they go") \
	X(SLOW, "slow", "the answer in drips of a byte a second") \
	X(SILENT, "silent", "nothing, the connection stays open") \
	X(RESET, "reset", "the connection is closed without an answer") \
	X(CHUNKED, "chunked", "the answer in chunks, without Content-Length")

/**
 * Words.
 */
enum word_t {
#define X(id, word, meaning) W_##id,
	WORDS(X)
#undef X
	W_COUNT,
};

/**
 * A set of words.
 */
struct words_t {
	bool has[W_COUNT];
};

/**
 * Add words.
 *
 * @param this		set
 * @param text		words, separated by blanks
 * @return			NULL, or the word that does not exist, allocated
 */
char *words_add(words_t *this, const char *text);

/**
 * Add the words of another set.
 */
void words_join(words_t *this, const words_t *other);

/**
 * Get the first of some words that is in a set.
 *
 * @param count		number of words that follow
 * @return			word, W_COUNT if none is
 */
word_t words_first(const words_t *this, int count, ...);

/**
 * Get the words of a set, separated by blanks.
 *
 * @return			text, allocated
 */
char *words_text(const words_t *this);

/**
 * Print all words with their meanings.
 */
void words_print(FILE *out);

#endif /** SERVER_WORDS_H_ @}*/
