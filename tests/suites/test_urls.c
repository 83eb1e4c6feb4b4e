/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"

#include "config/scep_url.h"

#include <stdio.h>

/**
 * Get the preferred URL of a profile.
 */
static char *first_url(scep_profile_t *profile)
{
	char *url;

	ck_assert_int_eq(profile->urls->get_first(profile->urls, (void**)&url),
					 SUCCESS);
	return url;
}

/**
 * URLs as configured and as used.
 */
static const struct {
	const char *text;
	const char *url;
} urls[] = {
	{ "http://ca.example.org", "http://ca.example.org/cgi-bin/pkiclient.exe" },
	{ "https://ca.example.org:8443",
		"https://ca.example.org:8443/cgi-bin/pkiclient.exe" },
	{ "http://ca.example.org/", "http://ca.example.org/" },
	{ "HTTP://ca.example.org/scep", "HTTP://ca.example.org/scep" },
	{ "http://[2001:db8::1]:80/certsrv/mscep/mscep.dll/pkiclient.exe",
		"http://[2001:db8::1]:80/certsrv/mscep/mscep.dll/pkiclient.exe" },
	{ "http://192.0.2.1/a?b=c", "http://192.0.2.1/a?b=c" },
	{ "http://ca.example.org/a%20b", "http://ca.example.org/a%20b" },
};

START_TEST(completes_url)
{
	scep_profile_t *profile;
	char text[256];

	snprintf(text, sizeof(text), "url = \"%s\"", urls[_i].text);
	profile = load_good(text);
	ck_assert_str_eq(first_url(profile), urls[_i].url);
	profile->destroy(profile);
}
END_TEST

/**
 * Ways to reach a server that are accepted.
 */
static const char *ways[] = {
	"source = eth0", "source = a23456789012345", "source = br-lan.7@x:1",
	"source = 192.0.2.1", "source = 2001:db8:1:2:3:4:5:6", "source = ::1",
	"proxy = http://a:1", "proxy = HTTPS://a", "proxy = socks4://a",
	"proxy = socks4a://a", "proxy = socks5://[::1]:1080",
	"proxy = socks5h://user:word@a:1",
};

START_TEST(accepts_proxy_and_source)
{
	scep_profile_t *profile;
	char text[128];

	snprintf(text, sizeof(text), "http {\n %s\n }", ways[_i]);
	profile = load_good(text);
	ck_assert_str_eq(profile->http_proxy ?: profile->http_source,
					 strstr(ways[_i], "= ") + 2);
	profile->destroy(profile);
}
END_TEST

START_TEST(takes_several_urls)
{
	static const char *expected[] = {
		"http://b.example.org/cgi-bin/pkiclient.exe", "https://a/scep?x=1%2C2",
		"http://c/", "http://d/", "http://e/", "http://f/", "http://g/",
		"http://h/",
	};
	scep_profile_t *profile;
	enumerator_t *enumerator;
	char *url;
	int i = 0;

	profile = load_good("url = \" http://b.example.org ,https://a/scep?x=1%2C2,"
						"http://c/,http://d/,http://e/,http://f/,http://g/,"
						"http://h/\"");
	enumerator = profile->urls->create_enumerator(profile->urls);
	while (enumerator->enumerate(enumerator, &url))
	{
		ck_assert_str_eq(url, expected[i++]);
	}
	enumerator->destroy(enumerator);
	ck_assert_int_eq(i, countof(expected));
	profile->destroy(profile);
}
END_TEST

/**
 * Lists of URLs, and how they may be shown.
 */
static const struct {
	const char *list;
	const char *shown;
} shown_lists[] = {
	{ "http://a/b, http://c/d", "http://a/b, http://c/d" },
	{ "http://u:Geheim@a/b,http://u:Geheim@c/d", "http://a/b, http://c/d" },
	{ "http://u:Geh,eim@a/b,http://u:Geheim@c/d", "c/d" },
	{ "http://a/b,u:Geheim@c/d", "c/d" },
	{ "http://a/b,c", "http://a/b,c" },
	{ "", "" },
};

START_TEST(shows_no_password_in_a_list)
{
	char buf[64], text[128];

	scep_urls_shown(shown_lists[_i].list, buf, sizeof(buf));
	ck_assert_str_eq(buf, shown_lists[_i].shown);
	scep_urls_shown(shown_lists[_i].list, buf, 12);
	ck_assert_int_lt(strlen(buf), 12);
	snprintf(text, sizeof(text), "url = \"ftp://x,%s\"", shown_lists[_i].list);
	load_bad(text, "key=url");
}
END_TEST

/**
 * URLs, and how they may be shown.
 */
static const struct {
	const char *url;
	const char *shown;
} shown_urls[] = {
	{ "http://ca.example.org/scep", "http://ca.example.org/scep" },
	{ "http://ca.example.org/a@b", "http://ca.example.org/a@b" },
	{ "http://ca.example.org/a?b=c@d", "http://ca.example.org/a?b=c@d" },
	{ "http://user:Geheim@ca.example.org/a@b", "http://ca.example.org/a@b" },
	{ "https://user@ca.example.org:8443", "https://ca.example.org:8443" },
	{ "socks5h://user:Geheim@[::1]:1080", "socks5h://[::1]:1080" },
	/* no URLs: rather less than a password */
	{ "http://user:Geheim/x@ca.example.org/", "http://ca.example.org/" },
	{ "http://user:Geh@eim@ca.example.org/", "http://ca.example.org/" },
	{ "user:Geheim@ca.example.org", "ca.example.org" },
	{ "user:Geheim@://ca.example.org", "://ca.example.org" },
	{ "", "" },
};

START_TEST(shows_no_password_in_a_url)
{
	scep_config_t *config;
	char buf[64], text[128];

	scep_url_shown(shown_urls[_i].url, buf, sizeof(buf));
	ck_assert_str_eq(buf, shown_urls[_i].shown);
	scep_url_shown(shown_urls[_i].url, buf, 5);
	ck_assert_int_lt(strlen(buf), 5);
	snprintf(text, sizeof(text), "url = \"%s\"\n digest = md5\n",
			 shown_urls[_i].url);
	config = load_more(text);
	ck_assert(!config->find(config, "gw"));
	ck_assert_msg(!strstr(log_text, "Geheim"), "%s", log_text);
	config->destroy(config);
	log_text[0] = '\0';
	log_lines = 0;
	snprintf(text, sizeof(text), "http {\n proxy = \"x%s\"\n }",
			 shown_urls[_i].url);
	load_bad(text, "expected=");
}
END_TEST

START_TEST(accepts_password_in_url)
{
	scep_profile_t *profile;

	profile = load_good("url = http://user:word@ca.example.org");
	ck_assert_str_eq(first_url(profile), "http://user:word@ca.example.org"
					 "/cgi-bin/pkiclient.exe");
	profile->destroy(profile);
}
END_TEST

int main()
{
	Suite *suite = suite_create("urls");
	TCase *tcase = tcase_create("of a profile");

	tcase_add_checked_fixture(tcase, config_setup, config_teardown);
	tcase_add_loop_test(tcase, completes_url, 0, countof(urls));
	tcase_add_loop_test(tcase, accepts_proxy_and_source, 0, countof(ways));
	tcase_add_test(tcase, takes_several_urls);
	tcase_add_loop_test(tcase, shows_no_password_in_a_list, 0,
						countof(shown_lists));
	tcase_add_loop_test(tcase, shows_no_password_in_a_url, 0,
						countof(shown_urls));
	tcase_add_test(tcase, accepts_password_in_url);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
