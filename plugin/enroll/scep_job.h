/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_job scep_job
 * @{ @ingroup scep_enroll
 *
 * The parts of an attempt that take long, and so run in a worker: what is
 * before the request leaves, and what is after the answer came.
 */

#ifndef SCEP_JOB_H_
#define SCEP_JOB_H_

#include "base/scep_error.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_choice.h"
#include "enroll/scep_host.h"
#include "enroll/scep_knowledge.h"
#include "message/scep_caps.h"
#include "message/scep_response.h"
#include "store/scep_store.h"
#include "trust/scep_authority.h"

#include <library.h>

typedef enum scep_errand_t scep_errand_t;
typedef struct scep_job_t scep_job_t;

/**
 * What is asked for instead of a certificate. What is known of the CA and of
 * requests is left alone then.
 */
enum scep_errand_t {
	/** a certificate is asked for */
	SCEP_ERRAND_NONE,
	/** the CRL of the current certificate's CA */
	SCEP_ERRAND_CRL,
	/** whether there is a next CA */
	SCEP_ERRAND_NEXT_CA,
};

/**
 * Data of an attempt. The loop fills in the first group; a worker has all to
 * itself while it runs.
 */
struct scep_job_t {

	/** surroundings: clock and keys are used by the worker */
	scep_host_t *host;

	/** what to ask for, a reference */
	scep_profile_t *profile;

	/** state on disk, not owned */
	scep_profile_store_t *store;

	/** generation in use, a reference, or NULL */
	scep_generation_t *current;

	/** whether to renew current, instead of enrolling */
	bool renew;

	/** way to ask that the server refused last */
	scep_way_t refused_way;

	/** what to ask for instead of a certificate, and the CRL that is known, a
	 * reference, or NULL */
	scep_errand_t errand;
	certificate_t *known_crl;

	/** URL of the server, one of the profile's, and what is remembered of it */
	const char *url;
	scep_server_t server;

	/** random bytes: senderNonce, and where a new transaction is needed its
	 * transactionID and the salt for its challenge */
	u_char nonce[SCEP_NONCE_LEN], id[16], salt[16];

	/** what the server can do */
	scep_caps_t caps;

	/** body of an HTTP answer, owned: first that to GetCACert */
	chunk_t body;

	/** body of the answer to GetNextCACert, owned; empty if there is none */
	chunk_t next_body;

	/** what was known of the CA; from the first part on */
	scep_knowledge_t knowledge;

	/** what was found out about the CA; from the first part on */
	scep_verdict_t verdict;

	/** verified CA and RA, owned; from the first part on */
	scep_authority_t *authority;

	/** request under way; from the first part on */
	scep_request_record_t record;

	/** certificate that is lost, while it is asked for, and whose key is to be
	 * certified anew after that; from the first part on */
	scep_lost_t lost;

	/** issuer of current, whose CRL is asked for, a reference */
	certificate_t *issuer;

	/** phrase for a new request; cleared once that is built */
	scep_challenge_t challenge;

	/** whether a page with a phrase is needed before the request can be built,
	 * and the password for it; cleared once it was asked for */
	bool want_page;
	chunk_t password;

	/** that page, owned, and when it was asked for; cleared once it was read */
	chunk_t page;
	time_t page_at;

	/** whether the attempt failed because the life of the phrase is over */
	bool phrase_over;

	/** whether the request left for that server before, in another attempt */
	bool repeated;

	/** algorithms of the message */
	scep_algorithms_t algorithms;

	/** way to ask for the certificate */
	scep_way_t way;

	/** transactionID of the message, that of record or own_id */
	char *transaction_id;
	char own_id[33];

	/** type of the message */
	scep_message_type_t type;

	/** certificate and key that signed the message; the answer is encrypted to
	 * them; references */
	certificate_t *signer;
	private_key_t *signer_key;

	/** pkiMessage to send, owned, and whether it left */
	chunk_t message;
	bool sent;

	/** answer of the server; after the last part */
	scep_response_t response;

	/** how long the certificate that was issued can't be used yet, seconds:
	 * asking before is of no use */
	time_t too_early;

	/** whether the server ended the transaction by its HTTP status */
	bool declined;

	/** generation that was committed, a reference; after the last part */
	scep_generation_t *gen;

	/** CRL that was verified, a reference; after the last part */
	certificate_t *crl;

	/** reason of a failure of any part */
	scep_error_t error;
};

/**
 * First part: verify the CA in body, load the request under way.
 *
 * A worker. A failure is in error, and verdict tells what it means.
 *
 * @param job		data
 */
void scep_job_verify(scep_job_t *job);

/**
 * Second part: verify the next CA in next_body, if any; find or make key and
 * request, build the message, and write all of that to disk before a byte of
 * it may leave. Where want_page is set it is not complete.
 *
 * A worker. A failure is in error.
 *
 * @param job		data
 */
void scep_job_prepare(scep_job_t *job);

/**
 * Second part, the rest of it: again once the page came that it wanted.
 *
 * A worker. A failure is in error.
 *
 * @param job		data
 */
void scep_job_continue(scep_job_t *job);

/**
 * Last part: verify the answer in body, check the issued certificate and
 * commit it with its key.
 *
 * A worker. A failure is in error; response tells the rest.
 *
 * @param job		data
 */
void scep_job_conclude(scep_job_t *job);

/**
 * Choose the algorithms of the message.
 *
 * A worker.
 *
 * @param job		gets algorithms
 */
void scep_job_choose(scep_job_t *job);

/**
 * Build the message that asks for something which is there already: GetCert,
 * GetCRL. Its transactionID is made of id.
 *
 * A worker.
 *
 * @param job		type, signer, signer_key; gets message
 * @param recipient	whom to encrypt to
 * @param content	IssuerAndSerialNumber
 * @return			FALSE on failure
 */
bool scep_job_ask(scep_job_t *job, certificate_t *recipient, chunk_t content);

/**
 * Verify and decrypt the answer in body.
 *
 * A worker.
 *
 * @param job		gets response
 * @return			FALSE on failure
 */
bool scep_job_read(scep_job_t *job);

/**
 * Give IKE what the CA issued: check the certificate, commit it with its key.
 *
 * A worker.
 *
 * @param job		response; gets gen
 * @param key		our private key
 * @return			FALSE on failure
 */
bool scep_job_commit(scep_job_t *job, private_key_t *key);

/**
 * Instead of the last part, where the server refused the request by its HTTP
 * status: the second time that ends the transaction as a FAILURE does. Its
 * error is kept.
 *
 * A worker.
 *
 * @param job		data
 */
void scep_job_decline(scep_job_t *job);

/**
 * Free what a job holds, not the job itself.
 *
 * @param job		data
 */
void scep_job_clear(scep_job_t *job);

#endif /** SCEP_JOB_H_ @}*/
