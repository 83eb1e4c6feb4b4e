/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup store_fixture store_fixture
 * @{ @ingroup tests
 *
 * A profile's state in a directory of its own, credentials to keep in it, and
 * a disk that fails.
 */

#ifndef STORE_FIXTURE_H_
#define STORE_FIXTURE_H_

#include "scep_test.h"

#include "store/scep_store.h"

/** Keys that are generated for a group of tests */
#define KEYS	3

/** A digest of a profile */
#define DIGEST	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/** More steps than any operation takes: a sweep ends when one succeeds */
#define MAX_STEPS	200

typedef struct bad_disk_t bad_disk_t;

/**
 * A disk on which a step fails.
 */
struct bad_disk_t {

	/** interface */
	scep_disk_t public;

	/** disk that does the work */
	scep_disk_t *good;

	/** step that fails, counted from 1; 0 for none */
	u_int fails;

	/** whether all later steps fail, too, as after a crash */
	bool crashes;

	/** steps so far */
	u_int steps;

	/** end of the path of a file that can't be read, or NULL */
	const char *unreadable;

	/** paths of the directories that were synced, each with a line feed */
	char synced[2048];
};

/** keys */
extern private_key_t *keys[KEYS];

/** certificates for them, the first one is self-signed and signed the others */
extern certificate_t *certs[KEYS];

/** directory of a test */
extern char dir[64];

/** disks */
extern scep_disk_t *good;
extern bad_disk_t bad;

/** state in dir, on the good disk */
extern scep_profile_store_t *store;

/**
 * Make keys and certificates.
 */
void make_credentials();

/**
 * Destroy keys and certificates.
 */
void destroy_credentials();

/**
 * Remove a directory and what is in it.
 */
void remove_tree(const char *path);

/**
 * Open the profile in dir.
 */
scep_profile_store_t *open_on(scep_disk_t *disk);

/**
 * Open a profile in a new directory.
 */
void store_setup();

/**
 * Remove it.
 */
void store_teardown();

/**
 * Path below dir, in a static buffer.
 */
char *at(const char *name);

/**
 * Whether there is something below dir.
 */
bool exists(const char *name);

/**
 * Permissions of a file below dir.
 */
mode_t get_mode(const char *name);

/**
 * Replace a file's content, leaving its mode.
 */
void overwrite(const char *name, const char *content);

/**
 * Commit key and certificate of a number, with the CA as the chain.
 */
bool commit_on(scep_profile_store_t *to, int which, scep_error_t *err);

/**
 * Commit, which has to work.
 */
void commit(int which);

/**
 * Load a generation that has to be usable.
 */
scep_generation_t *load(u_int which);

/**
 * Tell which of the credentials a generation has; -1 for none.
 */
int identify(scep_generation_t *gen);

/**
 * Tell which of the credentials a generation on disk has; -1 for none.
 */
int loaded(u_int which);

/**
 * Fill in a request for the key of a number.
 */
scep_request_record_t make_request(int which);

/**
 * Save a request, which has to work.
 */
void save_request(int which);

/**
 * Whether the key of a request on disk is that of a number; what belongs
 * together has to be together.
 */
bool has_request(int which);

#endif /** STORE_FIXTURE_H_ @}*/
