/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_successor scep_successor
 * @{ @ingroup scep_enroll
 *
 * The CA that takes over from the current one (RFC 8894, 2.1.2, 4.7 and 5.1):
 * what it announced by GetNextCACert, when requests go there.
 */

#ifndef SCEP_SUCCESSOR_H_
#define SCEP_SUCCESSOR_H_

#include "enroll/scep_job.h"

/**
 * Whether to ask for the next CA in this attempt: the server has
 * GetNextCACert, and there is no request that is pending. Loop thread.
 *
 * @param job		job, its CA verified
 * @return			TRUE if so
 */
bool scep_successor_wanted(const scep_job_t *job);

/**
 * Verify the answer to GetNextCACert in next_body, and keep the CA that it
 * announces. It must be signed by a CA that is trusted by itself. A failure is
 * only noted, the current CA serves; one of the disk is job->error. A worker.
 *
 * @param job		job, its CA verified
 * @return			TRUE if there is a next CA that was not known before
 */
bool scep_successor_learn(scep_job_t *job);

/**
 * Instead of an attempt: do that where the CA is still the one of the last
 * attempt. Where another one has taken over, the next attempt follows it, which
 * knows a request under way by the CA of before. A worker.
 *
 * @param job		job with SCEP_ERRAND_NEXT_CA, its CA verified
 */
void scep_successor_look(scep_job_t *job);

/**
 * Where the CA that was announced has taken over, trust it from now on as if
 * it was pinned. A worker.
 *
 * @param job		job, its CA just verified, not yet saved
 * @return			FALSE on failure: it must not be saved then, as the CA that
 *					announced it would not be known any more
 */
bool scep_successor_promote(scep_job_t *job);

/**
 * Whether a CA comes to its end: what it issued would not live as long as the
 * certificate before, or little of its own life is left. Any thread.
 *
 * @param ca		certificate of the CA
 * @param cert		certificate in use, or NULL
 * @param now		wall clock
 * @return			TRUE if so
 */
bool scep_successor_is_near(certificate_t *ca, certificate_t *cert, time_t now);

/**
 * Whether a request has to go to the next CA: what the current one issued
 * would not live as long as the certificate before, or it comes to its end.
 * Any thread.
 *
 * @param job		job, its CA verified
 * @return			TRUE if so
 */
bool scep_successor_due(const scep_job_t *job);

#endif /** SCEP_SUCCESSOR_H_ @}*/
