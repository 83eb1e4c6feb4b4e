/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_ike.h"

static void install(scep_ike_t *public, const char *profile,
					scep_generation_t *gen, certificate_t *root, bool initiate)
{
	mock_ike_t *this = (mock_ike_t*)public;

	gen->get_ref(gen);
	DESTROY_IF(this->gen);
	this->gen = gen;
	this->root = root != NULL;
	this->initiate = initiate;
	this->installed++;
}

static void withdraw(scep_ike_t *public, const char *profile)
{
	mock_ike_t *this = (mock_ike_t*)public;

	DESTROY_IF(this->gen);
	this->gen = NULL;
	this->withdrawn++;
}

static void destroy(scep_ike_t *public)
{
	mock_ike_t *this = (mock_ike_t*)public;

	DESTROY_IF(this->gen);
	free(this);
}

/*
 * Described in header
 */
mock_ike_t *mock_ike_create()
{
	mock_ike_t *this;

	INIT(this,
		.public = {
			.install = install,
			.withdraw = withdraw,
			.destroy = destroy,
		},
	);
	return this;
}
