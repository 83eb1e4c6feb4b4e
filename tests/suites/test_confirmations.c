/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include "config/scep_pin.h"

#include <asn1/asn1.h>

#include <stdio.h>
#include <sys/stat.h>

/** Hexadecimal digits of 32 bytes */
#define HEX16	"0123456789abcdef0123456789abcdef"
#define HEX32	HEX16 HEX16

/**
 * Put a file where an administrator would.
 */
static void confirm(const char *content)
{
	ck_assert(mkdir(at("ca"), 0700) == 0 || exists("ca"));
	overwrite("ca/confirmed", content);
	ck_assert_int_eq(chmod(at("ca/confirmed"), 0644), 0);
}

/**
 * Load what is confirmed.
 *
 * @param count		number of fingerprints that there have to be
 */
static void check_count(int count, scep_error_t *err)
{
	linked_list_t *pins;

	ck_assert_msg(store->load_confirmed(store, &pins, err), "%s", err->text);
	ck_assert_int_eq(pins->get_count(pins), count);
	scep_pins_destroy(pins);
}

START_TEST(nothing_is_confirmed)
{
	scep_error_t error = {};

	check_count(0, &error);
	confirm("");
	check_count(0, &error);
	ck_assert_int_eq(error.kind, SCEP_OK);
}
END_TEST

/**
 * Contents that are good, and their number of fingerprints.
 */
static const struct {
	const char *content;
	int count;
} goods[] = {
	{ "\n# nothing\n  # here\n\t\r\n", 0 },
	{ "sha256:" HEX32, 1 },
	{ "sha256:" HEX32 "\r\n", 1 },
	{ " \tSHA256: " HEX16 " " HEX16 " # the CA, of course\n", 1 },
	{ "sha256:" HEX32 "\n\nsha384:" HEX32 HEX16 "\nsha512:" HEX32 HEX32, 3 },
};

START_TEST(reads_fingerprints)
{
	scep_error_t error = {};

	confirm(goods[_i].content);
	check_count(goods[_i].count, &error);
	ck_assert_msg(error.kind == SCEP_OK, "%s", error.text);
}
END_TEST

/**
 * Lines that are no fingerprint.
 */
static const char *bads[] = {
	"sha256:" HEX16, "sha256:" HEX32 "0", HEX32, "sha1:" HEX16 "01234567",
	"md5:" HEX16, "sha256:" HEX32 " the CA", "yes", "sha256", "\1\2\3",
	"sha256:" HEX32 ",sha256:" HEX32, "sha256:" HEX16 "\t" HEX16,
};

START_TEST(names_and_ignores_a_malformed_line)
{
	scep_error_t error = {};
	char content[512];

	snprintf(content, sizeof(content), "# two\nsha256:" HEX32 "\n%s\n"
			 "sha512:" HEX32 HEX32 "\n", bads[_i]);
	confirm(content);
	check_count(2, &error);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, at("ca/confirmed")), "%s", error.text);
	ck_assert_msg(strstr(error.text, "line 3"), "%s", error.text);
}
END_TEST

START_TEST(refuses_a_line_with_a_zero)
{
	static const char line[] = "sha256:" HEX32 "\0junk\n";
	scep_error_t error = {};
	FILE *file;

	confirm("");
	file = fopen(at("ca/confirmed"), "w");
	ck_assert(file);
	ck_assert_int_eq(fwrite(line, 1, sizeof(line) - 1, file), sizeof(line) - 1);
	fclose(file);
	check_count(0, &error);
	ck_assert_msg(strstr(error.text, "line 1"), "%s", error.text);
}
END_TEST

START_TEST(limits_the_number_of_fingerprints)
{
	scep_error_t error = {};
	FILE *file;
	int i;

	confirm("");
	file = fopen(at("ca/confirmed"), "w");
	ck_assert(file);
	for (i = 0; i <= SCEP_MAX_PINS; i++)
	{
		fputs("sha256:" HEX32 "\n", file);
	}
	fclose(file);
	check_count(SCEP_MAX_PINS, &error);
	ck_assert_msg(strstr(error.text, "line 65"), "%s", error.text);
}
END_TEST

/**
 * What others must not be able to write to.
 */
static const struct {
	const char *name;
	mode_t mode;
} shared[] = {
	{ "ca/confirmed", 0666 }, { "ca/confirmed", 0620 },
	{ "ca/confirmed", 0602 },
	{ "ca", 0770 }, { "ca", 0777 },
};

START_TEST(refuses_what_others_could_have_written)
{
	scep_error_t error = {};
	linked_list_t *pins;

	confirm("sha256:" HEX32 "\n");
	ck_assert_int_eq(chmod(at(shared[_i].name), shared[_i].mode), 0);
	ck_assert(!store->load_confirmed(store, &pins, &error));
	ck_assert_int_eq(pins->get_count(pins), 0);
	ck_assert_int_eq(error.kind, SCEP_EXPOSED);
	ck_assert_msg(strstr(error.text, at(shared[_i].name)), "%s", error.text);
	scep_pins_destroy(pins);
}
END_TEST

/**
 * Ask for confirmation of the first CA and an RA.
 */
static bool ask(scep_profile_store_t *to, bool something, scep_error_t *err)
{
	linked_list_t *cas = linked_list_create(), *ras = linked_list_create();
	bool success;

	if (something)
	{
		cas->insert_last(cas, certs[0]);
		ras->insert_last(ras, certs[1]);
	}
	success = to->save_candidates(to, cas, ras, err);
	cas->destroy(cas);
	ras->destroy(ras);
	return success;
}

START_TEST(copied_lines_confirm)
{
	scep_error_t error = {};
	linked_list_t *pins;
	char from[PATH_MAX];

	ck_assert_msg(ask(store, TRUE, &error), "%s", error.text);
	snprintf(from, sizeof(from), "%s", at("ca/unconfirmed"));
	ck_assert_int_eq(rename(from, at("ca/confirmed")), 0);
	ck_assert_msg(store->load_confirmed(store, &pins, &error), "%s",
				  error.text);
	ck_assert_msg(error.kind == SCEP_OK, "%s", error.text);
	ck_assert_int_eq(pins->get_count(pins), 2);
	ck_assert(scep_pins_match(pins, certs[0]));
	ck_assert(scep_pins_match(pins, certs[1]));
	ck_assert(!scep_pins_match(pins, certs[2]));
	scep_pins_destroy(pins);
}
END_TEST

START_TEST(tells_role_and_subject)
{
	scep_error_t error = {};
	chunk_t *file;

	ck_assert(ask(store, TRUE, &error));
	file = chunk_map(at("ca/unconfirmed"), FALSE);
	ck_assert(file);
	ck_assert(memmem(file->ptr, file->len, "# ca: subject=\"CN=0\"", 20));
	ck_assert(memmem(file->ptr, file->len, "# ra: subject=\"CN=1\"", 20));
	chunk_unmap(file);
	ck_assert(ask(store, FALSE, &error));
	ck_assert(!exists("ca/unconfirmed"));
	ck_assert(ask(store, FALSE, &error));
}
END_TEST

START_TEST(hostile_subject_makes_no_line)
{
	static const char name[] = "x\nsha256:" HEX32 "\n";
	linked_list_t *cas, *ras = linked_list_create(), *pins;
	identification_t *subject;
	scep_error_t error = {};
	certificate_t *cert;
	public_key_t *public;
	char from[PATH_MAX];
	chunk_t dn;

	dn = asn1_wrap(ASN1_SEQUENCE, "m", asn1_wrap(ASN1_SET, "m",
			asn1_wrap(ASN1_SEQUENCE, "mm",
				asn1_wrap(ASN1_OID, "c", chunk_from_chars(0x55, 0x04, 0x03)),
				asn1_wrap(ASN1_UTF8STRING, "c", chunk_from_str((char*)name)))));
	subject = identification_create_from_encoding(ID_DER_ASN1_DN, dn);
	public = keys[0]->get_public_key(keys[0]);
	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
						BUILD_SIGNING_KEY, keys[0], BUILD_PUBLIC_KEY, public,
						BUILD_SUBJECT, subject,
						BUILD_SERIAL, chunk_from_chars(0x01),
						BUILD_DIGEST_ALG, HASH_SHA256, BUILD_END);
	ck_assert(cert);
	cas = linked_list_create_with_items(cert, NULL);
	ck_assert_msg(store->save_candidates(store, cas, ras, &error), "%s",
				  error.text);
	snprintf(from, sizeof(from), "%s", at("ca/unconfirmed"));
	ck_assert_int_eq(rename(from, at("ca/confirmed")), 0);
	ck_assert(store->load_confirmed(store, &pins, &error));
	ck_assert_msg(error.kind == SCEP_OK, "%s", error.text);
	ck_assert_int_eq(pins->get_count(pins), 1);
	ck_assert(scep_pins_match(pins, cert));
	scep_pins_destroy(pins);
	cas->destroy(cas);
	ras->destroy(ras);
	cert->destroy(cert);
	public->destroy(public);
	subject->destroy(subject);
	chunk_free(&dn);
}
END_TEST

/**
 * Ask, or end asking, while each step in turn fails: the file is whole, or
 * there is none.
 */
START_TEST(failing_step_leaves_no_half_question)
{
	scep_profile_store_t *sick;
	scep_error_t error = {};
	bool success = FALSE;
	struct stat st;
	off_t whole;
	u_int i;

	ck_assert(ask(store, TRUE, &error));
	ck_assert_int_eq(stat(at("ca/unconfirmed"), &st), 0);
	whole = st.st_size;
	for (i = 1; !success && i < MAX_STEPS; i++)
	{
		ck_assert(ask(store, _i, &error));
		sick = open_on(&bad.public);
		bad.fails = i;
		bad.steps = 0;
		success = ask(sick, !_i, NULL);
		bad.fails = 0;
		sick->destroy(sick);
		if (exists("ca/unconfirmed"))
		{
			ck_assert_int_eq(stat(at("ca/unconfirmed"), &st), 0);
			ck_assert_int_eq(st.st_size, whole);
			ck_assert(!success || !_i);
		}
		else
		{
			ck_assert(!success || _i);
		}
	}
	ck_assert(success);
	ck_assert_int_gt(i, 2);
}
END_TEST

int main()
{
	Suite *suite = suite_create("confirmations");
	TCase *tcase;

	tcase = tcase_create("confirmed");
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_add_test(tcase, nothing_is_confirmed);
	tcase_add_loop_test(tcase, reads_fingerprints, 0, countof(goods));
	tcase_add_loop_test(tcase, names_and_ignores_a_malformed_line, 0,
						countof(bads));
	tcase_add_test(tcase, refuses_a_line_with_a_zero);
	tcase_add_test(tcase, limits_the_number_of_fingerprints);
	tcase_add_loop_test(tcase, refuses_what_others_could_have_written, 0,
						countof(shared));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("unconfirmed");
	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, copied_lines_confirm);
	tcase_add_test(tcase, tells_role_and_subject);
	tcase_add_test(tcase, hostile_subject_makes_no_line);
	tcase_add_loop_test(tcase, failing_step_leaves_no_half_question, 0, 2);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
