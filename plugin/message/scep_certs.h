/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_certs scep_certs
 * @{ @ingroup scep_message_layer
 *
 * Bags of certificates: the answer to GetCACert, certs-only SignedData.
 */

#ifndef SCEP_CERTS_H_
#define SCEP_CERTS_H_

#include "base/scep_error.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>

/**
 * Parse the answer to GetCACert (RFC 8894, 4.2.1): one X.509 certificate, or
 * certs-only SignedData, in DER or BER. Decided by content, never by the
 * Content-Type. Any thread.
 *
 * Nothing is verified. At most SCEP_MAX_CERTS certificates; those in SignedData
 * that can't be read are left out with a note, unless there is no other.
 *
 * @param body		body of the answer, hostile
 * @param certs		gets a list of certificate_t, at least one, in the order
 *					of the answer; scep_certs_destroy() frees it
 * @param err		reason of a failure
 * @return			FALSE if there is no such thing in the body
 */
bool scep_certs_parse(chunk_t body, linked_list_t **certs, scep_error_t *err);

/**
 * Parse certs-only SignedData (RFC 8894, 3.4): no content, no signers, CRLs
 * ignored. Any thread.
 *
 * @param ber		ContentInfo, in DER or BER
 * @param certs		gets a list of certificate_t, at least one
 * @param err		reason of a failure
 * @return			FALSE if it is something else
 */
bool scep_certs_only_parse(chunk_t ber, linked_list_t **certs,
						   scep_error_t *err);

/**
 * Parse a CRL in certs-only SignedData (RFC 8894, 3.4), the first one if there
 * are several; certificates are ignored. Any thread.
 *
 * @param ber		ContentInfo, in DER or BER
 * @param err		reason of a failure
 * @return			CRL, nothing of it verified; NULL if there is none
 */
certificate_t *scep_crl_only_parse(chunk_t ber, scep_error_t *err);

/**
 * Parse one certificate. Any thread.
 *
 * Its key is bounded by scep_key_check_cost().
 *
 * @param der		X.509 certificate; trailing bytes are an error
 * @param err		reason of a failure
 * @return			certificate, or NULL
 */
certificate_t *scep_cert_parse(chunk_t der, scep_error_t *err);

/**
 * Destroy a list of certificate_t with its certificates. Any thread.
 *
 * @param certs		list, or NULL
 */
void scep_certs_destroy(linked_list_t *certs);

#endif /** SCEP_CERTS_H_ @}*/
