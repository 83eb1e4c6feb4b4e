/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_signer scep_signer
 * @{ @ingroup scep_enroll
 *
 * The certificate of somebody else that authenticates a first enrolment
 * (RFC 8894, 2.3): signer.cert and signer.key.
 */

#ifndef SCEP_SIGNER_H_
#define SCEP_SIGNER_H_

#include "config/scep_profile.h"
#include "trust/scep_authority.h"

#include <library.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

/**
 * Load and check signer.cert and signer.key: they belong together, the key is
 * RSA (the answer is encrypted to it), the certificate is valid and was issued
 * by a CA of the profile. A worker: it reads files and verifies.
 *
 * @param profile	signer.cert, signer.key
 * @param authority	verified CA
 * @param now		wall clock
 * @param cert		gets the certificate
 * @param key		gets its key
 * @param err		SCEP_LOCAL: the file, and what is wrong with it
 * @return			FALSE if they can't be used
 */
bool scep_signer_load(const scep_profile_t *profile,
					  const scep_authority_t *authority, time_t now,
					  certificate_t **cert, private_key_t **key,
					  scep_error_t *err);

#endif /** SCEP_SIGNER_H_ @}*/
