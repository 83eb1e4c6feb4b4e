/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_request_record.h"
#include "store/scep_aside.h"
#include "store/scep_facts.h"
#include "store/scep_generations.h"

typedef enum state_t state_t;

/**
 * What is on disk.
 */
enum state_t {
	/** no request */
	STATE_NONE,
	/** a request */
	STATE_GOOD,
	/** something that can't be read now; it may be a request */
	STATE_UNREADABLE,
	/** something that will never be read */
	STATE_CORRUPT,
};

/*
 * Described in header
 */
void scep_request_record_drop(scep_files_t *files)
{
	scep_files_remove_dir(files, "request");
}

/**
 * Whether the request on disk has its certificate already: removing it was
 * not safe, or was cut short.
 */
static bool is_over(scep_files_t *files)
{
	char *id = scep_files_read_fact(files, "request/facts", "transaction_id");
	bool over = id && scep_generations_have(files, id);

	free(id);
	return over;
}

/**
 * Read a file of the request.
 */
static state_t read_file(scep_files_t *files, const char *name, bool secret,
						 chunk_t *content, scep_error_t *err)
{
	scep_error_t error = {};
	char path[PATH_MAX];

	scep_files_path(files, path, name);
	if (!files->disk->read(files->disk, path, secret, content, &error))
	{
		if (error.kind == SCEP_CORRUPT)
		{
			return STATE_CORRUPT;
		}
		scep_fail(err, error.kind, "%s", error.text);
		return STATE_UNREADABLE;
	}
	return content->ptr ? STATE_GOOD : STATE_NONE;
}

/**
 * Read the facts of the request.
 */
static state_t read_facts(scep_files_t *files, scep_request_record_t *record,
						  scep_error_t *err)
{
	settings_t *facts;
	chunk_t content;
	state_t state;

	if (!scep_files_check_dir(files, "request", NULL))
	{
		return STATE_CORRUPT;
	}
	state = read_file(files, "request/facts", FALSE, &content, err);
	if (state != STATE_GOOD)
	{	/* without facts it is no request, whatever else is there */
		return state;
	}
	facts = scep_facts_parse(content, "request/facts", NULL);
	chunk_clear(&content);
	if (!facts)
	{
		return STATE_CORRUPT;
	}
	record->transaction_id = scep_facts_get_text(facts, "transaction_id");
	record->digest = scep_facts_get_text(facts, "digest");
	record->operation = scep_facts_get_text(facts, "operation");
	record->server = scep_facts_get_text(facts, "server");
	record->url = scep_facts_get_text(facts, "url");
	record->heard = scep_facts_get_time(facts, "heard");
	record->to_next = facts->get_bool(facts, "to_next", FALSE);
	record->challenge = scep_facts_get_text(facts, "challenge");
	record->challenge_since = scep_facts_get_time(facts, "challenge_since");
	record->sent = facts->get_bool(facts, "sent", TRUE);
	record->unwanted = facts->get_bool(facts, "unwanted", FALSE);
	record->created = scep_facts_get_time(facts, "created");
	record->pending_since = scep_facts_get_time(facts, "pending_since");
	record->polls = facts->get_int(facts, "polls", 0);
	record->refusals = max(0, facts->get_int(facts, "refusals", 0));
	facts->destroy(facts);
	return record->transaction_id && record->digest && record->operation
				? STATE_GOOD : STATE_CORRUPT;
}

/**
 * Read key and PKCS#10 of the request.
 */
static state_t read_content(scep_files_t *files, scep_request_record_t *record,
							scep_error_t *err)
{
	chunk_t pem;
	state_t key, csr;

	key = read_file(files, "request/key.pem", TRUE, &pem, err);
	if (key == STATE_UNREADABLE)
	{
		return key;
	}
	if (key == STATE_GOOD)
	{
		record->key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
										 BUILD_BLOB_PEM, pem, BUILD_END);
		chunk_clear(&pem);
		if (!record->key && scep_files_get_blame() != SCEP_CORRUPT)
		{
			scep_fail(err, SCEP_LOCAL, "'%s/request/key.pem' can't be read: "
					  "load strongSwan's pem plugin", files->dir);
			return STATE_UNREADABLE;
		}
	}
	csr = read_file(files, "request/csr.der", TRUE, &record->csr, err);
	if (csr == STATE_UNREADABLE)
	{
		return csr;
	}
	return record->key && csr == STATE_GOOD ? STATE_GOOD : STATE_CORRUPT;
}

/**
 * Read what is on disk.
 *
 * @param record	gets the request if there is one that is good
 * @param err		set if it is unreadable
 */
static state_t read_request(scep_files_t *files, scep_request_record_t *record,
							scep_error_t *err)
{
	state_t state;

	*record = (scep_request_record_t){};
	state = read_facts(files, record, err);
	if (state == STATE_GOOD)
	{
		state = read_content(files, record, err);
	}
	if (state != STATE_GOOD)
	{
		scep_request_record_clear(record);
	}
	return state;
}

/**
 * Read the request that is about to be replaced, and make sure that no key is
 * overwritten that can't be read: it may be granted a certificate.
 */
static bool make_room(scep_files_t *files, scep_request_record_t *old,
					  scep_error_t *err)
{
	char aside[SCEP_ASIDE_LEN];
	bool over = is_over(files);
	state_t state = read_request(files, old, over ? NULL : err);

	return over || state == STATE_NONE || state == STATE_GOOD ||
		   (state == STATE_CORRUPT &&
			scep_aside_move(files, "request", aside, err));
}

/**
 * End the transaction on disk: while its files are replaced by those of another
 * one they must not be taken for a request. Its key stays one that may be
 * granted a certificate, unless there is another one now.
 */
static bool end_other_request(scep_files_t *files, bool same_key,
							  scep_error_t *err)
{
	/* if it was committed, then first make sure that it stays so */
	return scep_files_sync(files, err) &&
		   scep_files_write(files, "request/csr.der", chunk_empty, err) &&
		   (same_key || scep_files_remove(files, "request/facts", err));
}

/**
 * Write what is said about the request.
 */
static bool write_facts(scep_files_t *files,
						const scep_request_record_t *record, scep_error_t *err)
{
	chunk_t facts = chunk_empty;

	facts = scep_facts_text(facts, "transaction_id", record->transaction_id);
	facts = scep_facts_text(facts, "digest", record->digest);
	facts = scep_facts_text(facts, "operation", record->operation);
	facts = scep_facts_text(facts, "server", record->server);
	facts = scep_facts_text(facts, "url", record->url);
	facts = scep_facts_time(facts, "heard", record->heard);
	facts = scep_facts_text(facts, "to_next", record->to_next ? "yes" : "no");
	facts = scep_facts_text(facts, "challenge", record->challenge);
	facts = scep_facts_time(facts, "challenge_since", record->challenge_since);
	facts = scep_facts_text(facts, "sent", record->sent ? "yes" : "no");
	facts = scep_facts_text(facts, "unwanted", record->unwanted ? "yes" : "no");
	facts = scep_facts_time(facts, "created", record->created);
	facts = scep_facts_time(facts, "pending_since", record->pending_since);
	facts = scep_facts_number(facts, "polls", record->polls);
	facts = scep_facts_number(facts, "refusals", record->refusals);
	return scep_files_write(files, "request/facts", facts, err);
}

/**
 * Write the PKCS#10 of the request, empty if it has none any more.
 */
static bool write_csr(scep_files_t *files, const scep_request_record_t *record,
					  scep_error_t *err)
{
	return scep_files_write(files, "request/csr.der", chunk_clone(record->csr),
							err);
}

/*
 * Described in header
 */
bool scep_request_record_save(scep_files_t *files,
							  const scep_request_record_t *record,
							  scep_error_t *err)
{
	scep_request_record_t old;
	bool room, same, same_key, same_csr;

	room = make_room(files, &old, err);
	same = old.transaction_id &&
		   streq(old.transaction_id, record->transaction_id);
	same_key = old.key && old.key->equals(old.key, record->key);
	same_csr = same && chunk_equals(old.csr, record->csr);
	scep_request_record_clear(&old);
	if (!room || !scep_files_make_dir(files, "request", err) ||
		(!same && !end_other_request(files, same_key, err)) ||
		(!same_key && !scep_files_write_key(files, "request/key.pem",
											record->key, err)))
	{
		return FALSE;
	}
	/* without facts there is no request, without a PKCS#10 one that ended: that
	 * of another transaction, or phrase, is never beside these facts */
	return (record->csr.len || !same || same_csr ||
			write_csr(files, record, err)) &&
		   write_facts(files, record, err) &&
		   (!record->csr.len || same_csr || write_csr(files, record, err)) &&
		   scep_files_sync(files, err);
}

/*
 * Described in header
 */
bool scep_request_record_load(scep_files_t *files,
							  scep_request_record_t *record, scep_error_t *err)
{
	char aside[SCEP_ASIDE_LEN];

	if (is_over(files))
	{
		*record = (scep_request_record_t){};
		if (scep_files_sync(files, NULL))
		{
			scep_request_record_drop(files);
		}
		return TRUE;
	}
	switch (read_request(files, record, err))
	{
		case STATE_NONE:
		case STATE_GOOD:
			return TRUE;
		case STATE_CORRUPT:
			/* without err nobody would learn of it */
			return err && scep_aside_move(files, "request", aside, err) &&
				   scep_fail(err, SCEP_LOCAL, "'%s/request' is corrupt, its "
							 "key is in '%s' now, if anywhere", files->dir,
							 aside);
		default:
			return FALSE;
	}
}

/*
 * Described in header
 */
void scep_request_record_clear(scep_request_record_t *record)
{
	DESTROY_IF(record->key);
	chunk_clear(&record->csr);
	free(record->transaction_id);
	free(record->digest);
	free(record->operation);
	free(record->server);
	free(record->url);
	free(record->challenge);
	*record = (scep_request_record_t){};
}
