/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "cert.h"
#include "trace.h"

#include <openssl/x509.h>

/*
 * Described in header
 */
uint64_t sim_cert_serial(X509 *x509)
{
	uint64_t serial = 0;

	ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(x509));
	return serial;
}

/*
 * Described in header
 */
uint64_t sim_cert_hash(X509 *x509)
{
	u_char *der = NULL;
	uint64_t hash;
	int len;

	len = i2d_X509(x509, &der);
	hash = sim_hash(0, chunk_create(der, len));
	OPENSSL_free(der);
	return hash;
}

/*
 * Described in header
 */
certrep_id_t *sim_cert_issue(mock_ca_t *ca, const char *cn)
{
	certrep_id_t *id;
	X509_NAME *name;

	name = X509_NAME_new();
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (u_char*)cn, -1, -1,
							   0);
	INIT(id,
		.pkey = ca->make_key(2048),
	);
	id->x509 = mock_ca_certify(ca, name, id->pkey);
	id->cert = certrep_cert(id->x509);
	X509_NAME_free(name);
	return id;
}

/*
 * Described in header
 */
int sim_cert_find_key(sim_pool_t *pool, mock_entry_t *entry)
{
	EVP_PKEY *pkey = X509_REQ_get0_pubkey(entry->csr);
	int i;

	for (i = 0; i < MOCK_KEYS; i++)
	{
		if (EVP_PKEY_eq(pkey, pool->own[i]) == 1)
		{
			return i;
		}
	}
	return -1;
}
