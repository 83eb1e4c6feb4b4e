/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ike/scep_ike.h"
#include "ike/scep_initiator.h"
#include "ike/scep_reauth.h"

#include <daemon.h>
#include <processing/jobs/callback_job.h>

/** An authentication under way may cache the old certificate again: flush once
 * more after so many seconds */
#define SECOND_FLUSH	60

typedef struct private_scep_ike_t private_scep_ike_t;

/**
 * Private data of a scep_ike_t.
 */
struct private_scep_ike_t {

	/**
	 * Public interface.
	 */
	scep_ike_t public;

	/**
	 * Credential set.
	 */
	scep_credentials_t *creds;

	/**
	 * Compares what IKE has with its connections.
	 */
	scep_usage_t *usage;

	/**
	 * Certificates that IKE_SAs may have used.
	 */
	scep_reauth_t *reauth;
};

/**
 * Forget cached certificates.
 */
static job_requeue_t flush(void *data)
{
	lib->credmgr->flush_cache(lib->credmgr, CERT_X509);
	return JOB_REQUEUE_NONE;
}

/**
 * Forget cached CRLs.
 */
static job_requeue_t flush_crls(void *data)
{
	lib->credmgr->flush_cache(lib->credmgr, CERT_X509_CRL);
	return JOB_REQUEUE_NONE;
}

/**
 * Create a job that flushes the cache. No clean-up function: a job that is
 * left over is destroyed after the plugins.
 */
static job_t *create_flush_job(callback_job_cb_t what)
{
	return (job_t*)callback_job_create_with_prio(what, NULL, NULL, NULL,
												 JOB_PRIO_LOW);
}

METHOD(scep_ike_t, install, void,
	private_scep_ike_t *this, const char *profile, scep_generation_t *gen,
	linked_list_t *roots, bool initiate, bool reauth)
{
	this->creds->install(this->creds, profile, gen->key, gen->cert, gen->chain,
						 roots);
	lib->processor->queue_job(lib->processor, create_flush_job(flush));
	lib->scheduler->schedule_job(lib->scheduler, create_flush_job(flush),
								 SECOND_FLUSH);
	this->usage->set(this->usage, profile, gen->cert);
	this->reauth->replace(this->reauth, profile, gen->cert, reauth);
	if (initiate)
	{
		scep_initiate(profile, gen->cert);
	}
}

METHOD(scep_ike_t, install_crl, void,
	private_scep_ike_t *this, const char *profile, certificate_t *crl,
	certificate_t *issuer)
{
	this->creds->install_crl(this->creds, profile, crl, issuer);
	lib->processor->queue_job(lib->processor, create_flush_job(flush_crls));
}

METHOD(scep_ike_t, withdraw, void,
	private_scep_ike_t *this, const char *profile)
{
	this->creds->remove(this->creds, profile);
	this->usage->set(this->usage, profile, NULL);
	this->reauth->forget(this->reauth, profile);
	lib->processor->queue_job(lib->processor, create_flush_job(flush));
}

METHOD(scep_ike_t, destroy, void,
	private_scep_ike_t *this)
{
	this->reauth->destroy(this->reauth);
	free(this);
}

/*
 * Described in header
 */
scep_ike_t *scep_ike_create(scep_credentials_t *creds,
							scep_usage_t *usage)
{
	private_scep_ike_t *this;

	INIT(this,
		.public = {
			.install = _install,
			.install_crl = _install_crl,
			.withdraw = _withdraw,
			.destroy = _destroy,
		},
		.creds = creds,
		.usage = usage,
		.reauth = scep_reauth_create(),
	);
	return &this->public;
}
