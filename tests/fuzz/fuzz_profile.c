/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include "config/scep_config.h"

#include <settings/settings.h>

#include <stdio.h>
#include <unistd.h>

const char *fuzz_target = "profile";

/**
 * Parse the input as what is inside of the plugin's section; NULL if it is no
 * text that libstrongswan's parser takes, or includes files.
 */
static settings_t *parse(const uint8_t *data, size_t size)
{
	settings_t *settings;
	char *text;

	if (memchr(data, '\0', size) || memmem(data, size, "include", 7))
	{
		return NULL;
	}
	fuzz_require(asprintf(&text, "fuzz {\nplugins {\nscep {\n%.*s\n}\n}\n}\n",
						  (int)size, data) > 0);
	settings = settings_create_string(text);
	free(text);
	return settings;
}

/**
 * Whether a certificate would be read from a file: what is there is not ours.
 */
static bool has_file(settings_t *settings)
{
	enumerator_t *enumerator;
	bool found = FALSE;
	char *name, *path;

	enumerator = settings->create_section_enumerator(settings,
											"fuzz.plugins.scep.profiles");
	while (!found && enumerator->enumerate(enumerator, &name))
	{
		path = settings->get_str(settings,
							"fuzz.plugins.scep.profiles.%s.ca_cert", NULL, name);
		found = path && access(path, F_OK) == 0;
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Check URLs of servers.
 */
static void check_urls(linked_list_t *urls)
{
	enumerator_t *enumerator;
	char *url;

	fuzz_require(urls->get_count(urls) > 0 &&
				 urls->get_count(urls) <= SCEP_MAX_URLS);
	enumerator = urls->create_enumerator(urls);
	while (enumerator->enumerate(enumerator, &url))
	{
		fuzz_require(strcasepfx(url, "http://") || strcasepfx(url, "https://"));
		fuzz_require(strlen(strstr(url, "://")) > 4);
	}
	enumerator->destroy(enumerator);
}

/**
 * Check what a usable profile promises.
 */
static void check_profile(scep_profile_t *profile)
{
	size_t len = strlen(profile->name);

	fuzz_require(len > 0 && len <= SCEP_MAX_NAME);
	fuzz_require(!strpbrk(profile->name, "./\n "));
	check_urls(profile->urls);
	fuzz_require(profile->subject->get_type(profile->subject) ==
				 ID_DER_ASN1_DN);
	fuzz_require(profile->key_size >= SCEP_MIN_RSA &&
				 profile->key_size <= SCEP_MAX_RSA);
	fuzz_require(profile->http_timeout > 0);
	fuzz_require(profile->retry_interval > 0 &&
				 profile->retry_interval <= profile->retry_max_interval);
	fuzz_require(profile->poll_interval > 0 &&
				 profile->poll_interval <= profile->poll_max_interval);
	fuzz_require(!profile->challenge ||
				 (strlen(profile->challenge) > 0 &&
				  strlen(profile->challenge) <= SCEP_MAX_CHALLENGE));
	fuzz_require(strlen(profile->request_digest) == 64 &&
				 strlen(profile->digest_all) == 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scep_config_t *config, *again;
	scep_profile_t *profile, *same;
	enumerator_t *enumerator;
	settings_t *settings;

	fuzz_start();
	settings = parse(data, size);
	if (settings && !has_file(settings))
	{
		config = scep_config_load(settings, "fuzz");
		again = scep_config_load(settings, "fuzz");
		fuzz_require(config->state_dir[0] == '/');
		fuzz_require(config->workers > 0);
		enumerator = config->profiles->create_enumerator(config->profiles);
		while (enumerator->enumerate(enumerator, &profile))
		{
			check_profile(profile);
			fuzz_require(!config->is_disabled(config, profile->name));
			same = again->find(again, profile->name);
			fuzz_require(same && profile->equals(profile, same));
		}
		enumerator->destroy(enumerator);
		again->destroy(again);
		config->destroy(config);
	}
	DESTROY_IF(settings);
	return 0;
}
