/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_store.h"
#include "store/scep_facts.h"
#include "store/scep_generation.h"
#include "base/scep_limits.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

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
	 * Disk.
	 */
	scep_disk_t *disk;

	/**
	 * Directory of the profile.
	 */
	char *dir;
};

/**
 * Path of a file.
 */
static char *get_path(private_scep_profile_store_t *this, char *buf,
					  const char *name)
{
	snprintf(buf, PATH_MAX, "%s/%s", this->dir, name);
	return buf;
}

/**
 * Write a file: beside, sync, rename, sync of the directory.
 *
 * @param name		name below the profile's directory
 * @param content	content, cleared and freed
 */
static bool write_file(private_scep_profile_store_t *this, const char *name,
					   chunk_t content, scep_error_t *err)
{
	char path[PATH_MAX], beside[PATH_MAX + 4], dir[PATH_MAX];
	bool success;

	get_path(this, path, name);
	snprintf(beside, sizeof(beside), "%s.tmp", path);
	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
	success = this->disk->write(this->disk, beside, content, err) &&
			  this->disk->rename(this->disk, beside, path, err) &&
			  this->disk->sync_dir(this->disk, dir, err);
	if (!success)
	{
		this->disk->remove(this->disk, beside, NULL);
	}
	chunk_clear(&content);
	return success;
}

/**
 * Write a private key as PEM.
 */
static bool write_key(private_scep_profile_store_t *this, const char *name,
					  private_key_t *key, scep_error_t *err)
{
	chunk_t pem;

	if (!key->get_encoding(key, PRIVKEY_PEM, &pem))
	{
		return scep_fail(err, SCEP_LOCAL, "private key can't be written as "
						 "PEM: load strongSwan's pem plugin");
	}
	return write_file(this, name, pem, err);
}

/**
 * Append a certificate as PEM.
 */
static bool add_pem(chunk_t *pem, certificate_t *cert, scep_error_t *err)
{
	chunk_t encoding;

	if (!cert->get_encoding(cert, CERT_PEM, &encoding))
	{
		return scep_fail(err, SCEP_LOCAL, "certificate can't be written as "
						 "PEM: load strongSwan's pem plugin");
	}
	*pem = chunk_cat("mm", *pem, encoding);
	return TRUE;
}

/**
 * Write a list of certificates as PEM.
 */
static bool write_certs(private_scep_profile_store_t *this, const char *name,
						linked_list_t *certs, scep_error_t *err)
{
	enumerator_t *enumerator;
	chunk_t pem = chunk_empty;
	certificate_t *cert;
	bool success = TRUE;

	enumerator = certs->create_enumerator(certs);
	while (success && enumerator->enumerate(enumerator, &cert))
	{
		success = add_pem(&pem, cert, err);
	}
	enumerator->destroy(enumerator);
	if (!success)
	{
		chunk_free(&pem);
		return FALSE;
	}
	return write_file(this, name, pem, err);
}

/**
 * Write one certificate as PEM.
 */
static bool write_cert(private_scep_profile_store_t *this, const char *name,
					   certificate_t *cert, scep_error_t *err)
{
	chunk_t pem = chunk_empty;

	return add_pem(&pem, cert, err) && write_file(this, name, pem, err);
}

/**
 * Read a file below the profile's directory; one that isn't there is an error.
 */
static bool read_file(private_scep_profile_store_t *this, const char *name,
					  bool secret, chunk_t *content, scep_error_t *err)
{
	char path[PATH_MAX];

	get_path(this, path, name);
	if (!this->disk->read(this->disk, path, secret, content, err))
	{
		return FALSE;
	}
	return content->ptr || scep_fail(err, SCEP_LOCAL, "'%s' is missing", path);
}

/**
 * Read a private key. Always RSA now; KEY_ANY lets the encoding decide.
 */
static private_key_t *read_key(private_scep_profile_store_t *this,
							   const char *name, scep_error_t *err)
{
	private_key_t *key;
	chunk_t pem;

	if (!read_file(this, name, TRUE, &pem, err))
	{
		return NULL;
	}
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_BLOB_PEM, pem, BUILD_END);
	chunk_clear(&pem);
	if (!key)
	{
		scep_fail(err, SCEP_LOCAL, "'%s/%s' holds no private key", this->dir,
				  name);
	}
	return key;
}

/**
 * Read the certificates of a PEM file.
 */
static bool read_certs(private_scep_profile_store_t *this, const char *name,
					   linked_list_t *certs, scep_error_t *err)
{
	static const char marker[] = "-----END CERTIFICATE-----";
	certificate_t *cert = NULL;
	chunk_t pem, rest, part;
	char *end;

	if (!read_file(this, name, FALSE, &pem, err))
	{
		return FALSE;
	}
	rest = pem;
	while ((end = memmem(rest.ptr, rest.len, marker, strlen(marker))) &&
		   certs->get_count(certs) < SCEP_MAX_CERTS)
	{
		part = chunk_create(rest.ptr, (u_char*)end - rest.ptr + strlen(marker));
		rest = chunk_skip(rest, part.len);
		cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
								  BUILD_BLOB_PEM, part, BUILD_END);
		if (!cert)
		{
			break;
		}
		certs->insert_last(certs, cert);
	}
	chunk_free(&pem);
	if (end && !cert)
	{
		return scep_fail(err, SCEP_LOCAL, "'%s/%s' holds something that is no "
						 "certificate", this->dir, name);
	}
	return TRUE;
}

/**
 * Read a file that holds one certificate.
 */
static certificate_t *read_cert(private_scep_profile_store_t *this,
								const char *name, scep_error_t *err)
{
	linked_list_t *certs = linked_list_create();
	certificate_t *cert = NULL;

	if (read_certs(this, name, certs, err) &&
		certs->remove_first(certs, (void**)&cert) != SUCCESS)
	{
		scep_fail(err, SCEP_LOCAL, "'%s/%s' holds no certificate", this->dir,
				  name);
	}
	certs->destroy_offset(certs, offsetof(certificate_t, destroy));
	return cert;
}

/**
 * Read facts. An absent file gives NULL and no error.
 */
static settings_t *read_facts(private_scep_profile_store_t *this,
							  const char *name, scep_error_t *err)
{
	settings_t *facts = NULL;
	char path[PATH_MAX];
	chunk_t content;

	get_path(this, path, name);
	if (this->disk->read(this->disk, path, FALSE, &content, err) && content.ptr)
	{
		facts = scep_facts_parse(content, path, err);
		chunk_clear(&content);
	}
	return facts;
}

/**
 * Number of the current generation, 0 if there is none.
 */
static u_int get_current(private_scep_profile_store_t *this)
{
	char path[PATH_MAX], target[64];
	ssize_t len;
	u_int number;

	len = readlink(get_path(this, path, "current"), target, sizeof(target) - 1);
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
static bool has_generation(private_scep_profile_store_t *this, u_int number)
{
	char name[32], path[PATH_MAX];

	snprintf(name, sizeof(name), "gen-%u", number);
	return number && access(get_path(this, path, name), F_OK) == 0;
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

METHOD(scep_profile_store_t, load_generation, bool,
	private_scep_profile_store_t *this, u_int which, scep_generation_t **gen,
	scep_error_t *err)
{
	u_int number = get_current(this);
	char key_name[64], cert_name[64], chain_name[64], facts_name[64];
	scep_error_t no_facts = {};
	certificate_t *cert = NULL;
	private_key_t *key = NULL;
	linked_list_t *chain;
	settings_t *facts;

	*gen = NULL;
	number = which > number ? 0 : number - which;
	if (!has_generation(this, number))
	{
		return !number || which ||
			   scep_fail(err, SCEP_LOCAL, "'%s/gen-%u', which 'current' points "
						 "to, is missing", this->dir, number);
	}
	snprintf(key_name, sizeof(key_name), "gen-%u/key.pem", number);
	snprintf(cert_name, sizeof(cert_name), "gen-%u/cert.pem", number);
	snprintf(chain_name, sizeof(chain_name), "gen-%u/chain.pem", number);
	snprintf(facts_name, sizeof(facts_name), "gen-%u/facts", number);
	chain = linked_list_create();
	facts = read_facts(this, facts_name, &no_facts);
	key = read_key(this, key_name, err);
	cert = read_cert(this, cert_name, err);
	if (key && cert && read_certs(this, chain_name, chain, err))
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
static bool write_generation(private_scep_profile_store_t *this, u_int number,
							 private_key_t *key, certificate_t *cert,
							 linked_list_t *chain, const char *digest,
							 scep_error_t *err)
{
	char dir[32], name[64], path[PATH_MAX];
	chunk_t facts;

	snprintf(dir, sizeof(dir), "gen-%u", number);
	if (!this->disk->make_dir(this->disk, get_path(this, path, dir), err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/key.pem", dir);
	if (!write_key(this, name, key, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/cert.pem", dir);
	if (!write_cert(this, name, cert, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/chain.pem", dir);
	if (!write_certs(this, name, chain, err))
	{
		return FALSE;
	}
	snprintf(name, sizeof(name), "%s/facts", dir);
	facts = scep_facts_text(chunk_empty, "digest", digest);
	return write_file(this, name, facts, err) &&
		   this->disk->sync_dir(this->disk, this->dir, err);
}

/**
 * Remove a directory with known files.
 */
static void remove_dir(private_scep_profile_store_t *this, const char *dir)
{
	static const char *names[] = {
		"key.pem", "cert.pem", "chain.pem", "csr.der", "facts",
		"key.pem.tmp", "cert.pem.tmp", "chain.pem.tmp", "csr.der.tmp",
		"facts.tmp",
	};
	char path[PATH_MAX], name[64];
	int i;

	for (i = 0; i < countof(names); i++)
	{
		snprintf(name, sizeof(name), "%s/%s", dir, names[i]);
		this->disk->remove(this->disk, get_path(this, path, name), NULL);
	}
	this->disk->remove(this->disk, get_path(this, path, dir), NULL);
}

/**
 * Remove generations before the one before the current one. Goes down until
 * there is none: an earlier removal may have been cut short.
 */
static void remove_older(private_scep_profile_store_t *this, u_int current)
{
	char dir[32];
	u_int number;

	for (number = current > 2 ? current - 2 : 0;
		 has_generation(this, number); number--)
	{
		snprintf(dir, sizeof(dir), "gen-%u", number);
		remove_dir(this, dir);
	}
}

/**
 * Point "current" to a generation: the one step that commits.
 */
static bool switch_current(private_scep_profile_store_t *this, u_int number,
						   scep_error_t *err)
{
	char beside[PATH_MAX], path[PATH_MAX], target[32];

	snprintf(target, sizeof(target), "gen-%u", number);
	get_path(this, beside, "current.tmp");
	get_path(this, path, "current");
	return this->disk->link(this->disk, target, beside, err) &&
		   this->disk->rename(this->disk, beside, path, err) &&
		   this->disk->sync_dir(this->disk, this->dir, err);
}

METHOD(scep_profile_store_t, drop_request, void,
	private_scep_profile_store_t *this)
{
	remove_dir(this, "request");
}

METHOD(scep_profile_store_t, commit, bool,
	private_scep_profile_store_t *this, private_key_t *key,
	certificate_t *cert, linked_list_t *chain, const char *digest,
	scep_generation_t **gen, scep_error_t *err)
{
	u_int number = get_current(this) + 1;
	linked_list_t *copy;
	certificate_t *item;
	enumerator_t *enumerator;
	char dir[32];

	/* what an earlier attempt left there was never in use */
	snprintf(dir, sizeof(dir), "gen-%u", number);
	remove_dir(this, dir);
	if (!write_generation(this, number, key, cert, chain, digest, err) ||
		!switch_current(this, number, err))
	{
		return FALSE;
	}
	drop_request(this);
	remove_older(this, number);
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

/**
 * Remove the facts of another transaction: while its files are replaced one
 * after the other, they must not be taken for a request.
 */
static bool forget_other_request(private_scep_profile_store_t *this,
								 const scep_request_record_t *record,
								 scep_error_t *err)
{
	char path[PATH_MAX], dir[PATH_MAX];
	settings_t *facts;
	bool same;

	facts = read_facts(this, "request/facts", NULL);
	same = facts && streq(facts->get_str(facts, "transaction_id", ""),
						  record->transaction_id);
	DESTROY_IF(facts);
	return same ||
		   (this->disk->remove(this->disk,
							   get_path(this, path, "request/facts"), err) &&
			this->disk->sync_dir(this->disk, get_path(this, dir, "request"),
								 err));
}

METHOD(scep_profile_store_t, save_request, bool,
	private_scep_profile_store_t *this, const scep_request_record_t *record,
	scep_error_t *err)
{
	chunk_t facts = chunk_empty;
	char path[PATH_MAX];

	if (!this->disk->make_dir(this->disk, get_path(this, path, "request"),
							  err) ||
		!forget_other_request(this, record, err) ||
		!write_key(this, "request/key.pem", record->key, err) ||
		!write_file(this, "request/csr.der", chunk_clone(record->csr), err))
	{
		return FALSE;
	}
	facts = scep_facts_text(facts, "transaction_id", record->transaction_id);
	facts = scep_facts_text(facts, "digest", record->digest);
	facts = scep_facts_text(facts, "operation", record->operation);
	facts = scep_facts_text(facts, "sent", record->sent ? "yes" : "no");
	facts = scep_facts_time(facts, "created", record->created);
	facts = scep_facts_time(facts, "pending_since", record->pending_since);
	facts = scep_facts_number(facts, "polls", record->polls);
	/* the facts come last: without them there is no request */
	return write_file(this, "request/facts", facts, err) &&
		   this->disk->sync_dir(this->disk, this->dir, err);
}

/**
 * Copy a fact.
 */
static char *copy_fact(settings_t *facts, char *name)
{
	char *value = facts->get_str(facts, name, NULL);

	return value ? strdup(value) : NULL;
}

METHOD(scep_profile_store_t, load_request, bool,
	private_scep_profile_store_t *this, scep_request_record_t *record,
	scep_error_t *err)
{
	scep_error_t error = {};
	settings_t *facts;

	*record = (scep_request_record_t){};
	facts = read_facts(this, "request/facts", &error);
	if (!facts)
	{
		return error.kind == SCEP_OK || scep_fail(err, error.kind, "%s",
												  error.text);
	}
	record->transaction_id = copy_fact(facts, "transaction_id");
	record->digest = copy_fact(facts, "digest");
	record->operation = copy_fact(facts, "operation");
	record->sent = facts->get_bool(facts, "sent", TRUE);
	record->created = scep_facts_get_time(facts, "created");
	record->pending_since = scep_facts_get_time(facts, "pending_since");
	record->polls = facts->get_int(facts, "polls", 0);
	facts->destroy(facts);
	record->key = read_key(this, "request/key.pem", err);
	if (!record->transaction_id || !record->digest || !record->operation ||
		!record->key ||
		!read_file(this, "request/csr.der", TRUE, &record->csr, err))
	{
		scep_request_record_clear(record);
		return scep_fail(err, SCEP_LOCAL, "'%s/request' is incomplete",
						 this->dir);
	}
	return TRUE;
}

METHOD(scep_profile_store_t, save_status, bool,
	private_scep_profile_store_t *this, const scep_status_t *status,
	scep_error_t *err)
{
	chunk_t facts = chunk_empty;

	facts = scep_facts_number(facts, "attempts", status->attempts);
	facts = scep_facts_time(facts, "next_at", status->next_at);
	facts = scep_facts_number(facts, "renew_gen", status->renew_gen);
	facts = scep_facts_time(facts, "renew_at", status->renew_at);
	facts = scep_facts_time(facts, "last_success", status->last_success);
	facts = scep_facts_text(facts, "last_error", status->last_error);
	return write_file(this, "status", facts, err);
}

METHOD(scep_profile_store_t, load_status, bool,
	private_scep_profile_store_t *this, scep_status_t *status,
	scep_error_t *err)
{
	scep_error_t error = {};
	settings_t *facts;

	*status = (scep_status_t){};
	facts = read_facts(this, "status", &error);
	if (!facts)
	{
		return error.kind == SCEP_OK || scep_fail(err, error.kind, "%s",
												  error.text);
	}
	status->attempts = max(0, facts->get_int(facts, "attempts", 0));
	status->next_at = scep_facts_get_time(facts, "next_at");
	status->renew_gen = facts->get_int(facts, "renew_gen", 0);
	status->renew_at = scep_facts_get_time(facts, "renew_at");
	status->last_success = scep_facts_get_time(facts, "last_success");
	snprintf(status->last_error, sizeof(status->last_error), "%s",
			 facts->get_str(facts, "last_error", ""));
	facts->destroy(facts);
	return TRUE;
}

METHOD(scep_profile_store_t, save_ca, bool,
	private_scep_profile_store_t *this, certificate_t *anchor,
	linked_list_t *cas, scep_error_t *err)
{
	chunk_t chain = chunk_empty;
	enumerator_t *enumerator;
	certificate_t *cert, *root = NULL;
	char path[PATH_MAX];
	bool success = TRUE;

	if (!this->disk->make_dir(this->disk, get_path(this, path, "ca"), err))
	{
		return FALSE;
	}
	enumerator = cas->create_enumerator(cas);
	while (success && enumerator->enumerate(enumerator, &cert))
	{
		if (cert->issued_by(cert, cert, NULL))
		{
			root = cert == anchor ? cert : root;
		}
		else
		{
			success = add_pem(&chain, cert, err);
		}
	}
	enumerator->destroy(enumerator);
	if (!success)
	{
		chunk_free(&chain);
		return FALSE;
	}
	if (!root)
	{
		this->disk->remove(this->disk, get_path(this, path, "ca/root.pem"),
						   NULL);
	}
	return write_file(this, "ca/chain.pem", chain, err) &&
		   write_cert(this, "ca/pinned.pem", anchor, err) &&
		   (!root || write_cert(this, "ca/root.pem", root, err));
}

METHOD(scep_profile_store_t, load_root, bool,
	private_scep_profile_store_t *this, certificate_t **root, scep_error_t *err)
{
	char path[PATH_MAX];

	*root = NULL;
	if (access(get_path(this, path, "ca/root.pem"), F_OK) && errno == ENOENT)
	{
		return TRUE;
	}
	*root = read_cert(this, "ca/root.pem", err);
	return *root != NULL;
}

METHOD(scep_profile_store_t, destroy, void,
	private_scep_profile_store_t *this)
{
	free(this->dir);
	free(this);
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
			.commit = _commit,
			.save_request = _save_request,
			.load_request = _load_request,
			.drop_request = _drop_request,
			.save_status = _save_status,
			.load_status = _load_status,
			.save_ca = _save_ca,
			.load_root = _load_root,
			.destroy = _destroy,
		},
		.disk = disk,
		.dir = strdup(dir),
	);
	if (strlen(dir) + 64 >= PATH_MAX)
	{
		scep_fail(err, SCEP_LOCAL, "path of the state is too long");
		destroy(this);
		return NULL;
	}
	if (!disk->make_dir(disk, dir, err))
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
