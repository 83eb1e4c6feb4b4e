/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "leaf.h"
#include "bytes.h"

#include <stdlib.h>
#include <strings.h>

/** Seconds of a day */
#define DAY		(24 * 3600L)

/**
 * Get the subjectAltName for a certificate, NULL if it gets none.
 */
static X509_EXTENSION *get_san(const words_t *words, X509_REQ *csr)
{
	STACK_OF(X509_EXTENSION) *extensions;
	X509_EXTENSION *found = NULL;
	GENERAL_NAMES *names = NULL;
	GENERAL_NAME *name;

	extensions = X509_REQ_get_extensions(csr);
	if (extensions)
	{
		names = X509V3_get_d2i(extensions, NID_subject_alt_name, NULL, NULL);
		sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	}
	if (words->has[W_EXTRA_SAN])
	{
		names = names ?: GENERAL_NAMES_new();
		name = a2i_GENERAL_NAME(NULL, NULL, NULL, GEN_DNS,
								"extra.example.org", 0);
		sk_GENERAL_NAME_push(names, name);
	}
	if (names && !words->has[W_MISSING_SAN])
	{
		found = X509V3_EXT_i2d(NID_subject_alt_name, 0, names);
	}
	GENERAL_NAMES_free(names);
	return found;
}

/**
 * Set the validity.
 */
static void set_validity(cert_spec_t *spec, const options_t *options,
						 const words_t *words)
{
	spec->from = options->not_before;
	spec->to = options->validity;
	if (words->has[W_EXPIRED_LEAF])
	{
		spec->from = -10 * DAY;
		spec->to = -DAY;
	}
	if (words->has[W_FUTURE_LEAF])
	{
		spec->from = 10 * DAY;
		spec->to = 20 * DAY;
	}
	if (words->has[W_SOON_LEAF])
	{
		spec->from = 20;
		spec->to = 20 + options->validity;
	}
}

/**
 * Set key, subject, issuer and digest.
 */
static void set_identity(cert_spec_t *spec, ca_t *ca, const words_t *words)
{
	if (words->has[W_WRONG_KEY])
	{
		spec->key = ca_get(ca, CA_GATEWAY)->key;
	}
	if (words->has[W_WRONG_SUBJECT])
	{
		spec->subject = X509_get_subject_name(ca_get(ca, CA_GATEWAY)->cert);
	}
	if (words->has[W_OTHER_CA_LEAF])
	{
		spec->issuer = ca_get(ca, CA_OTHER);
	}
	if (words->has[W_SHA1_LEAF])
	{
		spec->digest = EVP_sha1();
	}
	if (words->has[W_MD5_LEAF])
	{
		spec->digest = EVP_md5();
	}
}

/*
 * Described in header
 */
X509 *leaf_issue(ca_t *ca, ca_id_t issuer, const options_t *options,
				 const words_t *words, const char *cdp, X509_REQ *csr)
{
	char *path, *serial, *uri = cdp ? format("URI:%s", cdp) : NULL;
	bool is_ca = words->has[W_CA_LEAF];
	cert_extension_t extensions[5] = {
		{ NID_basic_constraints, is_ca ? "critical,CA:TRUE"
									   : "critical,CA:FALSE" },
		{ NID_key_usage, is_ca ? "critical,digitalSignature,keyCertSign"
							   : "critical,digitalSignature,keyEncipherment" },
	};
	cert_spec_t spec = {
		.subject = X509_REQ_get_subject_name(csr),
		.key = X509_REQ_get0_pubkey(csr),
		.issuer = ca_get(ca, issuer),
		.extensions = extensions,
		.extension = get_san(words, csr),
	};
	int count = 2;
	X509 *cert;

	if (words->has[W_SERVER_EKU])
	{
		extensions[count++] = (cert_extension_t){ NID_ext_key_usage,
												  "OCSPSigning" };
	}
	if (uri)
	{
		extensions[count++] = (cert_extension_t){ NID_crl_distribution_points,
												  uri };
	}
	set_validity(&spec, options, words);
	set_identity(&spec, ca, words);
	cert = cert_make(&spec);
	serial = cert_serial(cert);
	path = format("%s/issued/%s.pem", options->dir, serial);
	cert_save(cert, path);
	X509_EXTENSION_free(spec.extension);
	free(path);
	free(serial);
	free(uri);
	return cert;
}

/**
 * Call a function for each revoked serial number, until it returns TRUE.
 */
static bool each_revoked(const options_t *options,
						 bool (*visit)(const char *serial, void *data),
						 void *data)
{
	char *path = format("%s/revoked", options->dir), *rest, *line;
	bytes_t content;
	bool found = false;

	if (bytes_from_file(path, &content))
	{
		rest = (char*)content.ptr;
		while (!found && (line = strsep(&rest, "\n")))
		{
			found = *line && visit(line, data);
		}
	}
	bytes_free(&content);
	free(path);
	return found;
}

/**
 * Whether a serial number is that of a certificate.
 */
static bool is_serial(const char *serial, void *data)
{
	return strcasecmp(serial, data) == 0;
}

/**
 * Add a serial number to a CRL.
 */
static bool add_revoked(const char *serial, void *data)
{
	ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_INTEGER *value;
	BIGNUM *number = NULL;

	if (BN_hex2bn(&number, serial))
	{
		value = BN_to_ASN1_INTEGER(number, NULL);
		X509_REVOKED_set_serialNumber(entry, value);
		X509_REVOKED_set_revocationDate(entry, now);
		X509_CRL_add0_revoked(data, entry);
		ASN1_INTEGER_free(value);
		entry = NULL;
	}
	X509_REVOKED_free(entry);
	BN_free(number);
	ASN1_TIME_free(now);
	return false;
}

/*
 * Described in header
 */
bool leaf_is_ours(ca_t *ca, const options_t *options, X509 *cert)
{
	const identity_t *next = ca_peek(ca, CA_NEXT);
	char *serial = cert_serial(cert);
	bool ours;

	ours = (X509_verify(cert, ca_get(ca, CA_CA)->key) == 1 ||
			(next && X509_verify(cert, next->key) == 1)) &&
		   X509_cmp_current_time(X509_get0_notBefore(cert)) < 0 &&
		   X509_cmp_current_time(X509_get0_notAfter(cert)) > 0 &&
		   !each_revoked(options, is_serial, serial);
	free(serial);
	return ours;
}

/*
 * Described in header
 */
X509_CRL *leaf_crl(ca_t *ca, const options_t *options, const words_t *words)
{
	const identity_t *ours = ca_get(ca, CA_CA), *signer = ours;
	bool expired = words->has[W_EXPIRED_CRL];
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *time;

	if (words->has[W_CRL_BY_OTHER])
	{
		signer = ca_get(ca, CA_OTHER);
	}
	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(ours->cert));
	time = X509_gmtime_adj(NULL, expired ? -10 * DAY : -60);
	X509_CRL_set1_lastUpdate(crl, time);
	X509_gmtime_adj(time, expired ? -DAY : options->crl_validity);
	X509_CRL_set1_nextUpdate(crl, time);
	ASN1_TIME_free(time);
	each_revoked(options, add_revoked, crl);
	X509_CRL_sort(crl);
	if (!X509_CRL_sign(crl, signer->key, EVP_sha256()))
	{
		die("X509_CRL_sign");
	}
	return crl;
}
