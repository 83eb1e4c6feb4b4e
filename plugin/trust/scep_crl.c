/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_crl.h"
#include "trust/scep_x509.h"
#include "base/scep_limits.h"
#include "base/scep_text.h"

#include <credentials/certificates/crl.h>
#include <credentials/certificates/x509.h>

/*
 * Described in header
 */
bool scep_crl_issued_by(certificate_t *crl, certificate_t *issuer,
						bool allow_sha1, scep_error_t *err)
{
	identification_t *subject = issuer->get_subject(issuer), *name;
	signature_params_t *scheme = NULL;
	bool strong;

	/* libstrongswan compares key identifiers only, where there are any */
	name = crl->get_issuer(crl);
	if (!name->equals(name, subject) ||
		!crl->issued_by(crl, issuer, &scheme))
	{
		return scep_fail(err, SCEP_SECURITY, "the CRL was not signed by the CA "
						 "that issued the certificate");
	}
	strong = scep_x509_is_strong(scheme, allow_sha1);
	if (!strong)
	{
		scep_fail(err, SCEP_SECURITY, "signature of the CRL uses %N, SHA-256 "
				  "or better is needed", signature_scheme_names,
				  scheme->scheme);
	}
	signature_params_destroy(scheme);
	return strong;
}

/**
 * Check a CRL's times. One without nextUpdate is never stale.
 */
static bool check_validity(certificate_t *crl, time_t now, scep_error_t *err)
{
	time_t this_update, next_update;
	char at[SCEP_TIME_LEN];

	crl->get_validity(crl, NULL, &this_update, &next_update);
	if (next_update && next_update <= now)
	{
		return scep_fail(err, SCEP_TRANSIENT, "the CRL is stale since %s, or "
						 "this clock is wrong", scep_time(next_update, at));
	}
	if (this_update > now + SCEP_MAX_FUTURE)
	{
		return scep_fail(err, SCEP_TRANSIENT, "the CRL is of the future, %s, "
						 "or this clock is wrong", scep_time(this_update, at));
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_crl_check(certificate_t *crl, certificate_t *issuer,
					certificate_t *known, bool allow_sha1, time_t now,
					scep_error_t *err)
{
	if (((crl_t*)crl)->is_delta_crl((crl_t*)crl, NULL))
	{
		return scep_fail(err, SCEP_SECURITY, "the CRL is not complete: it is a "
						 "delta CRL");
	}
	if (!scep_crl_issued_by(crl, issuer, allow_sha1, err) ||
		!check_validity(crl, now, err))
	{
		return FALSE;
	}
	if (known && scep_crl_issued_by(known, issuer, TRUE, NULL) &&
		scep_crl_is_older(crl, known))
	{
		return scep_fail(err, SCEP_SECURITY, "the CRL is older than the one "
						 "that is known");
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_crl_is_older(certificate_t *crl, certificate_t *other)
{
	chunk_t number, other_number;
	time_t from, other_from;

	number = chunk_skip_zero(((crl_t*)crl)->get_serial((crl_t*)crl));
	other_number = chunk_skip_zero(((crl_t*)other)->get_serial((crl_t*)other));
	if (number.len && other_number.len)
	{
		return number.len != other_number.len ?
							number.len < other_number.len :
							memcmp(number.ptr, other_number.ptr, number.len) < 0;
	}
	crl->get_validity(crl, NULL, &from, NULL);
	other->get_validity(other, NULL, &other_from, NULL);
	return from < other_from;
}

/*
 * Described in header
 */
bool scep_crl_revokes(certificate_t *crl, certificate_t *cert)
{
	chunk_t ours = ((x509_t*)cert)->get_serial((x509_t*)cert), serial;
	enumerator_t *enumerator;
	crl_reason_t reason;
	time_t when;
	bool found = FALSE;

	enumerator = ((crl_t*)crl)->create_enumerator((crl_t*)crl);
	while (!found && enumerator->enumerate(enumerator, &serial, &when, &reason))
	{
		found = chunk_equals(chunk_skip_zero(serial), chunk_skip_zero(ours));
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Whether an enumerator has an item; destroys it.
 */
static bool has_any(enumerator_t *enumerator)
{
	void *item;
	bool found;

	found = enumerator->enumerate(enumerator, &item);
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
bool scep_crl_is_elsewhere(certificate_t *cert)
{
	x509_t *x509 = (x509_t*)cert;

	return has_any(x509->create_crl_uri_enumerator(x509)) ||
		   has_any(x509->create_ocsp_uri_enumerator(x509));
}
