/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include <credentials/certificates/x509.h>

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * Described in header
 */
private_key_t *keys[KEYS];
certificate_t *certs[KEYS];
char dir[64];
scep_disk_t *good;
bad_disk_t bad;
scep_profile_store_t *store;

/**
 * Whether the next step fails.
 */
static bool is_bad(bad_disk_t *this)
{
	this->steps++;
	return this->fails && (this->steps == this->fails ||
						   (this->crashes && this->steps > this->fails));
}

static bool no_space(scep_error_t *err)
{
	return scep_fail(err, SCEP_LOCAL, "no space left on device");
}

static bool bad_make_dir(scep_disk_t *public, const char *path,
						 scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	return is_bad(this) ? no_space(err)
						: this->good->make_dir(this->good, path, err);
}

static bool bad_check_access(scep_disk_t *public, const char *path,
						  scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	return this->good->check_access(this->good, path, err);
}

static bool bad_write(scep_disk_t *public, const char *path, chunk_t content,
					  scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	if (is_bad(this))
	{	/* what fitted is there, if the process still lives or had come so far */
		if (this->steps == this->fails)
		{
			content.len /= 2;
			this->good->write(this->good, path, content, NULL);
		}
		return no_space(err);
	}
	return this->good->write(this->good, path, content, err);
}

static bool bad_link(scep_disk_t *public, const char *target, const char *path,
					 scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	if (is_bad(this))
	{	/* what it replaces is gone, already */
		if (this->steps == this->fails)
		{
			this->good->remove(this->good, path, NULL);
		}
		return no_space(err);
	}
	return this->good->link(this->good, target, path, err);
}

static bool bad_rename(scep_disk_t *public, const char *from, const char *to,
					   scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	return is_bad(this) ? no_space(err)
						: this->good->rename(this->good, from, to, err);
}

static bool bad_sync_dir(scep_disk_t *public, const char *path,
						 scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;
	size_t len = strlen(this->synced);

	if (is_bad(this))
	{
		return no_space(err);
	}
	snprintf(this->synced + len, sizeof(this->synced) - len, "%s\n", path);
	return this->good->sync_dir(this->good, path, err);
}

static bool bad_remove(scep_disk_t *public, const char *path, scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	return is_bad(this) ? no_space(err)
						: this->good->remove(this->good, path, err);
}

static bool bad_read(scep_disk_t *public, const char *path, bool secret,
					 chunk_t *content, scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;
	const char *end = this->unreadable;

	if (end && strlen(path) > strlen(end) &&
		streq(path + strlen(path) - strlen(end), end))
	{
		*content = chunk_empty;
		return scep_fail(err, SCEP_LOCAL, "'%s': input/output error", path);
	}
	return this->good->read(this->good, path, secret, content, err);
}

static bool bad_lock(scep_disk_t *public, const char *path, int *fd,
					 scep_error_t *err)
{
	bad_disk_t *this = (bad_disk_t*)public;

	return this->good->lock(this->good, path, fd, err);
}

static void bad_unlock(scep_disk_t *public, int fd)
{
	bad_disk_t *this = (bad_disk_t*)public;

	this->good->unlock(this->good, fd);
}

/*
 * Described in header
 */
void make_credentials()
{
	identification_t *subject;
	public_key_t *public;
	u_char serial;
	char name[16];
	int i;

	for (i = 0; i < KEYS; i++)
	{
		keys[i] = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
									 BUILD_KEY_SIZE, 1024, BUILD_END);
		ck_assert(keys[i]);
		public = keys[i]->get_public_key(keys[i]);
		snprintf(name, sizeof(name), "CN=%d", i);
		subject = identification_create_from_string(name);
		serial = i + 1;
		certs[i] = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
						BUILD_SIGNING_KEY, keys[0], BUILD_PUBLIC_KEY, public,
						BUILD_SUBJECT, subject,
						BUILD_X509_FLAG, i ? X509_NONE : X509_CA,
						BUILD_SERIAL, chunk_from_thing(serial),
						BUILD_NOT_BEFORE_TIME, time(NULL) - 10,
						BUILD_NOT_AFTER_TIME, time(NULL) + 3600,
						BUILD_DIGEST_ALG, HASH_SHA256,
						i ? BUILD_SIGNING_CERT : BUILD_END, certs[0],
						BUILD_END);
		ck_assert(certs[i]);
		subject->destroy(subject);
		public->destroy(public);
	}
}

/*
 * Described in header
 */
void destroy_credentials()
{
	int i;

	for (i = 0; i < KEYS; i++)
	{
		DESTROY_IF(keys[i]);
		DESTROY_IF(certs[i]);
		keys[i] = NULL;
		certs[i] = NULL;
	}
}

static int remove_entry(const char *path, const struct stat *st, int flag,
						struct FTW *ftw)
{
	return remove(path);
}

/*
 * Described in header
 */
void remove_tree(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/*
 * Described in header
 */
scep_profile_store_t *open_on(scep_disk_t *disk)
{
	scep_error_t error = {};
	scep_profile_store_t *opened;

	opened = scep_profile_store_create(disk, dir, &error);
	ck_assert_msg(opened, "%s", error.text);
	return opened;
}

/*
 * Described in header
 */
void store_setup()
{
	snprintf(dir, sizeof(dir), "/tmp/scep-test-XXXXXX");
	ck_assert(mkdtemp(dir));
	good = scep_disk_create();
	bad = (bad_disk_t){
		.public = {
			.make_dir = bad_make_dir,
			.check_access = bad_check_access,
			.write = bad_write,
			.link = bad_link,
			.rename = bad_rename,
			.sync_dir = bad_sync_dir,
			.remove = bad_remove,
			.read = bad_read,
			.lock = bad_lock,
			.unlock = bad_unlock,
		},
		.good = good,
	};
	store = open_on(good);
}

/*
 * Described in header
 */
void store_teardown()
{
	store->destroy(store);
	good->destroy(good);
	remove_tree(dir);
}

/*
 * Described in header
 */
char *at(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

/*
 * Described in header
 */
bool exists(const char *name)
{
	struct stat st;

	return lstat(at(name), &st) == 0;
}

/*
 * Described in header
 */
mode_t get_mode(const char *name)
{
	struct stat st;

	ck_assert_msg(lstat(at(name), &st) == 0, "%s", name);
	return st.st_mode & 07777;
}

/*
 * Described in header
 */
void overwrite(const char *name, const char *content)
{
	FILE *file = fopen(at(name), "w");

	ck_assert_msg(file, "%s", name);
	fputs(content, file);
	fclose(file);
}

/*
 * Described in header
 */
bool commit_on(scep_profile_store_t *to, int which, scep_error_t *err)
{
	linked_list_t *chain = linked_list_create();
	scep_generation_t *gen = NULL;
	bool success;

	chain->insert_last(chain, certs[0]);
	success = to->commit(to, keys[which], certs[which], chain, DIGEST,
						 time(NULL), &gen, err);
	ck_assert_int_eq(success, gen != NULL);
	DESTROY_IF(gen);
	chain->destroy(chain);
	return success;
}

/*
 * Described in header
 */
void commit(int which)
{
	scep_error_t error = {};

	ck_assert_msg(commit_on(store, which, &error), "%s", error.text);
}

/*
 * Described in header
 */
scep_generation_t *load(u_int which)
{
	scep_error_t error = {};
	scep_generation_t *gen;

	ck_assert_msg(store->load_generation(store, which, &gen, &error), "%s",
				  error.text);
	ck_assert_int_eq(error.kind, SCEP_OK);
	return gen;
}

/*
 * Described in header
 */
int identify(scep_generation_t *gen)
{
	int i;

	for (i = 0; gen && i < KEYS; i++)
	{
		if (gen->cert->equals(gen->cert, certs[i]))
		{
			ck_assert(gen->key->equals(gen->key, keys[i]));
			return i;
		}
	}
	return -1;
}

/*
 * Described in header
 */
int loaded(u_int which)
{
	scep_generation_t *gen = load(which);
	int result = identify(gen);

	DESTROY_IF(gen);
	return result;
}

/*
 * Described in header
 */
scep_request_record_t make_request(int which)
{
	scep_request_record_t record = {
		.key = keys[which]->get_ref(keys[which]),
		.csr = chunk_clone(chunk_from_str(which == 1 ? "csr 1" : "csr 2")),
		.transaction_id = strdup(which == 1 ? "id 1" : "id 2"),
		.digest = strdup(DIGEST),
		.operation = strdup("enroll"),
		.created = 1790000000,
	};

	return record;
}

/*
 * Described in header
 */
void save_request(int which)
{
	scep_request_record_t record = make_request(which);
	scep_error_t error = {};

	ck_assert_msg(store->save_request(store, &record, &error), "%s",
				  error.text);
	scep_request_record_clear(&record);
}

/*
 * Described in header
 */
bool has_request(int which)
{
	scep_request_record_t record = {};
	scep_error_t error = {};
	bool found;

	ck_assert_msg(store->load_request(store, &record, &error), "%s",
				  error.text);
	found = record.key && record.key->equals(record.key, keys[which]);
	scep_request_record_clear(&record);
	return found;
}
