/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_heap.h"

/*
 * Described in header
 */
fleet_heap_t *fleet_heap_create(u_int size)
{
	fleet_heap_t *this;

	INIT(this,
		.list = calloc(size + 1, sizeof(fleet_due_t)),
	);
	return this;
}

/**
 * Whether one moment is before another. Ties have an order, too, so that the
 * same fleet always takes the same course.
 */
static bool before(const fleet_due_t *a, const fleet_due_t *b)
{
	return a->at != b->at ? a->at < b->at : a->gateway < b->gateway;
}

/*
 * Described in header
 */
void fleet_heap_push(fleet_heap_t *this, fleet_due_t due)
{
	u_int i = ++this->count;

	while (i > 1 && before(&due, &this->list[i / 2]))
	{
		this->list[i] = this->list[i / 2];
		i /= 2;
	}
	this->list[i] = due;
}

/*
 * Described in header
 */
bool fleet_heap_pop(fleet_heap_t *this, fleet_due_t *due)
{
	fleet_due_t last;
	u_int i = 1, child;

	if (!this->count)
	{
		return FALSE;
	}
	*due = this->list[1];
	last = this->list[this->count--];
	while ((child = 2 * i) <= this->count)
	{
		if (child < this->count &&
			before(&this->list[child + 1], &this->list[child]))
		{
			child++;
		}
		if (!before(&this->list[child], &last))
		{
			break;
		}
		this->list[i] = this->list[child];
		i = child;
	}
	this->list[i] = last;
	return TRUE;
}

/*
 * Described in header
 */
void fleet_heap_destroy(fleet_heap_t *this)
{
	free(this->list);
	free(this);
}
