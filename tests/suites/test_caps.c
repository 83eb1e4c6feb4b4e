/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "base/scep_limits.h"
#include "message/scep_caps.h"

/**
 * Answers to GetCACaps and what they mean.
 */
static const struct {
	const char *body;
	scep_caps_t caps;
} answers[] = {
	{ "", SCEP_CAP_NONE },
	{ "AES", SCEP_CAP_AES },
	{ "AES\n", SCEP_CAP_AES },
	{ "AES\r\n", SCEP_CAP_AES },
	{ "AES\nDES3\nGetNextCACert\nPOSTPKIOperation\nRenewal\nSHA-1\nSHA-256\n"
	  "SHA-512\n",
	  SCEP_CAP_AES | SCEP_CAP_DES3 | SCEP_CAP_GET_NEXT_CA_CERT | SCEP_CAP_POST |
	  SCEP_CAP_RENEWAL | SCEP_CAP_SHA1 | SCEP_CAP_SHA256 | SCEP_CAP_SHA512 },
	/* micromdm: no newline at the end */
	{ "Renewal\nSHA-1\nSHA-256\nAES\nDES3\nSCEPStandard\nPOSTPKIOperation",
	  SCEP_CAP_RENEWAL | SCEP_CAP_SHA1 | SCEP_CAP_SHA256 | SCEP_CAP_AES |
	  SCEP_CAP_DES3 | SCEP_CAP_STANDARD | SCEP_CAP_POST },
	/* implied by the standard */
	{ "SCEPStandard\n",
	  SCEP_CAP_STANDARD | SCEP_CAP_AES | SCEP_CAP_POST | SCEP_CAP_SHA256 },
	/* any case, blanks, empty lines, mixed ends */
	{ "\n\r\n  postpkioperation \t\r\n\nSHA-256\r\n", SCEP_CAP_POST |
	  SCEP_CAP_SHA256 },
	{ "ReNeWaL", SCEP_CAP_RENEWAL },
	/* unknown ones are ignored */
	{ "Update\nAES\nX-Custom=1\n", SCEP_CAP_AES },
	/* whole lines only */
	{ "AES256\nDES\nSHA-25\nNotRenewal\nSHA-512/256\nAES DES3\n",
	  SCEP_CAP_NONE },
	{ "AES\rDES3", SCEP_CAP_NONE },
	{ "SHA256\nSHA1\n", SCEP_CAP_NONE },
	/* an error page with status 200 */
	{ "<html><body>\nAES\n</body></html>", SCEP_CAP_NONE },
	/* not ASCII */
	{ "AES\n\xc3\xa9\n", SCEP_CAP_NONE },
	{ "AES\n\x01\n", SCEP_CAP_NONE },
};

START_TEST(parses_answers)
{
	chunk_t body;

	body = chunk_clone(chunk_create((u_char*)answers[_i].body,
									strlen(answers[_i].body)));
	ck_assert_int_eq(scep_caps_parse(body), answers[_i].caps);
	free(body.ptr);
}
END_TEST

START_TEST(binary_has_no_capabilities)
{
	ck_assert_int_eq(scep_caps_parse(chunk_from_chars('A', 'E', 'S', 0x0a, 0)),
					 SCEP_CAP_NONE);
}
END_TEST

START_TEST(more_than_the_limit_has_no_capabilities)
{
	chunk_t body;

	body = chunk_alloc(SCEP_MAX_CAPS + 1);
	memset(body.ptr, '\n', body.len);
	memcpy(body.ptr, "AES", 3);
	ck_assert_int_eq(scep_caps_parse(body), SCEP_CAP_NONE);
	body.len--;
	ck_assert_int_eq(scep_caps_parse(body), SCEP_CAP_AES);
	free(body.ptr);
}
END_TEST

START_TEST(formats_as_keywords)
{
	char buf[128], small[8];

	ck_assert_str_eq(scep_caps_format(SCEP_CAP_NONE, buf, sizeof(buf)), "none");
	ck_assert_str_eq(scep_caps_format(SCEP_CAP_AES | SCEP_CAP_SHA512, buf,
									  sizeof(buf)), "AES,SHA-512");
	ck_assert_str_eq(scep_caps_format(scep_caps_parse(
								chunk_from_str("SCEPStandard")), buf,
								sizeof(buf)),
					 "AES,POSTPKIOperation,SHA-256,SCEPStandard");
	/* cut, but ended */
	scep_caps_format(SCEP_CAP_AES | SCEP_CAP_SHA512, small, sizeof(small));
	ck_assert_uint_lt(strlen(small), sizeof(small));
}
END_TEST

int main()
{
	Suite *suite = suite_create("caps");
	TCase *tcase = tcase_create("caps");

	tcase_add_loop_test(tcase, parses_answers, 0, countof(answers));
	tcase_add_test(tcase, binary_has_no_capabilities);
	tcase_add_test(tcase, more_than_the_limit_has_no_capabilities);
	tcase_add_test(tcase, formats_as_keywords);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
