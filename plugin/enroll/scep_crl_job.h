/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_crl_job scep_crl_job
 * @{ @ingroup scep_enroll
 *
 * The parts of a GetCRL (RFC 8894, 3.3.4) that take long, and so run in a
 * worker.
 */

#ifndef SCEP_CRL_JOB_H_
#define SCEP_CRL_JOB_H_

#include "enroll/scep_job.h"

/**
 * Build the message: for the CA that issued the current certificate, signed
 * with it. A worker; a failure is in error.
 *
 * @param job		job with SCEP_ERRAND_CRL, its CA verified
 */
void scep_crl_job_prepare(scep_job_t *job);

/**
 * Verify the answer in body, check the CRL and keep it. A worker; a failure is
 * in error.
 *
 * @param job		job; gets response, and crl unless the server refused
 */
void scep_crl_job_conclude(scep_job_t *job);

#endif /** SCEP_CRL_JOB_H_ @}*/
