/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"
#include "test_ca.h"

#include "message/scep_challenge_page.h"

#include <openssl/x509.h>

#include <ctype.h>
#include <stdio.h>
#include <time.h>

/** Largest page of a test, bytes */
#define PAGE	8192

/** Phrases, as NDES makes them */
#define PHRASE		"8C1E9A4B7D3F2E60"
#define PHRASE32	"8C1E9A4B7D3F2E6001A2B3C4D5E6F708"

/** What NDES writes around */
#define NDES(print, phrase) \
	"<HTML><Head><Meta HTTP-Equiv=\"Content-Type\" Content=\"text/html\">\r\n" \
	"<Title>Network Device Enrollment Service</Title></Head>" \
	"<Body BgColor=#FFFFFF><Font ID=locPageFont Face=\"Arial\">" \
	"<P> The thumbprint (hash value) for the CA certificate is: <B> " print \
	" </B>\r\n<P> The enrollment challenge password is: <B> " phrase " </B> " \
	"<P> This password can be used only once and will expire within 60 " \
	"minutes. </Font></Body></HTML>"

/** the pinned CA */
static certrep_id_t *id;
static linked_list_t *cas;

static void setup()
{
	id = test_cert(&(test_cert_t){ .subject = "CN=CA", .ca = TRUE });
	cas = linked_list_create_with_items(id->cert, NULL);
}

static void teardown()
{
	cas->destroy(cas);
	certrep_id_destroy(id);
}

/**
 * Write a thumbprint of the CA. The mark tells which, and how: m, s, h for MD5,
 * SHA-1, SHA-256 in groups of eight digits, M, S, H without groups, b and c for
 * SHA-1 in pairs with blanks and with colons.
 */
static size_t print(char mark, char *buf)
{
	u_char hash[EVP_MAX_MD_SIZE];
	size_t used = 0;
	u_int len, i;

	X509_digest(id->x509, strchr("mM", mark) ? EVP_md5() :
				strchr("hH", mark) ? EVP_sha256() : EVP_sha1(), hash, &len);
	for (i = 0; i < len; i++)
	{
		if (i && ((islower(mark) && i % 4 == 0) || strchr("bc", mark)))
		{
			buf[used++] = mark == 'c' ? ':' : ' ';
		}
		used += sprintf(buf + used, mark == 'b' ? "%02x" : "%02X", hash[i]);
	}
	return used;
}

/**
 * Replace what begins with '@' by thumbprints.
 */
static chunk_t expand(const char *text)
{
	static char buf[PAGE];
	size_t used = 0;

	for (; *text; text++)
	{
		if (*text == '@')
		{
			used += print(*++text, buf + used);
		}
		else
		{
			buf[used++] = *text;
		}
	}
	return chunk_create((u_char*)buf, used);
}

/**
 * Encodings of a page.
 */
static const struct {
	chunk_t mark;
	bool wide;
	int high;
} encodings[] = {
	{ { NULL, 0 }, FALSE },
	{ { (u_char*)"\xef\xbb\xbf", 3 }, FALSE },
	{ { (u_char*)"\xff\xfe", 2 }, TRUE, 1 },
	{ { (u_char*)"\xfe\xff", 2 }, TRUE, 0 },
	{ { NULL, 0 }, TRUE, 1 },
	{ { NULL, 0 }, TRUE, 0 },
};

/**
 * Encode a page in ASCII.
 */
static chunk_t encode(chunk_t text, int encoding)
{
	chunk_t wide = text;
	size_t i;

	if (!encodings[encoding].wide)
	{
		return chunk_cat("cc", encodings[encoding].mark, text);
	}
	wide = chunk_alloc(text.len * 2);
	memset(wide.ptr, 0, wide.len);
	for (i = 0; i < text.len; i++)
	{
		wide.ptr[2 * i + 1 - encodings[encoding].high] = text.ptr[i];
	}
	return chunk_cat("cm", encodings[encoding].mark, wide);
}

/**
 * Get the phrase of a page.
 */
static bool get_phrase(chunk_t body, chunk_t *phrase, scep_error_t *err)
{
	scep_challenge_page_t page;
	bool success;

	*phrase = chunk_empty;
	success = scep_challenge_page_parse(body, &page, err) &&
			  scep_challenge_page_choose(&page, cas, phrase, err);
	scep_challenge_page_clear(&page);
	return success;
}

static const struct {
	const char *text;
	const char *phrase;
} good[] = {
	{ NDES("@m", PHRASE), PHRASE },
	{ NDES("@s", PHRASE), PHRASE },
	{ NDES("@h", PHRASE32), PHRASE32 },
	/* another language, lower case */
	{ "<p>Der Fingerabdruck lautet <b>@m</b><p>Das Kennwort: <b>"
	  "8c1e9a4b7d3f2e60</b>", "8c1e9a4b7d3f2e60" },
	/* no groups, as both could be the phrase */
	{ NDES("@M", PHRASE32), PHRASE32 },
	{ NDES(PHRASE32, "@M"), PHRASE32 },
	{ NDES("@S", PHRASE), PHRASE },
	{ NDES("@H", PHRASE), PHRASE },
	{ NDES("@b", PHRASE), PHRASE },
	{ NDES("@c", PHRASE), PHRASE },
	/* a page without a thumbprint, and one with several */
	{ "Password: " PHRASE, PHRASE },
	{ "Password: \"" PHRASE32 "\".", PHRASE32 },
	{ NDES("05C2B5E3 D1DF4E5F 1A2B3C4D 5E6F7A8B</B>, SHA-1: <B>@s", PHRASE),
	  PHRASE },
	/* other lengths, where nothing is as NDES has it */
	{ NDES("@s", "12ab34cd"), "12ab34cd" },
	{ NDES("@s", "8C1E9A4B7D3F2E608C1E"), "8C1E9A4B7D3F2E608C1E" },
	{ NDES("@s", PHRASE "00000001"), PHRASE "00000001" },
	{ NDES("@s", PHRASE32 "8C1E9A4B"), PHRASE32 "8C1E9A4B" },
	{ NDES("@s", PHRASE32 PHRASE32), PHRASE32 PHRASE32 },
	/* the same twice is one; a shorter number beside it is none */
	{ NDES("@s", PHRASE) "<p>" PHRASE, PHRASE },
	{ NDES("@s", PHRASE) " 20261125 12345678", PHRASE },
	/* what nobody sees */
	{ "<!-- 0011223344556677 <b> --><script>0011223344556677</script>"
	  "<style>0011223344556677</style><title>0011223344556677</title>"
	  "<a href=0011223344556677 >" PHRASE "</a>", PHRASE },
	{ "<header>&nbsp;" PHRASE "&nbsp;</header>", PHRASE },
	{ "<script>unclosed <b>" PHRASE, PHRASE },
	/* no numbers of their own: identifiers, parts of words, much too long */
	{ PHRASE " 8C1E9A4B-7D3F-2E60-8C1E-9A4B7D3F2E60 x8C1E9A4B7D3F2E61 "
	  PHRASE32 PHRASE32 "0 8C1E9A4B7D3F2E61h", PHRASE },
	{ "<b" PHRASE ">" PHRASE "<b", PHRASE },
};

START_TEST(finds_the_phrase)
{
	scep_error_t error = {};
	chunk_t body, phrase;
	int i;

	for (i = 0; i < countof(encodings); i++)
	{
		body = encode(expand(good[_i].text), i);
		ck_assert_msg(get_phrase(body, &phrase, &error), "encoding %d: %s", i,
					  error.text);
		ck_assert_msg(chunk_equals(phrase,
							chunk_from_str((char*)good[_i].phrase)),
					  "encoding %d: %.*s", i, (int)phrase.len, phrase.ptr);
		chunk_clear(&phrase);
		free(body.ptr);
	}
}
END_TEST

static const struct {
	const char *text;
	scep_error_kind_t kind;
	const char *reason;
} bad[] = {
	{ "", SCEP_TRANSIENT, "no phrase" },
	{ "<html>", SCEP_TRANSIENT, "no phrase" },
	{ NDES("@m", "</B> The password cache is full. <B>"), SCEP_TRANSIENT,
	  "The password cache is full." },
	{ "The password cache is full. @M", SCEP_TRANSIENT, "no phrase" },
	{ NDES("@s", "1234567"), SCEP_TRANSIENT, "no phrase" },
	/* of another CA */
	{ NDES("05C2B5E3 D1DF4E5F 1A2B3C4D 5E6F7A8B", PHRASE), SCEP_SECURITY,
	  "thumbprint 05C2B5E3D1DF4E5F1A2B3C4D5E6F7A8B" },
	{ NDES("05:C2:B5:E3:D1:DF:4E:5F:1A:2B:3C:4D:5E:6F:7A:8B", PHRASE),
	  SCEP_SECURITY, "thumbprint" },
	{ NDES("05C2B5E3D1DF4E5F1A2B3C4D5E6F7A8B00112233", PHRASE), SCEP_SECURITY,
	  "thumbprint" },
	{ NDES(PHRASE32 PHRASE32, PHRASE), SCEP_SECURITY, "thumbprint" },
	{ PHRASE32 PHRASE32, SCEP_SECURITY, "thumbprint" },
	/* which of them? */
	{ NDES(PHRASE32, PHRASE), SCEP_PERMANENT, "2 numbers" },
	{ NDES("@s", PHRASE "</b> or 0011223344556677"), SCEP_PERMANENT,
	  "2 numbers" },
	{ NDES("@s", "12345678 12345679 12345680"), SCEP_PERMANENT, "3 numbers" },
	{ "12345678, 12345679, 12345680 and 12345681", SCEP_PERMANENT,
	  "4 numbers" },
};

START_TEST(refuses_pages)
{
	chunk_t body, phrase;
	int i;

	for (i = 0; i < countof(encodings); i++)
	{
		scep_error_t error = {};

		body = encode(expand(bad[_i].text), i);
		ck_assert(!get_phrase(body, &phrase, &error));
		ck_assert_int_eq(error.kind, bad[_i].kind);
		ck_assert_msg(strstr(error.text, bad[_i].reason), "%s", error.text);
		ck_assert(!strstr(error.text, PHRASE " "));
		ck_assert(!phrase.ptr);
		free(body.ptr);
	}
}
END_TEST

START_TEST(page_that_never_ends_takes_no_time)
{
	static const char tag[] = "<style>";
	chunk_t body = chunk_alloc(SCEP_MAX_PAGE), phrase;
	struct timespec from, to;
	size_t i;

	for (i = 0; i < body.len; i++)
	{
		body.ptr[i] = tag[i % strlen(tag)];
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	ck_assert(!get_phrase(body, &phrase, NULL));
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	ck_assert_int_le(to.tv_sec - from.tv_sec, 1);
	free(body.ptr);
}
END_TEST

START_TEST(quotes_nothing_that_could_be_a_phrase)
{
	scep_error_t error = {};
	chunk_t phrase;

	ck_assert(!get_phrase(chunk_from_str("Ihr Kennwort:\x01 ge4heim "
						"1234567 \xc3\xa4\xff \"fertig\""), &phrase, &error));
	ck_assert_msg(strstr(error.text, "\"Ihr Kennwort: ... ... \xc3\xa4\\xff "
						 "\\\"fertig\\\"\""), "%s", error.text);
}
END_TEST

START_TEST(other_languages_are_quoted)
{
	/* "Пароль" in UTF-16, and the halves of a character beyond it */
	static u_char page[] = "\xff\xfe<\0b\0>\0\x1f\x04\x30\x04\x40\x04\x3e\x04"
						   "\x3b\x04\x4c\x04\x3d\xd8\x00\xde!\0";
	scep_error_t error = {};
	chunk_t phrase;

	ck_assert(!get_phrase(chunk_create(page, sizeof(page) - 1), &phrase,
						  &error));
	ck_assert_msg(strstr(error.text, "\"Пароль!\""), "%s", error.text);
}
END_TEST

START_TEST(bounds_the_page)
{
	chunk_t body = chunk_alloc(SCEP_MAX_PAGE + 1), phrase;
	scep_error_t error = {};

	memset(body.ptr, ' ', body.len);
	memcpy(body.ptr + SCEP_MAX_PAGE - 16, PHRASE, 16);
	body.len = SCEP_MAX_PAGE;
	ck_assert_msg(get_phrase(body, &phrase, &error), "%s", error.text);
	chunk_clear(&phrase);
	body.len++;
	ck_assert(!get_phrase(body, &phrase, &error));
	ck_assert_int_eq(error.kind, SCEP_SECURITY);
	free(body.ptr);
}
END_TEST

START_TEST(bounds_the_numbers)
{
	char text[1024] = PHRASE;
	scep_error_t error = {};
	chunk_t phrase;
	int i;

	for (i = 1; i < SCEP_MAX_PAGE_DIGITS; i++)
	{
		sprintf(text + strlen(text), ", %08x", i);
	}
	ck_assert_msg(get_phrase(chunk_from_str(text), &phrase, &error), "%s",
				  error.text);
	chunk_clear(&phrase);
	strcat(text, ", ffffffff");
	ck_assert(!get_phrase(chunk_from_str(text), &phrase, &error));
	ck_assert_int_eq(error.kind, SCEP_PERMANENT);
}
END_TEST

int main()
{
	Suite *suite = suite_create("challenge_page");
	TCase *tcase;

	tcase = tcase_create("page");
	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, finds_the_phrase, 0, countof(good));
	tcase_add_loop_test(tcase, refuses_pages, 0, countof(bad));
	tcase_add_test(tcase, page_that_never_ends_takes_no_time);
	tcase_add_test(tcase, quotes_nothing_that_could_be_a_phrase);
	tcase_add_test(tcase, other_languages_are_quoted);
	tcase_add_test(tcase, bounds_the_page);
	tcase_add_test(tcase, bounds_the_numbers);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
