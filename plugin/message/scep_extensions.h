/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_extensions scep_extensions
 * @{ @ingroup scep_message_layer
 *
 * The X.509 extensions that a request asks for (RFC 2985, 5.4.2; RFC 5280,
 * 4.2.1), and Microsoft's that names a certificate template.
 */

#ifndef SCEP_EXTENSIONS_H_
#define SCEP_EXTENSIONS_H_

#include "base/scep_error.h"
#include "message/scep_csr.h"

#include <library.h>

/**
 * Build a keyUsage extension, critical: digitalSignature for IKE and to sign
 * requests, keyEncipherment for the envelopes of answers (RFC 8894, 2.3; RFC
 * 4945, 5.1.3.2). Any thread.
 *
 * @return			Extension, DER, allocated
 */
chunk_t scep_key_usage_build();

/**
 * Build the extensions of a request: keyUsage, extendedKeyUsage (serverAuth,
 * clientAuth, ipsecIKE), subjectAltName, template. Any thread.
 *
 * @param csr		content of the request
 * @param extensions gets Extensions, DER, allocated
 * @param err		reason of a failure
 * @return			FALSE if a name cannot be a subjectAltName
 */
bool scep_extensions_build(const scep_csr_t *csr, chunk_t *extensions,
						   scep_error_t *err);

#endif /** SCEP_EXTENSIONS_H_ @}*/
