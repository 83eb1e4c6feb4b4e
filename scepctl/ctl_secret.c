/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_secret.h"
#include "ctl_text.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

/** Signals that end the program, or stop it: not before the echo is back */
static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

/** Signal that came */
static volatile sig_atomic_t caught;

/**
 * A signal came: read() fails.
 */
static void on_signal(int signal)
{
	caught = signal;
}

/**
 * Wait until there is something to read.
 *
 * @param mask		signals that are blocked meanwhile, NULL for those that are
 *					already: one that comes at any time ends the wait, if it is
 *					blocked outside of it
 * @return			FALSE if a signal came
 */
static bool wait_for_input(const sigset_t *mask)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	while (ppoll(&fd, 1, NULL, mask) < 0 && errno == EINTR && !caught);
	return !caught;
}

/**
 * Read standard input to its end, or to the end of a line on a terminal.
 *
 * @param mask		signals that are blocked while it waits, NULL for no change
 * @return			length, -1 on failure
 */
static ssize_t read_all(char *buf, size_t size, bool tty, const sigset_t *mask)
{
	size_t total = 0;
	ssize_t len;

	while (total < size)
	{
		if (!wait_for_input(mask))
		{
			return -1;
		}
		len = read(STDIN_FILENO, buf + total, size - total);
		if (len < 0 && errno == EINTR)
		{
			continue;
		}
		if (len < 0)
		{
			return -1;
		}
		total += len;
		if (!len || (tty && buf[total - 1] == '\n'))
		{
			break;
		}
	}
	return total;
}

/**
 * Read a line from a terminal that doesn't show it.
 */
static ssize_t read_hidden(const char *prompt, char *buf, size_t size)
{
	struct sigaction action = { .sa_handler = on_signal }, old[5];
	struct termios shown, hidden;
	sigset_t blocked, before;
	ssize_t len;
	int i;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
	{
		return -1;
	}
	sigemptyset(&blocked);
	for (i = 0; i < countof(signals); i++)
	{
		sigaddset(&blocked, signals[i]);
		sigaction(signals[i], &action, &old[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &before);
	hidden = shown;
	hidden.c_lflag &= ~(ECHO | ECHONL);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fprintf(stderr, "%s: ", prompt);
	len = read_all(buf, size, TRUE, &before);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	sigprocmask(SIG_SETMASK, &before, NULL);
	for (i = 0; i < countof(signals); i++)
	{
		sigaction(signals[i], &old[i], NULL);
	}
	if (caught)
	{
		memwipe(buf, size);
		raise(caught);
	}
	return len;
}

/**
 * Whether what was read is a phrase; makes a string of it.
 */
static bool is_phrase(char *secret, ssize_t len)
{
	if (len > 0 && secret[len - 1] == '\n')
	{
		len--;
		if (len > 0 && secret[len - 1] == '\r')
		{
			len--;
		}
	}
	if (len <= 0)
	{
		ctl_error("no phrase was given: write it to standard input");
		return FALSE;
	}
	if (len > SCEP_MAX_CHALLENGE)
	{
		ctl_error("the phrase is too long: %d bytes are the most",
				  SCEP_MAX_CHALLENGE);
		return FALSE;
	}
	secret[len] = '\0';
	if (strlen(secret) != len || strpbrk(secret, "\r\n"))
	{
		ctl_error("the phrase has more than one line: one is needed");
		return FALSE;
	}
	return TRUE;
}

/*
 * Described in header
 */
bool ctl_secret_read(const char *prompt, char secret[CTL_SECRET_LEN])
{
	ssize_t len;

	len = isatty(STDIN_FILENO) ? read_hidden(prompt, secret, CTL_SECRET_LEN)
							   : read_all(secret, CTL_SECRET_LEN, FALSE, NULL);
	if (len < 0)
	{
		ctl_error("standard input can't be read: %s", strerror(errno));
	}
	if (len < 0 || !is_phrase(secret, len))
	{
		memwipe(secret, CTL_SECRET_LEN);
		return FALSE;
	}
	return TRUE;
}
