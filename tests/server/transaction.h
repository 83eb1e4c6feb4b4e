/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_transaction transaction
 * @{ @ingroup server
 *
 * What the server remembers of a transaction, in DIR/transactions: the request
 * (ID.csr), the number of polls (ID.polls), the certificate (ID.pem).
 */

#ifndef SERVER_TRANSACTION_H_
#define SERVER_TRANSACTION_H_

#include "bytes.h"
#include "options.h"

#include <openssl/x509.h>

typedef struct transaction_t transaction_t;

/**
 * A transaction.
 */
struct transaction_t {
	/** directory of the server */
	const char *dir;
	/** transactionID, in hexadecimal if it has other than letters, digits, - */
	char *id;
	/** PKCS#10, absent if there was none */
	bytes_t csr;
	/** requests and polls that were answered by PENDING */
	int polls;
	/** certificate, or NULL */
	X509 *issued;
};

/**
 * What people decided.
 */
typedef enum {
	TRANSACTION_UNDECIDED,
	TRANSACTION_APPROVED,
	TRANSACTION_REJECTED,
} transaction_decision_t;

/**
 * Read a transaction.
 *
 * @param this		gets it; transaction_clear() frees what it holds
 * @param dir		directory of the server
 * @param id		transactionID
 */
void transaction_load(transaction_t *this, const char *dir, bytes_t id);

/**
 * Remember the request.
 */
void transaction_set_csr(transaction_t *this, bytes_t csr);

/**
 * Remember one more poll.
 */
void transaction_count_poll(transaction_t *this);

/**
 * Remember the certificate.
 *
 * @param cert		certificate, gets referenced
 */
void transaction_set_issued(transaction_t *this, X509 *cert);

/**
 * Look for the files approve and reject, and those of this transaction.
 */
transaction_decision_t transaction_decision(const transaction_t *this);

/**
 * Free what a transaction holds.
 */
void transaction_clear(transaction_t *this);

#endif /** SERVER_TRANSACTION_H_ @}*/
