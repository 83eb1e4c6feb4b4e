/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_addressee scep_addressee
 * @{ @ingroup scep_enroll
 *
 * Whom the request under way is for: the server and the CA. On disk they are
 * hashes, as a URL may hold a password.
 */

#ifndef SCEP_ADDRESSEE_H_
#define SCEP_ADDRESSEE_H_

#include "enroll/scep_job.h"

/**
 * Whether the request on disk went to this CA, by any of the profile's URLs, or
 * to the CA before, which announced this one: then it goes on here. A worker.
 *
 * @param job		job, its record loaded
 * @return			TRUE if so
 */
bool scep_addressee_is_same(scep_job_t *job);

/**
 * Whether the request on disk went to the URL of this attempt. A worker.
 *
 * @param job		job, its record loaded
 * @return			TRUE if so
 */
bool scep_addressee_is_here(const scep_job_t *job);

/**
 * Write the server and the CA of this attempt into the record, not to disk. A
 * worker.
 *
 * @param job		gets it, or error
 * @return			FALSE on failure
 */
bool scep_addressee_record(scep_job_t *job);

#endif /** SCEP_ADDRESSEE_H_ @}*/
