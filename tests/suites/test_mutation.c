/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "certrep.h"
#include "certrep_der.h"
#include "message/scep_certs.h"
#include "message/scep_response.h"

#include <stdlib.h>

/** Mutations of each kind: of what nobody signed, and of what somebody did.
 * SCEP_MUTATIONS in the environment sets the former, SCEP_SEED the seed. */
#define UNSIGNED	3000
#define SIGNED		400

static certrep_id_t *ca, *me;
static linked_list_t *signers;

/** Numbers of mutations */
static int unsigned_count, signed_count;

/** Seed, and state of the generator */
static uint64_t seed, state;

static void setup()
{
	char *count = getenv("SCEP_MUTATIONS"), *number = getenv("SCEP_SEED");

	unsigned_count = count ? max(atoi(count), 1) : UNSIGNED;
	signed_count = unsigned_count / (UNSIGNED / SIGNED) + 1;
	/* of zero the generator makes nothing but zeros */
	seed = (number ? strtoull(number, NULL, 0) : 0) ?: 0x9e3779b97f4a7c15;
	printf("SCEP_MUTATIONS=%d SCEP_SEED=0x%llx\n", unsigned_count,
		   (unsigned long long)seed);
	certrep_init();
	ca = certrep_id_create("CA", CERTREP_RSA, NULL, TRUE);
	me = certrep_id_create("gw", CERTREP_RSA, NULL, FALSE);
	signers = linked_list_create_with_items(ca->cert, NULL);
}

/**
 * Begin anew, so that each test can be repeated by itself.
 */
static void restart()
{
	state = seed;
}

static void teardown()
{
	signers->destroy(signers);
	certrep_id_destroy(ca);
	certrep_id_destroy(me);
}

/**
 * Get a number below a limit: xorshift, the same ones in each run.
 */
static size_t draw(size_t limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % limit;
}

/** Parts of a message that are spared */
#define SPARED	3

/**
 * Whether a byte belongs to one of these parts.
 */
static bool is_in(const chunk_t *parts, const u_char *pos)
{
	int i;

	for (i = 0; parts && i < SPARED; i++)
	{
		if (pos >= parts[i].ptr && pos < parts[i].ptr + parts[i].len)
		{
			return TRUE;
		}
	}
	return FALSE;
}

/**
 * Change a message: bytes get other values, are removed or inserted; but not
 * in the parts to spare.
 */
static chunk_t mutate(chunk_t original, const chunk_t *spared)
{
	static const u_char tempting[] = {
		0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x31, 0xa0, 0x24,
		0x04, 0x05, 0x02, 0x06, 0x1f,
	};
	chunk_t mutated, exact;
	size_t pos, count;

	mutated = chunk_alloc(original.len + 1);
	memcpy(mutated.ptr, original.ptr, original.len);
	mutated.len = original.len;
	for (count = 1 + draw(3); count; count--)
	{
		pos = draw(mutated.len);
		if (is_in(spared, original.ptr + pos))
		{
			continue;
		}
		switch (draw(8))
		{
			case 0:
				memmove(mutated.ptr + pos, mutated.ptr + pos + 1,
						mutated.len - pos - 1);
				mutated.len--;
				break;
			case 1:
				if (mutated.len == original.len)
				{
					memmove(mutated.ptr + pos + 1, mutated.ptr + pos,
							mutated.len - pos);
					mutated.len++;
				}
				break;
			case 2:
			case 3:
				mutated.ptr[pos] = tempting[draw(countof(tempting))];
				break;
			case 4:
			case 5:
				mutated.ptr[pos] ^= 1 << draw(8);
				break;
			default:
				mutated.ptr[pos] = draw(256);
				break;
		}
	}
	/* of exactly its size, for the sanitizer */
	exact = chunk_clone(mutated);
	free(mutated.ptr);
	return exact;
}

/**
 * Get a good answer.
 */
static certrep_t get_certrep(certrep_flag_t flags)
{
	return (certrep_t){
		.transaction_id = chunk_from_str("A1B2C3D4E5F6"),
		.recipient_nonce = chunk_from_str("0123456789abcdef"),
		.signer = ca,
		.recipients = { me->x509 },
		.certs = { me->x509 },
		.flags = flags,
	};
}

/**
 * Parse an answer.
 */
static bool parse(chunk_t body, scep_response_t *response, scep_error_t *err)
{
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str("A1B2C3D4E5F6"),
		.nonce = chunk_from_str("0123456789abcdef"),
		.signers = signers,
		.recipient = me->cert,
		.key = me->key,
		.accept_des = TRUE,
	};

	return scep_response_parse(body, &expect, response, err);
}

/**
 * Parse an answer; if we believe it, it says what the good one says.
 */
static bool parse_mutated(chunk_t body, bool whole)
{
	scep_response_t response;
	scep_error_t err = {};
	certificate_t *cert;

	if (!parse(body, &response, &err))
	{
		ck_assert_int_ne(err.kind, SCEP_OK);
		ck_assert(!response.certs);
		return FALSE;
	}
	if (whole)
	{
		ck_assert_int_eq(response.status, SCEP_SUCCESS);
		ck_assert_int_eq(response.certs->get_count(response.certs), 1);
		response.certs->get_first(response.certs, (void**)&cert);
		ck_assert(cert->equals(cert, me->cert));
	}
	scep_response_clear(&response);
	return TRUE;
}

/**
 * Find some bytes where they are for the last time, with what is around them.
 */
static chunk_t find_last(chunk_t body, chunk_t bytes, size_t before,
						 size_t behind)
{
	u_char *pos = body.ptr + body.len - bytes.len;

	while (!memeq(pos, bytes.ptr, bytes.len))
	{
		ck_assert(pos-- > body.ptr);
	}
	return chunk_create(pos - before, before + bytes.len + behind);
}

/**
 * Find what nobody signed and OpenSSL looks at more closely than we do: the
 * only digest in digestAlgorithms (RFC 5652, 5.1: it may), the name of the
 * signer, whose types of strings it compares, and certificates beside.
 */
static void find_spared(chunk_t body, certrep_flag_t flags, chunk_t *spared)
{
	static const u_char sha256[] = {
		0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
	};
	u_char *pos;
	chunk_t rest;

	memset(spared, 0, SPARED * sizeof(chunk_t));
	pos = memmem(body.ptr, body.len, sha256, sizeof(sha256));
	spared[0] = chunk_create(pos - 6, sizeof(sha256) + 10);
	if (!(flags & CERTREP_SIGNER_SKI))
	{	/* behind all certificates and recipients */
		spared[1] = find_last(body, chunk_from_chars(0x55, 0x04, 0x06, 0x13,
													 0x02, 'D', 'E'), 12, 26);
	}
	if (!(flags & (CERTREP_NO_CERTS | CERTREP_BER_ALL)))
	{	/* ContentInfo, [0], SignedData: version, digests, eContent, [0] */
		rest = der_descend(body, ">->>---");
		spared[2] = der_next(&rest, NULL);
	}
}

START_TEST(believes_nothing_that_openssl_does_not)
{
	static const certrep_flag_t flags[] = {
		CERTREP_NO_CERTS, CERTREP_NO_CERTS | CERTREP_BER, CERTREP_BER_ALL,
		CERTREP_NO_CERTS | CERTREP_PSS, CERTREP_NO_CERTS | CERTREP_SIGNER_SKI,
		0,
	};
	certrep_t rep = get_certrep(flags[_i]);
	chunk_t body = certrep_build(&rep), mutated, spared[SPARED];
	int i, believed = 0;

	find_spared(body, flags[_i], spared);
	ck_assert(parse_mutated(body, TRUE));
	for (i = 0; i < unsigned_count; i++)
	{
		mutated = mutate(body, spared);
		if (parse_mutated(mutated, TRUE))
		{
			believed++;
			ck_assert_msg(certrep_verify(mutated, ca->x509, FALSE),
						  "mutation %d with flags 0x%x", i, flags[_i]);
		}
		free(mutated.ptr);
	}
	/* a version, or a NULL that went, and where all hit what is spared */
	ck_assert_int_lt(believed, unsigned_count * (flags[_i] ? 1 : 4) / 10 + 10);
	free(body.ptr);
}
END_TEST

START_TEST(survives_signed_envelopes)
{
	certrep_t rep = get_certrep(_i ? CERTREP_BER : 0);
	X509 *bag[] = { me->x509, NULL };
	chunk_t certs, envelope, body;
	int i;

	certs = certrep_certs_only(bag);
	envelope = certrep_seal(&rep, certs);
	rep.what = CERTREP_CONTENT_RAW;
	for (i = 0; i < signed_count; i++)
	{
		rep.content = mutate(envelope, NULL);
		body = certrep_build(&rep);
		parse_mutated(body, FALSE);
		free(body.ptr);
		free(rep.content.ptr);
	}
	free(envelope.ptr);
	free(certs.ptr);
}
END_TEST

START_TEST(survives_sealed_certificates)
{
	certrep_t rep = get_certrep(0);
	X509 *bag[] = { me->x509, ca->x509, NULL };
	chunk_t certs, ber, body;
	int i;

	certs = certrep_certs_only(bag);
	if (_i)
	{
		ber = der_to_ber(certs, 0);
		free(certs.ptr);
		certs = ber;
	}
	rep.what = CERTREP_CONTENT_SEALED;
	for (i = 0; i < signed_count; i++)
	{
		rep.content = mutate(certs, NULL);
		body = certrep_build(&rep);
		parse_mutated(body, FALSE);
		free(body.ptr);
		free(rep.content.ptr);
	}
	free(certs.ptr);
}
END_TEST

START_TEST(survives_bags_of_certificates)
{
	X509 *bag[] = { me->x509, ca->x509, NULL };
	linked_list_t *list;
	chunk_t certs, ber, mutated;
	int i;

	certs = certrep_certs_only(bag);
	if (_i)
	{
		ber = der_to_ber(certs, 7);
		free(certs.ptr);
		certs = ber;
	}
	for (i = 0; i < unsigned_count; i++)
	{
		mutated = mutate(certs, NULL);
		if (scep_certs_parse(mutated, &list, NULL))
		{
			ck_assert_int_gt(list->get_count(list), 0);
			scep_certs_destroy(list);
		}
		free(mutated.ptr);
	}
	free(certs.ptr);
}
END_TEST

int main()
{
	Suite *suite = suite_create("mutation");
	TCase *tcase = tcase_create("mutation");

	tcase_set_timeout(tcase, 24 * 60 * 60);
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_checked_fixture(tcase, restart, NULL);
	tcase_add_loop_test(tcase, believes_nothing_that_openssl_does_not, 0, 6);
	tcase_add_loop_test(tcase, survives_signed_envelopes, 0, 2);
	tcase_add_loop_test(tcase, survives_sealed_certificates, 0, 2);
	tcase_add_loop_test(tcase, survives_bags_of_certificates, 0, 2);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
