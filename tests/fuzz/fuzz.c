/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include "base/scep_text.h"

#include <settings/settings.h>

#include <openssl/err.h>

#include <stdio.h>
#include <stdlib.h>

/**
 * Plugins of libstrongswan that the targets need.
 */
#define PLUGINS "random nonce sha1 sha2 aes mgf1 pkcs1 pkcs8 x509 pem " \
				"openssl gmp gcrypt"

/*
 * Described in header
 */
void fuzz_fail(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

/**
 * Require that a text can be shown.
 */
static void require_printable(const char *text)
{
	for (; *text; text++)
	{
		fuzz_require((u_char)*text >= 0x20 && *text != 0x7f);
	}
}

/**
 * Look at what the code under test logs, drop the rest.
 */
static void check_log(debug_t group, level_t level, char *fmt, ...)
{
	char line[8192];
	va_list args;

	if (group == DBG_CFG)
	{
		va_start(args, fmt);
		vsnprintf(line, sizeof(line), fmt, args);
		va_end(args);
		if (strpfx(line, "scep"))
		{
			require_printable(line);
		}
	}
}

/*
 * Described in header
 */
void fuzz_start()
{
	static bool done;

	if (done)
	{
		return;
	}
	done = TRUE;
	fuzz_require(library_init(NULL, "fuzz"));
	dbg = check_log;
	lib->plugins->add_path(lib->plugins, SCEP_PLUGINDIR);
	fuzz_require(lib->plugins->load(lib->plugins, PLUGINS));
}

/*
 * Described in header
 */
chunk_t fuzz_input(const uint8_t *data, size_t size)
{
	return chunk_clone(chunk_create((u_char*)data, size));
}

/*
 * Described in header
 */
void fuzz_done(chunk_t input)
{
	free(input.ptr);
	ERR_clear_error();
}

/*
 * Described in header
 */
void fuzz_require_reason(const scep_error_t *err)
{
	fuzz_require(err->kind != SCEP_OK);
	fuzz_require(memchr(err->text, '\0', sizeof(err->text)) != NULL);
	fuzz_require(err->text[0] != '\0');
	require_printable(err->text);
}

/*
 * Described in header
 */
scep_profile_t *fuzz_load_profile(const char *lines)
{
	scep_profile_t *profile;
	settings_t *settings;
	scep_error_t err = {};
	char *text;

	fuzz_require(asprintf(&text, "fuzz {\nplugins {\nscep {\nprofiles {\ngw {\n"
						  "url = http://ca.example.org/scep\n"
						  "subject = \"C=DE, CN=gw\"\n%s\n}\n}\n}\n}\n}\n",
						  lines) > 0);
	settings = settings_create_string(text);
	free(text);
	fuzz_require(settings != NULL);
	profile = scep_profile_load(settings, "fuzz", "gw", &err);
	settings->destroy(settings);
	fuzz_require(profile != NULL);
	return profile;
}

/**
 * Write a setting with a certificate's fingerprint, if there is one.
 */
static void print_pin(char *lines, const char *key, certificate_t *cert)
{
	char pin[SCEP_FINGERPRINT_LEN];
	chunk_t der;

	if (cert)
	{
		fuzz_require(cert->get_encoding(cert, CERT_ASN1_DER, &der));
		sprintf(lines + strlen(lines), "%s = %s\n", key,
				scep_fingerprint(der, pin));
		free(der.ptr);
	}
}

/*
 * Described in header
 */
scep_profile_t *fuzz_load_pinned(certificate_t *ca, certificate_t *ra)
{
	char lines[2 * SCEP_FINGERPRINT_LEN + 64] = "";

	print_pin(lines, "ca_fingerprint", ca);
	print_pin(lines, "ra_fingerprint", ra);
	return fuzz_load_profile(lines);
}

/**
 * LeakSanitizer: OpenSSL's providers keep what they allocated until exit.
 */
const char *__lsan_default_suppressions();

const char *__lsan_default_suppressions()
{
	return "leak:libcrypto\n";
}
