/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "cert.h"
#include "trace.h"

#include <openssl/x509v3.h>

#include <stdio.h>

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
chunk_t sim_cert_encode(X509 *x509)
{
	u_char *der = NULL;
	chunk_t encoding;
	int len;

	len = i2d_X509(x509, &der);
	encoding = chunk_clone(chunk_create(der, len));
	OPENSSL_free(der);
	return encoding;
}

/*
 * Described in header
 */
uint64_t sim_cert_hash(X509 *x509)
{
	chunk_t der = sim_cert_encode(x509);
	uint64_t hash = sim_hash(0, der);

	free(der.ptr);
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
X509_REQ *sim_cert_request(EVP_PKEY *key, const char *cn, const char *san)
{
	STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
	X509_REQ *csr = X509_REQ_new();
	char value[80];

	snprintf(value, sizeof(value), "DNS:%s", san);
	sk_X509_EXTENSION_push(extensions, X509V3_EXT_conf_nid(NULL, NULL,
												NID_subject_alt_name, value));
	X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(csr), "CN",
							   MBSTRING_UTF8, (u_char*)cn, -1, -1, 0);
	X509_REQ_set_pubkey(csr, key);
	X509_REQ_add_extensions(csr, extensions);
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	return csr;
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
