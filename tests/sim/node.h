/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_node sim_node
 * @{ @ingroup scep_sim
 *
 * What is on the simulated disk: files, links and directories, each as the
 * processes see it and as it is durably.
 */

#ifndef SIM_NODE_H_
#define SIM_NODE_H_

#include "base/scep_random.h"

#include <library.h>
#include <collections/array.h>

typedef enum sim_node_type_t sim_node_type_t;
typedef struct sim_node_t sim_node_t;

/**
 * Kinds of nodes.
 */
enum sim_node_type_t {
	SIM_FILE,
	SIM_LINK,
	SIM_DIR,
};

/**
 * A file, link or directory.
 */
struct sim_node_t {

	/** kind */
	sim_node_type_t type;

	/** entries and open files that refer to it */
	u_int refs;

	/** date of the last change that a person made, 0 for none */
	time_t changed_at;

	/** content, or target of a link; and as it was synced the last time */
	chunk_t content, synced;

	/** entries of a directory: as seen, and as synced; changes since then */
	array_t *seen, *durable, *changes;
};

/**
 * Create a node, without a reference.
 */
sim_node_t *sim_node_create(sim_node_type_t type);

/**
 * Get a reference.
 */
sim_node_t *sim_node_ref(sim_node_t *this);

/**
 * Give a reference back.
 */
void sim_node_put(sim_node_t *this);

/**
 * Find an entry of a directory.
 *
 * @param durable	as synced
 * @return			node, internal data, or NULL
 */
sim_node_t *sim_node_find(sim_node_t *this, const char *name, bool durable);

/**
 * Get an entry by its position.
 *
 * @param name		gets its name, internal data
 * @return			node, internal data, or NULL
 */
sim_node_t *sim_node_at(sim_node_t *this, u_int pos, const char **name);

/**
 * Change a directory; both parts happen at once, or none.
 *
 * @param name		entry to set
 * @param node		its new node, NULL to remove it
 * @param old		another entry to remove, or NULL
 */
void sim_node_change(sim_node_t *this, const char *name, sim_node_t *node,
					 const char *old);

/**
 * Make content or entries durable as they are.
 */
void sim_node_sync(sim_node_t *this);

/**
 * Make all from here on durable.
 */
void sim_node_flush(sim_node_t *this);

/**
 * Lose what was not synced, in part: of a directory's changes some of the first
 * ones survive, of a file's content all, a part, or nothing.
 */
void sim_node_lose(sim_node_t *this, scep_random_t *random);

/**
 * Get the memory that the content from here on takes, bytes.
 */
size_t sim_node_size(sim_node_t *this);

#endif /** SIM_NODE_H_ @}*/
