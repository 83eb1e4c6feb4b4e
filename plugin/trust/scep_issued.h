/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_issued scep_issued
 * @{ @ingroup scep_trust
 *
 * The check of what the CA issued, before IKE gets it.
 */

#ifndef SCEP_ISSUED_H_
#define SCEP_ISSUED_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"
#include "trust/scep_authority.h"
#include "trust/scep_issuers.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

/**
 * Find and check the issued certificate among those of an answer. A worker:
 * it verifies signatures.
 *
 * It is the newest one for our key that passes (RFC 8894, 3.3.2.1 says the
 * first; real servers differ). It must chain to a trusted CA or the next one,
 * be valid now or within SCEP_MAX_FUTURE (of the next CA's start, if that
 * issued it, and not before that), be no CA's, be usable for IKE, be newer than the current one, and
 * have the subject and the subjectAltNames that the profile asks for (by
 * subject_policy). Names are compared as libstrongswan does: the types of
 * strings in a subject don't matter, nor the case of host names and mail
 * addresses. Logs a warning where a CA ends before what it issued.
 *
 * @param certs		certificates of the answer; certificate_t
 * @param key		our private key
 * @param authority	whom we trust
 * @param profile	what we asked for
 * @param current	certificate in use, or NULL
 * @param now		wall clock
 * @param leaf		gets the certificate, a new reference
 * @param chain		gets the intermediates up to the pinned CA, without a
 *					self-signed root; certificate_t, owned by the caller
 * @param err		SCEP_SECURITY: not believed; SCEP_PERMANENT: genuine, but
 *					unwanted (asking again would only make the CA issue
 *					another); SCEP_TRANSIENT: not valid by this clock
 * @return			FALSE if there is no such certificate
 */
bool scep_issued_check(linked_list_t *certs, private_key_t *key,
					   const scep_authority_t *authority,
					   const scep_profile_t *profile, certificate_t *current,
					   time_t now, certificate_t **leaf, linked_list_t **chain,
					   scep_error_t *err);

/**
 * Check one certificate that did not come with an answer, as
 * scep_issued_check() does, but for its key and its age. A worker: it verifies
 * signatures.
 *
 * @param leaf		certificate
 * @param issuers	CAs that count, or NULL if none is known yet: then who
 *					issued it is not checked
 * @param profile	what we ask for
 * @param now		wall clock
 * @param chain		gets the CA certificates above it; certificate_t, new
 *					references
 * @param err		reason of a refusal, as with scep_issued_check()
 * @return			TRUE if it passes
 */
bool scep_issued_check_one(certificate_t *leaf, scep_issuers_t *issuers,
						   const scep_profile_t *profile, time_t now,
						   linked_list_t *chain, scep_error_t *err);

/**
 * Find the CA that issued a certificate of ours. A worker: it verifies
 * signatures.
 *
 * @param cert		certificate
 * @param chain		intermediates that came with it; certificate_t
 * @param authority	whom we trust
 * @param profile	what we asked for
 * @param now		wall clock
 * @param err		SCEP_SECURITY: none of the CAs that we trust, nor below them
 * @return			certificate of the CA, a new reference, or NULL
 */
certificate_t *scep_issued_find_issuer(certificate_t *cert,
									   linked_list_t *chain,
									   const scep_authority_t *authority,
									   const scep_profile_t *profile,
									   time_t now, scep_error_t *err);

/**
 * Check that a certificate's public key is that of a private key. Any thread.
 *
 * @param cert		certificate
 * @param key		private key
 * @return			TRUE if so
 */
bool scep_issued_for_key(certificate_t *cert, private_key_t *key);

/**
 * Find the certificate of a private key, the newest one if there are several;
 * one that signed itself, as servers send it back, only if there is no other
 * one. Any thread.
 *
 * @param certs		certificates; certificate_t
 * @param key		private key
 * @return			internal data of the list, NULL if there is none
 */
certificate_t *scep_issued_find(linked_list_t *certs, private_key_t *key);

#endif /** SCEP_ISSUED_H_ @}*/
