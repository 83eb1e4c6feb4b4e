/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_inspection.h"
#include "enroll/scep_knowledge.h"
#include "base/scep_event.h"
#include "message/scep_certs.h"

/**
 * Report what is wrong.
 */
static void report(scep_profile_t *profile, scep_error_t *error)
{
	if (error->kind != SCEP_OK)
	{
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error->text);
		*error = (scep_error_t){};
	}
}

/**
 * Look at what is known of the CA.
 */
static void inspect_ca(scep_profile_t *profile, scep_profile_store_t *store)
{
	scep_knowledge_t knowledge;
	scep_error_t error = {};
	certificate_t *root;
	linked_list_t *list;

	/* this one reports by itself */
	scep_knowledge_load(profile, store, &knowledge);
	scep_knowledge_clear(&knowledge);
	if (!store->load_root(store, &root, &error))
	{
		report(profile, &error);
	}
	DESTROY_IF(root);
	if (!store->load_chain(store, &list, &error))
	{
		report(profile, &error);
	}
	scep_certs_destroy(list);
	if (!store->load_candidates(store, &list, &error))
	{
		report(profile, &error);
	}
	scep_pins_destroy(list);
}

/**
 * Look at what is known of the configured phrase.
 */
static void inspect_phrase(scep_profile_t *profile, scep_profile_store_t *store)
{
	scep_error_t error = {};
	char *digest;
	time_t since;

	if (!store->load_sight(store, &digest, &since, &error))
	{
		report(profile, &error);
	}
	free(digest);
}

/*
 * Described in header
 */
void scep_inspection_run(scep_profile_t *profile, scep_profile_store_t *store)
{
	scep_error_t error = {};
	scep_server_t server;
	char *url = NULL;

	inspect_ca(profile, store);
	inspect_phrase(profile, store);
	profile->urls->get_first(profile->urls, (void**)&url);
	if (!store->load_server(store, url, profile->ca_identifier, &server,
							&error))
	{
		report(profile, &error);
	}
}
