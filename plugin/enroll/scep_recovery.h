/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_recovery scep_recovery
 * @{ @ingroup scep_enroll
 *
 * A certificate that is lost on disk, though its key is not, comes back from
 * the CA (GetCert: RFC 8894, 3.3.4). Whatever goes wrong, an enrolment with
 * the same key follows in the same attempt.
 */

#ifndef SCEP_RECOVERY_H_
#define SCEP_RECOVERY_H_

#include "enroll/scep_job.h"

/**
 * Find out whether a certificate is lost that the profile still wants. A
 * request under way comes first, and so does the certificate in use, which
 * may be lost on disk only. A worker.
 *
 * @param job		job, its record loaded; gets lost
 */
void scep_recovery_load(scep_job_t *job);

/**
 * Build the GetCert, signed with a self-signed certificate of the key. A
 * worker.
 *
 * @param job		job with a lost certificate; gets message, or error
 */
void scep_recovery_prepare(scep_job_t *job);

/**
 * Check what came in body, and commit it. A worker.
 *
 * @param job		job; gets gen, or error
 */
void scep_recovery_conclude(scep_job_t *job);

/**
 * Get a job ready for the enrolment that follows a GetCert without success.
 * Loop thread.
 *
 * @param job		job; its error is reported
 * @return			FALSE if that failed; error tells why
 */
bool scep_recovery_give_up(scep_job_t *job);

#endif /** SCEP_RECOVERY_H_ @}*/
