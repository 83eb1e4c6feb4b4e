/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "base/scep_limits.h"
#include "ike/scep_reauth.h"

/** References that are held of certificates */
static u_int held;

static certificate_t *get_ref(certificate_t *this)
{
	held++;
	return this;
}

static void put_ref(certificate_t *this)
{
	held--;
}

static bool equals(certificate_t *this, certificate_t *other)
{
	return this == other;
}

/** Certificates that only count who holds them */
static certificate_t certs[SCEP_MAX_USED + 8];

static scep_reauth_t *reauth;

static void setup()
{
	int i;

	for (i = 0; i < countof(certs); i++)
	{
		certs[i] = (certificate_t){
			.get_ref = get_ref,
			.destroy = put_ref,
			.equals = equals,
		};
	}
	held = 0;
	reauth = scep_reauth_create();
}


static void teardown()
{
	reauth->destroy(reauth);
	ck_assert_uint_eq(held, 0);
}


START_TEST(keeps_so_many_at_most)
{
	int i;

	for (i = 0; i < countof(certs); i++)
	{
		reauth->replace(reauth, "gw", &certs[i], FALSE);
		ck_assert_uint_eq(held, min(i + 1, SCEP_MAX_USED + 1));
	}
}
END_TEST

START_TEST(keeps_one_once)
{
	reauth->replace(reauth, "gw", &certs[0], FALSE);
	reauth->replace(reauth, "gw", &certs[0], FALSE);
	ck_assert_uint_eq(held, 1);
}
END_TEST

START_TEST(forgets_one_profile)
{
	reauth->replace(reauth, "gw", &certs[0], FALSE);
	reauth->replace(reauth, "other", &certs[1], FALSE);
	reauth->replace(reauth, "gw", &certs[2], FALSE);
	reauth->forget(reauth, "gw");
	ck_assert_uint_eq(held, 1);
}
END_TEST

int main()
{
	Suite *suite = suite_create("reauth");
	TCase *tcase = tcase_create("certificates");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, keeps_so_many_at_most);
	tcase_add_test(tcase, keeps_one_once);
	tcase_add_test(tcase, forgets_one_profile);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
