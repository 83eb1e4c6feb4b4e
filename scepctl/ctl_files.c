/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

/** Part of a file of settings that is searched for a secret, bytes */
#define SEARCHED	(1024 * 1024)

/**
 * Settings that name files, and whether these hold secrets.
 */
static const struct {
	const char *key;
	bool secret;
} files[] = {
	{ "ca_cert", FALSE },
	{ "challenge_file", TRUE },
	{ "challenge_password_file", TRUE },
	{ "signer.cert", FALSE },
	{ "signer.key", TRUE },
	{ "http.ca_file", FALSE },
	{ "http.cert", FALSE },
	{ "http.key", TRUE },
};

/**
 * Check one file.
 */
static void check_file(ctl_problems_t *problems, const char *profile,
					   const char *key, const char *path, bool secret)
{
	struct stat st;

	if (stat(path, &st) != 0)
	{
		problems->add(problems, TRUE, profile, "key=%s file '%s' can't be "
					  "read: %s", key, path, strerror(errno));
	}
	else if (!S_ISREG(st.st_mode))
	{
		problems->add(problems, TRUE, profile, "key=%s '%s' is no file", key,
					  path);
	}
	else if (access(path, R_OK) != 0)
	{
		problems->add(problems, TRUE, profile, "key=%s file '%s' can't be "
					  "read: %s", key, path, strerror(errno));
	}
	else if (secret && st.st_mode & (S_IRWXG | S_IRWXO))
	{
		problems->add(problems, FALSE, profile, "key=%s file '%s' holds a "
					  "secret, but others may use it: chmod 600 %s", key, path,
					  path);
	}
}

/*
 * Described in header
 */
void ctl_files_check(ctl_problems_t *problems, settings_t *settings,
					 const char *ns, const char *profile)
{
	char format[128], *path;
	int i;

	for (i = 0; i < countof(files); i++)
	{
		snprintf(format, sizeof(format), "%%s.plugins.scep.profiles.%%s.%s",
				 files[i].key);
		path = settings->get_str(settings, format, NULL, ns, profile);
		if (path)
		{
			check_file(problems, profile, files[i].key, path, files[i].secret);
		}
	}
}

/**
 * Whether a file holds a text.
 */
static bool holds(const char *path, const char *text)
{
	char *buf = malloc(SEARCHED);
	bool found = FALSE;
	ssize_t len;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
	{
		len = read(fd, buf, SEARCHED);
		found = len > 0 && memmem(buf, len, text, strlen(text));
		close(fd);
	}
	memwipe(buf, SEARCHED);
	free(buf);
	return found;
}

/*
 * Described in header
 */
void ctl_files_check_secret(ctl_problems_t *problems, const char *file,
							const char *profile, const char *secret)
{
	static const char *const below[] = { "", ".d/*.conf", ".d/charon/*.conf" };
	char pattern[PATH_MAX];
	const char *path;
	struct stat st;
	glob_t found;
	size_t i, j, len = strlen(file);

	/* what Debian's strongswan.conf includes is in strongswan.d beside it */
	len -= len > 5 && streq(file + len - 5, ".conf") ? 5 : 0;
	for (i = 0; i < countof(below); i++)
	{
		snprintf(pattern, sizeof(pattern), "%.*s%s", (int)len, file,
				 *below[i] ? below[i] : file + len);
		if (glob(pattern, 0, NULL, &found) != 0)
		{
			continue;
		}
		for (j = 0; j < found.gl_pathc; j++)
		{
			path = found.gl_pathv[j];
			if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
				st.st_mode & (S_IRWXG | S_IRWXO) && holds(path, secret))
			{
				problems->add(problems, FALSE, profile, "file '%s' holds the "
							  "challenge, but others may read it: chmod 600 %s",
							  path, path);
			}
		}
		globfree(&found);
	}
}

/*
 * Described in header
 */
void ctl_files_check_state(ctl_problems_t *problems, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) != 0)
	{	/* the daemon makes it */
		return;
	}
	if (!S_ISDIR(st.st_mode))
	{
		problems->add(problems, TRUE, NULL, "key=state_dir '%s' is no "
					  "directory", dir);
	}
	else if (st.st_mode & (S_IRWXG | S_IRWXO))
	{
		problems->add(problems, FALSE, NULL, "key=state_dir '%s' holds private "
					  "keys, but others may use it: chmod 700 %s", dir, dir);
	}
}
