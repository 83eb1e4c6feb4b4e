/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup client client
 * @{ @ingroup scep_tests
 *
 * A client of the test server that does one step after the other, on the
 * plugin's messages and its trust.
 */

#ifndef CLIENT_H_
#define CLIENT_H_

#include "server.h"
#include "message/scep_request.h"
#include "message/scep_response.h"
#include "trust/scep_authority.h"

typedef enum client_stage_t client_stage_t;
typedef struct client_t client_t;
typedef struct attempt_t attempt_t;

/**
 * How far an enrolment came.
 */
enum client_stage_t {
	/** GetCACert, or what it answered */
	AT_CA,
	/** no answer with status 200 to the message */
	AT_HTTP,
	/** an answer that is not believed */
	AT_ANSWER,
	/** PENDING */
	AT_PENDING,
	/** FAILURE */
	AT_FAILURE,
	/** a certificate that is not accepted */
	AT_CERTIFICATE,
	/** a good certificate, or a CRL */
	DONE,
};

/**
 * A client with a server of its own.
 */
struct client_t {
	/** server */
	server_t *server;
	/** settings that fit the server */
	scep_profile_t *profile;
	/** key to certify */
	private_key_t *key;
	/** who signs: self-signed at first */
	certificate_t *signer;
};

/**
 * A transaction.
 */
struct attempt_t {
	/** client */
	client_t *client;
	/** CA and RA */
	scep_authority_t *authority;
	/** whom to encrypt to instead of them, or NULL; not owned */
	certificate_t *recipient;
	/** type of the message, its transactionID, nonce, and content */
	scep_message_type_t type;
	char id[33];
	u_char nonce[SCEP_NONCE_LEN];
	chunk_t content;
	/** message */
	chunk_t message;
	/** last answer */
	chunk_t body;
	scep_response_t response;
	/** certificate that was issued, or NULL */
	certificate_t *issued;
	/** reason why something is not believed */
	scep_error_t err;
};

/**
 * Generate the key that all clients share. For an unchecked fixture.
 */
void client_setup();

/**
 * Destroy the key that all clients share.
 */
void client_teardown();

/**
 * Start a server and make a client for it.
 *
 * @param options	options of the server
 * @return			client
 */
client_t *client_create(const char *options);

/**
 * Stop the server.
 */
void client_destroy(client_t *this);

/**
 * Enrol once: GetCACert, PKCSReq in a new transaction, check of the answer.
 *
 * @param this		client
 * @param challenge	challenge, or NULL
 * @param attempt	gets the transaction; attempt_end() frees what it holds
 * @return			how far it came
 */
client_stage_t client_enroll(client_t *this, const char *challenge,
							 attempt_t *attempt);

/**
 * Begin a transaction with a PKCS#10 request.
 *
 * @param type		SCEP_PKCS_REQ or SCEP_RENEWAL_REQ
 * @return			FALSE if the CA is not believed
 */
bool attempt_begin(attempt_t *this, client_t *client, scep_message_type_t type,
				   const char *challenge);

/**
 * Build another message in the same transaction, with a new nonce.
 *
 * @param type		type
 * @param content	content instead of the one before, gets owned; chunk_empty
 *					to keep it
 */
void attempt_build(attempt_t *this, scep_message_type_t type, chunk_t content);

/**
 * Build a CertPoll.
 */
void attempt_build_poll(attempt_t *this);

/**
 * Send the message and look at the answer.
 */
client_stage_t attempt_send(attempt_t *this);

/**
 * Look at an answer.
 */
client_stage_t attempt_conclude(attempt_t *this, chunk_t body);

/**
 * Free what an attempt holds.
 */
void attempt_end(attempt_t *this);

#endif /** CLIENT_H_ @}*/
