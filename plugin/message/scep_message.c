/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_message.h"

ENUM_BEGIN(scep_message_type_names, SCEP_CERT_REP, SCEP_CERT_REP,
	"CertRep");
ENUM_NEXT(scep_message_type_names, SCEP_RENEWAL_REQ, SCEP_RENEWAL_REQ,
	SCEP_CERT_REP,
	"RenewalReq");
ENUM_NEXT(scep_message_type_names, SCEP_PKCS_REQ, SCEP_GET_CRL,
	SCEP_RENEWAL_REQ,
	"PKCSReq",
	"CertPoll",
	"GetCert",
	"GetCRL");
ENUM_END(scep_message_type_names, SCEP_GET_CRL);

ENUM_BEGIN(scep_pki_status_names, SCEP_SUCCESS, SCEP_SUCCESS,
	"SUCCESS");
ENUM_NEXT(scep_pki_status_names, SCEP_FAILURE, SCEP_PENDING, SCEP_SUCCESS,
	"FAILURE",
	"PENDING");
ENUM_END(scep_pki_status_names, SCEP_PENDING);

ENUM(scep_fail_info_names, SCEP_FAIL_BAD_ALG, SCEP_FAIL_BAD_CERT_ID,
	"badAlg",
	"badMessageCheck",
	"badRequest",
	"badTime",
	"badCertId",
);

/*
 * Described in header
 */
const char *scep_fail_info_describe(scep_fail_info_t fail_info)
{
	switch (fail_info)
	{
		case SCEP_FAIL_BAD_ALG:
			return "algorithm not accepted";
		case SCEP_FAIL_BAD_MESSAGE_CHECK:
			return "message could not be verified";
		case SCEP_FAIL_BAD_REQUEST:
			return "request not permitted";
		case SCEP_FAIL_BAD_TIME:
			return "signingTime too far from the server's time";
		case SCEP_FAIL_BAD_CERT_ID:
			return "no certificate with that identifier";
		default:
			return "unknown";
	}
}
