/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_metrics_file.h"
#include "control/scep_stream.h"
#include "base/scep_event.h"

#include <processing/jobs/callback_job.h>
#include <threading/mutex.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/** Portions that are made before others have their turn */
#define PORTIONS	32

/** Changes come in flocks: wait for the others, milliseconds */
#define SETTLE		500

typedef struct private_scep_metrics_file_t private_scep_metrics_file_t;

/**
 * Private data of a scep_metrics_file_t.
 */
struct private_scep_metrics_file_t {

	/**
	 * Public interface.
	 */
	scep_metrics_file_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Loop.
	 */
	scep_loop_t *loop;

	/**
	 * Shortest time between two writes, seconds.
	 */
	u_int interval;

	/**
	 * File to write, or NULL.
	 */
	char *path;

	/**
	 * What is being written, or NULL, and the text so far.
	 */
	scep_stream_t *stream;
	chunk_t text;

	/**
	 * File that a worker writes, NULL if none does, and why it failed.
	 */
	char *writing;
	scep_error_t error;

	/**
	 * Why the last write failed, as was told, or empty.
	 */
	char told[SCEP_MAX_ERROR];

	/**
	 * Whether a write is scheduled, whether there is a file to write, and the
	 * uptime at which the last one began; guarded by the mutex.
	 */
	bool scheduled, wanted;
	time_t begun;
	mutex_t *mutex;
};

static void gather(private_scep_metrics_file_t *this);

/**
 * Let the loop go on gathering after it did other things.
 */
static void gather_later(private_scep_metrics_file_t *this)
{
	this->loop->post(this->loop, (scep_work_t)gather, this, NULL);
}

/**
 * Write all of a text.
 */
static bool write_all(int fd, chunk_t text)
{
	ssize_t len;

	while (text.len)
	{
		len = write(fd, text.ptr, text.len);
		if (len < 0 && errno == EINTR)
		{
			continue;
		}
		if (len <= 0)
		{
			return FALSE;
		}
		text = chunk_skip(text, len);
	}
	return TRUE;
}

/**
 * Write the file beside, and rename it: who reads it sees all of it. A worker.
 */
static void write_file(private_scep_metrics_file_t *this)
{
	char beside[PATH_MAX];
	bool good;
	int fd;

	snprintf(beside, sizeof(beside), "%s.new", this->writing);
	/* the directory may be another user's, who could have put a pipe there, or
	 * a link to one of our files */
	unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	good = fd >= 0 && fchmod(fd, 0644) == 0 && write_all(fd, this->text);
	if (fd >= 0 && close(fd) != 0)
	{
		good = FALSE;
	}
	if (!good || rename(beside, this->writing) != 0)
	{
		scep_fail(&this->error, SCEP_LOCAL, "metrics_file '%s' can't be "
				  "written: %s", this->writing, strerror(errno));
		unlink(beside);
	}
}

/**
 * A worker has written the file. A failure is told when it is a new one.
 */
static void written(private_scep_metrics_file_t *this)
{
	if (!streq(this->error.text, this->told))
	{
		snprintf(this->told, sizeof(this->told), "%s", this->error.text);
		if (*this->told)
		{
			scep_event(NULL, SCEP_EV_WARNING, "reason=%s", this->told);
		}
	}
	this->error = (scep_error_t){};
	chunk_free(&this->text);
	free(this->writing);
	this->writing = NULL;
}

/**
 * Make the next portions of the text; at its end let a worker write it.
 */
static void gather(private_scep_metrics_file_t *this)
{
	chunk_t portion;
	bool more = TRUE;
	u_int i;

	for (i = 0; more && i < PORTIONS; i++)
	{
		more = this->stream->next(this->stream, &portion);
		this->text = chunk_cat("mm", this->text, portion);
	}
	if (more)
	{
		gather_later(this);
		return;
	}
	this->stream->destroy(this->stream);
	this->stream = NULL;
	this->host->executor->submit(this->host->executor, (scep_work_t)write_file,
								 (scep_work_t)written, this);
}

/**
 * Begin to write the file.
 */
static void begin(private_scep_metrics_file_t *this)
{
	bool busy = this->writing != NULL;

	this->mutex->lock(this->mutex);
	this->scheduled = FALSE;
	this->begun = this->host->clock->uptime(this->host->clock);
	this->mutex->unlock(this->mutex);
	if (busy)
	{	/* the disk is slow; what changed meanwhile is written after that */
		this->public.changed(&this->public);
	}
	else if (this->path)
	{
		this->writing = strdup(this->path);
		this->stream = scep_stream_create_metrics(
									this->loop->get_roster(this->loop), FALSE);
		gather(this);
	}
}

/**
 * The time has come.
 */
static job_requeue_t tick(private_scep_metrics_file_t *this)
{
	this->loop->post(this->loop, (scep_work_t)begin, this, NULL);
	return JOB_REQUEUE_NONE;
}

METHOD(scep_metrics_file_t, changed, void,
	private_scep_metrics_file_t *this)
{
	time_t now = this->host->clock->uptime(this->host->clock);
	u_int wait = 0;

	this->mutex->lock(this->mutex);
	if (this->wanted && !this->scheduled)
	{
		this->scheduled = TRUE;
		if (this->begun && now < this->begun + this->interval)
		{
			wait = (this->begun + this->interval - now) * 1000;
		}
		lib->scheduler->schedule_job_ms(lib->scheduler,
				(job_t*)callback_job_create((callback_job_cb_t)tick, this, NULL,
											NULL), max(wait, SETTLE));
	}
	this->mutex->unlock(this->mutex);
}

METHOD(scep_metrics_file_t, set_path, void,
	private_scep_metrics_file_t *this, const char *path)
{
	if ((!path && !this->path) || (path && this->path &&
								   streq(path, this->path)))
	{
		return;
	}
	free(this->path);
	this->path = path ? strdup(path) : NULL;
	this->mutex->lock(this->mutex);
	this->wanted = path != NULL;
	this->begun = 0;
	this->mutex->unlock(this->mutex);
	changed(this);
}

METHOD(scep_metrics_file_t, destroy, void,
	private_scep_metrics_file_t *this)
{
	DESTROY_IF(this->stream);
	chunk_free(&this->text);
	this->mutex->destroy(this->mutex);
	free(this->writing);
	free(this->path);
	free(this);
}

/*
 * Described in header
 */
scep_metrics_file_t *scep_metrics_file_create(scep_host_t *host,
											  scep_loop_t *loop,
											  u_int interval)
{
	private_scep_metrics_file_t *this;

	INIT(this,
		.public = {
			.set_path = _set_path,
			.changed = _changed,
			.destroy = _destroy,
		},
		.host = host,
		.loop = loop,
		.interval = interval,
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	return &this->public;
}
