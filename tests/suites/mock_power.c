/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_power.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_entry(const char *path, const struct stat *st, int flag,
						struct FTW *ftw)
{
	return remove(path);
}

/**
 * Remove something with all that is in it.
 */
static void remove_all(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/**
 * Give up: a test can't go on.
 */
static void check(bool good, const char *what)
{
	if (!good)
	{
		fprintf(stderr, "mock_power: %s\n", what);
		abort();
	}
}

/**
 * Copy a file.
 */
static void copy_file(const char *from, const char *to, mode_t mode)
{
	chunk_t *content = chunk_map((char*)from, FALSE);
	int fd;

	unlink(to);
	fd = open(to, O_WRONLY | O_CREAT | O_EXCL, mode & 0777);
	check(fd >= 0, to);
	if (content)
	{	/* an empty one can't be mapped */
		check(write(fd, content->ptr, content->len) == content->len, to);
		chunk_unmap(content);
	}
	close(fd);
}

static void copy_entries(const char *from, const char *to, bool all);

/**
 * Copy an entry of a directory.
 *
 * @param all		also what is in a directory that is there already
 */
static void copy_entry(const char *from, const char *to, bool all)
{
	char target[PATH_MAX];
	struct stat st, old;
	ssize_t len;

	check(lstat(from, &st) == 0, from);
	if (S_ISDIR(st.st_mode))
	{
		if (lstat(to, &old) != 0)
		{
			check(mkdir(to, 0700) == 0, to);
			all = TRUE;
		}
		if (all)
		{
			copy_entries(from, to, TRUE);
		}
	}
	else if (S_ISLNK(st.st_mode))
	{
		len = readlink(from, target, sizeof(target) - 1);
		check(len > 0, from);
		target[len] = '\0';
		unlink(to);
		check(symlink(target, to) == 0, to);
	}
	else
	{
		copy_file(from, to, st.st_mode);
	}
}

/**
 * Call a function for each entry of a directory, with its paths here and in
 * another one.
 */
static void for_entries(const char *dir, const char *other,
						void (*fn)(const char *path, const char *there,
								   bool all), bool all)
{
	char path[PATH_MAX], there[PATH_MAX];
	struct dirent *entry;
	DIR *list;

	list = opendir(dir);
	while (list && (entry = readdir(list)))
	{
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, ".."))
		{
			snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
			snprintf(there, sizeof(there), "%s/%s", other, entry->d_name);
			fn(path, there, all);
		}
	}
	if (list)
	{
		closedir(list);
	}
}

/**
 * Remove an entry that is not in the other directory.
 */
static void remove_other(const char *path, const char *there, bool all)
{
	struct stat st;

	if (lstat(there, &st) != 0)
	{
		remove_all(path);
	}
}

/**
 * Let a directory have the entries of another one.
 */
static void copy_entries(const char *from, const char *to, bool all)
{
	for_entries(to, from, remove_other, all);
	for_entries(from, to, copy_entry, all);
}

/*
 * Described in header
 */
void mock_power_sync(mock_power_t *this, const char *path)
{
	size_t len = strlen(this->dir);
	char copy[PATH_MAX];
	struct stat st;

	if (strncmp(path, this->dir, len) == 0)
	{
		snprintf(copy, sizeof(copy), "%s%s", this->durable, path + len);
		if (stat(copy, &st) == 0)
		{	/* else it is lost with the directory that it is in */
			copy_entries(path, copy, FALSE);
		}
	}
}

/*
 * Described in header
 */
void mock_power_lose(mock_power_t *this)
{
	copy_entries(this->durable, this->dir, TRUE);
}

/*
 * Described in header
 */
void mock_power_destroy(mock_power_t *this)
{
	remove_all(this->durable);
	free(this);
}

/*
 * Described in header
 */
mock_power_t *mock_power_create(const char *dir)
{
	mock_power_t *this;

	INIT(this);
	snprintf(this->dir, sizeof(this->dir), "%s", dir);
	snprintf(this->durable, sizeof(this->durable), "%s.durable", dir);
	check(mkdir(this->durable, 0700) == 0, this->durable);
	copy_entries(this->dir, this->durable, TRUE);
	return this;
}
