/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_certs certs
 * @{ @ingroup server
 *
 * Answers to GetCACaps, GetCACert and GetNextCACert.
 */

#ifndef SERVER_CERTS_H_
#define SERVER_CERTS_H_

#include "bytes.h"
#include "ca.h"

/**
 * Get the capabilities.
 *
 * @return			text, allocated
 */
bytes_t certs_caps(const options_t *options, const words_t *words);

/**
 * Get the current certificates.
 *
 * @param type		gets the Content-Type
 * @return			certificate or certs-only message, allocated
 */
bytes_t certs_current(ca_t *ca, const words_t *words, const char **type);

/**
 * Get the certificate of the next CA, signed by the current one.
 *
 * @param type		gets the Content-Type
 * @return			message, allocated
 */
bytes_t certs_next(ca_t *ca, const words_t *words, const char **type);

/**
 * Encode a CRL.
 */
bytes_t certs_crl(X509_CRL *crl);

#endif /** SERVER_CERTS_H_ @}*/
