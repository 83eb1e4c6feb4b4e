/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include "message/scep_ber.h"
#include "message/scep_der.h"

const char *fuzz_target = "ber";

FUZZ_DER_MUTATOR

/**
 * Whether these are elements with definite, minimal lengths, without strings in
 * pieces and not nested too deeply: to be left alone.
 */
static bool is_plain(chunk_t in, int depth)
{
	chunk_t content;
	int tag;

	while (in.len)
	{
		if (!scep_der_next(&in, &tag, &content, NULL) || tag == ASN1_EOC ||
			tag == (ASN1_OCTET_STRING | ASN1_CONSTRUCTED) ||
			tag == (ASN1_BIT_STRING | ASN1_CONSTRUCTED) ||
			((tag & ASN1_CONSTRUCTED) &&
			 (depth == 0 || !is_plain(content, depth - 1))))
		{
			return FALSE;
		}
	}
	return TRUE;
}

/**
 * Whether it is one such element.
 */
static bool is_plain_element(chunk_t in)
{
	chunk_t rest = in;

	return scep_der_next(&rest, NULL, NULL, NULL) && !rest.len &&
		   is_plain(in, SCEP_MAX_BER_DEPTH);
}

/**
 * Join what may be a string in pieces.
 */
static void join(chunk_t der)
{
	chunk_t content, joined;

	if (scep_der_next(&der, NULL, &content, NULL) &&
		scep_ber_join(content, &joined))
	{
		fuzz_require(joined.len <= content.len);
		free(joined.ptr);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t ber = fuzz_input(data, size), der, again;
	scep_error_t err = {};

	fuzz_start();
	if (scep_ber_to_der(ber, &der, &err))
	{
		fuzz_require(err.kind == SCEP_OK);
		fuzz_require(!is_plain_element(ber) || chunk_equals(ber, der));
		fuzz_require(scep_ber_to_der(der, &again, NULL));
		fuzz_require(chunk_equals(der, again));
		join(der);
		free(again.ptr);
		free(der.ptr);
	}
	else
	{
		fuzz_require_reason(&err);
		fuzz_require(!der.ptr);
		fuzz_require(!is_plain_element(ber));
	}
	fuzz_done(ber);
	return 0;
}
