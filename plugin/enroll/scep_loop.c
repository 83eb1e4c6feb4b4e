/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_loop.h"
#include "enroll/scep_inbox.h"
#include "enroll/scep_roster.h"
#include "enroll/scep_workers.h"

#include <processing/jobs/callback_job.h>
#include <threading/mutex.h>

#include <sys/timerfd.h>
#include <unistd.h>

/** The wall clock was set if it moved against the uptime by more, seconds */
#define CLOCK_TOLERANCE		2

typedef struct private_scep_loop_t private_scep_loop_t;

/**
 * Private data of a scep_loop_t.
 */
struct private_scep_loop_t {

	/**
	 * Public interface.
	 */
	scep_loop_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Transfers, and what to wait with.
	 */
	scep_curl_t *curl;

	/**
	 * Enrolments.
	 */
	scep_roster_t *roster;

	/**
	 * Messages of other threads.
	 */
	scep_inbox_t *inbox;

	/**
	 * Executor of this loop.
	 */
	scep_workers_t *workers;

	/**
	 * Timer on the wall clock, also fired when that is set.
	 */
	int timer;

	/**
	 * Wall clock minus uptime, as it was.
	 */
	time_t offset;

	/**
	 * Whether the job has to end, and what guards that.
	 */
	bool stopping;
	mutex_t *mutex;
};

METHOD(scep_loop_t, post, void,
	private_scep_loop_t *this, scep_work_t fn, void *data, scep_work_t cleanup)
{
	this->inbox->post(this->inbox, fn, data, cleanup);
}

METHOD(scep_loop_t, is_stopping, bool,
	private_scep_loop_t *this)
{
	bool stopping;

	this->mutex->lock(this->mutex);
	stopping = this->stopping;
	this->mutex->unlock(this->mutex);
	return stopping;
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
 * By how much the wall clock was set since it was looked at, 0 for not at all.
 */
static time_t get_step(private_scep_loop_t *this)
{
	time_t delta = get_offset(this) - this->offset;

	return delta > CLOCK_TOLERANCE || delta < -CLOCK_TOLERANCE ? delta : 0;
}

/**
 * Tell the enrolments if the wall clock was set.
 */
static void check_clock(private_scep_loop_t *this)
{
	time_t delta = get_step(this);

	if (delta)
	{
		this->offset += delta;
		this->roster->clock_changed(this->roster, delta);
	}
}

/**
 * Set the timer to the earliest moment at which an enrolment is due.
 */
static void set_timer(private_scep_loop_t *this)
{
	struct itimerspec spec = {};
	time_t next;

	next = this->roster->get_due(this->roster);
	/* far away if there is none: the clock's changes count all the same */
	spec.it_value.tv_sec = next ? max(next, 1)
								: this->host->clock->now(this->host->clock) +
								  365 * 24 * 60 * 60;
	timerfd_settime(this->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
					&spec, NULL);
}

/**
 * Handle the messages that are there; one that posts itself again comes after
 * the transfers.
 */
static void handle_messages(private_scep_loop_t *this)
{
	u_int count = this->inbox->get_count(this->inbox);

	while (count-- && !is_stopping(this) && this->inbox->handle(this->inbox))
	{	/* one after the other */
	}
}

/**
 * The loop.
 */
static job_requeue_t run(private_scep_loop_t *this)
{
	uint64_t expirations;

	while (!is_stopping(this))
	{
		check_clock(this);
		this->roster->run(this->roster);
		set_timer(this);
		if (get_step(this))
		{	/* the timer tells of what happens from now on only */
			continue;
		}
		if (this->curl->wait(this->curl, this->timer) &&
			read(this->timer, &expirations, sizeof(expirations)) < 0)
		{	/* ECANCELED: the clock was set, which check_clock() finds */
		}
		handle_messages(this);
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
	if (this->host->programs)
	{	/* whose workers charon waits for */
		this->host->programs->stop(this->host->programs);
	}
	return TRUE;
}

METHOD(scep_loop_t, start, void,
	private_scep_loop_t *this)
{
	lib->processor->queue_job(lib->processor,
			(job_t*)callback_job_create_with_prio((callback_job_cb_t)run, this,
				NULL, (callback_job_cancel_t)cancel, JOB_PRIO_CRITICAL));
}

METHOD(scep_loop_t, configure, void,
	private_scep_loop_t *this, scep_config_t *config)
{
	this->workers->set_limit(this->workers, config->workers);
	this->roster->configure(this->roster, config);
}

METHOD(scep_loop_t, get_roster, scep_roster_t*,
	private_scep_loop_t *this)
{
	return this->roster;
}

METHOD(scep_loop_t, nudge, void,
	private_scep_loop_t *this, identification_t *id)
{
	this->roster->nudge(this->roster, id);
}

METHOD(scep_loop_t, destroy, void,
	private_scep_loop_t *this)
{
	this->roster->destroy(this->roster);
	this->inbox->destroy(this->inbox);
	this->workers->destroy(this->workers);
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
scep_loop_t *scep_loop_create(scep_host_t *host, scep_curl_t *curl)
{
	private_scep_loop_t *this;

	INIT(this,
		.public = {
			.configure = _configure,
			.start = _start,
			.is_stopping = _is_stopping,
			.post = _post,
			.get_roster = _get_roster,
			.nudge = _nudge,
			.destroy = _destroy,
		},
		.host = host,
		.curl = curl,
		.roster = scep_roster_create(host),
		.inbox = scep_inbox_create(curl),
		.timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	this->workers = scep_workers_create(this->inbox, 1);
	host->executor = &this->workers->executor;
	this->offset = get_offset(this);
	if (this->timer < 0)
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
