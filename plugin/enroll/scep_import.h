/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_import scep_import
 * @{ @ingroup scep_enroll
 *
 * A key and a certificate that are there already, from another client or made
 * by hand, become a profile's.
 */

#ifndef SCEP_IMPORT_H_
#define SCEP_IMPORT_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_import_t scep_import_t;

/**
 * What a person imports: contents of files, in PEM or DER, of at most
 * SCEP_MAX_IMPORT bytes each.
 */
struct scep_import_t {

	/** private key, PKCS#1 or PKCS#8, maybe encrypted */
	chunk_t key;

	/** passphrase of the key, chunk_empty if it needs none */
	chunk_t passphrase;

	/** certificate of the key; others may be beside it, in any order */
	chunk_t certs;

	/** certificates of CAs, or chunk_empty */
	chunk_t chain;
};

/**
 * Check a key and its certificate, and commit them as a new generation. The
 * request under way is dropped. Reads and writes files, verifies signatures;
 * the loop, or who has the profile's state to itself.
 *
 * The certificate must pass what an issued one has to (scep_issued_check());
 * only where the pinned CA's own certificate is neither known nor among those
 * that are imported, it is not checked who issued it, and a warning says so.
 *
 * @param profile	whose they become
 * @param store		state of the profile
 * @param import	key and certificates
 * @param current	generation to keep unless the imported one lasts longer, or
 *					NULL
 * @param now		wall clock
 * @param gen		gets the new generation
 * @param err		SCEP_PERMANENT, SCEP_SECURITY, SCEP_TRANSIENT (clock): why
 *					they are refused; SCEP_LOCAL: not written
 * @return			TRUE if they are on disk
 */
bool scep_import(scep_profile_t *profile, scep_profile_store_t *store,
				 const scep_import_t *import, scep_generation_t *current,
				 time_t now, scep_generation_t **gen, scep_error_t *err);

/**
 * Import into a state directory that no process uses, for the next start. As
 * root it is done as the user whose the directory is. A process with one
 * thread.
 *
 * @param profile	whose they become
 * @param state_dir	state directory
 * @param import	key and certificates
 * @param now		wall clock
 * @param err		reason of a failure
 * @return			TRUE if they are on disk
 */
bool scep_import_offline(scep_profile_t *profile, const char *state_dir,
						 const scep_import_t *import, time_t now,
						 scep_error_t *err);

#endif /** SCEP_IMPORT_H_ @}*/
