/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Preloaded into a daemon, it moves that daemon's wall clock alone: by the
 * seconds in the file that WALL_CLOCK names, a 64-bit integer that may change
 * at any time. Uptime and time-outs stay as they are, and so does what the
 * kernel tells of clocks that were set.
 */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/** Where the seconds are, and what is used until that is known */
static _Atomic int64_t none, *seconds = &none;

/**
 * Map the file, before the daemon begins.
 */
static void __attribute__((constructor)) map_file()
{
	const char *path = getenv("WALL_CLOCK");
	void *page = MAP_FAILED;
	int fd;

	fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd >= 0)
	{
		page = mmap(NULL, sizeof(*seconds), PROT_READ, MAP_SHARED, fd, 0);
		close(fd);
	}
	if (page == MAP_FAILED)
	{
		perror("WALL_CLOCK");
		exit(1);
	}
	seconds = page;
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec*);
	int res;

	/* libraries that begin before this one need it, too */
	if (!real)
	{
		real = dlsym(RTLD_NEXT, "clock_gettime");
	}
	res = real(id, ts);
	if (res == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
	{
		ts->tv_sec += *seconds;
	}
	return res;
}

time_t time(time_t *t)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME_COARSE, &ts);
	if (t)
	{
		*t = ts.tv_sec;
	}
	return ts.tv_sec;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

int timerfd_settime(int fd, int flags, const struct itimerspec *spec,
					struct itimerspec *old)
{
	static int (*real)(int, int, const struct itimerspec*, struct itimerspec*);
	struct itimerspec moved = *spec;

	if (!real)
	{
		real = dlsym(RTLD_NEXT, "timerfd_settime");
	}
	/* the plugin's only one, on the wall clock; 0 would stop it */
	if (flags & TFD_TIMER_CANCEL_ON_SET && moved.it_value.tv_sec)
	{
		moved.it_value.tv_sec -= *seconds;
		if (moved.it_value.tv_sec < 1)
		{
			moved.it_value.tv_sec = 1;
		}
	}
	return real(fd, flags, &moved, old);
}
