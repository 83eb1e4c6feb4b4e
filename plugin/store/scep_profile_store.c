/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_store.h"
#include "store/scep_aside.h"
#include "store/scep_ca_files.h"
#include "store/scep_commit.h"
#include "store/scep_confirmations.h"
#include "store/scep_facts.h"
#include "store/scep_files.h"
#include "store/scep_generations.h"
#include "store/scep_phrase.h"
#include "store/scep_request_record.h"
#include "store/scep_server.h"

#include <stdio.h>

typedef struct private_scep_profile_store_t private_scep_profile_store_t;

/**
 * Private data of a scep_profile_store_t.
 */
struct private_scep_profile_store_t {

	/**
	 * Public interface.
	 */
	scep_profile_store_t public;

	/**
	 * Files of the profile.
	 */
	scep_files_t files;
};

METHOD(scep_profile_store_t, load_generation, bool,
	private_scep_profile_store_t *this, u_int which, scep_generation_t **gen,
	scep_error_t *err)
{
	return scep_generations_load(&this->files, which, gen, err);
}

METHOD(scep_profile_store_t, load_lost, bool,
	private_scep_profile_store_t *this, scep_lost_t *lost, scep_error_t *err)
{
	return scep_generations_load_lost(&this->files, lost, err);
}

METHOD(scep_profile_store_t, commit, bool,
	private_scep_profile_store_t *this, private_key_t *key,
	certificate_t *cert, linked_list_t *chain, const char *digest, time_t now,
	scep_generation_t **gen, scep_error_t *err)
{
	return scep_commit_generation(&this->files, key, cert, chain, digest, now,
								  gen, err);
}

METHOD(scep_profile_store_t, save_request, bool,
	private_scep_profile_store_t *this, const scep_request_record_t *record,
	scep_error_t *err)
{
	return scep_request_record_save(&this->files, record, err);
}

METHOD(scep_profile_store_t, load_request, bool,
	private_scep_profile_store_t *this, scep_request_record_t *record,
	scep_error_t *err)
{
	return scep_request_record_load(&this->files, record, err);
}

METHOD(scep_profile_store_t, drop_request, void,
	private_scep_profile_store_t *this)
{
	scep_request_record_drop(&this->files);
}

METHOD(scep_profile_store_t, save_status, bool,
	private_scep_profile_store_t *this, const scep_status_t *status,
	scep_error_t *err)
{
	chunk_t facts = chunk_empty;

	facts = scep_facts_number(facts, "attempts", status->attempts);
	facts = scep_facts_time(facts, "next_at", status->next_at);
	facts = scep_facts_number(facts, "patient", status->patient);
	facts = scep_facts_time(facts, "pending_since", status->pending_since);
	facts = scep_facts_number(facts, "renew_gen", status->renew_gen);
	facts = scep_facts_time(facts, "renew_at", status->renew_at);
	facts = scep_facts_time(facts, "saved_at", status->saved_at);
	facts = scep_facts_time(facts, "crl_at", status->crl_at);
	facts = scep_facts_time(facts, "look_at", status->look_at);
	facts = scep_facts_number(facts, "warned_gen", status->warned_gen);
	facts = scep_facts_time(facts, "warned_at", status->warned_at);
	facts = scep_facts_time(facts, "last_success", status->last_success);
	facts = scep_facts_text(facts, "last_error", status->last_error);
	facts = scep_facts_text(facts, "failed", status->failed);
	facts = scep_facts_text(facts, "settings", status->settings);
	facts = scep_facts_text(facts, "unconfirmed", status->unconfirmed);
	return scep_files_write(&this->files, "status", facts, err);
}

METHOD(scep_profile_store_t, load_status, bool,
	private_scep_profile_store_t *this, scep_status_t *status,
	scep_error_t *err)
{
	scep_error_t error = {};
	settings_t *facts;

	*status = (scep_status_t){};
	if (!scep_files_read_facts(&this->files, "status", &facts, &error))
	{
		return scep_aside_fail(&this->files, "status", &error, err);
	}
	if (!facts)
	{
		return TRUE;
	}
	status->attempts = max(0, facts->get_int(facts, "attempts", 0));
	status->next_at = scep_facts_get_time(facts, "next_at");
	status->patient = facts->get_int(facts, "patient", 0) != 0;
	status->pending_since = scep_facts_get_time(facts, "pending_since");
	status->renew_gen = facts->get_int(facts, "renew_gen", 0);
	status->renew_at = scep_facts_get_time(facts, "renew_at");
	status->saved_at = scep_facts_get_time(facts, "saved_at");
	status->crl_at = scep_facts_get_time(facts, "crl_at");
	status->look_at = scep_facts_get_time(facts, "look_at");
	status->warned_gen = facts->get_int(facts, "warned_gen", 0);
	status->warned_at = scep_facts_get_time(facts, "warned_at");
	status->last_success = scep_facts_get_time(facts, "last_success");
	snprintf(status->last_error, sizeof(status->last_error), "%s",
			 facts->get_str(facts, "last_error", ""));
	snprintf(status->failed, sizeof(status->failed), "%s",
			 facts->get_str(facts, "failed", ""));
	snprintf(status->settings, sizeof(status->settings), "%s",
			 facts->get_str(facts, "settings", ""));
	snprintf(status->unconfirmed, sizeof(status->unconfirmed), "%s",
			 facts->get_str(facts, "unconfirmed", ""));
	facts->destroy(facts);
	return TRUE;
}

METHOD(scep_profile_store_t, save_ca, bool,
	private_scep_profile_store_t *this, certificate_t *anchor,
	linked_list_t *cas, scep_error_t *err)
{
	return scep_ca_files_save(&this->files, anchor, cas, err);
}

METHOD(scep_profile_store_t, load_root, bool,
	private_scep_profile_store_t *this, certificate_t **root, scep_error_t *err)
{
	return scep_ca_files_load_root(&this->files, root, err);
}

METHOD(scep_profile_store_t, load_chain, bool,
	private_scep_profile_store_t *this, linked_list_t **certs,
	scep_error_t *err)
{
	return scep_ca_files_load_chain(&this->files, certs, err);
}

METHOD(scep_profile_store_t, load_pinned, bool,
	private_scep_profile_store_t *this, certificate_t **anchor,
	scep_error_t *err)
{
	return scep_ca_files_load_pinned(&this->files, anchor, err);
}

METHOD(scep_profile_store_t, save_server, bool,
	private_scep_profile_store_t *this, const char *url,
	const char *ca_identifier, const scep_server_t *server, scep_error_t *err)
{
	return scep_server_save(&this->files, url, ca_identifier, server, err);
}

METHOD(scep_profile_store_t, load_server, bool,
	private_scep_profile_store_t *this, const char *url,
	const char *ca_identifier, scep_server_t *server, scep_error_t *err)
{
	return scep_server_load(&this->files, url, ca_identifier, server, err);
}

METHOD(scep_profile_store_t, load_confirmed, bool,
	private_scep_profile_store_t *this, linked_list_t **pins,
	scep_error_t *err)
{
	return scep_confirmations_load(&this->files, pins, err);
}

METHOD(scep_profile_store_t, save_candidates, bool,
	private_scep_profile_store_t *this, linked_list_t *cas, linked_list_t *ras,
	scep_error_t *err)
{
	return scep_confirmations_ask(&this->files, cas, ras, err);
}

METHOD(scep_profile_store_t, load_candidates, bool,
	private_scep_profile_store_t *this, linked_list_t **pins, scep_error_t *err)
{
	return scep_confirmations_load_asked(&this->files, pins, err);
}

METHOD(scep_profile_store_t, add_confirmed, bool,
	private_scep_profile_store_t *this, scep_pin_t *pin, scep_error_t *err)
{
	return scep_confirmations_add(&this->files, pin, err);
}

METHOD(scep_profile_store_t, save_next_ca, bool,
	private_scep_profile_store_t *this, linked_list_t *certs, scep_error_t *err)
{
	return scep_ca_files_save_next(&this->files, certs, err);
}

METHOD(scep_profile_store_t, load_next_ca, bool,
	private_scep_profile_store_t *this, linked_list_t **certs,
	scep_error_t *err)
{
	return scep_ca_files_load_next(&this->files, certs, err);
}

METHOD(scep_profile_store_t, drop_next_ca, bool,
	private_scep_profile_store_t *this, scep_error_t *err)
{
	return scep_ca_files_drop_next(&this->files, err);
}

METHOD(scep_profile_store_t, promote_next_ca, bool,
	private_scep_profile_store_t *this, certificate_t *by, bool pinned,
	linked_list_t *certs, scep_error_t *err)
{
	return scep_ca_files_promote_next(&this->files, by, pinned, certs, err);
}

METHOD(scep_profile_store_t, load_announced, bool,
	private_scep_profile_store_t *this, linked_list_t *pins,
	certificate_t *ca_cert, certificate_t **first, linked_list_t **certs,
	scep_error_t *err)
{
	return scep_ca_files_load_announced(&this->files, pins, ca_cert, first,
										certs, err);
}

METHOD(scep_profile_store_t, save_crl, bool,
	private_scep_profile_store_t *this, chunk_t der, scep_error_t *err)
{
	return scep_ca_files_save_crl(&this->files, der, err);
}

METHOD(scep_profile_store_t, load_crl, bool,
	private_scep_profile_store_t *this, certificate_t **crl, scep_error_t *err)
{
	return scep_ca_files_load_crl(&this->files, crl, err);
}

METHOD(scep_profile_store_t, save_phrase, bool,
	private_scep_profile_store_t *this, chunk_t phrase, time_t since,
	scep_error_t *err)
{
	return scep_phrase_save(&this->files, phrase, since, err);
}

METHOD(scep_profile_store_t, load_phrase, bool,
	private_scep_profile_store_t *this, chunk_t *phrase, time_t *since,
	scep_error_t *err)
{
	return scep_phrase_load(&this->files, phrase, since, err);
}

METHOD(scep_profile_store_t, drop_phrase, bool,
	private_scep_profile_store_t *this, scep_error_t *err)
{
	return scep_phrase_drop(&this->files, err);
}

METHOD(scep_profile_store_t, save_sight, bool,
	private_scep_profile_store_t *this, const char *digest, time_t since,
	scep_error_t *err)
{
	return scep_phrase_save_sight(&this->files, digest, since, err);
}

METHOD(scep_profile_store_t, load_sight, bool,
	private_scep_profile_store_t *this, char **digest, time_t *since,
	scep_error_t *err)
{
	return scep_phrase_load_sight(&this->files, digest, since, err);
}

METHOD(scep_profile_store_t, destroy, void,
	private_scep_profile_store_t *this)
{
	free(this->files.dir);
	free(this);
}

/*
 * Described in header
 */
scep_profile_store_t *scep_profile_store_create(scep_disk_t *disk,
												const char *dir,
												scep_error_t *err)
{
	private_scep_profile_store_t *this;

	INIT(this,
		.public = {
			.load_generation = _load_generation,
			.load_lost = _load_lost,
			.commit = _commit,
			.save_request = _save_request,
			.load_request = _load_request,
			.drop_request = _drop_request,
			.save_status = _save_status,
			.load_status = _load_status,
			.save_ca = _save_ca,
			.load_root = _load_root,
			.load_chain = _load_chain,
			.load_pinned = _load_pinned,
			.save_server = _save_server,
			.load_server = _load_server,
			.load_confirmed = _load_confirmed,
			.save_candidates = _save_candidates,
			.load_candidates = _load_candidates,
			.add_confirmed = _add_confirmed,
			.save_next_ca = _save_next_ca,
			.load_next_ca = _load_next_ca,
			.drop_next_ca = _drop_next_ca,
			.promote_next_ca = _promote_next_ca,
			.load_announced = _load_announced,
			.save_crl = _save_crl,
			.load_crl = _load_crl,
			.save_phrase = _save_phrase,
			.load_phrase = _load_phrase,
			.drop_phrase = _drop_phrase,
			.save_sight = _save_sight,
			.load_sight = _load_sight,
			.destroy = _destroy,
		},
		.files = {
			.disk = disk,
			.dir = strdup(dir),
		},
	);
	if (strlen(dir) + 64 >= PATH_MAX)
	{
		scep_fail(err, SCEP_LOCAL, "path of the state is too long");
		destroy(this);
		return NULL;
	}
	if (!scep_files_make_path(disk, dir, err) ||
		!disk->check_access(disk, dir, err))
	{
		destroy(this);
		return NULL;
	}
	scep_files_clean(&this->files);
	return &this->public;
}
