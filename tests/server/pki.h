/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_pki pki
 * @{ @ingroup server
 *
 * What becomes of a message: granted, pending, refused.
 */

#ifndef SERVER_PKI_H_
#define SERVER_PKI_H_

#include "log.h"
#include "options.h"
#include "request.h"

/**
 * Answer a message.
 *
 * @param options	policy
 * @param ca		CA
 * @param cdp		URL of the CRL for certificates, or NULL
 * @param request	message
 * @param words		words
 * @param log		gets the outcome
 * @return			CertRep, allocated; absent if it cannot be encrypted
 */
bytes_t pki_answer(const options_t *options, ca_t *ca, const char *cdp,
				   const request_t *request, const words_t *words,
				   log_line_t *log);

#endif /** SERVER_PKI_H_ @}*/
