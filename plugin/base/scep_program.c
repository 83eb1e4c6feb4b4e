/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "base/scep_program.h"
#include "base/scep_text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** The only variable that each program has */
#define PROGRAM_PATH	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:" \
						"/usr/bin:/sbin:/bin"

/** How long a killed process is waited for, milliseconds */
#define KILL_WAIT		500

/** Reads before other things have their turn: one that never ceases to write
 * could be read from without end */
#define READS			64

typedef struct private_scep_programs_t private_scep_programs_t;
typedef struct child_t child_t;
typedef enum end_t end_t;

/**
 * Private data of a scep_programs_t.
 */
struct private_scep_programs_t {

	/**
	 * Public interface.
	 */
	scep_programs_t public;

	/**
	 * Readable once no program may run any more.
	 */
	int stopped;
};

/**
 * How the wait for a program ended.
 */
enum end_t {
	END_EXIT,
	END_STOPPED,
	END_TIMEOUT,
	END_OUTPUT,
	END_FAILED,
};

/**
 * A program that runs.
 */
struct child_t {

	/** process, and a descriptor that is readable once it has ended */
	pid_t pid;
	int pidfd;

	/** pipes from its standard output and error; -1 once they are closed */
	int out, err;

	/** what it wrote; output has room for one byte more than allowed */
	chunk_t output;
	size_t output_len;
	u_char error[SCEP_MAX_SHOWN];
	size_t error_len;
};

/**
 * Split a command in place.
 *
 * @param command	gets a NUL after each word
 * @param argv		gets the words, and NULL
 * @return			FALSE if it can't be split
 */
static bool split(char *command, char *argv[SCEP_MAX_ARGUMENTS + 1])
{
	char *in = command, *out = command, quote;
	int count = 0;

	while (*(in += strspn(in, " \t")))
	{
		if (count == SCEP_MAX_ARGUMENTS)
		{
			return FALSE;
		}
		argv[count++] = out;
		for (quote = 0; *in && (quote || !strchr(" \t", *in)); in++)
		{
			if (quote ? *in == quote : *in == '"' || *in == '\'')
			{
				quote = quote ? 0 : *in;
			}
			else
			{
				*out++ = *in;
			}
		}
		if (quote)
		{
			return FALSE;
		}
		in += *in ? 1 : 0;
		*out++ = '\0';
	}
	argv[count] = NULL;
	return count && *argv[0] == '/';
}

/*
 * Described in header
 */
bool scep_program_check(const char *command)
{
	char *argv[SCEP_MAX_ARGUMENTS + 1], *copy;
	bool good;

	copy = malloc(strlen(command) + 2);
	strcpy(copy, command);
	good = split(copy, argv);
	free(copy);
	return good;
}

/**
 * Make a pipe; the end to write to is none of the standard descriptors.
 */
static bool make_pipe(int *in, int *out)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
	{
		return FALSE;
	}
	*in = fds[0];
	*out = fcntl(fds[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(fds[1]);
	fcntl(*in, F_SETFL, O_NONBLOCK);
	return *out >= 0;
}

/**
 * Close a descriptor, once.
 */
static void close_once(int *fd)
{
	if (*fd >= 0)
	{
		close(*fd);
		*fd = -1;
	}
}

/**
 * Start a process. Between fork and exec there is libc's code only.
 *
 * @return			0, or the error's number
 */
static int spawn(child_t *child, char *argv[], char *env[], int out, int err)
{
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
				  POSIX_SPAWN_SETPGROUP;
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int status;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, flags);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
									 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	/* charon's sockets and files are not close-on-exec all */
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	status = posix_spawn(&child->pid, argv[0], &actions, &attr, argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return status;
}

/**
 * Start a program.
 */
static bool start(child_t *child, const scep_program_t *program,
				  scep_error_t *err)
{
	char *argv[SCEP_MAX_ARGUMENTS + 1], *env[SCEP_MAX_ARGUMENTS + 2], *command;
	int out = -1, error = -1, count = 0, status;

	command = malloc(strlen(program->command) + 2);
	strcpy(command, program->command);
	env[count++] = PROGRAM_PATH;
	while (program->env && program->env[count - 1] &&
		   count <= SCEP_MAX_ARGUMENTS)
	{
		env[count] = (char*)program->env[count - 1];
		count++;
	}
	env[count] = NULL;
	if (!split(command, argv))
	{
		status = EINVAL;
	}
	else if (!make_pipe(&child->out, &out) || !make_pipe(&child->err, &error))
	{
		status = errno;
	}
	else
	{
		status = spawn(child, argv, env, out, error);
	}
	close_once(&out);
	close_once(&error);
	free(command);
	if (status)
	{
		return scep_fail(err, SCEP_LOCAL, "'%s' can't be run: %s",
						 program->command, strerror(status));
	}
	child->pidfd = syscall(SYS_pidfd_open, child->pid, 0);
	return TRUE;
}

/**
 * Read what a program wrote, as much as is there, within reason.
 *
 * @param fd		pipe, gets closed at its end
 * @param buf		gets it; what has no room is dropped
 * @param size		room
 * @param len		bytes in buf
 */
static void drain(int *fd, u_char *buf, size_t size, size_t *len)
{
	u_char rest[512];
	ssize_t got;
	size_t used;
	int i;

	for (i = 0; *fd >= 0 && i < READS; i++)
	{
		got = read(*fd, rest, sizeof(rest));
		if (got > 0)
		{
			used = min(got, size - *len);
			memcpy(buf + *len, rest, used);
			*len += used;
		}
		else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		{
			close_once(fd);
		}
		else if (errno == EAGAIN)
		{
			break;
		}
	}
	memwipe(rest, sizeof(rest));
}

/**
 * Milliseconds of the uptime.
 */
static int64_t uptime()
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/**
 * Wait until a program has ended, or may not go on.
 */
static end_t wait_end(private_scep_programs_t *this, child_t *child,
					  const scep_program_t *program)
{
	struct pollfd fds[4];
	int64_t end = uptime() + program->timeout * 1000LL, left;
	bool ended = FALSE;

	while (!ended)
	{
		fds[0] = (struct pollfd){ .fd = this->stopped, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = child->pidfd, .events = POLLIN };
		/* a negative one is ignored */
		fds[2] = (struct pollfd){ .fd = child->out, .events = POLLIN };
		fds[3] = (struct pollfd){ .fd = child->err, .events = POLLIN };
		left = end - uptime();
		if (child->pidfd < 0 || (poll(fds, countof(fds), max(left, 0)) < 0 &&
								 errno != EINTR))
		{
			return END_FAILED;
		}
		ended = fds[1].revents != 0;
		drain(&child->out, child->output.ptr, child->output.len,
			  &child->output_len);
		drain(&child->err, child->error, sizeof(child->error),
			  &child->error_len);
		if (fds[0].revents)
		{
			return END_STOPPED;
		}
		if (program->max_output && child->output_len > program->max_output)
		{
			return END_OUTPUT;
		}
		if (!ended && uptime() >= end)
		{
			return END_TIMEOUT;
		}
	}
	return END_EXIT;
}

/**
 * Collect the status of a process; one that has not ended is killed, with what
 * it started.
 */
static int reap(child_t *child, end_t *end)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };
	int status = 0;

	if (*end != END_EXIT)
	{
		kill(-child->pid, SIGKILL);
		/* one that hangs in the kernel must not hold up charon's end */
		poll(&fd, 1, KILL_WAIT);
		waitpid(child->pid, &status, WNOHANG);
	}
	else if (waitpid(child->pid, &status, 0) != child->pid)
	{	/* who started charon had SIGCHLD ignored: nobody knows how it ended */
		*end = END_FAILED;
	}
	return status;
}

/**
 * Tell how a program failed.
 */
static bool fail(const scep_program_t *program, child_t *child, end_t end,
				 int status, scep_error_t *err)
{
	char text[SCEP_QUOTED_LEN], how[64];

	switch (end)
	{
		case END_STOPPED:
			strcpy(how, "was stopped");
			break;
		case END_TIMEOUT:
			snprintf(how, sizeof(how), "took more than %us", program->timeout);
			break;
		case END_OUTPUT:
			snprintf(how, sizeof(how), "wrote more than %u bytes",
					 (u_int)program->max_output);
			break;
		case END_FAILED:
			snprintf(how, sizeof(how), "can't be waited for: %s",
					 strerror(errno));
			break;
		case END_EXIT:
			snprintf(how, sizeof(how), WIFSIGNALED(status) ?
					 "was ended by signal %d" : "ended with status %d",
					 WIFSIGNALED(status) ? WTERMSIG(status)
										 : WEXITSTATUS(status));
			break;
	}
	return scep_fail(err, SCEP_TRANSIENT, "'%s' %s%s%s", program->command, how,
					 child->error_len ? ": " : "", child->error_len ?
					 scep_quote(chunk_create(child->error, child->error_len),
								text) : "");
}

/**
 * Give what a program wrote to the caller.
 */
static void take_output(child_t *child, chunk_t *output)
{
	size_t len = child->output_len;

	if (len && child->output.ptr[len - 1] == '\n')
	{
		len--;
		if (len && child->output.ptr[len - 1] == '\r')
		{
			len--;
		}
	}
	*output = chunk_clone(chunk_create(child->output.ptr, len));
}

/**
 * Whether no program may run any more.
 */
static bool is_stopped(private_scep_programs_t *this)
{
	struct pollfd fd = { .fd = this->stopped, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

METHOD(scep_programs_t, run, bool,
	private_scep_programs_t *this, const scep_program_t *program,
	chunk_t *output, scep_error_t *err)
{
	child_t child = { .pidfd = -1, .out = -1, .err = -1 };
	bool success = FALSE;
	int status;
	end_t end;

	if (output)
	{
		*output = chunk_empty;
	}
	if (is_stopped(this))
	{
		return scep_fail(err, SCEP_TRANSIENT, "'%s' was stopped",
						 program->command);
	}
	child.output = chunk_alloc(program->max_output + 1);
	if (start(&child, program, err))
	{
		end = wait_end(this, &child, program);
		status = reap(&child, &end);
		success = end == END_EXIT && status == 0;
		if (!success)
		{
			fail(program, &child, end, status, err);
		}
		else if (output)
		{
			take_output(&child, output);
		}
	}
	close_once(&child.pidfd);
	close_once(&child.out);
	close_once(&child.err);
	chunk_clear(&child.output);
	memwipe(child.error, sizeof(child.error));
	return success;
}

METHOD(scep_programs_t, stop, void,
	private_scep_programs_t *this)
{
	uint64_t one = 1;

	if (write(this->stopped, &one, sizeof(one)) != sizeof(one))
	{	/* it is readable already */
	}
}

METHOD(scep_programs_t, destroy, void,
	private_scep_programs_t *this)
{
	close_once(&this->stopped);
	free(this);
}

/*
 * Described in header
 */
scep_programs_t *scep_programs_create()
{
	private_scep_programs_t *this;

	INIT(this,
		.public = {
			.run = _run,
			.stop = _stop,
			.destroy = _destroy,
		},
		.stopped = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
	);
	if (this->stopped < 0)
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
