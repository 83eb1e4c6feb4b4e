/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_store.h"
#include "store/scep_files.h"
#include "base/scep_owner.h"

#include <stdio.h>

typedef struct private_scep_store_t private_scep_store_t;

/**
 * Private data of a scep_store_t.
 */
struct private_scep_store_t {

	/**
	 * Public interface.
	 */
	scep_store_t public;

	/**
	 * Disk.
	 */
	scep_disk_t *disk;

	/**
	 * State directory.
	 */
	char *dir;

	/**
	 * Lock, -1 if there is none.
	 */
	int lock;
};

METHOD(scep_store_t, open_, scep_profile_store_t*,
	private_scep_store_t *this, const char *profile, scep_error_t *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", this->dir, profile);
	return scep_profile_store_create(this->disk, path, err);
}

METHOD(scep_store_t, destroy, void,
	private_scep_store_t *this)
{
	this->disk->unlock(this->disk, this->lock);
	free(this->dir);
	free(this);
}

/**
 * Make a directory and those above it.
 */
static bool make_dirs(scep_disk_t *disk, const char *dir, scep_error_t *err)
{
	char path[PATH_MAX], *slash;

	if (snprintf(path, sizeof(path), "%s", dir) >= sizeof(path))
	{
		return scep_fail(err, SCEP_LOCAL, "state_dir is too long");
	}
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
	{
		*slash = '\0';
		if (!scep_files_make_path(disk, path, err))
		{
			return FALSE;
		}
		*slash = '/';
	}
	return scep_files_make_path(disk, path, err);
}

/*
 * Described in header
 */
scep_store_t *scep_store_create(scep_disk_t *disk, const char *state_dir,
								scep_error_t *err)
{
	private_scep_store_t *this;
	char path[PATH_MAX];

	INIT(this,
		.public = {
			.open = _open_,
			.destroy = _destroy,
		},
		.disk = disk,
		.dir = strdup(state_dir),
		.lock = -1,
	);
	snprintf(path, sizeof(path), "%s/lock", state_dir);
	if (!make_dirs(disk, state_dir, err) ||
		!disk->check_access(disk, state_dir, err))
	{
		destroy(this);
		return NULL;
	}
	scep_owner_give_tree(state_dir);
	if (!disk->lock(disk, path, &this->lock, err))
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
