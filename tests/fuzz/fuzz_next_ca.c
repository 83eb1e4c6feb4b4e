/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_certs.h"
#include "message/scep_next_ca.h"

const char *fuzz_target = "next_ca";

FUZZ_DER_MUTATOR

/**
 * Parse an answer.
 */
static void parse(chunk_t body)
{
	linked_list_t *certs;
	scep_error_t err = {};
	int count;

	if (scep_next_ca_parse(body, fuzz_fixture()->signers, &certs, &err))
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t body = fuzz_input(data, size), signed_der;

	fuzz_fixture();
	parse(body);
	if (fuzz_resign_certrep(body, &signed_der))
	{
		parse(signed_der);
		free(signed_der.ptr);
	}
	fuzz_done(body);
	return 0;
}
