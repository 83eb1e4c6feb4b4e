/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_cert sim_cert
 * @{ @ingroup scep_sim
 *
 * What is looked at in OpenSSL's certificates, whose headers libstrongswan's
 * exclude.
 */

#ifndef SIM_CERT_H_
#define SIM_CERT_H_

#include "mock_ca.h"
#include "pool.h"

/**
 * Get the serial number of a certificate.
 */
uint64_t sim_cert_serial(X509 *x509);

/**
 * Encode a certificate in DER, allocated.
 */
chunk_t sim_cert_encode(X509 *x509);

/**
 * Hash a certificate, see sim_hash().
 */
uint64_t sim_cert_hash(X509 *x509);

/**
 * Let a CA certify a key of the pool for a common name.
 */
certrep_id_t *sim_cert_issue(mock_ca_t *ca, const char *cn);

/**
 * Make a request that is not signed, as nobody looks at that.
 *
 * @param key		public key
 * @param cn		common name
 * @param san		subjectAltName, dNSName
 */
X509_REQ *sim_cert_request(EVP_PKEY *key, const char *cn, const char *san);

/**
 * Find the gateway's key that a request is for.
 *
 * @return			number of the key in the pool, -1 if it is another one
 */
int sim_cert_find_key(sim_pool_t *pool, mock_entry_t *entry);

#endif /** SIM_CERT_H_ @}*/
