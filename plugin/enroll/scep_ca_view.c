/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_ca_view.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_knowledge.h"
#include "base/scep_event.h"

ENUM(scep_ca_state_names, SCEP_CA_UNKNOWN, SCEP_CA_PINNED,
	"unknown",
	"unconfirmed",
	"confirmed",
	"pinned",
);

/**
 * How far the CA is trusted.
 */
static scep_ca_state_t get_state(scep_profile_t *profile,
								 scep_ca_view_t *view)
{
	if (view->unconfirmed->get_count(view->unconfirmed))
	{
		return SCEP_CA_WAITING;
	}
	if (!view->ca)
	{
		return SCEP_CA_UNKNOWN;
	}
	return profile->ca_cert || profile->ca_pins->get_count(profile->ca_pins)
				? SCEP_CA_PINNED : SCEP_CA_CONFIRMED;
}

/*
 * Described in header
 */
void scep_ca_view_load(scep_ca_view_t *view, scep_profile_t *profile,
					   scep_profile_store_t *store)
{
	chunk_t phrase = chunk_empty;
	scep_knowledge_t knowledge;
	scep_error_t error = {};
	time_t since = 0;

	scep_ca_view_clear(view);
	scep_knowledge_load(profile, store, &knowledge);
	if (knowledge.known_trusted)
	{
		view->ca = knowledge.trust.known->get_ref(knowledge.trust.known);
	}
	if (knowledge.next->get_first(knowledge.next,
								  (void**)&view->next) == SUCCESS)
	{
		view->next->get_ref(view->next);
	}
	if (!store->load_candidates(store, &view->unconfirmed, &error))
	{
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	scep_knowledge_clear(&knowledge);
	if (store->load_phrase(store, &phrase, &since, NULL) && phrase.len)
	{
		view->has_phrase = TRUE;
		view->phrase_since = since;
	}
	else
	{
		view->phrase_since = scep_challenge_sighted(profile, store);
	}
	chunk_clear(&phrase);
	view->state = get_state(profile, view);
}

/**
 * Whether a fingerprint is among those that wait.
 */
static bool is_waiting(const scep_ca_view_t *view, scep_pin_t *pin)
{
	enumerator_t *enumerator;
	scep_pin_t *current;
	bool found = FALSE;

	enumerator = view->unconfirmed->create_enumerator(view->unconfirmed);
	while (!found && enumerator->enumerate(enumerator, &current))
	{
		found = current->alg == pin->alg &&
				chunk_equals(current->hash, pin->hash);
	}
	enumerator->destroy(enumerator);
	return found;
}

/*
 * Described in header
 */
bool scep_ca_view_accept(const scep_ca_view_t *view, scep_pin_t *pin,
						 const char *profile, scep_profile_store_t *store,
						 scep_error_t *err)
{
	if (!view->unconfirmed->get_count(view->unconfirmed))
	{
		return scep_fail(err, SCEP_PERMANENT, "no certificate waits for "
						 "confirmation");
	}
	if (!is_waiting(view, pin))
	{
		return scep_fail(err, SCEP_SECURITY, "that is not the fingerprint of "
						 "a certificate that waits for confirmation: somebody "
						 "may be in the way, ask the CA's administrator");
	}
	if (!store->add_confirmed(store, pin, err))
	{
		return FALSE;
	}
	scep_event(profile, SCEP_EV_CA_CONFIRMED, "sha256=%#B", &pin->hash);
	return TRUE;
}

/*
 * Described in header
 */
void scep_ca_view_clear(scep_ca_view_t *view)
{
	DESTROY_IF(view->ca);
	DESTROY_IF(view->next);
	if (view->unconfirmed)
	{
		scep_pins_destroy(view->unconfirmed);
	}
	*view = (scep_ca_view_t){};
}
