/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_anchors scep_anchors
 * @{ @ingroup scep_trust
 *
 * Which CA certificates a profile trusts by themselves: pinned, confirmed by
 * an administrator, or announced by the CA before them.
 */

#ifndef SCEP_ANCHORS_H_
#define SCEP_ANCHORS_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

typedef enum scep_verdict_t scep_verdict_t;
typedef enum scep_role_t scep_role_t;
typedef struct scep_trust_t scep_trust_t;
typedef struct scep_candidate_t scep_candidate_t;
typedef struct scep_judgement_t scep_judgement_t;

/**
 * What was found out about a server's CA.
 */
enum scep_verdict_t {
	/** it is the CA that is trusted, but it can't be used, now or at all */
	SCEP_CA_UNUSABLE,
	/** it is the CA that is trusted */
	SCEP_CA_VERIFIED,
	/** an administrator has to confirm it, or its RA */
	SCEP_CA_UNCONFIRMED,
	/** it is not the CA that is trusted, and never was */
	SCEP_CA_MISMATCH,
	/** it was, but is another one now, that nobody announced */
	SCEP_CA_CHANGED,
};

/**
 * Enum names for scep_verdict_t.
 */
extern enum_name_t *scep_verdict_names;

/**
 * As what an administrator confirms a certificate.
 */
enum scep_role_t {
	SCEP_ROLE_CA,
	SCEP_ROLE_RA,
};

/**
 * Enum names for scep_role_t: "ca", "ra".
 */
extern enum_name_t *scep_role_names;

/**
 * What is known of a profile's CA beside its configuration. All of it is
 * optional and stays the caller's.
 */
struct scep_trust_t {

	/** fingerprints that an administrator confirmed, of CAs and RAs:
	 * scep_pin_t; of CAs they count where the profile has no pin only */
	linked_list_t *confirmed;

	/** what scep_rollover_check() gave out for the answer to GetNextCACert:
	 * certificates of the next CA and its RAs, those of earlier answers first;
	 * certificate_t. To be forgotten when the profile's pins change: the CA
	 * that vouched is gone, too */
	linked_list_t *announced;

	/** anchor that was verified the last time; not trusted for that */
	certificate_t *known;

	/** our certificate in use; of several CAs its issuer is asked */
	certificate_t *current;
};

/**
 * A certificate that an administrator may confirm.
 */
struct scep_candidate_t {

	/** what it would be trusted for */
	scep_role_t role;

	/** certificate, owned */
	certificate_t *cert;
};

/**
 * What was found out, for the log and for an administrator.
 */
struct scep_judgement_t {

	/** verdict */
	scep_verdict_t verdict;

	/** what can be confirmed if that would help; scep_candidate_t, else NULL;
	 * scep_candidates_destroy() frees it */
	linked_list_t *candidates;
};

/**
 * Find the trusted CAs of an answer to GetCACert. A worker: it verifies
 * signatures.
 *
 * A trusted CA counts if the answer has its certificate, or one that it issued
 * (directly, or by CAs in the answer). Where the pinned CA is gone from the
 * answer, or not valid now, one that it announced takes its place.
 *
 * @param certs		certificates from the answer, hostile; certificate_t
 * @param profile	pins
 * @param trust		what else is known
 * @param now		wall clock
 * @param anchors	gets the trusted CAs, at least one: certificate_t, new
 *					references
 * @param judgement	gets verdict and candidates
 * @param err		SCEP_SECURITY: not the pinned CA; SCEP_UNCONFIRMED: nothing
 *					is pinned; SCEP_TRANSIENT: not valid by this clock;
 *					SCEP_PERMANENT: no CA's certificate
 * @return			FALSE if there is none
 */
bool scep_anchors_find(linked_list_t *certs, const scep_profile_t *profile,
					   const scep_trust_t *trust, time_t now,
					   linked_list_t *anchors, scep_judgement_t *judgement,
					   scep_error_t *err);

/**
 * Whether a certificate has one of some fingerprints. Any thread.
 *
 * @param cert		certificate
 * @param pins		fingerprints; scep_pin_t, or NULL
 * @return			TRUE if so
 */
bool scep_anchors_is_pinned(certificate_t *cert, linked_list_t *pins);

/**
 * Whether a certificate is that of a CA that a person pinned or confirmed, not
 * one that another CA announced. Any thread.
 *
 * @param cert		certificate
 * @param profile	pins
 * @param trust		what else is known
 * @return			TRUE if so
 */
bool scep_anchors_is_trusted(certificate_t *cert, const scep_profile_t *profile,
							 const scep_trust_t *trust);

/**
 * Add a certificate to the candidates of a judgement, once.
 *
 * @param judgement	judgement, its list is made where there is none
 * @param role		role
 * @param cert		certificate, gets referenced
 */
void scep_anchors_suggest(scep_judgement_t *judgement, scep_role_t role,
						  certificate_t *cert);

/**
 * Destroy a list of candidates.
 *
 * @param list		list of scep_candidate_t, or NULL
 */
void scep_candidates_destroy(linked_list_t *list);

#endif /** SCEP_ANCHORS_H_ @}*/
