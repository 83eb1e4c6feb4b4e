/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup response_fixture response_fixture
 * @{ @ingroup tests
 *
 * A request, and answers to it.
 */

#ifndef RESPONSE_FIXTURE_H_
#define RESPONSE_FIXTURE_H_

#include "scep_test.h"
#include "certrep.h"
#include "certrep_der.h"

#include "base/scep_limits.h"
#include "message/scep_response.h"

/** OIDs of attributes */
#define CONTENT_TYPE	"1.2.840.113549.1.9.3"
#define MESSAGE_DIGEST	"1.2.840.113549.1.9.4"
#define SIGNING_TIME	"1.2.840.113549.1.9.5"
#define MESSAGE_TYPE	"2.16.840.1.113733.1.9.2"
#define PKI_STATUS		"2.16.840.1.113733.1.9.3"
#define FAIL_INFO		"2.16.840.1.113733.1.9.4"
#define SENDER_NONCE	"2.16.840.1.113733.1.9.5"
#define RECIPIENT_NONCE	"2.16.840.1.113733.1.9.6"
#define TRANS_ID		"2.16.840.1.113733.1.9.7"
#define FAIL_INFO_TEXT	"1.3.6.1.5.5.7.24.1"
#define SCEP_ERROR		"1.3.6.1.4.1.311.21.33"

/** What the request had */
#define ID		"A1B2C3D4E5F6"
#define NONCE	"0123456789abcdef"

/**
 * Who has to do with it.
 */
typedef struct {

	/** the CA */
	certrep_id_t *ca;

	/** an RA, and one that has an EC key; that one is without a certificate if
	 * it can't be had here */
	certrep_id_t *ra, *ec;

	/** the requester, and somebody else whom the CA knows */
	certrep_id_t *me, *stranger;
} response_ids_t;

extern response_ids_t who;

/** Who may sign an answer, certificate_t */
extern linked_list_t *signers;

/**
 * Make the certificates, and destroy them; unchecked fixture.
 */
void response_setup();
void response_teardown();

/**
 * Get a SUCCESS that is accepted, to change one thing of it.
 */
certrep_t get_certrep();

/**
 * Parse an answer to the request.
 */
bool parse(chunk_t body, scep_response_t *response, scep_error_t *err);

/**
 * Check that a SUCCESS has our certificate and that of the CA.
 */
void assert_certs(scep_response_t *response);

/**
 * Check that a body is accepted as a SUCCESS, by us and by OpenSSL. Frees it.
 */
void assert_success(chunk_t body, const certrep_id_t *signer);

/**
 * Check that a body is not believed, for the right reason, and that nothing of
 * it is left. Frees it.
 */
void assert_refused(chunk_t body, const char *reason);

#endif /** RESPONSE_FIXTURE_H_ @}*/
