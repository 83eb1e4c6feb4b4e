/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_certs.h"
#include "message/scep_next_ca.h"
#include "trust/scep_rollover.h"
#include "trust/scep_x509.h"

const char *fuzz_target = "next_ca";

FUZZ_DER_MUTATOR

/**
 * Judge what a current CA announced.
 */
static void judge(linked_list_t *certs)
{
	static scep_profile_t *profile;
	static scep_authority_t *authority;
	certificate_t *root = fuzz_fixture()->root->cert, *next;
	linked_list_t *list, *announced;
	scep_error_t err = {};

	if (!authority)
	{
		profile = fuzz_load_pinned(root, NULL);
		list = linked_list_create_with_items(root, NULL);
		authority = scep_authority_create(list, profile, NULL, FUZZ_NOW, NULL,
										  NULL);
		list->destroy(list);
		fuzz_require(authority != NULL);
	}
	if (!scep_rollover_check(certs, authority, profile, FUZZ_NOW, &next,
							 &announced, &err))
	{
		fuzz_require_reason(&err);
		return;
	}
	fuzz_require(err.kind == SCEP_OK);
	fuzz_require(!next->equals(next, root));
	fuzz_require(scep_x509_usage(next) & SCEP_IS_CA);
	fuzz_require(scep_x509_is_in(next, certs));
	fuzz_require(scep_x509_is_in(next, announced));
	next->destroy(next);
	scep_certs_destroy(announced);
}

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
		judge(certs);
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
