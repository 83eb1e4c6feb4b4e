/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_workers.h"

#include <collections/linked_list.h>
#include <processing/jobs/callback_job.h>

typedef struct private_scep_workers_t private_scep_workers_t;
typedef struct work_t work_t;

/**
 * Private data of a scep_workers_t.
 */
struct private_scep_workers_t {

	/**
	 * Public interface.
	 */
	scep_workers_t public;

	/**
	 * Messages to the loop.
	 */
	scep_inbox_t *inbox;

	/**
	 * Work that waits, and that was given to the processor; work_t.
	 */
	linked_list_t *waiting, *queued;

	/**
	 * How much may be with the processor.
	 */
	u_int limit;
};

/**
 * A piece of work.
 */
struct work_t {
	private_scep_workers_t *workers;
	scep_work_t work, done;
	void *user;
};

static void dispatch(private_scep_workers_t *this);

/**
 * Work is done; called by the loop.
 */
static void work_done(work_t *work)
{
	private_scep_workers_t *this = work->workers;

	this->queued->remove(this->queued, work, NULL);
	work->done(work->user);
	free(work);
	dispatch(this);
}

/**
 * Do the work; called by a worker.
 */
static job_requeue_t do_work(work_t *work)
{
	scep_inbox_t *inbox = work->workers->inbox;

	work->work(work->user);
	inbox->post(inbox, (scep_work_t)work_done, work, NULL);
	return JOB_REQUEUE_NONE;
}

/**
 * Give work to the processor. Its jobs get no clean-up function: one that is
 * queued late is destroyed after the plugins are gone.
 */
static void dispatch(private_scep_workers_t *this)
{
	work_t *work;

	while (this->queued->get_count(this->queued) < this->limit &&
		   this->waiting->remove_first(this->waiting, (void**)&work) == SUCCESS)
	{
		this->queued->insert_last(this->queued, work);
		lib->processor->queue_job(lib->processor,
				(job_t*)callback_job_create_with_prio(
					(callback_job_cb_t)do_work, work, NULL, NULL,
					JOB_PRIO_LOW));
	}
}

METHOD(scep_executor_t, submit, void,
	private_scep_workers_t *this, scep_work_t work, scep_work_t done,
	void *user)
{
	work_t *item;

	INIT(item,
		.workers = this,
		.work = work,
		.done = done,
		.user = user,
	);
	this->waiting->insert_last(this->waiting, item);
	dispatch(this);
}

METHOD(scep_workers_t, set_limit, void,
	private_scep_workers_t *this, u_int limit)
{
	this->limit = limit;
	dispatch(this);
}

METHOD(scep_workers_t, destroy, void,
	private_scep_workers_t *this)
{
	this->waiting->destroy_function(this->waiting, free);
	this->queued->destroy_function(this->queued, free);
	free(this);
}

/*
 * Described in header
 */
scep_workers_t *scep_workers_create(scep_inbox_t *inbox, u_int limit)
{
	private_scep_workers_t *this;

	INIT(this,
		.public = {
			.executor = {
				.submit = _submit,
			},
			.set_limit = _set_limit,
			.destroy = _destroy,
		},
		.inbox = inbox,
		.waiting = linked_list_create(),
		.queued = linked_list_create(),
		.limit = limit,
	);
	return &this->public;
}
