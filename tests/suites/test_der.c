/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "message/scep_der.h"

#include <asn1/oid.h>

/**
 * What the reader must refuse.
 */
static const struct {
	u_char bytes[8];
	size_t len;
} broken[] = {
	{ { 0 }, 0 },
	{ { 0x30 }, 1 },
	{ { 0x30, 0x01 }, 2 },
	{ { 0x30, 0x80, 0x00, 0x00 }, 4 },
	/* not minimal */
	{ { 0x04, 0x81, 0x01, 0x61 }, 4 },
	{ { 0x04, 0x82, 0x00, 0x01, 0x61 }, 5 },
	/* more than there is */
	{ { 0x04, 0x81, 0x80, 0x61 }, 4 },
	{ { 0x04, 0x84, 0xff, 0xff, 0xff, 0xff }, 6 },
	{ { 0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00 }, 7 },
	{ { 0x04, 0xff }, 2 },
	/* tags of several bytes */
	{ { 0x1f, 0x20, 0x01, 0x61 }, 4 },
	{ { 0xbf, 0x20, 0x00 }, 3 },
};

START_TEST(rejects_what_is_no_der)
{
	chunk_t in, rest, content = chunk_empty;

	in = chunk_clone(chunk_create((u_char*)broken[_i].bytes, broken[_i].len));
	rest = in;
	ck_assert(!scep_der_next(&rest, NULL, &content, NULL));
	/* nothing is taken */
	ck_assert(rest.ptr == in.ptr && rest.len == in.len && !content.ptr);
	free(in.ptr);
}
END_TEST

START_TEST(reads_elements)
{
	chunk_t in = chunk_from_chars(0x02, 0x01, 0x05, 0x30, 0x00), content;
	chunk_t element;
	int tag;

	ck_assert_int_eq(scep_der_peek(in), ASN1_INTEGER);
	ck_assert(!scep_der_take(&in, ASN1_SEQUENCE, &content));
	ck_assert(scep_der_next(&in, &tag, &content, &element));
	ck_assert_int_eq(tag, ASN1_INTEGER);
	ck_assert(chunk_equals(content, chunk_from_chars(0x05)));
	ck_assert(chunk_equals(element, chunk_from_chars(0x02, 0x01, 0x05)));
	/* absent and empty differ */
	ck_assert(scep_der_take_optional(&in, ASN1_CONTEXT_C_0, &content));
	ck_assert(!content.ptr);
	ck_assert(scep_der_take_optional(&in, ASN1_SEQUENCE, &content));
	ck_assert(content.ptr && !content.len);
	ck_assert_int_eq(scep_der_peek(in), ASN1_INVALID);
}
END_TEST

START_TEST(only_refuses_trailing_bytes)
{
	chunk_t content;

	ck_assert(scep_der_only(chunk_from_chars(0x30, 0x00), ASN1_SEQUENCE,
							&content));
	ck_assert(!scep_der_only(chunk_from_chars(0x30, 0x00, 0x00), ASN1_SEQUENCE,
							 &content));
}
END_TEST

START_TEST(versions_are_small)
{
	chunk_t in = chunk_from_chars(0x02, 0x01, 0x80);
	int value;

	ck_assert(!scep_der_take_small(&in, &value));
	in = chunk_from_chars(0x02, 0x02, 0x00, 0x01);
	ck_assert(!scep_der_take_small(&in, &value));
	in = chunk_from_chars(0x02, 0x00);
	ck_assert(!scep_der_take_small(&in, &value));
	in = chunk_from_chars(0x02, 0x01, 0x03);
	ck_assert(scep_der_take_small(&in, &value));
	ck_assert_int_eq(value, 3);
}
END_TEST

START_TEST(null_and_absent_parameters_are_the_same)
{
	chunk_t with = chunk_from_chars(0x30, 0x05, 0x06, 0x01, 0x2a, 0x05, 0x00);
	chunk_t without = chunk_from_chars(0x30, 0x03, 0x06, 0x01, 0x2a);
	chunk_t other = chunk_from_chars(0x30, 0x06, 0x06, 0x01, 0x2a, 0x02, 0x01,
									 0x05);
	chunk_t oid, params;

	ck_assert(scep_der_take_algorithm(&with, &oid, &params));
	ck_assert(chunk_equals(oid, chunk_from_chars(0x2a)) && !params.len);
	ck_assert(scep_der_take_algorithm(&without, &oid, &params));
	ck_assert(chunk_equals(oid, chunk_from_chars(0x2a)) && !params.len);
	ck_assert(scep_der_take_algorithm(&other, &oid, &params));
	ck_assert(chunk_equals(params, chunk_from_chars(0x02, 0x01, 0x05)));
}
END_TEST

START_TEST(rejects_odd_algorithms)
{
	chunk_t odd[] = {
		chunk_from_chars(0x30, 0x00),
		chunk_from_chars(0x30, 0x02, 0x05, 0x00),
		/* NULL that is not empty */
		chunk_from_chars(0x30, 0x06, 0x06, 0x01, 0x2a, 0x05, 0x01, 0x00),
		/* two parameters */
		chunk_from_chars(0x30, 0x07, 0x06, 0x01, 0x2a, 0x05, 0x00, 0x05, 0x00),
		chunk_from_chars(0x31, 0x03, 0x06, 0x01, 0x2a),
	};
	chunk_t oid, params;
	size_t i;

	for (i = 0; i < countof(odd); i++)
	{
		ck_assert(!scep_der_take_algorithm(&odd[i], &oid, &params));
	}
}
END_TEST

START_TEST(oids_match_as_a_whole)
{
	/* SHA-256, with an arc less and an arc more */
	u_char sha256[] = {
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x01
	};
	char buf[SCEP_OID_LEN];

	ck_assert_int_eq(scep_der_oid(chunk_create(sha256, 9)), OID_SHA256);
	ck_assert_int_ne(scep_der_oid(chunk_create(sha256, 8)), OID_SHA256);
	ck_assert_int_eq(scep_der_oid(chunk_create(sha256, 10)), OID_UNKNOWN);
	ck_assert_int_eq(scep_der_oid(chunk_empty), OID_UNKNOWN);
	ck_assert_str_eq(scep_der_oid_text(chunk_create(sha256, 9), buf),
					 "2.16.840.1.101.3.4.2.1");
	ck_assert_str_eq(scep_der_oid_text(chunk_empty, buf),
					 "of an unreadable OID");
}
END_TEST

START_TEST(sets_are_sorted)
{
	chunk_t set, elements[] = {
		chunk_from_chars(0x30, 0x02, 0x05, 0x00),
		chunk_from_chars(0x04, 0x02, 0x61, 0x62),
		chunk_from_chars(0x04, 0x01, 0x63),
		chunk_from_chars(0x04, 0x02, 0x61, 0x61),
	};

	set = scep_der_set_of(ASN1_SET, elements, countof(elements));
	ck_assert(chunk_equals(set, chunk_from_chars(0x31, 0x0f,
									0x04, 0x01, 0x63,
									0x04, 0x02, 0x61, 0x61,
									0x04, 0x02, 0x61, 0x62,
									0x30, 0x02, 0x05, 0x00)));
	free(set.ptr);
	set = scep_der_set_of(ASN1_CONTEXT_C_0, elements, 0);
	ck_assert(chunk_equals(set, chunk_from_chars(0xa0, 0x00)));
	free(set.ptr);
}
END_TEST

START_TEST(nul_is_not_printable)
{
	ck_assert(scep_der_is_printable(chunk_from_str("Az09 '()+,-./:=?")));
	ck_assert(scep_der_is_printable(chunk_empty));
	ck_assert(!scep_der_is_printable(chunk_from_chars('a', 0x00)));
	ck_assert(!scep_der_is_printable(chunk_from_str("a@b")));
	ck_assert(!scep_der_is_printable(chunk_from_str("a*")));
}
END_TEST

int main()
{
	Suite *suite = suite_create("der");
	TCase *tcase = tcase_create("der");

	tcase_add_loop_test(tcase, rejects_what_is_no_der, 0, countof(broken));
	tcase_add_test(tcase, reads_elements);
	tcase_add_test(tcase, only_refuses_trailing_bytes);
	tcase_add_test(tcase, versions_are_small);
	tcase_add_test(tcase, null_and_absent_parameters_are_the_same);
	tcase_add_test(tcase, rejects_odd_algorithms);
	tcase_add_test(tcase, oids_match_as_a_whole);
	tcase_add_test(tcase, sets_are_sorted);
	tcase_add_test(tcase, nul_is_not_printable);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
