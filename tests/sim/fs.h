/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_fs sim_fs
 * @{ @ingroup scep_sim
 *
 * A file system in memory, below the calls that the shipped disk makes to the
 * C library. It remembers what was synced: what was not, a loss of power takes.
 */

#ifndef SIM_FS_H_
#define SIM_FS_H_

#include "node.h"

#include <collections/linked_list.h>

/** Paths below this one are here; all others are the host's */
#define SIM_FS_ROOT		"/sim"

/** Files that one process has open at once, at most */
#define SIM_FS_FDS		16

typedef enum sim_fs_op_t sim_fs_op_t;
typedef struct sim_handle_t sim_handle_t;
typedef struct sim_fs_t sim_fs_t;

/**
 * A step on the file system.
 */
enum sim_fs_op_t {
	SIM_FS_OPEN,
	SIM_FS_READ,
	SIM_FS_CREATE,
	SIM_FS_WRITE,
	SIM_FS_SYNC,
	SIM_FS_SYNC_DIR,
	SIM_FS_RENAME,
	SIM_FS_REMOVE,
	SIM_FS_MAKE_DIR,
	SIM_FS_LINK,
	SIM_FS_CLOSE,
	/** something is looked at, or is not there, or is in the way */
	SIM_FS_LOOK,
	SIM_FS_LIST,
	SIM_FS_SET_MODE,
	SIM_FS_TRUNCATE,
	SIM_FS_LOCK,
};

/**
 * Names of steps.
 */
extern enum_name_t *sim_fs_op_names;

/**
 * Decide whether a step fails.
 *
 * @param user		what sim_fs_create() got
 * @param op		step
 * @param path		path, or NULL if it is a file that is open
 * @return			errno to fail with; 0 to succeed; -1 to write half of it
 */
typedef int (*sim_fs_judge_t)(void *user, sim_fs_op_t op, const char *path);

/**
 * An open file.
 */
struct sim_handle_t {
	sim_node_t *node;
	size_t pos;
};

/**
 * The file system.
 */
struct sim_fs_t {

	/** root, what is open, and the directories that are read */
	sim_node_t *root;
	sim_handle_t handles[SIM_FS_FDS];
	linked_list_t *listings;

	/** the timer: when it is due, whether a read fails */
	time_t timer;
	bool cancelled;

	/** decides about each step */
	sim_fs_judge_t judge;
	void *user;
};

/**
 * The one that calls to the C library go to (calls.c), NULL if there is none.
 */
extern sim_fs_t *sim_fs;

/**
 * Get the directory that a path is in.
 *
 * @param durable	as it would be after a loss of power at worst
 * @param name		gets the last part of the path
 * @return			NULL if there is none
 */
sim_node_t *sim_fs_find_parent(const char *path, bool durable,
							   const char **name);

/**
 * Find what a path names.
 *
 * @param durable	as it would be after a loss of power at worst
 * @return			NULL if there is nothing
 */
sim_node_t *sim_fs_find(const char *path, bool durable);

/**
 * Create the file system; there is one at a time.
 *
 * @param judge		called before each step
 * @param user		data of judge
 */
sim_fs_t *sim_fs_create(sim_fs_judge_t judge, void *user);

/**
 * The process that used it is gone: what it had open is closed.
 */
void sim_fs_killed(sim_fs_t *this);

/**
 * Make all durable that was not synced, as a kernel does after a while.
 */
void sim_fs_flush(sim_fs_t *this);

/**
 * The power fails: what was not synced may be lost, in part.
 *
 * @param random	decides what is lost
 */
void sim_fs_power_loss(sim_fs_t *this, scep_random_t *random);

/**
 * Look at a file.
 *
 * @param path		path
 * @param durable	as it would be after a loss of power at worst
 * @return			content, internal data; ptr is NULL if there is no such file
 */
chunk_t sim_fs_get(sim_fs_t *this, const char *path, bool durable);

/**
 * Look at a link.
 *
 * @param path		path
 * @return			target, internal data, or NULL
 */
const char *sim_fs_get_link(sim_fs_t *this, const char *path);

/**
 * Write a file and all that leads to it, durably, as a person does.
 *
 * @param path		path
 * @param content	content, cloned; the file is removed if ptr is NULL
 */
void sim_fs_put(sim_fs_t *this, const char *path, chunk_t content);

/**
 * Give a file the date of its last change.
 */
void sim_fs_date(sim_fs_t *this, const char *path, time_t at);

/**
 * Memory that it takes, bytes.
 */
size_t sim_fs_size(sim_fs_t *this);

/**
 * Get the moment that the timer is set to, as made by timerfd_create().
 *
 * @return			wall clock time, 0 for none
 */
time_t sim_fs_get_timer(sim_fs_t *this);

/**
 * The timer fired, or the clock was set.
 *
 * @param cancelled	the next read() of the timer fails with ECANCELED
 */
void sim_fs_fire(sim_fs_t *this, bool cancelled);

/**
 * Destroy the file system.
 */
void sim_fs_destroy(sim_fs_t *this);

#endif /** SIM_FS_H_ @}*/
