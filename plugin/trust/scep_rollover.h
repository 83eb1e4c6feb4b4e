/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_rollover scep_rollover
 * @{ @ingroup scep_trust
 *
 * The check of the CA that a current one announces by GetNextCACert (RFC 8894,
 * 4.7 and 5.1).
 */

#ifndef SCEP_ROLLOVER_H_
#define SCEP_ROLLOVER_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"
#include "trust/scep_authority.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

/**
 * Judge what a current CA signed as an answer to GetNextCACert. A worker: it
 * verifies signatures.
 *
 * The next CA is self-signed, or chains to a CA that is trusted already. It is
 * none of the current ones, its key is strong, and it is valid, or becomes so
 * within SCEP_MAX_NEXT_CA.
 *
 * @param certs		certificates of the answer, its signature verified with
 *					those of the anchors only; certificate_t
 * @param current	whom we trust now
 * @param profile	pins of RAs
 * @param now		wall clock
 * @param next		gets the certificate of the next CA, a new reference
 * @param announced	gets it and those of the CAs and RAs below it, to be kept
 *					for scep_trust_t: certificate_t, owned by the caller
 * @param err		SCEP_SECURITY: why there is no next CA
 * @return			FALSE if there is none
 */
bool scep_rollover_check(linked_list_t *certs, const scep_authority_t *current,
						 const scep_profile_t *profile, time_t now,
						 certificate_t **next, linked_list_t **announced,
						 scep_error_t *err);

#endif /** SCEP_ROLLOVER_H_ @}*/
