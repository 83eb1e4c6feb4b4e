/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "certrep_der.h"
#include "config_fixture.h"
#include "host_fixture.h"
#include "base/scep_limits.h"
#include "message/scep_csr.h"
#include "message/scep_request.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/** Messages that one test looks at */
#define MESSAGES	16

/** all that is logged, secrets excepted by their level */
static char *said;
static size_t said_len;
static FILE *log_;
static void (*old_dbg)(debug_t, level_t, char*, ...);

static void collect(debug_t group, level_t level, char *fmt, ...)
{
	char line[4096];
	va_list args;

	if (level < LEVEL_PRIVATE)
	{
		va_start(args, fmt);
		vsnprintf(line, sizeof(line), fmt, args);
		va_end(args);
		fprintf(log_, "%s\n", line);
		fflush(log_);
	}
}

static void setup()
{
	host_setup();
	log_ = open_memstream(&said, &said_len);
	old_dbg = dbg;
	dbg = collect;
}

static void teardown()
{
	dbg = old_dbg;
	fclose(log_);
	free(said);
	host_teardown();
}

/**
 * Wait until something is due, a renewal for instance.
 */
static void pass_until_due()
{
	mock_host_pass(host, wait_());
}

/**
 * Read the message that is under way.
 */
static void read_message(certrep_request_t *read)
{
	const char *reason;

	reason = certrep_request_parse(mock_transport_get(host->transport)->
								   request.body, ca->id, read);
	ck_assert_msg(!reason, "%s", reason);
}

/**
 * Get the private exponent of a key.
 */
static chunk_t get_secret(private_key_t *key)
{
	chunk_t der, rest, secret;

	ck_assert(key->get_encoding(key, PRIVKEY_ASN1_DER, &der));
	/* RSAPrivateKey: version, n, e, d */
	rest = der_descend(der, ">---");
	der_next(&rest, &secret);
	secret = chunk_clone(secret);
	chunk_clear(&der);
	return secret;
}

/**
 * Whether a part of a secret is in a text, in one of the ways in which bytes
 * are printed.
 */
static bool tells(const char *text, size_t len, chunk_t secret)
{
	chunk_t lower, upper, dump = chunk_alloca(16 * 3);
	bool found;
	int i;

	ck_assert_uint_ge(secret.len, 16);
	secret.len = 16;
	lower = chunk_to_hex(secret, NULL, FALSE);
	upper = chunk_to_hex(secret, NULL, TRUE);
	for (i = 0; i < 16; i++)
	{	/* as %B dumps them */
		snprintf((char*)dump.ptr + i * 3, 3, "%02X", secret.ptr[i]);
		dump.ptr[i * 3 + 2] = ' ';
	}
	found = memmem(text, len, secret.ptr, secret.len) ||
			memmem(text, len, lower.ptr, lower.len) ||
			memmem(text, len, upper.ptr, upper.len) ||
			memmem(text, len, dump.ptr, dump.len - 1);
	free(lower.ptr);
	free(upper.ptr);
	return found;
}

/** A phrase that stands nowhere else */
#define PHRASE	"Sesam, oeffne dich 4711"

START_TEST(keeps_secrets_to_itself)
{
	chunk_t phrase = chunk_from_str(PHRASE), secret, sent = chunk_empty;
	scep_http_request_t *request;

	ca->challenge = PHRASE;
	ck_assert(mock_host_boot(host, "challenge = \"" PHRASE "\""));
	while (mock_host_step(host))
	{
		if (mock_transport_get(host->transport))
		{
			request = &mock_transport_get(host->transport)->request;
			sent = chunk_cat("mcc", sent, request->body,
							 chunk_from_str((char*)request->url));
		}
	}
	ck_assert(mock_host_is_usable(host));
	secret = get_secret(host->ike->gen->key);
	ck_assert_uint_gt(sent.len, 2000);
	ck_assert(!tells((char*)sent.ptr, sent.len, secret));
	ck_assert(!tells((char*)sent.ptr, sent.len, phrase));
	ck_assert_msg(strstr(said, "issued: "), "%s", said);
	ck_assert(!tells(said, said_len, secret));
	ck_assert(!tells(said, said_len, phrase));
	chunk_clear(&secret);
	free(sent.ptr);
}
END_TEST

START_TEST(asks_seldom_with_a_refused_challenge)
{
	u_int i;

	ca->challenge = "right";
	ck_assert(mock_host_boot(host, "challenge = wrong"));
	for (i = 0; i < 24 * 4; i++)
	{
		mock_host_pass(host, HOUR / 4);
		nudge("gw.example.org");
		mock_host_settle(host);
	}
	/* 1, 2, 4 ... minutes, then up to 6 hours */
	ck_assert_int_ge(ca->refused, 3);
	ck_assert_int_le(ca->refused, 24);
	ck_assert_int_eq(ca->issued, 0);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	/* another one serves at once */
	mock_host_change(host, "challenge = right");
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(a_challenge_without_an_end_serves_again)
{
	ca->challenge = "static";
	enrol("challenge = static");
	mock_host_crash(host);
	mock_clock_advance(timer, 91 * DAY);
	boot("challenge = static");
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_str_eq(ca->last->challenge, "static");
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

START_TEST(a_pending_request_can_be_refused)
{
	ca->verdict = MOCK_PEND;
	boot(NULL);
	pass_until_due();
	ck_assert_int_eq(state(), SCEP_STATE_PENDING);
	ca->verdict = MOCK_REFUSE;
	pass_until_due();
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(strstr(said, "refused: "));
	ca->verdict = MOCK_GRANT;
	pass_until_due();
	ck_assert(mock_host_is_usable(host));
	/* another transaction, as the first one has ended */
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 2);
}
END_TEST

START_TEST(each_transaction_has_its_id)
{
	mock_entry_t *first, *second;
	char id[33];

	enrol(NULL);
	pass_until_due();
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 2);
	ca->entries->get_first(ca->entries, (void**)&first);
	ca->entries->get_last(ca->entries, (void**)&second);
	ck_assert(!chunk_equals(first->transaction_id, second->transaction_id));
	ck_assert_uint_eq(first->transaction_id.len, 32);
	/* OpenXPKI wants it hexadecimal */
	snprintf(id, sizeof(id), "%.*s", (int)first->transaction_id.len,
			 first->transaction_id.ptr);
	ck_assert_uint_eq(strspn(id, "0123456789ABCDEF"), 32);
}
END_TEST

/**
 * What becomes of an answer.
 */
static void set_answer(int i)
{
	static const u_char nonce[16];

	ca->rep = (certrep_t){};
	ca->verdict = MOCK_PEND;
	host->offline = FALSE;
	switch (i % 5)
	{
		case 1:
			host->offline = TRUE;
			break;
		case 2:
			ca->rep.recipient_nonce = chunk_create((u_char*)nonce, 16);
			break;
		case 3:
			/* nobody's to open */
			ca->rep.status = "0";
			ca->rep.what = CERTREP_CONTENT_CERTS;
			ca->rep.recipients[0] = ca->id->x509;
			ca->rep.certs[0] = ca->id->x509;
			break;
		case 4:
			ca->verdict = MOCK_REFUSE;
			break;
		default:
			break;
	}
}

START_TEST(sends_no_message_twice)
{
	certrep_request_t messages[MESSAGES];
	int i, j;

	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < countof(messages); i++)
	{
		set_answer(0);
		while (!mock_host_until(host, "PKIOperation"))
		{
			mock_host_settle(host);
			pass_until_due();
		}
		read_message(&messages[i]);
		ck_assert_uint_eq(messages[i].sender_nonce.len, SCEP_NONCE_LEN);
		for (j = 0; j < i; j++)
		{
			ck_assert(!chunk_equals(messages[i].sender_nonce,
									messages[j].sender_nonce));
		}
		set_answer(i);
		mock_host_serve(host);
		while (mock_executor_finish(host->executor) ||
			   mock_executor_work(host->executor))
		{
			/* the answer is looked at */
		}
		set_answer(0);
		timer->now = max(timer->now,
						 host->enrollment->get_due(host->enrollment));
	}
	for (i = 0; i < countof(messages); i++)
	{
		certrep_request_clear(&messages[i]);
	}
}
END_TEST

/**
 * Answers that are not believed, and a part of the reason.
 */
static const struct {
	certrep_flag_t flags;
	const char *digest, *type, *status, *nonce, *id;
	const char *reason;
} defects[] = {
	{ .flags = CERTREP_BAD_SIGNATURE, .reason = "does not verify" },
	{ .flags = CERTREP_TWO_SIGNERS, .reason = "more than one" },
	{ .flags = CERTREP_BAD_DIGEST, .reason = "messageDigest" },
	{ .digest = "MD5", .reason = "1.2.840.113549.2.5" },
	{ .type = "19", .reason = "messageType" },
	{ .status = "1", .reason = "pkiStatus" },
	{ .nonce = "0123456789abcdef", .reason = "recipientNonce" },
	{ .id = "0123456789ABCDEF", .reason = "transactionID" },
};

START_TEST(a_refused_answer_changes_nothing)
{
	scep_profile_store_t *store;
	scep_status_t status;
	scep_error_t err = {};
	u_int sent;

	enrol(NULL);
	ca->rep.flags = defects[_i].flags;
	ca->rep.digest = defects[_i].digest;
	ca->rep.message_type = defects[_i].type;
	ca->rep.status = defects[_i].status;
	if (defects[_i].nonce)
	{
		ca->rep.recipient_nonce = chunk_from_str((char*)defects[_i].nonce);
	}
	if (defects[_i].id)
	{
		ca->rep.transaction_id = chunk_from_str((char*)defects[_i].id);
	}
	sent = host->transport->sent;
	pass_until_due();
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(host->ike->installed, 1);
	ck_assert_int_eq(host->ike->withdrawn, 0);
	ck_assert(mock_host_is_usable(host));
	/* three requests each, after 1, 2, 4 ... minutes */
	ck_assert_int_le(host->transport->sent - sent, 3 * 9);
	/* said in the log and the status */
	ck_assert_msg(strstr(said, "rejected: "), "%s", said);
	ck_assert_msg(strstr(said, defects[_i].reason), "%s", said);
	mock_host_crash(host);
	store = host->host.store->open(host->host.store, "gw", &err);
	ck_assert_msg(store, "%s", err.text);
	ck_assert(store->load_status(store, &status, &err));
	ck_assert_msg(strstr(status.last_error, defects[_i].reason), "%s",
				  status.last_error);
	store->destroy(store);
	/* and a good one counts as ever */
	ca->rep = (certrep_t){};
	ck_assert(mock_host_boot(host, NULL));
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(host->ike->gen->number, 2);
}
END_TEST

START_TEST(has_one_request_at_a_time)
{
	u_int steps = 0;

	ck_assert(mock_host_boot(host, NULL));
	do
	{
		ck_assert_int_le(host->transport->open->get_count(
												host->transport->open), 1);
		nudge("gw.example.org");
		host->enrollment->run(host->enrollment);
		ck_assert_int_le(host->transport->open->get_count(
												host->transport->open), 1);
		steps++;
	}
	while (mock_host_step(host));
	ck_assert_int_gt(steps, 5);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

/**
 * Answers to GetCACaps, and what the message is made with.
 */
static const struct {
	const char *caps, *more, *digest, *cipher;
} floors[] = {
	{ NULL, NULL, "SHA256", "AES-128-CBC" },
	{ "", NULL, "SHA256", "AES-128-CBC" },
	{ "SHA-1\nDES3\nPOSTPKIOperation", NULL, "SHA256", "AES-128-CBC" },
	{ "SHA-1\nDES3\nPOSTPKIOperation", "allow_sha1 = yes", "SHA1",
	  "AES-128-CBC" },
	{ "MD5\nDES\nPOSTPKIOperation", "allow_sha1 = yes\n allow_3des = yes",
	  "SHA256", "AES-128-CBC" },
	{ "SHA-512\nAES\nPOSTPKIOperation", "digest = sha512\n cipher = aes256",
	  "SHA512", "AES-256-CBC" },
};

START_TEST(what_it_sends_stays_above_the_floor)
{
	certrep_request_t read;

	ca->caps = floors[_i].caps;
	ck_assert(mock_host_boot(host, floors[_i].more));
	ck_assert(mock_host_until(host, "PKIOperation"));
	read_message(&read);
	ck_assert_str_eq(read.digest, floors[_i].digest);
	ck_assert_str_eq(read.cipher, floors[_i].cipher);
	certrep_request_clear(&read);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

/** The phrase that is looked for in memory; never stored as it is */
static const u_char hidden[] = {
	'k' ^ 0x55, 'u' ^ 0x55, 'e' ^ 0x55, 'h' ^ 0x55, 'l' ^ 0x55, 's' ^ 0x55,
	'c' ^ 0x55, 'h' ^ 0x55, 'r' ^ 0x55, 'a' ^ 0x55, 'n' ^ 0x55, 'k' ^ 0x55,
};

/**
 * Count the places of the phrase in a part of the memory. Any byte of it may
 * be this function's own copy, hence the second buffer is wiped.
 */
static u_int count_in(int mem, u_long from, u_long to)
{
	static u_char page[4096 + sizeof(hidden)];
	u_int found = 0;
	ssize_t len;
	size_t i, j;

	for (; from < to; from += 4096)
	{
		len = pread(mem, page, sizeof(page), from);
		for (i = 0; len > 0 && i + sizeof(hidden) <= len && i < 4096; i++)
		{
			for (j = 0; j < sizeof(hidden); j++)
			{
				if ((page[i + j] ^ 0x55) != hidden[j])
				{
					break;
				}
			}
			found += j == sizeof(hidden) &&
					 (from + i < (u_long)page ||
					  from + i >= (u_long)page + sizeof(page));
		}
	}
	memwipe(page, sizeof(page));
	return found;
}

/**
 * Count the places of the phrase in memory that can be written to. What is
 * larger than 1 GiB is a sanitizer's.
 */
static u_int count_in_memory()
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY);
	u_long from, to;
	char line[512], mode[8];
	u_int found = 0;

	ck_assert(maps && mem != -1);
	while (fgets(line, sizeof(line), maps))
	{
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 &&
			strpfx(mode, "rw") && to - from < (1UL << 30))
		{
			found += count_in(mem, from, to);
		}
	}
	fclose(maps);
	close(mem);
	return found;
}

/**
 * Get the phrase as it is.
 */
static chunk_t get_phrase()
{
	chunk_t phrase = chunk_alloc(sizeof(hidden));
	int i;

	for (i = 0; i < sizeof(hidden); i++)
	{
		phrase.ptr[i] = hidden[i] ^ 0x55;
	}
	return phrase;
}

/**
 * Build a request with the challenge of a profile.
 */
static void build_request(scep_profile_t *profile)
{
	scep_error_t err = {};
	private_key_t *key = host->host.keys->generate(host->host.keys, KEY_RSA,
												   2048, &err);
	scep_csr_t csr = { .key = key, .subject = profile->subject,
					   .digest = HASH_SHA256 };
	scep_request_t request = {
		.type = SCEP_PKCS_REQ,
		.transaction_id = chunk_from_str("A1"),
		.sender_nonce = chunk_from_str("0123456789abcdef"),
		.recipient = ca->id->cert,
		.key = key,
		.digest = HASH_SHA256,
		.cipher = ENCR_AES_CBC,
		.key_size = 16,
	};
	chunk_t message;

	ck_assert(key);
	request.signer = scep_csr_self_signed(&csr, chunk_from_chars(0x01), 0,
										  timer->now, &err);
	ck_assert_msg(profile->get_challenge(profile, &csr.challenge, &err), "%s",
				  err.text);
	ck_assert_msg(scep_csr_build(&csr, &request.content, &err), "%s", err.text);
	ck_assert_msg(scep_request_build(&request, &message, &err), "%s", err.text);
	/* as their documentation says */
	chunk_clear(&csr.challenge);
	chunk_clear(&request.content);
	free(message.ptr);
	request.signer->destroy(request.signer);
	key->destroy(key);
}

START_TEST(wipes_the_challenge)
{
	char path[] = "/tmp/scep-test-XXXXXX", text[128];
	scep_profile_t *profile;
	chunk_t phrase = get_phrase();
	int fd = mkstemp(path);

	/* such that it can be found at all */
	ck_assert_int_ge(count_in_memory(), 1);
	ck_assert_int_eq(write(fd, phrase.ptr, phrase.len), phrase.len);
	close(fd);
	chunk_clear(&phrase);
	ck_assert_int_eq(count_in_memory(), 0);
	snprintf(text, sizeof(text), "challenge_file = %s", path);
	profile = load_good(text);
	build_request(profile);
	ck_assert_int_eq(count_in_memory(), 0);
	profile->destroy(profile);
	unlink(path);
}
END_TEST

int main()
{
	Suite *suite = suite_create("protocol");
	TCase *tcase = tcase_create("conduct");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, keeps_secrets_to_itself);
	tcase_add_test(tcase, asks_seldom_with_a_refused_challenge);
	tcase_add_test(tcase, a_challenge_without_an_end_serves_again);
	tcase_add_test(tcase, a_pending_request_can_be_refused);
	tcase_add_test(tcase, each_transaction_has_its_id);
	tcase_add_test(tcase, sends_no_message_twice);
	tcase_add_loop_test(tcase, a_refused_answer_changes_nothing, 0,
						countof(defects));
	tcase_add_test(tcase, has_one_request_at_a_time);
	tcase_add_loop_test(tcase, what_it_sends_stays_above_the_floor, 0,
						countof(floors));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("memory");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, host_setup, host_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, wipes_the_challenge);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
