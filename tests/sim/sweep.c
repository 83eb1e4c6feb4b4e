/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Lets each call to the file system, in one life of a gateway, fail in each
 * way, and the process or the power end at it.
 */

#include "life.h"
#include "setup.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/** Virtual days of the life: an enrolment and three renewals */
#define DAYS		50

/** Real seconds that a life may take */
#define TOO_LONG	60

/** Failures that are told at length */
#define TOLD		5

/** Every how many-th combination is tried: AddressSanitizer takes its time */
#define SAMPLE		(__sanitizer_get_current_allocated_bytes ? 53 : 1)

/** Of AddressSanitizer, if there is one */
size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

/**
 * What happens at each call.
 */
static const sim_fault_t faults[] = {
	{ "ENOSPC", SIM_FAIL, ENOSPC, -1 },
	{ "EIO", SIM_FAIL, EIO, -1 },
	{ "EROFS", SIM_FAIL, EROFS, -1 },
	{ "EACCES", SIM_FAIL, EACCES, -1 },
	{ "EDQUOT", SIM_FAIL, EDQUOT, -1 },
	{ "short", SIM_FAIL, -1, -1 },
	{ "EIO-killed", SIM_FAIL_AND_DIE, EIO, -1 },
	{ "ENOSPC-stays", SIM_FAIL_AND_STAY, ENOSPC, -1 },
	{ "EROFS-stays", SIM_FAIL_AND_STAY, EROFS, -1 },
	{ "killed-before", SIM_DIE_BEFORE, 0, -1 },
	{ "killed-during", SIM_DIE_DURING, 0, -1 },
	{ "killed-after", SIM_DIE_AFTER, 0, -1 },
	{ "power-before", SIM_DIE_BEFORE, 0, 0 },
	{ "power-during", SIM_DIE_DURING, 0, 1 },
	{ "power-after", SIM_DIE_AFTER, 0, 0 },
	{ "power-after-1", SIM_DIE_AFTER, 0, 1 },
	{ "power-after-2", SIM_DIE_AFTER, 0, 2 },
};

/**
 * What the processes share.
 */
typedef struct {

	/** lives with a fault, those that failed, calls to the file system */
	u_int lives, failed, calls;
} shared_t;

/**
 * What to do.
 */
static struct {

	/** processes, and which one this is; every how many-th combination is
	 * tried */
	u_int jobs, job, sample;

	/** the only call and fault, 0 and NULL for all */
	u_int call;
	const char *fault;

	/** whether to print what happens */
	bool trace;
} options = { .jobs = 1 };

/** What is shared, and combinations so far */
static shared_t *shared;
static u_int combinations;

/**
 * Whether this process tries a combination.
 */
static bool is_chosen(u_int call, const sim_fault_t *fault)
{
	u_int number = combinations++;

	if (options.call)
	{
		return call == options.call && streq(fault->name, options.fault);
	}
	return number % options.sample == 0 &&
		   number / options.sample % options.jobs == options.job;
}

/**
 * Wait for a life to end, and count it.
 */
static void count(pid_t pid, u_int call, const sim_fault_t *fault)
{
	int status = 0;

	waitpid(pid, &status, 0);
	__atomic_add_fetch(&shared->lives, 1, __ATOMIC_RELAXED);
	if (WIFSIGNALED(status))
	{
		printf("call %u, %s: ended by %s\n", call, fault->name,
			   strsignal(WTERMSIG(status)));
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status))
	{
		__atomic_add_fetch(&shared->failed, 1, __ATOMIC_RELAXED);
	}
}

/**
 * Let life go on with each fault from this call on, each in a process of its
 * own, and here without one.
 */
static const sim_fault_t *choose(sim_life_t *life, sim_fs_op_t op,
								 const char *path)
{
	pid_t pid;
	int i;

	for (i = 0; i < countof(faults); i++)
	{
		if (!sim_life_applies(&faults[i], op, path) ||
			!is_chosen(life->calls, &faults[i]))
		{
			continue;
		}
		fflush(stdout);
		pid = fork();
		if (!pid)
		{
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			alarm(TOO_LONG);
			return &faults[i];
		}
		count(pid, life->calls, &faults[i]);
	}
	return NULL;
}

/**
 * Tell what does not hold.
 */
static void report(sim_world_t *world)
{
	sim_life_t *life = sim_life_get();

	if (shared->failed < TOLD && !options.trace)
	{
		sim_trace_print(world->trace, stdout);
	}
	printf("call %u, %s %s, %s, breaks '%s' at day %ld: %s\n", life->calls,
		   enum_to_name(sim_fs_op_names, life->op), life->path, life->fault ?
		   life->fault->name : "no fault", world->check->broken,
		   (long)(world->time->uptime / DAY), world->check->how);
	if (life->fault)
	{
		printf("to see it again: tests/sim/sweep --call %u --fault %s "
			   "--trace\n", life->calls, life->fault->name);
	}
	fflush(stdout);
}

/**
 * Run a life, from which others begin.
 *
 * @return			whether all holds
 */
static bool run_life(sim_pool_t *pool)
{
	sim_world_t *world;
	bool good;

	sim_setup_seed(1);
	sim_life_get()->choose = choose;
	world = sim_world_create(pool, 1, DAYS, options.trace);
	sim_world_run(world);
	sim_life_check(world);
	good = !sim_check_failed(world);
	if (!good)
	{
		report(world);
	}
	if (sim_life_get()->fault)
	{
		_exit(good ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	shared->calls = sim_life_get()->calls;
	sim_world_destroy(world);
	sim_life_end();
	return good;
}

/**
 * Run all, this process its share of it.
 */
static void run()
{
	sim_pool_t *pool = sim_pool_create(SIM_KEYS);

	if (!pool || !run_life(pool))
	{
		__atomic_add_fetch(&shared->failed, 1, __ATOMIC_RELAXED);
	}
	if (pool)
	{
		sim_pool_destroy(pool);
	}
}

/**
 * Run all in some processes.
 *
 * @return			whether this one is the first of them
 */
static bool run_jobs()
{
	u_int i;
	int status;

	fflush(stdout);
	for (i = 1; i < options.jobs; i++)
	{
		if (fork() == 0)
		{
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			options.job = i;
			run();
			return FALSE;
		}
	}
	run();
	while (wait(&status) > 0)
	{
		shared->failed += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
	}
	return TRUE;
}

/**
 * Read the command line.
 */
static void parse(int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "call", required_argument, NULL, 'c' },
		{ "fault", required_argument, NULL, 'f' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "sample", required_argument, NULL, 's' },
		{ "trace", no_argument, NULL, 't' },
		{ },
	};
	int opt;

	options.sample = SAMPLE;
	while ((opt = getopt_long(argc, argv, "", longs, NULL)) >= 0)
	{
		switch (opt)
		{
			case 'c':
				options.call = atoi(optarg);
				break;
			case 'f':
				options.fault = optarg;
				break;
			case 'j':
				options.jobs = max(1, atoi(optarg));
				break;
			case 's':
				options.sample = max(1, atoi(optarg));
				break;
			case 't':
				options.trace = TRUE;
				break;
			default:
				fprintf(stderr, "usage: sweep [--jobs N] [--sample N] [--call N "
						"--fault NAME] [--trace]\n");
				exit(2);
		}
	}
	if (!options.call != !options.fault)
	{
		fprintf(stderr, "a call and a fault belong together\n");
		exit(2);
	}
}

int main(int argc, char *argv[])
{
	double from;
	bool first;

	parse(argc, argv);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || !sim_setup(FALSE))
	{
		return EXIT_FAILURE;
	}
	from = sim_setup_seconds();
	first = run_jobs();
	sim_setup_end();
	if (!first)
	{	/* who failed is counted already */
		return EXIT_SUCCESS;
	}
	printf("%u calls to the file system, %u lives with a fault in %.1f s\n",
		   shared->calls, shared->lives, sim_setup_seconds() - from);
	printf("%d%%: Checks: %u, Failures: %u, Errors: 0\n", shared->lives ?
		   (int)(100 - 100.0 * shared->failed / shared->lives) : 0,
		   shared->lives, shared->failed);
	return shared->failed || !shared->lives ? EXIT_FAILURE : EXIT_SUCCESS;
}
