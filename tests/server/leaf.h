/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_leaf leaf
 * @{ @ingroup server
 *
 * The certificates that the CA issues, and its CRL.
 */

#ifndef SERVER_LEAF_H_
#define SERVER_LEAF_H_

#include "ca.h"

/**
 * Issue a certificate as a request wants it, or as words do. It is kept in
 * DIR/issued/SERIAL.pem.
 *
 * @param ca		CA
 * @param issuer	which of its identities issues
 * @param options	lifetime
 * @param words		those about the issued certificate count
 * @param cdp		URL of the CRL, or NULL
 * @param csr		request
 * @return			certificate
 */
X509 *leaf_issue(ca_t *ca, ca_id_t issuer, const options_t *options,
				 const words_t *words, const char *cdp, X509_REQ *csr);

/**
 * Whether the CA issued a certificate, which is valid now and is not revoked.
 *
 * @param ca		CA
 * @param options	directory
 * @param cert		certificate
 */
bool leaf_is_ours(ca_t *ca, const options_t *options, X509 *cert);

/**
 * Get a CRL with the serial numbers in DIR/revoked, hexadecimal, one a line.
 *
 * @param ca		CA
 * @param options	directory
 * @param words		those about the CRL count
 * @return			CRL
 */
X509_CRL *leaf_crl(ca_t *ca, const options_t *options, const words_t *words);

#endif /** SERVER_LEAF_H_ @}*/
