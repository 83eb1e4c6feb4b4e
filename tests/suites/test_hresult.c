/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "message/scep_hresult.h"
#include "message/scep_message.h"

START_TEST(known_codes_have_name_and_meaning)
{
	static const struct {
		uint32_t hresult;
		const char *name;
	} codes[] = {
		{ 0x80070005, "E_ACCESSDENIED: " },
		{ 0x80094800, "CERTSRV_E_UNSUPPORTED_CERT_TYPE: " },
		{ 0x80094811, "CERTSRV_E_KEY_LENGTH: " },
		{ 0x800b0109, "CERT_E_UNTRUSTEDROOT: " },
		{ 0x80096004, "TRUST_E_CERT_SIGNATURE: " },
	};
	const char *text;
	int i;

	for (i = 0; i < countof(codes); i++)
	{
		text = scep_hresult_describe(codes[i].hresult);
		ck_assert(text);
		ck_assert(strpfx(text, codes[i].name));
		ck_assert_int_gt(strlen(text), strlen(codes[i].name));
	}
}
END_TEST

START_TEST(unknown_codes_have_none)
{
	ck_assert(!scep_hresult_describe(0));
	ck_assert(!scep_hresult_describe(0x12345678));
	ck_assert_str_eq(scep_fail_info_describe(9), "unknown");
}
END_TEST

int main()
{
	Suite *suite = suite_create("hresult");
	TCase *tcase = tcase_create("words");

	tcase_add_test(tcase, known_codes_have_name_and_meaning);
	tcase_add_test(tcase, unknown_codes_have_none);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
