/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_next_ca.h"

#include "message/scep_attributes.h"
#include "message/scep_ber.h"
#include "message/scep_certs.h"
#include "message/scep_signed_data.h"

/*
 * Described in header
 */
bool scep_next_ca_parse(chunk_t body, linked_list_t *cas, linked_list_t **certs,
						scep_error_t *err)
{
	scep_signed_data_t signed_data;
	scep_attributes_t attributes;
	chunk_t der;
	bool success;

	*certs = NULL;
	if (body.len > SCEP_MAX_CERTS_BODY)
	{
		return scep_fail(err, SCEP_SECURITY, "%zu bytes, more than %d",
						 body.len, SCEP_MAX_CERTS_BODY);
	}
	success = scep_ber_to_der(body, &der, err) &&
			  scep_signed_data_parse(der, &signed_data, err) &&
			  scep_signed_data_verify(&signed_data, cas, &attributes, err) &&
			  (scep_certs_only_parse(signed_data.content, certs, err) ||
			   scep_fail_in(err, "content of the answer: "));
	free(der.ptr);
	return success;
}
