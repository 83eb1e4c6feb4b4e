/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_outcome.h"
#include "base/scep_text.h"
#include "message/scep_hresult.h"

#include <stdio.h>

/*
 * Described in header
 */
scep_outcome_t scep_outcome_create(const scep_job_t *job, scep_input_t input,
								   time_t retry_after)
{
	scep_outcome_t outcome = {
		.input = input,
		.gen = job->gen,
		.crl = job->crl,
		.issuer = job->issuer,
		.error = job->error,
		.refused = job->response.status == SCEP_FAILURE,
		.declined = job->declined || job->response.status == SCEP_FAILURE,
		.errand = job->errand,
		.sent = job->sent,
		.type = job->type,
		.way = job->way,
		.challenge = job->record.challenge,
		.verdict = job->verdict,
		.retry_after = max(retry_after, job->too_early),
		.record_loaded = job->record.key != NULL,
		.transaction_id = job->record.csr.len ? job->record.transaction_id
											  : NULL,
		.pending_since = job->record.pending_since,
		.polls = job->record.polls,
	};

	return outcome;
}

/*
 * Described in header
 */
scep_input_t scep_outcome_of_error(const scep_error_t *error)
{
	switch (error->kind)
	{
		case SCEP_UNCONFIRMED:
			return SCEP_IN_UNCONFIRMED;
		case SCEP_PERMANENT:
			return SCEP_IN_UNWANTED;
		default:
			return SCEP_IN_FAILED;
	}
}

/*
 * Described in header
 */
scep_event_t scep_outcome_event(const scep_outcome_t *outcome)
{
	if (outcome->refused)
	{
		return SCEP_EV_REFUSED;
	}
	switch (outcome->verdict)
	{
		case SCEP_CA_MISMATCH:
			return SCEP_EV_CA_MISMATCH;
		case SCEP_CA_CHANGED:
			return SCEP_EV_CA_CHANGED;
		default:
			break;
	}
	switch (outcome->error.kind)
	{
		case SCEP_SECURITY:
			return SCEP_EV_REJECTED;
		case SCEP_UNCONFIRMED:
			return SCEP_EV_CA_UNCONFIRMED;
		case SCEP_LOCAL:
		case SCEP_EXPOSED:
			return SCEP_EV_STORE_ERROR;
		case SCEP_PERMANENT:
			return SCEP_EV_WARNING;
		default:
			return SCEP_EV_RETRY;
	}
}

/*
 * Described in header
 */
void scep_outcome_describe_refusal(scep_job_t *job)
{
	char text[SCEP_QUOTED_LEN], code[256] = "";
	const char *meaning;

	if (job->response.hresult)
	{
		meaning = scep_hresult_describe(job->response.hresult);
		snprintf(code, sizeof(code), " hresult=0x%08x%s%s%s",
				 job->response.hresult, meaning ? " (" : "", meaning ?: "",
				 meaning ? ")" : "");
	}
	scep_fail(&job->error, SCEP_TRANSIENT, "fail_info=%N (%s)%s text=%s",
			  scep_fail_info_names, job->response.fail_info,
			  scep_fail_info_describe(job->response.fail_info), code,
			  scep_quote(job->response.fail_info_text, text));
}
