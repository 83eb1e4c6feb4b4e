/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_counters.h"

ENUM(scep_operation_names, SCEP_OP_ENROLL, SCEP_OP_GET_CRL,
	"enroll",
	"renew",
	"poll",
	"get-cert",
	"get-crl",
);

ENUM(scep_result_names, SCEP_RESULT_SUCCESS, SCEP_RESULT_FAILED,
	"success",
	"pending",
	"refused",
	"rejected",
	"failed",
);

ENUM(scep_reason_names, SCEP_REASON_NETWORK, SCEP_REASON_LOCAL,
	"network",
	"refused",
	"rejected",
	"ca",
	"unwanted",
	"local",
);

/**
 * What was asked for.
 */
static scep_operation_t get_operation(const scep_outcome_t *outcome)
{
	switch (outcome->type)
	{
		case SCEP_CERT_POLL:
			return SCEP_OP_POLL;
		case SCEP_GET_CERT:
			return SCEP_OP_GET_CERT;
		case SCEP_GET_CRL:
			return SCEP_OP_GET_CRL;
		default:
			break;
	}
	switch (outcome->way)
	{
		case SCEP_WAY_RENEWAL:
		case SCEP_WAY_RENEWAL_CHALLENGE:
		case SCEP_WAY_PKCSREQ:
		case SCEP_WAY_PKCSREQ_CHALLENGE:
		case SCEP_WAY_CHALLENGE:
			return SCEP_OP_RENEW;
		default:
			return SCEP_OP_ENROLL;
	}
}

/**
 * Why it failed.
 */
static scep_reason_t get_reason(const scep_outcome_t *outcome)
{
	if (outcome->refused || outcome->declined)
	{
		return SCEP_REASON_REFUSED;
	}
	switch (outcome->verdict)
	{
		case SCEP_CA_MISMATCH:
		case SCEP_CA_CHANGED:
			return SCEP_REASON_CA;
		default:
			break;
	}
	switch (outcome->error.kind)
	{
		case SCEP_SECURITY:
			return SCEP_REASON_REJECTED;
		case SCEP_UNCONFIRMED:
			return SCEP_REASON_CA;
		case SCEP_PERMANENT:
			return SCEP_REASON_UNWANTED;
		case SCEP_LOCAL:
			return SCEP_REASON_LOCAL;
		default:
			return SCEP_REASON_NETWORK;
	}
}

/**
 * What came of a request for that reason.
 */
static scep_result_t get_result(scep_reason_t reason)
{
	switch (reason)
	{
		case SCEP_REASON_REFUSED:
			return SCEP_RESULT_REFUSED;
		case SCEP_REASON_REJECTED:
		case SCEP_REASON_UNWANTED:
			return SCEP_RESULT_REJECTED;
		default:
			return SCEP_RESULT_FAILED;
	}
}

/*
 * Described in header
 */
void scep_counters_add(scep_counters_t *counters,
					   const scep_outcome_t *outcome)
{
	scep_result_t result;
	scep_reason_t reason;

	switch (outcome->input)
	{
		case SCEP_IN_CA:
			return;
		case SCEP_IN_ISSUED:
			result = SCEP_RESULT_SUCCESS;
			break;
		case SCEP_IN_PENDING:
			result = SCEP_RESULT_PENDING;
			break;
		default:
			reason = get_reason(outcome);
			result = get_result(reason);
			counters->failures[reason] += outcome->errand ? 0 : 1;
			break;
	}
	if (outcome->sent)
	{
		counters->requests[get_operation(outcome)][result]++;
	}
}
