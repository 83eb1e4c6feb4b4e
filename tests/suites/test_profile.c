/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

START_TEST(defaults)
{
	scep_profile_t *profile = load_good("");
	char *url;

	ck_assert_str_eq(profile->name, "gw");
	ck_assert_int_eq(profile->urls->get_first(profile->urls, (void**)&url),
					 SUCCESS);
	ck_assert_str_eq(url, "http://ca.example.org/scep");
	ck_assert_int_eq(profile->urls->get_count(profile->urls), 1);
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
		"signer {\n cert = /etc/passwd\n key = /etc/group\n }\n"
		"key {\n type = rsa\n size = 4096\n reuse = yes\n }\n"
		"renew {\n from = 30d\n to = 12h\n method = challenge\n"
		" challenge = always\n }\n"
		"poll {\n interval = 5m\n max_interval = 2h\n timeout = 14d\n }\n"
		"retry {\n interval = 90\n max_interval = 1d\n }\n"
		"http {\n method = get\n timeout = 2m\n connect_timeout = 5\n source = eth0\n"
		" proxy = http://proxy.example.org:3128\n ca_file = /etc/passwd\n }");

	ck_assert_str_eq(profile->ca_identifier, "");
	ck_assert(profile->trust_ca);
	ck_assert_int_eq(profile->subject_policy, SCEP_POLICY_WARN);
	ck_assert_int_eq(profile->digest, HASH_SHA512);
	ck_assert_int_eq(profile->cipher_key_size, 32);
	ck_assert(!profile->accept_des);
	ck_assert(profile->allow_sha1);
	ck_assert(profile->allow_3des);
	ck_assert_str_eq(profile->template, "IPSEC");
	ck_assert_str_eq(profile->signer_cert, "/etc/passwd");
	ck_assert_str_eq(profile->signer_key, "/etc/group");
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
	ck_assert_str_eq(profile->http_ca_file, "/etc/passwd");
	profile->destroy(profile);
}
END_TEST

START_TEST(takes_the_largest_values)
{
	static const u_int sizes[] = { SCEP_MIN_RSA, SCEP_MAX_RSA };
	char text[1024], template[SCEP_MAX_TEMPLATE + 2];
	scep_profile_t *profile;
	int i;

	memset(template, 'a', sizeof(template));
	template[SCEP_MAX_TEMPLATE] = '\0';
	for (i = 0; i < countof(sizes); i++)
	{
		snprintf(text, sizeof(text), "template = %s\n key {\n size = %u\n }\n"
				 "http {\n timeout = 1h\n connect_timeout = 3600s\n }\n"
				 "poll {\n timeout = 3650d\n }", template, sizes[i]);
		profile = load_good(text);
		ck_assert_str_eq(profile->template, template);
		ck_assert_int_eq(profile->key_size, sizes[i]);
		ck_assert_int_eq(profile->http_timeout, SCEP_MAX_TRANSFER_TIME);
		ck_assert_int_eq(profile->http_connect_timeout, SCEP_MAX_TRANSFER_TIME);
		ck_assert_int_eq(profile->poll_timeout, SCEP_MAX_TIME);
		profile->destroy(profile);
	}
	template[SCEP_MAX_TEMPLATE] = 'a';
	template[SCEP_MAX_TEMPLATE + 1] = '\0';
	snprintf(text, sizeof(text), "template = %s", template);
	load_bad(text, "key=template");
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
	{ "url = \",\"", "key=url" },
	{ "url = \"http://a/, ftp://b/\"", "key=url" },
	{ "url = \"http://a/b,c\"", "key=url" },
	{ "url = \"http://a, http://b, http://c, http://d, http://e, http://f, "
		"http://g, http://h, http://i\"", "up to 8" },
	{ "subject = gw.example.org", "key=subject" },
	{ "subject = \"\"", "key=subject" },
	{ "subject = \"Nonsense=gw\"", "key=subject" },
	{ "subject = 192.0.2.1", "key=subject" },
	{ "signer {\n cert = /etc/passwd\n }", "key=signer.key" },
	{ "signer {\n key = /etc/passwd\n }", "key=signer.cert" },
	{ "signer {\n cert = /nowhere\n key = /etc/passwd\n }", "key=signer.cert" },
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
	{ "ca_fingerprint = \",\"", "key=ca_fingerprint value=\",\"" },
	{ "ca_fingerprint = \"\"", "key=ca_fingerprint value=\"\"" },
	{ "ra_fingerprint = md5:" HEX16, "key=ra_fingerprint" },
	{ "ra_fingerprint = \" , \"", "key=ra_fingerprint value=\" , \"" },
	{ "ra_fingerprint = \"\"", "key=ra_fingerprint value=\"\"" },
	{ "san = \",\"", "key=san value=\",\"" },
	{ "san = \" \"", "key=san value=\" \"" },
	{ "san = \"\"", "key=san value=\"\"" },
	{ "ca_cert = /nonexistent/ca.pem", "key=ca_cert" },
	{ "ca_cert = ca.pem", "key=ca_cert" },
	{ "ca_cert = /etc/passwd", "key=ca_cert" },
	{ "ca_cert = /dev/null", "key=ca_cert" },
	{ "http {\n ca_file = /dev/null\n }", "key=http.ca_file" },
	{ "trust_ca = maybe", "key=trust_ca" },
	{ "trust_ca = \"yes no\"", "key=trust_ca" },
	{ "subject_policy = ignore", "key=subject_policy" },
	{ "challenge = \"\"", "key=challenge" },
	{ "challenge_file = gw.challenge", "key=challenge_file" },
	{ "challenge = a\n challenge_file = /b", "key=challenge" },
	{ "challenge = a\n challenge_command = /b", "key=challenge_command" },
	{ "challenge_file = /a\n challenge_command = /b",
		"key=challenge_command expected=either challenge_file or" },
	{ "challenge_command = phrase", "key=challenge_command" },
	{ "challenge_command = \"/bin/echo '\"", "key=challenge_command" },
	{ "challenge_url = ndes.example.org/page", "key=challenge_url" },
	{ "challenge_url = ftp://ndes.example.org/page", "key=challenge_url" },
	{ "challenge_url = https://gw:secret@ndes.example.org/page",
		"key=challenge_url value=\"https://ndes.example.org/page\"" },
	{ "challenge_url = \"https://ndes.example.org/page#top\"",
		"key=challenge_url" },
	{ "challenge = a\n challenge_url = https://ndes.example.org/",
		"key=challenge_url expected=either challenge or" },
	{ "challenge_url = https://ndes.example.org/\n challenge_user = a",
		"key=challenge_password_file value=(none)" },
	{ "challenge_url = https://ndes.example.org/\n "
		"challenge_password_file = /a", "key=challenge_user value=(none)" },
	{ "challenge_user = a\n challenge_password_file = /a",
		"key=challenge_url value=(none)" },
	{ "challenge_user = \"\"", "key=challenge_user" },
	{ "challenge_user = " HEX64 HEX64 HEX64 HEX64, "key=challenge_user" },
	{ "challenge_password_file = password", "key=challenge_password_file" },
	{ "challenge_lifetime = never", "key=challenge_lifetime" },
	{ "challenge_lifetime = 0s", "key=challenge_lifetime" },
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
	{ "http {\n timeout = 3601s\n }", "key=http.timeout" },
	{ "http {\n connect_timeout = 3601s\n }", "key=http.connect_timeout" },
	{ "poll {\n timeout = 315360001s\n }", "key=poll.timeout" },
	{ "http {\n connect_timeout = 0\n }", "key=http.connect_timeout" },
	{ "http {\n ca_file = /nonexistent/ca.pem\n }", "key=http.ca_file" },
	{ "http {\n cert = /nonexistent/a.pem\n }", "key=http.cert" },
	{ "http {\n cert = /etc/passwd\n }", "key=http.key value=(none)" },
	{ "http {\n key = /etc/passwd\n }", "key=http.cert value=(none)" },
	{ "url = \"http://user:a/b@ca.example.org/scep\"", "key=url" },
	{ "url = http://ca.example.org:99999/scep", "key=url" },
	{ "url = http:ca.example.org/scep", "key=url" },
	{ "http {\n source = \"\"\n }", "key=http.source" },
	{ "http {\n source = 192.0.2.256\n }", "key=http.source" },
	{ "http {\n source = 2001:db8::1::2::3\n }", "key=http.source" },
	{ "http {\n source = \"eth 0\"\n }", "key=http.source" },
	{ "http {\n source = eth0;x\n }", "key=http.source" },
	{ "http {\n source = if!eth0\n }", "key=http.source" },
	{ "http {\n source = a23456789012345_\n }", "key=http.source" },
	{ "http {\n proxy = \"\"\n }", "key=http.proxy" },
	{ "http {\n proxy = proxy.example.org:3128\n }", "key=http.proxy" },
	{ "http {\n proxy = ftp://proxy.example.org\n }", "key=http.proxy" },
	{ "http {\n proxy = http://\n }", "key=http.proxy" },
	{ "http {\n proxy = socks6://proxy.example.org\n }", "key=http.proxy" },
	{ "http {\n proxy = http://proxy.example.org:port\n }", "key=http.proxy" },
	{ "http {\n proxy = \"http://a b\"\n }", "key=http.proxy" },
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
	{ "keys {\n size = 2048\n }", "key=\"keys\" unknown, did you mean key" },
	{ "renewal {\n from = 50%\n }", "did you mean renew" },
	{ "keys {\n size = 4096\n }", "keys" },
	{ "key = 4096", "key=\"key\"" },
	{ "key {\n size {\n a = b\n }\n }", "size" },
	{ "url {\n a = b\n }", "url" },
	{ "completely_different = x", "completely_different" },
	{ "http {\n deeper {\n timeout = 5\n }\n }", "deeper" },
};

START_TEST(waits_for_nobody_who_writes_a_fifo)
{
	char dir[] = "/tmp/scep-fifo-XXXXXX", path[64], text[96];

	ck_assert(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/fifo", dir);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(text, sizeof(text), "ca_cert = %s", path);
	load_bad(text, "key=ca_cert");
	snprintf(text, sizeof(text), "http {\n ca_file = %s\n }", path);
	load_bad(text, "key=http.ca_file");
	unlink(path);
	rmdir(dir);
}
END_TEST

START_TEST(refuses_unknown_name)
{
	load_bad(unknown_names[_i].text, unknown_names[_i].shown);
}
END_TEST

/** Profiles with several errors, and what is told of each */
static const struct {
	const char *text;
	const char *told[5];
} several[] = {
	{ "subjcet = CN=x\n kye {\n size = 1\n }\n key {\n size = 1024\n zise = 2\n }\n"
	  "digest = md5", { "key=\"subjcet\" unknown, did you mean subject",
		"key=\"kye\" unknown", "key=\"key.zise\" unknown",
		"key=key.size value=\"1024\"", "key=digest value=\"md5\"" } },
	{ "url = \"\"\n renew {\n from = x\n to = y\n }", { "key=url ",
		"key=renew.from ", "key=renew.to " } },
	{ "renew {\n from = 70%\n to = 60%\n }\n signer {\n cert = /etc/passwd\n }\n"
	  "retry {\n interval = 2h\n max_interval = 1h\n }\n"
	  "poll {\n interval = 2h\n max_interval = 1h\n }\n digest = sha1", {
		"key=renew.from ", "key=signer.key ", "key=retry.interval ",
		"key=poll.interval ", "key=digest " } },
	{ "renew {\n from = 70%\n to = 60%\n }\n noise = 1", {
		"key=renew.from ", "key=\"noise\" unknown" } },
};

START_TEST(tells_all_that_is_wrong)
{
	scep_config_t *config = load_more(several[_i].text);
	int i;

	ck_assert(!config->find(config, "gw"));
	for (i = 0; i < countof(several[_i].told) && several[_i].told[i]; i++)
	{
		ck_assert_msg(strstr(log_text, several[_i].told[i]), "no %s in: %s",
					  several[_i].told[i], log_text);
	}
	ck_assert_msg(log_lines == i, "%s", log_text);
	config->destroy(config);
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
	{ "san = a,b", "san = b,a", FALSE, TRUE },
	{ "san = a,b", "san = \" b , a,a \"", FALSE, TRUE },
	{ "san = a,b", "san = a", FALSE, FALSE },
	{ "san = a,b", "san = a.b", FALSE, FALSE },
	{ "san = a@b.c", "san = upn:a@b.c", FALSE, FALSE },
	{ "san = upn:a@b.c,d", "san = d, upn:a@b.c", FALSE, TRUE },
	{ "san = 192.0.2.1", "san = 192.0.2.2", FALSE, FALSE },
	{ "", "subject = \"C=DE,O=Example,  CN=gw.example.org\"", FALSE, TRUE },
	{ "", "subject = \"c=DE, o=Example, cn=gw.example.org\"", FALSE, TRUE },
	{ "", "subject = \"O=Example, C=DE, CN=gw.example.org\"", FALSE, FALSE },
	{ "", "key {\n size = 03072\n type = RSA\n }", FALSE, TRUE },
	{ "template = a", "template = b", FALSE, FALSE },
	{ "", "subject = CN=gw", FALSE, FALSE },
	{ "", "key {\n size = 4096\n }", FALSE, FALSE },
	{ "", "url = http://b.example.org/", FALSE, TRUE },
	{ "", "url = \"http://ca.example.org/scep, http://b.example.org/\"", FALSE,
		TRUE },
	{ "", "challenge = a", FALSE, TRUE },
	{ "challenge = a", "challenge = b", FALSE, TRUE },
	{ "", "ca_fingerprint = sha256:" HEX32, FALSE, TRUE },
	{ "", "ca_identifier = \"\"", FALSE, TRUE },
	{ "", "renew {\n to = 80%\n }", FALSE, TRUE },
	{ "", "initiate = no", FALSE, TRUE },
	{ "", "reauth = yes", FALSE, TRUE },
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

START_TEST(page_has_a_life_and_a_warning)
{
	scep_profile_t *profile;
	scep_config_t *config;

	profile = load_good("challenge_url = https://ndes.example.org/page");
	ck_assert(profile->has_challenge);
	ck_assert_int_eq(profile->challenge_lifetime, 3600);
	profile->destroy(profile);
	profile = load_good("challenge_url = HTTPS://ndes.example.org/page\n"
						"challenge_lifetime = 2h");
	ck_assert_int_eq(profile->challenge_lifetime, 7200);
	profile->destroy(profile);
	config = load_more("challenge_url = http://ndes.example.org/page\n"
					   "challenge_user = \"EXAMPLE\\\\gw\"\n"
					   "challenge_password_file = /nonexistent");
	ck_assert_msg(strstr(log_text, "scep[gw] warning: reason=challenge_url is "
						 "no https: "), "%s", log_text);
	profile = config->find(config, "gw");
	ck_assert(profile);
	ck_assert_str_eq(profile->challenge_user, "EXAMPLE\\gw");
	config->destroy(config);
}
END_TEST

int main()
{
	Suite *suite = suite_create("profile");
	TCase *tcase;

	tcase = tcase_create("profile");
	tcase_add_checked_fixture(tcase, config_setup, config_teardown);
	tcase_add_test(tcase, defaults);
	tcase_add_test(tcase, reads_all_settings);
	tcase_add_test(tcase, takes_the_largest_values);
	tcase_add_test(tcase, page_has_a_life_and_a_warning);
	tcase_add_test(tcase, takes_weak_algorithms_where_allowed);
	tcase_add_loop_test(tcase, refuses_bad_value, 0, countof(bad_values));
	tcase_add_test(tcase, names_value_and_expectation);
	tcase_add_test(tcase, waits_for_nobody_who_writes_a_fifo);
	tcase_add_loop_test(tcase, refuses_unknown_name, 0, countof(unknown_names));
	tcase_add_loop_test(tcase, tells_all_that_is_wrong, 0, countof(several));
	tcase_add_loop_test(tcase, parses_fingerprints, 0, countof(pins));
	tcase_add_loop_test(tcase, parses_san, 0, countof(sans));
	tcase_add_test(tcase, parses_user_principal_name);
	tcase_add_test(tcase, parses_list_of_sans_in_order);
	tcase_add_loop_test(tcase, tells_changes, 0, countof(changes));
	tcase_add_test(tcase, profile_outlives_configuration);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
