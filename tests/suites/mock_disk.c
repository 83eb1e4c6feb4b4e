/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_disk.h"

#include <errno.h>
#include <signal.h>

/**
 * Whether the step that comes fails.
 */
static bool is_bad(mock_disk_t *this, scep_error_t *err)
{
	this->steps++;
	if (this->fails && (this->stays ? this->steps >= this->fails
									: this->steps == this->fails))
	{
		scep_fail(err, SCEP_LOCAL, "%s", strerror(this->error ?: ENOSPC));
		return TRUE;
	}
	return FALSE;
}

/**
 * End a step, or the process.
 */
static bool end(mock_disk_t *this, bool success)
{
	if (this->kills && this->steps == this->kills)
	{
		raise(SIGKILL);
	}
	return success;
}

static bool make_dir(scep_disk_t *public, const char *path, scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return !is_bad(this, err) &&
		   end(this, this->disk->make_dir(this->disk, path, err));
}

static bool check_access(scep_disk_t *public, const char *path,
						 scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return this->disk->check_access(this->disk, path, err);
}

static bool write_(scep_disk_t *public, const char *path, chunk_t content,
				   scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	if (is_bad(this, err))
	{
		if (this->steps == this->fails)
		{	/* what fitted is there */
			content.len /= 2;
			this->disk->write(this->disk, path, content, NULL);
		}
		return FALSE;
	}
	return end(this, this->disk->write(this->disk, path, content, err));
}

static bool link_(scep_disk_t *public, const char *target, const char *path,
				  scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return !is_bad(this, err) &&
		   end(this, this->disk->link(this->disk, target, path, err));
}

static bool rename_(scep_disk_t *public, const char *from, const char *to,
					scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return !is_bad(this, err) &&
		   end(this, this->disk->rename(this->disk, from, to, err));
}

static bool sync_dir(scep_disk_t *public, const char *path, scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return !is_bad(this, err) &&
		   end(this, this->disk->sync_dir(this->disk, path, err));
}

static bool remove_(scep_disk_t *public, const char *path, scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return !is_bad(this, err) &&
		   end(this, this->disk->remove(this->disk, path, err));
}

static bool read_(scep_disk_t *public, const char *path, bool secret,
				  chunk_t *content, scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return this->disk->read(this->disk, path, secret, content, err);
}

static bool lock(scep_disk_t *public, const char *path, int *fd,
				 scep_error_t *err)
{
	mock_disk_t *this = (mock_disk_t*)public;

	return this->disk->lock(this->disk, path, fd, err);
}

static void unlock(scep_disk_t *public, int fd)
{
	mock_disk_t *this = (mock_disk_t*)public;

	this->disk->unlock(this->disk, fd);
}

static void destroy(scep_disk_t *public)
{
	mock_disk_t *this = (mock_disk_t*)public;

	this->disk->destroy(this->disk);
	free(this);
}

/*
 * Described in header
 */
mock_disk_t *mock_disk_create()
{
	mock_disk_t *this;

	INIT(this,
		.public = {
			.make_dir = make_dir,
			.check_access = check_access,
			.write = write_,
			.link = link_,
			.rename = rename_,
			.sync_dir = sync_dir,
			.remove = remove_,
			.read = read_,
			.lock = lock,
			.unlock = unlock,
			.destroy = destroy,
		},
		.disk = scep_disk_create(),
	);
	return this;
}
