/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_loop.h"
#include "enroll/scep_enrollment.h"
#include "base/scep_event.h"

#include <collections/linked_list.h>
#include <processing/jobs/callback_job.h>
#include <threading/mutex.h>

#include <sys/timerfd.h>
#include <unistd.h>

/** The wall clock was set if it moved against the uptime by more, seconds */
#define CLOCK_TOLERANCE		2

typedef struct private_scep_loop_t private_scep_loop_t;
typedef struct message_t message_t;
typedef struct work_t work_t;

/**
 * Private data of a scep_loop_t.
 */
struct private_scep_loop_t {

	/**
	 * Public interface.
	 */
	scep_loop_t public;

	/**
	 * Executor of this loop.
	 */
	scep_executor_t executor;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Transfers, and what to wait with.
	 */
	scep_curl_t *curl;

	/**
	 * Enrolments, scep_enrollment_t, and those that end when their worker
	 * does.
	 */
	linked_list_t *enrollments, *leaving;

	/**
	 * Timer on the wall clock, also fired when that is set.
	 */
	int timer;

	/**
	 * Wall clock minus uptime, as it was.
	 */
	time_t offset;

	/**
	 * Work that waits, work_t, and how much runs; at most workers.
	 */
	linked_list_t *waiting;
	u_int running, workers;

	/**
	 * Work that was given to the processor, work_t.
	 */
	linked_list_t *queued;

	/**
	 * Messages, message_t, and what guards them and stopping.
	 */
	linked_list_t *inbox;
	mutex_t *mutex;

	/**
	 * Whether the job has to end.
	 */
	bool stopping;
};

/**
 * A message to the loop.
 */
struct message_t {
	scep_work_t fn;
	void *data;
	scep_work_t cleanup;
};

/**
 * A piece of work.
 */
struct work_t {
	private_scep_loop_t *loop;
	scep_work_t work, done;
	void *user;
};

METHOD(scep_loop_t, post, void,
	private_scep_loop_t *this, scep_work_t fn, void *data, scep_work_t cleanup)
{
	message_t *message;

	INIT(message,
		.fn = fn,
		.data = data,
		.cleanup = cleanup,
	);
	this->mutex->lock(this->mutex);
	this->inbox->insert_last(this->inbox, message);
	this->mutex->unlock(this->mutex);
	this->curl->wakeup(this->curl);
}

/**
 * Take a message out of the inbox.
 */
static message_t *take(private_scep_loop_t *this)
{
	message_t *message = NULL;

	this->mutex->lock(this->mutex);
	this->inbox->remove_first(this->inbox, (void**)&message);
	this->mutex->unlock(this->mutex);
	return message;
}

/**
 * Whether the job has to end.
 */
static bool is_stopping(private_scep_loop_t *this)
{
	bool stopping;

	this->mutex->lock(this->mutex);
	stopping = this->stopping;
	this->mutex->unlock(this->mutex);
	return stopping;
}

static void dispatch(private_scep_loop_t *this);

/**
 * Work is done; called by the loop.
 */
static void work_done(work_t *work)
{
	private_scep_loop_t *this = work->loop;

	this->queued->remove(this->queued, work, NULL);
	this->running--;
	work->done(work->user);
	free(work);
	dispatch(this);
}

/**
 * Do the work; called by a worker.
 */
static job_requeue_t do_work(work_t *work)
{
	work->work(work->user);
	work->loop->public.post(&work->loop->public, (scep_work_t)work_done, work,
							NULL);
	return JOB_REQUEUE_NONE;
}

/**
 * Give work to the processor. Its jobs get no clean-up function: one that is
 * queued late is destroyed after the plugins are gone.
 */
static void dispatch(private_scep_loop_t *this)
{
	work_t *work;

	while (this->running < this->workers &&
		   this->waiting->remove_first(this->waiting, (void**)&work) == SUCCESS)
	{
		this->running++;
		this->queued->insert_last(this->queued, work);
		lib->processor->queue_job(lib->processor,
				(job_t*)callback_job_create_with_prio(
					(callback_job_cb_t)do_work, work, NULL, NULL,
					JOB_PRIO_LOW));
	}
}

METHOD(scep_executor_t, submit, void,
	scep_executor_t *executor, scep_work_t work, scep_work_t done, void *user)
{
	private_scep_loop_t *this;
	work_t *item;

	this = (private_scep_loop_t*)((char*)executor -
								  offsetof(private_scep_loop_t, executor));
	INIT(item,
		.loop = this,
		.work = work,
		.done = done,
		.user = user,
	);
	this->waiting->insert_last(this->waiting, item);
	dispatch(this);
}

/**
 * Wall clock minus uptime.
 */
static time_t get_offset(private_scep_loop_t *this)
{
	scep_clock_t *clock = this->host->clock;

	return clock->now(clock) - clock->uptime(clock);
}

/**
 * Tell the enrolments if the wall clock was set.
 */
static void check_clock(private_scep_loop_t *this)
{
	time_t offset = get_offset(this), delta = offset - this->offset;
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;

	if (delta <= CLOCK_TOLERANCE && delta >= -CLOCK_TOLERANCE)
	{
		return;
	}
	this->offset = offset;
	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		enrollment->clock_changed(enrollment, delta);
	}
	enumerator->destroy(enumerator);
}

/**
 * Set the timer to the earliest moment at which an enrolment is due. A scan of
 * all is simpler than a heap, and takes microseconds for thousands.
 */
static void set_timer(private_scep_loop_t *this)
{
	struct itimerspec spec = {};
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;
	time_t due, next = 0;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		due = enrollment->get_due(enrollment);
		if (due && (!next || due < next))
		{
			next = due;
		}
	}
	enumerator->destroy(enumerator);
	/* far away if there is none: the clock's changes count all the same */
	spec.it_value.tv_sec = next ? max(next, 1)
								: this->host->clock->now(this->host->clock) +
								  365 * 24 * 60 * 60;
	timerfd_settime(this->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
					&spec, NULL);
}

/**
 * Let the enrolments do what is due, and drop those that have ended.
 */
static void run_due(private_scep_loop_t *this)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;
	time_t now, due;

	now = this->host->clock->now(this->host->clock);
	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		due = enrollment->get_due(enrollment);
		if (due && due <= now)
		{
			enrollment->run(enrollment);
		}
	}
	enumerator->destroy(enumerator);
	enumerator = this->leaving->create_enumerator(this->leaving);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		if (enrollment->is_idle(enrollment))
		{
			this->leaving->remove_at(this->leaving, enumerator);
			enrollment->destroy(enrollment);
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * The loop.
 */
static job_requeue_t run(private_scep_loop_t *this)
{
	message_t *message;
	uint64_t expirations;

	while (!is_stopping(this))
	{
		check_clock(this);
		run_due(this);
		set_timer(this);
		if (this->curl->wait(this->curl, this->timer) &&
			read(this->timer, &expirations, sizeof(expirations)) < 0)
		{	/* ECANCELED: the clock was set, which check_clock() finds */
		}
		while (!is_stopping(this) && (message = take(this)))
		{
			message->fn(message->data);
			if (message->cleanup)
			{
				message->cleanup(message->data);
			}
			free(message);
		}
	}
	return JOB_REQUEUE_NONE;
}

/**
 * End the loop; called under the processor's mutex.
 */
static bool cancel(private_scep_loop_t *this)
{
	this->mutex->lock(this->mutex);
	this->stopping = TRUE;
	this->mutex->unlock(this->mutex);
	this->curl->wakeup(this->curl);
	return TRUE;
}

METHOD(scep_loop_t, start, void,
	private_scep_loop_t *this)
{
	lib->processor->queue_job(lib->processor,
			(job_t*)callback_job_create_with_prio((callback_job_cb_t)run, this,
				NULL, (callback_job_cancel_t)cancel, JOB_PRIO_CRITICAL));
}

/**
 * Find a profile's enrolment.
 */
static scep_enrollment_t *find(linked_list_t *list, const char *name)
{
	scep_enrollment_t *enrollment, *found = NULL;
	enumerator_t *enumerator;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &enrollment))
	{
		if (streq(enrollment->get_name(enrollment), name))
		{
			found = enrollment;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Let go of the profiles that are not configured any more. One whose
 * configuration became unusable goes on as it was: a typing error must not
 * take a gateway's certificate.
 */
static void remove_profiles(private_scep_loop_t *this, scep_config_t *config)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;
	const char *name;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		name = enrollment->get_name(enrollment);
		if (config->find(config, name) || config->is_disabled(config, name))
		{
			continue;
		}
		this->enrollments->remove_at(this->enrollments, enumerator);
		if (enrollment->retire(enrollment))
		{
			enrollment->destroy(enrollment);
		}
		else
		{
			this->leaving->insert_last(this->leaving, enrollment);
		}
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_loop_t, configure, void,
	private_scep_loop_t *this, scep_config_t *config)
{
	scep_enrollment_t *enrollment;
	scep_profile_t *profile;
	enumerator_t *enumerator;

	remove_profiles(this, config);
	enumerator = config->profiles->create_enumerator(config->profiles);
	while (enumerator->enumerate(enumerator, &profile))
	{
		enrollment = find(this->enrollments, profile->name);
		if (enrollment)
		{
			enrollment->change(enrollment, profile);
			continue;
		}
		enrollment = scep_enrollment_create(this->host, profile);
		if (enrollment)
		{
			this->enrollments->insert_last(this->enrollments, enrollment);
		}
	}
	enumerator->destroy(enumerator);
	scep_event(NULL, SCEP_EV_CONFIGURED, "profiles=%d",
			   this->enrollments->get_count(this->enrollments));
}

METHOD(scep_loop_t, nudge, void,
	private_scep_loop_t *this, identification_t *id)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		enrollment->nudge(enrollment, id);
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_loop_t, destroy, void,
	private_scep_loop_t *this)
{
	message_t *message;

	this->enrollments->destroy_offset(this->enrollments,
									  offsetof(scep_enrollment_t, destroy));
	this->leaving->destroy_offset(this->leaving,
								  offsetof(scep_enrollment_t, destroy));
	while ((message = take(this)))
	{
		if (message->cleanup)
		{
			message->cleanup(message->data);
		}
		free(message);
	}
	this->inbox->destroy(this->inbox);
	this->waiting->destroy_function(this->waiting, free);
	this->queued->destroy_function(this->queued, free);
	this->mutex->destroy(this->mutex);
	if (this->timer >= 0)
	{
		close(this->timer);
	}
	free(this);
}

/*
 * Described in header
 */
scep_loop_t *scep_loop_create(scep_host_t *host, scep_curl_t *curl,
							  u_int workers)
{
	private_scep_loop_t *this;

	INIT(this,
		.public = {
			.configure = _configure,
			.start = _start,
			.post = _post,
			.nudge = _nudge,
			.destroy = _destroy,
		},
		.executor = {
			.submit = _submit,
		},
		.host = host,
		.curl = curl,
		.enrollments = linked_list_create(),
		.leaving = linked_list_create(),
		.timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK),
		.waiting = linked_list_create(),
		.workers = workers,
		.queued = linked_list_create(),
		.inbox = linked_list_create(),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	host->executor = &this->executor;
	this->offset = get_offset(this);
	if (this->timer < 0)
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
