/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_roles scep_roles
 * @{ @ingroup scep_trust
 *
 * Which of some certificates are registration authorities', and for what.
 */

#ifndef SCEP_ROLES_H_
#define SCEP_ROLES_H_

#include "config/scep_profile.h"
#include "trust/scep_anchors.h"
#include "trust/scep_issuers.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_roles_t scep_roles_t;

/**
 * RA certificates that CAs issued, by what can be done with them. Certificates
 * without references of their own.
 */
struct scep_roles_t {

	/** believed ones; certificate_t */
	linked_list_t *ras;

	/** the first believed one that a request can be encrypted to, or NULL */
	certificate_t *recipient;

	/** the last that would be a recipient, were it valid, or NULL */
	certificate_t *expired;

	/** those that may be an RA's or anybody's; certificate_t */
	linked_list_t *unmarked;
};

/**
 * Sort certificates. A worker: it verifies signatures.
 *
 * @param roles		gets what was found; scep_roles_clear() frees it
 * @param certs		certificates; certificate_t
 * @param issuers	CAs that count
 * @param profile	pins of RAs
 * @param trust		confirmed ones
 * @param when		time at which they must be valid
 */
void scep_roles_find(scep_roles_t *roles, linked_list_t *certs,
					 scep_issuers_t *issuers, const scep_profile_t *profile,
					 const scep_trust_t *trust, time_t when);

/**
 * Free what was found, but not the certificates.
 *
 * @param roles		what to free
 */
void scep_roles_clear(scep_roles_t *roles);

/**
 * Whether a certificate's keyUsage allows to sign messages. Any thread.
 *
 * @param cert		certificate
 * @return			TRUE if so, or if there is none
 */
bool scep_roles_can_sign(certificate_t *cert);

/**
 * Whether a request can be encrypted to a certificate: by its key, and its
 * keyUsage if there is one. Any thread.
 *
 * @param cert		certificate
 * @return			TRUE if so
 */
bool scep_roles_can_receive(certificate_t *cert);

/**
 * Find the CA that probably issues: one that certified no other, if there is
 * such a one. Of several it is the issuer of the current certificate, else the
 * oldest: it must not depend on an order that is not signed. A worker: it verifies signatures.
 *
 * @param issuers	CAs, at least one
 * @param ra		RA whose CA it is, or NULL
 * @param current	certificate in use, or NULL
 * @return			CA's certificate, internal data
 */
certificate_t *scep_roles_find_issuer(scep_issuers_t *issuers,
									  certificate_t *ra,
									  certificate_t *current);

#endif /** SCEP_ROLES_H_ @}*/
