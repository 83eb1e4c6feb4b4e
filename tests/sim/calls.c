/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

/** Descriptors that are ours begin here, far above the kernel's */
#define FIRST_FD	1000000

/** Descriptor of the timer */
#define TIMER_FD	(FIRST_FD + SIM_FS_FDS)

typedef struct listing_t listing_t;

/**
 * A directory that is read: names that it had when it was opened, as what is
 * removed meanwhile must not hide others.
 */
struct listing_t {
	linked_list_t *names;
	struct dirent entry;
};

/*
 * What the linker puts between the code under test and the C library
 * (--wrap): declared here, as nobody else calls these
 */
#define REAL(type, name, ...) \
	extern type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

/**
 * Whether a path is ours.
 */
static bool is_ours(const char *path)
{
	return sim_fs && (strpfx(path, SIM_FS_ROOT "/") ||
					  streq(path, SIM_FS_ROOT));
}

/**
 * Get an open file by its descriptor.
 */
static sim_handle_t *get_handle(int fd)
{
	sim_handle_t *handle;

	if (!sim_fs || fd < FIRST_FD || fd >= FIRST_FD + SIM_FS_FDS)
	{
		return NULL;
	}
	handle = &sim_fs->handles[fd - FIRST_FD];
	return handle->node ? handle : NULL;
}

/**
 * Ask whether a step succeeds.
 */
static int judge(sim_fs_op_t op, const char *path)
{
	return sim_fs->judge(sim_fs->user, op, path);
}

/**
 * Fail with an errno.
 */
static int fail(int error)
{
	errno = error;
	return -1;
}

/**
 * Fail because of what is there, or is not: the disk was looked at.
 */
static int fail_looked(int error, const char *path)
{
	return fail(judge(SIM_FS_LOOK, path) ?: error);
}

/**
 * Describe a node.
 */
static int fill_stat(sim_node_t *node, const char *path, struct stat *st)
{
	static const mode_t modes[] = {
		[SIM_FILE] = S_IFREG | 0600,
		[SIM_LINK] = S_IFLNK | 0777,
		[SIM_DIR] = S_IFDIR | 0700,
	};

	int error = judge(SIM_FS_LOOK, path);

	if (error || !node)
	{
		return fail(error ?: ENOENT);
	}
	*st = (struct stat){
		.st_mode = modes[node->type],
		.st_size = node->content.len,
		.st_uid = geteuid(),
		.st_nlink = 1,
		.st_mtime = node->changed_at,
	};
	return 0;
}

REAL(int, stat, const char *path, struct stat *st)
{
	return is_ours(path) ? fill_stat(sim_fs_find(path, FALSE), path, st)
						 : __real_stat(path, st);
}

REAL(int, lstat, const char *path, struct stat *st)
{
	return is_ours(path) ? fill_stat(sim_fs_find(path, FALSE), path, st)
						 : __real_lstat(path, st);
}

REAL(int, fstat, int fd, struct stat *st)
{
	sim_handle_t *handle = get_handle(fd);

	return handle ? fill_stat(handle->node, NULL, st) : __real_fstat(fd, st);
}

/**
 * Find or make the file to open.
 */
static sim_node_t *open_node(const char *path, int flags)
{
	sim_node_t *parent = NULL, *node = sim_fs_find(path, FALSE);
	const char *name;
	int error;

	if (!node && (flags & O_CREAT))
	{
		parent = sim_fs_find_parent(path, FALSE, &name);
	}
	if ((!node && !parent) || (node && (flags & O_EXCL)))
	{
		fail_looked(node ? EEXIST : ENOENT, path);
		return NULL;
	}
	error = judge(node ? SIM_FS_OPEN : SIM_FS_CREATE, path);
	if (error)
	{
		errno = max(error, EIO);
		return NULL;
	}
	if (!node)
	{
		node = sim_node_create(SIM_FILE);
		sim_node_change(parent, name, node, NULL);
	}
	return node;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
	sim_node_t *node;
	mode_t mode = 0;
	va_list args;
	int i;

	if (flags & O_CREAT)
	{
		va_start(args, flags);
		mode = va_arg(args, int);
		va_end(args);
	}
	if (!is_ours(path))
	{
		return __real_open(path, flags, mode);
	}
	node = open_node(path, flags);
	for (i = 0; node && i < SIM_FS_FDS; i++)
	{
		if (!sim_fs->handles[i].node)
		{
			sim_fs->handles[i] = (sim_handle_t){ .node = sim_node_ref(node) };
			return FIRST_FD + i;
		}
	}
	return node ? fail(EMFILE) : -1;
}

REAL(int, close, int fd)
{
	sim_handle_t *handle = get_handle(fd);
	int error;

	if (fd == TIMER_FD)
	{
		return 0;
	}
	if (!handle)
	{
		return __real_close(fd);
	}
	/* it is closed, whatever close() says */
	error = judge(SIM_FS_CLOSE, NULL);
	sim_node_put(handle->node);
	handle->node = NULL;
	return error ? fail(error) : 0;
}

/**
 * Read the timer.
 */
static ssize_t read_timer(void *buf, size_t len)
{
	uint64_t expirations = 1;

	if (sim_fs->cancelled)
	{
		sim_fs->cancelled = FALSE;
		return fail(ECANCELED);
	}
	memcpy(buf, &expirations, min(len, sizeof(expirations)));
	return sizeof(expirations);
}

REAL(ssize_t, read, int fd, void *buf, size_t len)
{
	sim_handle_t *handle = get_handle(fd);
	int error;

	if (fd == TIMER_FD)
	{
		return read_timer(buf, len);
	}
	if (!handle)
	{
		return __real_read(fd, buf, len);
	}
	error = judge(SIM_FS_READ, NULL);
	if (error)
	{
		return fail(max(error, EIO));
	}
	len = min(len, handle->node->content.len - handle->pos);
	memcpy(buf, handle->node->content.ptr + handle->pos, len);
	handle->pos += len;
	return len;
}

REAL(ssize_t, pread, int fd, void *buf, size_t len, off_t pos)
{
	sim_handle_t *handle = get_handle(fd);
	int error;

	if (!handle)
	{
		return __real_pread(fd, buf, len, pos);
	}
	error = judge(SIM_FS_READ, NULL);
	if (error)
	{
		return fail(max(error, EIO));
	}
	pos = min(pos, handle->node->content.len);
	len = min(len, handle->node->content.len - pos);
	memcpy(buf, handle->node->content.ptr + pos, len);
	return len;
}

REAL(ssize_t, write, int fd, const void *buf, size_t len)
{
	sim_handle_t *handle = get_handle(fd);
	int error;

	if (!handle)
	{
		return __real_write(fd, buf, len);
	}
	error = judge(SIM_FS_WRITE, NULL);
	if (error > 0)
	{
		return fail(error);
	}
	len = error && len > 1 ? len / 2 : len;
	handle->node->content = chunk_cat("mc", handle->node->content,
									  chunk_create((u_char*)buf, len));
	return len;
}

REAL(int, ftruncate, int fd, off_t len)
{
	sim_handle_t *handle = get_handle(fd);
	int error;

	if (!handle)
	{
		return __real_ftruncate(fd, len);
	}
	error = judge(SIM_FS_TRUNCATE, NULL);
	if (error)
	{
		return fail(error);
	}
	handle->node->content.len = min(handle->node->content.len, len);
	return 0;
}

REAL(int, fchmod, int fd, mode_t mode)
{
	int error;

	if (!get_handle(fd))
	{
		return __real_fchmod(fd, mode);
	}
	error = judge(SIM_FS_SET_MODE, NULL);
	return error ? fail(error) : 0;
}

REAL(int, flock, int fd, int operation)
{
	int error;

	if (!get_handle(fd))
	{
		return __real_flock(fd, operation);
	}
	error = judge(SIM_FS_LOCK, NULL);
	return error ? fail(error) : 0;
}

REAL(int, fsync, int fd)
{
	sim_handle_t *handle = get_handle(fd);
	int error;

	if (!handle)
	{
		return __real_fsync(fd);
	}
	error = judge(handle->node->type == SIM_DIR ? SIM_FS_SYNC_DIR
												: SIM_FS_SYNC, NULL);
	if (error)
	{
		return fail(max(error, EIO));
	}
	sim_node_sync(handle->node);
	return 0;
}

/**
 * Remove what a path names.
 */
static int remove_path(const char *path, bool dirs)
{
	sim_node_t *parent, *node;
	const char *name;
	int error;

	parent = sim_fs_find_parent(path, FALSE, &name);
	node = parent ? sim_node_find(parent, name, FALSE) : NULL;
	if (!node)
	{
		return fail_looked(ENOENT, path);
	}
	if (node->type == SIM_DIR && (!dirs || array_count(node->seen)))
	{
		return fail_looked(dirs ? ENOTEMPTY : EISDIR, path);
	}
	error = judge(SIM_FS_REMOVE, path);
	if (error)
	{
		return fail(max(error, EIO));
	}
	sim_node_change(parent, name, NULL, NULL);
	return 0;
}

REAL(int, unlink, const char *path)
{
	return is_ours(path) ? remove_path(path, FALSE) : __real_unlink(path);
}

REAL(int, remove, const char *path)
{
	return is_ours(path) ? remove_path(path, TRUE) : __real_remove(path);
}

REAL(int, rename, const char *from, const char *to)
{
	sim_node_t *source, *target, *node;
	const char *old, *name;
	int error;

	if (!is_ours(from))
	{
		return __real_rename(from, to);
	}
	source = sim_fs_find_parent(from, FALSE, &old);
	target = sim_fs_find_parent(to, FALSE, &name);
	node = source ? sim_node_find(source, old, FALSE) : NULL;
	if (!node || !target)
	{
		return fail_looked(ENOENT, from);
	}
	if (source != target)
	{	/* what survives of such a one is not modelled */
		abort();
	}
	error = judge(SIM_FS_RENAME, to);
	if (error)
	{
		return fail(max(error, EIO));
	}
	sim_node_change(source, name, node, old);
	return 0;
}

/**
 * Make a directory or link.
 */
static int make(const char *path, sim_node_type_t type, const char *target)
{
	sim_node_t *parent, *node;
	const char *name;
	int error;

	if (streq(path, SIM_FS_ROOT))
	{
		return fail_looked(EEXIST, path);
	}
	parent = sim_fs_find_parent(path, FALSE, &name);
	if (!parent || sim_node_find(parent, name, FALSE))
	{
		return fail_looked(parent ? EEXIST : ENOENT, path);
	}
	error = judge(type == SIM_DIR ? SIM_FS_MAKE_DIR : SIM_FS_LINK, path);
	if (error)
	{
		return fail(max(error, EIO));
	}
	node = sim_node_create(type);
	if (target)
	{
		node->content = chunk_clone(chunk_from_str((char*)target));
	}
	sim_node_change(parent, name, node, NULL);
	return 0;
}

REAL(int, mkdir, const char *path, mode_t mode)
{
	return is_ours(path) ? make(path, SIM_DIR, NULL)
						 : __real_mkdir(path, mode);
}

REAL(int, symlink, const char *target, const char *path)
{
	return is_ours(path) ? make(path, SIM_LINK, target)
						 : __real_symlink(target, path);
}

REAL(ssize_t, readlink, const char *path, char *buf, size_t len)
{
	sim_node_t *node;
	int error;

	if (!is_ours(path))
	{
		return __real_readlink(path, buf, len);
	}
	node = sim_fs_find(path, FALSE);
	error = judge(SIM_FS_LOOK, path);
	if (error || !node || node->type != SIM_LINK)
	{
		return fail(error ?: node ? EINVAL : ENOENT);
	}
	len = min(len, node->content.len);
	memcpy(buf, node->content.ptr, len);
	return len;
}

REAL(DIR*, opendir, const char *path)
{
	listing_t *listing;
	sim_node_t *node;
	const char *name;
	u_int pos = 0;
	int error;

	if (!is_ours(path))
	{
		return __real_opendir(path);
	}
	node = sim_fs_find(path, FALSE);
	error = judge(SIM_FS_LIST, path);
	if (error || !node || node->type != SIM_DIR)
	{
		errno = error ?: node ? ENOTDIR : ENOENT;
		return NULL;
	}
	INIT(listing,
		.names = linked_list_create(),
	);
	while (sim_node_at(node, pos++, &name))
	{
		listing->names->insert_last(listing->names, strdup(name));
	}
	sim_fs->listings->insert_last(sim_fs->listings, listing);
	return (DIR*)listing;
}

/**
 * Whether a directory that is read is ours.
 */
static bool is_listing(DIR *dir)
{
	return sim_fs && sim_fs->listings->find_first(sim_fs->listings, NULL,
												  (void**)&dir);
}

REAL(struct dirent*, readdir, DIR *dir)
{
	listing_t *listing = (listing_t*)dir;
	char *name;
	int error;

	if (!is_listing(dir))
	{
		return __real_readdir(dir);
	}
	error = judge(SIM_FS_LIST, NULL);
	if (error)
	{
		errno = error;
		return NULL;
	}
	if (listing->names->remove_first(listing->names, (void**)&name) != SUCCESS)
	{
		return NULL;
	}
	snprintf(listing->entry.d_name, sizeof(listing->entry.d_name), "%s", name);
	free(name);
	return &listing->entry;
}

REAL(int, closedir, DIR *dir)
{
	listing_t *listing = (listing_t*)dir;

	if (!is_listing(dir))
	{
		return __real_closedir(dir);
	}
	sim_fs->listings->remove(sim_fs->listings, listing, NULL);
	listing->names->destroy_function(listing->names, free);
	free(listing);
	return 0;
}

REAL(int, timerfd_create, clockid_t clock, int flags)
{
	return sim_fs ? TIMER_FD : __real_timerfd_create(clock, flags);
}

REAL(int, timerfd_settime, int fd, int flags, const struct itimerspec *spec,
	 struct itimerspec *old)
{
	if (fd != TIMER_FD)
	{
		return __real_timerfd_settime(fd, flags, spec, old);
	}
	sim_fs->timer = spec->it_value.tv_sec;
	return 0;
}
