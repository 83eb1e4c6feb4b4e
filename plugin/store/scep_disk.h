/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_disk scep_disk
 * @{ @ingroup scep_store_layer
 *
 * The disk, as the few steps that the store makes: tests bring one that fails.
 */

#ifndef SCEP_DISK_H_
#define SCEP_DISK_H_

#include "base/scep_error.h"

#include <library.h>

typedef struct scep_disk_t scep_disk_t;

/**
 * Steps on a file system. Any thread. Each one sets err to SCEP_LOCAL with
 * path and reason, or as said below if it returns FALSE.
 */
struct scep_disk_t {

	/**
	 * Create a directory (mode 0700). One that is there already is fine.
	 */
	bool (*make_dir)(scep_disk_t *this, const char *path, scep_error_t *err);

	/**
	 * Check that nobody else, except root, can write to a directory or file;
	 * the error is SCEP_EXPOSED then.
	 */
	bool (*check_access)(scep_disk_t *this, const char *path,
						 scep_error_t *err);

	/**
	 * Write a file (mode 0600) and sync it; one that is there is replaced.
	 */
	bool (*write)(scep_disk_t *this, const char *path, chunk_t content,
				  scep_error_t *err);

	/**
	 * Make a symbolic link; one that is there is replaced.
	 */
	bool (*link)(scep_disk_t *this, const char *target, const char *path,
				 scep_error_t *err);

	/**
	 * Rename a file or link, over one that is there.
	 */
	bool (*rename)(scep_disk_t *this, const char *from, const char *to,
				   scep_error_t *err);

	/**
	 * Sync a directory: what was renamed in it stays renamed.
	 */
	bool (*sync_dir)(scep_disk_t *this, const char *path, scep_error_t *err);

	/**
	 * Remove a file, link or empty directory. One that isn't there is fine.
	 */
	bool (*remove)(scep_disk_t *this, const char *path, scep_error_t *err);

	/**
	 * Read a regular file of at most SCEP_MAX_FILE bytes, not through a link.
	 * Anything else by that name is SCEP_CORRUPT.
	 *
	 * @param secret	refuse one that others can read (SCEP_EXPOSED): by its
	 *					mode, or as another user's
	 * @param content	gets the content, allocated; chunk_empty and TRUE if
	 *					there is no such file
	 */
	bool (*read)(scep_disk_t *this, const char *path, bool secret,
				 chunk_t *content, scep_error_t *err);

	/**
	 * Take a lock that lasts until unlock(), or the end of the process. The
	 * error names the process that has it. Where none can be had (there is no
	 * such file, and it can't be made) nothing is changed: all steps but those
	 * that read try to take it, and fail without.
	 *
	 * @param fd		gets what unlock() takes, -1 if there is no lock yet
	 * @param err		also set where TRUE is returned, if there is no lock
	 * @return			FALSE if another process has it
	 */
	bool (*lock)(scep_disk_t *this, const char *path, int *fd,
				 scep_error_t *err);

	/**
	 * Give a lock back, also one that was had later.
	 *
	 * @param fd		what lock() gave
	 */
	void (*unlock)(scep_disk_t *this, int fd);

	/**
	 * Destroy a scep_disk_t.
	 */
	void (*destroy)(scep_disk_t *this);
};

/**
 * Create the disk of this host.
 *
 * @return			disk
 */
scep_disk_t *scep_disk_create();

#endif /** SCEP_DISK_H_ @}*/
