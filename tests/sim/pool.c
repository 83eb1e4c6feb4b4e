/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "pool.h"
#include "key.h"

#include <openssl/pem.h>

/** Keys of the pool, all together */
#define KEYS	(MOCK_KEYS + SIM_CA_KEYS)

/** The one of this process, its public keys, and how its keys are encoded */
static sim_pool_t *pool;
static public_key_t *publics[KEYS];
static chunk_t encodings[MOCK_KEYS], infos[KEYS];

/**
 * Get what is to be parsed, if it is in DER.
 */
static chunk_t get_blob(va_list args)
{
	chunk_t blob = chunk_empty;
	builder_part_t part;

	while ((part = va_arg(args, builder_part_t)) != BUILD_END)
	{
		if (part != BUILD_BLOB_ASN1_DER)
		{
			return chunk_empty;
		}
		blob = va_arg(args, chunk_t);
	}
	return blob;
}

/**
 * Find a private key that is to be parsed.
 */
static private_key_t *find_private(key_type_t type, va_list args)
{
	chunk_t blob = get_blob(args);
	private_key_t *key;
	int i;

	for (i = 0; pool && blob.len && i < MOCK_KEYS; i++)
	{
		if (chunk_equals(blob, encodings[i]))
		{
			key = pool->keys->keys[i];
			return key->get_ref(key);
		}
	}
	return NULL;
}

/**
 * Find a public key that is to be parsed.
 */
static public_key_t *find_public(key_type_t type, va_list args)
{
	chunk_t blob = get_blob(args);
	int i;

	for (i = 0; pool && blob.len && i < KEYS; i++)
	{
		if (chunk_equals(blob, infos[i]))
		{
			return publics[i]->get_ref(publics[i]);
		}
	}
	return NULL;
}

/*
 * Described in header
 */
void sim_pool_register()
{
	lib->creds->add_builder(lib->creds, CRED_PRIVATE_KEY, KEY_RSA, FALSE,
							"sim", (builder_function_t)find_private);
	lib->creds->add_builder(lib->creds, CRED_PUBLIC_KEY, KEY_ANY, FALSE,
							"sim", (builder_function_t)find_public);
}

/**
 * Make libstrongswan's view of a key.
 *
 * @param number	number in the pool
 * @return			private key, NULL if that fails
 */
static private_key_t *convert(EVP_PKEY *pkey, int number)
{
	private_key_t *key;
	public_key_t *public;
	u_char *der = NULL;
	int len;

	len = i2d_PrivateKey(pkey, &der);
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_BLOB_ASN1_DER, chunk_create(der, len),
							 BUILD_END);
	OPENSSL_free(der);
	public = key ? key->get_public_key(key) : NULL;
	if (!public)
	{
		DESTROY_IF(key);
		return NULL;
	}
	publics[number] = sim_key_public(public);
	publics[number]->get_encoding(publics[number], PUBKEY_SPKI_ASN1_DER,
								  &infos[number]);
	return sim_key_private(key, publics[number]);
}

/**
 * Load all keys of a file.
 */
static bool load(sim_pool_t *this, BIO *bio)
{
	private_key_t *keys[MOCK_KEYS], *key;
	EVP_PKEY *pkey;
	int i;

	for (i = 0; i < KEYS; i++)
	{
		pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		key = pkey ? convert(pkey, i) : NULL;
		if (!key)
		{
			return FALSE;
		}
		if (i < MOCK_KEYS)
		{
			this->own[i] = pkey;
			keys[i] = key;
			key->get_encoding(key, PRIVKEY_ASN1_DER, &encodings[i]);
			key->get_encoding(key, PRIVKEY_PEM, &this->pem[i]);
		}
		else
		{
			this->pkeys[i - MOCK_KEYS] = pkey;
			key->destroy(key);
		}
	}
	this->keys = mock_keys_create_of(keys);
	return TRUE;
}

/*
 * Described in header
 */
mock_keys_t *sim_pool_reset(sim_pool_t *this)
{
	this->taken = 0;
	this->keys->taken = 0;
	this->keys->fails = FALSE;
	return this->keys;
}

/*
 * Described in header
 */
EVP_PKEY *sim_pool_take(u_int bits)
{
	EVP_PKEY *pkey = pool->pkeys[pool->taken++ % SIM_CA_KEYS];

	EVP_PKEY_up_ref(pkey);
	return pkey;
}

/*
 * Described in header
 */
void sim_pool_destroy(sim_pool_t *this)
{
	int i;

	pool = NULL;
	for (i = 0; i < SIM_CA_KEYS; i++)
	{
		EVP_PKEY_free(this->pkeys[i]);
	}
	for (i = 0; i < MOCK_KEYS; i++)
	{
		EVP_PKEY_free(this->own[i]);
		chunk_clear(&this->pem[i]);
		chunk_clear(&encodings[i]);
	}
	for (i = 0; i < KEYS; i++)
	{
		publics[i]->destroy(publics[i]);
		chunk_free(&infos[i]);
	}
	mock_keys_destroy(this->keys);
	free(this);
}

/*
 * Described in header
 */
sim_pool_t *sim_pool_create(const char *path)
{
	sim_pool_t *this;
	BIO *bio;
	bool success;

	bio = BIO_new_file(path, "r");
	if (!bio)
	{
		return NULL;
	}
	INIT(this);
	success = load(this, bio);
	BIO_free(bio);
	pool = success ? this : NULL;
	return pool;
}
