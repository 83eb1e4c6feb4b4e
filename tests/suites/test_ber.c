/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep_der.h"
#include "base/scep_limits.h"
#include "message/scep_ber.h"

#include <sys/resource.h>
#include <time.h>

/**
 * Parse hexadecimal digits with blanks into memory of exactly that size.
 */
static chunk_t from_hex(const char *hex)
{
	chunk_t packed;
	char *digits;
	size_t i, len = 0;

	digits = malloc(strlen(hex) + 1);
	for (i = 0; hex[i]; i++)
	{
		if (hex[i] != ' ')
		{
			digits[len++] = hex[i];
		}
	}
	packed = chunk_from_hex(chunk_create((u_char*)digits, len), NULL);
	free(digits);
	return packed;
}

/**
 * BER and the DER that it becomes.
 */
static const struct {
	const char *ber;
	const char *der;
} conversions[] = {
	/* DER stays */
	{ "05 00", "05 00" },
	{ "04 00", "04 00" },
	{ "30 00", "30 00" },
	{ "30 06 02 01 05 04 01 ff", "30 06 02 01 05 04 01 ff" },
	{ "bf 8f 7f 03 02 01 01", "bf 8f 7f 03 02 01 01" },
	/* what looks like a string in pieces, but need not be one, stays */
	{ "a0 06 04 01 61 04 01 62", "a0 06 04 01 61 04 01 62" },
	/* indefinite lengths */
	{ "30 80 00 00", "30 00" },
	{ "30 80 02 01 05 00 00", "30 03 02 01 05" },
	{ "30 80 31 80 30 80 05 00 00 00 00 00 00 00", "30 06 31 04 30 02 05 00" },
	{ "30 80 02 02 00 00 00 00", "30 04 02 02 00 00" },
	/* indefinite in definite, and the other way round */
	{ "30 06 30 80 05 00 00 00", "30 04 30 02 05 00" },
	{ "30 80 30 02 05 00 00 00", "30 04 30 02 05 00" },
	{ "30 08 30 80 00 00 30 80 00 00", "30 04 30 00 30 00" },
	/* lengths with more octets than are needed */
	{ "04 81 01 61", "04 01 61" },
	{ "30 83 00 00 02 05 00", "30 02 05 00" },
	{ "04 89 00 00 00 00 00 00 00 00 01 61", "04 01 61" },
	/* strings in pieces */
	{ "24 80 00 00", "04 00" },
	{ "24 00", "04 00" },
	{ "24 80 04 00 04 00 00 00", "04 00" },
	{ "24 80 04 01 61 04 02 62 63 00 00", "04 03 61 62 63" },
	{ "24 06 04 01 61 04 01 62", "04 02 61 62" },
	{ "24 80 24 80 04 01 61 00 00 24 03 04 01 62 04 01 63 00 00",
	  "04 03 61 62 63" },
	{ "30 80 24 80 04 01 61 00 00 05 00 00 00", "30 05 04 01 61 05 00" },
	{ "23 80 03 02 00 ff 03 02 04 f0 00 00", "03 03 04 ff f0" },
	{ "23 80 00 00", "03 01 00" },
	{ "23 09 03 02 00 ff 23 03 03 01 00", "03 02 00 ff" },
	{ "24 80 24 00 24 03 04 01 61 24 00 00 00", "04 01 61" },
	/* DER beside what is not */
	{ "30 80 05 00 05 00 00 00", "30 04 05 00 05 00" },
	{ "30 08 05 00 30 80 00 00 05 00", "30 06 05 00 30 00 05 00" },
	{ "30 80 30 04 30 02 05 00 30 04 30 02 05 00 00 00",
	  "30 0c 30 04 30 02 05 00 30 04 30 02 05 00" },
	{ "30 0a 30 06 05 00 04 81 01 61 05 00",
	  "30 09 30 05 05 00 04 01 61 05 00" },
	{ "30 80 31 07 04 81 01 61 02 01 05 02 01 06 00 00",
	  "30 0b 31 06 04 01 61 02 01 05 02 01 06" },
	/* a string in an explicit tag */
	{ "a0 80 24 80 04 01 61 00 00 00 00", "a0 03 04 01 61" },
};

START_TEST(converts)
{
	chunk_t ber, der, expected;
	scep_error_t err = {};

	ber = from_hex(conversions[_i].ber);
	expected = from_hex(conversions[_i].der);
	ck_assert_msg(scep_ber_to_der(ber, &der, &err), "%s", err.text);
	ck_assert(chunk_equals(der, expected));
	free(der.ptr);
	/* DER comes out as it went in */
	ck_assert(scep_ber_to_der(expected, &der, &err));
	ck_assert(chunk_equals(der, expected));
	free(der.ptr);
	free(expected.ptr);
	free(ber.ptr);
}
END_TEST

/**
 * What is no single BER element.
 */
static const char *broken[] = {
	"",
	"30",
	"1f",
	"bf 81",
	"bf 81 82 83 04 00",
	"30 01",
	"30 02 05",
	"30 80",
	"30 80 00",
	"30 80 05 00",
	"30 80 05 00 00",
	"30 81",
	"30 82 01",
	"30 84 ff ff ff ff",
	"30 88 ff ff ff ff ff ff ff ff",
	"30 89 01 00 00 00 00 00 00 00 00",
	"30 ff",
	/* trailing bytes */
	"05 00 00",
	"30 80 00 00 00 00",
	"30 00 30 00",
	/* inner element longer than the outer one */
	"30 03 04 02 61",
	"30 02 30 80 00 00",
	"30 03 30 80 00 00",
	/* end-of-contents octets where none belong */
	"00 00",
	"30 02 00 00",
	"30 80 00 01 00 00",
	/* indefinite, but primitive */
	"04 80 00 00",
	"30 80 02 80 00 00 00 00",
	/* strings of other types than their own */
	"24 80 02 01 05 00 00",
	"24 80 03 02 00 61 00 00",
	"24 80 30 80 00 00 00 00",
	"23 80 04 01 61 00 00",
	"24 80 1f 24 01 61 00 00",
	/* unused bits before the end, or no octet for them */
	"23 80 03 02 04 f0 03 02 00 ff 00 00",
	"23 80 03 00 00 00",
};

START_TEST(rejects)
{
	chunk_t ber, der;
	scep_error_t err = {};

	ber = from_hex(broken[_i]);
	ck_assert(!scep_ber_to_der(ber, &der, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert_uint_gt(strlen(err.text), 0);
	ck_assert(!der.ptr);
	free(ber.ptr);
}
END_TEST

START_TEST(rejects_nothing_at_all)
{
	chunk_t der;
	scep_error_t err = {};

	/* without a pointer: the body of an answer that has none */
	ck_assert(!scep_ber_to_der(chunk_empty, &der, &err));
	ck_assert_int_eq(err.kind, SCEP_SECURITY);
	ck_assert(!der.ptr);
}
END_TEST

START_TEST(rejects_every_cut)
{
	chunk_t ber, cut, der;
	size_t len;

	ber = from_hex(conversions[_i].ber);
	for (len = 0; len < ber.len; len++)
	{
		/* a copy, so that a sanitizer sees a read beyond */
		cut = chunk_clone(chunk_create(ber.ptr, len));
		ck_assert(!scep_ber_to_der(cut, &der, NULL));
		free(cut.ptr);
	}
	free(ber.ptr);
}
END_TEST

/**
 * Build nested sequences, the innermost one empty.
 */
static chunk_t nest(int depth, bool indefinite)
{
	chunk_t der = chunk_empty, ber;

	while (depth--)
	{
		der = der_wrap(DER_SEQUENCE, "m", der);
	}
	if (indefinite)
	{
		ber = der_to_ber(der, 0);
		free(der.ptr);
		return ber;
	}
	return der;
}

START_TEST(bounds_nesting)
{
	chunk_t ber, der;
	scep_error_t err = {};

	ber = nest(SCEP_MAX_BER_DEPTH, _i);
	ck_assert_msg(scep_ber_to_der(ber, &der, &err), "%s", err.text);
	free(der.ptr);
	free(ber.ptr);

	ber = nest(SCEP_MAX_BER_DEPTH + 1, _i);
	ck_assert(!scep_ber_to_der(ber, &der, &err));
	ck_assert(strstr(err.text, "nested"));
	free(ber.ptr);
}
END_TEST

/**
 * Fill a body with copies of a few bytes, inside of elements with indefinite
 * length.
 */
static chunk_t fill(size_t size, const char *outer, int depth,
					const char *pattern)
{
	chunk_t head, part, body;
	u_char *pos;
	int i;

	head = from_hex(outer);
	part = from_hex(pattern);
	body = chunk_alloc(size);
	memset(body.ptr, 0, body.len);
	pos = body.ptr;
	for (i = 0; i < depth; i++)
	{
		memcpy(pos, head.ptr, head.len);
		pos += head.len;
	}
	while (pos + part.len + 2 * depth <= body.ptr + body.len)
	{
		memcpy(pos, part.ptr, part.len);
		pos += part.len;
	}
	body.len = pos + 2 * depth - body.ptr;
	free(head.ptr);
	free(part.ptr);
	return body;
}

START_TEST(bounds_elements)
{
	scep_error_t err = {};
	chunk_t ber, der;

	/* the outer one counts, too */
	ber = fill(2 + (SCEP_MAX_BER_NODES - 1 + _i) * 4 + 2, "30 80", 1,
			   "30 80 00 00");
	if (_i)
	{
		ck_assert(!scep_ber_to_der(ber, &der, &err));
		ck_assert(strstr(err.text, "more than 262144"));
	}
	else
	{
		ck_assert_msg(scep_ber_to_der(ber, &der, &err), "%s", err.text);
		free(der.ptr);
	}
	free(ber.ptr);
}
END_TEST

/**
 * Inputs on which a naive converter spends quadratic time.
 */
static const struct {
	const char *outer;
	int depth;
	const char *pattern;
} heavy[] = {
	{ "30 80", 1, "05 00" },
	{ "30 80", SCEP_MAX_BER_DEPTH, "05 00" },
	{ "30 80", SCEP_MAX_BER_DEPTH - 1, "30 80 00 00" },
	{ "24 80", 1, "04 01 61" },
	{ "24 80", SCEP_MAX_BER_DEPTH, "04 01 61" },
	{ "24 80", SCEP_MAX_BER_DEPTH - 1, "24 80 00 00" },
	{ "30 80", 16, "24 80 04 00 00 00" },
};

START_TEST(takes_linear_time)
{
	chunk_t ber, der;
	scep_error_t err = {};
	clock_t start;

	ber = fill(SCEP_MAX_PKI_BODY, heavy[_i].outer, heavy[_i].depth,
			   heavy[_i].pattern);
	start = clock();
	ck_assert_msg(scep_ber_to_der(ber, &der, &err), "%s", err.text);
	/* some milliseconds; with quadratic time it would be minutes */
	ck_assert_int_lt(clock() - start, 2 * CLOCKS_PER_SEC);
	free(der.ptr);
	free(ber.ptr);
}
END_TEST

/**
 * Bodies as large as a CRL that would take many times their size in memory, if
 * each element were remembered.
 */
static const struct {
	const char *outer;
	int depth;
	const char *pattern;
	bool der;
} large[] = {
	{ "30 80", 1, "05 00", TRUE },
	{ "30 80", 4, "30 04 30 02 05 00", TRUE },
	{ "30 80", 1, "30 80 00 00", FALSE },
	{ "30 80", 1, "05 81 00", FALSE },
	{ "24 80", 1, "04 00", FALSE },
	{ "24 80", 2, "24 80 00 00", FALSE },
};

START_TEST(bounds_memory)
{
	struct rusage before, after;
	chunk_t ber, der;
	scep_error_t err = {};
	bool success;

	ber = fill(SCEP_MAX_CRL_BODY, large[_i].outer, large[_i].depth,
			   large[_i].pattern);
	getrusage(RUSAGE_SELF, &before);
	success = scep_ber_to_der(ber, &der, &err);
	getrusage(RUSAGE_SELF, &after);
	ck_assert_int_eq(success, large[_i].der);
	ck_assert(success || strstr(err.text, "more than"));
	/* KiB; the sanitizer keeps what was freed */
	ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss,
					 6 * SCEP_MAX_CRL_BODY / 1024);
	free(der.ptr);
	free(ber.ptr);
}
END_TEST

/**
 * Sizes of pieces.
 */
static const size_t pieces[] = { 0, 1, 2, 3, 7, 1000 };

START_TEST(undoes_ber)
{
	chunk_t der, ber, again, filling;
	scep_error_t err = {};

	/* lengths of one, two and three octets */
	filling = chunk_alloc(70000);
	memset(filling.ptr, 0xa5, filling.len);
	der = der_wrap(DER_SEQUENCE, "mmmm",
			der_wrap(DER_OCTETS, "c", filling),
			der_wrap(DER_OCTETS, "c", chunk_create(filling.ptr, 255)),
			der_wrap(DER_SET, "m", der_wrap(DER_OCTETS, "c",
									chunk_create(filling.ptr, 127))),
			der_wrap(DER_C_0, "m", der_wrap(DER_OCTETS, "c",
									chunk_create(filling.ptr, 128))));
	free(filling.ptr);
	ber = der_to_ber(der, pieces[_i]);
	ck_assert(!chunk_equals(ber, der));
	ck_assert_msg(scep_ber_to_der(ber, &again, &err), "%s", err.text);
	ck_assert(chunk_equals(again, der));
	free(again.ptr);
	free(ber.ptr);
	free(der.ptr);
}
END_TEST

START_TEST(joins_pieces)
{
	chunk_t pieces, joined;

	pieces = from_hex("04 02 61 62 04 00 04 01 63");
	ck_assert(scep_ber_join(pieces, &joined));
	ck_assert(chunk_equals(joined, chunk_from_str("abc")));
	free(joined.ptr);
	free(pieces.ptr);
	ck_assert(scep_ber_join(chunk_empty, &joined));
	ck_assert_uint_eq(joined.len, 0);
	free(joined.ptr);
}
END_TEST

START_TEST(joins_nothing_but_octet_strings)
{
	static const char *others[] = {
		"02 01 05", "04 01 61 30 00", "04 02 61", "24 03 04 01 61",
	};
	chunk_t pieces, joined;

	pieces = from_hex(others[_i]);
	ck_assert(!scep_ber_join(pieces, &joined));
	free(pieces.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("ber");
	TCase *tcase = tcase_create("to der");

	tcase_add_loop_test(tcase, converts, 0, countof(conversions));
	tcase_add_loop_test(tcase, rejects, 0, countof(broken));
	tcase_add_test(tcase, rejects_nothing_at_all);
	tcase_add_loop_test(tcase, rejects_every_cut, 0, countof(conversions));
	tcase_add_loop_test(tcase, bounds_nesting, 0, 2);
	tcase_add_loop_test(tcase, bounds_elements, 0, 2);
	tcase_add_loop_test(tcase, takes_linear_time, 0, countof(heavy));
	tcase_add_loop_test(tcase, bounds_memory, 0, countof(large));
	tcase_add_loop_test(tcase, undoes_ber, 0, countof(pieces));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("join");
	tcase_add_test(tcase, joins_pieces);
	tcase_add_loop_test(tcase, joins_nothing_but_octet_strings, 0, 4);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
