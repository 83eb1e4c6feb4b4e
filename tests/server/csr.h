/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_csr csr
 * @{ @ingroup server
 *
 * Strict reading of PKCS#10 requests.
 */

#ifndef SERVER_CSR_H_
#define SERVER_CSR_H_

#include "log.h"

/**
 * Parse a request and write its content to the log.
 *
 * @param der		PKCS#10
 * @param log		gets what was found
 * @param csr		gets the request
 * @param challenge	gets the challengePassword, allocated; NULL if there is none
 * @return			NULL, or what is wrong with it
 */
const char *csr_parse(bytes_t der, log_line_t *log, X509_REQ **csr,
					  char **challenge);

#endif /** SERVER_CSR_H_ @}*/
