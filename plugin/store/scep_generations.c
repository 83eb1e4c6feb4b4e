/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_generations.h"
#include "store/scep_facts.h"
#include "store/scep_generation.h"
#include "store/scep_request_record.h"

#include <stdio.h>
#include <unistd.h>

/**
 * Number of the current generation, 0 if there is none.
 */
static u_int get_current(scep_files_t *files)
{
	char path[PATH_MAX], target[64];
	ssize_t len;
	u_int number;

	len = readlink(scep_files_path(files, path, "current"), target, sizeof(target) - 1);
	if (len < 0)
	{
		return 0;
	}
	target[len] = '\0';
	return sscanf(target, "gen-%u", &number) == 1 ? number : 0;
}

/**
 * Whether a generation is on disk.
 */
static bool has_generation(scep_files_t *files, u_int number)
{
	char name[32], path[PATH_MAX];

	snprintf(name, sizeof(name), "gen-%u", number);
	return number && access(scep_files_path(files, path, name), F_OK) == 0;
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
	u_int number = get_current(files);
	char key_name[64], cert_name[64], chain_name[64], facts_name[64];
	certificate_t *cert = NULL;
	private_key_t *key = NULL;
	linked_list_t *chain;
	settings_t *facts;

	*gen = NULL;
	number = which > number ? 0 : number - which;
	if (!has_generation(files, number))
	{
		return !number || which ||
			   scep_fail(err, SCEP_LOCAL, "'%s/gen-%u', which 'current' points "
						 "to, is missing", files->dir, number);
	}
	snprintf(key_name, sizeof(key_name), "gen-%u/key.pem", number);
	snprintf(cert_name, sizeof(cert_name), "gen-%u/cert.pem", number);
	snprintf(chain_name, sizeof(chain_name), "gen-%u/chain.pem", number);
	snprintf(facts_name, sizeof(facts_name), "gen-%u/facts", number);
	chain = linked_list_create();
	scep_files_read_facts(files, facts_name, &facts, NULL);
	key = scep_files_read_key(files, key_name, err);
	cert = scep_files_read_cert(files, cert_name, err);
	if (key && cert && scep_files_read_certs(files, chain_name, chain, err))
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
 * Write the files of a generation.
 */
static bool write_generation(scep_files_t *files, u_int number,
							 private_key_t *key, certificate_t *cert,
							 linked_list_t *chain, const char *digest,
							 scep_error_t *err)
{
	char dir[32], name[64];
	chunk_t facts;

	snprintf(dir, sizeof(dir), "gen-%u", number);
	if (!scep_files_make_dir(files, dir, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/key.pem", dir);
	if (!scep_files_write_key(files, name, key, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/cert.pem", dir);
	if (!scep_files_write_cert(files, name, cert, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/chain.pem", dir);
	if (!scep_files_write_certs(files, name, chain, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/facts", dir);
	facts = scep_facts_text(chunk_empty, "digest", digest);
	return scep_files_write(files, name, facts, err) &&
		   scep_files_sync(files, err);
}

/**
 * Remove generations before the one before the current one. Goes down until
 * there is none: an earlier removal may have been cut short.
 */
static void remove_older(scep_files_t *files, u_int current)
{
	char dir[32];
	u_int number;

	for (number = current > 2 ? current - 2 : 0;
		 has_generation(files, number); number--)
	{
		snprintf(dir, sizeof(dir), "gen-%u", number);
		scep_files_remove_dir(files, dir);
	}
}

/**
 * Point "current" to a generation: the one step that commits.
 */
static bool switch_current(scep_files_t *files, u_int number,
						   scep_error_t *err)
{
	char beside[PATH_MAX], path[PATH_MAX], target[32];

	snprintf(target, sizeof(target), "gen-%u", number);
	scep_files_path(files, beside, "current.tmp");
	scep_files_path(files, path, "current");
	return files->disk->link(files->disk, target, beside, err) &&
		   files->disk->rename(files->disk, beside, path, err) &&
		   scep_files_sync(files, err);
}

/*
 * Described in header
 */
bool scep_generations_commit(scep_files_t *files, private_key_t *key,
							 certificate_t *cert, linked_list_t *chain,
							 const char *digest, scep_generation_t **gen,
							 scep_error_t *err)
{
	u_int number = get_current(files) + 1;
	linked_list_t *copy;
	certificate_t *item;
	enumerator_t *enumerator;
	char dir[32];

	/* what an earlier attempt left there was never in use */
	snprintf(dir, sizeof(dir), "gen-%u", number);
	scep_files_remove_dir(files, dir);
	if (!write_generation(files, number, key, cert, chain, digest, err) ||
		!switch_current(files, number, err))
	{
		return FALSE;
	}
	scep_request_record_drop(files);
	remove_older(files, number);
	copy = linked_list_create();
	enumerator = chain->create_enumerator(chain);
	while (enumerator->enumerate(enumerator, &item))
	{
		copy->insert_last(copy, item->get_ref(item));
	}
	enumerator->destroy(enumerator);
	*gen = scep_generation_create(number, key->get_ref(key),
								  cert->get_ref(cert), copy, digest);
	return TRUE;
}
