/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_answer answer
 * @{ @ingroup server
 *
 * CertRep messages (RFC 8894, 3.3.2).
 */

#ifndef SERVER_ANSWER_H_
#define SERVER_ANSWER_H_

#include "request.h"

typedef struct answer_t answer_t;

/**
 * A CertRep.
 */
struct answer_t {
	/** request that is answered */
	const request_t *request;
	/** words */
	const words_t *words;
	/** pkiStatus */
	const char *status;
	/** failInfo, or NULL */
	const char *fail_info;
	/** certificate for SUCCESS, or NULL */
	X509 *issued;
	/** CRL for SUCCESS, or NULL */
	X509_CRL *crl;
};

/**
 * Build a CertRep.
 *
 * @param this		what it says
 * @param ca		who says it
 * @return			message, allocated; absent if OpenSSL cannot encrypt it
 */
bytes_t answer_build(const answer_t *this, ca_t *ca);

#endif /** SERVER_ANSWER_H_ @}*/
