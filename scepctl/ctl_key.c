/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_key.h"
#include "ctl_check.h"
#include "ctl_secret.h"
#include "ctl_text.h"

#include <credentials/sets/mem_cred.h>

#include <unistd.h>

/**
 * Whether a key is encrypted, which its PEM tells.
 */
static bool is_encrypted(chunk_t key)
{
	return memmem(key.ptr, key.len, "ENCRYPTED", strlen("ENCRYPTED")) != NULL;
}

/**
 * Decrypt a key.
 *
 * @param plain		gets it in PEM, allocated
 */
static bool decrypt(chunk_t key, const char *passphrase, chunk_t *plain)
{
	mem_cred_t *creds = mem_cred_create();
	private_key_t *private;
	bool success;

	ctl_load_plugins();
	creds->add_shared(creds, shared_key_create(SHARED_PRIVATE_KEY_PASS,
					  chunk_clone(chunk_from_str((char*)passphrase))), NULL);
	lib->credmgr->add_set(lib->credmgr, &creds->set);
	private = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_ANY,
								 BUILD_BLOB_PEM, key, BUILD_END);
	lib->credmgr->remove_set(lib->credmgr, &creds->set);
	creds->destroy(creds);
	success = private && private->get_encoding(private, PRIVKEY_PEM,
											   plain);
	DESTROY_IF(private);
	return success;
}

/*
 * Described in header
 */
bool ctl_key_decrypt(const char *name, chunk_t *key)
{
	char passphrase[CTL_SECRET_LEN];
	chunk_t plain = chunk_empty;

	if (!is_encrypted(*key))
	{
		return TRUE;
	}
	if (!isatty(STDIN_FILENO))
	{
		ctl_error("the key in '%s' is encrypted, and there is no terminal to "
				  "ask for its passphrase: decrypt it first, by openssl pkey "
				  "-in FILE -out PLAIN", name);
		return FALSE;
	}
	if (!ctl_secret_read("Passphrase of the key", passphrase))
	{
		return FALSE;
	}
	if (!decrypt(*key, passphrase, &plain))
	{
		ctl_error("the key in '%s' can't be decrypted: if the passphrase is "
				  "right, decrypt it first, by openssl pkey -in FILE -out "
				  "PLAIN", name);
		memwipe(passphrase, sizeof(passphrase));
		return FALSE;
	}
	memwipe(passphrase, sizeof(passphrase));
	chunk_clear(key);
	*key = plain;
	return TRUE;
}
