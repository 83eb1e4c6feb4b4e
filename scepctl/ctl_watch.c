/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_client.h"
#include "ctl_commands.h"
#include "ctl_event.h"
#include "ctl_overview.h"
#include "ctl_profiles.h"
#include "ctl_text.h"

#include <threading/mutex.h>
#include <utils/utils/time.h>

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/** Events that wait to be shown, at most */
#define QUEUE		1000

/** Events below the table, at most */
#define SHOWN		10

/** Time between two questions whether the daemon is there, milliseconds */
#define ALIVE		2000

/** Longest time between two tables, seconds: times in words go on */
#define REFRESH		10

typedef struct watch_t watch_t;

/**
 * What watches.
 */
struct watch_t {

	/**
	 * Command line.
	 */
	const ctl_options_t *options;

	/**
	 * Connection.
	 */
	ctl_client_t *client;

	/**
	 * Whether standard output is a terminal that is painted on.
	 */
	bool screen;

	/**
	 * Events that came, ctl_record_t; and how many were dropped.
	 */
	array_t *queue;
	u_int dropped;
	mutex_t *mutex;

	/**
	 * Tells that an event came, and that a signal did.
	 */
	int wake, signals;

	/**
	 * Last events as lines; allocated, NULL if there are fewer.
	 */
	char *lines[SHOWN];

	/**
	 * When the table was last painted, by time_monotonic().
	 */
	time_t painted;
};

/**
 * An event came: another thread.
 */
static void on_event(void *user, ctl_record_t *event)
{
	watch_t *this = user;
	uint64_t one = 1;
	ssize_t ignored __attribute__((unused));

	this->mutex->lock(this->mutex);
	if (array_count(this->queue) < QUEUE)
	{
		array_insert(this->queue, ARRAY_TAIL, event);
		event = NULL;
	}
	else
	{
		this->dropped++;
	}
	this->mutex->unlock(this->mutex);
	DESTROY_IF(event);
	ignored = write(this->wake, &one, sizeof(one));
}

/**
 * Keep the line of an event.
 */
static void keep(watch_t *this, ctl_record_t *event)
{
	free(this->lines[0]);
	memmove(this->lines, this->lines + 1, sizeof(char*) * (SHOWN - 1));
	this->lines[SHOWN - 1] = ctl_event_line(event);
}

/**
 * Show the events that came, or keep them for the screen.
 */
static void take_events(watch_t *this)
{
	ctl_record_t *event;
	u_int dropped;
	array_t *queue;

	this->mutex->lock(this->mutex);
	queue = this->queue;
	dropped = this->dropped;
	this->queue = array_create(0, 0);
	this->dropped = 0;
	this->mutex->unlock(this->mutex);
	while (array_remove(queue, ARRAY_HEAD, &event))
	{
		if (this->screen)
		{
			keep(this, event);
		}
		else
		{
			ctl_event_print(event, this->options->json, stdout);
		}
		event->destroy(event);
	}
	array_destroy(queue);
	if (dropped)
	{
		ctl_error("%u events came too fast to be shown", dropped);
	}
}

/**
 * Print the last events.
 */
static void print_lines(watch_t *this, u_int width)
{
	char *cut;
	int i;

	for (i = 0; i < SHOWN; i++)
	{
		if (this->lines[i])
		{
			cut = ctl_text_cut(this->lines[i], width);
			printf("\n%s", cut);
			free(cut);
		}
	}
}

/**
 * Paint the table and the last events.
 */
static ctl_exit_t paint(watch_t *this)
{
	u_int lines = ctl_terminal_lines(), width = ctl_terminal_columns(), i;
	u_int below = 1;
	array_t *profiles;
	ctl_exit_t status;

	status = ctl_profiles_get(this->client, NULL, FALSE, &profiles);
	if (status != CTL_DONE)
	{
		return status;
	}
	for (i = 0; i < SHOWN; i++)
	{
		below += this->lines[i] ? 1 : 0;
	}
	/* home, and clear what is below */
	fputs("\x1b[H\x1b[2J", stdout);
	ctl_overview(profiles, time(NULL), stdout, width,
				 max(lines, below + 3) - below);
	print_lines(this, width);
	fflush(stdout);
	ctl_profiles_destroy(profiles);
	this->painted = time_monotonic(NULL);
	return CTL_DONE;
}

/**
 * Wait until something happens.
 *
 * @param changed	gets whether the screen has to be painted
 * @param quiet		gets whether nothing happened
 * @return			FALSE if a signal says that it is over
 */
static bool wait_for_event(watch_t *this, bool *changed, bool *quiet)
{
	struct pollfd fds[] = {
		{ .fd = this->wake, .events = POLLIN },
		{ .fd = this->signals, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	uint64_t count;

	*quiet = poll(fds, countof(fds), ALIVE) <= 0;
	if (*quiet)
	{
		return TRUE;
	}
	if (fds[1].revents &&
		read(this->signals, &info, sizeof(info)) == sizeof(info))
	{
		*changed = TRUE;
		return info.ssi_signo == SIGWINCH;
	}
	if (fds[0].revents && read(this->wake, &count, sizeof(count)) > 0)
	{
		*changed = TRUE;
	}
	return TRUE;
}

/**
 * Watch until a signal comes, or the daemon goes.
 */
static ctl_exit_t run(watch_t *this)
{
	ctl_exit_t status = this->screen ? paint(this) : CTL_DONE;
	bool changed = FALSE, quiet;

	while (status == CTL_DONE && wait_for_event(this, &changed, &quiet))
	{
		take_events(this);
		if (ferror(stdout))
		{	/* the reader has gone */
			break;
		}
		/* once a second at most: there may be thousands of profiles */
		if (this->screen && time_monotonic(NULL) >=
			this->painted + (changed ? 1 : REFRESH))
		{
			status = paint(this);
			changed = FALSE;
		}
		else if (quiet)
		{
			status = this->client->call(this->client, "version", NULL, FALSE,
										NULL);
		}
	}
	return status;
}

/**
 * Take signals by a file descriptor, in all threads.
 */
static int take_signals()
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGWINCH);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/*
 * Described in header
 */
ctl_exit_t ctl_watch(const ctl_options_t *options)
{
	watch_t this = {
		.options = options,
		.screen = isatty(STDOUT_FILENO) && !options->json,
		.queue = array_create(0, 0),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
		.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		/* before the threads of the client begin */
		.signals = take_signals(),
	};
	ctl_exit_t status = CTL_NO_DAEMON;
	int i;

	this.client = ctl_client_create(options->uri);
	if (this.client)
	{
		status = this.client->listen(this.client, "scep-event", on_event,
									 &this);
		if (status == CTL_DONE)
		{
			status = run(&this);
		}
		this.client->destroy(this.client);
	}
	if (this.screen)
	{
		putchar('\n');
	}
	for (i = 0; i < SHOWN; i++)
	{
		free(this.lines[i]);
	}
	close(this.wake);
	close(this.signals);
	this.mutex->destroy(this.mutex);
	array_destroy_offset(this.queue, offsetof(ctl_record_t, destroy));
	return status;
}
