/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "node.h"

typedef struct entry_t entry_t;
typedef struct change_t change_t;

/**
 * An entry of a directory.
 */
struct entry_t {
	char *name;
	sim_node_t *node;
};

/**
 * A change of a directory.
 */
struct change_t {
	char *name;
	sim_node_t *node;
	char *old;
};

/*
 * Described in header
 */
sim_node_t *sim_node_create(sim_node_type_t type)
{
	sim_node_t *this;

	INIT(this,
		.type = type,
	);
	if (type == SIM_DIR)
	{
		this->seen = array_create(sizeof(entry_t), 0);
		this->durable = array_create(sizeof(entry_t), 0);
		this->changes = array_create(sizeof(change_t), 0);
	}
	return this;
}

/*
 * Described in header
 */
sim_node_t *sim_node_ref(sim_node_t *this)
{
	this->refs++;
	return this;
}

static void free_entry(void *data, int idx, void *user)
{
	entry_t *entry = data;

	free(entry->name);
	sim_node_put(entry->node);
}

static void free_change(void *data, int idx, void *user)
{
	change_t *change = data;

	free(change->name);
	free(change->old);
	sim_node_put(change->node);
}

/*
 * Described in header
 */
void sim_node_put(sim_node_t *this)
{
	if (!this || --this->refs)
	{
		return;
	}
	if (this->type == SIM_DIR)
	{
		array_destroy_function(this->seen, free_entry, NULL);
		array_destroy_function(this->durable, free_entry, NULL);
		array_destroy_function(this->changes, free_change, NULL);
	}
	chunk_clear(&this->content);
	chunk_clear(&this->synced);
	free(this);
}

/**
 * Find the position of an entry, -1 if there is none.
 */
static int get_pos(array_t *entries, const char *name)
{
	entry_t entry;
	int i;

	for (i = 0; i < array_count(entries); i++)
	{
		array_get(entries, i, &entry);
		if (streq(entry.name, name))
		{
			return i;
		}
	}
	return -1;
}

/**
 * Remove an entry, if it is there.
 */
static void remove_entry(array_t *entries, const char *name)
{
	entry_t entry;
	int pos = get_pos(entries, name);

	if (pos >= 0)
	{
		array_remove(entries, pos, &entry);
		free_entry(&entry, pos, NULL);
	}
}

/**
 * Make a change of entries.
 */
static void apply(array_t *entries, const char *name, sim_node_t *node,
				  const char *old)
{
	entry_t entry = {};

	if (node)
	{	/* maybe it is the old entry that holds the last reference */
		entry.name = strdup(name);
		entry.node = sim_node_ref(node);
	}
	remove_entry(entries, name);
	if (old)
	{
		remove_entry(entries, old);
	}
	if (node)
	{
		array_insert(entries, ARRAY_TAIL, &entry);
	}
}

/*
 * Described in header
 */
sim_node_t *sim_node_find(sim_node_t *this, const char *name, bool durable)
{
	array_t *entries = durable ? this->durable : this->seen;
	entry_t entry;
	int pos = get_pos(entries, name);

	return pos >= 0 && array_get(entries, pos, &entry) ? entry.node : NULL;
}

/*
 * Described in header
 */
sim_node_t *sim_node_at(sim_node_t *this, u_int pos, const char **name)
{
	entry_t entry;

	if (pos >= array_count(this->seen) || !array_get(this->seen, pos, &entry))
	{
		return NULL;
	}
	*name = entry.name;
	return entry.node;
}

/*
 * Described in header
 */
void sim_node_change(sim_node_t *this, const char *name, sim_node_t *node,
					 const char *old)
{
	change_t change = {
		.name = strdup(name),
		.node = node ? sim_node_ref(node) : NULL,
		.old = old ? strdup(old) : NULL,
	};

	apply(this->seen, name, node, old);
	array_insert(this->changes, ARRAY_TAIL, &change);
}

/**
 * Make the first changes durable, and forget the others.
 */
static void settle(sim_node_t *this, int count)
{
	change_t change;
	int i;

	for (i = 0; array_remove(this->changes, ARRAY_HEAD, &change); i++)
	{
		if (i < count)
		{
			apply(this->durable, change.name, change.node, change.old);
		}
		free_change(&change, i, NULL);
	}
}

/*
 * Described in header
 */
void sim_node_sync(sim_node_t *this)
{
	if (this->type == SIM_DIR)
	{
		settle(this, array_count(this->changes));
	}
	else
	{
		chunk_clear(&this->synced);
		this->synced = chunk_clone(this->content);
	}
}

/*
 * Described in header
 */
void sim_node_flush(sim_node_t *this)
{
	entry_t entry;
	int i;

	if (this->type == SIM_DIR || !chunk_equals(this->content, this->synced))
	{
		sim_node_sync(this);
	}
	for (i = 0; this->type == SIM_DIR && i < array_count(this->seen); i++)
	{
		array_get(this->seen, i, &entry);
		sim_node_flush(entry.node);
	}
}

/**
 * Make the entries those that are durable.
 */
static void restore(sim_node_t *this)
{
	entry_t entry;
	int i;

	while (array_count(this->seen))
	{
		array_get(this->seen, 0, &entry);
		remove_entry(this->seen, entry.name);
	}
	for (i = 0; i < array_count(this->durable); i++)
	{
		array_get(this->durable, i, &entry);
		apply(this->seen, entry.name, entry.node, NULL);
	}
}

/**
 * Lose content that was not synced.
 */
static void lose_content(sim_node_t *this, scep_random_t *random)
{
	if (chunk_equals(this->content, this->synced))
	{
		return;
	}
	switch (scep_random_between(random, 0, 2))
	{
		case 0:
			this->content.len = 0;
			break;
		case 1:
			this->content.len = scep_random_between(random, 0,
													this->content.len);
			break;
		default:
			break;
	}
	sim_node_sync(this);
}

/*
 * Described in header
 */
void sim_node_lose(sim_node_t *this, scep_random_t *random)
{
	entry_t entry;
	int i;

	switch (this->type)
	{
		case SIM_FILE:
			lose_content(this, random);
			break;
		case SIM_DIR:
			settle(this, scep_random_between(random, 0,
											 array_count(this->changes)));
			restore(this);
			for (i = 0; i < array_count(this->durable); i++)
			{
				array_get(this->durable, i, &entry);
				sim_node_lose(entry.node, random);
			}
			break;
		case SIM_LINK:
			break;
	}
}

/*
 * Described in header
 */
size_t sim_node_size(sim_node_t *this)
{
	size_t size = sizeof(*this) + this->content.len + this->synced.len;
	entry_t entry;
	int i;

	for (i = 0; this->type == SIM_DIR && i < array_count(this->seen); i++)
	{
		array_get(this->seen, i, &entry);
		size += sim_node_size(entry.node) + sizeof(entry);
	}
	return size;
}
