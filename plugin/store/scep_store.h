/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_store scep_store
 * @{ @ingroup scep_store_layer
 *
 * State of the profiles on disk. A crash or a full disk at any step leaves the
 * last good generation in use and loses no key whose request may have been
 * granted.
 *
 *   <state_dir>/lock
 *   <state_dir>/<profile>/gen-N/{key.pem,cert.pem,chain.pem,facts}
 *   <state_dir>/<profile>/current -> gen-N
 *   <state_dir>/<profile>/request/{key.pem,csr.der,facts}
 *   <state_dir>/<profile>/request.bad-N/{key.pem,csr.der,facts}
 *   <state_dir>/<profile>/ca/{root.pem,chain.pem,pinned.pem}
 *   <state_dir>/<profile>/ca/{next.pem,announced.pem,crl.der}
 *   <state_dir>/<profile>/ca/{confirmed,unconfirmed}
 *   <state_dir>/<profile>/{status,server,challenge,phrase}
 */

#ifndef SCEP_STORE_H_
#define SCEP_STORE_H_

#include "base/scep_error.h"
#include "config/scep_pin.h"
#include "config/scep_profile.h"
#include "store/scep_disk.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

typedef struct scep_generation_t scep_generation_t;
typedef struct scep_request_record_t scep_request_record_t;
typedef struct scep_lost_t scep_lost_t;
typedef struct scep_status_t scep_status_t;
typedef struct scep_server_t scep_server_t;
typedef struct scep_profile_store_t scep_profile_store_t;
typedef struct scep_store_t scep_store_t;

/**
 * A key and its certificate, immutable and reference counted. Any thread.
 */
struct scep_generation_t {

	/** number, counted from 1 */
	u_int number;

	/** private key */
	private_key_t *key;

	/** certificate for it */
	certificate_t *cert;

	/** intermediates up to the pinned CA, without a root; certificate_t */
	linked_list_t *chain;

	/** request_digest of the profile that it was requested for */
	char digest[65];

	/** when it was committed, wall clock time, 0 if unknown */
	time_t committed;

	/**
	 * Get a reference.
	 */
	scep_generation_t *(*get_ref)(scep_generation_t *this);

	/**
	 * Drop a reference.
	 */
	void (*destroy)(scep_generation_t *this);
};

/**
 * A request under way; scep_request_record_clear() frees its parts.
 */
struct scep_request_record_t {

	/** key to certify, NULL if there is no request */
	private_key_t *key;

	/** PKCS#10 request, with the challenge; chunk_empty if the CA refused it */
	chunk_t csr;

	/** transactionID */
	char *transaction_id;

	/** request_digest of the profile */
	char *digest;

	/** name of the way to ask */
	char *operation;

	/** hash of the server and the CA that it is for */
	char *server;

	/** hash of that server's URL and CA identifier, and when it was heard of the
	 * last time in this matter */
	char *url;
	time_t heard;

	/** whether it went to the CA that takes over next */
	bool to_next;

	/** salt, and hash of salt and challenge; NULL if it has no challenge */
	char *challenge;

	/** since when there is that challenge, 0 if unknown */
	time_t challenge_since;

	/** when it was made */
	time_t created;

	/** whether it may have left */
	bool sent;

	/** whether the CA granted it, by a certificate that nobody wanted */
	bool unwanted;

	/** since when it is PENDING, 0 if it is not */
	time_t pending_since;

	/** CertPolls so far */
	u_int polls;

	/** how often an HTTP status refused it so far */
	u_int refusals;
};

/**
 * Free what a record holds.
 *
 * @param record	record, may be all zero
 */
void scep_request_record_clear(scep_request_record_t *record);

/**
 * A generation whose certificate is lost though its key is not: the CA can be
 * asked for it (RFC 8894, 3.3.4). scep_lost_clear() frees its parts.
 */
struct scep_lost_t {

	/** key, NULL if nothing is lost */
	private_key_t *key;

	/** issuer of the certificate */
	identification_t *issuer;

	/** its serial number */
	chunk_t serial;

	/** request_digest of the profile that it was requested for */
	char digest[65];
};

/**
 * Free what it holds.
 *
 * @param lost		lost certificate, may be all zero
 */
void scep_lost_clear(scep_lost_t *lost);

/**
 * What spares the server attempts; nothing is lost without it.
 */
struct scep_status_t {

	/** when it was written, by a clock that was believed; 0 if unknown */
	time_t saved_at;

	/** failed attempts in a row */
	u_int attempts;

	/** next attempt or poll, 0 for none */
	time_t next_at;

	/** whether the server asked for patience, or said no: nothing brings the
	 * next attempt forward then */
	bool patient;

	/** since when a request is pending, by the clock as it is now; 0 if none
	 * is */
	time_t pending_since;

	/** generation for which renew_at was drawn */
	u_int renew_gen;

	/** moment of its renewal */
	time_t renew_at;

	/** next GetCRL, 0 if unknown */
	time_t crl_at;

	/** next look for the CA that takes over, 0 if unknown */
	time_t look_at;

	/** generation whose end was warned of or reported, and when */
	u_int warned_gen;
	time_t warned_at;

	/** last success, 0 for never */
	time_t last_success;

	/** reason of the last failure, or empty */
	char last_error[SCEP_MAX_ERROR];

	/** digest of all settings with which it was written, or empty */
	char settings[65];

	/** which CAs were confirmed while another one waits for that, as a number,
	 * or empty if none does */
	char unconfirmed[9];

	/** digest of all settings with which there is no further attempt until a
	 * person acts, or empty */
	char failed[65];
};

/**
 * What was learnt about a server by trying; nothing is lost without it.
 */
struct scep_server_t {

	/** capabilities that it ever had, scep_caps_t */
	u_int caps_seen;

	/** how it renewed, SCEP_RENEW_AUTO if it did not yet */
	scep_renew_method_t renew_method;

	/** whether it renewed with the challenge */
	bool challenge_at_renewal;

	/** whether it takes PKIOperation by GET only */
	bool get_only;

	/** whether it wants the CA's identifier in the other form: an empty one if
	 * none is configured, none if one is */
	bool other_identifier;

	/** when it could not be reached, and another one took its place; 0 if it
	 * answered since */
	time_t failed_at;
};

/**
 * State of one profile. One thread at a time: the loop, or the worker that has
 * the profile's job. Every method sets err to SCEP_LOCAL on failure. A file
 * that is found to be corrupt when it is loaded is moved to NAME.bad-N, if
 * there is an err that tells so: it is reported once, and absent from then on.
 */
struct scep_profile_store_t {

	/**
	 * Load a generation.
	 *
	 * @param which		0 for the current one, 1 for the one before, or for the
	 *					last one if "current" is lost, which is an error of 0
	 * @param gen		gets it, or NULL if there is none
	 * @param err		also set where TRUE is returned, if something was
	 *					mended; without it nothing is
	 * @return			FALSE if it can't be used: unreadable, corrupt, readable
	 *					by others, key and certificate do not belong together;
	 *					what is corrupt is set aside, all else is left
	 */
	bool (*load_generation)(scep_profile_store_t *this, u_int which,
							scep_generation_t **gen, scep_error_t *err);

	/**
	 * Find out whether the current generation's certificate is lost: missing,
	 * corrupt or another key's. What the CA gives for it is to be committed as
	 * a new generation.
	 *
	 * @param lost		gets what tells the certificate; key is NULL if it is
	 *					there, or if there is no generation
	 * @return			FALSE if it is lost, but nothing can be done: the key
	 *					or the facts can't be read
	 */
	bool (*load_lost)(scep_profile_store_t *this, scep_lost_t *lost,
					  scep_error_t *err);

	/**
	 * Commit a new generation: key and certificate together, by one rename.
	 * Drops the request under way, then all but the one before; where that one
	 * still waits for its time, the one before it stays instead. Where a key is
	 * that the new generation doesn't have nothing is overwritten.
	 *
	 * @param key		private key
	 * @param cert		certificate
	 * @param chain		intermediates
	 * @param digest	request_digest of the profile
	 * @param now		wall clock
	 * @param gen		gets the generation
	 * @param err		also set where TRUE is returned, if a crash could bring
	 *					the old generation back; the request stays on disk then
	 * @return			TRUE if the new generation is current
	 */
	bool (*commit)(scep_profile_store_t *this, private_key_t *key,
				   certificate_t *cert, linked_list_t *chain,
				   const char *digest, time_t now, scep_generation_t **gen,
				   scep_error_t *err);

	/**
	 * Write the request under way; one that ended has no PKCS#10. Whenever it is
	 * cut short there is the earlier one, or that as one that ended, none if its
	 * key was another one, or this one. Fails where there is one that can't be
	 * read: its key may be granted a certificate.
	 */
	bool (*save_request)(scep_profile_store_t *this,
						 const scep_request_record_t *record,
						 scep_error_t *err);

	/**
	 * Load the request under way. One that a generation came of is over. One
	 * that is corrupt is moved as a whole, to request.bad-N.
	 *
	 * @param record	gets it; key is NULL if there is none
	 * @param err		reason of a failure; without it a corrupt request stays
	 * @return			FALSE if there is one that can't be read (it is left as
	 *					it is, and may be readable later), or that was corrupt
	 */
	bool (*load_request)(scep_profile_store_t *this,
						 scep_request_record_t *record, scep_error_t *err);

	/**
	 * Remove the request under way.
	 */
	void (*drop_request)(scep_profile_store_t *this);

	/**
	 * Write the status.
	 */
	bool (*save_status)(scep_profile_store_t *this, const scep_status_t *status,
						scep_error_t *err);

	/**
	 * Load the status; all zero if there is none.
	 */
	bool (*load_status)(scep_profile_store_t *this, scep_status_t *status,
						scep_error_t *err);

	/**
	 * Write the verified CA certificates: root.pem (if one is self-signed),
	 * chain.pem (the others), pinned.pem.
	 *
	 * @param anchor	pinned CA certificate
	 * @param cas		verified CA certificates, the anchor among them
	 */
	bool (*save_ca)(scep_profile_store_t *this, certificate_t *anchor,
					linked_list_t *cas, scep_error_t *err);

	/**
	 * Load root.pem.
	 *
	 * @param root		gets it, or NULL if there is none
	 */
	bool (*load_root)(scep_profile_store_t *this, certificate_t **root,
					  scep_error_t *err);

	/**
	 * Load chain.pem.
	 *
	 * @param certs		gets certificate_t, owned by the caller; always a list,
	 *					empty if there are none
	 */
	bool (*load_chain)(scep_profile_store_t *this, linked_list_t **certs,
					   scep_error_t *err);

	/**
	 * Load pinned.pem.
	 *
	 * @param anchor	gets it, or NULL if there is none
	 */
	bool (*load_pinned)(scep_profile_store_t *this, certificate_t **anchor,
						scep_error_t *err);

	/**
	 * Write what was learnt about a server.
	 *
	 * @param url			URL of the server
	 * @param ca_identifier	identifier of the CA, or NULL
	 * @param server		what was learnt
	 */
	bool (*save_server)(scep_profile_store_t *this, const char *url,
						const char *ca_identifier, const scep_server_t *server,
						scep_error_t *err);

	/**
	 * Load what was learnt about a server; all zero if nothing is known.
	 *
	 * @param url			URL of the server
	 * @param ca_identifier	identifier of the CA, or NULL
	 * @param server		gets it
	 */
	bool (*load_server)(scep_profile_store_t *this, const char *url,
						const char *ca_identifier, scep_server_t *server,
						scep_error_t *err);

	/**
	 * Load the fingerprints with which an administrator confirmed CA and RA
	 * certificates, from ca/confirmed: one a line, with comments after #.
	 *
	 * @param pins		gets scep_pin_t, to be freed by scep_pins_destroy();
	 *					always a list, empty if there are none
	 * @param err		also set where TRUE is returned, if a line was ignored
	 * @return			FALSE if the file can't be used: unreadable, or others
	 *					can write to it
	 */
	bool (*load_confirmed)(scep_profile_store_t *this, linked_list_t **pins,
						   scep_error_t *err);

	/**
	 * Write ca/unconfirmed, for an administrator to compare and to copy from
	 * to ca/confirmed. Removes it if there is nothing to confirm.
	 *
	 * @param cas		certificates that may be the CA's; certificate_t
	 * @param ras		certificates that may be the RA's; certificate_t
	 */
	bool (*save_candidates)(scep_profile_store_t *this, linked_list_t *cas,
							linked_list_t *ras, scep_error_t *err);

	/**
	 * Load the fingerprints in ca/unconfirmed: those that wait for an
	 * administrator.
	 *
	 * @param pins		gets scep_pin_t, to be freed by scep_pins_destroy();
	 *					always a list, empty if there are none
	 */
	bool (*load_candidates)(scep_profile_store_t *this, linked_list_t **pins,
							scep_error_t *err);

	/**
	 * Append a fingerprint to ca/confirmed.
	 *
	 * @param pin		fingerprint that an administrator confirmed
	 */
	bool (*add_confirmed)(scep_profile_store_t *this, scep_pin_t *pin,
						  scep_error_t *err);

	/**
	 * Write the certificates that are the CA's next ones (GetNextCACert).
	 *
	 * @param certs		verified certificates; certificate_t
	 */
	bool (*save_next_ca)(scep_profile_store_t *this, linked_list_t *certs,
						 scep_error_t *err);

	/**
	 * Load them.
	 *
	 * @param certs		gets certificate_t, owned by the caller; always a list,
	 *					empty if there are none
	 */
	bool (*load_next_ca)(scep_profile_store_t *this, linked_list_t **certs,
						 scep_error_t *err);

	/**
	 * Remove them.
	 */
	bool (*drop_next_ca)(scep_profile_store_t *this, scep_error_t *err);

	/**
	 * Trust next CA certificates from now on as if they were pinned, instead
	 * of those that were announced before, and remove ca/next.pem.
	 *
	 * @param by		CA certificate that announced them: pinned, or announced
	 *					itself
	 * @param pinned	whether a person pinned or confirmed that one itself
	 * @param certs		CA certificates, certificate_t
	 */
	bool (*promote_next_ca)(scep_profile_store_t *this, certificate_t *by,
							bool pinned, linked_list_t *certs,
							scep_error_t *err);

	/**
	 * Load the CA certificates that were announced. They depend on the one
	 * that a person pinned: with another pin there are none.
	 *
	 * @param pins		pinned and confirmed fingerprints; scep_pin_t
	 * @param ca_cert	pinned certificate, or NULL
	 * @param first		gets that one, or NULL if there are none
	 * @param certs		gets certificate_t, oldest first, owned by the caller;
	 *					always a list, empty if there are none
	 */
	bool (*load_announced)(scep_profile_store_t *this, linked_list_t *pins,
						   certificate_t *ca_cert, certificate_t **first,
						   linked_list_t **certs, scep_error_t *err);

	/**
	 * Write a CRL of the CA.
	 *
	 * @param der		verified CRL
	 */
	bool (*save_crl)(scep_profile_store_t *this, chunk_t der,
					 scep_error_t *err);

	/**
	 * Load it.
	 *
	 * @param crl		gets it, or NULL if there is none
	 */
	bool (*load_crl)(scep_profile_store_t *this, certificate_t **crl,
					 scep_error_t *err);

	/**
	 * Write the challenge phrase that a person handed over.
	 *
	 * @param phrase	phrase
	 * @param since		when that was
	 */
	bool (*save_phrase)(scep_profile_store_t *this, chunk_t phrase,
						time_t since, scep_error_t *err);

	/**
	 * Load it.
	 *
	 * @param phrase	gets it, to be cleared with chunk_clear(); empty if
	 *					there is none
	 * @param since		gets when it was handed over
	 */
	bool (*load_phrase)(scep_profile_store_t *this, chunk_t *phrase,
						time_t *since, scep_error_t *err);

	/**
	 * Remove it.
	 */
	bool (*drop_phrase)(scep_profile_store_t *this, scep_error_t *err);

	/**
	 * Write since when the phrase of the configuration is known.
	 *
	 * @param digest	salted digest of the phrase
	 * @param since		when it was seen first
	 */
	bool (*save_sight)(scep_profile_store_t *this, const char *digest,
					   time_t since, scep_error_t *err);

	/**
	 * Load that.
	 *
	 * @param digest	gets the digest, allocated; NULL if there is none
	 * @param since		gets when it was seen first
	 */
	bool (*load_sight)(scep_profile_store_t *this, char **digest,
					   time_t *since, scep_error_t *err);

	/**
	 * Destroy a scep_profile_store_t; the files stay.
	 */
	void (*destroy)(scep_profile_store_t *this);
};

/**
 * State of all profiles.
 */
struct scep_store_t {

	/**
	 * Open a profile's state; makes its directory, and refuses one that
	 * others can write to.
	 *
	 * @param profile	name
	 * @param err		reason of a failure
	 * @return			state, or NULL
	 */
	scep_profile_store_t *(*open)(scep_store_t *this, const char *profile,
								  scep_error_t *err);

	/**
	 * Destroy a scep_store_t, gives the lock back.
	 */
	void (*destroy)(scep_store_t *this);
};

/**
 * Open a state directory; makes it, takes its lock, and refuses one that
 * others can write to. What is in one that can't be locked can be loaded.
 *
 * @param disk			disk, not owned
 * @param state_dir		absolute path
 * @param err			also set where a store is returned, if there is no lock
 *						and nothing can be written
 * @return				store, or NULL
 */
scep_store_t *scep_store_create(scep_disk_t *disk, const char *state_dir,
								scep_error_t *err);

/**
 * Open one profile's state in a directory. scep_store_t.open() without the
 * lock.
 *
 * @param disk			disk, not owned
 * @param dir			directory of the profile
 * @param err			reason of a failure
 * @return				state, or NULL
 */
scep_profile_store_t *scep_profile_store_create(scep_disk_t *disk,
												const char *dir,
												scep_error_t *err);

#endif /** SCEP_STORE_H_ @}*/
