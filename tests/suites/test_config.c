/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "config/scep_config.h"
#include "config/scep_options.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/** What a profile needs */
#define REQUIRED	"url = http://ca.example.org/scep\n" \
					"subject = \"C=DE, O=Example, CN=gw.example.org\"\n"

/** Hexadecimal digits of 8, 16, 32 and 64 bytes */
#define HEX8	"0123456789abcdef"
#define HEX16	HEX8 HEX8
#define HEX32	HEX16 HEX16
#define HEX64	HEX32 HEX32

/** What was logged at level 0, and how many lines */
static char log_text[8192];
static u_int log_lines;

/** The hook that was there before */
static void (*old_dbg)(debug_t, level_t, char*, ...);

/**
 * Collect what needs a person.
 */
static void collect(debug_t group, level_t level, char *fmt, ...)
{
	size_t len = strlen(log_text);
	va_list args;

	if (group == DBG_CFG && level == 0)
	{
		va_start(args, fmt);
		vsnprintf(log_text + len, sizeof(log_text) - len, fmt, args);
		va_end(args);
		strncat(log_text, "\n", sizeof(log_text) - strlen(log_text) - 1);
		log_lines++;
	}
}

static void setup()
{
	old_dbg = dbg;
	dbg = collect;
	log_text[0] = '\0';
	log_lines = 0;
}

static void teardown()
{
	dbg = old_dbg;
}

/**
 * Load what is inside of the plugin's section.
 */
static scep_config_t *load_top(const char *text)
{
	scep_config_t *config;
	settings_t *settings;
	char *all;

	ck_assert(asprintf(&all, "charon-systemd {\nplugins {\nscep {\n%s\n}\n}\n}",
					   text) > 0);
	settings = settings_create_string(all);
	ck_assert_msg(settings, "syntax error in: %s", all);
	config = scep_config_load(settings, "charon-systemd");
	settings->destroy(settings);
	free(all);
	return config;
}

/**
 * Load one profile "gw" with what is required and what is given.
 */
static scep_config_t *load_more(const char *text)
{
	scep_config_t *config;
	char *all;

	ck_assert(asprintf(&all, "profiles {\ngw {\n" REQUIRED "%s\n}\n}",
					   text) > 0);
	config = load_top(all);
	free(all);
	return config;
}

/**
 * Load a profile that has to be good.
 */
static scep_profile_t *load_good(const char *text)
{
	scep_config_t *config = load_more(text);
	scep_profile_t *profile;

	profile = config->find(config, "gw");
	ck_assert_msg(profile, "refused %s: %s", text, log_text);
	ck_assert_msg(!log_lines, "%s: %s", text, log_text);
	profile = profile->get_ref(profile);
	config->destroy(config);
	return profile;
}

/**
 * Load a profile that has to be refused, with one line that names the key.
 */
static void load_bad(const char *text, const char *shown)
{
	scep_config_t *config = load_more(text);

	ck_assert_msg(!config->find(config, "gw"), "accepted: %s", text);
	ck_assert(config->is_disabled(config, "gw"));
	ck_assert_msg(log_lines == 1, "%s: %u lines: %s", text, log_lines,
				  log_text);
	ck_assert_msg(strpfx(log_text, "scep[gw] config-error: "), "%s", log_text);
	ck_assert_msg(strstr(log_text, shown), "%s: no %s in: %s", text, shown,
				  log_text);
	config->destroy(config);
	log_text[0] = '\0';
	log_lines = 0;
}

START_TEST(defaults)
{
	scep_profile_t *profile = load_good("");

	ck_assert_str_eq(profile->name, "gw");
	ck_assert_str_eq(profile->url, "http://ca.example.org/scep");
	ck_assert(!profile->ca_identifier);
	ck_assert_int_eq(profile->ca_pins->get_count(profile->ca_pins), 0);
	ck_assert_int_eq(profile->ra_pins->get_count(profile->ra_pins), 0);
	ck_assert_int_eq(profile->sans->get_count(profile->sans), 0);
	ck_assert(!profile->ca_cert);
	ck_assert(!profile->http_proxy);
	ck_assert(!profile->http_ca_file);
	ck_assert(!profile->http_source);
	ck_assert_int_eq(profile->key_type, KEY_RSA);
	ck_assert_int_eq(profile->key_size, 3072);
	ck_assert(!profile->key_reuse);
	ck_assert(profile->renew_from.percent);
	ck_assert_int_eq(profile->renew_from.value, 60);
	ck_assert(profile->renew_to.percent);
	ck_assert_int_eq(profile->renew_to.value, 70);
	ck_assert_int_eq(profile->retry_interval, 60);
	ck_assert_int_eq(profile->retry_max_interval, 6 * 3600);
	ck_assert_int_eq(profile->poll_interval, 60);
	ck_assert_int_eq(profile->poll_max_interval, 3600);
	ck_assert_int_eq(profile->poll_timeout, 7 * 86400);
	ck_assert_int_eq(profile->http_timeout, 60);
	ck_assert_int_eq(profile->http_connect_timeout, 10);
	ck_assert_int_eq(profile->digest, HASH_SHA256);
	ck_assert_int_eq(profile->cipher, ENCR_AES_CBC);
	ck_assert_int_eq(profile->cipher_key_size, 16);
	ck_assert(profile->accept_des);
	ck_assert(!profile->allow_sha1);
	ck_assert(!profile->allow_3des);
	ck_assert(!profile->template);
	ck_assert(!profile->signer_cert);
	ck_assert(!profile->signer_key);
	ck_assert_int_eq(profile->http_method, SCEP_HTTP_AUTO);
	ck_assert_int_eq(profile->renew_method, SCEP_RENEW_AUTO);
	ck_assert_int_eq(profile->renew_challenge, SCEP_WHEN_AUTO);
	ck_assert_int_eq(profile->subject_policy, SCEP_POLICY_REFUSE);
	ck_assert(!profile->trust_ca);
	ck_assert(profile->initiate);
	ck_assert_int_eq(strlen(profile->request_digest), 64);
	profile->destroy(profile);
}
END_TEST

START_TEST(reads_all_settings)
{
	scep_profile_t *profile = load_good(
		"ca_identifier = \"\"\n"
		"trust_ca = yes\n subject_policy = warn\n digest = SHA512\n"
		"cipher = aes256\n accept_des = no\n initiate = no\n"
		"allow_sha1 = yes\n allow_3des = yes\n template = IPSEC\n"
		"signer {\n cert = /dev/null\n key = /dev/zero\n }\n"
		"key {\n type = rsa\n size = 4096\n reuse = yes\n }\n"
		"renew {\n from = 30d\n to = 12h\n method = challenge\n"
		" challenge = always\n }\n"
		"poll {\n interval = 5m\n max_interval = 2h\n timeout = 14d\n }\n"
		"retry {\n interval = 90\n max_interval = 1d\n }\n"
		"http {\n method = get\n timeout = 2m\n connect_timeout = 5\n source = eth0\n"
		" proxy = http://proxy.example.org:3128\n ca_file = /dev/null\n }");

	ck_assert_str_eq(profile->ca_identifier, "");
	ck_assert(profile->trust_ca);
	ck_assert_int_eq(profile->subject_policy, SCEP_POLICY_WARN);
	ck_assert_int_eq(profile->digest, HASH_SHA512);
	ck_assert_int_eq(profile->cipher_key_size, 32);
	ck_assert(!profile->accept_des);
	ck_assert(profile->allow_sha1);
	ck_assert(profile->allow_3des);
	ck_assert_str_eq(profile->template, "IPSEC");
	ck_assert_str_eq(profile->signer_cert, "/dev/null");
	ck_assert_str_eq(profile->signer_key, "/dev/zero");
	ck_assert_int_eq(profile->http_method, SCEP_HTTP_GET);
	ck_assert_int_eq(profile->renew_method, SCEP_RENEW_CHALLENGE);
	ck_assert_int_eq(profile->renew_challenge, SCEP_WHEN_ALWAYS);
	ck_assert(!profile->initiate);
	ck_assert_int_eq(profile->key_size, 4096);
	ck_assert(profile->key_reuse);
	ck_assert(!profile->renew_from.percent);
	ck_assert_int_eq(profile->renew_from.value, 30 * 86400);
	ck_assert_int_eq(profile->renew_to.value, 12 * 3600);
	ck_assert_int_eq(profile->poll_interval, 300);
	ck_assert_int_eq(profile->poll_max_interval, 7200);
	ck_assert_int_eq(profile->poll_timeout, 14 * 86400);
	ck_assert_int_eq(profile->retry_interval, 90);
	ck_assert_int_eq(profile->retry_max_interval, 86400);
	ck_assert_int_eq(profile->http_timeout, 120);
	ck_assert_int_eq(profile->http_connect_timeout, 5);
	ck_assert_str_eq(profile->http_source, "eth0");
	ck_assert_str_eq(profile->http_proxy, "http://proxy.example.org:3128");
	ck_assert_str_eq(profile->http_ca_file, "/dev/null");
	profile->destroy(profile);
}
END_TEST

START_TEST(takes_weak_algorithms_where_allowed)
{
	scep_profile_t *profile = load_good(
		"allow_sha1 = yes\n allow_3des = yes\n digest = sha1\n"
		"cipher = 3des\n ra_fingerprint = sha1:" HEX16 "01234567");

	ck_assert_int_eq(profile->digest, HASH_SHA1);
	ck_assert_int_eq(profile->cipher, ENCR_3DES);
	ck_assert_int_eq(profile->cipher_key_size, 24);
	ck_assert_int_eq(profile->ra_pins->get_count(profile->ra_pins), 1);
	profile->destroy(profile);
}
END_TEST

/**
 * Settings that are refused, and the key that the message names.
 */
static const struct {
	const char *text;
	const char *key;
} bad_values[] = {
	{ "url = ftp://ca.example.org/", "key=url" },
	{ "url = ca.example.org", "key=url" },
	{ "url = http://", "key=url" },
	{ "url = http:///scep", "key=url" },
	{ "url = \"http://ca.example.org/a b\"", "key=url" },
	{ "url = \"http://ca.example.org/#a\"", "key=url" },
	{ "url = \"http://ca.example.org/\\n\"", "key=url" },
	{ "url = \"\"", "key=url" },
	{ "subject = gw.example.org", "key=subject" },
	{ "subject = \"\"", "key=subject" },
	{ "subject = \"Nonsense=gw\"", "key=subject" },
	{ "subject = 192.0.2.1", "key=subject" },
	{ "signer {\n cert = /dev/null\n }", "key=signer.key" },
	{ "signer {\n key = /dev/null\n }", "key=signer.cert" },
	{ "signer {\n cert = /nowhere\n key = /dev/null\n }", "key=signer.cert" },
	{ "renew {\n method = sign\n }", "key=renew.method" },
	{ "renew {\n challenge = yes\n }", "key=renew.challenge" },
	{ "renew {\n method = challenge\n challenge = never\n }",
		"key=renew.challenge" },
	{ "http {\n method = put\n }", "key=http.method" },
	{ "template = \"\"", "key=template" },
	{ "san = %any", "key=san" },
	{ "san = 192.0.2.0/24", "key=san" },
	{ "san = uri:", "key=san" },
	{ "san = \"dn:/Nonsense=a\"", "key=san" },
	{ "san = \"gw.example.org, %any\"", "key=san" },
	{ "san = upn:", "key=san" },
	{ "san = upn:gw", "key=san" },
	{ "san = upn:@example.org", "key=san" },
	{ "template = 1", "key=template" },
	{ "template = 1..2", "key=template" },
	{ "template = \"a\\nb\"", "key=template" },
	{ "san = dn:gw.example.org", "key=san" },
	{ "san = \"gw example\"", "key=san" },
	{ "ca_fingerprint = sha256:" HEX16, "key=ca_fingerprint" },
	{ "ca_fingerprint = sha256:" HEX32 "00", "key=ca_fingerprint" },
	{ "ca_fingerprint = sha256:" HEX16 HEX8 "0123456789abcdeg",
		"key=ca_fingerprint" },
	{ "ca_fingerprint = sha512:" HEX32, "key=ca_fingerprint" },
	{ "ca_fingerprint = md5:" HEX16, "key=ca_fingerprint" },
	{ "ca_fingerprint = sha1:" HEX16 "01234567", "key=ca_fingerprint" },
	{ "ca_fingerprint = " HEX16, "key=ca_fingerprint" },
	{ "ca_fingerprint = sha256:" HEX32 ", sha256:", "key=ca_fingerprint" },
	{ "ra_fingerprint = md5:" HEX16, "key=ra_fingerprint" },
	{ "ca_cert = /nonexistent/ca.pem", "key=ca_cert" },
	{ "ca_cert = ca.pem", "key=ca_cert" },
	{ "ca_cert = /dev/null", "key=ca_cert" },
	{ "trust_ca = maybe", "key=trust_ca" },
	{ "trust_ca = \"yes no\"", "key=trust_ca" },
	{ "subject_policy = ignore", "key=subject_policy" },
	{ "challenge = \"\"", "key=challenge" },
	{ "challenge_file = gw.challenge", "key=challenge_file" },
	{ "challenge = a\n challenge_file = /b", "key=challenge" },
	{ "digest = sha1", "key=digest" },
	{ "digest = md5", "key=digest" },
	{ "cipher = 3des", "key=cipher" },
	{ "cipher = aes", "key=cipher" },
	{ "key {\n type = ecdsa\n }", "key=key.type" },
	{ "key {\n size = 1024\n }", "key=key.size" },
	{ "key {\n size = 2047\n }", "key=key.size" },
	{ "key {\n size = 8193\n }", "key=key.size" },
	{ "key {\n size = -3072\n }", "key=key.size" },
	{ "key {\n size = 3072x\n }", "key=key.size" },
	{ "key {\n size = 4294970368\n }", "key=key.size" },
	{ "key {\n size = \"\"\n }", "key=key.size" },
	{ "renew {\n from = 0%\n }", "key=renew.from" },
	{ "renew {\n to = 100%\n }", "key=renew.to" },
	{ "renew {\n to = %\n }", "key=renew.to" },
	{ "renew {\n to = 6x%\n }", "key=renew.to" },
	{ "renew {\n to = 0\n }", "key=renew.to" },
	{ "renew {\n from = 75%\n }", "key=renew.from" },
	{ "renew {\n from = 10d\n to = 20d\n }", "key=renew.from" },
	{ "retry {\n interval = 10x\n }", "key=retry.interval" },
	{ "retry {\n interval = 10sm\n }", "key=retry.interval" },
	{ "retry {\n interval = 0\n }", "key=retry.interval" },
	{ "retry {\n interval = 1.5h\n }", "key=retry.interval" },
	{ "retry {\n interval = +5\n }", "key=retry.interval" },
	{ "retry {\n interval = 7h\n }", "key=retry.interval" },
	{ "retry {\n max_interval = 99999999999999999999\n }",
		"key=retry.max_interval" },
	{ "retry {\n max_interval = 213503982334601d\n }",
		"key=retry.max_interval" },
	{ "poll {\n interval = 2h\n }", "key=poll.interval" },
	{ "poll {\n timeout = never\n }", "key=poll.timeout" },
	{ "http {\n timeout = 2h\n }", "key=http.timeout" },
	{ "http {\n connect_timeout = 0\n }", "key=http.connect_timeout" },
	{ "http {\n ca_file = /nonexistent/ca.pem\n }", "key=http.ca_file" },
	{ "http {\n source = \"\"\n }", "key=http.source" },
	{ "http {\n proxy = \"\"\n }", "key=http.proxy" },
};

START_TEST(refuses_bad_value)
{
	load_bad(bad_values[_i].text, bad_values[_i].key);
}
END_TEST

START_TEST(names_value_and_expectation)
{
	load_bad("digest = \"sha1%s%n\\\"\"", "value=\"sha1%s%n\\\"\"");
	load_bad("digest = md5", "expected=sha256, sha384 or sha512");
}
END_TEST

START_TEST(needs_url_and_subject)
{
	scep_config_t *config;

	config = load_top("profiles {\n a {\n url = http://a/b\n }\n b {\n"
					  "subject = CN=b\n }\n c {\n url = http://c/d\n"
					  "subject = CN=c\n }\n }");
	ck_assert(config->is_disabled(config, "a"));
	ck_assert(config->is_disabled(config, "b"));
	ck_assert(!config->is_disabled(config, "c"));
	ck_assert(config->find(config, "c"));
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 1);
	ck_assert_int_eq(log_lines, 2);
	ck_assert(strstr(log_text, "scep[a] config-error: key=subject"));
	ck_assert(strstr(log_text, "scep[b] config-error: key=url"));
	config->destroy(config);
}
END_TEST

/**
 * Names that are not known, and what the message suggests.
 */
static const struct {
	const char *text;
	const char *shown;
} unknown_names[] = {
	{ "subjekt = CN=x", "did you mean subject" },
	{ "ca_fingerprnt = x", "did you mean ca_fingerprint" },
	{ "http {\n timout = 5\n }", "did you mean http.timeout" },
	{ "keys {\n size = 4096\n }", "keys" },
	{ "key = 4096", "key=\"key\"" },
	{ "key {\n size {\n a = b\n }\n }", "size" },
	{ "url {\n a = b\n }", "url" },
	{ "completely_different = x", "completely_different" },
	{ "http {\n deeper {\n timeout = 5\n }\n }", "deeper" },
};

START_TEST(refuses_unknown_name)
{
	load_bad(unknown_names[_i].text, unknown_names[_i].shown);
}
END_TEST

/**
 * Mistakes around a challenge, none of which may put it into the log.
 */
static const char *leaks[] = {
	"challenge = Geheim\n challenge_file = /a",
	"challenge = Geheim" HEX64 HEX64 HEX64,
	"chalenge = Geheim",
	"challenge = Geheim\n digest = sha1",
	"challenge {\n challenge = Geheim\n }",
	"http {\n challenge = Geheim\n }",
};

START_TEST(never_shows_a_challenge)
{
	scep_config_t *config = load_more(leaks[_i]);

	ck_assert(config->is_disabled(config, "gw"));
	ck_assert_int_eq(log_lines, 1);
	ck_assert_msg(!strstr(log_text, "Geheim"), "%s", log_text);
	config->destroy(config);
}
END_TEST

/**
 * Names that are no profile's.
 */
static const char *bad_names[] = {
	"g+w", "g/w", "..", "g%sw", "g\xc3\xa4w",
	/* a letter more than are allowed */
	HEX32 "0",
};

START_TEST(refuses_bad_name)
{
	settings_t *settings = settings_create_string("");
	scep_config_t *config;

	settings->set_str(settings, "%s.plugins.scep.profiles.%s.url",
					  "http://ca.example.org/scep", "charon-systemd",
					  bad_names[_i]);
	settings->set_str(settings, "%s.plugins.scep.profiles.%s.subject",
					  "CN=gw", "charon-systemd", bad_names[_i]);
	config = scep_config_load(settings, "charon-systemd");
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 0);
	ck_assert_int_eq(log_lines, 1);
	ck_assert_msg(strstr(log_text, "config-error: "), "%s", log_text);
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(accepts_longest_name)
{
	scep_config_t *config;

	config = load_top("profiles {\n" HEX32 " {\n" REQUIRED "}\n"
					  "Gw-1_a {\n" REQUIRED "}\n}");
	ck_assert(config->find(config, HEX32));
	ck_assert(config->find(config, "Gw-1_a"));
	ck_assert(!config->find(config, "gw-1_a"));
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
}
END_TEST

START_TEST(one_bad_profile_does_not_affect_others)
{
	scep_config_t *config;

	config = load_top("profiles {\n a {\n" REQUIRED "}\n b {\n" REQUIRED
					  "digest = md5\n cipher = des\n nonsense = x\n }\n"
					  "c {\n" REQUIRED "}\n}");
	ck_assert(config->find(config, "a"));
	ck_assert(!config->find(config, "b"));
	ck_assert(config->is_disabled(config, "b"));
	ck_assert(config->find(config, "c"));
	ck_assert(!config->is_disabled(config, "d"));
	ck_assert(!config->find(config, "d"));
	ck_assert_int_eq(log_lines, 1);
	config->destroy(config);
}
END_TEST

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
	ck_assert_str_eq(profile->url, urls[_i].url);
	profile->destroy(profile);
}
END_TEST

/**
 * Fingerprints: algorithms and lengths in the order of the list.
 */
static const struct {
	const char *text;
	int count;
	hash_algorithm_t alg;
	size_t len;
} pins[] = {
	{ "sha256:" HEX32, 1, HASH_SHA256, 32 },
	{ "SHA384:" HEX32 HEX16, 1, HASH_SHA384, 48 },
	{ "Sha512:" HEX64, 1, HASH_SHA512, 64 },
	{ "\"sha256: 01:23:45:67:89:AB:CD:EF 01:23:45:67:89:ab:cd:ef "
		"0123456789ABCDEF 0123 4567 89ab cdef\"", 1, HASH_SHA256, 32 },
	{ "sha256:" HEX32 ",sha512:" HEX64, 2, HASH_SHA256, 32 },
};

START_TEST(parses_fingerprints)
{
	u_char bytes[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
	scep_profile_t *profile;
	scep_pin_t *pin;
	char text[512];
	size_t i;

	snprintf(text, sizeof(text), "ca_fingerprint = %s\nra_fingerprint = %s",
			 pins[_i].text, pins[_i].text);
	profile = load_good(text);
	ck_assert_int_eq(profile->ca_pins->get_count(profile->ca_pins),
					 pins[_i].count);
	ck_assert_int_eq(profile->ra_pins->get_count(profile->ra_pins),
					 pins[_i].count);
	profile->ca_pins->get_first(profile->ca_pins, (void**)&pin);
	ck_assert_int_eq(pin->alg, pins[_i].alg);
	ck_assert_int_eq(pin->hash.len, pins[_i].len);
	for (i = 0; i < pin->hash.len; i += sizeof(bytes))
	{
		ck_assert(memeq(pin->hash.ptr + i, bytes, sizeof(bytes)));
	}
	profile->destroy(profile);
}
END_TEST

/**
 * Alternative names with their types.
 */
static const struct {
	const char *text;
	id_type_t type;
	const char *shown;
} sans[] = {
	{ "gw.example.org", ID_FQDN, "gw.example.org" },
	{ "*.example.org", ID_FQDN, "*.example.org" },
	{ "192.0.2.1", ID_IPV4_ADDR, "192.0.2.1" },
	{ "2001:db8::1", ID_IPV6_ADDR, "2001:db8::1" },
	{ "a@example.org", ID_RFC822_ADDR, "a@example.org" },
	{ "uri:urn:ipsec:gw", ID_DER_ASN1_GN_URI, "urn:ipsec:gw" },
	{ "dn:/C=DE/O=Example", ID_DER_ASN1_DN, "C=DE, O=Example" },
};

START_TEST(parses_san)
{
	scep_profile_t *profile;
	identification_t *id;
	char text[128];

	snprintf(text, sizeof(text), "san = %s", sans[_i].text);
	profile = load_good(text);
	ck_assert_int_eq(profile->sans->get_count(profile->sans), 1);
	profile->sans->get_first(profile->sans, (void**)&id);
	ck_assert_int_eq(id->get_type(id), sans[_i].type);
	snprintf(text, sizeof(text), "%Y", id);
	ck_assert_str_eq(text, sans[_i].shown);
	profile->destroy(profile);
}
END_TEST

START_TEST(parses_user_principal_name)
{
	scep_profile_t *profile = load_good("san = upn:gw@example.org");
	identification_t *id;

	ck_assert_int_eq(profile->sans->get_count(profile->sans), 0);
	ck_assert_int_eq(profile->upns->get_count(profile->upns), 1);
	profile->upns->get_first(profile->upns, (void**)&id);
	ck_assert_int_eq(id->get_type(id), ID_RFC822_ADDR);
	ck_assert(chunk_equals(id->get_encoding(id),
						   chunk_from_str("gw@example.org")));
	profile->destroy(profile);
}
END_TEST

START_TEST(parses_list_of_sans_in_order)
{
	scep_profile_t *profile;
	enumerator_t *enumerator;
	identification_t *id;
	char text[128] = "";
	size_t len;

	profile = load_good("san = a.example.org,192.0.2.1 , dn:/C=DE/CN=b");
	enumerator = profile->sans->create_enumerator(profile->sans);
	while (enumerator->enumerate(enumerator, &id))
	{
		len = strlen(text);
		snprintf(text + len, sizeof(text) - len, "%Y;", id);
	}
	enumerator->destroy(enumerator);
	ck_assert_str_eq(text, "a.example.org;192.0.2.1;C=DE, CN=b;");
	profile->destroy(profile);
}
END_TEST

START_TEST(challenge_comes_from_settings)
{
	scep_profile_t *profile;
	scep_error_t error = {};
	chunk_t challenge;

	profile = load_good("challenge = \"a %s {b} #\"");
	ck_assert(profile->get_challenge(profile, &challenge, &error));
	ck_assert(chunk_equals(challenge, chunk_from_str("a %s {b} #")));
	chunk_clear(&challenge);
	profile->destroy(profile);
	profile = load_good("");
	ck_assert(profile->get_challenge(profile, &challenge, &error));
	ck_assert_int_eq(challenge.len, 0);
	profile->destroy(profile);
}
END_TEST

/**
 * Write a file.
 */
static void write_file(const char *path, const char *content, size_t len)
{
	FILE *file = fopen(path, "w");

	ck_assert(file);
	ck_assert_int_eq(fwrite(content, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(challenge_file_is_read_each_time)
{
	char path[] = "/tmp/scep-test-XXXXXX", text[128], longest[300];
	static const struct {
		const char *content;
		const char *challenge;
	} files[] = {
		{ "first", "first" },
		{ "second\n", "second" },
		{ "third\r\nnot this\n", "third" },
		{ " blanks stay \n", " blanks stay " },
		{ "", NULL },
		{ "\nnot this\n", NULL },
		{ "again", "again" },
	};
	scep_profile_t *profile;
	chunk_t challenge;
	bool success;
	int i;

	close(mkstemp(path));
	snprintf(text, sizeof(text), "challenge_file = %s", path);
	profile = load_good(text);
	for (i = 0; i < countof(files); i++)
	{
		scep_error_t error = {};

		write_file(path, files[i].content, strlen(files[i].content));
		success = profile->get_challenge(profile, &challenge, &error);
		ck_assert_int_eq(success, files[i].challenge != NULL);
		if (success)
		{
			ck_assert(chunk_equals(challenge,
							chunk_from_str((char*)files[i].challenge)));
		}
		else
		{
			ck_assert_int_ne(error.kind, SCEP_OK);
			ck_assert(strstr(error.text, path));
		}
		chunk_clear(&challenge);
	}
	memset(longest, 'a', sizeof(longest));
	for (i = SCEP_MAX_CHALLENGE - 1; i <= SCEP_MAX_CHALLENGE + 4; i++)
	{
		scep_error_t error = {};

		longest[i] = '\n';
		write_file(path, longest, i + 1);
		longest[i] = 'a';
		success = profile->get_challenge(profile, &challenge, &error);
		ck_assert_int_eq(success, i <= SCEP_MAX_CHALLENGE);
		ck_assert_int_eq(challenge.len, success ? i : 0);
		chunk_clear(&challenge);
		if (error.text[0])
		{
			ck_assert(!strstr(error.text, "aaaa"));
		}
	}
	unlink(path);
	profile->destroy(profile);
}
END_TEST

START_TEST(missing_challenge_file_is_no_config_error)
{
	scep_error_t error = {};
	scep_profile_t *profile;
	chunk_t challenge;

	profile = load_good("challenge_file = /nonexistent/gw.challenge");
	ck_assert(!profile->get_challenge(profile, &challenge, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(strstr(error.text, "/nonexistent/gw.challenge"));
	ck_assert_int_eq(challenge.len, 0);
	profile->destroy(profile);
}
END_TEST

START_TEST(fifo_as_challenge_file_does_not_block)
{
	char dir[] = "/tmp/scep-test-XXXXXX", path[64], text[128];
	scep_error_t error = {};
	scep_profile_t *profile;
	chunk_t challenge;

	ck_assert(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(text, sizeof(text), "challenge_file = %s", path);
	profile = load_good(text);
	ck_assert(!profile->get_challenge(profile, &challenge, &error));
	profile->destroy(profile);
	unlink(path);
	rmdir(dir);
}
END_TEST

/**
 * Changes of a profile: whether it is another one, whether what is certified
 * is something else.
 */
static const struct {
	const char *a, *b;
	bool equal, same_request;
} changes[] = {
	{ "", "", TRUE, TRUE },
	{ "", "key {\n size = 3072\n }", TRUE, TRUE },
	{ "", "san = gw.example.org", FALSE, FALSE },
	{ "san = a,b", "san = b,a", FALSE, FALSE },
	{ "", "subject = CN=gw", FALSE, FALSE },
	{ "", "key {\n size = 4096\n }", FALSE, FALSE },
	{ "", "url = http://b.example.org/", FALSE, TRUE },
	{ "", "challenge = a", FALSE, TRUE },
	{ "challenge = a", "challenge = b", FALSE, TRUE },
	{ "", "ca_fingerprint = sha256:" HEX32, FALSE, TRUE },
	{ "", "ca_identifier = \"\"", FALSE, TRUE },
	{ "", "renew {\n to = 80%\n }", FALSE, TRUE },
	{ "", "initiate = no", FALSE, TRUE },
	{ "", "http {\n timeout = 61\n }", FALSE, TRUE },
};

START_TEST(tells_changes)
{
	scep_profile_t *a = load_good(changes[_i].a), *b = load_good(changes[_i].b);

	ck_assert_int_eq(a->equals(a, b), changes[_i].equal);
	ck_assert_int_eq(b->equals(b, a), changes[_i].equal);
	ck_assert_int_eq(streq(a->request_digest, b->request_digest),
					 changes[_i].same_request);
	a->destroy(a);
	b->destroy(b);
}
END_TEST

START_TEST(profile_outlives_configuration)
{
	scep_config_t *config = load_more("");
	scep_profile_t *profile;

	profile = config->find(config, "gw");
	profile = profile->get_ref(profile);
	config->destroy(config);
	ck_assert_str_eq(profile->name, "gw");
	profile->destroy(profile);
}
END_TEST

START_TEST(defaults_above_the_profiles)
{
	scep_config_t *config = load_top("");

	ck_assert_str_eq(config->state_dir, "/var/lib/strongswan/scep");
	ck_assert_int_eq(config->workers, 1);
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 0);
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
}
END_TEST

START_TEST(reads_what_is_above_the_profiles)
{
	scep_config_t *config;

	config = load_top("load = yes\n state_dir = /var/lib/other\n workers = 16");
	ck_assert_str_eq(config->state_dir, "/var/lib/other");
	ck_assert_int_eq(config->workers, 16);
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
}
END_TEST

/**
 * Mistakes above the profiles.
 */
static const struct {
	const char *text;
	const char *shown;
} bad_globals[] = {
	{ "state_dir = relative", "key=state_dir" },
	{ "workers = 0", "key=workers" },
	{ "workers = 17", "key=workers" },
	{ "workers = -1", "key=workers" },
	{ "worker = 2", "worker" },
	{ "profile {\n gw {\n" REQUIRED "}\n }", "profile" },
};

START_TEST(bad_global_is_reported_and_replaced)
{
	scep_config_t *config;
	char text[512];

	snprintf(text, sizeof(text), "%s\nprofiles {\ngw {\n" REQUIRED "}\n}",
			 bad_globals[_i].text);
	config = load_top(text);
	ck_assert_int_eq(log_lines, 1);
	ck_assert_msg(strpfx(log_text, "scep config-error: "), "%s", log_text);
	ck_assert_msg(strstr(log_text, bad_globals[_i].shown), "%s", log_text);
	ck_assert_str_eq(config->state_dir, "/var/lib/strongswan/scep");
	ck_assert_int_eq(config->workers, 1);
	ck_assert(config->find(config, "gw"));
	config->destroy(config);
}
END_TEST

START_TEST(daemon_section_wins_over_fallback)
{
	scep_config_t *config;
	scep_profile_t *profile;
	settings_t *settings;

	settings = settings_create_string(
		"charon {\nplugins {\nscep {\n workers = 3\n profiles {\n gw {\n"
		REQUIRED "digest = sha384\n key {\n size = 4096\n }\n }\n a {\n"
		REQUIRED "}\n }\n }\n }\n }\n"
		"charon-systemd {\nplugins {\nscep {\n profiles {\n gw {\n"
		"digest = sha512\n }\n b {\n" REQUIRED "}\n }\n }\n }\n }\n");
	settings->add_fallback(settings, "charon-systemd", "charon");
	config = scep_config_load(settings, "charon-systemd");
	ck_assert_int_eq(config->workers, 3);
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 3);
	profile = config->find(config, "gw");
	ck_assert(profile);
	ck_assert_int_eq(profile->digest, HASH_SHA512);
	ck_assert_int_eq(profile->key_size, 4096);
	ck_assert_int_eq(log_lines, 0);
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

/**
 * Read the file that is installed for users to change.
 *
 * @param uncomment		whether to make settings of those that are commented
 */
static char *read_sample(bool uncomment)
{
	char path[PATH_MAX], line[256], *text = NULL, *pos, *hash;
	size_t size, len;
	FILE *in, *out;

	/* beside the sources, from wherever they were compiled */
	snprintf(path, sizeof(path), "%.*s../../strongswan.conf.d/scep.conf",
			 (int)(strlen(__FILE__) - strlen("test_config.c")), __FILE__);
	in = fopen(path, "r");
	ck_assert_msg(in, "%s not found", path);
	out = open_memstream(&text, &size);
	while (fgets(line, sizeof(line), in))
	{
		ck_assert_msg(strchr(line, '\n'), "too long: %s", line);
		hash = strstr(line, "# ");
		if (uncomment && hash)
		{
			pos = hash + 2;
			len = strspn(pos, "abcdefghijklmnopqrstuvwxyz0123456789_");
			if (streq(pos, "}\n") || (len && (strpfx(pos + len, " = ") ||
											  streq(pos + len, " {\n"))))
			{
				*hash = ' ';
			}
		}
		fputs(line, out);
	}
	fclose(in);
	fclose(out);
	return text;
}

/**
 * Parse the sample as the daemon does, which includes it among the plugins.
 */
static settings_t *parse_sample(bool uncomment)
{
	settings_t *settings = settings_create_string("");
	char *text = read_sample(uncomment);

	ck_assert(settings->load_string_section(settings, text, FALSE,
											"charon.plugins"));
	free(text);
	return settings;
}

START_TEST(sample_loads_without_complaints)
{
	settings_t *settings = parse_sample(FALSE);
	scep_config_t *config;

	config = scep_config_load(settings, "charon");
	ck_assert(settings->get_bool(settings, "charon.plugins.scep.load", FALSE));
	ck_assert_int_eq(config->profiles->get_count(config->profiles), 0);
	ck_assert_msg(!log_lines, "%s", log_text);
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(sample_shows_every_setting_with_its_default)
{
	settings_t *settings = parse_sample(TRUE);
	const scep_option_t *option;
	char key[128], *value;

	for (option = scep_options; option->path; option++)
	{
		snprintf(key, sizeof(key), "charon.plugins.scep.profiles.gw.%s",
				 option->path);
		value = settings->get_str(settings, key, NULL);
		ck_assert_msg(value, "%s is missing", option->path);
		if (option->def)
		{
			ck_assert_str_eq(value, option->def);
		}
	}
	value = settings->get_str(settings, "charon.plugins.scep.state_dir", "");
	ck_assert_str_eq(value, "/var/lib/strongswan/scep");
	value = settings->get_str(settings, "charon.plugins.scep.workers", "");
	ck_assert_str_eq(value, "1");
	settings->destroy(settings);
}
END_TEST

START_TEST(sample_shows_usable_settings_only)
{
	settings_t *settings = parse_sample(TRUE);
	scep_config_t *config;

	/* what excludes something else, or needs a file that this host may not
	 * have */
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.ca_cert",
					  NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.challenge",
					  NULL);
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.http.ca_file",
					  "/dev/null");
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.signer.cert",
					  "/dev/null");
	settings->set_str(settings, "charon.plugins.scep.profiles.gw.signer.key",
					  "/dev/null");
	config = scep_config_load(settings, "charon");
	ck_assert_msg(!log_lines, "%s", log_text);
	ck_assert(config->find(config, "gw"));
	config->destroy(config);
	settings->destroy(settings);
}
END_TEST

START_TEST(every_setting_says_what_is_expected)
{
	const scep_option_t *option;

	for (option = scep_options; option->path; option++)
	{
		ck_assert_msg(option->expected && *option->expected, "%s",
					  option->path);
		ck_assert_msg(!option->required || !option->def, "%s", option->path);
	}
}
END_TEST

int main()
{
	Suite *suite = suite_create("config");
	TCase *tcase = tcase_create("profile");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, defaults);
	tcase_add_test(tcase, reads_all_settings);
	tcase_add_test(tcase, takes_weak_algorithms_where_allowed);
	tcase_add_loop_test(tcase, refuses_bad_value, 0, countof(bad_values));
	tcase_add_test(tcase, names_value_and_expectation);
	tcase_add_test(tcase, needs_url_and_subject);
	tcase_add_loop_test(tcase, refuses_unknown_name, 0,
						countof(unknown_names));
	tcase_add_loop_test(tcase, never_shows_a_challenge, 0, countof(leaks));
	tcase_add_loop_test(tcase, completes_url, 0, countof(urls));
	tcase_add_loop_test(tcase, parses_fingerprints, 0, countof(pins));
	tcase_add_loop_test(tcase, parses_san, 0, countof(sans));
	tcase_add_test(tcase, parses_user_principal_name);
	tcase_add_test(tcase, parses_list_of_sans_in_order);
	tcase_add_loop_test(tcase, tells_changes, 0, countof(changes));
	tcase_add_test(tcase, profile_outlives_configuration);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("challenge");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, challenge_comes_from_settings);
	tcase_add_test(tcase, challenge_file_is_read_each_time);
	tcase_add_test(tcase, missing_challenge_file_is_no_config_error);
	tcase_add_test(tcase, fifo_as_challenge_file_does_not_block);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("profiles");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, refuses_bad_name, 0, countof(bad_names));
	tcase_add_test(tcase, accepts_longest_name);
	tcase_add_test(tcase, one_bad_profile_does_not_affect_others);
	tcase_add_test(tcase, daemon_section_wins_over_fallback);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("globals");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, defaults_above_the_profiles);
	tcase_add_test(tcase, reads_what_is_above_the_profiles);
	tcase_add_loop_test(tcase, bad_global_is_reported_and_replaced, 0,
						countof(bad_globals));
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("sample");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, sample_loads_without_complaints);
	tcase_add_test(tcase, sample_shows_every_setting_with_its_default);
	tcase_add_test(tcase, sample_shows_usable_settings_only);
	tcase_add_test(tcase, every_setting_says_what_is_expected);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
