/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_owner.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/** Directories below each other: state_dir, a profile, gen-N, and one more */
#define MAX_DEPTH	4

/*
 * Described in header
 */
uid_t scep_owner_get()
{
	return geteuid() ? geteuid() : lib->caps->get_uid(lib->caps);
}

/*
 * Described in header
 */
bool scep_owner_is_trusted(uid_t uid)
{
	return uid == 0 || uid == geteuid() || uid == scep_owner_get();
}

/**
 * Whether charon is root, and becomes another user.
 */
static bool is_root_for_now()
{
	return geteuid() == 0 && scep_owner_get() != 0;
}

/*
 * Described in header
 */
bool scep_owner_give(int fd)
{
	return !is_root_for_now() ||
		   fchown(fd, scep_owner_get(), lib->caps->get_gid(lib->caps)) == 0;
}

/**
 * Whether something is root's, and nothing else by another name: who owns a
 * directory can put a hard link to any file there.
 */
static bool is_ours_to_give(const struct stat *st)
{
	return st->st_uid == 0 && (S_ISDIR(st->st_mode) ||
							   (S_ISREG(st->st_mode) && st->st_nlink == 1));
}

static void give_all(int fd, u_int depth);

/**
 * Give an entry of a directory, and what is in it.
 */
static void give_entry(int dir, const char *name, u_int depth)
{
	struct stat st;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
	{
		return;
	}
	if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
	{
		if (S_ISDIR(st.st_mode) && depth < MAX_DEPTH)
		{
			give_all(fd, depth + 1);
		}
		if (is_ours_to_give(&st))
		{
			ignore_result(scep_owner_give(fd));
		}
	}
	close(fd);
}

/**
 * Give what is in a directory.
 */
static void give_all(int fd, u_int depth)
{
	struct dirent *entry;
	DIR *dir;
	int copy;

	copy = dup(fd);
	dir = copy < 0 ? NULL : fdopendir(copy);
	if (!dir)
	{
		if (copy >= 0)
		{
			close(copy);
		}
		return;
	}
	while ((entry = readdir(dir)))
	{
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
		{
			give_entry(fd, entry->d_name, depth);
		}
	}
	closedir(dir);
}

/*
 * Described in header
 */
void scep_owner_give_tree(const char *path)
{
	if (is_root_for_now())
	{
		/* a link on the way is an administrator's */
		char *real = realpath(path, NULL);

		if (real)
		{
			give_entry(AT_FDCWD, real, 0);
		}
		free(real);
	}
}
