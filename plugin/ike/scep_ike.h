/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_ike_impl scep_ike
 * @{ @ingroup scep_ike_layer
 *
 * Gives credentials to charon: the set, its cache, and children that waited.
 */

#ifndef SCEP_IKE_H_
#define SCEP_IKE_H_

#include "credentials/scep_credentials.h"
#include "enroll/scep_host.h"

/**
 * Create charon's side of the credentials.
 *
 * Flushing charon's certificate cache waits for whoever holds it, and starting
 * children takes locks: both are done by low-priority jobs.
 *
 * @param creds		credential set, not owned
 * @return			scep_ike_t
 */
scep_ike_t *scep_ike_create(scep_credentials_t *creds);

#endif /** SCEP_IKE_H_ @}*/
