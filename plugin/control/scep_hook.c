/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_hook.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

#include <collections/linked_list.h>
#include <processing/jobs/callback_job.h>
#include <threading/mutex.h>

#include <stdio.h>

typedef struct private_scep_hook_t private_scep_hook_t;
typedef struct entry_t entry_t;

/**
 * Private data of a scep_hook_t.
 */
struct private_scep_hook_t {

	/**
	 * Public interface.
	 */
	scep_hook_t public;

	/**
	 * Hears of events.
	 */
	scep_event_sink_t sink;

	/**
	 * Runs the program.
	 */
	scep_programs_t *programs;

	/**
	 * The time.
	 */
	scep_clock_t *clock;

	/**
	 * Guards what follows.
	 */
	mutex_t *mutex;

	/**
	 * The program, or NULL.
	 */
	char *command;

	/**
	 * Events that wait for it; entry_t.
	 */
	linked_list_t *events;

	/**
	 * Events that had no room, not told yet.
	 */
	u_int dropped;

	/**
	 * Whether there is a job.
	 */
	bool busy;
};

/**
 * An event: the environment of the program.
 */
struct entry_t {
	char *env[6];
};

/**
 * Free an event.
 */
static void entry_destroy(entry_t *entry)
{
	int i;

	for (i = 0; i < countof(entry->env); i++)
	{
		free(entry->env[i]);
	}
	free(entry);
}

/**
 * Make a variable.
 */
static char *make_variable(const char *name, const char *value)
{
	char *variable;

	return asprintf(&variable, "SCEP_%s=%s", name, value) < 0 ? NULL : variable;
}

/**
 * Make an event.
 */
static entry_t *entry_create(const char *profile, scep_event_t event,
							 level_t level, const char *text, time_t now)
{
	char number[16], at[SCEP_TIME_LEN];
	entry_t *entry;

	snprintf(number, sizeof(number), "%d", level);
	INIT(entry,
		.env = {
			make_variable("PROFILE", profile ?: ""),
			make_variable("EVENT", enum_to_name(scep_event_names, event)),
			make_variable("LEVEL", number),
			make_variable("TEXT", text),
			make_variable("TIME", scep_time(now, at)),
		},
	);
	return entry;
}

/**
 * Run the program for an event. Nothing of charon waits for that.
 */
static void run_program(private_scep_hook_t *this, const char *command,
						entry_t *entry)
{
	scep_program_t program = {
		.command = command,
		.env = (const char *const*)entry->env,
		.timeout = SCEP_MAX_PROGRAM_TIME,
	};
	scep_error_t error = {};

	if (!this->programs->run(this->programs, &program, NULL, &error))
	{
		scep_event(NULL, SCEP_EV_HOOK_FAILED, "reason=%s", error.text);
	}
}

/**
 * Handle the first event.
 */
static job_requeue_t handle_event(private_scep_hook_t *this)
{
	char *command = NULL;
	entry_t *entry;
	u_int dropped;

	this->mutex->lock(this->mutex);
	if (this->events->remove_first(this->events, (void**)&entry) != SUCCESS)
	{
		this->busy = FALSE;
		this->mutex->unlock(this->mutex);
		return JOB_REQUEUE_NONE;
	}
	command = strdupnull(this->command);
	dropped = this->dropped;
	this->dropped = 0;
	this->mutex->unlock(this->mutex);

	if (dropped)
	{
		scep_event(NULL, SCEP_EV_HOOK_FAILED, "reason=%u events came too fast "
				   "for the hook, which did not run for them", dropped);
	}
	if (command)
	{
		run_program(this, command, entry);
	}
	free(command);
	entry_destroy(entry);
	return JOB_REQUEUE_FAIR;
}

/**
 * Queue the job, unless there is one. It gets no clean-up function: one that is
 * queued late is destroyed after the plugins are gone.
 */
static void queue_job(private_scep_hook_t *this)
{
	lib->processor->queue_job(lib->processor,
			(job_t*)callback_job_create_with_prio(
				(callback_job_cb_t)handle_event, this, NULL, NULL,
				JOB_PRIO_LOW));
}

/**
 * An event happened.
 */
static void handle(scep_event_sink_t *sink, const char *profile,
				   scep_event_t event, level_t level, const char *text)
{
	private_scep_hook_t *this;
	time_t now;
	bool start = FALSE;

	if (level > 1 || event == SCEP_EV_HOOK_FAILED)
	{	/* one that always fails must not call itself */
		return;
	}
	this = (private_scep_hook_t*)((char*)sink -
								  offsetof(private_scep_hook_t, sink));
	now = this->clock->now(this->clock);
	this->mutex->lock(this->mutex);
	if (this->command &&
		this->events->get_count(this->events) >= SCEP_MAX_HOOK_EVENTS)
	{
		this->dropped++;
	}
	else if (this->command)
	{
		this->events->insert_last(this->events,
						entry_create(profile, event, level, text, now));
		start = !this->busy;
		this->busy = TRUE;
	}
	this->mutex->unlock(this->mutex);
	if (start)
	{
		queue_job(this);
	}
}

METHOD(scep_hook_t, set_command, void,
	private_scep_hook_t *this, const char *command)
{
	this->mutex->lock(this->mutex);
	free(this->command);
	this->command = strdupnull(command);
	this->mutex->unlock(this->mutex);
}

METHOD(scep_hook_t, destroy, void,
	private_scep_hook_t *this)
{
	scep_event_remove_sink(&this->sink);
	this->events->destroy_function(this->events, (void*)entry_destroy);
	this->mutex->destroy(this->mutex);
	free(this->command);
	free(this);
}

/*
 * Described in header
 */
scep_hook_t *scep_hook_create(scep_programs_t *programs, scep_clock_t *clock)
{
	private_scep_hook_t *this;

	INIT(this,
		.public = {
			.set_command = _set_command,
			.destroy = _destroy,
		},
		.sink = {
			.handle = handle,
		},
		.programs = programs,
		.clock = clock,
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
		.events = linked_list_create(),
	);
	scep_event_add_sink(&this->sink);
	return &this->public;
}
