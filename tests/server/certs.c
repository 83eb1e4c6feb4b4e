/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "certs.h"
#include "der.h"
#include "envelope.h"
#include "signed.h"

#include <ctype.h>

/** Depth of deep-nesting */
#define DEPTH	1000

/** Capabilities */
#define CAPS			"AES,POSTPKIOperation,SHA-256,SHA-512,Renewal,SCEPStandard"
#define CAPS_GET		"AES,SHA-256,SHA-512,Renewal"
#define CAPS_WEAK		"DES3,SHA-1"

/*
 * Described in header
 */
bytes_t certs_caps(const options_t *options, const words_t *words)
{
	const char *pos, *list = options->caps;
	bytes_t text = bytes_copy("", 0);
	char byte;

	list = list ?: !strcmp(options->methods, "get") ? CAPS_GET : CAPS;
	list = words->has[W_WEAK_CAPS] ? CAPS_WEAK : list;
	list = words->has[W_NO_CAPS] ? "" : list;
	for (pos = list; *pos; pos++)
	{
		byte = words->has[W_CAPS_CRLF] ? tolower((unsigned char)*pos) : *pos;
		if (*pos != ',')
		{
			bytes_append(&text, &byte, 1);
			continue;
		}
		bytes_append(&text, " \r\n\r\n", words->has[W_CAPS_CRLF] ? 5 : 0);
		bytes_append(&text, "\n", words->has[W_CAPS_CRLF] ? 0 : 1);
	}
	if (options->next_ca && text.len && !options->caps)
	{
		bytes_append(&text, "\nGetNextCACert", 14);
	}
	if (text.len && !words->has[W_CAPS_UNTERMINATED])
	{
		bytes_append(&text, "\n", 1);
	}
	return text;
}

/**
 * Build nested SEQUENCEs.
 */
static bytes_t nest()
{
	bytes_t der = bytes_copy("", 0);
	int i;

	for (i = 0; i < DEPTH; i++)
	{
		der = der_wrap(DER_SEQUENCE, der);
	}
	return der;
}

/*
 * Described in header
 */
bytes_t certs_current(ca_t *ca, const words_t *words, const char **type)
{
	STACK_OF(X509) *certs = ca_certs(ca, words);
	bytes_t der;

	*type = "application/x-x509-ca-ra-cert";
	if (words->has[W_DEEP_NESTING])
	{
		der = nest();
	}
	else if (sk_X509_num(certs) == 1 && !words->has[W_CERTS_ONLY])
	{
		*type = "application/x-x509-ca-cert";
		der = der_i2d(i2d_X509, sk_X509_value(certs, 0));
	}
	else
	{
		der = certs_only(certs, NULL, words->has[W_BER]);
	}
	sk_X509_pop_free(certs, X509_free);
	return der;
}

/*
 * Described in header
 */
bytes_t certs_next(ca_t *ca, const words_t *words, const char **type)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	signed_t message = {
		.signer = ca_get(ca, words->has[W_NEXT_BY_OTHER] ? CA_OTHER : CA_CA),
		.digest = EVP_sha256(),
		.words = words,
	};
	bytes_t der;

	*type = "application/x-x509-next-ca-cert";
	sk_X509_push(certs, ca_get(ca, CA_NEXT)->cert);
	message.content = certs_only(certs, NULL, words->has[W_BER]);
	sk_X509_free(certs);
	if (words->has[W_NEXT_UNSIGNED])
	{
		return message.content;
	}
	message.certs = der_i2d(i2d_X509, message.signer->cert);
	der = signed_build(&message);
	bytes_free(&message.certs);
	bytes_free(&message.content);
	return der;
}

/*
 * Described in header
 */
bytes_t certs_crl(X509_CRL *crl)
{
	return der_i2d(i2d_X509_CRL, crl);
}
