/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_disk.h"
#include "base/scep_owner.h"

#include <threading/mutex.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct private_scep_disk_t private_scep_disk_t;

/**
 * Private data of a scep_disk_t.
 */
struct private_scep_disk_t {

	/**
	 * Public interface.
	 */
	scep_disk_t public;

	/**
	 * File of the lock that could not be had, or NULL: nothing is changed
	 * before it is.
	 */
	char *missed;

	/**
	 * That file, once it is locked, or -1.
	 */
	int late;

	/**
	 * Protects these: workers write, too.
	 */
	mutex_t *mutex;
};

/**
 * Fail with errno.
 */
static bool fail(scep_error_t *err, const char *what, const char *path)
{
	return scep_fail(err, SCEP_LOCAL, "%s '%s' failed: %s", what, path,
					 strerror(errno));
}

/**
 * Open the file to lock. One that can't be written to can be locked as well.
 */
static int open_lock(const char *path)
{
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && (errno == EROFS || errno == EACCES || errno == EPERM))
	{
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	}
	return fd;
}

/**
 * Lock a file, unless it is another one's, too: root writes into it, and gives
 * it away, where somebody else may have put a hard link.
 */
static bool lock_file(int fd)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB) || fstat(fd, &st))
	{
		return FALSE;
	}
	errno = EMLINK;
	return S_ISREG(st.st_mode) && st.st_nlink == 1;
}

/**
 * Open a file and lock it. It names the process: for a message, as the lock
 * itself is flock()'s.
 *
 * @param fd		gets the file, to close; one that could not be locked, too;
 *					-1 if it could not be opened
 * @return			FALSE with errno
 */
static bool take_lock(const char *path, int *fd)
{
	char pid[16];

	*fd = open_lock(path);
	if (*fd < 0 || !lock_file(*fd))
	{
		return FALSE;
	}
	ignore_result(scep_owner_give(*fd));
	snprintf(pid, sizeof(pid), "%d\n", getpid());
	if (ftruncate(*fd, 0) || write(*fd, pid, strlen(pid)) < 0)
	{
		errno = 0;
	}
	return TRUE;
}

/**
 * Whether something may be changed: another process could do so, too, where
 * there is no lock. One that could not be had as the disk was full or read-only
 * is tried again.
 */
static bool may_change(private_scep_disk_t *this, const char *path,
					   scep_error_t *err)
{
	bool locked;

	this->mutex->lock(this->mutex);
	if (this->missed && take_lock(this->missed, &this->late))
	{
		free(this->missed);
		this->missed = NULL;
	}
	else if (this->missed && this->late >= 0)
	{
		close(this->late);
		this->late = -1;
	}
	locked = !this->missed;
	this->mutex->unlock(this->mutex);
	return locked ||
		   scep_fail(err, SCEP_LOCAL, "'%s' is left as it is: there is no lock",
					 path);
}

/**
 * Make a directory that the user who charon becomes can use.
 */
static bool make_new_dir(const char *path)
{
	bool success;
	int fd;

	if (mkdir(path, 0700))
	{
		return errno == EEXIST;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	success = fd >= 0 && scep_owner_give(fd);
	if (fd >= 0)
	{
		close(fd);
	}
	return success;
}

METHOD(scep_disk_t, make_dir, bool,
	private_scep_disk_t *this, const char *path, scep_error_t *err)
{
	struct stat st;

	if (stat(path, &st))
	{
		return may_change(this, path, err) &&
			   (make_new_dir(path) || fail(err, "creating directory", path));
	}
	if (!S_ISDIR(st.st_mode))
	{
		return scep_fail(err, SCEP_LOCAL, "'%s' is no directory", path);
	}
	return TRUE;
}

METHOD(scep_disk_t, check_access, bool,
	private_scep_disk_t *this, const char *path, scep_error_t *err)
{
	struct stat st;

	if (lstat(path, &st))
	{
		return fail(err, "checking", path);
	}
	/* whoever made a link chose what we write to: as root before charon becomes
	 * another user that would be anything */
	if (S_ISLNK(st.st_mode) && st.st_uid != 0 && st.st_uid != geteuid())
	{
		return scep_fail(err, SCEP_EXPOSED, "'%s' is a link that another user "
						 "(%u) made: remove it, or have it belong to root",
						 path, st.st_uid);
	}
	if (S_ISLNK(st.st_mode) && stat(path, &st))
	{
		return fail(err, "checking", path);
	}
	if (!scep_owner_is_trusted(st.st_uid))
	{
		return scep_fail(err, SCEP_EXPOSED, "'%s' belongs to another user (%u),"
						 " who can replace what is in it: chown %u '%s', and "
						 "check what is in it", path, st.st_uid,
						 scep_owner_get(), path);
	}
	if (st.st_mode & 022)
	{
		return scep_fail(err, SCEP_EXPOSED, "others can write to '%s' (mode %04o"
						 "): chmod %d '%s', and check what is in it", path,
						 st.st_mode & 07777, S_ISDIR(st.st_mode) ? 700 : 600,
						 path);
	}
	return TRUE;
}

/**
 * Write all of a chunk.
 */
static bool write_all(int fd, chunk_t content)
{
	ssize_t len;

	while (content.len)
	{
		len = write(fd, content.ptr, content.len);
		if (len < 0 && errno != EINTR)
		{
			return FALSE;
		}
		content = chunk_skip(content, max(len, 0));
	}
	return TRUE;
}

METHOD(scep_disk_t, write_, bool,
	private_scep_disk_t *this, const char *path, chunk_t content,
	scep_error_t *err)
{
	bool success;
	int fd;

	if (!may_change(this, path, err))
	{
		return FALSE;
	}
	/* never through a link, and never into a file that somebody may read */
	if (unlink(path) && errno != ENOENT)
	{
		return fail(err, "replacing", path);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
	{
		return fail(err, "creating", path);
	}
	success = fchmod(fd, 0600) == 0 && scep_owner_give(fd) &&
			  write_all(fd, content) && fsync(fd) == 0;
	if (!success)
	{
		fail(err, "writing", path);
	}
	if (close(fd) && success)
	{
		success = fail(err, "writing", path);
	}
	return success;
}

METHOD(scep_disk_t, link_, bool,
	private_scep_disk_t *this, const char *target, const char *path,
	scep_error_t *err)
{
	if (!may_change(this, path, err))
	{
		return FALSE;
	}
	if ((unlink(path) && errno != ENOENT) || symlink(target, path))
	{
		return fail(err, "linking", path);
	}
	return TRUE;
}

METHOD(scep_disk_t, rename_, bool,
	private_scep_disk_t *this, const char *from, const char *to,
	scep_error_t *err)
{
	return may_change(this, to, err) &&
		   (rename(from, to) == 0 || fail(err, "renaming to", to));
}

METHOD(scep_disk_t, sync_dir, bool,
	private_scep_disk_t *this, const char *path, scep_error_t *err)
{
	bool success;
	int fd;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	success = fd >= 0 && fsync(fd) == 0;
	if (!success)
	{
		fail(err, "syncing directory", path);
	}
	if (fd >= 0)
	{
		close(fd);
	}
	return success;
}

METHOD(scep_disk_t, remove_, bool,
	private_scep_disk_t *this, const char *path, scep_error_t *err)
{
	return may_change(this, path, err) &&
		   (remove(path) == 0 || errno == ENOENT ||
			fail(err, "removing", path));
}

/**
 * Report something that is not a file of ours.
 */
static bool fail_irregular(const char *path, scep_error_t *err)
{
	return scep_fail(err, SCEP_CORRUPT, "'%s' is not a regular file of at most "
					 "%d bytes", path, SCEP_MAX_FILE);
}

/**
 * Check that nobody else can read a file.
 */
static bool check_secret(const struct stat *st, const char *path,
						 scep_error_t *err)
{
	if (!scep_owner_is_trusted(st->st_uid))
	{
		return scep_fail(err, SCEP_EXPOSED, "'%s' belongs to another user (%u):"
						 " chown %u '%s', and consider the key known", path,
						 st->st_uid, scep_owner_get(), path);
	}
	if (st->st_mode & 077)
	{
		return scep_fail(err, SCEP_EXPOSED, "'%s' can be read by others (mode "
						 "%04o): chmod 600 '%s', and consider the key known",
						 path, st->st_mode & 07777, path);
	}
	return TRUE;
}

/**
 * Read all of an open file.
 */
static bool read_all(int fd, const char *path, bool secret, chunk_t *content,
					 scep_error_t *err)
{
	struct stat st;
	ssize_t len;
	size_t done = 0;

	if (fstat(fd, &st))
	{
		return fail(err, "reading", path);
	}
	if (!S_ISREG(st.st_mode) || st.st_size > SCEP_MAX_FILE)
	{
		return fail_irregular(path, err);
	}
	if (secret && !check_secret(&st, path, err))
	{
		return FALSE;
	}
	*content = chunk_alloc(st.st_size + 1);
	do
	{
		len = read(fd, content->ptr + done, st.st_size - done);
		done += max(len, 0);
	}
	while ((len > 0 && done < st.st_size) || (len < 0 && errno == EINTR));
	content->ptr[done] = '\0';
	content->len = done;
	if (len < 0)
	{
		chunk_clear(content);
		return fail(err, "reading", path);
	}
	return TRUE;
}

METHOD(scep_disk_t, read_, bool,
	private_scep_disk_t *this, const char *path, bool secret, chunk_t *content,
	scep_error_t *err)
{
	bool success;
	int fd;

	*content = chunk_empty;
	/* what we write is never a link, and a pipe must not hold us up */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (fd < 0 && (errno == ELOOP || errno == ENXIO || errno == ENODEV))
	{	/* a link, a socket, a device that isn't there */
		return fail_irregular(path, err);
	}
	if (fd < 0)
	{
		return errno == ENOENT || fail(err, "opening", path);
	}
	success = read_all(fd, path, secret, content, err);
	close(fd);
	return success;
}

/**
 * Report that a lock is taken; who has it wrote its process id.
 */
static bool fail_locked(int fd, const char *path, scep_error_t *err)
{
	char buf[16] = "";
	int pid = 0;

	if (pread(fd, buf, sizeof(buf) - 1, 0) > 0)
	{
		pid = atoi(buf);
	}
	if (pid > 0)
	{
		return scep_fail(err, SCEP_LOCAL, "'%s' is in use by process %d: give "
						 "each process a state_dir of its own", path, pid);
	}
	return scep_fail(err, SCEP_LOCAL, "'%s' is in use by another process: give "
					 "each process a state_dir of its own", path);
}

/**
 * Go on without a lock, unless another process has it.
 */
static bool go_without(private_scep_disk_t *this, int fd, const char *path,
					   scep_error_t *err)
{
	if (fd >= 0 && errno == EWOULDBLOCK)
	{
		return fail_locked(fd, path, err);
	}
	this->missed = strdup(path);
	scep_fail(err, SCEP_LOCAL, "'%s' can't be locked, nothing is written until "
			  "it can: %s", path, strerror(errno));
	return TRUE;
}

METHOD(scep_disk_t, lock, bool,
	private_scep_disk_t *this, const char *path, int *fd, scep_error_t *err)
{
	bool success;

	if (take_lock(path, fd))
	{
		return TRUE;
	}
	success = go_without(this, *fd, path, err);
	if (*fd >= 0)
	{
		close(*fd);
	}
	*fd = -1;
	return success;
}

METHOD(scep_disk_t, unlock, void,
	private_scep_disk_t *this, int fd)
{
	if (fd >= 0)
	{
		close(fd);
	}
	if (this->late >= 0)
	{
		close(this->late);
		this->late = -1;
	}
	free(this->missed);
	this->missed = NULL;
}

METHOD(scep_disk_t, destroy, void,
	private_scep_disk_t *this)
{
	unlock(this, -1);
	this->mutex->destroy(this->mutex);
	free(this);
}

/*
 * Described in header
 */
scep_disk_t *scep_disk_create()
{
	private_scep_disk_t *this;

	INIT(this,
		.public = {
			.make_dir = _make_dir,
			.check_access = _check_access,
			.write = _write_,
			.link = _link_,
			.rename = _rename_,
			.sync_dir = _sync_dir,
			.remove = _remove_,
			.read = _read_,
			.lock = _lock,
			.unlock = _unlock,
			.destroy = _destroy,
		},
		.late = -1,
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	return &this->public;
}
