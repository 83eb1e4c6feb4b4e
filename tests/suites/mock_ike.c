/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_ike.h"
#include "message/scep_certs.h"

static void install(scep_ike_t *public, const char *profile,
					scep_generation_t *gen, linked_list_t *roots, bool initiate,
					bool reauth)
{
	mock_ike_t *this = (mock_ike_t*)public;

	gen->get_ref(gen);
	DESTROY_IF(this->gen);
	this->gen = gen;
	scep_certs_destroy(this->roots);
	this->roots = roots->clone_offset(roots, offsetof(certificate_t, get_ref));
	this->initiate = initiate;
	this->reauth = reauth;
	this->installed++;
}

static void install_crl(scep_ike_t *public, const char *profile,
						certificate_t *crl, certificate_t *issuer)
{
	mock_ike_t *this = (mock_ike_t*)public;

	DESTROY_IF(this->crl);
	this->crl = crl ? crl->get_ref(crl) : NULL;
	this->crls += crl ? 1 : 0;
}

static void withdraw(scep_ike_t *public, const char *profile)
{
	mock_ike_t *this = (mock_ike_t*)public;

	DESTROY_IF(this->gen);
	DESTROY_IF(this->crl);
	this->gen = NULL;
	this->crl = NULL;
	this->withdrawn++;
}

static void destroy(scep_ike_t *public)
{
	mock_ike_t *this = (mock_ike_t*)public;

	DESTROY_IF(this->gen);
	scep_certs_destroy(this->roots);
	DESTROY_IF(this->crl);
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
			.install_crl = install_crl,
			.withdraw = withdraw,
			.destroy = destroy,
		},
		.roots = linked_list_create(),
	);
	return this;
}
