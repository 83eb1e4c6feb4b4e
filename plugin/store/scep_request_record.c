/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_request_record.h"
#include "store/scep_facts.h"
#include "store/scep_generations.h"

/*
 * Described in header
 */
void scep_request_record_drop(scep_files_t *files)
{
	scep_files_remove_dir(files, "request");
}

/**
 * Remove the facts of another transaction: while its files are replaced one
 * after the other, they must not be taken for a request.
 */
static bool forget_other_request(scep_files_t *files,
								 const scep_request_record_t *record,
								 scep_error_t *err)
{
	char *id = scep_files_read_fact(files, "request/facts", "transaction_id");
	bool same = id && streq(id, record->transaction_id);

	free(id);
	/* if it was committed, then first make sure that it stays so */
	return same || (scep_files_sync(files, err) &&
					scep_files_remove(files, "request/facts", err));
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

/*
 * Described in header
 */
bool scep_request_record_save(scep_files_t *files,
							  const scep_request_record_t *record,
							  scep_error_t *err)
{
	chunk_t facts = chunk_empty;

	if (!scep_files_make_dir(files, "request", err) ||
		!forget_other_request(files, record, err) ||
		!scep_files_write_key(files, "request/key.pem", record->key, err) ||
		!scep_files_write(files, "request/csr.der", chunk_clone(record->csr),
						  err))
	{
		return FALSE;
	}
	facts = scep_facts_text(facts, "transaction_id", record->transaction_id);
	facts = scep_facts_text(facts, "digest", record->digest);
	facts = scep_facts_text(facts, "operation", record->operation);
	facts = scep_facts_text(facts, "sent", record->sent ? "yes" : "no");
	facts = scep_facts_text(facts, "unwanted", record->unwanted ? "yes" : "no");
	facts = scep_facts_time(facts, "created", record->created);
	facts = scep_facts_time(facts, "pending_since", record->pending_since);
	facts = scep_facts_number(facts, "polls", record->polls);
	/* the facts come last: without them there is no request */
	return scep_files_write(files, "request/facts", facts, err) &&
		   scep_files_sync(files, err);
}

/*
 * Described in header
 */
bool scep_request_record_load(scep_files_t *files,
							  scep_request_record_t *record, scep_error_t *err)
{
	settings_t *facts;

	*record = (scep_request_record_t){};
	if (is_over(files))
	{
		if (scep_files_sync(files, NULL))
		{
			scep_request_record_drop(files);
		}
		return TRUE;
	}
	if (!scep_files_read_facts(files, "request/facts", &facts, err))
	{
		return FALSE;
	}
	if (!facts)
	{
		return TRUE;
	}
	record->transaction_id = scep_facts_get_text(facts, "transaction_id");
	record->digest = scep_facts_get_text(facts, "digest");
	record->operation = scep_facts_get_text(facts, "operation");
	record->sent = facts->get_bool(facts, "sent", TRUE);
	record->unwanted = facts->get_bool(facts, "unwanted", FALSE);
	record->created = scep_facts_get_time(facts, "created");
	record->pending_since = scep_facts_get_time(facts, "pending_since");
	record->polls = facts->get_int(facts, "polls", 0);
	facts->destroy(facts);
	record->key = scep_files_read_key(files, "request/key.pem", err);
	if (!record->transaction_id || !record->digest || !record->operation ||
		!record->key ||
		!scep_files_read(files, "request/csr.der", TRUE, &record->csr, err))
	{
		scep_request_record_clear(record);
		return scep_fail(err, SCEP_LOCAL, "'%s/request' is incomplete",
						 files->dir);
	}
	return TRUE;
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
	*record = (scep_request_record_t){};
}
