/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"
#include "test_ca.h"

#include "base/scep_text.h"
#include "message/scep_certs.h"
#include "trust/scep_issuers.h"
#include "trust/scep_x509.h"

static certrep_id_t *root;

static void setup()
{
	root = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE,
									 .usage = "keyCertSign,cRLSign" });
}

static void teardown()
{
	certrep_id_destroy(root);
}

static const struct {
	const char *usage, *eku;
	scep_usage_t expected;
} usages[] = {
	{ NULL, NULL, 0 },
	{ "digitalSignature", NULL, SCEP_HAS_KEY_USAGE | SCEP_DIGITAL_SIGNATURE },
	{ "nonRepudiation", NULL, SCEP_HAS_KEY_USAGE | SCEP_NON_REPUDIATION },
	{ "critical,keyEncipherment", NULL,
	  SCEP_HAS_KEY_USAGE | SCEP_KEY_ENCIPHERMENT },
	{ "keyCertSign,digitalSignature", NULL,
	  SCEP_HAS_KEY_USAGE | SCEP_KEY_CERT_SIGN | SCEP_DIGITAL_SIGNATURE },
	{ "decipherOnly", NULL, SCEP_HAS_KEY_USAGE },
	{ NULL, "emailProtection", SCEP_HAS_EKU },
	{ NULL, "critical,clientAuth", SCEP_HAS_EKU | SCEP_EKU_IKE },
	{ NULL, "serverAuth", SCEP_HAS_EKU | SCEP_EKU_IKE },
	{ NULL, "ipsecEndSystem", SCEP_HAS_EKU | SCEP_EKU_IKE },
	{ NULL, "ipsecIKE", SCEP_HAS_EKU | SCEP_EKU_IKE },
	{ NULL, "1.3.6.1.5.5.8.2.2", SCEP_HAS_EKU | SCEP_EKU_IKE },
	{ NULL, "anyExtendedKeyUsage", SCEP_HAS_EKU | SCEP_EKU_IKE },
	{ NULL, TEST_EKU_AGENT, SCEP_HAS_EKU | SCEP_EKU_RA },
	{ NULL, TEST_EKU_CMC, SCEP_HAS_EKU | SCEP_EKU_RA },
	{ "digitalSignature", "codeSigning," TEST_EKU_AGENT ",clientAuth",
	  SCEP_HAS_KEY_USAGE | SCEP_DIGITAL_SIGNATURE | SCEP_HAS_EKU |
	  SCEP_EKU_RA | SCEP_EKU_IKE },
	{ "DER:0500", NULL, SCEP_HAS_KEY_USAGE },
};

START_TEST(reads_usages)
{
	certrep_id_t *id;

	id = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = root,
						.usage = usages[_i].usage, .eku = usages[_i].eku });
	ck_assert_int_eq(scep_x509_usage(id->cert), usages[_i].expected);
	certrep_id_destroy(id);
}
END_TEST

START_TEST(reads_flags)
{
	certrep_id_t *sub;

	sub = test_cert(&(test_cert_t){ .subject = "CN=Sub", .issuer = root,
									.ca = TRUE });
	ck_assert_int_eq(scep_x509_usage(sub->cert), SCEP_IS_CA);
	ck_assert_int_eq(scep_x509_usage(root->cert), SCEP_IS_CA |
				SCEP_SELF_SIGNED | SCEP_HAS_KEY_USAGE | SCEP_KEY_CERT_SIGN);
	certrep_id_destroy(sub);
}
END_TEST

static const struct {
	const char *digest;
	bool strong, with_sha1;
} digests[] = {
	{ "MD5", FALSE, FALSE },
	{ "SHA1", FALSE, TRUE },
	{ "SHA256", TRUE, TRUE },
	{ "SHA384", TRUE, TRUE },
	{ "SHA512", TRUE, TRUE },
};

START_TEST(demands_strong_digest)
{
	certrep_id_t *id;
	scep_error_t err = {};

	id = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = root,
								   .digest = digests[_i].digest });
	ck_assert(scep_x509_issued_by(id->cert, root->cert, FALSE, &err) ==
			  digests[_i].strong);
	ck_assert(digests[_i].strong ||
			  (err.kind == SCEP_SECURITY && strstr(err.text, "SHA-256")));
	ck_assert(scep_x509_issued_by(id->cert, root->cert, TRUE, NULL) ==
			  digests[_i].with_sha1);
	certrep_id_destroy(id);
}
END_TEST

START_TEST(own_signature_of_a_root_may_be_weak)
{
	certrep_id_t *id;

	id = test_cert(&(test_cert_t){ .subject = "CN=Old", .ca = TRUE,
								   .digest = "SHA1" });
	ck_assert(scep_x509_issued_by(id->cert, id->cert, FALSE, NULL));
	certrep_id_destroy(id);
}
END_TEST

START_TEST(issuer_must_fit)
{
	certrep_id_t *leaf, *twin, *namesake, *no_ca, *no_sign, *below;
	scep_error_t err = {};

	leaf = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = root });
	/* the same name, another key; the same key, another name */
	twin = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE });
	namesake = test_cert(&(test_cert_t){ .subject = "CN=Other", .ca = TRUE,
										 .same_key = root });
	/* the right name and key, but not a CA's, or not to certify */
	no_ca = test_cert(&(test_cert_t){ .subject = "CN=Root",
									  .same_key = root });
	no_sign = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE,
						.same_key = root, .usage = "digitalSignature" });
	below = test_cert(&(test_cert_t){ .subject = "CN=y", .issuer = leaf });

	ck_assert(scep_x509_issued_by(leaf->cert, root->cert, FALSE, NULL));
	ck_assert(!scep_x509_issued_by(leaf->cert, twin->cert, FALSE, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert(!scep_x509_issued_by(leaf->cert, namesake->cert, FALSE, NULL));
	ck_assert(!scep_x509_issued_by(leaf->cert, no_ca->cert, FALSE, NULL));
	ck_assert(!scep_x509_issued_by(leaf->cert, no_sign->cert, FALSE, NULL));
	ck_assert(!scep_x509_issued_by(below->cert, leaf->cert, FALSE, NULL));
	certrep_id_destroy(leaf);
	certrep_id_destroy(twin);
	certrep_id_destroy(namesake);
	certrep_id_destroy(no_ca);
	certrep_id_destroy(no_sign);
	certrep_id_destroy(below);
}
END_TEST

START_TEST(knows_strong_keys)
{
	static const struct {
		test_key_t key;
		bool any, rsa;
	} keys[] = {
		{ TEST_RSA_2048, TRUE, TRUE },
		{ TEST_RSA_1024, FALSE, FALSE },
		{ TEST_EC_256, TRUE, FALSE },
	};
	certrep_id_t *id;
	int i;

	for (i = 0; i < countof(keys); i++)
	{
		id = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = root,
									   .key = keys[i].key });
		ck_assert(scep_x509_has_strong_key(id->cert, FALSE) == keys[i].any);
		ck_assert(scep_x509_has_strong_key(id->cert, TRUE) == keys[i].rsa);
		certrep_id_destroy(id);
	}
}
END_TEST

/**
 * Check a list of identities, in its order, each as text.
 */
static void assert_names(linked_list_t *list, const char *expected)
{
	enumerator_t *enumerator;
	identification_t *id;
	char all[512] = "";

	enumerator = list->create_enumerator(list);
	while (enumerator->enumerate(enumerator, &id))
	{
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%Y",
				 *all ? "," : "", id);
	}
	enumerator->destroy(enumerator);
	ck_assert_str_eq(all, expected);
}

#define UPN		"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:"

static const struct {
	const char *san, *sans, *upns;
} names[] = {
	{ NULL, "", "" },
	{ "DNS:gw.example.org,email:a@b.c,IP:192.0.2.1",
	  "gw.example.org,a@b.c,192.0.2.1", "" },
	{ UPN "a@b.c", "", "a@b.c" },
	{ UPN "a@b.c,DNS:b.c," UPN "d@b.c", "b.c", "a@b.c,d@b.c" },
	/* the same as mail address and as user principal name */
	{ "email:a@b.c," UPN "a@b.c", "a@b.c", "a@b.c" },
	{ "otherName:1.2.3.4;UTF8:x,DNS:b.c", "b.c", "" },
	{ "RID:1.2.3.4,DNS:b.c", "b.c", "" },
};

START_TEST(tells_names_apart)
{
	linked_list_t *sans = linked_list_create(), *upns = linked_list_create();
	certrep_id_t *id;

	id = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = root,
								   .san = names[_i].san });
	scep_x509_get_names(id->cert, sans, upns);
	assert_names(sans, names[_i].sans);
	assert_names(upns, names[_i].upns);
	sans->destroy_offset(sans, offsetof(identification_t, destroy));
	upns->destroy_offset(upns, offsetof(identification_t, destroy));
	certrep_id_destroy(id);
}
END_TEST

START_TEST(describes_with_whole_fingerprint)
{
	char subject[160], buf[SCEP_MAX_ERROR / 2], print[SCEP_FINGERPRINT_LEN];
	certrep_id_t *id;
	chunk_t der;
	int i;

	/* a name that needs escapes, of several lengths */
	for (i = 1; i < 64; i += 31)
	{
		memset(subject, '\0', sizeof(subject));
		memcpy(subject, "/CN=", 4);
		memset(subject + 4, '\\', i);
		memcpy(subject + 4 + i, "/O=", 3);
		memset(subject + 7 + i, '\\', i);
		id = test_cert(&(test_cert_t){ .subject = subject, .same_key = root,
						.ca = TRUE });
		ck_assert(id->cert->get_encoding(id->cert, CERT_ASN1_DER, &der));
		scep_fingerprint(der, print);
		scep_x509_describe(id->cert, buf, sizeof(buf));
		ck_assert_msg(strlen(buf) > strlen(print) &&
					  streq(buf + strlen(buf) - strlen(print), print),
					  "%s", buf);
		ck_assert(strncmp(buf, "\"CN=", 4) == 0);
		ck_assert_msg(strstr(buf, i < 63 ? "\" sha256:" : "\"... sha256:"),
					  "%d %s", i, buf);
		free(der.ptr);
		certrep_id_destroy(id);
	}
}
END_TEST

START_TEST(short_subject_is_not_cut)
{
	char buf[SCEP_MAX_ERROR / 2];

	scep_x509_describe(root->cert, buf, sizeof(buf));
	ck_assert(strncmp(buf, "\"CN=Root\" sha256:", 17) == 0);
}
END_TEST

/**
 * Build a chain of CAs below the root, of which the first has a constraint.
 */
static void build_chain(certrep_id_t *cas[3], const char *path_len)
{
	cas[0] = test_cert(&(test_cert_t){ .subject = "CN=A", .issuer = root,
								.ca = TRUE, .path_len = path_len });
	cas[1] = test_cert(&(test_cert_t){ .subject = "CN=B", .issuer = cas[0],
								.ca = TRUE });
	cas[2] = test_cert(&(test_cert_t){ .subject = "CN=C", .issuer = cas[1],
								.ca = TRUE });
}

static const struct {
	const char *path_len;
	/* whether a leaf of each counts */
	bool counts[3];
} constraints[] = {
	{ NULL, { TRUE, TRUE, TRUE } },
	{ "0", { TRUE, FALSE, FALSE } },
	{ "1", { TRUE, TRUE, FALSE } },
	{ "2", { TRUE, TRUE, TRUE } },
};

START_TEST(obeys_path_length)
{
	scep_issuers_t *issuers = scep_issuers_create(FALSE);
	certrep_id_t *cas[3], *leaf;
	linked_list_t *certs, *chain;
	scep_error_t err;
	int i;

	build_chain(cas, constraints[_i].path_len);
	/* the lowest first: the order must not matter */
	certs = test_certs(cas[2], cas[1], cas[0], NULL);
	issuers->trust(issuers, root->cert, TEST_NOW);
	issuers->add(issuers, certs);
	for (i = 0; i < 3; i++)
	{
		err = (scep_error_t){};
		chain = linked_list_create();
		leaf = test_cert(&(test_cert_t){ .subject = "CN=x",
										 .issuer = cas[i] });
		ck_assert((issuers->find(issuers, leaf->cert, chain, &err) != NULL) ==
				  constraints[_i].counts[i]);
		ck_assert_int_eq(chain->get_count(chain),
						 constraints[_i].counts[i] ? i + 2 : 0);
		ck_assert(constraints[_i].counts[i] ||
				  strstr(err.text, "pathLenConstraint"));
		ck_assert(issuers->has(issuers, cas[i]->cert) ==
				  constraints[_i].counts[i]);
		ck_assert(issuers->get_root(issuers, cas[i]->cert) ==
				  (constraints[_i].counts[i] ? root->cert : NULL));
		scep_certs_destroy(chain);
		certrep_id_destroy(leaf);
	}
	for (i = 0; i < 3; i++)
	{
		certrep_id_destroy(cas[i]);
	}
	scep_certs_destroy(certs);
	issuers->destroy(issuers);
}
END_TEST

START_TEST(self_issued_ca_is_no_step)
{
	scep_issuers_t *issuers = scep_issuers_create(FALSE);
	certrep_id_t *old, *new, *leaf;
	linked_list_t *certs;

	/* a rollover: the old root certifies the new key under the same name */
	old = test_cert(&(test_cert_t){ .subject = "CN=R", .ca = TRUE,
									.path_len = "0" });
	new = test_cert(&(test_cert_t){ .subject = "CN=R", .ca = TRUE,
									.issuer = old });
	leaf = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = new });
	certs = test_certs(new, NULL);
	issuers->trust(issuers, old->cert, TEST_NOW);
	issuers->add(issuers, certs);
	ck_assert(issuers->find(issuers, leaf->cert, NULL, NULL) == new->cert);
	scep_certs_destroy(certs);
	certrep_id_destroy(old);
	certrep_id_destroy(new);
	certrep_id_destroy(leaf);
	issuers->destroy(issuers);
}
END_TEST

START_TEST(a_failure_with_a_namesake_is_no_failure)
{
	scep_issuers_t *issuers = scep_issuers_create(FALSE);
	certrep_id_t *twin, *leaf;
	scep_error_t err = {};

	twin = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE });
	leaf = test_cert(&(test_cert_t){ .subject = "CN=x", .issuer = root });
	issuers->trust(issuers, twin->cert, TEST_NOW);
	issuers->trust(issuers, root->cert, TEST_NOW);
	issuers->trust(issuers, root->cert, TEST_NOW);
	ck_assert(issuers->find(issuers, leaf->cert, NULL, &err) == root->cert);
	ck_assert_int_eq(err.kind, SCEP_OK);
	certrep_id_destroy(twin);
	certrep_id_destroy(leaf);
	issuers->destroy(issuers);
}
END_TEST

int main()
{
	Suite *suite = suite_create("x509");
	TCase *tcase = tcase_create("x509");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, reads_usages, 0, countof(usages));
	tcase_add_test(tcase, reads_flags);
	tcase_add_loop_test(tcase, demands_strong_digest, 0, countof(digests));
	tcase_add_test(tcase, own_signature_of_a_root_may_be_weak);
	tcase_add_test(tcase, issuer_must_fit);
	tcase_add_test(tcase, knows_strong_keys);
	tcase_add_loop_test(tcase, tells_names_apart, 0, countof(names));
	tcase_add_test(tcase, describes_with_whole_fingerprint);
	tcase_add_test(tcase, short_subject_is_not_cut);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("issuers");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, obeys_path_length, 0, countof(constraints));
	tcase_add_test(tcase, self_issued_ca_is_no_step);
	tcase_add_test(tcase, a_failure_with_a_namesake_is_no_failure);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
