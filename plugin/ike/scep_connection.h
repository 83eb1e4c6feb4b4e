/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_connection scep_connection
 * @{ @ingroup scep_ike_layer
 *
 * Whether a connection of charon would authenticate with a certificate.
 */

#ifndef SCEP_CONNECTION_H_
#define SCEP_CONNECTION_H_

#include <library.h>
#include <config/peer_cfg.h>
#include <credentials/certificates/certificate.h>

typedef enum scep_fit_t scep_fit_t;

/**
 * How a connection and a certificate fit together.
 */
enum scep_fit_t {
	/** it does not authenticate us by public key */
	SCEP_FIT_NOT,
	/** it authenticates us as somebody whom the certificate does not name */
	SCEP_FIT_OTHER_ID,
	/** it would, but names other certificates */
	SCEP_FIT_HIDDEN,
	/** it uses the certificate */
	SCEP_FIT_USES,
};

/**
 * Tell how a connection and a certificate fit together; the best fit of the
 * connection's authentication rounds. Any thread, but no IKE_SA's.
 *
 * @param peer		connection
 * @param cert		certificate of ours
 * @param id		local identity of SCEP_FIT_OTHER_ID, internal data of peer;
 *					untouched for others
 * @return			how they fit
 */
scep_fit_t scep_connection_fit(peer_cfg_t *peer, certificate_t *cert,
							   identification_t **id);

#endif /** SCEP_CONNECTION_H_ @}*/
