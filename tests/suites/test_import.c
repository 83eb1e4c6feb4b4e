/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"
#include "test_ca.h"

#include "enroll/scep_roster.h"

#include <openssl/pem.h>

#include <stdio.h>

/** More steps than an import takes: a sweep ends when one succeeds */
#define MAX_STEPS	100

/** A passphrase */
#define PHRASE	"one two three"

/** a CA below the pinned one, and another one; a certificate of the pinned one
 * that is fine */
static certrep_id_t *sub, *stranger, *good;

/**
 * What a good certificate is.
 */
static test_cert_t make_cert()
{
	test_cert_t what = {
		.subject = "CN=gw.example.org",
		.issuer = ca->id,
		.san = "DNS:gw.example.org",
		.from = -TEST_DAY,
		.to = 90 * TEST_DAY,
	};

	return what;
}

static void setup_all()
{
	test_cert_t what = { .subject = "CN=other CA", .ca = TRUE };

	host_setup_all();
	stranger = test_cert(&what);
	what.subject = "CN=sub";
	what.issuer = ca->id;
	sub = test_cert(&what);
	what = make_cert();
	good = test_cert(&what);
}

static void teardown_all()
{
	certrep_id_destroy(good);
	certrep_id_destroy(sub);
	certrep_id_destroy(stranger);
	host_teardown_all();
}

static void setup()
{
	host_setup();
	timer->now = TEST_NOW;
}

/**
 * Get what a BIO has got.
 */
static chunk_t drain(BIO *bio)
{
	chunk_t content;
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	content = chunk_clone(chunk_create((u_char*)data, len));
	BIO_free(bio);
	return content;
}

/**
 * Certificates as PEM, NULL at the end.
 */
static chunk_t pem_of(const certrep_id_t *first, const certrep_id_t *second)
{
	BIO *bio = BIO_new(BIO_s_mem());

	PEM_write_bio_X509(bio, first->x509);
	if (second)
	{
		BIO_puts(bio, "some text\n");
		PEM_write_bio_X509(bio, second->x509);
	}
	return drain(bio);
}

/**
 * A certificate as DER.
 */
static chunk_t der_of(const certrep_id_t *id)
{
	BIO *bio = BIO_new(BIO_s_mem());

	i2d_X509_bio(bio, id->x509);
	return drain(bio);
}

/**
 * A key in one of several formats.
 */
static chunk_t key_of(const certrep_id_t *id, int format)
{
	BIO *bio = BIO_new(BIO_s_mem());

	switch (format)
	{
		case 0:
			PEM_write_bio_PrivateKey(bio, id->pkey, NULL, NULL, 0, NULL, NULL);
			break;
		case 1:
			PEM_write_bio_PrivateKey_traditional(bio, id->pkey, NULL, NULL, 0,
												 NULL, NULL);
			break;
		case 2:
			i2d_PKCS8PrivateKey_bio(bio, id->pkey, NULL, NULL, 0, NULL, NULL);
			break;
		case 3:
			i2d_PrivateKey_bio(bio, id->pkey);
			break;
		case 4:
			PEM_write_bio_PKCS8PrivateKey(bio, id->pkey, EVP_aes_256_cbc(),
										  PHRASE, strlen(PHRASE), NULL, NULL);
			break;
		case 5:
			PEM_write_bio_PrivateKey_traditional(bio, id->pkey,
									EVP_aes_128_cbc(), (u_char*)PHRASE,
									strlen(PHRASE), NULL, NULL);
			break;
		default:
			break;
	}
	return drain(bio);
}

/** Formats of key_of(), and from which on they have a passphrase */
#define FORMATS		6
#define ENCRYPTED	4

/**
 * Make what imports a key with its certificate.
 */
static scep_import_t make_import(const certrep_id_t *id)
{
	scep_import_t import = {
		.key = key_of(id, 0),
		.certs = pem_of(id, NULL),
	};

	return import;
}

/**
 * Free it.
 */
static void clear_import(scep_import_t *import)
{
	free(import->key.ptr);
	free(import->certs.ptr);
	free(import->chain.ptr);
}

/**
 * Import, and free what was imported.
 */
static bool take(scep_import_t import, scep_error_t *err)
{
	bool success;

	success = host->enrollment->import(host->enrollment, &import, err);
	clear_import(&import);
	return success;
}

/**
 * Whether IKE has the certificate of an identity.
 */
static bool has(const certrep_id_t *id)
{
	return host->ike->gen && id->cert->equals(id->cert, host->ike->gen->cert);
}

START_TEST(takes_all_formats)
{
	scep_import_t import = make_import(good);
	scep_error_t error = {};

	free(import.key.ptr);
	import.key = key_of(good, _i);
	if (_i >= ENCRYPTED)
	{
		import.passphrase = chunk_from_str(PHRASE);
	}
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_msg(take(import, &error), "%s", error.text);
	ck_assert(has(good));
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(has(good));
}
END_TEST

START_TEST(imported_certificate_is_renewed_without_a_phrase)
{
	scep_error_t error = {};
	int days;

	ck_assert(mock_host_boot(host, "challenge = old\n"
							 "challenge_lifetime = 1h"));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_break(host->transport));
	host->offline = TRUE;
	mock_host_pass(host, 2 * 60 * 60);
	host->offline = FALSE;
	mock_host_pass(host, 24 * 60 * 60);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert_msg(take(make_import(good), &error), "%s", error.text);
	for (days = 0; has(good) && days < 100; days++)
	{
		mock_host_pass(host, 24 * 60 * 60);
	}
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(!has(good));
}
END_TEST

START_TEST(takes_certificate_in_der)
{
	scep_import_t import = make_import(good);
	scep_error_t error = {};

	free(import.certs.ptr);
	import.certs = der_of(good);
	import.chain = der_of(ca->id);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_msg(take(import, &error), "%s", error.text);
	ck_assert(has(good));
	ck_assert_int_eq(host->ike->gen->chain->get_count(host->ike->gen->chain),
					 0);
}
END_TEST

/**
 * Make what imports a certificate of the CA below the pinned one.
 *
 * @param where		0: chain beside; 1: CA before the certificate in one file
 */
static scep_import_t make_lower(certrep_id_t *id, int where)
{
	scep_import_t import = { .key = key_of(id, 0) };

	if (where)
	{
		import.certs = pem_of(sub, id);
	}
	else
	{
		import.certs = pem_of(id, NULL);
		import.chain = pem_of(sub, NULL);
	}
	return import;
}

START_TEST(keeps_the_chain)
{
	test_cert_t what = make_cert();
	scep_error_t error = {};
	linked_list_t *chain;
	certificate_t *cert;
	certrep_id_t *id;

	what.issuer = sub;
	id = test_cert(&what);
	if (_i / 2)
	{	/* the pinned CA is known */
		ca->verdict = MOCK_REFUSE;
		boot(NULL);
	}
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_msg(take(make_lower(id, _i % 2), &error), "%s", error.text);
	ck_assert(has(id));
	chain = host->ike->gen->chain;
	ck_assert_int_eq(chain->get_count(chain), 1);
	ck_assert(chain->get_first(chain, (void**)&cert) == SUCCESS);
	ck_assert(cert->equals(cert, sub->cert));
	certrep_id_destroy(id);
}
END_TEST

START_TEST(is_renewed_in_time)
{
	scep_error_t error = {};

	ck_assert(mock_host_boot(host, NULL));
	ck_assert(take(make_import(good), &error));
	mock_host_settle(host);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 0);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
	mock_host_pass(host, 50 * DAY);
	ck_assert_int_eq(ca->issued, 0);
	mock_host_pass(host, 20 * DAY);
	ck_assert_int_eq(ca->issued, 1);
	ck_assert(ca->last->authenticated);
	ck_assert_int_eq(host->ike->gen->number, 2);
}
END_TEST

/**
 * Certificates and keys that are refused, and why.
 */
static const struct {
	const char *what;
	const char *why;
} refusals[] = {
	{ "expired", "expired" },
	{ "future", "not valid before" },
	{ "ca", "CA certificate" },
	{ "usage", "digitalSignature" },
	{ "eku", "extendedKeyUsage" },
	{ "subject", "another subject" },
	{ "san", "subjectAltName" },
	{ "no san", "lacks" },
	{ "self-signed", "self-signed" },
	{ "other ca", "issue" },
	{ "ec", "RSA" },
	{ "weak", "RSA" },
	{ "other key", "belong together" },
	{ "no key", "needed" },
	{ "no certificate", "needed" },
	{ "garbage key", "can't be read" },
	{ "garbage", "no certificate" },
	{ "damaged", "damaged" },
	{ "garbage chain", "chain" },
	{ "encrypted", "passphrase" },
	{ "other passphrase", "passphrase" },
	{ "large", "bytes" },
};

/**
 * Change what a good certificate is.
 */
static test_cert_t make_bad(const char *what)
{
	test_cert_t cert = make_cert();

	cert.from = streq(what, "expired") ? -30 * TEST_DAY :
				streq(what, "future") ? 2 * TEST_DAY : cert.from;
	cert.to = streq(what, "expired") ? -TEST_DAY : cert.to;
	cert.ca = streq(what, "ca");
	cert.usage = streq(what, "usage") ? "keyEncipherment" : NULL;
	cert.eku = streq(what, "eku") ? "codeSigning" : NULL;
	cert.subject = streq(what, "subject") ? "CN=x" : cert.subject;
	cert.san = streq(what, "san") ? "DNS:gw.example.org,DNS:x" :
			   streq(what, "no san") ? NULL : cert.san;
	cert.issuer = streq(what, "self-signed") ? NULL :
				  streq(what, "other ca") ? stranger : cert.issuer;
	cert.key = streq(what, "ec") ? TEST_EC_256 :
			   streq(what, "weak") ? TEST_RSA_1024 : TEST_RSA_2048;
	return cert;
}

/**
 * Replace a part of an import.
 */
static void replace(chunk_t *part, chunk_t by)
{
	free(part->ptr);
	*part = by;
}

/**
 * Spoil what is imported.
 */
static void spoil(scep_import_t *import, const certrep_id_t *id,
				  const char *what)
{
	chunk_t garbage = chunk_from_str("garbage");

	import->chain = pem_of(ca->id, NULL);
	if (streq(what, "other key"))
	{
		replace(&import->key, key_of(stranger, 0));
	}
	else if (streq(what, "no key"))
	{
		replace(&import->key, chunk_empty);
	}
	else if (streq(what, "no certificate"))
	{
		replace(&import->certs, chunk_empty);
	}
	else if (streq(what, "garbage key"))
	{
		replace(&import->key, chunk_clone(garbage));
	}
	else if (streq(what, "garbage"))
	{
		replace(&import->certs, chunk_clone(garbage));
	}
	else if (streq(what, "garbage chain"))
	{
		replace(&import->chain, chunk_clone(garbage));
	}
	else if (streq(what, "damaged"))
	{
		memset(import->certs.ptr + 100, 'A', 200);
	}
	else if (streq(what, "encrypted"))
	{
		replace(&import->key, key_of(id, ENCRYPTED));
	}
	else if (streq(what, "other passphrase"))
	{
		replace(&import->key, key_of(id, ENCRYPTED));
		import->passphrase = chunk_from_str("wrong");
	}
	else if (streq(what, "large"))
	{
		replace(&import->chain, chunk_alloc(SCEP_MAX_IMPORT + 1));
		memset(import->chain.ptr, ' ', import->chain.len);
	}
}

START_TEST(refuses_what_does_not_serve)
{
	test_cert_t what = make_bad(refusals[_i].what);
	certrep_id_t *id = test_cert(&what);
	scep_import_t import = make_import(id);
	scep_error_t error = {};

	spoil(&import, id, refusals[_i].what);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(!take(import, &error));
	ck_assert_msg(strstr(error.text, refusals[_i].why), "%s: %s",
				  refusals[_i].what, error.text);
	ck_assert(!host->ike->gen);
	/* it goes on as before */
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
	certrep_id_destroy(id);
}
END_TEST

START_TEST(takes_the_largest)
{
	scep_import_t import = make_import(good);
	scep_error_t error = {};
	chunk_t large = chunk_alloc(SCEP_MAX_IMPORT);

	memset(large.ptr, '\n', large.len);
	memcpy(large.ptr, import.certs.ptr, import.certs.len);
	replace(&import.certs, large);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_msg(take(import, &error), "%s", error.text);
	ck_assert(has(good));
}
END_TEST

START_TEST(unknown_ca_is_not_checked_but_another_one_is_refused)
{
	test_cert_t what = make_bad("other ca");
	certrep_id_t *id = test_cert(&what);
	scep_error_t error = {};

	what.to = 300 * TEST_DAY;
	ck_assert(mock_host_boot(host, NULL));
	if (_i)
	{	/* the CA is known after the first attempt */
		ca->verdict = MOCK_REFUSE;
		mock_host_settle(host);
		ck_assert(!take(make_import(id), &error));
		ck_assert_int_eq(error.kind, SCEP_SECURITY);
		ck_assert(!host->ike->gen);
		ck_assert(take(make_import(good), &error));
		ck_assert(has(good));
	}
	else
	{
		ck_assert_msg(take(make_import(id), &error), "%s", error.text);
		ck_assert(has(id));
	}
	certrep_id_destroy(id);
}
END_TEST

START_TEST(keeps_a_certificate_that_lasts_longer)
{
	test_cert_t what = make_cert();
	scep_error_t error = {};
	certrep_id_t *id;

	ck_assert(mock_host_boot(host, NULL));
	ck_assert(take(make_import(good), &error));
	/* the same again */
	ck_assert(!take(make_import(good), &error));
	ck_assert_msg(strstr(error.text, "in use"), "%s", error.text);
	what.to = 89 * TEST_DAY;
	id = test_cert(&what);
	ck_assert(!take(make_import(id), NULL));
	ck_assert(has(good));
	/* once that one has expired, any is better */
	timer->now += 91 * DAY;
	certrep_id_destroy(id);
	what.from = 90 * TEST_DAY;
	what.to = 92 * TEST_DAY;
	id = test_cert(&what);
	ck_assert(take(make_import(id), NULL));
	ck_assert(has(id));
	certrep_id_destroy(id);
	/* and so it is where the profile asks for something else */
	what.subject = "CN=new";
	what.san = NULL;
	what.to = 91 * TEST_DAY + 1000;
	id = test_cert(&what);
	host->offline = TRUE;
	mock_host_change(host, "subject = \"CN=new\"\nsan =");
	ck_assert(take(make_import(id), NULL));
	ck_assert(has(id));
	certrep_id_destroy(id);
}
END_TEST

START_TEST(ends_what_waits)
{
	scep_error_t error = {};
	mock_entry_t *entry;
	u_int asked;

	ca->verdict = _i ? MOCK_PEND : MOCK_REFUSE;
	boot(NULL);
	ck_assert_int_eq(state(),
					 _i ? SCEP_STATE_PENDING : SCEP_STATE_WAITING);
	ck_assert(take(make_import(good), &error));
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 1);
	ca->entries->get_first(ca->entries, (void**)&entry);
	asked = entry->requests + entry->polls;
	mock_host_pass(host, 10 * DAY);
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, DAY);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 1);
	ck_assert_int_eq(entry->requests + entry->polls, asked);
	ck_assert(has(good));
}
END_TEST

START_TEST(waits_for_the_worker_not_for_the_network)
{
	scep_error_t error = {};

	ck_assert(mock_host_boot(host, NULL));
	ck_assert(mock_host_until(host, "GetCACert"));
	if (_i)
	{	/* now a worker verifies it */
		ck_assert(mock_host_serve(host));
		ck_assert(!take(make_import(good), &error));
		ck_assert_int_eq(error.kind, SCEP_TRANSIENT);
		ck_assert(!host->ike->gen);
		ck_assert(mock_host_until(host, "PKIOperation"));
	}
	ck_assert(take(make_import(good), NULL));
	ck_assert(has(good));
	mock_host_settle(host);
	ck_assert_int_eq(ca->issued, 0);
	ck_assert(has(good));
}
END_TEST

START_TEST(failing_step_leaves_old_or_new)
{
	test_cert_t what = make_cert();
	certrep_id_t *id;
	bool success = FALSE;
	u_int i;

	what.to = 95 * TEST_DAY;
	id = test_cert(&what);
	for (i = 1; !success; i++)
	{
		ck_assert_int_lt(i, MAX_STEPS);
		ck_assert(mock_host_boot(host, NULL));
		if (!has(good))
		{	/* the one before led to the new one all the same */
			mock_host_destroy(host);
			setup();
			ck_assert(mock_host_boot(host, NULL));
			ck_assert(take(make_import(good), NULL));
		}
		host->disk->steps = 0;
		host->disk->fails = i;
		host->disk->stays = _i;
		success = take(make_import(id), NULL) && host->disk->steps < i;
		ck_assert(has(good) || has(id));
		host->disk->fails = 0;
		ck_assert(mock_host_boot(host, NULL));
		ck_assert(has(good) || has(id));
	}
	ck_assert(has(id));
	ck_assert_int_gt(i, 10);
	certrep_id_destroy(id);
}
END_TEST

START_TEST(imports_without_a_daemon)
{
	scep_import_t import = make_import(good);
	scep_error_t error = {};
	scep_profile_t *profile = mock_host_profile(host, NULL);

	/* not while one has it */
	ck_assert(!scep_import_offline(profile, host->dir, &import, timer->now,
								   &error));
	ck_assert_msg(strstr(error.text, "in use by process"), "%s", error.text);
	ca->verdict = MOCK_REFUSE;
	boot(NULL);
	mock_host_crash(host);
	host->host.store->destroy(host->host.store);
	error = (scep_error_t){};
	ck_assert_msg(scep_import_offline(profile, host->dir, &import, timer->now,
									  &error), "%s", error.text);
	/* it is kept, as the daemon would */
	ck_assert(!scep_import_offline(profile, host->dir, &import, timer->now,
								   NULL));
	host->host.store = scep_store_create(&host->disk->public, host->dir, NULL);
	ck_assert(host->host.store);
	ck_assert(mock_host_boot(host, NULL));
	ck_assert(has(good));
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, 50 * DAY);
	ck_assert_int_eq(ca->issued, 0);
	mock_host_pass(host, 20 * DAY);
	ck_assert_int_eq(ca->issued, 1);
	clear_import(&import);
	profile->destroy(profile);
}
END_TEST

START_TEST(is_for_a_profile_of_the_roster)
{
	scep_roster_t *roster = scep_roster_create(&host->host);
	scep_import_t import = make_import(good);
	scep_error_t error = {};

	ck_assert(!roster->import(roster, "gw", &import, &error));
	ck_assert_int_eq(error.kind, SCEP_PERMANENT);
	clear_import(&import);
	roster->destroy(roster);
}
END_TEST

int main()
{
	Suite *suite = suite_create("import");
	TCase *tcase = tcase_create("key and certificate");

	tcase_add_unchecked_fixture(tcase, setup_all, teardown_all);
	tcase_add_checked_fixture(tcase, setup, host_teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, takes_all_formats, 0, FORMATS);
	tcase_add_test(tcase, takes_certificate_in_der);
	tcase_add_test(tcase, imported_certificate_is_renewed_without_a_phrase);
	tcase_add_loop_test(tcase, keeps_the_chain, 0, 4);
	tcase_add_test(tcase, is_renewed_in_time);
	tcase_add_loop_test(tcase, refuses_what_does_not_serve, 0,
						countof(refusals));
	tcase_add_test(tcase, takes_the_largest);
	tcase_add_loop_test(tcase,
						unknown_ca_is_not_checked_but_another_one_is_refused,
						0, 2);
	tcase_add_test(tcase, keeps_a_certificate_that_lasts_longer);
	tcase_add_loop_test(tcase, ends_what_waits, 0, 2);
	tcase_add_loop_test(tcase, waits_for_the_worker_not_for_the_network, 0, 2);
	tcase_add_loop_test(tcase, failing_step_leaves_old_or_new, 0, 2);
	tcase_add_test(tcase, imports_without_a_daemon);
	tcase_add_test(tcase, is_for_a_profile_of_the_roster);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
