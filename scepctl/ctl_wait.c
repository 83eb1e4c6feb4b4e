/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_wait.h"
#include "ctl_event.h"
#include "ctl_profiles.h"
#include "ctl_text.h"

#include <threading/condvar.h>
#include <threading/mutex.h>
#include <utils/utils/time.h>

/** Longest time between two looks at the profile, milliseconds */
#define LOOK	2000

typedef struct private_ctl_wait_t private_ctl_wait_t;

/**
 * Private data of a ctl_wait_t.
 */
struct private_ctl_wait_t {

	/**
	 * Public interface.
	 */
	ctl_wait_t public;

	/**
	 * Connection.
	 */
	ctl_client_t *client;

	/**
	 * Command line.
	 */
	const ctl_options_t *options;

	/**
	 * Profile before the command.
	 */
	ctl_record_t *before;

	/**
	 * What the profile was last seen to be.
	 */
	ctl_record_t *profile;

	/**
	 * Why it ended.
	 */
	char *reason;

	/**
	 * Events of the profile that came, and whether one did since the last look.
	 */
	u_int events;
	bool changed;

	/**
	 * Guards these.
	 */
	mutex_t *mutex;
	condvar_t *condvar;
};

/**
 * An event came: another thread.
 */
static void on_event(void *user, ctl_record_t *event)
{
	private_ctl_wait_t *this = user;
	const char *profile = event->get(event, "profile");
	const char *level = event->get(event, "level");

	if (profile && streq(profile, this->options->args[0]))
	{
		if (!level || *level < '2')
		{
			/* standard output is for the outcome where that is JSON */
			ctl_event_print(event, FALSE,
							this->options->json ? stderr : stdout);
		}
		this->mutex->lock(this->mutex);
		this->events++;
		this->changed = TRUE;
		this->condvar->signal(this->condvar);
		this->mutex->unlock(this->mutex);
	}
	event->destroy(event);
}

/**
 * Look at the profile.
 */
static ctl_exit_t look(private_ctl_wait_t *this, ctl_record_t **profile)
{
	array_t *profiles;
	ctl_exit_t status;

	status = ctl_profiles_get(this->client, this->options->args[0], TRUE,
							  &profiles);
	if (status == CTL_DONE)
	{
		array_remove(profiles, ARRAY_HEAD, profile);
		ctl_profiles_destroy(profiles);
	}
	return status;
}

/**
 * Compare a value of the profile with that before the command.
 */
static bool differs(private_ctl_wait_t *this, const char *key)
{
	return !streq(this->profile->get(this->profile, key) ?: "",
				  this->before->get(this->before, key) ?: "");
}

/**
 * Whether the profile has the certificate that was asked for.
 */
static bool is_done(private_ctl_wait_t *this)
{
	const char *state = this->profile->get(this->profile, "state") ?: "";

	return streq(state, "idle") &&
		   this->profile->get(this->profile, "serial") &&
		   (differs(this, "serial") || differs(this, "generation"));
}

/**
 * Whether it ended without one. A state that was there before the command, and
 * that nothing has happened in since, is an old one.
 */
static bool has_failed(private_ctl_wait_t *this)
{
	const char *state = this->profile->get(this->profile, "state") ?: "";

	return (streq(state, "failed") || streq(state, "disabled")) &&
		   (differs(this, "state") || this->events);
}

/**
 * Wait for an event, or some time.
 *
 * @param end		when to stop, by time_monotonic()
 * @return			FALSE if time is up
 */
static bool pause_until(private_ctl_wait_t *this, time_t end)
{
	time_t now = time_monotonic(NULL);

	if (now >= end)
	{
		return FALSE;
	}
	this->mutex->lock(this->mutex);
	if (!this->changed)
	{
		this->condvar->timed_wait(this->condvar, this->mutex,
								  min((end - now) * 1000, LOOK));
	}
	this->changed = FALSE;
	this->mutex->unlock(this->mutex);
	return TRUE;
}

/**
 * Tell why there is no other certificate.
 */
static ctl_exit_t give_up(private_ctl_wait_t *this, bool failed,
						  const char **reason)
{
	const char *error = this->profile->get(this->profile, "last_error");
	const char *state = this->profile->get(this->profile, "state") ?: "unknown";
	const char *name = this->options->args[0];

	if (failed)
	{
		ctl_error("%s ended in state %s: %s\nscepctl show %s tells what to do",
				  name, state, error ?: "no reason is known", name);
	}
	else
	{
		ctl_error("%s is not done after %u seconds, its state is %s\n"
				  "It goes on without scepctl: scepctl show %s", name,
				  this->options->wait, state, name);
	}
	free(this->reason);
	this->reason = failed ? strdup(error ?: state) : strdup("time is up");
	*reason = this->reason;
	return CTL_FAILED;
}

METHOD(ctl_wait_t, run, ctl_exit_t,
	private_ctl_wait_t *this, const char **reason)
{
	time_t end = time_monotonic(NULL) + this->options->wait;
	bool more;

	do
	{
		/* the last look comes after the time */
		more = pause_until(this, end);
		DESTROY_IF(this->profile);
		this->profile = NULL;
		switch (look(this, &this->profile))
		{
			case CTL_DONE:
				break;
			case CTL_NO_DAEMON:
				return CTL_NO_DAEMON;
			default:
				*reason = "the profile is gone";
				return CTL_FAILED;
		}
		if (is_done(this))
		{
			return CTL_DONE;
		}
	}
	while (more && !has_failed(this));
	return give_up(this, has_failed(this), reason);
}

METHOD(ctl_wait_t, destroy, void,
	private_ctl_wait_t *this)
{
	DESTROY_IF(this->before);
	DESTROY_IF(this->profile);
	this->condvar->destroy(this->condvar);
	this->mutex->destroy(this->mutex);
	free(this->reason);
	free(this);
}

/*
 * Described in header
 */
ctl_exit_t ctl_wait_create(ctl_client_t *client, const ctl_options_t *options,
						   ctl_wait_t **wait)
{
	private_ctl_wait_t *this;
	ctl_exit_t status;

	INIT(this,
		.public = {
			.run = _run,
			.destroy = _destroy,
		},
		.client = client,
		.options = options,
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
		.condvar = condvar_create(CONDVAR_TYPE_DEFAULT),
	);
	status = look(this, &this->before);
	if (status == CTL_DONE)
	{
		status = client->listen(client, "scep-event", on_event, this);
	}
	if (status != CTL_DONE)
	{
		destroy(this);
		return status;
	}
	*wait = &this->public;
	return CTL_DONE;
}
