/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_signer.h"
#include "trust/scep_issued.h"
#include "trust/scep_x509.h"

/**
 * Check a certificate and its key.
 */
static bool check(const scep_profile_t *profile,
				  const scep_authority_t *authority, time_t now,
				  certificate_t *cert, private_key_t *key, scep_error_t *err)
{
	if (!scep_issued_for_key(cert, key))
	{
		return scep_fail(err, SCEP_LOCAL, "signer.key '%s' is not the key of "
						 "signer.cert '%s'", profile->signer_key,
						 profile->signer_cert);
	}
	if (!scep_x509_valid_at(cert, now))
	{
		return scep_fail(err, SCEP_LOCAL, "signer.cert '%s' is not valid now: "
						 "expired, or this clock is wrong",
						 profile->signer_cert);
	}
	if (!scep_x509_issued_by_any(cert, authority->cas, profile->allow_sha1))
	{
		return scep_fail(err, SCEP_LOCAL, "signer.cert '%s' was not issued by "
						 "the pinned CA, nor by one below it",
						 profile->signer_cert);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_signer_load(const scep_profile_t *profile,
					  const scep_authority_t *authority, time_t now,
					  certificate_t **cert, private_key_t **key,
					  scep_error_t *err)
{
	*key = NULL;
	*cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							   BUILD_FROM_FILE, profile->signer_cert,
							   BUILD_END);
	if (!*cert)
	{
		return scep_fail(err, SCEP_LOCAL, "signer.cert '%s' holds no X.509 "
						 "certificate", profile->signer_cert);
	}
	*key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							  BUILD_FROM_FILE, profile->signer_key, BUILD_END);
	if (!*key)
	{
		scep_fail(err, SCEP_LOCAL, "signer.key '%s' holds no RSA key without "
				  "a password", profile->signer_key);
	}
	if (!*key || !check(profile, authority, now, *cert, *key, err))
	{
		DESTROY_IF(*key);
		(*cert)->destroy(*cert);
		*key = NULL;
		*cert = NULL;
		return FALSE;
	}
	return TRUE;
}
