/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_tls.h"
#include "base/scep_owner.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/**
 * Check that nobody but root, or who charon is or becomes, can use a file.
 */
static bool check_private(const char *path, scep_error_t *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
	{
		return scep_fail(err, SCEP_PERMANENT, "key=http.key expected=a file "
						 "that can be read: %s", strerror(errno));
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO))
	{
		return scep_fail(err, SCEP_PERMANENT, "key=http.key expected=a file "
						 "that only its owner can use (mode 0600)");
	}
	return scep_owner_is_trusted(st.st_uid) ||
		   scep_fail(err, SCEP_PERMANENT, "key=http.key expected=a file of "
					 "root, or of charon's user, not of user %u",
					 (u_int)st.st_uid);
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
	return check_private(profile->http_key, err) && check_pair(profile, err);
}
