/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_enveloped_data.h"

#include "base/scep_random.h"
#include "message/scep_algorithm.h"
#include "message/scep_ber.h"
#include "message/scep_cert_id.h"
#include "message/scep_der.h"
#include "message/scep_key.h"

#include <asn1/oid.h>

/** Longest key and initialization vector of the ciphers that we use, bytes */
#define MAX_KEY	32
#define MAX_IV	16

typedef struct envelope_t envelope_t;

/**
 * What an envelope says on its outside. Points into the DER, other than
 * encrypted.
 */
struct envelope_t {
	/** key transport of our recipientInfo */
	encryption_scheme_t scheme;
	/** encrypted key in our recipientInfo */
	chunk_t encrypted_key;
	/** a kind of recipientInfo that we don't read, if there is one */
	const char *other_kind;
	/** how the content is encrypted */
	scep_cipher_t cipher;
	/** encrypted content, allocated */
	chunk_t encrypted;
};

/**
 * Name a kind of RecipientInfo other than key transport (RFC 5652, 6.2), NULL
 * if it is none.
 */
static const char *get_other_kind(int tag)
{
	switch (tag)
	{
		case ASN1_CONTEXT_C_1:
			return "kari (key agreement, for an EC key)";
		case ASN1_CONTEXT_C_2:
			return "kekri (a key that both know)";
		case ASN1_CONTEXT_C_3:
			return "pwri (a password)";
		case ASN1_CONTEXT_C_4:
			return "ori (something else)";
		default:
			return NULL;
	}
}

/**
 * Take a RecipientInfo and keep it if it is ours; other kinds than key
 * transport are skipped (RFC 5652, 6.2).
 */
static bool take_recipient(chunk_t *infos, certificate_t *recipient,
						   envelope_t *envelope, scep_error_t *err)
{
	chunk_t info, key;
	encryption_scheme_t scheme;
	scep_cert_id_t rid;
	int tag, version;

	if (!scep_der_next(infos, &tag, &info, NULL) ||
		(tag != ASN1_SEQUENCE && !get_other_kind(tag)))
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: recipientInfos "
						 "malformed (RFC 5652, 6.2)");
	}
	if (tag != ASN1_SEQUENCE)
	{
		envelope->other_kind = get_other_kind(tag);
		return TRUE;
	}
	if (envelope->encrypted_key.ptr)
	{
		return TRUE;
	}
	if (!scep_der_take_small(&info, &version) ||
		!scep_cert_id_take(&info, &rid))
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: recipientInfo "
						 "malformed (RFC 5652, 6.2.1)");
	}
	if (!scep_cert_id_matches(&rid, recipient))
	{
		return TRUE;
	}
	if (!scep_key_transport_take(&info, &scheme, err))
	{
		return FALSE;
	}
	if (!scep_der_only(info, ASN1_OCTET_STRING, &key))
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: encryptedKey malformed "
						 "(RFC 5652, 6.2.1)");
	}
	envelope->scheme = scheme;
	envelope->encrypted_key = key;
	return TRUE;
}

/**
 * Find our recipientInfo, the first one if there are several.
 */
static bool find_recipient(chunk_t infos, certificate_t *recipient,
						   envelope_t *envelope, scep_error_t *err)
{
	int count = 0;

	while (infos.len)
	{
		if (++count > SCEP_MAX_RECIPIENTS)
		{
			return scep_fail(err, SCEP_SECURITY, "envelope: more than %d "
							 "recipients", SCEP_MAX_RECIPIENTS);
		}
		if (!take_recipient(&infos, recipient, envelope, err))
		{
			return FALSE;
		}
	}
	if (!envelope->encrypted_key.ptr && envelope->other_kind)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: a recipientInfo is "
						 "%s, but only ktri (key transport to our RSA key) is "
						 "read (RFC 5652, 6.2)", envelope->other_kind);
	}
	if (!envelope->encrypted_key.ptr)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: encrypted to %d "
						 "recipients, none of them is the certificate that "
						 "signed the request", count);
	}
	return TRUE;
}

/**
 * Take the encrypted content: [0] IMPLICIT OCTET STRING, in pieces in BER.
 */
static bool take_encrypted(chunk_t in, chunk_t *encrypted)
{
	chunk_t content;

	if (scep_der_only(in, ASN1_CONTEXT_S_0, &content))
	{
		*encrypted = chunk_clone(content);
		return TRUE;
	}
	return scep_der_only(in, ASN1_CONTEXT_C_0, &content) &&
		   scep_ber_join(content, encrypted);
}

/**
 * Parse the EncryptedContentInfo (RFC 5652, 6.1).
 */
static bool parse_content(chunk_t info, bool accept_des, envelope_t *envelope,
						  scep_error_t *err)
{
	chunk_t type;

	if (!scep_der_take(&info, ASN1_OID, &type) ||
		scep_der_oid(type) != OID_PKCS7_DATA)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: contentType is not "
						 "data (RFC 8894, 3.2.2)");
	}
	if (!scep_cipher_take(&info, accept_des, &envelope->cipher, err))
	{
		return FALSE;
	}
	if (!take_encrypted(info, &envelope->encrypted))
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: encryptedContent "
						 "missing or malformed (RFC 5652, 6.1)");
	}
	if (!envelope->encrypted.len ||
		envelope->encrypted.len % envelope->cipher.iv.len)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: encryptedContent is "
						 "not made of whole blocks (RFC 5652, 6.3)");
	}
	return TRUE;
}

/**
 * Parse an EnvelopedData.
 */
static bool parse_envelope(chunk_t der, certificate_t *recipient,
						   bool accept_des, envelope_t *envelope,
						   scep_error_t *err)
{
	chunk_t info, type, content, data, infos, encrypted, ignored;
	int version;

	if (!scep_der_only(der, ASN1_SEQUENCE, &info) ||
		!scep_der_take(&info, ASN1_OID, &type) ||
		scep_der_oid(type) != OID_PKCS7_ENVELOPED_DATA ||
		!scep_der_only(info, ASN1_CONTEXT_C_0, &content) ||
		!scep_der_only(content, ASN1_SEQUENCE, &data))
	{
		return scep_fail(err, SCEP_SECURITY, "the content is no CMS "
						 "EnvelopedData (RFC 8894, 3.2)");
	}
	if (!scep_der_take_small(&data, &version) ||
		!scep_der_take_optional(&data, ASN1_CONTEXT_C_0, &ignored) ||
		!scep_der_take(&data, ASN1_SET, &infos) ||
		!scep_der_take(&data, ASN1_SEQUENCE, &encrypted) ||
		!scep_der_take_optional(&data, ASN1_CONTEXT_C_1, &ignored) || data.len)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: malformed (RFC 5652, "
						 "6.1)");
	}
	return parse_content(encrypted, accept_des, envelope, err) &&
		   find_recipient(infos, recipient, envelope, err);
}

/**
 * Check that a ciphertext is a number between zero and the modulus, written
 * with all its octets (RFC 8017, 5.1.2 and 7.2.2). libstrongswan's gmp plugin
 * follows a NULL pointer for one that is a multiple of the modulus.
 */
static bool check_range(private_key_t *key, chunk_t ciphertext,
						scep_error_t *err)
{
	public_key_t *public;
	chunk_t modulus = chunk_empty;
	bool fits = FALSE;
	size_t i;

	public = key->get_public_key(key);
	if (public)
	{
		modulus = scep_key_get_modulus(public);
		public->destroy(public);
	}
	if (modulus.len && ciphertext.len == modulus.len &&
		memcmp(ciphertext.ptr, modulus.ptr, modulus.len) < 0)
	{
		for (i = 0; i < ciphertext.len && !fits; i++)
		{
			fits = ciphertext.ptr[i] != 0;
		}
	}
	free(modulus.ptr);
	if (!fits)
	{
		return scep_fail(err, SCEP_SECURITY, "envelope: encryptedKey is no "
						 "number below the modulus of our RSA key (RFC 8017, "
						 "7.2.2)");
	}
	return TRUE;
}

/**
 * Decrypt a content encryption key.
 *
 * A failure is not told apart from success: buf keeps the random key that it
 * holds, and the padding of the content will be wrong (RFC 3218, 2.3.2).
 */
static void decrypt_key(private_key_t *key, const envelope_t *envelope,
						chunk_t buf)
{
	chunk_t plain = chunk_empty;
	u_char mask;
	bool valid;
	size_t i;

#ifdef HAVE_ENCRYPTION_PARAMS
	valid = key->decrypt(key, envelope->scheme, NULL, envelope->encrypted_key,
						 &plain);
#else
	valid = key->decrypt(key, envelope->scheme, envelope->encrypted_key,
						 &plain);
#endif
	valid = valid && plain.len == buf.len;
	mask = valid ? 0xff : 0;
	for (i = 0; i < buf.len; i++)
	{
		buf.ptr[i] ^= mask & (buf.ptr[i] ^ (valid ? plain.ptr[i] : 0));
	}
	chunk_clear(&plain);
}

/**
 * Remove the padding (RFC 5652, 6.3) without telling by time what is wrong
 * with it.
 */
static bool remove_padding(chunk_t *plain, size_t block)
{
	u_char padding, bad = 0;
	size_t i;

	padding = plain->ptr[plain->len - 1];
	bad |= padding == 0;
	bad |= padding > block;
	for (i = 1; i <= block; i++)
	{
		bad |= (i <= padding) & (plain->ptr[plain->len - i] != padding);
	}
	if (bad)
	{
		return FALSE;
	}
	plain->len -= padding;
	return TRUE;
}

/**
 * Decrypt the content in place.
 */
static bool decrypt_content(crypter_t *crypter, const envelope_t *envelope,
							private_key_t *key, chunk_t session_key,
							chunk_t *content)
{
	chunk_t plain = envelope->encrypted;

	decrypt_key(key, envelope, session_key);
	return crypter->set_key(crypter, session_key) &&
		   crypter->decrypt(crypter, plain, envelope->cipher.iv, NULL) &&
		   remove_padding(&plain, envelope->cipher.iv.len) &&
		   scep_ber_to_der(plain, content, NULL);
}

/**
 * Create the crypter for a cipher.
 */
static crypter_t *create_crypter(encryption_algorithm_t algorithm,
								 size_t key_size, scep_error_t *err)
{
	crypter_t *crypter;

	crypter = lib->crypto->create_crypter(lib->crypto, algorithm, key_size);
	if (!crypter)
	{
		scep_fail(err, SCEP_PERMANENT, "no plugin of libstrongswan has %N with "
				  "%zu bits here: load its openssl plugin%s",
				  encryption_algorithm_names, algorithm, key_size * 8,
				  algorithm == ENCR_DES ? " with OpenSSL's legacy provider, or "
				  "gcrypt" : "");
	}
	return crypter;
}

/**
 * Open a parsed envelope.
 */
static bool open_envelope(const envelope_t *envelope, private_key_t *key,
						  chunk_t *content, scep_error_t *err)
{
	u_char buf[MAX_KEY];
	chunk_t session_key = chunk_create(buf, envelope->cipher.key_size);
	scep_random_t *random;
	crypter_t *crypter;
	bool success;

	if (!check_range(key, envelope->encrypted_key, err))
	{
		return FALSE;
	}
	crypter = create_crypter(envelope->cipher.algorithm,
							 envelope->cipher.key_size, err);
	if (!crypter)
	{
		return FALSE;
	}
	random = scep_random_create();
	success = random->get_bytes(random, session_key.len, session_key.ptr, err);
	random->destroy(random);
	if (success && !decrypt_content(crypter, envelope, key, session_key,
									content))
	{
		success = scep_fail(err, SCEP_SECURITY, "the content of the message "
							"could not be decrypted (RFC 8894, 3.2.2)");
	}
	memwipe(buf, sizeof(buf));
	crypter->destroy(crypter);
	return success;
}

/*
 * Described in header
 */
bool scep_enveloped_data_open(chunk_t ber, certificate_t *recipient,
							  private_key_t *key, bool accept_des,
							  chunk_t *content, scep_error_t *err)
{
	envelope_t envelope = {};
	chunk_t der;
	bool success;

	*content = chunk_empty;
	if (!scep_ber_to_der(ber, &der, err))
	{
		return scep_fail_in(err, "envelope: ");
	}
	success = parse_envelope(der, recipient, accept_des, &envelope, err) &&
			  open_envelope(&envelope, key, content, err);
	chunk_clear(&envelope.encrypted);
	free(der.ptr);
	return success;
}

/**
 * Encrypt content, padded, with a session key.
 */
static bool encrypt_content(crypter_t *crypter, chunk_t content, chunk_t key,
							chunk_t iv, chunk_t *encrypted)
{
	size_t padding = iv.len - content.len % iv.len;

	*encrypted = chunk_alloc(content.len + padding);
	memcpy(encrypted->ptr, content.ptr, content.len);
	memset(encrypted->ptr + content.len, padding, padding);
	if (!crypter->set_key(crypter, key) ||
		!crypter->encrypt(crypter, *encrypted, iv, NULL))
	{
		chunk_clear(encrypted);
		return FALSE;
	}
	return TRUE;
}

/**
 * Encrypt a session key to a recipient.
 */
static bool encrypt_key(certificate_t *recipient, chunk_t key,
						chunk_t *encrypted, scep_error_t *err)
{
	public_key_t *public;
	bool success;

	public = recipient->get_public_key(recipient);
	if (!public || public->get_type(public) != KEY_RSA)
	{
		DESTROY_IF(public);
		return scep_fail(err, SCEP_PERMANENT, "the certificate to encrypt to "
						 "has no RSA key (RFC 8894, 3.1)");
	}
	if (!scep_key_check_strength(public, SCEP_MIN_RECIPIENT_RSA,
								 "the certificate to encrypt to", err))
	{
		public->destroy(public);
		return FALSE;
	}
#ifdef HAVE_ENCRYPTION_PARAMS
	success = public->encrypt(public, ENCRYPT_RSA_PKCS1, NULL, key, encrypted);
#else
	success = public->encrypt(public, ENCRYPT_RSA_PKCS1, key, encrypted);
#endif
	public->destroy(public);
	if (!success || !encrypted->len)
	{
		return scep_fail(err, SCEP_LOCAL, "no plugin of libstrongswan could "
						 "encrypt with RSA (PKCS#1 v1.5)");
	}
	return TRUE;
}

/**
 * Wrap the parts of an EnvelopedData.
 */
static chunk_t wrap(chunk_t rid, chunk_t encrypted_key,
					chunk_t cipher, chunk_t encrypted)
{
	return asn1_wrap(ASN1_SEQUENCE, "mm",
		asn1_build_known_oid(OID_PKCS7_ENVELOPED_DATA),
		asn1_wrap(ASN1_CONTEXT_C_0, "m",
			asn1_wrap(ASN1_SEQUENCE, "cmm",
				ASN1_INTEGER_0,
				asn1_wrap(ASN1_SET, "m",
					asn1_wrap(ASN1_SEQUENCE, "ccmm",
						ASN1_INTEGER_0,
						rid,
						asn1_algorithmIdentifier(OID_RSA_ENCRYPTION),
						asn1_simple_object(ASN1_OCTET_STRING, encrypted_key))),
				asn1_wrap(ASN1_SEQUENCE, "mmm",
					asn1_build_known_oid(OID_PKCS7_DATA),
					cipher,
					asn1_simple_object(ASN1_CONTEXT_S_0, encrypted)))));
}

/**
 * Draw key and initialization vector, encrypt content and key, wrap all.
 */
static bool seal(crypter_t *crypter, chunk_t content, certificate_t *recipient,
				 chunk_t rid, int oid, chunk_t *der, scep_error_t *err)
{
	u_char buf[MAX_KEY + MAX_IV];
	chunk_t key = chunk_create(buf, crypter->get_key_size(crypter));
	chunk_t iv = chunk_create(buf + MAX_KEY, crypter->get_iv_size(crypter));
	chunk_t encrypted_key = chunk_empty, encrypted = chunk_empty;
	scep_random_t *random;
	bool success = FALSE;

	random = scep_random_create();
	if (random->get_bytes(random, sizeof(buf), buf, err) &&
		encrypt_key(recipient, key, &encrypted_key, err))
	{
		success = encrypt_content(crypter, content, key, iv, &encrypted);
		if (!success)
		{
			scep_fail(err, SCEP_LOCAL, "encrypting the request failed");
		}
	}
	random->destroy(random);
	if (success)
	{
		*der = wrap(rid, encrypted_key,
					asn1_algorithmIdentifier_params(oid,
							asn1_simple_object(ASN1_OCTET_STRING, iv)),
					encrypted);
	}
	memwipe(buf, sizeof(buf));
	free(encrypted_key.ptr);
	free(encrypted.ptr);
	return success;
}

/*
 * Described in header
 */
bool scep_enveloped_data_build(chunk_t content, certificate_t *recipient,
							   encryption_algorithm_t cipher, size_t key_size,
							   chunk_t *der, scep_error_t *err)
{
	crypter_t *crypter;
	chunk_t rid;
	int oid;
	bool success;

	*der = chunk_empty;
	oid = encryption_algorithm_to_oid(cipher, key_size * 8);
	if ((cipher != ENCR_AES_CBC && cipher != ENCR_3DES) || oid == OID_UNKNOWN)
	{
		return scep_fail(err, SCEP_PERMANENT, "requests are encrypted by AES or "
						 "3DES, not by %N with %zu bits",
						 encryption_algorithm_names, cipher, key_size * 8);
	}
	rid = scep_cert_id_build(recipient);
	if (!rid.len)
	{
		return scep_fail(err, SCEP_PERMANENT, "the certificate to encrypt to "
						 "has no DER encoding");
	}
	crypter = create_crypter(cipher, key_size, err);
	success = crypter && seal(crypter, content, recipient, rid, oid, der, err);
	DESTROY_IF(crypter);
	free(rid.ptr);
	return success;
}
