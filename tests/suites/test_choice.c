/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "enroll/scep_choice.h"

#define RENEWAL	SCEP_CAP_RENEWAL
#define STANDARD (SCEP_CAP_STANDARD | SCEP_CAP_AES | SCEP_CAP_POST | \
				  SCEP_CAP_SHA256)

/**
 * Ways to renew: the first one, the one after its refusal; after a refusal of
 * that it is the first one again.
 */
static const struct {
	scep_renew_method_t method;
	scep_when_t when;
	bool phrase;
	scep_caps_t caps;
	/** what worked before */
	scep_renew_method_t worked;
	bool worked_challenge;
	scep_way_t first, second;
} renewals[] = {
	/* nothing is known */
	{ SCEP_RENEW_AUTO, SCEP_WHEN_AUTO, TRUE, RENEWAL, SCEP_RENEW_AUTO, FALSE,
		SCEP_WAY_RENEWAL, SCEP_WAY_PKCSREQ_CHALLENGE },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_AUTO, FALSE, RENEWAL, SCEP_RENEW_AUTO, FALSE,
		SCEP_WAY_RENEWAL, SCEP_WAY_PKCSREQ },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_NEVER, TRUE, RENEWAL, SCEP_RENEW_AUTO, FALSE,
		SCEP_WAY_RENEWAL, SCEP_WAY_PKCSREQ },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_ALWAYS, TRUE, RENEWAL, SCEP_RENEW_AUTO, FALSE,
		SCEP_WAY_RENEWAL_CHALLENGE, SCEP_WAY_PKCSREQ_CHALLENGE },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_AUTO, TRUE, STANDARD, SCEP_RENEW_AUTO, FALSE,
		SCEP_WAY_PKCSREQ, SCEP_WAY_PKCSREQ_CHALLENGE },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_AUTO, FALSE, SCEP_CAP_NONE, SCEP_RENEW_AUTO,
		FALSE, SCEP_WAY_PKCSREQ, SCEP_WAY_PKCSREQ },
	/* the method is given */
	{ SCEP_RENEW_RENEWAL, SCEP_WHEN_AUTO, TRUE, SCEP_CAP_NONE, SCEP_RENEW_AUTO,
		FALSE, SCEP_WAY_RENEWAL, SCEP_WAY_RENEWAL_CHALLENGE },
	{ SCEP_RENEW_PKCSREQ, SCEP_WHEN_AUTO, TRUE, RENEWAL, SCEP_RENEW_AUTO,
		FALSE, SCEP_WAY_PKCSREQ, SCEP_WAY_PKCSREQ_CHALLENGE },
	{ SCEP_RENEW_CHALLENGE, SCEP_WHEN_AUTO, TRUE, RENEWAL, SCEP_RENEW_AUTO,
		FALSE, SCEP_WAY_CHALLENGE, SCEP_WAY_CHALLENGE },
	/* what worked comes first */
	{ SCEP_RENEW_AUTO, SCEP_WHEN_AUTO, TRUE, RENEWAL, SCEP_RENEW_PKCSREQ, TRUE,
		SCEP_WAY_PKCSREQ_CHALLENGE, SCEP_WAY_RENEWAL },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_AUTO, TRUE, RENEWAL, SCEP_RENEW_RENEWAL,
		FALSE, SCEP_WAY_RENEWAL, SCEP_WAY_PKCSREQ_CHALLENGE },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_ALWAYS, TRUE, RENEWAL, SCEP_RENEW_PKCSREQ,
		FALSE, SCEP_WAY_PKCSREQ_CHALLENGE, SCEP_WAY_RENEWAL_CHALLENGE },
	/* unless the profile does not want it any more */
	{ SCEP_RENEW_RENEWAL, SCEP_WHEN_AUTO, TRUE, RENEWAL, SCEP_RENEW_PKCSREQ,
		TRUE, SCEP_WAY_RENEWAL, SCEP_WAY_RENEWAL_CHALLENGE },
	{ SCEP_RENEW_AUTO, SCEP_WHEN_NEVER, TRUE, RENEWAL, SCEP_RENEW_PKCSREQ,
		TRUE, SCEP_WAY_RENEWAL, SCEP_WAY_PKCSREQ },
};

START_TEST(renews_as_server_and_profile_like)
{
	scep_profile_t profile = {
		.renew_method = renewals[_i].method,
		.renew_challenge = renewals[_i].when,
		.has_challenge = renewals[_i].phrase,
	};
	scep_server_t server = {
		.renew_method = renewals[_i].worked,
		.challenge_at_renewal = renewals[_i].worked_challenge,
	};
	scep_way_t way;

	way = scep_choose_way(&profile, renewals[_i].caps, &server, TRUE,
						  SCEP_WAY_NONE);
	ck_assert_int_eq(way, renewals[_i].first);
	way = scep_choose_way(&profile, renewals[_i].caps, &server, TRUE, way);
	ck_assert_int_eq(way, renewals[_i].second);
	way = scep_choose_way(&profile, renewals[_i].caps, &server, TRUE, way);
	ck_assert_int_eq(way, renewals[_i].first);
}
END_TEST

START_TEST(enrols_with_signer_where_there_is_one)
{
	scep_profile_t profile = {};
	scep_server_t server = {};

	ck_assert_int_eq(scep_choose_way(&profile, RENEWAL, &server, FALSE,
									 SCEP_WAY_NONE), SCEP_WAY_ENROLL);
	ck_assert_int_eq(scep_choose_way(&profile, RENEWAL, &server, FALSE,
									 SCEP_WAY_ENROLL), SCEP_WAY_ENROLL);
	profile.signer_cert = "/factory.pem";
	ck_assert_int_eq(scep_choose_way(&profile, RENEWAL, &server, FALSE,
							SCEP_WAY_NONE), SCEP_WAY_OTHER_RENEWAL);
	ck_assert_int_eq(scep_choose_way(&profile, RENEWAL, &server, FALSE,
							SCEP_WAY_OTHER_RENEWAL), SCEP_WAY_OTHER_PKCSREQ);
	ck_assert_int_eq(scep_choose_way(&profile, STANDARD, &server, FALSE,
							SCEP_WAY_NONE), SCEP_WAY_OTHER_PKCSREQ);
}
END_TEST

/**
 * What each way means.
 */
static const struct {
	scep_way_t way;
	scep_message_type_t type;
	scep_signer_t signer;
	bool challenge;
} ways[] = {
	{ SCEP_WAY_ENROLL, SCEP_PKCS_REQ, SCEP_SIGNER_SELF, TRUE },
	{ SCEP_WAY_OTHER_RENEWAL, SCEP_RENEWAL_REQ, SCEP_SIGNER_OTHER, FALSE },
	{ SCEP_WAY_OTHER_PKCSREQ, SCEP_PKCS_REQ, SCEP_SIGNER_OTHER, FALSE },
	{ SCEP_WAY_RENEWAL, SCEP_RENEWAL_REQ, SCEP_SIGNER_CURRENT, FALSE },
	{ SCEP_WAY_RENEWAL_CHALLENGE, SCEP_RENEWAL_REQ, SCEP_SIGNER_CURRENT, TRUE },
	{ SCEP_WAY_PKCSREQ, SCEP_PKCS_REQ, SCEP_SIGNER_CURRENT, FALSE },
	{ SCEP_WAY_PKCSREQ_CHALLENGE, SCEP_PKCS_REQ, SCEP_SIGNER_CURRENT, TRUE },
	{ SCEP_WAY_CHALLENGE, SCEP_PKCS_REQ, SCEP_SIGNER_SELF, TRUE },
};

START_TEST(way_tells_type_signer_and_challenge)
{
	ck_assert_int_eq(scep_way_type(ways[_i].way), ways[_i].type);
	ck_assert_int_eq(scep_way_signer(ways[_i].way), ways[_i].signer);
	ck_assert_int_eq(scep_way_challenge(ways[_i].way), ways[_i].challenge);
}
END_TEST

/**
 * Digests and ciphers.
 */
static const struct {
	scep_caps_t caps, seen;
	bool allow, held, sha1, des3;
} algorithms[] = {
	/* weak ones need the profile's leave */
	{ SCEP_CAP_SHA1 | SCEP_CAP_DES3, 0, FALSE, FALSE, FALSE, FALSE },
	{ SCEP_CAP_SHA1 | SCEP_CAP_DES3, 0, TRUE, FALSE, TRUE, TRUE },
	{ SCEP_CAP_SHA1 | SCEP_CAP_AES, 0, TRUE, FALSE, TRUE, FALSE },
	{ SCEP_CAP_SHA256 | SCEP_CAP_DES3, 0, TRUE, FALSE, FALSE, TRUE },
	/* and a server that has nothing better */
	{ SCEP_CAP_SHA1 | SCEP_CAP_SHA512 | SCEP_CAP_DES3 | SCEP_CAP_AES, 0, TRUE,
		FALSE, FALSE, FALSE },
	{ SCEP_CAP_SHA1 | SCEP_CAP_DES3 | STANDARD, 0, TRUE, FALSE, FALSE, FALSE },
	{ SCEP_CAP_POST, 0, TRUE, FALSE, FALSE, FALSE },
	{ SCEP_CAP_NONE, 0, TRUE, FALSE, FALSE, FALSE },
	/* and never had */
	{ SCEP_CAP_SHA1, SCEP_CAP_SHA256, TRUE, TRUE, FALSE, FALSE },
	{ SCEP_CAP_SHA1 | SCEP_CAP_DES3, STANDARD, TRUE, TRUE, FALSE, FALSE },
	{ SCEP_CAP_SHA1 | SCEP_CAP_DES3, SCEP_CAP_AES, TRUE, TRUE, TRUE, FALSE },
	{ SCEP_CAP_NONE, STANDARD, TRUE, FALSE, FALSE, FALSE },
};

START_TEST(algorithms_stay_above_the_floor)
{
	scep_profile_t profile = {
		.digest = HASH_SHA384,
		.cipher = ENCR_AES_CBC,
		.cipher_key_size = 32,
		.allow_sha1 = algorithms[_i].allow,
		.allow_3des = algorithms[_i].allow,
	};
	scep_server_t server = { .caps_seen = algorithms[_i].seen };
	scep_algorithms_t chosen;

	ck_assert_int_eq(scep_choose_algorithms(&profile, algorithms[_i].caps,
											&server, &chosen),
					 !algorithms[_i].held);
	ck_assert_int_eq(chosen.digest,
					 algorithms[_i].sha1 ? HASH_SHA1 : HASH_SHA384);
	ck_assert_int_eq(chosen.cipher,
					 algorithms[_i].des3 ? ENCR_3DES : ENCR_AES_CBC);
	ck_assert_int_eq(chosen.key_size, algorithms[_i].des3 ? 24 : 32);
}
END_TEST

START_TEST(get_where_server_has_no_post)
{
	scep_profile_t profile = { .http_method = SCEP_HTTP_AUTO };
	scep_server_t server = {};

	ck_assert(!scep_choose_get(&profile, SCEP_CAP_NONE, &server));
	ck_assert(!scep_choose_get(&profile, STANDARD, &server));
	ck_assert(scep_choose_get(&profile, SCEP_CAP_AES, &server));
	server.get_only = TRUE;
	ck_assert(scep_choose_get(&profile, SCEP_CAP_NONE, &server));
	/* a server that says it has POST has it by now */
	ck_assert(!scep_choose_get(&profile, STANDARD, &server));
	profile.http_method = SCEP_HTTP_POST;
	ck_assert(!scep_choose_get(&profile, SCEP_CAP_AES, &server));
	profile.http_method = SCEP_HTTP_GET;
	server.get_only = FALSE;
	ck_assert(scep_choose_get(&profile, STANDARD, &server));
}
END_TEST

START_TEST(remembers_what_worked)
{
	scep_server_t server = {};

	scep_choice_worked(&server, SCEP_CAP_SHA256, SCEP_WAY_ENROLL);
	ck_assert_int_eq(server.caps_seen, SCEP_CAP_SHA256);
	ck_assert_int_eq(server.renew_method, SCEP_RENEW_AUTO);
	scep_choice_worked(&server, SCEP_CAP_AES, SCEP_WAY_PKCSREQ_CHALLENGE);
	ck_assert_int_eq(server.caps_seen, SCEP_CAP_SHA256 | SCEP_CAP_AES);
	ck_assert_int_eq(server.renew_method, SCEP_RENEW_PKCSREQ);
	ck_assert(server.challenge_at_renewal);
	scep_choice_worked(&server, SCEP_CAP_AES, SCEP_WAY_RENEWAL);
	ck_assert_int_eq(server.renew_method, SCEP_RENEW_RENEWAL);
	ck_assert(!server.challenge_at_renewal);
}
END_TEST

int main()
{
	Suite *suite = suite_create("choice");
	TCase *tcase = tcase_create("choices");

	tcase_add_loop_test(tcase, renews_as_server_and_profile_like, 0,
						countof(renewals));
	tcase_add_test(tcase, enrols_with_signer_where_there_is_one);
	tcase_add_loop_test(tcase, way_tells_type_signer_and_challenge, 0,
						countof(ways));
	tcase_add_loop_test(tcase, algorithms_stay_above_the_floor, 0,
						countof(algorithms));
	tcase_add_test(tcase, get_where_server_has_no_post);
	tcase_add_test(tcase, remembers_what_worked);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
