/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_knowledge.h"
#include "base/scep_event.h"
#include "message/scep_certs.h"
#include "trust/scep_x509.h"

/**
 * Report an error of the disk.
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
 * Append the items of a list to another one.
 */
static void append(linked_list_t *list, linked_list_t *more)
{
	enumerator_t *enumerator;
	void *item;

	enumerator = more->create_enumerator(more);
	while (enumerator->enumerate(enumerator, &item))
	{
		list->insert_last(list, item);
	}
	enumerator->destroy(enumerator);
}

/**
 * Load the CA that was verified the last time.
 *
 * @return			FALSE if it can't be read now
 */
static bool load_known(scep_profile_t *profile, scep_profile_store_t *store,
					   scep_knowledge_t *knowledge)
{
	scep_error_t error = {};

	if (store->load_pinned(store, &knowledge->trust.known, &error))
	{
		return TRUE;
	}
	report(profile, &error);
	/* what is corrupt was set aside, other failures may pass */
	return store->load_pinned(store, &knowledge->trust.known, NULL);
}

/**
 * Load the CAs that took over from others before.
 *
 * @return			FALSE if they can't be read now
 */
static bool load_announced(scep_profile_t *profile, scep_profile_store_t *store,
						   scep_knowledge_t *knowledge)
{
	linked_list_t *pins = linked_list_create();
	scep_error_t error = {};
	bool good = TRUE;

	append(pins, profile->ca_pins);
	if (!profile->ca_cert && !pins->get_count(pins))
	{	/* a confirmation does not override a pin */
		append(pins, knowledge->trust.confirmed);
	}
	if (!store->load_announced(store, pins, profile->ca_cert,
							   &knowledge->first, &knowledge->trust.announced,
							   &error))
	{
		report(profile, &error);
		scep_certs_destroy(knowledge->trust.announced);
		/* what is corrupt was set aside, other failures may pass */
		good = store->load_announced(store, pins, profile->ca_cert,
									 &knowledge->first,
									 &knowledge->trust.announced, NULL);
	}
	pins->destroy(pins);
	return good;
}

/**
 * Whether the CA that was verified the last time is trusted now.
 */
static bool is_trusted(scep_profile_t *profile, scep_knowledge_t *knowledge)
{
	certificate_t *known = knowledge->trust.known;

	if (!known)
	{
		return FALSE;
	}
	if (scep_x509_is_in(known, knowledge->trust.announced))
	{
		return TRUE;
	}
	if (profile->ca_cert)
	{
		return known->equals(known, profile->ca_cert);
	}
	return scep_anchors_is_pinned(known,
						profile->ca_pins->get_count(profile->ca_pins) ?
						profile->ca_pins : knowledge->trust.confirmed);
}

/**
 * Load the CA that takes over next. It depends on the one that announced it;
 * the file stays, as a pin may be mistyped.
 *
 * @param whole		whether all that it depends on could be read
 */
static void load_next(scep_profile_t *profile, scep_profile_store_t *store,
					  bool whole, scep_knowledge_t *knowledge)
{
	scep_error_t error = {};
	enumerator_t *enumerator;
	certificate_t *cert;

	if (!store->load_next_ca(store, &knowledge->next, &error))
	{
		report(profile, &error);
		scep_certs_destroy(knowledge->next);
		store->load_next_ca(store, &knowledge->next, NULL);
	}
	if (!knowledge->known_trusted &&
		knowledge->next->get_count(knowledge->next))
	{
		knowledge->undecided = !whole;
		scep_certs_destroy(knowledge->next);
		knowledge->next = linked_list_create();
	}
	enumerator = knowledge->next->create_enumerator(knowledge->next);
	while (enumerator->enumerate(enumerator, &cert))
	{
		scep_x509_add_once(knowledge->trust.announced, cert);
	}
	enumerator->destroy(enumerator);
}

/*
 * Described in header
 */
void scep_knowledge_load(scep_profile_t *profile, scep_profile_store_t *store,
						 scep_knowledge_t *knowledge)
{
	scep_error_t error = {};
	bool whole;

	*knowledge = (scep_knowledge_t){};
	store->load_confirmed(store, &knowledge->trust.confirmed, &error);
	report(profile, &error);
	whole = load_known(profile, store, knowledge);
	whole = load_announced(profile, store, knowledge) && whole;
	knowledge->known_trusted = is_trusted(profile, knowledge);
	load_next(profile, store, whole, knowledge);
}

/*
 * Described in header
 */
void scep_knowledge_clear(scep_knowledge_t *knowledge)
{
	if (knowledge->trust.confirmed)
	{
		scep_pins_destroy(knowledge->trust.confirmed);
	}
	scep_certs_destroy(knowledge->trust.announced);
	scep_certs_destroy(knowledge->next);
	DESTROY_IF(knowledge->trust.known);
	DESTROY_IF(knowledge->first);
	*knowledge = (scep_knowledge_t){};
}

/*
 * Described in header
 */
uint32_t scep_knowledge_confirmed(scep_profile_store_t *store)
{
	enumerator_t *enumerator;
	linked_list_t *pins;
	scep_pin_t *pin;
	uint32_t value = 0;

	store->load_confirmed(store, &pins, NULL);
	enumerator = pins->create_enumerator(pins);
	while (enumerator->enumerate(enumerator, &pin))
	{
		value = chunk_hash_static_inc(pin->hash, value);
	}
	enumerator->destroy(enumerator);
	scep_pins_destroy(pins);
	return value;
}
