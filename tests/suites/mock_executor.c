/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_executor.h"

/**
 * A piece of work.
 */
typedef struct {
	scep_work_t work, done;
	void *user;
} item_t;

static void submit(scep_executor_t *public, scep_work_t work, scep_work_t done,
				   void *user)
{
	mock_executor_t *this = (mock_executor_t*)public;
	item_t *item;

	INIT(item,
		.work = work,
		.done = done,
		.user = user,
	);
	this->waiting->insert_last(this->waiting, item);
}

/*
 * Described in header
 */
bool mock_executor_work(mock_executor_t *this)
{
	item_t *item;

	if (this->waiting->remove_first(this->waiting, (void**)&item) != SUCCESS)
	{
		return FALSE;
	}
	item->work(item->user);
	this->finished->insert_last(this->finished, item);
	return TRUE;
}

/*
 * Described in header
 */
bool mock_executor_finish(mock_executor_t *this)
{
	item_t *item;

	if (this->finished->remove_first(this->finished, (void**)&item) != SUCCESS)
	{
		return FALSE;
	}
	item->done(item->user);
	free(item);
	return TRUE;
}

/*
 * Described in header
 */
void mock_executor_drop(mock_executor_t *this)
{
	item_t *item;

	while (this->waiting->remove_first(this->waiting,
									   (void**)&item) == SUCCESS ||
		   this->finished->remove_first(this->finished,
										(void**)&item) == SUCCESS)
	{
		free(item);
	}
}

/*
 * Described in header
 */
void mock_executor_destroy(mock_executor_t *this)
{
	mock_executor_drop(this);
	this->waiting->destroy(this->waiting);
	this->finished->destroy(this->finished);
	free(this);
}

/*
 * Described in header
 */
mock_executor_t *mock_executor_create()
{
	mock_executor_t *this;

	INIT(this,
		.public = {
			.submit = submit,
		},
		.waiting = linked_list_create(),
		.finished = linked_list_create(),
	);
	return this;
}
