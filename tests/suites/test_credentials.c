/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "credentials/scep_credentials.h"

#include <credentials/auth_cfg.h>
#include <credentials/certificates/crl.h>
#include <credentials/certificates/x509.h>
#include <threading/thread.h>

#include <openssl/x509.h>

#include <stdio.h>
#include <time.h>

/** Changes that a writer makes while others read */
#define SWAPS	300

/** Threads that read meanwhile */
#define READERS	4

typedef enum owner_t owner_t;

/**
 * Who has a key and a certificate. Each but the root is issued by the one
 * before, or by ISSUER.
 */
enum owner_t {
	ROOT,
	ISSUER,
	OLD,
	NEW,
	OTHER,
	OWNERS,
};

static const struct {
	const char *subject, *san;
	owner_t issuer;
} owners[OWNERS] = {
	[ROOT] = { "CN=Root", NULL, ROOT },
	[ISSUER] = { "CN=Issuer", NULL, ROOT },
	[OLD] = { "C=DE, CN=gw", "gw.example.org", ISSUER },
	[NEW] = { "C=DE, CN=gw", "gw.example.org", ISSUER },
	[OTHER] = { "C=DE, CN=other", "other.example.org", ISSUER },
};

static private_key_t *keys[OWNERS];
static certificate_t *certs[OWNERS];

/** set under test */
static scep_credentials_t *creds;

/** chain with the issuer, the root, and nothing */
static linked_list_t *chain, *roots, *nothing;

/**
 * Issue the certificate of an owner.
 */
static certificate_t *issue(owner_t owner)
{
	owner_t issuer = owners[owner].issuer;
	identification_t *subject;
	linked_list_t *sans = linked_list_create();
	certificate_t *cert;
	public_key_t *public;
	u_char serial = owner + 1;

	public = keys[owner]->get_public_key(keys[owner]);
	subject = identification_create_from_string((char*)owners[owner].subject);
	if (owners[owner].san)
	{
		sans->insert_last(sans, identification_create_from_string(
												(char*)owners[owner].san));
	}
	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
						BUILD_SIGNING_KEY, keys[issuer],
						BUILD_PUBLIC_KEY, public,
						BUILD_SUBJECT, subject,
						BUILD_SUBJECT_ALTNAMES, sans,
						BUILD_X509_FLAG, owner <= ISSUER ? X509_CA : X509_NONE,
						BUILD_SERIAL, chunk_from_thing(serial),
						BUILD_NOT_BEFORE_TIME, time(NULL) - 10,
						BUILD_NOT_AFTER_TIME, time(NULL) + 3600,
						BUILD_DIGEST_ALG, HASH_SHA256,
						owner == issuer ? BUILD_END : BUILD_SIGNING_CERT,
						certs[issuer], BUILD_END);
	sans->destroy_offset(sans, offsetof(identification_t, destroy));
	subject->destroy(subject);
	public->destroy(public);
	ck_assert(cert);
	return cert;
}

static void make_credentials()
{
	owner_t i;

	for (i = 0; i < OWNERS; i++)
	{
		keys[i] = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
									 BUILD_KEY_SIZE, 1024, BUILD_END);
		ck_assert(keys[i]);
		certs[i] = issue(i);
	}
}

static void destroy_credentials()
{
	owner_t i;

	for (i = 0; i < OWNERS; i++)
	{
		DESTROY_IF(keys[i]);
		DESTROY_IF(certs[i]);
		keys[i] = NULL;
		certs[i] = NULL;
	}
}

static void setup()
{
	creds = scep_credentials_create();
	chain = linked_list_create_with_items(certs[ISSUER], NULL);
	roots = linked_list_create_with_items(certs[ROOT], NULL);
	nothing = linked_list_create();
	lib->credmgr->add_set(lib->credmgr, &creds->set);
}

static void teardown()
{
	lib->credmgr->remove_set(lib->credmgr, &creds->set);
	lib->credmgr->flush_cache(lib->credmgr, CERT_ANY);
	creds->destroy(creds);
	chain->destroy(chain);
	roots->destroy(roots);
	nothing->destroy(nothing);
}

/**
 * Install an owner's credentials for a profile.
 */
static void install(const char *profile, owner_t owner)
{
	creds->install(creds, profile, keys[owner], certs[owner], chain, nothing);
}

/**
 * Count the certificates of the set, or only those equal to one.
 */
static int count_certs(bool trusted, certificate_t *only)
{
	enumerator_t *enumerator;
	certificate_t *cert;
	int count = 0;

	enumerator = creds->set.create_cert_enumerator(&creds->set, CERT_ANY,
												   KEY_ANY, NULL, trusted);
	while (enumerator->enumerate(enumerator, &cert))
	{
		count += !only || cert->equals(cert, only);
	}
	enumerator->destroy(enumerator);
	return count;
}

/**
 * Count the keys of the set, or only those equal to one.
 */
static int count_keys(private_key_t *only)
{
	enumerator_t *enumerator;
	private_key_t *key;
	int count = 0;

	enumerator = creds->set.create_private_enumerator(&creds->set, KEY_ANY,
													  NULL);
	while (enumerator->enumerate(enumerator, &key))
	{
		count += !only || key->equals(key, only);
	}
	enumerator->destroy(enumerator);
	return count;
}

/**
 * Get the key that charon would authenticate with, as IKE does it.
 */
static private_key_t *authenticate(const char *as, auth_cfg_t *auth)
{
	identification_t *id = identification_create_from_string((char*)as);
	private_key_t *key;

	key = lib->credmgr->get_private(lib->credmgr, KEY_ANY, id, auth);
	id->destroy(id);
	return key;
}

/**
 * Check that an identity authenticates with the credentials of an owner.
 */
static void assert_authenticates(const char *as, owner_t owner)
{
	auth_cfg_t *auth = auth_cfg_create();
	certificate_t *cert;
	private_key_t *key;

	key = authenticate(as, auth);
	ck_assert_msg(key, "no key for %s", as);
	ck_assert(key->equals(key, keys[owner]));
	cert = auth->get(auth, AUTH_RULE_SUBJECT_CERT);
	ck_assert(cert && cert->equals(cert, certs[owner]));
	key->destroy(key);
	auth->destroy(auth);
}

/**
 * Check that there is no key for an identity.
 */
static void assert_unknown(const char *as)
{
	auth_cfg_t *auth = auth_cfg_create();

	ck_assert_msg(!authenticate(as, auth), "a key for %s", as);
	auth->destroy(auth);
}

START_TEST(empty_set_has_nothing)
{
	ck_assert_int_eq(count_keys(NULL), 0);
	ck_assert_int_eq(count_certs(FALSE, NULL), 0);
	ck_assert_int_eq(count_certs(TRUE, NULL), 0);
	assert_unknown("gw.example.org");
	creds->remove(creds, "gw");
	ck_assert_int_eq(count_keys(NULL), 0);
}
END_TEST

static const struct {
	const char *id;
	int owner;
} identities[] = {
	{ "gw.example.org", NEW },
	{ "C=DE, CN=gw", NEW },
	{ "other.example.org", OTHER },
	{ "CN=other, C=DE", -1 },
	{ "C=DE, CN=other", OTHER },
	{ "example.org", -1 },
	{ "gw@example.org", -1 },
	{ "192.0.2.1", -1 },
	{ "CN=Issuer", -1 },
};

START_TEST(identity_chooses_the_profile)
{
	install("gw", NEW);
	install("other", OTHER);
	if (identities[_i].owner < 0)
	{
		assert_unknown(identities[_i].id);
	}
	else
	{
		assert_authenticates(identities[_i].id, identities[_i].owner);
	}
}
END_TEST

START_TEST(chain_is_sent_along)
{
	auth_cfg_t *auth = auth_cfg_create();
	enumerator_t *enumerator;
	auth_rule_t rule;
	certificate_t *cert;
	private_key_t *key;
	int intermediates = 0;
	void *value;

	creds->install(creds, "gw", keys[NEW], certs[NEW], chain, roots);
	key = authenticate("gw.example.org", auth);
	ck_assert(key);
	enumerator = auth->create_enumerator(auth);
	while (enumerator->enumerate(enumerator, &rule, &value))
	{
		if (rule == AUTH_RULE_IM_CERT)
		{
			cert = value;
			ck_assert(cert->equals(cert, certs[ISSUER]));
			intermediates++;
		}
	}
	enumerator->destroy(enumerator);
	ck_assert_int_eq(intermediates, 1);
	key->destroy(key);
	auth->destroy(auth);
}
END_TEST

START_TEST(certificate_has_private_key)
{
	identification_t *id;
	public_key_t *public;
	private_key_t *key;
	chunk_t fingerprint;

	/* as swanctl --list-certs asks */
	install("gw", NEW);
	public = certs[NEW]->get_public_key(certs[NEW]);
	ck_assert(public->get_fingerprint(public, KEYID_PUBKEY_SHA1, &fingerprint));
	id = identification_create_from_encoding(ID_KEY_ID, fingerprint);
	key = lib->credmgr->get_private(lib->credmgr, public->get_type(public), id,
									NULL);
	ck_assert(key && key->equals(key, keys[NEW]));
	key->destroy(key);
	id->destroy(id);
	public->destroy(public);
}
END_TEST

START_TEST(nothing_is_trusted_but_the_root)
{
	install("gw", NEW);
	ck_assert_int_eq(count_certs(TRUE, NULL), 0);
	ck_assert_int_eq(count_certs(FALSE, certs[NEW]), 1);
	ck_assert_int_eq(count_certs(FALSE, certs[ISSUER]), 1);
	ck_assert_int_eq(count_certs(FALSE, NULL), 2);
	creds->install(creds, "gw", keys[NEW], certs[NEW], chain, roots);
	ck_assert_int_eq(count_certs(TRUE, NULL), 1);
	ck_assert_int_eq(count_certs(TRUE, certs[ROOT]), 1);
	/* and only as long as the profile says so */
	install("gw", NEW);
	ck_assert_int_eq(count_certs(TRUE, NULL), 0);
}
END_TEST

/**
 * Whether a peer that shows an owner's certificate is trusted.
 */
static bool is_peer_trusted(owner_t owner)
{
	identification_t *id;
	enumerator_t *enumerator;
	auth_cfg_t *got, *auth = auth_cfg_create();
	public_key_t *public;
	bool found;

	auth->add(auth, AUTH_HELPER_SUBJECT_CERT,
			  certs[owner]->get_ref(certs[owner]));
	id = identification_create_from_string((char*)owners[owner].san);
	enumerator = lib->credmgr->create_public_enumerator(lib->credmgr, KEY_ANY,
														id, auth, FALSE);
	found = enumerator->enumerate(enumerator, &public, &got);
	enumerator->destroy(enumerator);
	id->destroy(id);
	auth->destroy(auth);
	return found;
}

START_TEST(peers_are_verified_by_a_root_only)
{
	install("gw", NEW);
	ck_assert(!is_peer_trusted(OTHER));
	/* not even one that shows our own certificate */
	ck_assert(!is_peer_trusted(NEW));
	lib->credmgr->flush_cache(lib->credmgr, CERT_ANY);
	creds->install(creds, "gw", keys[NEW], certs[NEW], chain, roots);
	ck_assert(is_peer_trusted(OTHER));
}
END_TEST

START_TEST(new_credentials_replace_the_old_ones)
{
	install("gw", OLD);
	install("other", OTHER);
	assert_authenticates("gw.example.org", OLD);
	install("gw", NEW);
	lib->credmgr->flush_cache(lib->credmgr, CERT_ANY);
	assert_authenticates("gw.example.org", NEW);
	assert_authenticates("other.example.org", OTHER);
	ck_assert_int_eq(count_keys(keys[OLD]), 0);
	ck_assert_int_eq(count_certs(FALSE, certs[OLD]), 0);
	ck_assert_int_eq(count_keys(NULL), 2);
	ck_assert_int_eq(count_certs(FALSE, NULL), 3);
}
END_TEST

START_TEST(key_may_stay)
{
	install("gw", OLD);
	creds->install(creds, "gw", keys[OLD], certs[NEW], nothing, nothing);
	ck_assert_int_eq(count_keys(NULL), 1);
	ck_assert_int_eq(count_certs(FALSE, certs[NEW]), 1);
	ck_assert_int_eq(count_certs(FALSE, NULL), 1);
}
END_TEST

START_TEST(removed_profile_leaves_others)
{
	install("gw", NEW);
	install("other", OTHER);
	creds->remove(creds, "g");
	ck_assert_int_eq(count_keys(NULL), 2);
	creds->remove(creds, "gw");
	lib->credmgr->flush_cache(lib->credmgr, CERT_ANY);
	assert_unknown("gw.example.org");
	assert_authenticates("other.example.org", OTHER);
	/* which still has the issuer that both had */
	ck_assert_int_eq(count_certs(FALSE, certs[ISSUER]), 1);
	creds->remove(creds, "other");
	ck_assert_int_eq(count_keys(NULL), 0);
	ck_assert_int_eq(count_certs(FALSE, NULL), 0);
}
END_TEST

START_TEST(open_enumerator_keeps_its_snapshot)
{
	enumerator_t *privates, *publics;
	certificate_t *cert;
	private_key_t *key;
	chunk_t der;

	/* credentials that nobody else holds a reference to */
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_KEY_SIZE, 1024, BUILD_END);
	ck_assert(key);
	ck_assert(certs[OTHER]->get_encoding(certs[OTHER], CERT_ASN1_DER, &der));
	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							  BUILD_BLOB_ASN1_DER, der, BUILD_END);
	chunk_free(&der);
	ck_assert(cert);
	creds->install(creds, "gw", key, cert, nothing, nothing);
	key->destroy(key);
	cert->destroy(cert);
	privates = creds->set.create_private_enumerator(&creds->set, KEY_ANY, NULL);
	publics = creds->set.create_cert_enumerator(&creds->set, CERT_ANY, KEY_ANY,
												NULL, FALSE);
	install("gw", NEW);
	creds->remove(creds, "gw");
	ck_assert(privates->enumerate(privates, &key));
	ck_assert_int_eq(key->get_keysize(key), 1024);
	ck_assert(publics->enumerate(publics, &cert));
	ck_assert(cert->equals(cert, certs[OTHER]));
	ck_assert(!privates->enumerate(privates, &key));
	ck_assert(!publics->enumerate(publics, &cert));
	privates->destroy(privates);
	publics->destroy(publics);
	ck_assert_int_eq(count_keys(NULL), 0);
}
END_TEST

START_TEST(writer_does_not_wait_for_a_reader)
{
	enumerator_t *enumerator;
	certificate_t *cert;

	/* would deadlock: reader and writer are the same thread */
	install("gw", OLD);
	enumerator = creds->set.create_cert_enumerator(&creds->set, CERT_ANY,
												   KEY_ANY, NULL, FALSE);
	ck_assert(enumerator->enumerate(enumerator, &cert));
	install("gw", NEW);
	/* reads nest, and see what is new */
	ck_assert_int_eq(count_keys(keys[NEW]), 1);
	ck_assert_int_eq(count_keys(keys[OLD]), 0);
	enumerator->destroy(enumerator);
}
END_TEST

START_TEST(caches_and_shares_nothing)
{
	enumerator_t *enumerator;
	shared_key_t *shared;
	id_match_t me, other;
	char *uri;

	install("gw", NEW);
	creds->set.cache_cert(&creds->set, certs[OTHER]);
	ck_assert_int_eq(count_certs(FALSE, certs[OTHER]), 0);
	enumerator = lib->credmgr->create_shared_enumerator(lib->credmgr,
												SHARED_ANY, NULL, NULL);
	ck_assert(!enumerator->enumerate(enumerator, &shared, &me, &other));
	enumerator->destroy(enumerator);
	enumerator = lib->credmgr->create_cdp_enumerator(lib->credmgr, CERT_X509,
													 NULL);
	ck_assert(!enumerator->enumerate(enumerator, &uri));
	enumerator->destroy(enumerator);
}
END_TEST

/** told to readers when the writer is done */
static refcount_t done;

/**
 * Read until the writer is done.
 *
 * @return			NULL, or what was wrong
 */
static void *read_all(void *unused)
{
	char *wrong = NULL;

	do
	{
		if (count_keys(NULL) != 2)
		{
			wrong = "not exactly one key for each profile";
		}
		if (count_certs(FALSE, NULL) != 3)
		{
			wrong = "not exactly one certificate for each profile, one issuer";
		}
		if (count_keys(keys[OTHER]) != 1)
		{
			wrong = "a profile that does not change is not there";
		}
	}
	while (!wrong && !ref_cur(&done));
	return wrong;
}

START_TEST(readers_see_whole_snapshots_only)
{
	thread_t *threads[READERS];
	char *wrong = NULL, *got;
	int i;

	done = 0;
	install("gw", OLD);
	install("other", OTHER);
	for (i = 0; i < READERS; i++)
	{
		threads[i] = thread_create(read_all, NULL);
		ck_assert(threads[i]);
	}
	for (i = 0; i < SWAPS; i++)
	{
		install("gw", i % 2 ? OLD : NEW);
	}
	ref_get(&done);
	for (i = 0; i < READERS; i++)
	{
		got = threads[i]->join(threads[i]);
		wrong = got ?: wrong;
	}
	ck_assert_msg(!wrong, "%s", wrong);
}
END_TEST

/** CAs that issue CRLs */
static certrep_id_t *ca, *other_ca;

static void setup_crls()
{
	setup();
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	other_ca = certrep_id_create("Other CA", CERTREP_RSA, NULL, TRUE);
}

static void teardown_crls()
{
	teardown();
	certrep_id_destroy(ca);
	certrep_id_destroy(other_ca);
}

/**
 * Make a CRL without an identifier of its issuer's key.
 */
static certificate_t *make_crl(const certrep_id_t *issuer, long number)
{
	ASN1_INTEGER *integer = ASN1_INTEGER_new();
	X509_CRL *crl = X509_CRL_new();
	certificate_t *made;
	ASN1_TIME *time;
	u_char *der = NULL;
	int len;

	time = X509_gmtime_adj(NULL, -60);
	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->x509));
	X509_CRL_set1_lastUpdate(crl, time);
	X509_gmtime_adj(time, 3600);
	X509_CRL_set1_nextUpdate(crl, time);
	ASN1_INTEGER_set(integer, number);
	X509_CRL_add1_ext_i2d(crl, NID_crl_number, integer, 0, 0);
	ck_assert(X509_CRL_sign(crl, issuer->pkey, EVP_sha256()));
	len = i2d_X509_CRL(crl, &der);
	made = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509_CRL,
							  BUILD_BLOB_ASN1_DER, chunk_create(der, len),
							  BUILD_END);
	ck_assert(made);
	OPENSSL_free(der);
	X509_CRL_free(crl);
	ASN1_TIME_free(time);
	ASN1_INTEGER_free(integer);
	return made;
}

/**
 * Give the CRL of a CA to the set.
 */
static void install_crl(const char *profile, const certrep_id_t *issuer,
						long number)
{
	certificate_t *crl = make_crl(issuer, number);

	creds->install_crl(creds, profile, crl, issuer->cert);
	crl->destroy(crl);
}

/**
 * Count the CRLs of an issuer, of all if id is NULL, and get the number of the
 * last one.
 */
static int count_crls(identification_t *id, long *number)
{
	enumerator_t *enumerator;
	certificate_t *crl;
	chunk_t serial;
	int count = 0;

	enumerator = creds->set.create_cert_enumerator(&creds->set, CERT_X509_CRL,
												   KEY_ANY, id, FALSE);
	while (enumerator->enumerate(enumerator, &crl))
	{
		ck_assert_int_eq(crl->get_type(crl), CERT_X509_CRL);
		serial = ((crl_t*)crl)->get_serial((crl_t*)crl);
		*number = serial.ptr[serial.len - 1];
		count++;
	}
	enumerator->destroy(enumerator);
	return count;
}

/**
 * Count the CRLs of a CA as charon asks for them.
 */
static int count_crls_of(const certrep_id_t *issuer, long *number)
{
	x509_t *x509 = (x509_t*)issuer->cert;
	identification_t *id;
	int count;

	id = identification_create_from_encoding(ID_KEY_ID,
										x509->get_subjectKeyIdentifier(x509));
	count = count_crls(id, number);
	id->destroy(id);
	return count;
}

START_TEST(crl_is_found_by_its_issuer)
{
	long number = 0;

	install("gw", OLD);
	ck_assert_int_eq(count_crls(NULL, &number), 0);
	install_crl("gw", ca, 1);
	install_crl("other", other_ca, 2);
	ck_assert_int_eq(count_crls(NULL, &number), 2);
	ck_assert_int_eq(count_crls_of(ca, &number), 1);
	ck_assert_int_eq(number, 1);
	ck_assert_int_eq(count_crls_of(other_ca, &number), 1);
	ck_assert_int_eq(number, 2);
	ck_assert_int_eq(count_crls(ca->cert->get_subject(ca->cert), &number), 1);
	ck_assert_int_eq(number, 1);
	ck_assert_int_eq(count_crls(certs[OLD]->get_subject(certs[OLD]), &number),
					 0);
	/* swanctl lists them */
	ck_assert_int_eq(count_certs(FALSE, NULL), 4);
	ck_assert_int_eq(count_certs(TRUE, NULL), 0);
}
END_TEST

START_TEST(newest_crl_of_a_ca_counts)
{
	long number = 0;

	install_crl("gw", ca, 1);
	install_crl("other", ca, 2);
	ck_assert_int_eq(count_crls_of(ca, &number), 1);
	ck_assert_int_eq(number, 2);
	install_crl("gw", ca, 3);
	ck_assert_int_eq(count_crls_of(ca, &number), 1);
	ck_assert_int_eq(number, 3);
	creds->install_crl(creds, "gw", NULL, NULL);
	ck_assert_int_eq(count_crls_of(ca, &number), 1);
	ck_assert_int_eq(number, 2);
}
END_TEST

START_TEST(crl_goes_with_its_profile)
{
	long number = 0;

	install_crl("gw", ca, 1);
	install("gw", OLD);
	install("gw", NEW);
	ck_assert_int_eq(count_crls_of(ca, &number), 1);
	creds->remove(creds, "gw");
	ck_assert_int_eq(count_crls(NULL, &number), 0);
}
END_TEST

int main()
{
	Suite *suite = suite_create("credentials");
	TCase *tcase;

	tcase = tcase_create("matching");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, empty_set_has_nothing);
	tcase_add_loop_test(tcase, identity_chooses_the_profile, 0,
						countof(identities));
	tcase_add_test(tcase, chain_is_sent_along);
	tcase_add_test(tcase, certificate_has_private_key);
	tcase_add_test(tcase, caches_and_shares_nothing);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("trust");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, nothing_is_trusted_but_the_root);
	tcase_add_test(tcase, peers_are_verified_by_a_root_only);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("change");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, new_credentials_replace_the_old_ones);
	tcase_add_test(tcase, key_may_stay);
	tcase_add_test(tcase, removed_profile_leaves_others);
	tcase_add_test(tcase, open_enumerator_keeps_its_snapshot);
	tcase_add_test(tcase, writer_does_not_wait_for_a_reader);
	tcase_add_test(tcase, readers_see_whole_snapshots_only);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("CRLs");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, setup_crls, teardown_crls);
	tcase_add_test(tcase, crl_is_found_by_its_issuer);
	tcase_add_test(tcase, newest_crl_of_a_ca_counts);
	tcase_add_test(tcase, crl_goes_with_its_profile);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
