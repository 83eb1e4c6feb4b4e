/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_keys.h"

static private_key_t *generate(scep_keys_t *public, key_type_t type, u_int size,
							   scep_error_t *err)
{
	mock_keys_t *this = (mock_keys_t*)public;
	private_key_t *key;

	if (this->fails)
	{
		scep_fail(err, SCEP_LOCAL, "no key could be generated");
		return NULL;
	}
	key = this->keys[this->taken++ % MOCK_KEYS];
	return key->get_ref(key);
}

/*
 * Described in header
 */
void mock_keys_destroy(mock_keys_t *this)
{
	int i;

	for (i = 0; i < MOCK_KEYS; i++)
	{
		DESTROY_IF(this->keys[i]);
	}
	free(this);
}

/*
 * Described in header
 */
mock_keys_t *mock_keys_create_of(private_key_t *keys[MOCK_KEYS])
{
	mock_keys_t *this;

	INIT(this,
		.public = {
			.generate = generate,
		},
	);
	memcpy(this->keys, keys, sizeof(this->keys));
	return this;
}

/*
 * Described in header
 */
mock_keys_t *mock_keys_create(u_int bits)
{
	private_key_t *keys[MOCK_KEYS];
	int i;

	for (i = 0; i < MOCK_KEYS; i++)
	{
		keys[i] = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
									 BUILD_KEY_SIZE, bits, BUILD_END);
	}
	return mock_keys_create_of(keys);
}
