/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_generations.h"
#include "store/scep_facts.h"
#include "store/scep_generation.h"
#include "store/scep_request_record.h"

#include <credentials/certificates/x509.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/** Room for "gen-N/chain.pem" */
#define NAME_LEN	64

/**
 * Name of a generation's directory, or of a file in it.
 */
static char *get_name(char name[NAME_LEN], u_int number, const char *file)
{
	snprintf(name, NAME_LEN, "gen-%u%s%s", number, *file ? "/" : "", file);
	return name;
}

/**
 * Number in the name of a generation's directory, 0 if it is something else.
 */
static u_int get_number(const char *name)
{
	char expected[NAME_LEN];
	u_int number;

	return sscanf(name, "gen-%9u", &number) == 1 &&
		   streq(get_name(expected, number, ""), name) ? number : 0;
}

/**
 * Get the number of the current generation, 0 if there is none.
 */
static bool get_current(scep_files_t *files, u_int *number, scep_error_t *err)
{
	char path[PATH_MAX], target[NAME_LEN];
	ssize_t len;

	*number = 0;
	len = readlink(scep_files_path(files, path, "current"), target,
				   sizeof(target) - 1);
	if (len < 0 && errno == ENOENT)
	{
		return TRUE;
	}
	target[max(len, 0)] = '\0';
	*number = get_number(target);
	return *number || scep_fail(err, SCEP_LOCAL, "'%s' is not a link to a "
								"generation", path);
}

/**
 * Whether a generation is on disk.
 */
static bool has_generation(scep_files_t *files, u_int number)
{
	char name[NAME_LEN];

	return number && scep_files_exist(files, get_name(name, number, ""));
}

/**
 * Whether a generation was made for a transaction.
 */
static bool is_made_for(scep_files_t *files, u_int number, const char *id)
{
	char name[NAME_LEN], *made_for;
	bool result;

	made_for = scep_files_read_fact(files, get_name(name, number, "facts"),
									"transaction_id");
	result = made_for && streq(made_for, id);
	free(made_for);
	return result;
}

/*
 * Described in header
 */
bool scep_generations_have(scep_files_t *files, const char *transaction_id)
{
	u_int number;

	get_current(files, &number, NULL);
	return number && is_made_for(files, number, transaction_id);
}

/**
 * Whether a generation was in use. The one of the request under way was not,
 * nor one that was cut short.
 */
static bool was_used(scep_files_t *files, u_int number, const char *request_id)
{
	char name[NAME_LEN];

	return scep_files_exist(files, get_name(name, number, "facts")) &&
		   !(request_id && is_made_for(files, number, request_id));
}

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
		highest = max(highest, get_number(entry->d_name));
	}
	if (dir)
	{
		closedir(dir);
	}
	return highest;
}

/**
 * Number of the last generation that was in use although nothing says that it
 * is current, 0 if there is none.
 */
static u_int get_orphan(scep_files_t *files)
{
	struct dirent *entry;
	u_int number, orphan = 0;
	char *id;
	DIR *dir;

	id = scep_files_read_fact(files, "request/facts", "transaction_id");
	dir = opendir(files->dir);
	while (dir && (entry = readdir(dir)))
	{
		number = get_number(entry->d_name);
		if (number > orphan && was_used(files, number, id))
		{
			orphan = number;
		}
	}
	if (dir)
	{
		closedir(dir);
	}
	free(id);
	return orphan;
}

/**
 * Number of the generation that was current when another one was made.
 */
static u_int get_previous(scep_files_t *files, u_int number)
{
	char name[NAME_LEN], *fact;
	u_int previous = number - 1;

	fact = scep_files_read_fact(files, get_name(name, number, "facts"),
								"previous");
	if (fact)
	{
		previous = min(strtoul(fact, NULL, 10), previous);
	}
	free(fact);
	return previous;
}

/**
 * Find the number of a generation to load, 0 if there is none. Where nothing
 * says which one is current the last one serves as the one before.
 */
static bool find_generation(scep_files_t *files, u_int which, u_int *number,
							scep_error_t *err)
{
	bool known = get_current(files, number, which ? NULL : err);
	u_int orphan;

	if (*number && which)
	{
		*number = get_previous(files, *number);
		*number = has_generation(files, *number) ? *number : 0;
		return TRUE;
	}
	if (*number)
	{
		return has_generation(files, *number) ||
			   scep_fail(err, SCEP_LOCAL, "'%s/gen-%u', which 'current' points "
						 "to, is missing", files->dir, *number);
	}
	orphan = get_orphan(files);
	if (which)
	{
		*number = orphan;
		return TRUE;
	}
	if (orphan)
	{
		return scep_fail(err, SCEP_LOCAL, "'%s/current' is missing, though "
						 "there is gen-%u: make it a link to that", files->dir,
						 orphan);
	}
	return known;
}

/**
 * Check and build a generation from its parts, which get owned.
 */
static scep_generation_t *build(u_int number, private_key_t *key,
								certificate_t *cert, linked_list_t *chain,
								settings_t *facts, scep_error_t *err)
{
	public_key_t *public = cert->get_public_key(cert);
	bool fits = public && key->belongs_to(key, public);

	DESTROY_IF(public);
	if (!fits)
	{
		scep_fail(err, SCEP_LOCAL, "key and certificate of generation %u do "
				  "not belong together", number);
		return NULL;
	}
	return scep_generation_create(number, key, cert, chain,
					facts ? facts->get_str(facts, "digest", "") : "");
}

/*
 * Described in header
 */
bool scep_generations_load(scep_files_t *files, u_int which,
						   scep_generation_t **gen, scep_error_t *err)
{
	certificate_t *cert;
	private_key_t *key;
	linked_list_t *chain;
	settings_t *facts;
	char name[NAME_LEN];
	u_int number;

	*gen = NULL;
	if (!find_generation(files, which, &number, err))
	{
		return FALSE;
	}
	if (!number)
	{
		return TRUE;
	}
	chain = linked_list_create();
	scep_files_read_facts(files, get_name(name, number, "facts"), &facts, NULL);
	key = scep_files_read_key(files, get_name(name, number, "key.pem"), err);
	cert = scep_files_read_cert(files, get_name(name, number, "cert.pem"), err);
	if (key && cert &&
		scep_files_read_certs(files, get_name(name, number, "chain.pem"),
							  chain, err))
	{
		*gen = build(number, key, cert, chain, facts, err);
	}
	DESTROY_IF(facts);
	if (!*gen)
	{
		DESTROY_IF(key);
		DESTROY_IF(cert);
		chain->destroy_offset(chain, offsetof(certificate_t, destroy));
	}
	return *gen != NULL;
}

/**
 * Get binary data from facts.
 */
static chunk_t get_hex(settings_t *facts, char *name)
{
	char *hex = facts->get_str(facts, name, "");
	size_t len = strlen(hex);

	if (len % 2 || strspn(hex, "0123456789abcdef") != len)
	{
		return chunk_empty;
	}
	return chunk_from_hex(chunk_create((u_char*)hex, len), NULL);
}

/**
 * Get what tells a certificate from its generation's facts.
 */
static bool read_lost(settings_t *facts, scep_lost_t *lost)
{
	chunk_t issuer = get_hex(facts, "issuer");

	lost->serial = get_hex(facts, "serial");
	lost->issuer = identification_create_from_encoding(ID_DER_ASN1_DN, issuer);
	snprintf(lost->digest, sizeof(lost->digest), "%s",
			 facts->get_str(facts, "digest", ""));
	free(issuer.ptr);
	return issuer.len && lost->serial.len;
}

/*
 * Described in header
 */
bool scep_generations_load_lost(scep_files_t *files, scep_lost_t *lost,
								scep_error_t *err)
{
	scep_generation_t *gen;
	settings_t *facts;
	char name[NAME_LEN];
	u_int number;
	bool success;

	*lost = (scep_lost_t){};
	if (scep_generations_load(files, 0, &gen, NULL))
	{
		DESTROY_IF(gen);
		return TRUE;
	}
	if (!find_generation(files, 0, &number, err) ||
		!scep_files_read_facts(files, get_name(name, number, "facts"), &facts,
							   err))
	{
		return FALSE;
	}
	success = facts && read_lost(facts, lost);
	DESTROY_IF(facts);
	if (!success)
	{
		scep_fail(err, SCEP_LOCAL, "'%s/gen-%u/facts' do not tell which "
				  "certificate is lost", files->dir, number);
	}
	else
	{
		lost->key = scep_files_read_key(files,
								get_name(name, number, "key.pem"), err);
	}
	if (!lost->key)
	{
		scep_lost_clear(lost);
		return FALSE;
	}
	return TRUE;
}

/*
 * Described in header
 */
void scep_lost_clear(scep_lost_t *lost)
{
	DESTROY_IF(lost->key);
	DESTROY_IF(lost->issuer);
	chunk_free(&lost->serial);
	*lost = (scep_lost_t){};
}

/**
 * Append binary data to facts.
 */
static chunk_t add_hex(chunk_t facts, const char *name, chunk_t data)
{
	chunk_t hex = chunk_to_hex(data, NULL, FALSE);

	facts = scep_facts_text(facts, name, (char*)hex.ptr);
	free(hex.ptr);
	return facts;
}

/**
 * What is noted about a new generation.
 */
static chunk_t get_facts(scep_files_t *files, u_int previous,
						 certificate_t *cert, const char *digest)
{
	identification_t *issuer = cert->get_issuer(cert);
	x509_t *x509 = (x509_t*)cert;
	chunk_t facts = chunk_empty;
	char *id;

	id = scep_files_read_fact(files, "request/facts", "transaction_id");
	facts = scep_facts_text(facts, "digest", digest);
	facts = scep_facts_text(facts, "transaction_id", id);
	facts = scep_facts_number(facts, "previous", previous);
	facts = add_hex(facts, "issuer", issuer->get_encoding(issuer));
	facts = add_hex(facts, "serial", x509->get_serial(x509));
	free(id);
	return facts;
}

/**
 * Write the files of a generation.
 */
static bool write_generation(scep_files_t *files, u_int number,
							 u_int previous, private_key_t *key,
							 certificate_t *cert, linked_list_t *chain,
							 const char *digest, scep_error_t *err)
{
	char name[NAME_LEN];

	return scep_files_make_dir(files, get_name(name, number, ""), err) &&
		   scep_files_write_key(files, get_name(name, number, "key.pem"), key,
								err) &&
		   scep_files_write_cert(files, get_name(name, number, "cert.pem"),
								 cert, err) &&
		   scep_files_write_certs(files, get_name(name, number, "chain.pem"),
								  chain, err) &&
		   scep_files_write(files, get_name(name, number, "facts"),
							get_facts(files, previous, cert, digest), err) &&
		   scep_files_sync(files, err);
}

/**
 * Whether a generation that is not current can be replaced: its key is the one
 * of the new generation, too, or writing it was cut short.
 */
static bool can_replace(scep_files_t *files, u_int number, private_key_t *key)
{
	char name[NAME_LEN];
	private_key_t *other;
	bool same;

	other = scep_files_read_key(files, get_name(name, number, "key.pem"), NULL);
	if (!other)
	{
		return !scep_files_exist(files, get_name(name, number, "facts"));
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
	char name[NAME_LEN];

	if (highest > current && can_replace(files, highest, key))
	{
		scep_files_remove_dir(files, get_name(name, highest, ""));
		return highest;
	}
	return max(highest, current) + 1;
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
		number = get_number(entry->d_name);
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
 * Point "current" to a generation: the one step that commits.
 */
static bool switch_current(scep_files_t *files, u_int number, scep_error_t *err)
{
	char beside[PATH_MAX], path[PATH_MAX], target[NAME_LEN];

	scep_files_path(files, beside, "current.tmp");
	scep_files_path(files, path, "current");
	return files->disk->link(files->disk, get_name(target, number, ""), beside,
							 err) &&
		   files->disk->rename(files->disk, beside, path, err);
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
bool scep_generations_commit(scep_files_t *files, private_key_t *key,
							 certificate_t *cert, linked_list_t *chain,
							 const char *digest, scep_generation_t **gen,
							 scep_error_t *err)
{
	u_int current, previous, number;

	get_current(files, &current, NULL);
	previous = current ?: get_orphan(files);
	number = make_number(files, previous, key);
	if (!write_generation(files, number, previous, key, cert, chain, digest,
						  err) ||
		!switch_current(files, number, err))
	{
		return FALSE;
	}
	/* it is in use from here on; what a crash could bring back stays, until
	 * none can */
	if (scep_files_sync(files, err))
	{
		scep_request_record_drop(files);
		remove_older(files, previous);
	}
	*gen = share(number, key, cert, chain, digest);
	return TRUE;
}
