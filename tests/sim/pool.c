/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "pool.h"

#include <openssl/pem.h>

/** The one of this process, and what its keys look like on disk */
static sim_pool_t *pool;
static chunk_t encodings[MOCK_KEYS];

/**
 * Find a key that is to be parsed.
 */
static private_key_t *find(key_type_t type, va_list args)
{
	private_key_t *key;
	builder_part_t part;
	chunk_t blob = chunk_empty;
	int i;

	while ((part = va_arg(args, builder_part_t)) != BUILD_END)
	{
		if (part != BUILD_BLOB_ASN1_DER)
		{
			return NULL;
		}
		blob = va_arg(args, chunk_t);
	}
	for (i = 0; pool && i < MOCK_KEYS; i++)
	{
		if (blob.len && chunk_equals(blob, encodings[i]))
		{
			key = pool->keys->keys[i];
			return key->get_ref(key);
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
							"sim", (builder_function_t)find);
}

/**
 * Make libstrongswan's view of a key.
 */
static private_key_t *convert(EVP_PKEY *pkey)
{
	private_key_t *key;
	u_char *der = NULL;
	int len;

	len = i2d_PrivateKey(pkey, &der);
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_BLOB_ASN1_DER, chunk_create(der, len),
							 BUILD_END);
	OPENSSL_free(der);
	return key;
}

/**
 * Load all keys of a file.
 */
static bool load(sim_pool_t *this, BIO *bio)
{
	private_key_t *keys[MOCK_KEYS];
	EVP_PKEY *pkey;
	int i;

	for (i = 0; i < MOCK_KEYS + SIM_CA_KEYS; i++)
	{
		pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
		if (!pkey)
		{
			return FALSE;
		}
		if (i >= MOCK_KEYS)
		{
			this->pkeys[i - MOCK_KEYS] = pkey;
			continue;
		}
		keys[i] = convert(pkey);
		this->own[i] = pkey;
		if (!keys[i] || !keys[i]->get_encoding(keys[i], PRIVKEY_ASN1_DER,
											   &encodings[i]) ||
			!keys[i]->get_encoding(keys[i], PRIVKEY_PEM, &this->pem[i]))
		{
			return FALSE;
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
