/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_change.h"
#include "ctl_check.h"
#include "ctl_client.h"
#include "ctl_commands.h"
#include "ctl_key.h"
#include "ctl_problems.h"
#include "ctl_text.h"

#include "config/scep_config.h"
#include "enroll/scep_import.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

/** Longest value of a message, bytes */
#define MAX_VALUE	UINT16_MAX

/**
 * Read to the end, which a pipe brings in pieces.
 *
 * @return			bytes, -1 on failure
 */
static ssize_t read_all(int fd, chunk_t buf)
{
	size_t total = 0;
	ssize_t len = 1;

	while (len && total < buf.len)
	{
		len = read(fd, buf.ptr + total, buf.len - total);
		if (len < 0 && errno != EINTR)
		{
			return -1;
		}
		total += max(len, 0);
	}
	return total;
}

/**
 * Read a file of a person, or standard input.
 *
 * @param contents	gets them, to be cleared
 * @return			FALSE after telling why
 */
static bool read_file(const char *path, chunk_t *contents)
{
	chunk_t buf = chunk_alloc(MAX_VALUE + 1);
	ssize_t len = -1;
	int fd;

	fd = streq(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
	{
		len = read_all(fd, buf);
	}
	if (len < 0)
	{
		ctl_error("'%s' can't be read: %s", path, strerror(errno));
	}
	else if (len == 0 || len > MAX_VALUE)
	{
		ctl_error("'%s' is %s", path, len ? "too large" : "empty");
		len = -1;
	}
	if (fd >= 0)
	{
		close(fd);
	}
	if (len >= 0)
	{
		*contents = chunk_clone(chunk_create(buf.ptr, len));
	}
	chunk_clear(&buf);
	return len >= 0;
}

/**
 * Find the profile in the configuration.
 *
 * @return			profile, or NULL after telling why
 */
static scep_profile_t *find_profile(const char *name)
{
	scep_profile_t *profile;
	scep_config_t *config;

	ctl_load_plugins();
	lib->settings->add_fallback(lib->settings, CTL_NAMESPACE, "charon");
	ctl_know_user(lib->settings);
	config = scep_config_load(lib->settings, CTL_NAMESPACE);
	profile = config->find(config, name);
	if (profile)
	{
		profile = profile->get_ref(profile);
	}
	else
	{
		ctl_error("%s has no usable profile %s: see scepctl check", lib->conf,
				  name);
	}
	config->destroy(config);
	return profile;
}

/**
 * Import into the state directory, as no daemon runs.
 *
 * @param err		gets the reason of a refusal
 */
static ctl_exit_t import_offline(const ctl_options_t *options,
								 const scep_import_t *import, scep_error_t *err)
{
	ctl_problems_t *problems;
	scep_profile_t *profile;
	bool done = FALSE;

	problems = ctl_problems_create();
	profile = find_profile(options->args[0]);
	if (profile)
	{
		done = scep_import_offline(profile, options->state_dir, import,
								   time(NULL), err);
		profile->destroy(profile);
	}
	/* of the configuration, or a warning about what was imported */
	problems->print(problems, FALSE, stderr);
	problems->destroy(problems);
	if (*err->text)
	{
		ctl_error("%s", err->text);
	}
	return done ? CTL_DONE : CTL_FAILED;
}

/**
 * Have the daemon import.
 */
static ctl_exit_t import_online(const ctl_options_t *options,
								ctl_client_t *client,
								const scep_import_t *import, scep_error_t *err)
{
	const ctl_value_t values[] = {
		{ "name", chunk_from_str(options->args[0]) },
		{ "key", import->key },
		{ "cert", import->certs },
		{ NULL },
	};
	ctl_exit_t status;

	status = client->call(client, "import", values, TRUE, NULL);
	if (status == CTL_FAILED)
	{
		scep_fail(err, SCEP_PERMANENT, "%s", client->get_reason(client));
		if (strpfx(err->text, "there is no profile"))
		{
			ctl_error("scepctl list tells the names of the profiles");
		}
	}
	return status;
}

/*
 * Described in header
 */
ctl_exit_t ctl_import(const ctl_options_t *options)
{
	scep_import_t import = {};
	ctl_exit_t status = CTL_FAILED;
	scep_error_t err = {};
	ctl_client_t *client;
	bool absent;

	if (!options->key || !options->cert)
	{
		ctl_error("import needs --key FILE and --cert FILE");
		return CTL_USAGE;
	}
	if (streq(options->key, "-") && streq(options->cert, "-"))
	{
		ctl_error("only one of --key and --cert can be standard input");
		return CTL_USAGE;
	}
	if (read_file(options->key, &import.key) &&
		ctl_key_decrypt(options->key, &import.key) &&
		read_file(options->cert, &import.certs))
	{
		client = ctl_client_try(options->uri, &absent);
		if (client)
		{
			status = import_online(options, client, &import, &err);
			client->destroy(client);
		}
		else if (absent)
		{
			status = import_offline(options, &import, &err);
		}
		else
		{	/* tells why */
			client = ctl_client_create(options->uri);
			DESTROY_IF(client);
			status = CTL_NO_DAEMON;
		}
	}
	if (status != CTL_NO_DAEMON)
	{
		ctl_outcome(options, status, "key and certificate are imported",
					*err.text ? err.text : NULL);
	}
	chunk_clear(&import.key);
	chunk_free(&import.certs);
	return status;
}
