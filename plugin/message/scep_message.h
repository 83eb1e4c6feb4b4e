/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_message scep_message
 * @{ @ingroup scep_message_layer
 *
 * The words of SCEP: message types, states and reasons (RFC 8894, 3.2.1).
 */

#ifndef SCEP_MESSAGE_H_
#define SCEP_MESSAGE_H_

#include <library.h>

typedef enum scep_message_type_t scep_message_type_t;
typedef enum scep_pki_status_t scep_pki_status_t;
typedef enum scep_fail_info_t scep_fail_info_t;

/**
 * messageType (RFC 8894, 3.2.1.2); the numbers are the protocol's.
 */
enum scep_message_type_t {
	SCEP_CERT_REP = 3,
	SCEP_RENEWAL_REQ = 17,
	SCEP_PKCS_REQ = 19,
	SCEP_CERT_POLL = 20,
	SCEP_GET_CERT = 21,
	SCEP_GET_CRL = 22,
};

/**
 * Enum names for scep_message_type_t ("CertRep", "RenewalReq", …).
 */
extern enum_name_t *scep_message_type_names;

/**
 * pkiStatus (RFC 8894, 3.2.1.3); the numbers are the protocol's.
 */
enum scep_pki_status_t {
	SCEP_SUCCESS = 0,
	SCEP_FAILURE = 2,
	SCEP_PENDING = 3,
};

/**
 * Enum names for scep_pki_status_t.
 */
extern enum_name_t *scep_pki_status_names;

/**
 * failInfo (RFC 8894, 3.2.1.4); the numbers are the protocol's.
 */
enum scep_fail_info_t {
	SCEP_FAIL_BAD_ALG = 0,
	SCEP_FAIL_BAD_MESSAGE_CHECK = 1,
	SCEP_FAIL_BAD_REQUEST = 2,
	SCEP_FAIL_BAD_TIME = 3,
	SCEP_FAIL_BAD_CERT_ID = 4,
};

/**
 * Enum names for scep_fail_info_t ("badAlg", …).
 */
extern enum_name_t *scep_fail_info_names;

/**
 * Get what a failInfo means (RFC 8894, 3.2.1.4). Any thread.
 *
 * @param fail_info	failInfo
 * @return			words, static
 */
const char *scep_fail_info_describe(scep_fail_info_t fail_info);

#endif /** SCEP_MESSAGE_H_ @}*/
