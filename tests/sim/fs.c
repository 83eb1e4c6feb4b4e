/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fs.h"

#include <stdio.h>

ENUM(sim_fs_op_names, SIM_FS_OPEN, SIM_FS_LOCK,
	"open",
	"read",
	"create",
	"write",
	"sync",
	"sync-dir",
	"rename",
	"remove",
	"make-dir",
	"link",
	"close",
	"look",
	"list",
	"set-mode",
	"truncate",
	"lock",
);

/*
 * Described in header
 */
sim_fs_t *sim_fs;

/*
 * Described in header
 */
sim_node_t *sim_fs_find_parent(const char *path, bool durable,
							   const char **name)
{
	sim_node_t *node = sim_fs->root;
	char part[NAME_MAX + 1];
	const char *slash;

	path += strlen(SIM_FS_ROOT "/");
	while (node && (slash = strchr(path, '/')))
	{
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		node = sim_node_find(node, part, durable);
		if (node && node->type != SIM_DIR)
		{
			node = NULL;
		}
		path = slash + 1;
	}
	*name = path;
	return node;
}

/*
 * Described in header
 */
sim_node_t *sim_fs_find(const char *path, bool durable)
{
	sim_node_t *parent;
	const char *name;

	if (streq(path, SIM_FS_ROOT))
	{
		return sim_fs->root;
	}
	parent = sim_fs_find_parent(path, durable, &name);
	return parent ? sim_node_find(parent, name, durable) : NULL;
}

/*
 * Described in header
 */
void sim_fs_killed(sim_fs_t *this)
{
	int i;

	for (i = 0; i < SIM_FS_FDS; i++)
	{
		sim_node_put(this->handles[i].node);
		this->handles[i].node = NULL;
	}
	this->timer = 0;
	this->cancelled = FALSE;
}

/*
 * Described in header
 */
void sim_fs_flush(sim_fs_t *this)
{
	sim_node_flush(this->root);
}

/*
 * Described in header
 */
void sim_fs_power_loss(sim_fs_t *this, scep_random_t *random)
{
	sim_node_lose(this->root, random);
}

/*
 * Described in header
 */
chunk_t sim_fs_get(sim_fs_t *this, const char *path, bool durable)
{
	sim_node_t *node = sim_fs_find(path, durable);

	if (!node || node->type != SIM_FILE)
	{
		return chunk_empty;
	}
	return durable ? node->synced : node->content;
}

/*
 * Described in header
 */
const char *sim_fs_get_link(sim_fs_t *this, const char *path)
{
	static char target[NAME_MAX + 1];
	sim_node_t *node = sim_fs_find(path, FALSE);

	if (!node || node->type != SIM_LINK)
	{
		return NULL;
	}
	snprintf(target, sizeof(target), "%.*s", (int)node->content.len,
			 node->content.ptr);
	return target;
}

/**
 * Make a directory and those above it, durably.
 */
static sim_node_t *make_path(sim_fs_t *this, const char *path,
							 const char **name)
{
	sim_node_t *node = this->root, *next;
	char part[NAME_MAX + 1];
	const char *slash;

	path += strlen(SIM_FS_ROOT "/");
	while ((slash = strchr(path, '/')))
	{
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		next = sim_node_find(node, part, FALSE);
		if (!next)
		{
			next = sim_node_create(SIM_DIR);
			sim_node_change(node, part, next, NULL);
			sim_node_sync(node);
		}
		node = next;
		path = slash + 1;
	}
	*name = path;
	return node;
}

/*
 * Described in header
 */
void sim_fs_put(sim_fs_t *this, const char *path, chunk_t content)
{
	sim_node_t *parent, *node = NULL;
	const char *name;

	parent = make_path(this, path, &name);
	if (content.ptr)
	{
		node = sim_node_create(SIM_FILE);
		node->content = chunk_clone(content);
		sim_node_sync(node);
	}
	sim_node_change(parent, name, node, NULL);
	sim_node_sync(parent);
}

/*
 * Described in header
 */
void sim_fs_date(sim_fs_t *this, const char *path, time_t at)
{
	sim_node_t *node = sim_fs_find(path, FALSE);

	if (node)
	{
		node->changed_at = at;
	}
}

/*
 * Described in header
 */
size_t sim_fs_size(sim_fs_t *this)
{
	return sim_node_size(this->root);
}

/*
 * Described in header
 */
time_t sim_fs_get_timer(sim_fs_t *this)
{
	return this->timer;
}

/*
 * Described in header
 */
void sim_fs_fire(sim_fs_t *this, bool cancelled)
{
	this->cancelled = cancelled;
}

/*
 * Described in header
 */
void sim_fs_destroy(sim_fs_t *this)
{
	sim_fs_killed(this);
	sim_node_put(this->root);
	this->listings->destroy(this->listings);
	free(this);
	sim_fs = NULL;
}

/*
 * Described in header
 */
sim_fs_t *sim_fs_create(sim_fs_judge_t judge, void *user)
{
	sim_fs_t *this;

	INIT(this,
		.root = sim_node_ref(sim_node_create(SIM_DIR)),
		.listings = linked_list_create(),
		.judge = judge,
		.user = user,
	);
	sim_fs = this;
	return this;
}
