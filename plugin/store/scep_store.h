/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_store scep_store
 * @{ @ingroup scep
 *
 * The state on disk:
 *
 * @code
 * STATE_DIR/lock
 * STATE_DIR/PROFILE/status                     attempts, times
 * STATE_DIR/PROFILE/request/{key.pem,csr.der,facts}
 * STATE_DIR/PROFILE/gen-N/{key.pem,cert.pem,chain.pem,facts}
 * STATE_DIR/PROFILE/current -> gen-N
 * STATE_DIR/PROFILE/ca/{pinned,root,chain,ra-N}.pem
 * @endcode
 *
 * Everything is written beside its place, synced and renamed. A generation is
 * never changed; the rename of "current" commits key and certificate together.
 * Whatever step fails or is the last one before a crash: the old generation
 * stays in use, and the key of a request that the CA may have granted is kept.
 * Files that can't be understood are reported and left alone.
 */

#ifndef SCEP_STORE_H_
#define SCEP_STORE_H_

#include "base/scep_error.h"
#include "store/scep_disk.h"
#include "store/scep_generation.h"

#include <library.h>
#include <crypto/hashers/hasher.h>

typedef struct scep_request_record_t scep_request_record_t;
typedef struct scep_status_t scep_status_t;
typedef struct scep_profile_store_t scep_profile_store_t;
typedef struct scep_store_t scep_store_t;

/**
 * A request under way. Begin with a zeroed one.
 */
struct scep_request_record_t {

	/** key to be certified, NULL if there is no request */
	private_key_t *key;

	/** DER of the PKCS#10 request, empty if there is only a key to use for the
	 * next one; holds the challenge: clear it */
	chunk_t csr;

	/** transactionID */
	char *transaction_id;

	/** request_digest of the profile that it was made for */
	char *digest;

	/** "enroll" or "renew" */
	char *operation;

	/** when it was made */
	time_t created;

	/** whether it may have reached the server */
	bool sent;

	/** since when the CA has it pending, 0 if it hasn't */
	time_t pending_since;

	/** number of CertPolls that were sent */
	u_int polls;
};

/**
 * What to remember of a profile. All zero in the beginning.
 */
struct scep_status_t {

	/** failures since the last success */
	u_int attempts;

	/** when the next attempt is due, 0 if none is waiting */
	time_t next_at;

	/** moment of the renewal of generation renew_gen */
	time_t renew_at;

	/** number of the generation that renew_at was drawn for, 0 for none */
	u_int renew_gen;

	/** when a certificate was received last, 0 for never */
	time_t last_success;

	/** what the last error means, SCEP_OK for none */
	scep_error_kind_t error_kind;

	/** reason of the last error, empty for none */
	char last_error[SCEP_MAX_ERROR];

	/** request_digest of the profile that the current generation was issued
	 * for, empty if unknown */
	char digest[HASH_SIZE_SHA256 * 2 + 1];
};

/**
 * State of one profile. One thread at a time: the loop's, or a worker that it
 * waits for. All calls are synchronous.
 */
struct scep_profile_store_t {

	/**
	 * Load a generation.
	 *
	 * @param which		0 for the current one, 1 for the one before
	 * @param gen		receives a reference, NULL if there is none
	 * @param err		SCEP_LOCAL: not readable, damaged, the key is readable
	 *					by others or doesn't match the certificate
	 * @return			FALSE if there is one that can't be used
	 */
	bool (*load_generation)(scep_profile_store_t *this, u_int which,
							scep_generation_t **gen, scep_error_t *err);

	/**
	 * Make a new generation the current one. Ends the request under way, and
	 * removes the generations before the previous one.
	 *
	 * @param key		private key
	 * @param cert		certificate for that key
	 * @param chain		intermediates (certificate_t), or NULL
	 * @param gen		receives a reference, or NULL if not wanted
	 * @param err		SCEP_LOCAL: reason
	 * @return			FALSE if the old generation is still the current one
	 */
	bool (*commit)(scep_profile_store_t *this, private_key_t *key,
				   certificate_t *cert, linked_list_t *chain,
				   scep_generation_t **gen, scep_error_t *err);

	/**
	 * Write a request. Afterwards it survives a loss of power.
	 *
	 * @param record	request, has a key
	 * @param err		SCEP_LOCAL: reason
	 * @return			FALSE if what was there before is still there
	 */
	bool (*save_request)(scep_profile_store_t *this,
						 const scep_request_record_t *record,
						 scep_error_t *err);

	/**
	 * Load the request under way.
	 *
	 * @param record	cleared, then filled in; key is NULL if there is none;
	 *					free with scep_request_record_clear()
	 * @param err		SCEP_LOCAL: not readable or damaged
	 * @return			FALSE if there is one that can't be used
	 */
	bool (*load_request)(scep_profile_store_t *this,
						 scep_request_record_t *record, scep_error_t *err);

	/**
	 * Remove the request under way, with its key.
	 */
	void (*drop_request)(scep_profile_store_t *this);

	/**
	 * Write the status.
	 *
	 * @param status	status
	 * @param err		SCEP_LOCAL: reason
	 * @return			FALSE if the old one is still there
	 */
	bool (*save_status)(scep_profile_store_t *this, const scep_status_t *status,
						scep_error_t *err);

	/**
	 * Load the status.
	 *
	 * @param status	filled in, zeroed if there is none or on failure
	 * @param err		SCEP_LOCAL: not readable or damaged
	 * @return			FALSE if there is one that can't be used
	 */
	bool (*load_status)(scep_profile_store_t *this, scep_status_t *status,
						scep_error_t *err);

	/**
	 * Write the verified CA and RA certificates, file by file, so that no path
	 * is ever without its file. Nothing is written if nothing has changed.
	 *
	 * @param pinned	pinned CA certificate; root.pem if it is self-signed
	 * @param chain		CA certificates (certificate_t), those but the root go
	 *					to chain.pem; or NULL
	 * @param ras		RA certificates (certificate_t), or NULL
	 * @param err		SCEP_LOCAL: reason
	 * @return			FALSE if some could not be written
	 */
	bool (*save_ca)(scep_profile_store_t *this, certificate_t *pinned,
					linked_list_t *chain, linked_list_t *ras,
					scep_error_t *err);

	/**
	 * Load the root CA certificate.
	 *
	 * @param root		receives a reference; NULL if there is none, because the
	 *					pinned certificate is not self-signed or not known yet
	 * @param err		SCEP_LOCAL: not readable or damaged
	 * @return			FALSE if there is one that can't be used
	 */
	bool (*load_root)(scep_profile_store_t *this, certificate_t **root,
					  scep_error_t *err);

	/**
	 * Destroy a scep_profile_store_t; what is on disk stays.
	 */
	void (*destroy)(scep_profile_store_t *this);
};

/**
 * State of all profiles. One thread.
 */
struct scep_store_t {

	/**
	 * Open the state of a profile; makes its directory, and removes what a
	 * crash left behind. Not twice for the same profile.
	 *
	 * @param profile	name of the profile
	 * @param err		SCEP_LOCAL: reason
	 * @return			state, to be destroyed before the store; NULL on failure
	 */
	scep_profile_store_t *(*open)(scep_store_t *this, const char *profile,
								  scep_error_t *err);

	/**
	 * Destroy a scep_store_t, and give the lock back.
	 */
	void (*destroy)(scep_store_t *this);
};

/**
 * Open a directory of state, and lock it against other processes.
 *
 * @param disk		disk, not owned
 * @param state_dir	path; directories that don't exist are made
 * @param err		SCEP_LOCAL: reason, in use by another process, for instance
 * @return			store, or NULL
 */
scep_store_t *scep_store_create(scep_disk_t *disk, const char *state_dir,
								scep_error_t *err);

/**
 * Free what is in a request record, and zero it. Any thread.
 *
 * @param record	record
 */
void scep_request_record_clear(scep_request_record_t *record);

#endif /** SCEP_STORE_H_ @}*/
