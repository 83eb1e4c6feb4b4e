/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_generations.h"
#include "store/scep_aside.h"
#include "store/scep_ca_files.h"
#include "store/scep_facts.h"
#include "store/scep_gen_dir.h"
#include "store/scep_generation.h"

/*
 * Described in header
 */
bool scep_generations_have(scep_files_t *files, const char *transaction_id)
{
	u_int number;

	scep_gen_dir_current(files, &number, NULL);
	return number && scep_gen_dir_is_made_for(files, number, transaction_id);
}

/**
 * Find the number of a generation to load, 0 if there is none. Where nothing
 * says which one is current the last one serves as the one before.
 */
static bool find_generation(scep_files_t *files, u_int which, u_int *number,
							scep_error_t *err)
{
	bool known = scep_gen_dir_current(files, number, which ? NULL : err);
	u_int orphan;

	if (*number && which)
	{
		*number = scep_gen_dir_previous(files, *number);
		/* what was set aside in it was reported then */
		*number = scep_gen_dir_is_whole(files, *number) ? *number : 0;
		return TRUE;
	}
	if (*number)
	{
		return scep_gen_dir_exists(files, *number) ||
			   scep_fail(err, SCEP_CORRUPT, "'%s/gen-%u', which 'current' "
						 "points to, is missing", files->dir, *number);
	}
	orphan = scep_gen_dir_orphan(files);
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
								const char *digest, scep_error_t *err)
{
	public_key_t *public = cert->get_public_key(cert);
	bool fits = public && key->belongs_to(key, public);

	DESTROY_IF(public);
	if (!fits)
	{
		scep_fail(err, SCEP_LOCAL, "key and certificate of generation %u do "
				  "not belong together", number);
		key->destroy(key);
		cert->destroy(cert);
		chain->destroy_offset(chain, offsetof(certificate_t, destroy));
		return NULL;
	}
	return scep_generation_create(number, key, cert, chain, digest);
}

/**
 * Load the chain of a generation. One that is lost is what is known of the CA.
 *
 * @param err		set if it is
 */
static linked_list_t *load_chain(scep_files_t *files, u_int number,
								 scep_error_t *err)
{
	linked_list_t *chain = linked_list_create();
	scep_error_t error = {};
	char name[SCEP_GEN_NAME_LEN];

	scep_gen_dir_name(name, number, "chain.pem");
	if (!scep_files_read_certs(files, name, chain, &error))
	{
		chain->destroy_offset(chain, offsetof(certificate_t, destroy));
		scep_aside_fail(files, name, &error, err);
		scep_ca_files_load_chain(files, &chain, NULL);
		if (err && !scep_files_exist(files, name))
		{
			scep_files_write_certs(files, name, chain, NULL);
		}
	}
	return chain;
}

/**
 * Load for which settings a generation was made, allocated, and when. Facts
 * that are corrupt are written anew, as far as they are known.
 *
 * @param err		set if they are
 */
static char *load_facts(scep_files_t *files, u_int number, certificate_t *cert,
						time_t *committed, scep_error_t *err)
{
	settings_t *facts = NULL;
	scep_error_t error = {};
	char name[SCEP_GEN_NAME_LEN], *digest;

	scep_gen_dir_name(name, number, "facts");
	if (!scep_files_read_facts(files, name, &facts, &error))
	{
		scep_aside_fail(files, name, &error, err);
		if (err && !scep_files_exist(files, name))
		{
			scep_files_write(files, name,
							 scep_gen_dir_facts(number - 1, cert, "", NULL, 0),
							 NULL);
		}
	}
	digest = strdup(facts ? facts->get_str(facts, "digest", "") : "");
	*committed = facts ? scep_facts_get_time(facts, "committed") : 0;
	DESTROY_IF(facts);
	return digest;
}

/**
 * Load the files of a generation.
 */
static scep_generation_t *load_files(scep_files_t *files, u_int number,
									 scep_error_t *err)
{
	scep_generation_t *gen;
	linked_list_t *chain;
	certificate_t *cert;
	private_key_t *key;
	scep_error_t error = {};
	char name[SCEP_GEN_NAME_LEN], *digest;
	time_t committed;

	scep_gen_dir_name(name, number, "key.pem");
	key = scep_files_read_key(files, name, &error);
	if (!key)
	{
		scep_aside_fail(files, name, &error, err);
		return NULL;
	}
	scep_gen_dir_name(name, number, "cert.pem");
	cert = scep_files_read_cert(files, name, &error);
	if (!cert)
	{
		scep_aside_fail(files, name, &error, err);
		key->destroy(key);
		return NULL;
	}
	chain = load_chain(files, number, err);
	digest = load_facts(files, number, cert, &committed, err);
	gen = build(number, key, cert, chain, digest, err);
	if (gen)
	{
		gen->committed = committed;
	}
	free(digest);
	return gen;
}

/**
 * Mend "current" where it leads nowhere: the last generation that was in use is
 * in use again.
 *
 * @param cause		what is wrong with it
 * @param number	gets the number of that generation, 0 if there is none
 * @return			FALSE if it is still broken
 */
static bool mend_current(scep_files_t *files, const scep_error_t *cause,
						 u_int *number, scep_error_t *err)
{
	char name[SCEP_GEN_NAME_LEN], aside[SCEP_ASIDE_LEN];

	scep_gen_dir_name(name, *number, "");
	if (*number && err && !scep_files_check_dir(files, name, NULL))
	{
		scep_aside_move(files, name, aside, NULL);
	}
	scep_aside_fail(files, "current", cause, err);
	if (cause->kind != SCEP_CORRUPT || scep_files_exist(files, "current"))
	{
		return FALSE;
	}
	*number = scep_gen_dir_orphan(files);
	return !*number || (scep_gen_dir_switch(files, *number, NULL) &&
						scep_files_sync(files, NULL));
}

/*
 * Described in header
 */
bool scep_generations_load(scep_files_t *files, u_int which,
						   scep_generation_t **gen, scep_error_t *err)
{
	scep_error_t error = {};
	u_int number;

	*gen = NULL;
	if (!find_generation(files, which, &number, &error) &&
		!mend_current(files, &error, &number, err))
	{
		return FALSE;
	}
	if (!number)
	{
		return TRUE;
	}
	*gen = load_files(files, number, err);
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

/**
 * Load what there is of the current generation.
 */
static bool find_lost(scep_files_t *files, scep_lost_t *lost,
					  scep_error_t *err)
{
	settings_t *facts;
	char name[SCEP_GEN_NAME_LEN];
	u_int number;
	bool success;

	if (!find_generation(files, 0, &number, err) ||
		!scep_files_read_facts(files, scep_gen_dir_name(name, number, "facts"),
							   &facts, err))
	{
		return FALSE;
	}
	success = facts && read_lost(facts, lost);
	DESTROY_IF(facts);
	if (!success)
	{
		return scep_fail(err, SCEP_LOCAL, "'%s/gen-%u/facts' do not tell which "
						 "certificate is lost", files->dir, number);
	}
	scep_gen_dir_name(name, number, "key.pem");
	lost->key = scep_files_read_key(files, name, err);
	return lost->key != NULL;
}

/*
 * Described in header
 */
bool scep_generations_load_lost(scep_files_t *files, scep_lost_t *lost,
								scep_error_t *err)
{
	scep_generation_t *gen;
	scep_error_t error = {};

	*lost = (scep_lost_t){};
	if (scep_generations_load(files, 0, &gen, NULL))
	{
		DESTROY_IF(gen);
		return TRUE;
	}
	if (find_lost(files, lost, &error))
	{
		return TRUE;
	}
	scep_lost_clear(lost);
	return scep_fail(err, SCEP_LOCAL, "%s", error.text);
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
