/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup authority_fixture authority_fixture
 * @{ @ingroup tests
 *
 * Answers to GetCACert, and how they are judged.
 */

#ifndef AUTHORITY_FIXTURE_H_
#define AUTHORITY_FIXTURE_H_

#include "scep_test.h"
#include "test_ca.h"

#include "message/scep_certs.h"
#include "trust/scep_authority.h"
#include "trust/scep_rollover.h"

/** keyUsage of RAs that only sign or decrypt, and of CAs */
#define RA_SIGN		"digitalSignature"
#define RA_CIPHER	"keyEncipherment"
#define CA_USAGE	"keyCertSign,cRLSign"

/** A root, two CAs below it, and a root that has nothing to do with them */
extern certrep_id_t *root, *sub, *sibling, *other;

/** What the first of these CAs issued: RAs, and others */
extern certrep_id_t *ra, *cmc, *ra_sign, *ra_cipher, *gateway, *expired;

/** Who is trusted */
extern scep_profile_t profile;
extern linked_list_t *confirmed, *announced;
extern scep_trust_t trust;

/** What came of the last answer */
extern scep_judgement_t judgement;
extern scep_error_t err;

/**
 * Make the certificates; unchecked fixture.
 */
void authority_setup_all();

/**
 * Destroy them.
 */
void authority_teardown_all();

/**
 * Trust nobody; checked fixture.
 */
void authority_setup();

/**
 * Forget who is trusted.
 */
void authority_teardown();

/**
 * Create a certificate.
 *
 * @param issuer	who issues it, NULL if it is self-signed
 * @param usage		keyUsage, or NULL
 * @param eku		extendedKeyUsage, or NULL
 */
certrep_id_t *create(const char *subject, const certrep_id_t *issuer, bool ca,
					 const char *usage, const char *eku);

/**
 * Pin a certificate.
 */
void pin(const certrep_id_t *id);

/**
 * Confirm a certificate.
 */
void confirm(const certrep_id_t *id);

/**
 * Let the CA have announced a certificate.
 */
void announce(const certrep_id_t *id);

/**
 * Judge an answer.
 *
 * @param certs		certificates of the answer, get destroyed
 * @return			authority, to be destroyed, or NULL
 */
scep_authority_t *judge(linked_list_t *certs);

/**
 * Judge an answer that must be believed.
 *
 * @param certs		certificates of the answer, get destroyed
 * @return			authority, to be destroyed
 */
scep_authority_t *believe(linked_list_t *certs);

/**
 * Judge an answer that must be refused.
 *
 * @param certs		certificates of the answer, get destroyed
 * @param reason	what the error tells, in part
 */
void refuse(linked_list_t *certs, scep_verdict_t verdict, scep_error_kind_t kind,
			const char *reason);

/**
 * Check the candidates, in their order.
 *
 * @param second	NULL if there must be one only
 */
void assert_candidates(const certrep_id_t *first, scep_role_t role,
					   const certrep_id_t *second, scep_role_t other);

#endif /** AUTHORITY_FIXTURE_H_ @}*/
