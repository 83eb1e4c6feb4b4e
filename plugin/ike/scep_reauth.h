/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_reauth scep_reauth
 * @{ @ingroup scep_ike_layer
 *
 * Reauthenticates the IKE_SAs that used a certificate which was replaced.
 */

#ifndef SCEP_REAUTH_H_
#define SCEP_REAUTH_H_

#include <library.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_reauth_t scep_reauth_t;

/**
 * Certificates that IKE_SAs may have used. Loop thread only.
 */
struct scep_reauth_t {

	/**
	 * A profile's certificate takes the place of its earlier ones.
	 *
	 * @param profile	name of the profile
	 * @param cert		certificate, a reference is taken
	 * @param reauth	whether to reauthenticate the IKE_SAs that used an
	 *					earlier one. One that charon can't reauthenticate (the
	 *					peer initiated it and got a virtual IP, or used EAP)
	 *					stays until the peer does it.
	 */
	void (*replace)(scep_reauth_t *this, const char *profile,
					certificate_t *cert, bool reauth);

	/**
	 * Forget a profile's certificates.
	 *
	 * @param profile	name of the profile
	 */
	void (*forget)(scep_reauth_t *this, const char *profile);

	/**
	 * Destroy a scep_reauth_t. Jobs that it queued go on without it.
	 */
	void (*destroy)(scep_reauth_t *this);
};

/**
 * Create a scep_reauth_t that knows no certificate.
 *
 * @return			scep_reauth_t
 */
scep_reauth_t *scep_reauth_create();

#endif /** SCEP_REAUTH_H_ @}*/
