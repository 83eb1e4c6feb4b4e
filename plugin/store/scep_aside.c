/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_aside.h"
#include "base/scep_limits.h"

#include <stdio.h>
#include <sys/stat.h>

/*
 * Described in header
 */
bool scep_aside_move(scep_files_t *files, const char *name,
					 char aside[SCEP_ASIDE_LEN], scep_error_t *err)
{
	u_int number = 1;

	do
	{
		snprintf(aside, SCEP_ASIDE_LEN, "%s.bad-%u", name, number);
	}
	while (scep_files_exist(files, aside) && ++number <= SCEP_MAX_SET_ASIDE);
	if (number > SCEP_MAX_SET_ASIDE)
	{
		return scep_fail(err, SCEP_LOCAL, "'%s/%s' is corrupt like %d others: "
						 "remove %s.bad-*", files->dir, name,
						 SCEP_MAX_SET_ASIDE, name);
	}
	return scep_files_rename(files, name, aside, err);
}

/*
 * Described in header
 */
bool scep_aside_fail(scep_files_t *files, const char *name,
					 const scep_error_t *cause, scep_error_t *err)
{
	scep_error_t problem = {};
	char aside[SCEP_ASIDE_LEN];

	if (!err || err->kind != SCEP_OK)
	{
		return FALSE;
	}
	if (cause->kind != SCEP_CORRUPT)
	{
		return scep_fail(err, cause->kind, "%s", cause->text);
	}
	if (!scep_aside_move(files, name, aside, &problem))
	{
		return scep_fail(err, SCEP_LOCAL, "%s; it stays there: %s", cause->text,
						 problem.text);
	}
	return scep_fail(err, SCEP_LOCAL, "%s; it is '%s' now", cause->text, aside);
}

/**
 * Check one name.
 */
static bool check(scep_files_t *files, const char *name, scep_error_t *err)
{
	scep_error_t error = {};
	char path[PATH_MAX];
	struct stat st;

	if (lstat(scep_files_path(files, path, name), &st) ||
		!S_ISDIR(st.st_mode))
	{
		return TRUE;
	}
	scep_fail(&error, SCEP_CORRUPT, "'%s' is a directory", path);
	return scep_aside_fail(files, name, &error, err);
}

/*
 * Described in header
 */
bool scep_aside_check(scep_files_t *files, const char *name, scep_error_t *err)
{
	char beside[SCEP_ASIDE_LEN];

	snprintf(beside, sizeof(beside), "%s.tmp", name);
	return check(files, name, err) && check(files, beside, err);
}
