/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"

#include "message/scep_ber.h"
#include "message/scep_certs.h"
#include "message/scep_enveloped_data.h"

const char *fuzz_target = "certrep_inner";

FUZZ_DER_MUTATOR

/**
 * Take the input for certs-only SignedData.
 */
static void parse_certs(chunk_t input)
{
	linked_list_t *certs;
	scep_error_t err = {};
	int count;

	if (scep_certs_only_parse(input, &certs, &err))
	{
		fuzz_require(err.kind == SCEP_OK);
		count = certs->get_count(certs);
		fuzz_require(count > 0 && count <= SCEP_MAX_CERTS);
		scep_certs_destroy(certs);
	}
	else
	{
		fuzz_require_reason(&err);
		fuzz_require(!certs);
	}
}

/**
 * Take the input for a CRL in certs-only SignedData.
 */
static void parse_crl(chunk_t input)
{
	certificate_t *crl;
	scep_error_t err = {};

	crl = scep_crl_only_parse(input, &err);
	if (crl)
	{
		fuzz_require(err.kind == SCEP_OK);
		fuzz_require(crl->get_type(crl) == CERT_X509_CRL);
		crl->destroy(crl);
	}
	else
	{
		fuzz_require_reason(&err);
	}
}

/**
 * Take the input for an envelope.
 */
static bool open_envelope(chunk_t input, chunk_t *content, scep_error_t *err)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();

	if (scep_enveloped_data_open(input, fixture->gw->cert, fixture->gw->key,
								 TRUE, content, err))
	{
		fuzz_require(err->kind == SCEP_OK);
		return TRUE;
	}
	fuzz_require_reason(err);
	fuzz_require(!content->ptr);
	return FALSE;
}

/**
 * Put the input into an envelope and take it out again.
 */
static void seal(chunk_t input)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	chunk_t envelope, content, der;
	scep_error_t err = {};

	fuzz_require(scep_enveloped_data_build(input, fixture->gw->cert,
										   ENCR_AES_CBC, 16, &envelope, &err));
	if (scep_ber_to_der(input, &der, NULL))
	{
		fuzz_require(open_envelope(envelope, &content, &err));
		fuzz_require(chunk_equals(content, der));
		chunk_clear(&content);
		free(der.ptr);
	}
	else
	{
		fuzz_require(!open_envelope(envelope, &content, &err));
	}
	free(envelope.ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t input = fuzz_input(data, size), content;
	scep_error_t err = {};

	fuzz_fixture();
	parse_certs(input);
	parse_crl(input);
	if (open_envelope(input, &content, &err))
	{
		parse_certs(content);
		parse_crl(content);
		chunk_clear(&content);
	}
	seal(input);
	fuzz_done(input);
	return 0;
}
