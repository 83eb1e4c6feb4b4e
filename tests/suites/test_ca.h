/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup test_ca test_ca
 * @{ @ingroup scep_tests
 *
 * Certificates of any kind, on OpenSSL: CAs, RAs and gateways with chosen
 * extensions, validity, digest and key; and lists and profiles around them.
 */

#ifndef TEST_CA_H_
#define TEST_CA_H_

#include "certrep.h"
#include "config/scep_profile.h"

#include <collections/linked_list.h>

/** Wall clock of the tests that check validity */
#define TEST_NOW		1767225600

/** A day and a year, seconds */
#define TEST_DAY		(24 * 60 * 60)
#define TEST_YEAR		(365 * TEST_DAY)

/** Extended key usages of a registration authority, as OpenSSL takes them */
#define TEST_EKU_AGENT	"1.3.6.1.4.1.311.20.2.1"
#define TEST_EKU_CMC	"1.3.6.1.5.5.7.3.28"

typedef enum test_key_t test_key_t;
typedef struct test_cert_t test_cert_t;

/**
 * Kinds of keys.
 */
enum test_key_t {
	TEST_RSA_2048 = 0,
	TEST_RSA_1024,
	TEST_EC_256,
	TEST_EC_192,
};

/**
 * What a certificate is to be. All zero but subject is an end entity's without
 * extensions, self-signed, valid from a day before TEST_NOW for a year.
 */
struct test_cert_t {
	/** "CN=x" or "/C=DE/CN=x", each value as given with UTF-8 strings */
	const char *subject;
	/** MBSTRING type of the subject's values: TRUE for PrintableString */
	bool printable;
	/** issuer, NULL for itself */
	const certrep_id_t *issuer;
	/** whose key is certified, NULL for a new one */
	const certrep_id_t *same_key;
	/** kind of a new key */
	test_key_t key;
	/** basicConstraints CA */
	bool ca;
	/** extensions as openssl.cnf has them, or NULL; path_len as text */
	const char *path_len;
	const char *usage;
	const char *eku;
	const char *san;
	/** seconds relative to TEST_NOW; both 0 for the default */
	long from, to;
	/** OpenSSL's name of the digest, SHA256 if NULL */
	const char *digest;
};

/**
 * Create an identity; certrep_id_destroy() destroys it.
 *
 * @param what		what it is to be
 * @return			identity
 */
certrep_id_t *test_cert(const test_cert_t *what);

/**
 * Put certificates of identities on a list.
 *
 * @param first		certrep_id_t, others follow, NULL at the end
 * @return			list of certificate_t; scep_certs_destroy() frees it
 */
linked_list_t *test_certs(certrep_id_t *first, ...);

/**
 * Check that a list has exactly the certificates of some identities.
 *
 * @param certs		list of certificate_t
 * @param first		certrep_id_t, others follow, NULL at the end
 */
void test_assert_certs(linked_list_t *certs, certrep_id_t *first, ...);

/**
 * Create a pin.
 *
 * @param id		whose certificate
 * @param alg		hash
 * @return			pin, to be freed as one of a list
 */
scep_pin_t *test_pin(const certrep_id_t *id, hash_algorithm_t alg);

/**
 * Create a profile as if it were parsed, with lists that are empty.
 *
 * @param profile	gets it
 * @param pinned	whose certificate ca_fingerprint has, NULL for none
 */
void test_profile_init(scep_profile_t *profile, const certrep_id_t *pinned);

/**
 * Free what test_profile_init() and a test put into a profile.
 */
void test_profile_clear(scep_profile_t *profile);

/**
 * Destroy a list of pins.
 */
void test_pins_destroy(linked_list_t *pins);

#endif /** TEST_CA_H_ @}*/
