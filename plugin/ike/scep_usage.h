/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_usage scep_usage
 * @{ @ingroup scep_ike_layer
 *
 * Tells an operator of certificates that no connection uses, and why.
 */

#ifndef SCEP_USAGE_H_
#define SCEP_USAGE_H_

#include <library.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_usage_t scep_usage_t;

/**
 * The certificates that IKE has, compared with the connections that it has.
 * Any thread.
 */
struct scep_usage_t {

	/**
	 * IKE has a certificate, instead of the profile's earlier one. Looks a
	 * while later, as connections are loaded after the plugins.
	 *
	 * @param profile	name of the profile
	 * @param cert		certificate, a reference is taken; NULL for none
	 */
	void (*set)(scep_usage_t *this, const char *profile, certificate_t *cert);

	/**
	 * Queue a job, unless there is one, that looks for certificates that no
	 * connection uses, since its local id is neither their subject nor a
	 * subjectAltName, or which a connection hides by naming others. Each
	 * finding is reported once, until it is another one.
	 */
	void (*look)(scep_usage_t *this);

	/**
	 * Destroy a scep_usage_t; no worker may run any more.
	 */
	void (*destroy)(scep_usage_t *this);
};

/**
 * Create a scep_usage_t that knows no certificate.
 *
 * @return			scep_usage_t
 */
scep_usage_t *scep_usage_create();

#endif /** SCEP_USAGE_H_ @}*/
