/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fleet_heap fleet_heap
 * @{ @ingroup fleet
 *
 * What is due next: a binary heap of moments of virtual time.
 */

#ifndef FLEET_HEAP_H_
#define FLEET_HEAP_H_

#include <library.h>

typedef struct fleet_heap_t fleet_heap_t;
typedef struct fleet_due_t fleet_due_t;

/**
 * A moment at which a gateway acts.
 */
struct fleet_due_t {

	/** milliseconds of virtual time */
	int64_t at;

	/** number of the gateway */
	u_int gateway;
};

/**
 * Moments to come.
 */
struct fleet_heap_t {

	/** moments, each not before the one at half its index */
	fleet_due_t *list;

	/** how many there are */
	u_int count;
};

/**
 * Create a heap.
 *
 * @param size		most moments it has to hold
 * @return			heap
 */
fleet_heap_t *fleet_heap_create(u_int size);

/**
 * Add a moment.
 *
 * @param due		moment
 */
void fleet_heap_push(fleet_heap_t *this, fleet_due_t due);

/**
 * Take the earliest moment; of equal ones that of the lowest gateway.
 *
 * @param due		receives the moment
 * @return			FALSE if there is none
 */
bool fleet_heap_pop(fleet_heap_t *this, fleet_due_t *due);

/**
 * Destroy a heap.
 */
void fleet_heap_destroy(fleet_heap_t *this);

#endif /** FLEET_HEAP_H_ @}*/
