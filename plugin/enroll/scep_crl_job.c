/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_crl_job.h"
#include "base/scep_event.h"
#include "message/scep_cert_id.h"
#include "trust/scep_crl.h"
#include "trust/scep_issued.h"

/*
 * Described in header
 */
void scep_crl_job_prepare(scep_job_t *job)
{
	certificate_t *cert = job->current->cert, *recipient;
	scep_authority_t *authority = job->authority;
	chunk_t content;

	job->issuer = scep_issued_find_issuer(cert, job->current->chain, authority,
									job->profile,
									job->host->clock->now(job->host->clock),
									&job->error);
	if (!job->issuer)
	{
		scep_fail_in(&job->error, "current certificate: ");
		return;
	}
	recipient = authority->next &&
				authority->next->equals(authority->next, job->issuer) ?
				authority->next_recipient : authority->recipient;
	job->type = SCEP_GET_CRL;
	job->signer = cert->get_ref(cert);
	job->signer_key = job->current->key->get_ref(job->current->key);
	scep_job_choose(job);
	content = scep_cert_id_build(cert);
	scep_job_ask(job, recipient, content);
	free(content.ptr);
}

/**
 * Keep a CRL. A failure is reported and changes nothing else: it can be asked
 * for again.
 */
static void keep(scep_job_t *job)
{
	scep_error_t error = {};
	chunk_t der;

	if (job->crl->get_encoding(job->crl, CERT_ASN1_DER, &der))
	{
		if (!job->store->save_crl(job->store, der, &error))
		{
			scep_event(job->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
					   error.text);
		}
		free(der.ptr);
	}
}

/*
 * Described in header
 */
void scep_crl_job_conclude(scep_job_t *job)
{
	certificate_t *crl;

	if (!scep_job_read(job))
	{
		return;
	}
	if (job->response.status == SCEP_PENDING)
	{
		scep_fail(&job->error, SCEP_SECURITY, "PENDING does not answer a "
				  "GetCRL");
		return;
	}
	crl = job->response.crl;
	if (crl && scep_crl_check(crl, job->issuer, job->known_crl,
							  job->profile->allow_sha1,
							  job->host->clock->now(job->host->clock),
							  &job->error))
	{
		job->crl = crl->get_ref(crl);
		keep(job);
	}
}
