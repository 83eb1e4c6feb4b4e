/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"
#include "test_ca.h"

#include "message/scep_certs.h"
#include "trust/scep_issued.h"

#define SUBJECT		"C=DE, O=Example, CN=gw"
#define ISSUED		"/C=DE/O=Example/CN=gw"
#define UPN			"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:"

/**
 * A root, a CA below it, one beside it, and the certificate that it should
 * issue.
 */
static certrep_id_t *root, *sub, *other, *leaf;

static void setup()
{
	root = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE });
	sub = test_cert(&(test_cert_t){ .subject = "CN=Sub", .ca = TRUE,
									.issuer = root });
	other = test_cert(&(test_cert_t){ .subject = "CN=Other", .ca = TRUE });
	leaf = test_cert(&(test_cert_t){ .subject = ISSUED, .issuer = root });
}

static void teardown()
{
	certrep_id_destroy(root);
	certrep_id_destroy(sub);
	certrep_id_destroy(other);
	certrep_id_destroy(leaf);
}

static scep_profile_t profile;
static scep_trust_t trust;
static certrep_id_t *current;
static certificate_t *issued;
static linked_list_t *chain;
static scep_error_t err;
static int warnings;
static char warned[2048];

/**
 * Count the warnings in the log.
 */
static void count_warnings(debug_t group, level_t level, char *fmt, ...)
{
	char text[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (strpfx(text, "scep[gw] warning: "))
	{
		ck_assert_int_eq(level, 0);
		strcpy(warned, text);
		warnings++;
	}
}

static void setup_case()
{
	test_profile_init(&profile, root);
	profile.subject = identification_create_from_string(SUBJECT);
	trust = (scep_trust_t){};
	current = NULL;
	issued = NULL;
	chain = NULL;
	err = (scep_error_t){};
	warnings = 0;
	*warned = '\0';
	dbg = count_warnings;
}

static void clear_result()
{
	DESTROY_IF(issued);
	issued = NULL;
	if (chain)
	{
		scep_certs_destroy(chain);
		chain = NULL;
	}
	err = (scep_error_t){};
}

static void teardown_case()
{
	dbg = dbg_default;
	clear_result();
	test_profile_clear(&profile);
}

/**
 * Check an answer, after GetCACert answered with some CAs; both lists get
 * freed.
 */
static bool check_with(linked_list_t *cas, linked_list_t *certs)
{
	scep_authority_t *authority;
	bool good;

	clear_result();
	authority = scep_authority_create(cas, &profile, &trust, TEST_NOW, NULL,
									  &err);
	ck_assert_msg(authority != NULL, "%s", err.text);
	good = scep_issued_check(certs, leaf->key, authority, &profile,
							 current ? current->cert : NULL, TEST_NOW, &issued,
							 &chain, &err);
	authority->destroy(authority);
	scep_certs_destroy(cas);
	scep_certs_destroy(certs);
	ck_assert_msg(good == (err.kind == SCEP_OK), "%s", err.text);
	return good;
}

/**
 * Check that an answer with one certificate is accepted.
 */
static void take(certrep_id_t *id)
{
	bool good = check_with(test_certs(root, NULL), test_certs(id, NULL));

	ck_assert_msg(good, "%s", err.text);
	ck_assert(issued->equals(issued, id->cert));
	test_assert_certs(chain, NULL);
}

/**
 * Check that an answer with one certificate is refused.
 */
static void refuse(certrep_id_t *id, scep_error_kind_t kind, const char *reason)
{
	ck_assert(!check_with(test_certs(root, NULL), test_certs(id, NULL)));
	ck_assert(!issued && !chain);
	ck_assert_msg(err.kind == kind, "%d: %s", err.kind, err.text);
	ck_assert_msg(strstr(err.text, reason), "%s", err.text);
}

/**
 * Create a certificate for our key, issued by the root if not stated.
 */
static certrep_id_t *issue(test_cert_t what)
{
	what.subject = what.subject ?: ISSUED;
	what.issuer = what.issuer ?: root;
	what.same_key = leaf;
	return test_cert(&what);
}

START_TEST(accepts_what_was_asked_for)
{
	take(leaf);
	ck_assert_int_eq(warnings, 0);
}
END_TEST

START_TEST(finds_ours_among_others)
{
	certrep_id_t *theirs;

	theirs = test_cert(&(test_cert_t){ .subject = ISSUED, .issuer = root });
	ck_assert(check_with(test_certs(root, NULL),
						 test_certs(root, theirs, leaf, sub, NULL)));
	ck_assert(issued->equals(issued, leaf->cert));
	certrep_id_destroy(theirs);
}
END_TEST

START_TEST(refuses_another_key)
{
	certrep_id_t *theirs;

	theirs = test_cert(&(test_cert_t){ .subject = ISSUED, .issuer = root });
	refuse(theirs, SCEP_SECURITY, "for our key");
	ck_assert(!scep_issued_for_key(theirs->cert, leaf->key));
	ck_assert(scep_issued_for_key(leaf->cert, leaf->key));
	certrep_id_destroy(theirs);
	theirs = test_cert(&(test_cert_t){ .subject = ISSUED, .issuer = root,
									   .key = TEST_EC_256 });
	refuse(theirs, SCEP_SECURITY, "for our key");
	certrep_id_destroy(theirs);
	ck_assert(!check_with(test_certs(root, NULL), test_certs(NULL)));
	ck_assert(strstr(err.text, "for our key"));
}
END_TEST

START_TEST(newest_for_our_key_counts)
{
	static const int orders[6][3] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
		{ 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	certrep_id_t *ids[3], *old, *new;
	linked_list_t *certs;
	int i;

	old = issue((test_cert_t){ .from = -TEST_DAY * 9, .to = TEST_DAY });
	new = issue((test_cert_t){ .from = -1, .to = TEST_DAY });
	ids[0] = old;
	ids[1] = leaf;
	ids[2] = new;
	for (i = 0; i < countof(orders); i++)
	{
		certs = test_certs(ids[orders[i][0]], ids[orders[i][1]],
						   ids[orders[i][2]], NULL);
		ck_assert(scep_issued_find(certs, leaf->key) == new->cert);
		ck_assert(check_with(test_certs(root, NULL), certs));
		ck_assert(issued->equals(issued, new->cert));
	}
	certrep_id_destroy(old);
	certrep_id_destroy(new);
}
END_TEST

START_TEST(newest_that_passes_counts)
{
	certrep_id_t *new;

	new = issue((test_cert_t){ .from = -1, .to = TEST_DAY, .ca = TRUE });
	ck_assert(check_with(test_certs(root, NULL), test_certs(new, leaf, NULL)));
	ck_assert(issued->equals(issued, leaf->cert));
	/* the reason is that of the newest one */
	current = leaf;
	ck_assert(!check_with(test_certs(root, NULL), test_certs(leaf, new, NULL)));
	ck_assert_msg(strstr(err.text, "is a CA certificate"), "%s", err.text);
	certrep_id_destroy(new);
}
END_TEST

START_TEST(tells_what_the_genuine_one_lacks)
{
	certrep_id_t *self, *unfit;

	/* the one that signed the request, sent back, is the newest */
	self = test_cert(&(test_cert_t){ .subject = ISSUED, .same_key = leaf,
									 .from = -1, .to = TEST_DAY });
	unfit = issue((test_cert_t){ .eku = "emailProtection" });
	ck_assert(!check_with(test_certs(root, NULL),
						  test_certs(self, unfit, NULL)));
	ck_assert_int_eq(err.kind, SCEP_PERMANENT);
	ck_assert_msg(strstr(err.text, "extendedKeyUsage"), "%s", err.text);
	certrep_id_destroy(self);
	certrep_id_destroy(unfit);
}
END_TEST

START_TEST(finds_self_signed_one_only_without_another)
{
	linked_list_t *none = test_certs(root, NULL), *one, *both;
	certrep_id_t *self;

	self = test_cert(&(test_cert_t){ .subject = ISSUED, .same_key = leaf,
									 .from = -1, .to = TEST_DAY });
	one = test_certs(root, self, NULL);
	both = test_certs(self, leaf, NULL);
	ck_assert(!scep_issued_find(none, leaf->key));
	ck_assert(scep_issued_find(one, leaf->key) == self->cert);
	ck_assert(scep_issued_find(both, leaf->key) == leaf->cert);
	scep_certs_destroy(none);
	scep_certs_destroy(one);
	scep_certs_destroy(both);
	certrep_id_destroy(self);
}
END_TEST

START_TEST(refuses_other_cas)
{
	certrep_id_t *foreign, *forged, *self, *below;

	foreign = issue((test_cert_t){ .issuer = other });
	refuse(foreign, SCEP_SECURITY, "does not chain to the pinned CA");
	/* that CA in the answer changes nothing */
	ck_assert(!check_with(test_certs(root, other, NULL),
						  test_certs(foreign, other, NULL)));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	forged = test_cert(&(test_cert_t){ .subject = "CN=Root", .ca = TRUE });
	self = issue((test_cert_t){ .issuer = forged });
	ck_assert(!check_with(test_certs(root, NULL),
						  test_certs(self, forged, NULL)));
	ck_assert(strstr(err.text, "not signed by the CA"));
	/* an end entity is no CA */
	below = issue((test_cert_t){ .issuer = leaf });
	ck_assert(!check_with(test_certs(root, NULL),
						  test_certs(below, leaf, NULL)) ||
			  !issued->equals(issued, below->cert));
	certrep_id_destroy(foreign);
	certrep_id_destroy(forged);
	certrep_id_destroy(self);
	certrep_id_destroy(below);
}
END_TEST

START_TEST(refuses_self_signed)
{
	certrep_id_t *self;

	self = test_cert(&(test_cert_t){ .subject = ISSUED, .same_key = leaf });
	refuse(self, SCEP_SECURITY, "does not chain to the pinned CA");
	certrep_id_destroy(self);
}
END_TEST

START_TEST(chain_comes_from_the_answer_or_before)
{
	certrep_id_t *low, *id;
	certificate_t *first;
	int i;

	low = test_cert(&(test_cert_t){ .subject = "CN=Low", .ca = TRUE,
									.issuer = sub });
	id = issue((test_cert_t){ .issuer = low });
	for (i = 0; i < 3; i++)
	{
		ck_assert(check_with(i == 0 ? test_certs(root, NULL) :
							 i == 1 ? test_certs(root, sub, NULL) :
									  test_certs(low, root, sub, NULL),
							 i == 0 ? test_certs(id, low, sub, NULL) :
							 i == 1 ? test_certs(low, id, root, NULL) :
									  test_certs(id, NULL)));
		ck_assert(issued->equals(issued, id->cert));
		test_assert_certs(chain, low, sub, NULL);
		ck_assert(chain->get_first(chain, (void**)&first) == SUCCESS);
		ck_assert(first->equals(first, low->cert));
	}
	ck_assert(!check_with(test_certs(root, NULL), test_certs(id, sub, NULL)));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	certrep_id_destroy(low);
	certrep_id_destroy(id);
}
END_TEST

START_TEST(pinned_ca_that_is_no_root_is_in_the_chain)
{
	certrep_id_t *id;

	id = issue((test_cert_t){ .issuer = sub });
	profile.ca_pins->insert_last(profile.ca_pins, test_pin(sub, HASH_SHA256));
	ck_assert(check_with(test_certs(sub, NULL), test_certs(id, root, NULL)));
	test_assert_certs(chain, sub, NULL);
	/* what is above the pin counts for nothing */
	ck_assert(!check_with(test_certs(sub, NULL), test_certs(leaf, root, NULL)));
	certrep_id_destroy(id);
}
END_TEST

START_TEST(intermediates_are_checked)
{
	static const struct {
		test_cert_t what;
		const char *reason;
	} bad[] = {
		{ { .ca = FALSE }, "" },
		{ { .ca = TRUE, .usage = "digitalSignature" }, "not signed by" },
		{ { .ca = TRUE, .from = -TEST_YEAR, .to = -1 }, "not valid now" },
		{ { .ca = TRUE, .digest = "SHA1" }, "SHA-256 or better" },
		{ { .ca = TRUE, .digest = "MD5" }, "SHA-256 or better" },
	};
	certrep_id_t *middle, *id;
	test_cert_t what;
	int i;

	for (i = 0; i < countof(bad); i++)
	{
		what = bad[i].what;
		what.subject = "CN=Middle";
		what.issuer = root;
		middle = test_cert(&what);
		id = issue((test_cert_t){ .issuer = middle });
		ck_assert(!check_with(test_certs(root, NULL),
							  test_certs(id, middle, NULL)));
		ck_assert_int_eq(err.kind, SCEP_SECURITY);
		ck_assert_msg(strstr(err.text, bad[i].reason), "%s", err.text);
		certrep_id_destroy(middle);
		certrep_id_destroy(id);
	}
}
END_TEST

START_TEST(weak_digests_need_permission)
{
	certrep_id_t *sha1, *md5;

	sha1 = issue((test_cert_t){ .digest = "SHA1" });
	md5 = issue((test_cert_t){ .digest = "MD5" });
	refuse(sha1, SCEP_SECURITY, "SHA-256 or better");
	refuse(md5, SCEP_SECURITY, "SHA-256 or better");
	profile.allow_sha1 = TRUE;
	take(sha1);
	refuse(md5, SCEP_SECURITY, "SHA-256 or better");
	certrep_id_destroy(sha1);
	certrep_id_destroy(md5);
}
END_TEST

static const struct {
	long from, to;
	const char *reason;
} validities[] = {
	{ -TEST_DAY, 60, NULL },
	{ -TEST_DAY, 0, "expired" },
	{ -TEST_YEAR, -TEST_DAY, "expired" },
	{ 0, TEST_DAY, NULL },
	/* soon; then it is kept until it is valid */
	{ TEST_DAY, TEST_DAY * 2, NULL },
	{ TEST_DAY + 1, TEST_DAY * 2, "not valid before 2026-01-02T00:00:01Z" },
	{ TEST_DAY / 2, TEST_DAY / 4, "expired" },
};

START_TEST(must_be_valid_now_or_soon)
{
	certrep_id_t *id;

	id = issue((test_cert_t){ .from = validities[_i].from,
							  .to = validities[_i].to });
	if (validities[_i].reason)
	{
		refuse(id, SCEP_TRANSIENT, validities[_i].reason);
	}
	else
	{
		take(id);
	}
	certrep_id_destroy(id);
}
END_TEST

static const struct {
	bool ca;
	const char *usage, *eku, *reason;
} usages[] = {
	{ FALSE, "digitalSignature,keyEncipherment", NULL, NULL },
	{ FALSE, "nonRepudiation", NULL, NULL },
	{ FALSE, NULL, "clientAuth", NULL },
	{ FALSE, "digitalSignature", "emailProtection,ipsecIKE", NULL },
	{ FALSE, NULL, "anyExtendedKeyUsage", NULL },
	{ TRUE, NULL, NULL, "is a CA certificate" },
	{ FALSE, "keyCertSign,digitalSignature", NULL, "is a CA certificate" },
	{ FALSE, "keyEncipherment", NULL, "no digitalSignature" },
	{ FALSE, NULL, "emailProtection", "extendedKeyUsage" },
	{ FALSE, NULL, TEST_EKU_AGENT, "extendedKeyUsage" },
};

START_TEST(must_be_usable_for_ike)
{
	certrep_id_t *id;

	id = issue((test_cert_t){ .ca = usages[_i].ca, .usage = usages[_i].usage,
							  .eku = usages[_i].eku });
	if (usages[_i].reason)
	{
		refuse(id, SCEP_PERMANENT, usages[_i].reason);
	}
	else
	{
		take(id);
	}
	certrep_id_destroy(id);
}
END_TEST

START_TEST(must_be_newer_than_the_current_one)
{
	certrep_id_t *older, *same;

	current = issue((test_cert_t){ .from = -TEST_DAY, .to = TEST_YEAR * 2 });
	older = issue((test_cert_t){ .from = -TEST_DAY - 1, .to = TEST_YEAR * 3 });
	same = issue((test_cert_t){ .from = -TEST_DAY, .to = TEST_YEAR * 2 });
	refuse(older, SCEP_SECURITY, "not newer");
	refuse(current, SCEP_SECURITY, "not newer");
	take(same);
	certrep_id_destroy(current);
	certrep_id_destroy(older);
	certrep_id_destroy(same);
}
END_TEST

START_TEST(another_ca_may_date_back)
{
	certrep_id_t *longer, *shorter;

	/* the current one is of a CA that is not trusted any more */
	current = issue((test_cert_t){ .issuer = other, .from = -60,
								   .to = TEST_YEAR });
	longer = issue((test_cert_t){ .from = -TEST_DAY, .to = TEST_YEAR });
	shorter = issue((test_cert_t){ .from = -TEST_DAY, .to = TEST_YEAR - 1 });
	take(longer);
	refuse(shorter, SCEP_SECURITY, "not newer");
	certrep_id_destroy(current);
	certrep_id_destroy(longer);
	certrep_id_destroy(shorter);
}
END_TEST

/** Names that differ from SUBJECT */
static const struct {
	const char *subject;
	bool printable, same;
} subjects[] = {
	{ ISSUED, FALSE, TRUE },
	/* PrintableString instead of UTF8String; of such ones in any case */
	{ ISSUED, TRUE, TRUE },
	{ "/C=DE/O=EXAMPLE/CN=GW", TRUE, TRUE },
	{ "/C=DE/O=Example/CN=GW", FALSE, FALSE },
	{ "/C=DE/O=Example/CN=gw2", FALSE, FALSE },
	{ "/C=DE/CN=gw", FALSE, FALSE },
	{ "/C=DE/O=Example/OU=x/CN=gw", FALSE, FALSE },
	{ "/CN=gw/O=Example/C=DE", FALSE, FALSE },
};

START_TEST(must_have_the_subject)
{
	certrep_id_t *id;

	id = issue((test_cert_t){ .subject = subjects[_i].subject,
							  .printable = subjects[_i].printable });
	if (subjects[_i].same)
	{
		take(id);
	}
	else
	{
		refuse(id, SCEP_PERMANENT, "another subject");
	}
	certrep_id_destroy(id);
}
END_TEST

static const struct {
	/* requested, separated by blanks; issued; what is wrong */
	const char *sans, *upns, *san, *reason;
} names[] = {
	{ "gw.example.org", "", "DNS:gw.example.org", NULL },
	{ "gw.example.org", "", "DNS:GW.Example.ORG", NULL },
	{ "a@example.org", "", "email:a@EXAMPLE.org", NULL },
	{ "192.0.2.1 2001:db8::1", "", "IP:2001:db8::1,IP:192.0.2.1", NULL },
	{ "gw.example.org", "", NULL, "lacks a requested subjectAltName" },
	{ "", "", "DNS:gw.example.org",
	  "subjectAltName that was not requested: \"gw.example.org\"" },
	{ "gw.example.org", "", "DNS:gw.example.org,DNS:evil.example.org",
	  "not requested: \"evil.example.org\"" },
	{ "gw.example.org 192.0.2.1", "", "DNS:gw.example.org",
	  "lacks a requested subjectAltName: \"192.0.2.1\"" },
	{ "gw.example.org", "", "DNS:*.example.org", "was not requested" },
	{ "gw.example.org", "", "email:gw.example.org@x.y", "was not requested" },
	{ "192.0.2.1", "", "IP:192.0.2.2", "was not requested" },
	{ "", "u@example.org", UPN "u@example.org", NULL },
	{ "", "u@example.org", UPN "u@EXAMPLE.ORG", NULL },
	{ "u@example.org", "u@example.org",
	  "email:u@example.org," UPN "u@example.org", NULL },
	{ "", "u@example.org", "email:u@example.org",
	  "subjectAltName that was not requested" },
	{ "u@example.org", "", UPN "u@example.org",
	  "lacks a requested subjectAltName" },
	{ "u@example.org", "", "email:u@example.org," UPN "u@example.org",
	  "user principal name that was not requested" },
	{ "u@example.org", "u@example.org", "email:u@example.org",
	  "lacks a requested user principal name: \"u@example.org\"" },
};

/**
 * Request names.
 */
static void request(linked_list_t *list, const char *requested, id_type_t type)
{
	enumerator_t *enumerator;
	char *token;

	enumerator = enumerator_create_token(requested, " ", "");
	while (enumerator->enumerate(enumerator, &token))
	{
		list->insert_last(list, type == ID_ANY ?
					identification_create_from_string(token) :
					identification_create_from_encoding(type,
													chunk_from_str(token)));
	}
	enumerator->destroy(enumerator);
}

START_TEST(must_have_the_names)
{
	certrep_id_t *id;

	id = issue((test_cert_t){ .san = names[_i].san });
	request(profile.sans, names[_i].sans, ID_ANY);
	request(profile.upns, names[_i].upns, ID_RFC822_ADDR);
	if (names[_i].reason)
	{
		refuse(id, SCEP_PERMANENT, names[_i].reason);
	}
	else
	{
		take(id);
	}
	certrep_id_destroy(id);
}
END_TEST

START_TEST(policy_decides_about_names)
{
	certrep_id_t *id;

	id = issue((test_cert_t){ .subject = "CN=x" });
	refuse(id, SCEP_PERMANENT, "another subject");
	ck_assert_int_eq(warnings, 0);
	profile.subject_policy = SCEP_POLICY_WARN;
	take(id);
	ck_assert_int_eq(warnings, 1);
	ck_assert_msg(strstr(warned, "another subject"), "%s", warned);
	profile.subject_policy = SCEP_POLICY_ACCEPT;
	take(id);
	ck_assert_int_eq(warnings, 1);
	certrep_id_destroy(id);
	/* the rest is not a matter of names */
	id = issue((test_cert_t){ .subject = "CN=x", .ca = TRUE });
	refuse(id, SCEP_PERMANENT, "is a CA certificate");
	certrep_id_destroy(id);
}
END_TEST

START_TEST(warns_if_the_ca_ends_earlier)
{
	certrep_id_t *id, *longer, *low;

	id = issue((test_cert_t){ .to = TEST_YEAR + 60 });
	take(id);
	ck_assert_int_eq(warnings, 1);
	ck_assert_msg(strstr(warned, "\"CN=Root\" sha256:") &&
				  strstr(warned, "2027-01-01T00:00:00Z"), "%s", warned);
	certrep_id_destroy(id);

	longer = test_cert(&(test_cert_t){ .subject = "CN=Longer", .ca = TRUE,
									   .to = TEST_YEAR * 3 });
	low = test_cert(&(test_cert_t){ .subject = "CN=Low", .ca = TRUE,
									.issuer = longer, .to = TEST_YEAR });
	id = issue((test_cert_t){ .issuer = low, .to = TEST_YEAR * 2 });
	profile.ca_pins->insert_last(profile.ca_pins,
								 test_pin(longer, HASH_SHA256));
	ck_assert(check_with(test_certs(longer, NULL), test_certs(id, low, NULL)));
	ck_assert_int_eq(warnings, 2);
	ck_assert_msg(strstr(warned, "\"CN=Low\" sha256:"), "%s", warned);
	certrep_id_destroy(id);
	certrep_id_destroy(low);
	certrep_id_destroy(longer);
}
END_TEST

/**
 * Announce a CA that takes over in nine days, for a test.
 */
static certrep_id_t *announce_next(linked_list_t *announced)
{
	certrep_id_t *next;

	next = test_cert(&(test_cert_t){ .subject = "CN=Next", .ca = TRUE,
						.from = TEST_DAY * 9, .to = TEST_YEAR });
	announced->insert_last(announced, next->cert->get_ref(next->cert));
	trust.announced = announced;
	return next;
}

static const struct {
	long from;
	const char *reason;
} next_validities[] = {
	{ -TEST_DAY, "begins before its CA" },
	{ TEST_DAY * 9 - 1, "begins before its CA" },
	{ TEST_DAY * 9, NULL },
	{ TEST_DAY * 10, NULL },
	{ TEST_DAY * 10 + 1, "not valid before" },
};

START_TEST(next_ca_issues_for_its_own_time)
{
	linked_list_t *announced = linked_list_create();
	certrep_id_t *next = announce_next(announced), *low, *id;

	id = issue((test_cert_t){ .issuer = next, .to = TEST_YEAR / 2,
							  .from = next_validities[_i].from });
	if (next_validities[_i].reason)
	{
		refuse(id, SCEP_TRANSIENT, next_validities[_i].reason);
	}
	else
	{
		take(id);
	}
	certrep_id_destroy(id);
	/* also by CAs below it, which begin when it does */
	low = test_cert(&(test_cert_t){ .subject = "CN=Next low", .ca = TRUE,
						.issuer = next, .from = TEST_DAY * 9,
						.to = TEST_YEAR });
	id = issue((test_cert_t){ .issuer = low, .from = TEST_DAY * 9,
							  .to = TEST_YEAR / 2 });
	ck_assert(check_with(test_certs(root, NULL), test_certs(low, id, NULL)));
	test_assert_certs(chain, low, NULL);
	certrep_id_destroy(id);
	certrep_id_destroy(low);
	certrep_id_destroy(next);
	scep_certs_destroy(announced);
}
END_TEST

START_TEST(both_issue_in_the_overlap)
{
	linked_list_t *announced = linked_list_create();
	certrep_id_t *next = announce_next(announced), *id;

	id = issue((test_cert_t){ .from = TEST_DAY * 9, .to = TEST_YEAR });
	take(leaf);
	/* the current one has no reason to issue for later */
	refuse(id, SCEP_TRANSIENT, "not valid before");
	/* nor are others announced */
	trust.announced = NULL;
	certrep_id_destroy(id);
	id = issue((test_cert_t){ .issuer = next, .from = TEST_DAY * 9,
							  .to = TEST_YEAR });
	refuse(id, SCEP_SECURITY, "does not chain");
	certrep_id_destroy(id);
	certrep_id_destroy(next);
	scep_certs_destroy(announced);
}
END_TEST

int main()
{
	Suite *suite = suite_create("issued");
	TCase *tcase = tcase_create("issued");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_checked_fixture(tcase, setup_case, teardown_case);
	tcase_add_test(tcase, accepts_what_was_asked_for);
	tcase_add_test(tcase, finds_ours_among_others);
	tcase_add_test(tcase, refuses_another_key);
	tcase_add_test(tcase, newest_for_our_key_counts);
	tcase_add_test(tcase, newest_that_passes_counts);
	tcase_add_test(tcase, tells_what_the_genuine_one_lacks);
	tcase_add_test(tcase, finds_self_signed_one_only_without_another);
	tcase_add_test(tcase, refuses_other_cas);
	tcase_add_test(tcase, refuses_self_signed);
	tcase_add_test(tcase, chain_comes_from_the_answer_or_before);
	tcase_add_test(tcase, pinned_ca_that_is_no_root_is_in_the_chain);
	tcase_add_test(tcase, intermediates_are_checked);
	tcase_add_test(tcase, weak_digests_need_permission);
	tcase_add_loop_test(tcase, must_be_valid_now_or_soon, 0,
						countof(validities));
	tcase_add_loop_test(tcase, must_be_usable_for_ike, 0, countof(usages));
	tcase_add_test(tcase, must_be_newer_than_the_current_one);
	tcase_add_test(tcase, another_ca_may_date_back);
	tcase_add_loop_test(tcase, must_have_the_subject, 0, countof(subjects));
	tcase_add_loop_test(tcase, must_have_the_names, 0, countof(names));
	tcase_add_test(tcase, policy_decides_about_names);
	tcase_add_test(tcase, warns_if_the_ca_ends_earlier);
	tcase_add_loop_test(tcase, next_ca_issues_for_its_own_time, 0,
						countof(next_validities));
	tcase_add_test(tcase, both_issue_in_the_overlap);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
