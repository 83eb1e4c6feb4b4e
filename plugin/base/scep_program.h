/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_program scep_program
 * @{ @ingroup scep_base
 *
 * Programs that an administrator configured. They run without a shell, with
 * nothing of charon's but a few environment variables, and within limits.
 */

#ifndef SCEP_PROGRAM_H_
#define SCEP_PROGRAM_H_

#include "base/scep_error.h"

#include <library.h>

typedef struct scep_program_t scep_program_t;
typedef struct scep_programs_t scep_programs_t;

/**
 * A program to run.
 */
struct scep_program_t {

	/** absolute path and arguments, as scep_program_check() takes them */
	const char *command;

	/** "NAME=value" besides PATH, NULL-terminated */
	const char *const *env;

	/** most that it may write, bytes; 0: what it writes is dropped */
	size_t max_output;

	/** longest time that it may take, seconds */
	u_int timeout;
};

/**
 * Runs programs.
 */
struct scep_programs_t {

	/**
	 * Run a program and wait for it. A worker, or any other thread that may
	 * wait; several at a time.
	 *
	 * It is a process group of its own, with an empty standard input, no other
	 * descriptors, all signals as by default, and PATH as its environment
	 * beside what it is given. At its time limit, and at stop(), the group is
	 * killed.
	 *
	 * @param program	program
	 * @param output	gets what it wrote, less one newline at the end, to be
	 *					cleared with chunk_clear(); or NULL
	 * @param err		reason of a failure, with the beginning of what it wrote
	 *					to standard error: SCEP_LOCAL if it could not be run,
	 *					SCEP_TRANSIENT if it failed
	 * @return			TRUE if it ended with status 0
	 */
	bool (*run)(scep_programs_t *this, const scep_program_t *program,
				chunk_t *output, scep_error_t *err);

	/**
	 * Kill the programs that run, and run no more. Any thread; never blocks.
	 */
	void (*stop)(scep_programs_t *this);

	/**
	 * Destroy a scep_programs_t; no program runs any more.
	 */
	void (*destroy)(scep_programs_t *this);
};

/**
 * Whether a command can be split: words at blanks, in which "..." and '...'
 * keep blanks; the first one an absolute path. There is no other syntax: for
 * that the command is /bin/sh -c '...'. Pure.
 *
 * @param command	command
 * @return			TRUE if so
 */
bool scep_program_check(const char *command);

/**
 * Create it.
 *
 * @return			programs, NULL if there are no descriptors
 */
scep_programs_t *scep_programs_create();

#endif /** SCEP_PROGRAM_H_ @}*/
