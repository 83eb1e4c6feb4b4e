/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "key.h"

typedef struct known_t known_t;
typedef struct private_wrapper_t private_wrapper_t;
typedef struct public_wrapper_t public_wrapper_t;

/**
 * What a key knows.
 */
struct known_t {

	/** encodings: DER, and PEM of a private key */
	chunk_t der, pem;

	/** fingerprints: of subjectPublicKey, and of all of its info */
	chunk_t key, info;
};

/**
 * A private key.
 */
struct private_wrapper_t {
	private_key_t public;
	private_key_t *key;
	public_key_t *half;
	known_t known;
	refcount_t refs;
};

/**
 * A public key.
 */
struct public_wrapper_t {
	public_key_t public;
	public_key_t *key;
	known_t known;
	refcount_t refs;
};

/**
 * Find out what is asked for.
 *
 * @return			NULL if it is not known
 */
static chunk_t *get_known(known_t *known, cred_encoding_type_t type)
{
	switch (type)
	{
		case KEYID_PUBKEY_SHA1:
			return &known->key;
		case KEYID_PUBKEY_INFO_SHA1:
			return &known->info;
		case PRIVKEY_ASN1_DER:
		case PUBKEY_SPKI_ASN1_DER:
			return &known->der;
		case PRIVKEY_PEM:
			return &known->pem;
		default:
			return NULL;
	}
}

/**
 * Free what a key knows.
 */
static void clear_known(known_t *known)
{
	chunk_clear(&known->der);
	chunk_clear(&known->pem);
	chunk_free(&known->key);
	chunk_free(&known->info);
}

METHOD(private_key_t, private_get_type, key_type_t,
	private_wrapper_t *this)
{
	return this->key->get_type(this->key);
}

METHOD(private_key_t, supported_signature_schemes, enumerator_t*,
	private_wrapper_t *this)
{
	return this->key->supported_signature_schemes(this->key);
}

METHOD(private_key_t, sign, bool,
	private_wrapper_t *this, signature_scheme_t scheme, void *params,
	chunk_t data, chunk_t *signature)
{
	return this->key->sign(this->key, scheme, params, data, signature);
}

METHOD(private_key_t, decrypt, bool,
	private_wrapper_t *this, encryption_scheme_t scheme, void *params,
	chunk_t crypto, chunk_t *plain)
{
	return this->key->decrypt(this->key, scheme, params, crypto, plain);
}

METHOD(private_key_t, private_get_keysize, int,
	private_wrapper_t *this)
{
	return this->key->get_keysize(this->key);
}

METHOD(private_key_t, get_public_key, public_key_t*,
	private_wrapper_t *this)
{
	return this->half->get_ref(this->half);
}

METHOD(private_key_t, private_get_fingerprint, bool,
	private_wrapper_t *this, cred_encoding_type_t type, chunk_t *fingerprint)
{
	chunk_t *known = get_known(&this->known, type);

	if (known)
	{
		*fingerprint = *known;
		return TRUE;
	}
	return this->key->get_fingerprint(this->key, type, fingerprint);
}

METHOD(private_key_t, private_get_encoding, bool,
	private_wrapper_t *this, cred_encoding_type_t type, chunk_t *encoding)
{
	chunk_t *known = get_known(&this->known, type);

	if (known)
	{
		*encoding = chunk_clone(*known);
		return TRUE;
	}
	return this->key->get_encoding(this->key, type, encoding);
}

METHOD(private_key_t, private_get_ref, private_key_t*,
	private_wrapper_t *this)
{
	ref_get(&this->refs);
	return &this->public;
}

METHOD(private_key_t, private_destroy, void,
	private_wrapper_t *this)
{
	if (ref_put(&this->refs))
	{
		this->key->destroy(this->key);
		this->half->destroy(this->half);
		clear_known(&this->known);
		free(this);
	}
}

/**
 * Clone a fingerprint of a private key.
 */
static bool learn_private(private_key_t *key, cred_encoding_type_t type,
						  chunk_t *known)
{
	chunk_t fingerprint;

	if (!key->get_fingerprint(key, type, &fingerprint))
	{
		return FALSE;
	}
	*known = chunk_clone(fingerprint);
	return TRUE;
}

/*
 * Described in header
 */
private_key_t *sim_key_private(private_key_t *key, public_key_t *half)
{
	private_wrapper_t *this;

	INIT(this,
		.public = {
			.get_type = _private_get_type,
			.supported_signature_schemes = _supported_signature_schemes,
			.sign = _sign,
			.decrypt = _decrypt,
			.get_keysize = _private_get_keysize,
			.get_public_key = _get_public_key,
			.equals = private_key_equals,
			.belongs_to = private_key_belongs_to,
			.get_fingerprint = _private_get_fingerprint,
			.has_fingerprint = private_key_has_fingerprint,
			.get_encoding = _private_get_encoding,
			.get_ref = _private_get_ref,
			.destroy = _private_destroy,
		},
		.key = key,
		.half = half->get_ref(half),
		.refs = 1,
	);
	if (!key->get_encoding(key, PRIVKEY_ASN1_DER, &this->known.der) ||
		!key->get_encoding(key, PRIVKEY_PEM, &this->known.pem) ||
		!learn_private(key, KEYID_PUBKEY_SHA1, &this->known.key) ||
		!learn_private(key, KEYID_PUBKEY_INFO_SHA1, &this->known.info))
	{
		private_destroy(this);
		return NULL;
	}
	return &this->public;
}

METHOD(public_key_t, public_get_type, key_type_t,
	public_wrapper_t *this)
{
	return this->key->get_type(this->key);
}

METHOD(public_key_t, verify, bool,
	public_wrapper_t *this, signature_scheme_t scheme, void *params,
	chunk_t data, chunk_t signature)
{
	return this->key->verify(this->key, scheme, params, data, signature);
}

METHOD(public_key_t, encrypt_, bool,
	public_wrapper_t *this, encryption_scheme_t scheme, void *params,
	chunk_t plain, chunk_t *crypto)
{
	return this->key->encrypt(this->key, scheme, params, plain, crypto);
}

METHOD(public_key_t, public_get_keysize, int,
	public_wrapper_t *this)
{
	return this->key->get_keysize(this->key);
}

METHOD(public_key_t, public_get_fingerprint, bool,
	public_wrapper_t *this, cred_encoding_type_t type, chunk_t *fingerprint)
{
	chunk_t *known = get_known(&this->known, type);

	if (known)
	{
		*fingerprint = *known;
		return TRUE;
	}
	return this->key->get_fingerprint(this->key, type, fingerprint);
}

METHOD(public_key_t, public_get_encoding, bool,
	public_wrapper_t *this, cred_encoding_type_t type, chunk_t *encoding)
{
	if (type == PUBKEY_SPKI_ASN1_DER)
	{
		*encoding = chunk_clone(this->known.der);
		return TRUE;
	}
	return this->key->get_encoding(this->key, type, encoding);
}

METHOD(public_key_t, public_get_ref, public_key_t*,
	public_wrapper_t *this)
{
	ref_get(&this->refs);
	return &this->public;
}

METHOD(public_key_t, public_destroy, void,
	public_wrapper_t *this)
{
	if (ref_put(&this->refs))
	{
		this->key->destroy(this->key);
		clear_known(&this->known);
		free(this);
	}
}

/**
 * Clone a fingerprint of a public key.
 */
static bool learn_public(public_key_t *key, cred_encoding_type_t type,
						 chunk_t *known)
{
	chunk_t fingerprint;

	if (!key->get_fingerprint(key, type, &fingerprint))
	{
		return FALSE;
	}
	*known = chunk_clone(fingerprint);
	return TRUE;
}

/*
 * Described in header
 */
public_key_t *sim_key_public(public_key_t *key)
{
	public_wrapper_t *this;

	INIT(this,
		.public = {
			.get_type = _public_get_type,
			.verify = _verify,
			.encrypt = _encrypt_,
			.equals = public_key_equals,
			.get_keysize = _public_get_keysize,
			.get_fingerprint = _public_get_fingerprint,
			.has_fingerprint = public_key_has_fingerprint,
			.get_encoding = _public_get_encoding,
			.get_ref = _public_get_ref,
			.destroy = _public_destroy,
		},
		.key = key,
		.refs = 1,
	);
	if (!key->get_encoding(key, PUBKEY_SPKI_ASN1_DER, &this->known.der) ||
		!learn_public(key, KEYID_PUBKEY_SHA1, &this->known.key) ||
		!learn_public(key, KEYID_PUBKEY_INFO_SHA1, &this->known.info))
	{
		public_destroy(this);
		return NULL;
	}
	return &this->public;
}
