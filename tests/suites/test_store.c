/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "store/scep_store.h"

#include <credentials/certificates/x509.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/** Keys that are generated for a group of tests */
#define KEYS	3

/** A digest of a profile */
#define DIGEST	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/** More steps than any operation takes: a sweep ends when one succeeds */
#define MAX_STEPS	200

typedef struct bad_disk_t bad_disk_t;

/**
 * A disk on which a step fails.
 */
struct bad_disk_t {

	/** interface */
	scep_disk_t public;

	/** disk that does the work */
	scep_disk_t *good;

	/** step that fails, counted from 1; 0 for none */
	u_int fails;

	/** whether all later steps fail, too, as after a crash */
	bool crashes;

	/** steps so far */
	u_int steps;
};

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

	return is_bad(this) ? no_space(err)
						: this->good->sync_dir(this->good, path, err);
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

/** keys */
static private_key_t *keys[KEYS];

/** certificates for them, the first one is self-signed and signed the others */
static certificate_t *certs[KEYS];

/** directory of a test */
static char dir[64];

/** disks */
static scep_disk_t *good;
static bad_disk_t bad;

/** state in dir, on the good disk */
static scep_profile_store_t *store;

/**
 * Make keys and certificates.
 */
static void make_credentials()
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

static void destroy_credentials()
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

/**
 * Remove a directory and what is in it.
 */
static void remove_tree(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/**
 * Open the profile in dir.
 */
static scep_profile_store_t *open_on(scep_disk_t *disk)
{
	scep_error_t error = {};
	scep_profile_store_t *opened;

	opened = scep_profile_store_create(disk, dir, &error);
	ck_assert_msg(opened, "%s", error.text);
	return opened;
}

static void setup()
{
	snprintf(dir, sizeof(dir), "/tmp/scep-test-XXXXXX");
	ck_assert(mkdtemp(dir));
	good = scep_disk_create();
	bad = (bad_disk_t){
		.public = {
			.make_dir = bad_make_dir,
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

static void teardown()
{
	store->destroy(store);
	good->destroy(good);
	remove_tree(dir);
}

/**
 * Path below dir, in a static buffer.
 */
static char *at(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static bool exists(const char *name)
{
	struct stat st;

	return lstat(at(name), &st) == 0;
}

static mode_t get_mode(const char *name)
{
	struct stat st;

	ck_assert_msg(lstat(at(name), &st) == 0, "%s", name);
	return st.st_mode & 07777;
}

/**
 * Replace a file's content, leaving its mode.
 */
static void overwrite(const char *name, const char *content)
{
	FILE *file = fopen(at(name), "w");

	ck_assert_msg(file, "%s", name);
	fputs(content, file);
	fclose(file);
}

/**
 * Commit key and certificate of a number, with the CA as the chain.
 */
static bool commit_on(scep_profile_store_t *to, int which, scep_error_t *err)
{
	linked_list_t *chain = linked_list_create();
	scep_generation_t *gen = NULL;
	bool success;

	chain->insert_last(chain, certs[0]);
	success = to->commit(to, keys[which], certs[which], chain, DIGEST, &gen,
						 err);
	ck_assert_int_eq(success, gen != NULL);
	DESTROY_IF(gen);
	chain->destroy(chain);
	return success;
}

static void commit(int which)
{
	scep_error_t error = {};

	ck_assert_msg(commit_on(store, which, &error), "%s", error.text);
}

/**
 * Load a generation that has to be usable.
 */
static scep_generation_t *load(u_int which)
{
	scep_error_t error = {};
	scep_generation_t *gen;

	ck_assert_msg(store->load_generation(store, which, &gen, &error), "%s",
				  error.text);
	ck_assert_int_eq(error.kind, SCEP_OK);
	return gen;
}

/**
 * Tell which of the credentials a generation has; -1 for none.
 */
static int identify(scep_generation_t *gen)
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

/**
 * Tell which of the credentials a generation on disk has; -1 for none.
 */
static int loaded(u_int which)
{
	scep_generation_t *gen = load(which);
	int result = identify(gen);

	DESTROY_IF(gen);
	return result;
}

/**
 * Fill in a request for the key of a number.
 */
static scep_request_record_t make_request(int which)
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

static void save_request(int which)
{
	scep_request_record_t record = make_request(which);
	scep_error_t error = {};

	ck_assert_msg(store->save_request(store, &record, &error), "%s",
				  error.text);
	scep_request_record_clear(&record);
}

/**
 * Whether the key of a request on disk is that of a number; what belongs
 * together has to be together.
 */
static bool has_request(int which)
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

START_TEST(nothing_is_no_error)
{
	scep_request_record_t record;
	scep_generation_t *gen;
	scep_status_t status;
	scep_error_t error = {};
	certificate_t *root;

	ck_assert(store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert(store->load_generation(store, 1, &gen, &error));
	ck_assert(!gen);
	ck_assert(store->load_request(store, &record, &error));
	ck_assert(!record.key);
	ck_assert(store->load_status(store, &status, &error));
	ck_assert_int_eq(status.attempts, 0);
	ck_assert_int_eq(status.next_at, 0);
	ck_assert_str_eq(status.last_error, "");
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(!root);
	store->drop_request(store);
	ck_assert_int_eq(error.kind, SCEP_OK);
}
END_TEST

START_TEST(commits_and_loads)
{
	scep_generation_t *gen, *ref;
	certificate_t *cert;

	commit(1);
	gen = load(0);
	ck_assert_int_eq(identify(gen), 1);
	ck_assert_int_eq(gen->number, 1);
	ck_assert_str_eq(gen->digest, DIGEST);
	ck_assert_int_eq(gen->chain->get_count(gen->chain), 1);
	gen->chain->get_first(gen->chain, (void**)&cert);
	ck_assert(cert->equals(cert, certs[0]));
	ref = gen->get_ref(gen);
	gen->destroy(gen);
	ck_assert_int_eq(identify(ref), 1);
	ref->destroy(ref);
	ck_assert_int_eq(loaded(1), -1);
}
END_TEST

START_TEST(commits_without_chain)
{
	linked_list_t *chain = linked_list_create();
	scep_error_t error = {};
	scep_generation_t *gen;

	ck_assert(store->commit(store, keys[1], certs[1], chain, DIGEST, &gen,
							&error));
	gen->destroy(gen);
	gen = load(0);
	ck_assert_int_eq(gen->chain->get_count(gen->chain), 0);
	gen->destroy(gen);
	chain->destroy(chain);
}
END_TEST

START_TEST(keeps_two_generations)
{
	char target[16] = "";

	commit(1);
	commit(2);
	ck_assert_int_eq(loaded(0), 2);
	ck_assert_int_eq(loaded(1), 1);
	commit(0);
	ck_assert_int_eq(loaded(0), 0);
	ck_assert_int_eq(loaded(1), 2);
	ck_assert(!exists("gen-1"));
	ck_assert(exists("gen-2"));
	ck_assert(exists("gen-3"));
	ck_assert(readlink(at("current"), target, sizeof(target) - 1) > 0);
	ck_assert_str_eq(target, "gen-3");
}
END_TEST

START_TEST(files_are_private)
{
	static const char *files[] = {
		"gen-1/key.pem", "gen-1/cert.pem", "gen-1/chain.pem", "gen-1/facts",
		"request/key.pem", "request/csr.der", "request/facts", "status",
	};
	static const char *dirs[] = { "gen-1", "request" };
	scep_status_t status = {};
	scep_error_t error = {};
	mode_t old = umask(0);
	int i;

	commit(1);
	save_request(2);
	ck_assert(store->save_status(store, &status, &error));
	umask(old);
	for (i = 0; i < countof(files); i++)
	{
		ck_assert_msg(get_mode(files[i]) == 0600, "%s", files[i]);
	}
	for (i = 0; i < countof(dirs); i++)
	{
		ck_assert_msg(get_mode(dirs[i]) == 0700, "%s", dirs[i]);
	}
}
END_TEST

START_TEST(works_with_a_strict_umask)
{
	mode_t old = umask(0777);
	scep_status_t status = {};
	scep_error_t error = {};

	ck_assert(store->save_status(store, &status, &error));
	umask(old);
	ck_assert_int_eq(get_mode("status"), 0600);
}
END_TEST

START_TEST(commit_ends_the_request)
{
	save_request(1);
	ck_assert(has_request(1));
	commit(1);
	ck_assert(!has_request(1));
	ck_assert(!exists("request"));
}
END_TEST

/**
 * Commit over a generation while each step in turn fails, alone or with all
 * that follow. The old generation or the new one is in use, and the new key is
 * not lost.
 */
static void sweep_commit(bool crashes, bool first)
{
	scep_profile_store_t *sick;
	u_int i;

	for (i = 1; i < MAX_STEPS; i++)
	{
		scep_error_t error = {};
		bool success;
		int now;

		remove_tree(dir);
		store->destroy(store);
		store = open_on(good);
		if (!first)
		{
			commit(1);
		}
		save_request(2);
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = commit_on(sick, 2, &error);
		sick->destroy(sick);
		bad.fails = 0;

		now = loaded(0);
		if (success)
		{
			ck_assert_int_eq(now, 2);
		}
		else
		{
			ck_assert_int_eq(error.kind, SCEP_LOCAL);
			ck_assert(error.text[0]);
			ck_assert_msg(now == 2 || now == (first ? -1 : 1),
						  "step %u: generation of %d", i, now);
			ck_assert_msg(has_request(2), "step %u: key lost", i);
		}
		/* and the next attempt works */
		commit(2);
		ck_assert_int_eq(loaded(0), 2);
		ck_assert(!has_request(2));
		if (success && bad.steps < i)
		{
			break;
		}
	}
	/* files and directory of a generation, the link, the request */
	ck_assert_int_gt(i, 10);
	ck_assert_int_lt(i, MAX_STEPS);
}

START_TEST(failing_step_leaves_a_generation)
{
	sweep_commit(FALSE, FALSE);
}
END_TEST

START_TEST(crash_leaves_a_generation)
{
	sweep_commit(TRUE, FALSE);
}
END_TEST

START_TEST(failing_step_of_the_first_commit_keeps_the_key)
{
	sweep_commit(FALSE, TRUE);
}
END_TEST

START_TEST(crash_in_the_first_commit_keeps_the_key)
{
	sweep_commit(TRUE, TRUE);
}
END_TEST

START_TEST(request_survives)
{
	scep_request_record_t record = make_request(1), copy;
	scep_error_t error = {};

	record.sent = TRUE;
	record.pending_since = 1790000100;
	record.polls = 7;
	ck_assert(store->save_request(store, &record, &error));
	ck_assert(store->load_request(store, &copy, &error));
	ck_assert(copy.key->equals(copy.key, keys[1]));
	ck_assert(chunk_equals(copy.csr, record.csr));
	ck_assert_str_eq(copy.transaction_id, record.transaction_id);
	ck_assert_str_eq(copy.digest, record.digest);
	ck_assert_str_eq(copy.operation, record.operation);
	ck_assert_int_eq(copy.created, record.created);
	ck_assert(copy.sent);
	ck_assert_int_eq(copy.pending_since, record.pending_since);
	ck_assert_int_eq(copy.polls, record.polls);
	scep_request_record_clear(&copy);

	/* refused: the key remains for the next request */
	chunk_clear(&record.csr);
	record.sent = FALSE;
	record.pending_since = 0;
	ck_assert(store->save_request(store, &record, &error));
	ck_assert(store->load_request(store, &copy, &error));
	ck_assert(copy.key->equals(copy.key, keys[1]));
	ck_assert_int_eq(copy.csr.len, 0);
	ck_assert(!copy.sent);
	ck_assert_int_eq(copy.pending_since, 0);
	scep_request_record_clear(&copy);
	scep_request_record_clear(&record);
	/* a cleared one can be cleared */
	scep_request_record_clear(&record);

	store->drop_request(store);
	ck_assert(store->load_request(store, &copy, &error));
	ck_assert(!copy.key);
	ck_assert(!exists("request"));
}
END_TEST

/**
 * Write the state of a request once more while each step in turn fails.
 */
static void sweep_request(bool crashes)
{
	scep_request_record_t record, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i;

	save_request(1);
	record = make_request(1);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		record.sent = TRUE;
		record.polls = i;
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = sick->save_request(sick, &record, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_request(store, &copy, &error), "step %u: %s",
					  i, error.text);
		ck_assert(copy.key->equals(copy.key, keys[1]));
		ck_assert(chunk_equals(copy.csr, record.csr));
		ck_assert_str_eq(copy.transaction_id, record.transaction_id);
		ck_assert(!success || copy.polls == i);
		scep_request_record_clear(&copy);
	}
	ck_assert(success);
	ck_assert_int_gt(i, 4);
	scep_request_record_clear(&record);
}

START_TEST(failing_step_keeps_the_request)
{
	sweep_request(FALSE);
}
END_TEST

START_TEST(crash_keeps_the_request)
{
	sweep_request(TRUE);
}
END_TEST

/**
 * Make a first request while each step in turn fails: it is there, or none is;
 * without an error, as nothing was sent yet.
 */
static void sweep_first_request(bool crashes)
{
	scep_request_record_t record, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i;

	record = make_request(1);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		store->drop_request(store);
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = sick->save_request(sick, &record, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_request(store, &copy, &error), "step %u: %s",
					  i, error.text);
		ck_assert(!success || copy.key);
		ck_assert(!copy.key || copy.key->equals(copy.key, keys[1]));
		scep_request_record_clear(&copy);
	}
	ck_assert(success);
	scep_request_record_clear(&record);
}

START_TEST(failing_step_makes_no_half_request)
{
	sweep_first_request(FALSE);
}
END_TEST

START_TEST(crash_makes_no_half_request)
{
	sweep_first_request(TRUE);
}
END_TEST

/**
 * Replace a request by another one while each step in turn fails: there is the
 * old one, none or the new one, but no mixture.
 */
static void sweep_other_request(bool crashes)
{
	scep_request_record_t record, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i, which;

	record = make_request(2);
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		save_request(1);
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.crashes = crashes;
		bad.steps = 0;
		success = sick->save_request(sick, &record, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_request(store, &copy, &error), "step %u: %s",
					  i, error.text);
		if (copy.key)
		{
			which = streq(copy.transaction_id, record.transaction_id) ? 2 : 1;
			ck_assert_msg(copy.key->equals(copy.key, keys[which]),
						  "step %u: key of another request", i);
			ck_assert_msg((which == 2) == chunk_equals(copy.csr, record.csr),
						  "step %u: other request", i);
		}
		ck_assert(!success || (copy.key && which == 2));
		scep_request_record_clear(&copy);
	}
	ck_assert(success);
	scep_request_record_clear(&record);
}

START_TEST(failing_step_mixes_no_requests)
{
	sweep_other_request(FALSE);
}
END_TEST

START_TEST(crash_mixes_no_requests)
{
	sweep_other_request(TRUE);
}
END_TEST

/**
 * Parts of a request that are damaged, and how.
 */
static const struct {
	const char *file;
	const char *content;
} request_damages[] = {
	{ "request/key.pem", "" },
	{ "request/key.pem", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n" },
	{ "request/facts", "" },
	{ "request/facts", "}}}" },
	{ "request/facts", "transaction_id = \"a" },
};

START_TEST(damaged_request_is_reported_and_left)
{
	scep_request_record_t record;
	scep_error_t error = {};

	save_request(1);
	overwrite(request_damages[_i].file, request_damages[_i].content);
	ck_assert(!store->load_request(store, &record, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(strstr(error.text, "request"));
	ck_assert(!record.key);
	ck_assert(!record.csr.ptr);
	ck_assert(exists(request_damages[_i].file));
	/* the next one replaces it */
	save_request(2);
	ck_assert(has_request(2));
}
END_TEST

/**
 * Files of a generation that are damaged, and how; NULL removes it.
 */
static const struct {
	const char *file;
	const char *content;
} damages[] = {
	{ "gen-2/key.pem", NULL },
	{ "gen-2/key.pem", "" },
	{ "gen-2/key.pem", "-----BEGIN RSA PRIVATE KEY-----\n" },
	{ "gen-2/key.pem", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n"
		"-----END RSA PRIVATE KEY-----\n" },
	{ "gen-2/cert.pem", NULL },
	{ "gen-2/cert.pem", "" },
	{ "gen-2/cert.pem", "\1\2\3" },
	{ "gen-2/cert.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n"
		"-----END CERTIFICATE-----\n" },
	{ "gen-2/chain.pem", NULL },
	{ "gen-2/chain.pem", "-----BEGIN CERTIFICATE-----\nMAA=\n"
		"-----END CERTIFICATE-----\n" },
};

START_TEST(damaged_generation_is_reported_and_left)
{
	scep_error_t error = {};
	scep_generation_t *gen;

	commit(1);
	commit(2);
	if (damages[_i].content)
	{
		overwrite(damages[_i].file, damages[_i].content);
	}
	else
	{
		unlink(at(damages[_i].file));
	}
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, damages[_i].file), "%s", error.text);
	ck_assert(exists("gen-2"));
	/* the one before is there for the caller */
	ck_assert_int_eq(loaded(1), 1);
	/* and the next one */
	commit(0);
	ck_assert_int_eq(loaded(0), 0);
}
END_TEST

START_TEST(missing_facts_do_not_matter)
{
	scep_generation_t *gen;

	commit(1);
	unlink(at("gen-1/facts"));
	gen = load(0);
	ck_assert_int_eq(identify(gen), 1);
	ck_assert_str_eq(gen->digest, "");
	gen->destroy(gen);
}
END_TEST

START_TEST(refuses_key_of_another_certificate)
{
	scep_error_t error = {};
	scep_generation_t *gen;
	char from[PATH_MAX];

	commit(1);
	commit(2);
	snprintf(from, sizeof(from), "%s", at("gen-1/key.pem"));
	ck_assert_int_eq(rename(from, at("gen-2/key.pem")), 0);
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert(strstr(error.text, "do not belong together"));
}
END_TEST

/**
 * Permissions with which somebody else could have read, or replaced, a key.
 */
static const mode_t open_modes[] = { 0640, 0604, 0644, 0660, 0602, 0610 };

START_TEST(refuses_key_that_others_can_read)
{
	scep_request_record_t record;
	scep_error_t error = {};
	scep_generation_t *gen;

	commit(1);
	ck_assert_int_eq(chmod(at("gen-1/key.pem"), open_modes[_i]), 0);
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert(strstr(error.text, "key.pem"));
	save_request(2);
	ck_assert_int_eq(chmod(at("request/key.pem"), open_modes[_i]), 0);
	ck_assert(!store->load_request(store, &record, NULL));
	ck_assert(!record.key);
}
END_TEST

START_TEST(missing_generation_is_reported)
{
	scep_error_t error = {};
	scep_generation_t *gen;
	char from[PATH_MAX];

	commit(1);
	commit(2);
	snprintf(from, sizeof(from), "%s", at("gen-2"));
	ck_assert_int_eq(rename(from, at("away")), 0);
	ck_assert(!store->load_generation(store, 0, &gen, &error));
	ck_assert(!gen);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_int_eq(loaded(1), 1);
}
END_TEST

START_TEST(leftovers_do_not_matter)
{
	int i;

	commit(1);
	mkdir(at("gen-2"), 0700);
	for (i = 0; i < 2; i++)
	{
		overwrite(i ? "gen-2/key.pem" : "gen-2/cert.pem.tmp", "half");
	}
	mkdir(at("request"), 0700);
	overwrite("request/key.pem.tmp", "half");
	overwrite("status.tmp", "half");
	ck_assert_int_eq(symlink("gen-9", at("current.tmp")), 0);
	ck_assert_int_eq(loaded(0), 1);
	save_request(2);
	ck_assert(has_request(2));
	commit(2);
	ck_assert_int_eq(loaded(0), 2);
	ck_assert_int_eq(loaded(1), 1);
	ck_assert(!exists("gen-2/cert.pem.tmp"));
	ck_assert(!exists("current.tmp"));
	ck_assert(!exists("request"));
}
END_TEST

START_TEST(never_writes_through_a_link)
{
	scep_status_t status = { .attempts = 1 };
	scep_error_t error = {};

	overwrite("victim", "untouched");
	ck_assert_int_eq(symlink("victim", at("status.tmp")), 0);
	ck_assert(store->save_status(store, &status, &error));
	ck_assert(store->load_status(store, &status, &error));
	ck_assert_int_eq(status.attempts, 1);
	ck_assert_int_eq(get_mode("status"), 0600);
	{
		char text[16] = "";
		FILE *file = fopen(at("victim"), "r");

		ck_assert(fgets(text, sizeof(text), file));
		fclose(file);
		ck_assert_str_eq(text, "untouched");
	}
}
END_TEST

/**
 * Texts of errors that must come back as they were, or harmless.
 */
static const struct {
	const char *text;
	const char *loaded;
} errors[] = {
	{ "", "" },
	{ "refused: badCheck", "refused: badCheck" },
	{ "a \"quoted\" \\ text", "a \"quoted\" \\ text" },
	{ "\"\n}\ninclude /etc/passwd\nattempts = 99",
		"\" } include /etc/passwd attempts = 99" },
	{ "# no comment = { }", "# no comment = { }" },
	{ "%s%n %%", "%s%n %%" },
	{ "gr\xc3\xbc\xc3\x9f" "e", "gr\xc3\xbc\xc3\x9f" "e" },
	{ "ends with \\", "ends with \\" },
	{ "${a}", "${a}" },
};

START_TEST(status_survives)
{
	scep_status_t status = {
		.attempts = 3,
		.next_at = 1790000000,
		.renew_gen = 2,
		.renew_at = 1800000000,
		.last_success = 1780000000,
	}, copy;
	scep_error_t error = {};

	snprintf(status.last_error, sizeof(status.last_error), "%s",
			 errors[_i].text);
	ck_assert(store->save_status(store, &status, &error));
	memset(&copy, 0xff, sizeof(copy));
	ck_assert(store->load_status(store, &copy, &error));
	ck_assert_int_eq(copy.attempts, status.attempts);
	ck_assert_int_eq(copy.next_at, status.next_at);
	ck_assert_int_eq(copy.renew_gen, status.renew_gen);
	ck_assert_int_eq(copy.renew_at, status.renew_at);
	ck_assert_int_eq(copy.last_success, status.last_success);
	ck_assert_str_eq(copy.last_error, errors[_i].loaded);
}
END_TEST

START_TEST(longest_error_survives)
{
	scep_status_t status = {}, copy;
	scep_error_t error = {};

	memset(status.last_error, '"', sizeof(status.last_error) - 1);
	ck_assert(store->save_status(store, &status, &error));
	ck_assert(store->load_status(store, &copy, &error));
	ck_assert_str_eq(copy.last_error, status.last_error);
}
END_TEST

START_TEST(failing_step_keeps_the_status)
{
	scep_status_t status = { .attempts = 1 }, copy;
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	u_int i, before = 1;

	ck_assert(store->save_status(store, &status, &error));
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		status.attempts = i + 1;
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.steps = 0;
		success = sick->save_status(sick, &status, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert(store->load_status(store, &copy, &error));
		ck_assert(copy.attempts == i + 1 ||
				  (!success && copy.attempts == before));
		before = copy.attempts;
	}
	ck_assert(success);
	ck_assert_int_gt(i, 3);
}
END_TEST

/**
 * Contents of a status file that mean nothing.
 */
static const char *bad_status[] = {
	"", "}}}", "attempts = many", "attempts = -5", "next_at = \"yesterday\"",
	"next_at = 5", "\"", "a { b = c }",
};

START_TEST(senseless_status_is_empty)
{
	scep_status_t status = { .attempts = 1 };
	scep_error_t error = {};

	ck_assert(store->save_status(store, &status, &error));
	overwrite("status", bad_status[_i]);
	memset(&status, 0xff, sizeof(status));
	store->load_status(store, &status, &error);
	ck_assert_int_eq(status.attempts, 0);
	ck_assert_int_eq(status.next_at, 0);
	ck_assert_int_eq(status.renew_at, 0);
	ck_assert_str_eq(status.last_error, "");
}
END_TEST

START_TEST(keeps_ca_certificates)
{
	linked_list_t *cas = linked_list_create();
	scep_error_t error = {};
	certificate_t *root;

	/* a pinned root with a CA below */
	cas->insert_last(cas, certs[0]);
	cas->insert_last(cas, certs[1]);
	ck_assert(store->save_ca(store, certs[0], cas, &error));
	ck_assert(exists("ca/root.pem"));
	ck_assert(exists("ca/chain.pem"));
	ck_assert(exists("ca/pinned.pem"));
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(root && root->equals(root, certs[0]));
	root->destroy(root);

	/* the pin moves to a CA that is no root */
	ck_assert_int_eq(cas->remove(cas, certs[0], NULL), 1);
	ck_assert(store->save_ca(store, certs[1], cas, &error));
	ck_assert(!exists("ca/root.pem"));
	ck_assert(exists("ca/pinned.pem"));
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(!root);
	cas->destroy(cas);
}
END_TEST

START_TEST(root_that_is_not_pinned_is_not_trusted)
{
	linked_list_t *cas = linked_list_create();
	scep_error_t error = {};
	certificate_t *root;

	cas->insert_last(cas, certs[1]);
	cas->insert_last(cas, certs[0]);
	ck_assert(store->save_ca(store, certs[1], cas, &error));
	ck_assert(!exists("ca/root.pem"));
	ck_assert(store->load_root(store, &root, &error));
	ck_assert(!root);
	cas->destroy(cas);
}
END_TEST

START_TEST(damaged_root_is_reported)
{
	linked_list_t *cas = linked_list_create_with_items(certs[0], NULL);
	scep_error_t error = {};
	certificate_t *root;

	ck_assert(store->save_ca(store, certs[0], cas, &error));
	overwrite("ca/root.pem", "half");
	ck_assert(!store->load_root(store, &root, &error));
	ck_assert(!root);
	ck_assert(strstr(error.text, "root.pem"));
	cas->destroy(cas);
}
END_TEST

/**
 * Change the pinned certificate while each step in turn fails: root.pem is
 * one of the two, or absent, but never broken.
 */
START_TEST(failing_step_leaves_a_whole_root)
{
	linked_list_t *cas = linked_list_create_with_items(certs[0], NULL);
	scep_profile_store_t *sick;
	scep_error_t error = {};
	certificate_t *root;
	bool success = FALSE;
	u_int i;

	ck_assert(store->save_ca(store, certs[0], cas, &error));
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.steps = 0;
		success = sick->save_ca(sick, certs[0], cas, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		ck_assert_msg(store->load_root(store, &root, &error), "%s", error.text);
		ck_assert(root && root->equals(root, certs[0]));
		root->destroy(root);
	}
	ck_assert(success);
	cas->destroy(cas);
}
END_TEST

START_TEST(makes_directories_and_refuses_a_second_store)
{
	scep_error_t error = {};
	scep_store_t *first, *second;
	scep_profile_store_t *profile;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", at("a/b/c"));
	first = scep_store_create(good, path, &error);
	ck_assert_msg(first, "%s", error.text);
	ck_assert_int_eq(get_mode("a/b/c"), 0700);
	ck_assert_int_eq(get_mode("a/b/c/lock"), 0600);
	second = scep_store_create(good, path, &error);
	ck_assert(!second);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(strstr(error.text, path));
	profile = first->open(first, "gw", &error);
	ck_assert(profile);
	ck_assert_int_eq(get_mode("a/b/c/gw"), 0700);
	profile->destroy(profile);
	first->destroy(first);
	second = scep_store_create(good, path, NULL);
	ck_assert(second);
	second->destroy(second);
}
END_TEST

START_TEST(profiles_do_not_meet)
{
	scep_profile_store_t *a, *b;
	scep_status_t status = { .attempts = 5 };
	scep_store_t *all;

	all = scep_store_create(good, dir, NULL);
	ck_assert(all);
	a = all->open(all, "a", NULL);
	b = all->open(all, "b", NULL);
	ck_assert(a->save_status(a, &status, NULL));
	ck_assert(b->load_status(b, &status, NULL));
	ck_assert_int_eq(status.attempts, 0);
	a->destroy(a);
	b->destroy(b);
	all->destroy(all);
}
END_TEST

START_TEST(unusable_directory_is_reported)
{
	scep_error_t error = {};

	overwrite("file", "");
	ck_assert(!scep_store_create(good, at("file"), &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "file"), "%s", error.text);
	error = (scep_error_t){};
	ck_assert(!scep_profile_store_create(good, at("file"), &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
}
END_TEST

START_TEST(reads_regular_files_of_limited_size_only)
{
	scep_error_t error = {};
	chunk_t content;
	int fd;

	ck_assert(good->read(good, at("absent"), TRUE, &content, &error));
	ck_assert(!content.ptr);
	ck_assert_int_eq(mkfifo(at("fifo"), 0600), 0);
	ck_assert(!good->read(good, at("fifo"), TRUE, &content, NULL));
	ck_assert(!good->read(good, dir, FALSE, &content, NULL));
	fd = open(at("large"), O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(ftruncate(fd, SCEP_MAX_FILE + 1), 0);
	ck_assert(!good->read(good, at("large"), TRUE, &content, &error));
	ck_assert(strstr(error.text, "large"));
	ck_assert(!content.ptr);
	ck_assert_int_eq(ftruncate(fd, SCEP_MAX_FILE), 0);
	ck_assert(good->read(good, at("large"), TRUE, &content, NULL));
	ck_assert_int_eq(content.len, SCEP_MAX_FILE);
	chunk_free(&content);
	close(fd);
}
END_TEST

int main()
{
	Suite *suite = suite_create("store");
	TCase *tcase = tcase_create("generations");

	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, nothing_is_no_error);
	tcase_add_test(tcase, commits_and_loads);
	tcase_add_test(tcase, commits_without_chain);
	tcase_add_test(tcase, keeps_two_generations);
	tcase_add_test(tcase, files_are_private);
	tcase_add_test(tcase, works_with_a_strict_umask);
	tcase_add_test(tcase, commit_ends_the_request);
	tcase_add_test(tcase, missing_facts_do_not_matter);
	tcase_add_test(tcase, missing_generation_is_reported);
	tcase_add_test(tcase, refuses_key_of_another_certificate);
	tcase_add_loop_test(tcase, refuses_key_that_others_can_read, 0,
						countof(open_modes));
	tcase_add_loop_test(tcase, damaged_generation_is_reported_and_left, 0,
						countof(damages));
	tcase_add_test(tcase, leftovers_do_not_matter);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("failures");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, failing_step_leaves_a_generation);
	tcase_add_test(tcase, crash_leaves_a_generation);
	tcase_add_test(tcase, failing_step_of_the_first_commit_keeps_the_key);
	tcase_add_test(tcase, crash_in_the_first_commit_keeps_the_key);
	tcase_add_test(tcase, failing_step_keeps_the_request);
	tcase_add_test(tcase, crash_keeps_the_request);
	tcase_add_test(tcase, failing_step_makes_no_half_request);
	tcase_add_test(tcase, crash_makes_no_half_request);
	tcase_add_test(tcase, failing_step_mixes_no_requests);
	tcase_add_test(tcase, crash_mixes_no_requests);
	tcase_add_test(tcase, failing_step_keeps_the_status);
	tcase_add_test(tcase, failing_step_leaves_a_whole_root);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("request");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, request_survives);
	tcase_add_loop_test(tcase, damaged_request_is_reported_and_left, 0,
						countof(request_damages));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("status");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, status_survives, 0, countof(errors));
	tcase_add_test(tcase, longest_error_survives);
	tcase_add_loop_test(tcase, senseless_status_is_empty, 0,
						countof(bad_status));
	tcase_add_test(tcase, never_writes_through_a_link);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("ca");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, keeps_ca_certificates);
	tcase_add_test(tcase, root_that_is_not_pinned_is_not_trusted);
	tcase_add_test(tcase, damaged_root_is_reported);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("directory");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, makes_directories_and_refuses_a_second_store);
	tcase_add_test(tcase, profiles_do_not_meet);
	tcase_add_test(tcase, unusable_directory_is_reported);
	tcase_add_test(tcase, reads_regular_files_of_limited_size_only);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
