/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_options.h"
#include "config/scep_url.h"
#include "base/scep_program.h"
#include "config/scep_value.h"

#include <asn1/asn1.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>

/** Address of an option's value */
#define VALUE(type) ((type*)((char*)profile + option->offset))

/**
 * Parse a whole number within the option's bounds; a time has a unit.
 */
static bool parse_number(const scep_option_t *option, const char *value,
						 bool is_time, uint64_t *number)
{
	return is_time ? scep_value_time(value, option->min, option->max, number)
				   : scep_value_number(value, option->min, option->max, number);
}

static bool parse_uint(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	uint64_t number;

	if (!parse_number(option, value, FALSE, &number))
	{
		return FALSE;
	}
	*VALUE(u_int) = number;
	return TRUE;
}

static bool parse_seconds(const scep_option_t *option, const char *value,
						  scep_profile_t *profile)
{
	uint64_t number;

	if (!parse_number(option, value, TRUE, &number))
	{
		return FALSE;
	}
	*VALUE(u_int) = number;
	return TRUE;
}

static bool parse_time(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	uint64_t number;

	if (!parse_number(option, value, TRUE, &number))
	{
		return FALSE;
	}
	*VALUE(time_t) = number;
	return TRUE;
}

static bool parse_bool(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	static const char *yes[] = { "yes", "true", "enabled", "1" };
	static const char *no[] = { "no", "false", "disabled", "0" };
	int i;

	for (i = 0; i < countof(yes); i++)
	{
		if (strcaseeq(value, yes[i]) || strcaseeq(value, no[i]))
		{
			*VALUE(bool) = strcaseeq(value, yes[i]);
			return TRUE;
		}
	}
	return FALSE;
}

static bool parse_string(const scep_option_t *option, const char *value,
						 scep_profile_t *profile)
{
	*VALUE(char*) = strdup(value);
	return TRUE;
}

static bool parse_text(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	return *value && parse_string(option, value, profile);
}

static bool parse_challenge(const scep_option_t *option, const char *value,
							scep_profile_t *profile)
{
	return strlen(value) <= SCEP_MAX_CHALLENGE &&
		   parse_text(option, value, profile);
}

static bool parse_file(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	return scep_value_file(value) && parse_string(option, value, profile);
}

static bool parse_path(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	return *value == '/' && parse_string(option, value, profile);
}

static bool parse_command(const scep_option_t *option, const char *value,
						  scep_profile_t *profile)
{
	return scep_program_check(value) && parse_string(option, value, profile);
}

static bool parse_page(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	static const char *const schemes[] = { "http", "https", NULL };
	const char *host = strstr(value, "://");

	return scep_url_is_good(value, schemes) && !strchr(value, '#') &&
		   !memchr(host, '@', strcspn(host + 3, "/?") + 3) &&
		   parse_string(option, value, profile);
}

static bool parse_user(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	return strlen(value) <= SCEP_MAX_CHALLENGE &&
		   parse_text(option, value, profile);
}

static bool parse_urls(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	linked_list_t *urls = *VALUE(linked_list_t*);
	enumerator_t *enumerator;
	char *token, *url = NULL;

	enumerator = enumerator_create_token(value, ",", " \t");
	while (enumerator->enumerate(enumerator, &token))
	{
		url = scep_url_of_server(token);
		if (!url)
		{
			break;
		}
		urls->insert_last(urls, url);
	}
	enumerator->destroy(enumerator);
	return url && urls->get_count(urls) <= SCEP_MAX_URLS;
}

static bool parse_proxy(const scep_option_t *option, const char *value,
						scep_profile_t *profile)
{
	static const char *const schemes[] = { "http", "https", "socks4", "socks4a",
										   "socks5", "socks5h", NULL };

	return scep_url_is_good(value, schemes) &&
		   parse_string(option, value, profile);
}

static bool parse_source(const scep_option_t *option, const char *value,
						 scep_profile_t *profile)
{
	struct in6_addr address;
	size_t len = strlen(value);

	return (inet_pton(AF_INET, value, &address) == 1 ||
			inet_pton(AF_INET6, value, &address) == 1 ||
			/* an interface; a broken address is none */
			(len && len < IFNAMSIZ && strspn(value, "0123456789.") < len &&
			 strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789._@:-"
						   "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len)) &&
		   parse_string(option, value, profile);
}

static bool parse_window(const scep_option_t *option, const char *value,
						 scep_profile_t *profile)
{
	scep_window_t *window = VALUE(scep_window_t);
	scep_option_t percent = { .min = 1, .max = 99 };
	uint64_t number;
	char digits[8];
	size_t len = strlen(value);

	window->percent = len && value[len - 1] == '%';
	if (window->percent)
	{
		if (len > sizeof(digits))
		{
			return FALSE;
		}
		memcpy(digits, value, len - 1);
		digits[len - 1] = '\0';
		option = &percent;
		value = digits;
	}
	if (!parse_number(option, value, !window->percent, &number))
	{
		return FALSE;
	}
	window->value = number;
	return TRUE;
}

static bool parse_pins(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	enumerator_t *enumerator;
	linked_list_t *pins = *VALUE(linked_list_t*);
	bool success = TRUE;
	scep_pin_t *pin;
	char *token;

	enumerator = enumerator_create_token(value, ",", " \t");
	while (success && enumerator->enumerate(enumerator, &token))
	{
		pin = scep_pin_create(token);
		success = pin != NULL;
		if (success)
		{
			pins->insert_last(pins, pin);
		}
	}
	enumerator->destroy(enumerator);
	return success && pins->get_count(pins);
}

static bool parse_cert(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	certificate_t *cert;

	if (!scep_value_file(value))
	{
		return FALSE;
	}
	cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
							  BUILD_FROM_FILE, value, BUILD_END);
	*VALUE(certificate_t*) = cert;
	return cert != NULL;
}

static bool parse_subject(const scep_option_t *option, const char *value,
						  scep_profile_t *profile)
{
	identification_t *id = identification_create_from_string((char*)value);

	*VALUE(identification_t*) = id;
	return id->get_type(id) == ID_DER_ASN1_DN && id->get_encoding(id).len > 2;
}

/**
 * Whether a text with colons is made of what an IPv6 address consists of.
 */
static bool is_ipv6(const char *value)
{
	return strspn(value, "0123456789abcdefABCDEF:.") == strlen(value);
}

/**
 * Parse a subjectAltName; the form of an address tells its type.
 */
static identification_t *parse_san(const char *value)
{
	identification_t *id;
	bool is_dn = FALSE;

	if (strncasecmp(value, "uri:", 4) == 0)
	{
		return value[4] ? identification_create_from_encoding(
					ID_DER_ASN1_GN_URI, chunk_from_str((char*)value + 4)) : NULL;
	}
	if (strncasecmp(value, "dn:", 3) == 0)
	{
		value += 3;
		is_dn = TRUE;
	}
	else if (strpbrk(value, " ") || (strchr(value, ':') && !is_ipv6(value)))
	{	/* a type that we don't have, no host's name */
		return NULL;
	}
	id = identification_create_from_string((char*)value);
	switch (id->get_type(id))
	{
		case ID_FQDN:
		case ID_RFC822_ADDR:
		case ID_IPV4_ADDR:
		case ID_IPV6_ADDR:
			if (!is_dn)
			{
				return id;
			}
			break;
		case ID_DER_ASN1_DN:
			if (is_dn)
			{
				return id;
			}
			break;
		default:
			break;
	}
	id->destroy(id);
	return NULL;
}

/**
 * Parse a user principal name.
 */
static identification_t *parse_upn(const char *value)
{
	const char *at = strchr(value, '@');

	if (!at || at == value || !at[1] || strpbrk(value, " \t\r\n"))
	{
		return NULL;
	}
	return identification_create_from_encoding(ID_RFC822_ADDR,
											   chunk_from_str((char*)value));
}

/**
 * Parse one name and add it to the profile.
 */
static bool add_san(scep_profile_t *profile, const char *value)
{
	linked_list_t *list = profile->sans;
	identification_t *id;

	if (strncasecmp(value, "upn:", 4) == 0)
	{
		list = profile->upns;
		id = parse_upn(value + 4);
	}
	else
	{
		id = parse_san(value);
	}
	if (id)
	{
		list->insert_last(list, id);
	}
	return id != NULL;
}

/**
 * The list is separated by commas, which a DN has, too: there slashes serve.
 */
static bool parse_sans(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	enumerator_t *enumerator;
	bool success = TRUE;
	char *token;

	enumerator = enumerator_create_token(value, ",", " \t");
	while (success && enumerator->enumerate(enumerator, &token))
	{
		success = add_san(profile, token);
	}
	enumerator->destroy(enumerator);
	return success && profile->sans->get_count(profile->sans) +
					  profile->upns->get_count(profile->upns);
}

/**
 * A template is a name in ASCII, or a dotted OID.
 */
static bool parse_template(const scep_option_t *option, const char *value,
						   scep_profile_t *profile)
{
	chunk_t oid;
	bool good;
	size_t i;

	if (strspn(value, "0123456789.") == strlen(value))
	{
		oid = asn1_oid_from_string((char*)value);
		good = oid.len && *value != '.' && !strstr(value, "..") &&
			   value[strlen(value) - 1] != '.';
		free(oid.ptr);
		return good && parse_string(option, value, profile);
	}
	for (i = 0; value[i]; i++)
	{
		if ((u_char)value[i] < 0x20 || (u_char)value[i] >= 0x7f)
		{
			return FALSE;
		}
	}
	return i <= SCEP_MAX_TEMPLATE && parse_string(option, value, profile);
}

/**
 * Parse one of the option's words; the enumerations begin with 0.
 */
static bool parse_word(const scep_option_t *option, const char *value,
					   scep_profile_t *profile)
{
	int i;

	for (i = 0; option->words[i]; i++)
	{
		if (strcaseeq(value, option->words[i]))
		{
			*VALUE(int) = i;
			return TRUE;
		}
	}
	return FALSE;
}

static bool parse_key_type(const scep_option_t *option, const char *value,
						   scep_profile_t *profile)
{
	*VALUE(key_type_t) = KEY_RSA;
	return strcaseeq(value, "rsa");
}

static bool parse_digest(const scep_option_t *option, const char *value,
						 scep_profile_t *profile)
{
	static const struct {
		const char *name;
		hash_algorithm_t alg;
	} digests[] = {
		{ "sha256", HASH_SHA256 },
		{ "sha384", HASH_SHA384 },
		{ "sha512", HASH_SHA512 },
		{ "sha1", HASH_SHA1 },
	};
	int i;

	for (i = 0; i < countof(digests); i++)
	{
		if (strcaseeq(value, digests[i].name))
		{
			*VALUE(hash_algorithm_t) = digests[i].alg;
			return TRUE;
		}
	}
	return FALSE;
}

static bool parse_cipher(const scep_option_t *option, const char *value,
						 scep_profile_t *profile)
{
	static const struct {
		const char *name;
		encryption_algorithm_t alg;
		size_t key_size;
	} ciphers[] = {
		{ "aes128", ENCR_AES_CBC, 16 },
		{ "aes192", ENCR_AES_CBC, 24 },
		{ "aes256", ENCR_AES_CBC, 32 },
		{ "3des", ENCR_3DES, 24 },
	};
	int i;

	for (i = 0; i < countof(ciphers); i++)
	{
		if (strcaseeq(value, ciphers[i].name))
		{
			profile->cipher = ciphers[i].alg;
			profile->cipher_key_size = ciphers[i].key_size;
			return TRUE;
		}
	}
	return FALSE;
}

#define WORDS(...) .words = (const char*const[]){ __VA_ARGS__, NULL }
#define AT(member) .offset = offsetof(scep_profile_t, member)

/*
 * Described in header
 */
const scep_option_t scep_options[] = {
	{ "url", NULL, "http://HOST/PATH or https://HOST/PATH, or a list of up to 8 "
		"such (a comma in one is written %2C)", parse_urls, AT(urls), .required = TRUE, .url = TRUE },
	{ "ca_identifier", NULL, "a text", parse_string, AT(ca_identifier) },
	{ "ca_fingerprint", NULL, "sha256:, sha384: or sha512: (sha1: with "
		"allow_sha1) and all its hexadecimal digits, or a list of such",
		parse_pins, AT(ca_pins) },
	{ "ca_cert", NULL, "the absolute path of a certificate in PEM or DER",
		parse_cert, AT(ca_cert) },
	{ "ra_fingerprint", NULL, "sha256:, sha384: or sha512: (sha1: with "
		"allow_sha1) and all its hexadecimal digits, or a list of such",
		parse_pins, AT(ra_pins) },
	{ "trust_ca", "no", "yes or no", parse_bool, AT(trust_ca) },
	{ "subject", NULL, "a distinguished name such as \"C=DE, O=Example, "
		"CN=gw.example.org\"", parse_subject, AT(subject), .required = TRUE },
	{ "san", NULL, "a list of host names, IP addresses, mail addresses, "
		"uri:URI, upn:USER@DOMAIN, dn:/C=DE/O=Example", parse_sans, AT(sans) },
	{ "template", NULL, "the name or the dotted OID of a certificate template",
		parse_template, AT(template) },
	{ "subject_policy", "refuse", "refuse, warn or accept", parse_word,
		AT(subject_policy), WORDS("refuse", "warn", "accept") },
	{ "challenge", NULL, "a phrase of 1 to 255 bytes", parse_challenge,
		AT(challenge), .secret = TRUE },
	{ "challenge_file", NULL, "the absolute path of a file", parse_path,
		AT(challenge_file) },
	{ "challenge_command", NULL, "the absolute path of a program, and its "
		"arguments", parse_command, AT(challenge_command) },
	{ "challenge_url", NULL, "the URL of a page, with http or https and without "
		"a password such as https://ndes.example.org/certsrv/mscep_admin/",
		parse_page, AT(challenge_url), .url = TRUE },
	{ "challenge_user", NULL, "the name of a user such as DOMAIN\\\\user",
		parse_user, AT(challenge_user) },
	{ "challenge_password_file", NULL, "the absolute path of a file",
		parse_path, AT(challenge_password_file) },
	{ "challenge_lifetime", NULL, "a time such as 1h", parse_time,
		AT(challenge_lifetime), 1, SCEP_MAX_TIME },
	{ "signer.cert", NULL, "the absolute path of a readable file", parse_file,
		AT(signer_cert) },
	{ "signer.key", NULL, "the absolute path of a readable file", parse_file,
		AT(signer_key) },
	{ "key.type", "rsa", "rsa", parse_key_type, AT(key_type) },
	{ "key.size", "3072", "bits, 2048 to 8192", parse_uint, AT(key_size),
		SCEP_MIN_RSA, SCEP_MAX_RSA },
	{ "key.reuse", "no", "yes or no", parse_bool, AT(key_reuse) },
	{ "digest", "sha256", "sha256, sha384 or sha512; sha1 with allow_sha1",
		parse_digest, AT(digest) },
	{ "cipher", "aes128", "aes128, aes192 or aes256; 3des with allow_3des",
		parse_cipher, AT(cipher) },
	{ "allow_sha1", "no", "yes or no", parse_bool, AT(allow_sha1) },
	{ "allow_3des", "no", "yes or no", parse_bool, AT(allow_3des) },
	{ "accept_des", "yes", "yes or no", parse_bool, AT(accept_des) },
	{ "renew.from", "60%", "1% to 99% of the lifetime, or a time before expiry "
		"such as 30d", parse_window, AT(renew_from), 1, SCEP_MAX_TIME },
	{ "renew.to", "70%", "1% to 99% of the lifetime, or a time before expiry "
		"such as 20d", parse_window, AT(renew_to), 1, SCEP_MAX_TIME },
	{ "renew.method", "auto", "auto, renewal, pkcsreq or challenge", parse_word,
		AT(renew_method), WORDS("auto", "renewal", "pkcsreq", "challenge") },
	{ "renew.challenge", "auto", "auto, always or never", parse_word,
		AT(renew_challenge), WORDS("auto", "always", "never") },
	{ "poll.interval", "60s", "a time such as 60s or 5m", parse_time,
		AT(poll_interval), 1, SCEP_MAX_TIME },
	{ "poll.max_interval", "1h", "a time such as 1h", parse_time,
		AT(poll_max_interval), 1, SCEP_MAX_TIME },
	{ "poll.timeout", "7d", "a time such as 7d", parse_time, AT(poll_timeout),
		1, SCEP_MAX_TIME },
	{ "retry.interval", "60s", "a time such as 60s or 5m", parse_time,
		AT(retry_interval), 1, SCEP_MAX_TIME },
	{ "retry.max_interval", "6h", "a time such as 6h", parse_time,
		AT(retry_max_interval), 1, SCEP_MAX_TIME },
	{ "http.method", "auto", "auto, post or get", parse_word, AT(http_method),
		WORDS("auto", "post", "get") },
	{ "http.timeout", "60s", "a time, 1s to 1h", parse_seconds,
		AT(http_timeout), 1, SCEP_MAX_TRANSFER_TIME },
	{ "http.connect_timeout", "10s", "a time, 1s to 1h", parse_seconds,
		AT(http_connect_timeout), 1, SCEP_MAX_TRANSFER_TIME },
	{ "http.proxy", NULL, "a URL with http, https, socks4, socks4a, socks5 or "
		"socks5h such as http://proxy.example.org:3128", parse_proxy,
		AT(http_proxy), .url = TRUE },
	{ "http.ca_file", NULL, "the absolute path of a readable file", parse_file,
		AT(http_ca_file) },
	{ "http.cert", NULL, "the absolute path of a readable file", parse_file,
		AT(http_cert) },
	{ "http.key", NULL, "the absolute path of a readable file", parse_file,
		AT(http_key) },
	{ "http.source", NULL, "an IP address or the name of an interface",
		parse_source, AT(http_source) },
	{ "initiate", "yes", "yes or no", parse_bool, AT(initiate) },
	{ "reauth", "no", "yes or no", parse_bool, AT(reauth) },
	{ NULL },
};

/*
 * Described in header
 */
const char *scep_options_nearest(const char *path)
{
	const char *nearest = NULL;
	u_int best = SCEP_VALUE_NEAR + 1, current;
	int i;

	for (i = 0; scep_options[i].path; i++)
	{
		current = scep_value_distance(path, scep_options[i].path);
		if (current < best)
		{
			best = current;
			nearest = scep_options[i].path;
		}
	}
	return nearest;
}
