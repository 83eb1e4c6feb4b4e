/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "setup.h"
#include "pool.h"
#include "rsa.h"

#include "mock_random.h"

#include <time.h>

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/rand.h>

/**
 * Plugins of libstrongswan, those on OpenSSL first as they are faster.
 */
#define PLUGINS "sha1 sha2 aes x509 pem pkcs1 pkcs8 mgf1 random nonce openssl"

/** Random numbers of OpenSSL */
static mock_random_t *noise;

static int get_noise(unsigned char *buf, int len)
{
	return noise->public.get_bytes(&noise->public, len, buf, NULL);
}

static int is_seeded()
{
	return 1;
}

/**
 * Let OpenSSL's random numbers be the same each time, too.
 */
static void replace_random()
{
	static const RAND_METHOD method = {
		.bytes = get_noise,
		.pseudorand = get_noise,
		.status = is_seeded,
	};

	noise = mock_random_create(0);
	RAND_set_rand_method(&method);
}

/*
 * Described in header
 */
bool sim_setup(bool real)
{
	replace_random();
	if (!real)
	{
		sim_rsa_register();
	}
	library_init(NULL, "sim");
	dbg_default_set_level(-1);
	sim_pool_register();
	lib->plugins->add_path(lib->plugins, SCEP_PLUGINDIR);
	return lib->plugins->load(lib->plugins, PLUGINS);
}

/*
 * Described in header
 */
void sim_setup_seed(uint64_t seed)
{
	noise->state = seed;
	sim_rsa_reset();
}

/*
 * Described in header
 */
double sim_setup_seconds()
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/*
 * Described in header
 */
void sim_setup_end()
{
	library_deinit();
	noise->public.destroy(&noise->public);
}

/**
 * LeakSanitizer: OpenSSL's providers keep what they allocated until exit.
 */
const char *__lsan_default_suppressions();

const char *__lsan_default_suppressions()
{
	return "leak:libcrypto\n";
}
