/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_disk scep_disk
 * @{ @ingroup scep_store
 *
 * The few steps that the state on disk is made of, as an interface: tests let
 * each of them fail.
 */

#ifndef SCEP_DISK_H_
#define SCEP_DISK_H_

#include <library.h>
#include <collections/linked_list.h>

#include <sys/stat.h>

typedef struct scep_disk_t scep_disk_t;

/**
 * Steps on a file system. Any thread; all synchronous.
 *
 * All but lock's holder and destroy() return 0 or an errno value.
 */
struct scep_disk_t {

	/**
	 * Make a directory, with this mode whatever the umask.
	 *
	 * @param path		path, its parent exists
	 * @param mode		permissions
	 * @return			0, EEXIST if there is something of that name, errno
	 */
	int (*mkdir)(scep_disk_t *this, const char *path, mode_t mode);

	/**
	 * Write a file that doesn't exist, and fsync it. What was written of it is
	 * removed if that fails.
	 *
	 * @param path		path
	 * @param mode		permissions, whatever the umask
	 * @param data		content
	 * @return			0, EEXIST, errno
	 */
	int (*write_new)(scep_disk_t *this, const char *path, mode_t mode,
					 chunk_t data);

	/**
	 * Read a regular file; symbolic links are not followed.
	 *
	 * @param path		path
	 * @param max		largest size accepted, EFBIG beyond
	 * @param data		content, to be freed or cleared
	 * @param mode		receives the permissions, or NULL
	 * @return			0, ENOENT, EINVAL if not a regular file, errno
	 */
	int (*read)(scep_disk_t *this, const char *path, size_t max, chunk_t *data,
				mode_t *mode);

	/**
	 * Rename, replacing what is at the new path.
	 *
	 * @param from		old path
	 * @param to		new path
	 * @return			0, errno
	 */
	int (*rename)(scep_disk_t *this, const char *from, const char *to);

	/**
	 * Make what was changed in a directory survive a loss of power.
	 *
	 * @param path		path of the directory
	 * @return			0, errno
	 */
	int (*fsync_dir)(scep_disk_t *this, const char *path);

	/**
	 * Make a symbolic link.
	 *
	 * @param target	what it points to
	 * @param path		path of the link
	 * @return			0, EEXIST, errno
	 */
	int (*symlink)(scep_disk_t *this, const char *target, const char *path);

	/**
	 * Read a symbolic link.
	 *
	 * @param path		path of the link
	 * @param target	receives what it points to, to be freed
	 * @return			0, ENOENT, EINVAL if not a link, errno
	 */
	int (*readlink)(scep_disk_t *this, const char *path, char **target);

	/**
	 * Remove a file or a link.
	 *
	 * @param path		path
	 * @return			0, ENOENT, errno
	 */
	int (*unlink)(scep_disk_t *this, const char *path);

	/**
	 * Remove an empty directory.
	 *
	 * @param path		path
	 * @return			0, ENOENT, errno
	 */
	int (*rmdir)(scep_disk_t *this, const char *path);

	/**
	 * List a directory, without "." and "..".
	 *
	 * @param path		path
	 * @param names		receives a list of char*, to be freed with them
	 * @return			0, ENOENT, errno
	 */
	int (*list)(scep_disk_t *this, const char *path, linked_list_t **names);

	/**
	 * Lock a file, which is made if it doesn't exist, until unlock() or the
	 * end of the process. Who holds it is written into it.
	 *
	 * @param path		path
	 * @param fd		receives what unlock() wants
	 * @param holder	receives the process that has the lock, 0 if unknown
	 * @return			0, EWOULDBLOCK if it is locked, errno
	 */
	int (*lock)(scep_disk_t *this, const char *path, int *fd, pid_t *holder);

	/**
	 * Give a lock back.
	 *
	 * @param fd		from lock()
	 */
	void (*unlock)(scep_disk_t *this, int fd);

	/**
	 * Destroy a scep_disk_t.
	 */
	void (*destroy)(scep_disk_t *this);
};

/**
 * Create the disk of this host (POSIX).
 *
 * @return			disk
 */
scep_disk_t *scep_disk_create();

#endif /** SCEP_DISK_H_ @}*/
