/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_commit.h"
#include "store/scep_gen_dir.h"
#include "store/scep_generation.h"
#include "store/scep_request_record.h"
#include "trust/scep_x509.h"

#include <dirent.h>

/**
 * Number of the highest generation on disk, 0 if there is none.
 */
static u_int get_highest(scep_files_t *files)
{
	struct dirent *entry;
	u_int highest = 0;
	DIR *dir;

	dir = opendir(files->dir);
	while (dir && (entry = readdir(dir)))
	{
		highest = max(highest, scep_gen_dir_number(entry->d_name));
	}
	if (dir)
	{
		closedir(dir);
	}
	return highest;
}

/**
 * What is noted about a new generation.
 */
static chunk_t get_new_facts(scep_files_t *files, u_int previous,
							 certificate_t *cert, const char *digest,
							 time_t now)
{
	chunk_t facts;
	char *id;

	id = scep_files_read_fact(files, "request/facts", "transaction_id");
	facts = scep_gen_dir_facts(previous, cert, digest, id, now);
	free(id);
	return facts;
}

/**
 * Write the files of a generation.
 */
static bool write_generation(scep_files_t *files, u_int number,
							 u_int previous, private_key_t *key,
							 certificate_t *cert, linked_list_t *chain,
							 const char *digest, time_t now, scep_error_t *err)
{
	char name[SCEP_GEN_NAME_LEN];

	return scep_files_make_dir(files, scep_gen_dir_name(name, number, ""),
							   err) &&
		   scep_files_write_key(files,
								scep_gen_dir_name(name, number, "key.pem"),
								key, err) &&
		   scep_files_write_cert(files,
								 scep_gen_dir_name(name, number, "cert.pem"),
								 cert, err) &&
		   scep_files_write_certs(files,
								  scep_gen_dir_name(name, number, "chain.pem"),
								  chain, err) &&
		   scep_files_write(files, scep_gen_dir_name(name, number, "facts"),
							get_new_facts(files, previous, cert, digest, now),
							err) &&
		   scep_files_sync(files, err);
}

/**
 * Whether a generation that is not current can be replaced: its key is the one
 * of the new generation, too, or writing it was cut short.
 */
static bool can_replace(scep_files_t *files, u_int number, private_key_t *key)
{
	char name[SCEP_GEN_NAME_LEN];
	private_key_t *other;
	bool same;

	other = scep_files_read_key(files,
								scep_gen_dir_name(name, number, "key.pem"),
								NULL);
	if (!other)
	{
		return !scep_files_exist(files,
								 scep_gen_dir_name(name, number, "facts"));
	}
	same = other->equals(other, key);
	other->destroy(other);
	return same;
}

/**
 * Find a number for a new generation, above all that are to stay: up to the
 * one that is or was in use, and other keys.
 */
static u_int make_number(scep_files_t *files, u_int current, private_key_t *key)
{
	u_int highest = get_highest(files);
	char name[SCEP_GEN_NAME_LEN];

	if (highest > current && can_replace(files, highest, key))
	{
		scep_files_remove_dir(files, scep_gen_dir_name(name, highest, ""));
		return highest;
	}
	return max(highest, current) + 1;
}

/**
 * Number of the generation that a new one replaces: the one in use, or the one
 * before if that is in use because the other is damaged.
 */
static u_int get_last_whole(scep_files_t *files, u_int current)
{
	u_int previous;

	if (!scep_gen_dir_is_whole(files, current) && current)
	{
		previous = scep_gen_dir_previous(files, current);
		return scep_gen_dir_is_whole(files, previous) ? previous : current;
	}
	return current;
}

/**
 * Whether the certificate of a generation begins later.
 */
static bool is_waiting(scep_files_t *files, u_int number, time_t now)
{
	char name[SCEP_GEN_NAME_LEN];
	certificate_t *cert;
	bool waiting;

	cert = scep_files_read_cert(files,
								scep_gen_dir_name(name, number, "cert.pem"),
								NULL);
	waiting = cert && scep_x509_not_before(cert) > now;
	DESTROY_IF(cert);
	return waiting;
}

/**
 * Number of the generation that has to stay beside a new one: the last one, or
 * the one before if the last one still waits for its time, as it serves until
 * then.
 */
static u_int get_kept(scep_files_t *files, u_int last, time_t now)
{
	u_int before;

	if (last && is_waiting(files, last, now))
	{
		before = scep_gen_dir_previous(files, last);
		return scep_gen_dir_is_whole(files, before) ? before : last;
	}
	return last;
}

/**
 * Remove generations before a number.
 */
static void remove_older(scep_files_t *files, u_int than)
{
	struct dirent *entry;
	u_int number;
	DIR *dir;

	dir = opendir(files->dir);
	while (dir && (entry = readdir(dir)))
	{
		number = scep_gen_dir_number(entry->d_name);
		if (number && number < than)
		{
			scep_files_remove_dir(files, entry->d_name);
		}
	}
	if (dir)
	{
		closedir(dir);
	}
}

/**
 * Build a generation from what its caller keeps.
 */
static scep_generation_t *share(u_int number, private_key_t *key,
								certificate_t *cert, linked_list_t *chain,
								const char *digest)
{
	linked_list_t *copy = linked_list_create();
	enumerator_t *enumerator;
	certificate_t *item;

	enumerator = chain->create_enumerator(chain);
	while (enumerator->enumerate(enumerator, &item))
	{
		copy->insert_last(copy, item->get_ref(item));
	}
	enumerator->destroy(enumerator);
	return scep_generation_create(number, key->get_ref(key),
								  cert->get_ref(cert), copy, digest);
}

/*
 * Described in header
 */
bool scep_commit_generation(scep_files_t *files, private_key_t *key,
							 certificate_t *cert, linked_list_t *chain,
							const char *digest, time_t now,
							scep_generation_t **gen, scep_error_t *err)
{
	u_int current, last, previous, number;
	char name[SCEP_GEN_NAME_LEN];

	scep_gen_dir_current(files, &current, NULL);
	if (!scep_gen_dir_exists(files, current))
	{
		current = scep_gen_dir_orphan(files);
	}
	number = make_number(files, current, key);
	last = get_last_whole(files, current);
	previous = get_kept(files, last, now);
	if (!write_generation(files, number, previous, key, cert, chain, digest,
						  now, err) ||
		!scep_gen_dir_switch(files, number, err))
	{
		return FALSE;
	}
	/* it is in use from here on; what a crash could bring back stays, until
	 * none can */
	if (scep_files_sync(files, err))
	{
		scep_request_record_drop(files);
		remove_older(files, previous);
		if (last != previous)
		{
			scep_files_remove_dir(files, scep_gen_dir_name(name, last, ""));
		}
	}
	*gen = share(number, key, cert, chain, digest);
	(*gen)->committed = now;
	return TRUE;
}
