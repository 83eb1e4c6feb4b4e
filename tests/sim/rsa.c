/* SPDX-License-Identifier: GPL-2.0-or-later */

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rsa.h>

#include "rsa.h"
#include "trace.h"

/** Size of a value: that of the modulus, bytes */
#define LEN		256

/** Places in the table, a power of two, and how many of them may be taken */
#define PLACES	(1 << 16)
#define TAKEN	(PLACES / 4 * 3)

typedef struct entry_t entry_t;

/**
 * What one half of a key made, and what the other one makes of it.
 */
struct entry_t {

	/** hash of modulus, which half made it, and what it made */
	uint64_t hash;

	/** run in which it was made */
	uint64_t run;

	/** what it was made of */
	u_char from[LEN];
};

/** The table, how much of it is taken, and the run */
static entry_t table[PLACES];
static u_int taken;
static uint64_t run = 1;

/**
 * Hash a value of a key.
 *
 * @param private	whether the private half made it
 */
static uint64_t hash_value(const BIGNUM *n, bool private, const u_char *value)
{
	u_char modulus[LEN];
	uint64_t hash;

	BN_bn2binpad(n, modulus, sizeof(modulus));
	hash = sim_hash(private, chunk_create(modulus, sizeof(modulus)));
	return sim_hash(hash, chunk_create((u_char*)value, LEN));
}

/**
 * Find the place of an entry, or an empty one for it.
 */
static entry_t *find(uint64_t hash)
{
	uint64_t i = hash;

	while (table[i % PLACES].run == run && table[i % PLACES].hash != hash)
	{
		i++;
	}
	return &table[i % PLACES];
}

/**
 * Make another value, that looks random.
 */
static void scramble(uint64_t state, u_char value[LEN])
{
	int i;

	for (i = 0; i < LEN; i++)
	{
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		value[i] = state >> 56;
	}
	/* below each modulus, and no integer of fewer octets */
	value[0] = 0x40;
}

/**
 * Undo what the other half made, or make something that it can undo.
 */
static int apply(BIGNUM *result, const BIGNUM *value, const BIGNUM *n,
				 bool private)
{
	u_char from[LEN], to[LEN];
	entry_t *entry;

	if (BN_bn2binpad(value, from, sizeof(from)) != LEN)
	{
		return 0;
	}
	entry = find(hash_value(n, !private, from));
	if (entry->run == run)
	{
		return BN_bin2bn(entry->from, LEN, result) != NULL;
	}
	scramble(hash_value(n, private, from), to);
	entry = find(hash_value(n, private, to));
	if (entry->run != run && ++taken > TAKEN)
	{
		abort();
	}
	entry->run = run;
	entry->hash = hash_value(n, private, to);
	memcpy(entry->from, from, LEN);
	return BN_bin2bn(to, LEN, result) != NULL;
}

static int apply_private(BIGNUM *result, const BIGNUM *value, RSA *rsa,
						 BN_CTX *ctx)
{
	return apply(result, value, RSA_get0_n(rsa), TRUE);
}

static int apply_public(BIGNUM *result, const BIGNUM *value, const BIGNUM *e,
						const BIGNUM *n, BN_CTX *ctx, BN_MONT_CTX *mont)
{
	return apply(result, value, n, FALSE);
}

/*
 * Described in header
 */
void sim_rsa_register()
{
	/* in place: keys of other methods can't be copied */
	RSA_METHOD *method = (RSA_METHOD*)RSA_PKCS1_OpenSSL();

	RSA_meth_set_mod_exp(method, apply_private);
	RSA_meth_set_bn_mod_exp(method, apply_public);
	RSA_meth_set_flags(method, RSA_meth_get_flags(method) |
					   RSA_FLAG_NO_BLINDING);
}

/*
 * Described in header
 */
void sim_rsa_reset()
{
	run++;
	taken = 0;
}
