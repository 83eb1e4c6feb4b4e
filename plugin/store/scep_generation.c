/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_generation.h"

#include <stdio.h>

typedef struct private_scep_generation_t private_scep_generation_t;

/**
 * Private data of a scep_generation_t.
 */
struct private_scep_generation_t {

	/**
	 * Public interface.
	 */
	scep_generation_t public;

	/**
	 * Reference count.
	 */
	refcount_t refs;
};

METHOD(scep_generation_t, get_ref, scep_generation_t*,
	private_scep_generation_t *this)
{
	ref_get(&this->refs);
	return &this->public;
}

METHOD(scep_generation_t, destroy, void,
	private_scep_generation_t *this)
{
	if (ref_put(&this->refs))
	{
		this->public.key->destroy(this->public.key);
		this->public.cert->destroy(this->public.cert);
		this->public.chain->destroy_offset(this->public.chain,
										   offsetof(certificate_t, destroy));
		free(this);
	}
}

/*
 * Described in header
 */
scep_generation_t *scep_generation_create(u_int number, private_key_t *key,
								certificate_t *cert, linked_list_t *chain,
								const char *digest)
{
	private_scep_generation_t *this;

	INIT(this,
		.public = {
			.number = number,
			.key = key,
			.cert = cert,
			.chain = chain,
			.get_ref = _get_ref,
			.destroy = _destroy,
		},
		.refs = 1,
	);
	snprintf(this->public.digest, sizeof(this->public.digest), "%s", digest);
	return &this->public;
}
