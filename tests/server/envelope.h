/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_envelope envelope
 * @{ @ingroup server
 *
 * What is inside an answer: certificates, and the envelope around them.
 */

#ifndef SERVER_ENVELOPE_H_
#define SERVER_ENVELOPE_H_

#include "bytes.h"
#include "request.h"

/**
 * Build a certs-only SignedData (RFC 8894, 3.4).
 *
 * @param certs		certificates, or NULL
 * @param crl		CRL, or NULL
 * @param ber		whether lengths are indefinite
 * @return			allocated
 */
bytes_t certs_only(STACK_OF(X509) *certs, X509_CRL *crl, bool ber);

/**
 * Encrypt content for the signer of a request.
 *
 * @param ca		CA, for those words that need another key
 * @param words		those about the envelope count
 * @param request	whom it is for
 * @param content	what to encrypt
 * @return			allocated, absent if OpenSSL does not do this
 */
bytes_t envelope_build(ca_t *ca, const words_t *words,
					   const request_t *request, bytes_t content);

#endif /** SERVER_ENVELOPE_H_ @}*/
