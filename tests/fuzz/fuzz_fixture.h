/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fuzz_fixture fuzz_fixture
 * @{ @ingroup fuzz
 *
 * The CA, its RA and our own key: the same in each run, as the corpora hold what
 * they signed and encrypted.
 */

#ifndef FUZZ_FIXTURE_H_
#define FUZZ_FIXTURE_H_

#include "certrep.h"

#include <library.h>
#include <collections/linked_list.h>

typedef struct fuzz_extension_t fuzz_extension_t;
typedef struct fuzz_cert_t fuzz_cert_t;
typedef struct fuzz_fixture_t fuzz_fixture_t;

/**
 * An extension as OpenSSL's configuration has it.
 */
struct fuzz_extension_t {
	/** name, NULL ends a list */
	const char *name;
	/** value */
	const char *value;
};

/**
 * Content of a certificate.
 */
struct fuzz_cert_t {
	/** common name; empty: no subject at all */
	const char *cn;
	/** whose key is certified */
	EVP_PKEY *key;
	/** who issues it, NULL: self-signed */
	const certrep_id_t *issuer;
	/** serial number */
	uint64_t serial;
	/** UTCTime or GeneralizedTime, NULL: 2026 to 2036 */
	const char *not_before;
	const char *not_after;
	/** OpenSSL's name of the digest, SHA256 if NULL */
	const char *digest;
	/** extensions */
	const fuzz_extension_t *extensions;
};

/**
 * Who is there.
 */
struct fuzz_fixture_t {
	/** self-signed CA, the one that is pinned; RSA */
	certrep_id_t *root;
	/** CA below it; RSA */
	certrep_id_t *sub;
	/** marked as RA by its extendedKeyUsage, issued by the root; RSA */
	certrep_id_t *ra;
	/** RA, too, but it can sign only; EC */
	certrep_id_t *ec;
	/** us: self-signed, as for a first request; RSA */
	certrep_id_t *gw;
	/** whose signature counts: root, RA and EC RA */
	linked_list_t *signers;
};

/**
 * Get them; begins with fuzz_start().
 *
 * @return			fixture, lives as long as the program
 */
const fuzz_fixture_t *fuzz_fixture();

/**
 * Issue a certificate.
 *
 * @param spec		its content
 * @return			certificate
 */
X509 *fuzz_issue(const fuzz_cert_t *spec);

#endif /** FUZZ_FIXTURE_H_ @}*/
