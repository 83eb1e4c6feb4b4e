/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_response.h"

const char *fuzz_target = "certrep";

FUZZ_DER_MUTATOR

/**
 * Check what is believed.
 */
static void check_response(const scep_response_t *response, bool want_crl)
{
	bool success = response->status == SCEP_SUCCESS;
	int count;

	fuzz_require(!response->crl == !(success && want_crl));
	fuzz_require(!response->certs == !(success && !want_crl));
	if (response->certs)
	{
		count = response->certs->get_count(response->certs);
		fuzz_require(count > 0 && count <= SCEP_MAX_CERTS);
	}
	switch (response->status)
	{
		case SCEP_FAILURE:
			fuzz_require(response->fail_info <= SCEP_FAIL_BAD_CERT_ID);
			break;
		case SCEP_SUCCESS:
		case SCEP_PENDING:
			fuzz_require(!response->fail_info_text.ptr && !response->hresult);
			break;
		default:
			fuzz_require(FALSE);
			break;
	}
}

/**
 * Parse an answer.
 */
static void parse(chunk_t body, bool want_crl)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(FUZZ_TRANSACTION_ID),
		.nonce = chunk_from_str(FUZZ_NONCE),
		.signers = fixture->signers,
		.recipient = fixture->gw->cert,
		.key = fixture->gw->key,
		.accept_des = TRUE,
		.want_crl = want_crl,
	};
	scep_response_t response, nothing = {};
	scep_error_t err = {};

	if (scep_response_parse(body, &expect, &response, &err))
	{
		fuzz_require(err.kind == SCEP_OK);
		check_response(&response, want_crl);
		scep_response_clear(&response);
	}
	else
	{
		fuzz_require_reason(&err);
		fuzz_require(memeq(&response, &nothing, sizeof(nothing)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t body = fuzz_input(data, size), signed_der;

	fuzz_fixture();
	parse(body, FALSE);
	if (fuzz_resign_certrep(body, &signed_der))
	{
		parse(signed_der, FALSE);
		parse(signed_der, TRUE);
		free(signed_der.ptr);
	}
	fuzz_done(body);
	return 0;
}
