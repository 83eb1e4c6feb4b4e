/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_next_ca scep_next_ca
 * @{ @ingroup scep_message_layer
 *
 * The answer to GetNextCACert: the CA announces its successor (RFC 8894, 4.7).
 */

#ifndef SCEP_NEXT_CA_H_
#define SCEP_NEXT_CA_H_

#include "base/scep_error.h"

#include <library.h>
#include <collections/linked_list.h>

/**
 * Verify and parse the answer to GetNextCACert: SignedData with the signature
 * of the current CA, whose content is certs-only SignedData. A worker: it
 * verifies.
 *
 * Only what the signature covers counts: certificates beside it may have been
 * added by anybody.
 *
 * @param body		body of the answer, hostile
 * @param cas		certificates of the CAs that are trusted by themselves, the
 *					only ones whose signature counts: certificate_t
 * @param certs		gets a list of certificate_t, at least one;
 *					scep_certs_destroy() frees it
 * @param err		reason of a failure; SCEP_SECURITY: not believed
 * @return			FALSE if it must not be believed
 */
bool scep_next_ca_parse(chunk_t body, linked_list_t *cas, linked_list_t **certs,
						scep_error_t *err);

#endif /** SCEP_NEXT_CA_H_ @}*/
