/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_ike_impl scep_ike
 * @{ @ingroup scep_ike_layer
 *
 * Gives credentials to charon: the set, its cache, children that waited,
 * and IKE_SAs that used the certificate before.
 */

#ifndef SCEP_IKE_H_
#define SCEP_IKE_H_

#include "credentials/scep_credentials.h"
#include "enroll/scep_host.h"
#include "ike/scep_usage.h"

/**
 * Create charon's side of the credentials.
 *
 * Flushing charon's certificate cache waits for whoever holds it, starting
 * children and reauthenticating takes locks: all is done by low-priority jobs.
 *
 * @param creds		credential set, not owned
 * @param usage		gets told what IKE has, not owned
 * @return			scep_ike_t
 */
scep_ike_t *scep_ike_create(scep_credentials_t *creds,
							scep_usage_t *usage);

#endif /** SCEP_IKE_H_ @}*/
