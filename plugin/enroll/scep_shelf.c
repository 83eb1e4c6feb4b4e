/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_shelf.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "trust/scep_x509.h"

typedef struct private_scep_shelf_t private_scep_shelf_t;

/**
 * Private data of a scep_shelf_t.
 */
struct private_scep_shelf_t {

	/**
	 * Public interface.
	 */
	scep_shelf_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Name of the profile.
	 */
	char *name;

	/**
	 * Generation that IKE has, or NULL.
	 */
	scep_generation_t *gen;
};

METHOD(scep_shelf_t, get_name, const char*,
	private_scep_shelf_t *this)
{
	return this->name;
}

METHOD(scep_shelf_t, get_installed, scep_generation_t*,
	private_scep_shelf_t *this)
{
	return this->gen;
}

METHOD(scep_shelf_t, withdraw, void,
	private_scep_shelf_t *this)
{
	if (this->gen)
	{
		this->host->ike->withdraw(this->host->ike, this->name);
	}
}

METHOD(scep_shelf_t, destroy, void,
	private_scep_shelf_t *this)
{
	DESTROY_IF(this->gen);
	free(this->name);
	free(this);
}

/**
 * Load the newest generation that is valid now, or else the newest: the clock
 * may not be set.
 */
static scep_generation_t *load(private_scep_shelf_t *this,
							   scep_profile_store_t *store)
{
	scep_generation_t *found = NULL, *gen;
	time_t now = this->host->clock->now(this->host->clock);
	u_int which;

	for (which = 0; which < 2; which++)
	{
		scep_error_t error = {};

		if (!store->load_generation(store, which, &gen, &error))
		{
			scep_event(this->name, SCEP_EV_STORE_ERROR, "reason=%s",
					   error.text);
		}
		else if (gen && (!found || (!scep_x509_valid_at(found->cert, now) &&
									scep_x509_valid_at(gen->cert, now))))
		{
			DESTROY_IF(found);
			found = gen;
		}
		else
		{
			DESTROY_IF(gen);
		}
	}
	return found;
}

/**
 * Give the generation to IKE. Whether its root verifies peers is not known.
 */
static void install(private_scep_shelf_t *this)
{
	linked_list_t *roots = linked_list_create();
	char to[SCEP_TIME_LEN];

	scep_event(this->name, SCEP_EV_LOADED, "generation=%u not_after=%s "
			   "state=disabled", this->gen->number,
			   scep_time(scep_x509_not_after(this->gen->cert), to));
	this->host->ike->install(this->host->ike, this->name, this->gen, roots,
							 FALSE, FALSE);
	roots->destroy(roots);
}

/*
 * Described in header
 */
scep_shelf_t *scep_shelf_create(scep_host_t *host, const char *name)
{
	private_scep_shelf_t *this;
	scep_profile_store_t *store;
	scep_error_t error = {};

	INIT(this,
		.public = {
			.get_name = _get_name,
			.get_installed = _get_installed,
			.withdraw = _withdraw,
			.destroy = _destroy,
		},
		.host = host,
		.name = strdup(name),
	);
	store = host->store->open(host->store, name, &error);
	if (!store)
	{
		scep_event(name, SCEP_EV_STORE_ERROR, "reason=%s", error.text);
		return &this->public;
	}
	this->gen = load(this, store);
	store->destroy(store);
	if (this->gen)
	{
		install(this);
	}
	return &this->public;
}
