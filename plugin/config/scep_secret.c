/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config/scep_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * Read the beginning of a file.
 *
 * @return			bytes, -1 on failure
 */
static ssize_t read_file(const char *path, const char *key, bool private,
						 char *buf, size_t size, scep_error_t *err)
{
	ssize_t len = -1;
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &st) == 0)
	{
		if (private && st.st_mode & (S_IRWXG | S_IRWXO))
		{
			scep_fail(err, SCEP_LOCAL, "%s '%s' can be used by others than its "
					  "owner: chmod 600", key, path);
			close(fd);
			return -1;
		}
		len = read(fd, buf, size);
	}
	if (len < 0)
	{
		scep_fail(err, SCEP_LOCAL, "%s '%s' can't be read: %s", key, path,
				  strerror(errno));
	}
	if (fd >= 0)
	{
		close(fd);
	}
	return len;
}

/*
 * Described in header
 */
bool scep_secret_read(const char *path, const char *key, const char *what,
					  bool private, chunk_t *line, scep_error_t *err)
{
	char buf[SCEP_MAX_CHALLENGE + 3];
	ssize_t len;
	size_t end;

	len = read_file(path, key, private, buf, sizeof(buf) - 1, err);
	if (len >= 0)
	{
		buf[len] = '\0';
		end = strcspn(buf, "\r\n");
		if (!end || end > SCEP_MAX_CHALLENGE)
		{
			len = -1;
			scep_fail(err, SCEP_LOCAL, "first line of %s '%s' is not %s of 1 "
					  "to %d bytes", key, path, what, SCEP_MAX_CHALLENGE);
		}
		else
		{
			*line = chunk_clone(chunk_create((u_char*)buf, end));
		}
	}
	memwipe(buf, sizeof(buf));
	return len >= 0;
}
