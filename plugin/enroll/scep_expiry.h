/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_expiry scep_expiry
 * @{ @ingroup scep_enroll
 *
 * Warnings that the certificate in use comes to its end: when a quarter of its
 * life is left, a tenth, then daily, also after its end.
 */

#ifndef SCEP_EXPIRY_H_
#define SCEP_EXPIRY_H_

#include "store/scep_store.h"

#include <library.h>

/**
 * Get when the next warning is due, or the report of the end. Pure.
 *
 * @param gen		generation in use, or NULL
 * @param status	what was reported so far
 * @return			wall clock time, 0 without a generation
 */
time_t scep_expiry_due(scep_generation_t *gen, const scep_status_t *status);

/**
 * Report what is due: several warnings that were missed are one. Any thread.
 *
 * @param profile	name of the profile
 * @param gen		generation in use, or NULL
 * @param status	gets what was reported
 * @param now		wall clock
 * @return			TRUE if there was something
 */
bool scep_expiry_report(const char *profile, scep_generation_t *gen,
						scep_status_t *status, time_t now);

/**
 * Begin anew, after a restart or a change of the clock: the end is reported
 * again, for an operator who looks at the log since then; what was reported by
 * a clock that was ahead counts as reported now.
 *
 * @param gen		generation in use, or NULL
 * @param status	what was reported
 * @param now		wall clock
 */
void scep_expiry_resume(scep_generation_t *gen, scep_status_t *status,
						time_t now);

#endif /** SCEP_EXPIRY_H_ @}*/
