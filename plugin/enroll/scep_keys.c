/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_keys.h"

static private_key_t *generate(scep_keys_t *this, key_type_t type, u_int size,
							   scep_error_t *err)
{
	private_key_t *key;

	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, type,
							 BUILD_KEY_SIZE, size, BUILD_END);
	if (!key)
	{
		scep_fail(err, SCEP_LOCAL, "no %N key of %u bits could be generated: "
				  "load strongSwan's openssl or gmp plugin", key_type_names,
				  type, size);
	}
	return key;
}

/*
 * Described in header
 */
scep_keys_t *scep_keys_get()
{
	static scep_keys_t keys = {
		.generate = generate,
	};

	return &keys;
}
