/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_tls.h"

#include <sys/stat.h>

/**
 * Whether nobody but its owner can use a file.
 */
static bool is_private(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !(st.st_mode & (S_IRWXG | S_IRWXO));
}

/**
 * Whether a certificate is one for a key.
 */
static bool belong_together(certificate_t *cert, private_key_t *key)
{
	public_key_t *public = cert->get_public_key(cert);
	bool together;

	together = public && key->belongs_to(key, public);
	DESTROY_IF(public);
	return together;
}

/**
 * Check that the files hold a certificate and its key.
 */
static bool check_pair(const scep_profile_t *profile, scep_error_t *err)
{
	certificate_t *cert;
	private_key_t *key = NULL;
	bool success = FALSE;

	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							  BUILD_FROM_FILE, profile->http_cert, BUILD_END);
	if (cert)
	{
		key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_ANY,
								 BUILD_FROM_FILE, profile->http_key, BUILD_END);
	}
	if (!cert)
	{
		scep_fail(err, SCEP_PERMANENT, "key=http.cert expected=a file with a "
				  "certificate in PEM");
	}
	else if (!key)
	{
		scep_fail(err, SCEP_PERMANENT, "key=http.key expected=a file with a "
				  "private key in PEM, without a password");
	}
	else
	{
		success = belong_together(cert, key) ||
				  scep_fail(err, SCEP_PERMANENT, "key=http.key expected=the "
							"key of http.cert");
	}
	DESTROY_IF(cert);
	DESTROY_IF(key);
	return success;
}

/*
 * Described in header
 */
bool scep_tls_check(const scep_profile_t *profile, scep_error_t *err)
{
	if (!profile->http_cert && !profile->http_key)
	{
		return TRUE;
	}
	if (!profile->http_cert || !profile->http_key)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=http.%s value=(none) "
						 "expected=http.cert and http.key together",
						 profile->http_cert ? "key" : "cert");
	}
	if (!is_private(profile->http_key))
	{
		return scep_fail(err, SCEP_PERMANENT, "key=http.key expected=a file "
						 "that only its owner can use (mode 0600)");
	}
	return check_pair(profile, err);
}
