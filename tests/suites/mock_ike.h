/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_ike mock_ike
 * @{ @ingroup scep_tests
 *
 * IKE, as far as an enrolment sees it: what it was given last.
 */

#ifndef MOCK_IKE_H_
#define MOCK_IKE_H_

#include "enroll/scep_host.h"

typedef struct mock_ike_t mock_ike_t;

/**
 * IKE of a test, for one profile.
 */
struct mock_ike_t {

	/** interface */
	scep_ike_t public;

	/** what IKE uses, a reference, or NULL */
	scep_generation_t *gen;

	/** roots that it verifies peers with; certificate_t */
	linked_list_t *roots;

	/** CRL of the CA, a reference, or NULL */
	certificate_t *crl;

	/** whether it was told to start children, and to reauthenticate, the last
	 * time */
	bool initiate, reauth;

	/** how often it got something, and lost it; how often it got a CRL */
	u_int installed, withdrawn, crls;
};

/**
 * Create an IKE that has nothing.
 */
mock_ike_t *mock_ike_create();

#endif /** MOCK_IKE_H_ @}*/
