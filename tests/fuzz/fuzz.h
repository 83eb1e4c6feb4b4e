/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fuzz fuzz
 * @{ @ingroup scep_tests
 *
 * What all fuzz targets share. Each is a function for libFuzzer; built without
 * it, replay.c feeds the corpus to the same function.
 */

#ifndef FUZZ_H_
#define FUZZ_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"

#include <library.h>

/** The time at which everything is checked: 2026-07-01T00:00:00Z */
#define FUZZ_NOW	((time_t)1782864000)

/** What the request had that a CertRep must answer */
#define FUZZ_TRANSACTION_ID	"A1B2C3D4E5F6"
#define FUZZ_NONCE			"0123456789abcdef"

/**
 * End the program if something does not hold that has to.
 */
#define fuzz_require(holds) \
	((holds) ? (void)0 : fuzz_fail(#holds, __FILE__, __LINE__))

/**
 * Name of the target, which is that of its corpus, too.
 */
extern const char *fuzz_target;

/**
 * The target.
 *
 * @param data		input
 * @param size		its length
 * @return			0
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * Load libstrongswan and its plugins. May be called repeatedly. From then on
 * what the code under test logs has to be one printable line each.
 */
void fuzz_start();

/**
 * Get a copy of the input, of exactly its size, for the sanitizer.
 *
 * @param data		input
 * @param size		its length
 * @return			copy, allocated
 */
chunk_t fuzz_input(const uint8_t *data, size_t size);

/**
 * Free what fuzz_input() gave, and what OpenSSL keeps of its errors, which
 * libFuzzer would search the memory for as a possible leak, each time.
 *
 * @param input		copy of the input
 */
void fuzz_done(chunk_t input);

/**
 * Require that an error tells what failed.
 *
 * @param err		error
 */
void fuzz_require_reason(const scep_error_t *err);

/**
 * Load a profile.
 *
 * @param lines		settings besides those that are required
 * @return			profile
 */
scep_profile_t *fuzz_load_profile(const char *lines);

/**
 * Load a profile with fingerprints.
 *
 * @param ca		CA to pin, or NULL
 * @param ra		RA to pin, or NULL
 * @return			profile
 */
scep_profile_t *fuzz_load_pinned(certificate_t *ca, certificate_t *ra);

/**
 * End the program; for fuzz_require().
 */
void fuzz_fail(const char *what, const char *file, int line)
	__attribute__((noreturn));

/**
 * Change an input of DER or BER elements and keep the lengths around the change
 * right; without that most mutations end at the first byte. Only with libFuzzer.
 *
 * @param data		input, changed in place
 * @param size		its length
 * @param max		room for it
 * @param seed		for random numbers
 * @return			new length
 */
size_t fuzz_mutate_der(uint8_t *data, size_t size, size_t max, u_int seed);

/**
 * Let libFuzzer use fuzz_mutate_der() for this target.
 */
#ifdef FUZZING
#define FUZZ_DER_MUTATOR \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, \
								   u_int seed); \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, \
								   u_int seed) \
	{ \
		return fuzz_mutate_der(data, size, max, seed); \
	}
#else
#define FUZZ_DER_MUTATOR
#endif

#endif /** FUZZ_H_ @}*/
