/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_import.h"
#include "enroll/scep_knowledge.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "message/scep_certs.h"
#include "store/scep_files.h"
#include "trust/scep_issued.h"
#include "trust/scep_x509.h"

#include <credentials/sets/mem_cred.h>

#include <sys/stat.h>
#include <unistd.h>

/**
 * Check the size of what is imported.
 */
static bool check_size(const scep_import_t *import, scep_error_t *err)
{
	if (!import->key.len || !import->certs.len)
	{
		return scep_fail(err, SCEP_PERMANENT, "a key and its certificate are "
						 "needed");
	}
	if (import->key.len > SCEP_MAX_IMPORT ||
		import->certs.len > SCEP_MAX_IMPORT ||
		import->chain.len > SCEP_MAX_IMPORT)
	{
		return scep_fail(err, SCEP_PERMANENT, "key and certificates may have "
						 "%d bytes each", SCEP_MAX_IMPORT);
	}
	return TRUE;
}

/**
 * Decode the private key.
 */
static private_key_t *decode_key(const scep_import_t *import)
{
	mem_cred_t *secrets = mem_cred_create();
	private_key_t *key;

	if (import->passphrase.len)
	{
		secrets->add_shared(secrets,
					shared_key_create(SHARED_PRIVATE_KEY_PASS,
									  chunk_clone(import->passphrase)), NULL);
	}
	/* only this thread tries the passphrase, and no other one */
	lib->credmgr->add_local_set(lib->credmgr, &secrets->set, TRUE);
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_ANY,
							 BUILD_BLOB_PEM, import->key, BUILD_END);
	lib->credmgr->remove_local_set(lib->credmgr, &secrets->set);
	secrets->destroy(secrets);
	return key;
}

/**
 * Get the private key, one that we can use.
 */
static private_key_t *get_key(const scep_import_t *import, scep_error_t *err)
{
	private_key_t *key = decode_key(import);
	int bits;

	if (!key)
	{
		scep_fail(err, SCEP_PERMANENT, "the key can't be read: neither PEM nor "
				  "DER, or its passphrase is %s",
				  import->passphrase.len ? "another one" : "missing");
		return NULL;
	}
	bits = key->get_keysize(key);
	if (key->get_type(key) != KEY_RSA || bits < SCEP_MIN_RSA ||
		bits > SCEP_MAX_PEER_RSA)
	{
		scep_fail(err, SCEP_PERMANENT, "the key is %N of %d bits: expected RSA "
				  "of %d to %d", key_type_names, key->get_type(key), bits,
				  SCEP_MIN_RSA, SCEP_MAX_PEER_RSA);
		key->destroy(key);
		return NULL;
	}
	return key;
}

/**
 * Append certificates in PEM or DER to a list.
 */
static bool decode_certs(chunk_t content, linked_list_t *certs,
						 const char *what, scep_error_t *err)
{
	linked_list_t *der = NULL;
	certificate_t *cert;
	u_int before = certs->get_count(certs);

	if (!content.len)
	{
		return TRUE;
	}
	if (!scep_files_parse_certs(content, certs))
	{
		return scep_fail(err, SCEP_PERMANENT, "%s: a certificate is damaged",
						 what);
	}
	if (certs->get_count(certs) == before &&
		scep_certs_parse(content, &der, NULL))
	{
		while (der->remove_first(der, (void**)&cert) == SUCCESS)
		{
			certs->insert_last(certs, cert);
		}
		der->destroy(der);
	}
	return certs->get_count(certs) > before ||
		   scep_fail(err, SCEP_PERMANENT, "%s: no certificate in PEM or DER",
					 what);
}

/**
 * Find the certificate of the key, the one that lasts longest if there are
 * several.
 *
 * @return			internal data of the list
 */
static certificate_t *find_leaf(linked_list_t *certs, private_key_t *key,
								scep_error_t *err)
{
	certificate_t *cert, *leaf = NULL;
	enumerator_t *enumerator;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (scep_issued_for_key(cert, key) &&
			(!leaf || scep_x509_not_after(cert) > scep_x509_not_after(leaf)))
		{
			leaf = cert;
		}
	}
	enumerator->destroy(enumerator);
	if (!leaf)
	{
		scep_fail(err, SCEP_PERMANENT, "key and certificate do not belong "
				  "together");
	}
	return leaf;
}

/**
 * Append all that is known of the CA to what was imported.
 */
static void add_known(scep_profile_t *profile, scep_profile_store_t *store,
					  scep_knowledge_t *knowledge, linked_list_t *certs)
{
	linked_list_t *lists[] = { NULL, knowledge->trust.announced };
	enumerator_t *enumerator;
	certificate_t *cert;
	int i;

	store->load_chain(store, &lists[0], NULL);
	for (i = 0; i < countof(lists); i++)
	{
		enumerator = lists[i]->create_enumerator(lists[i]);
		while (enumerator->enumerate(enumerator, &cert))
		{
			scep_x509_add_once(certs, cert);
		}
		enumerator->destroy(enumerator);
	}
	scep_certs_destroy(lists[0]);
	if (knowledge->trust.known)
	{
		scep_x509_add_once(certs, knowledge->trust.known);
	}
	if (profile->ca_cert)
	{
		scep_x509_add_once(certs, profile->ca_cert);
	}
}

/**
 * Collect the CAs that count.
 *
 * @return			CAs, NULL if none that is trusted is known
 */
static scep_issuers_t *get_issuers(scep_profile_t *profile,
								   scep_knowledge_t *knowledge, time_t now,
								   linked_list_t *certs)
{
	scep_issuers_t *issuers = scep_issuers_create(profile->allow_sha1);
	enumerator_t *enumerator;
	certificate_t *cert;
	bool known = FALSE;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if ((scep_x509_usage(cert) & SCEP_IS_CA) &&
			(scep_anchors_is_trusted(cert, profile, &knowledge->trust) ||
			 scep_x509_is_in(cert, knowledge->trust.announced)))
		{
			issuers->trust(issuers, cert, now);
			known = TRUE;
		}
	}
	enumerator->destroy(enumerator);
	if (!known)
	{
		issuers->destroy(issuers);
		return NULL;
	}
	issuers->add(issuers, certs);
	return issuers;
}

/**
 * Where the CA is not known, the CAs that were imported serve as chain.
 */
static void take_chain(linked_list_t *certs, linked_list_t *chain)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	scep_usage_t usage;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		usage = scep_x509_usage(cert);
		if ((usage & SCEP_IS_CA) && !(usage & SCEP_SELF_SIGNED))
		{
			chain->insert_last(chain, cert->get_ref(cert));
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Check the certificate.
 *
 * @param certs		what was imported; gets what is known, too
 */
static bool check_leaf(scep_profile_t *profile, scep_profile_store_t *store,
					   certificate_t *leaf, time_t now, linked_list_t *certs,
					   linked_list_t *chain, scep_error_t *err)
{
	scep_knowledge_t knowledge;
	scep_issuers_t *issuers;
	bool good;

	if (scep_x509_usage(leaf) & SCEP_SELF_SIGNED)
	{
		return scep_fail(err, SCEP_PERMANENT, "the certificate is self-signed: "
						 "expected one of a CA");
	}
	scep_knowledge_load(profile, store, &knowledge);
	add_known(profile, store, &knowledge, certs);
	issuers = get_issuers(profile, &knowledge, now, certs);
	good = scep_issued_check_one(leaf, issuers, profile, now, chain, err);
	if (good && !issuers)
	{
		take_chain(certs, chain);
		scep_event(profile->name, SCEP_EV_WARNING, "reason=who issued the "
				   "imported certificate is not checked: the pinned CA's own "
				   "certificate is not known yet");
	}
	DESTROY_IF(issuers);
	scep_knowledge_clear(&knowledge);
	return good;
}

/**
 * Check that a certificate is no worse than the one that it replaces.
 */
static bool is_better(certificate_t *leaf, scep_generation_t *current,
					  time_t now, scep_error_t *err)
{
	char a[SCEP_TIME_LEN], b[SCEP_TIME_LEN];
	time_t to = scep_x509_not_after(leaf), current_to;

	if (!current || !scep_x509_valid_at(current->cert, now))
	{
		return TRUE;
	}
	current_to = scep_x509_not_after(current->cert);
	return to > current_to ||
		   scep_fail(err, SCEP_PERMANENT, "the certificate in use lasts as "
					 "long or longer (until %s, the imported one until %s)",
					 scep_time(current_to, a), scep_time(to, b));
}

/**
 * Commit what passed.
 */
static bool commit(scep_profile_t *profile, scep_profile_store_t *store,
				   private_key_t *key, certificate_t *leaf,
				   linked_list_t *chain, time_t now,
				   scep_generation_t **gen, scep_error_t *err)
{
	scep_error_t error = {};

	if (!store->commit(store, key, leaf, chain, profile->request_digest, now,
					   gen, &error))
	{
		return scep_fail(err, error.kind, "%s", error.text);
	}
	if (error.kind != SCEP_OK)
	{	/* it is in use, but a crash could bring the old one back */
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s", error.text);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_import(scep_profile_t *profile, scep_profile_store_t *store,
				 const scep_import_t *import, scep_generation_t *current,
				 time_t now, scep_generation_t **gen, scep_error_t *err)
{
	linked_list_t *certs = linked_list_create(), *chain = linked_list_create();
	private_key_t *key = NULL;
	certificate_t *leaf;
	bool success = FALSE;

	if (check_size(import, err) && (key = get_key(import, err)) &&
		decode_certs(import->certs, certs, "certificate", err) &&
		decode_certs(import->chain, certs, "chain", err) &&
		(leaf = find_leaf(certs, key, err)) &&
		check_leaf(profile, store, leaf, now, certs, chain, err) &&
		is_better(leaf, current, now, err))
	{
		success = commit(profile, store, key, leaf, chain, now, gen, err);
	}
	DESTROY_IF(key);
	scep_certs_destroy(certs);
	scep_certs_destroy(chain);
	return success;
}

/**
 * Import into a profile's state that nobody else uses.
 */
static bool import_alone(scep_profile_t *profile, scep_profile_store_t *store,
						 const scep_import_t *import, time_t now,
						 scep_error_t *err)
{
	scep_generation_t *current = NULL, *gen;
	scep_status_t status = {};
	bool success;

	/* one that can't be used is not worth keeping */
	store->load_generation(store, 0, &current, NULL);
	if (current && !streq(current->digest, profile->request_digest))
	{
		current->destroy(current);
		current = NULL;
	}
	success = scep_import(profile, store, import, current, now, &gen, err);
	DESTROY_IF(current);
	if (success)
	{	/* attempts, and a state that waits for a person, are over */
		gen->destroy(gen);
		success = store->save_status(store, &status, err);
	}
	return success;
}

/**
 * Import as the user that runs us.
 */
static bool import_as_we_are(scep_profile_t *profile, const char *state_dir,
							 const scep_import_t *import, time_t now,
							 scep_error_t *err)
{
	scep_disk_t *disk = scep_disk_create();
	scep_profile_store_t *store = NULL;
	scep_error_t error = {};
	scep_store_t *all;
	bool success = FALSE;

	all = scep_store_create(disk, state_dir, &error);
	if (all && error.kind == SCEP_OK)
	{
		store = all->open(all, profile->name, &error);
	}
	if (store)
	{
		success = import_alone(profile, store, import, now, &error);
		store->destroy(store);
	}
	DESTROY_IF(all);
	disk->destroy(disk);
	return success || scep_fail(err, error.kind, "%s", error.text);
}

/*
 * Described in header
 */
bool scep_import_offline(scep_profile_t *profile, const char *state_dir,
						 const scep_import_t *import, time_t now,
						 scep_error_t *err)
{
	struct stat st;
	bool success;

	if (geteuid() != 0 || stat(state_dir, &st) || st.st_uid == 0)
	{
		return import_as_we_are(profile, state_dir, import, now, err);
	}
	/* charon becomes another user: what that one has it could replace by links
	 * to what is root's */
	if (setegid(st.st_gid) || seteuid(st.st_uid))
	{
		success = scep_fail(err, SCEP_LOCAL, "becoming the user of '%s' failed",
							state_dir);
	}
	else
	{
		success = import_as_we_are(profile, state_dir, import, now, err);
	}
	if (seteuid(0) || setegid(getgid()))
	{
		success = scep_fail(err, SCEP_LOCAL, "becoming root again failed");
	}
	return success;
}
