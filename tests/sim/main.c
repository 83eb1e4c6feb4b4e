/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "setup.h"
#include "world.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/** Seeds after which to tell how far it is */
#define PROGRESS	500

/** Virtual days of a run */
#define DAYS	(3 * 365)

/**
 * What to do.
 */
typedef struct {

	/** first seed, and number of seeds */
	uint64_t from, count;

	/** virtual days of a run, processes, real seconds for all (0: no limit) */
	u_int days, jobs, limit;

	/** whether to print what happens, to run each seed twice, to print a line
	 * for each, and to stop at the first that fails */
	bool trace, twice, verbose, until_failed;

	/** whether RSA is the real one */
	bool real;
} options_t;

/**
 * What the processes share.
 */
typedef struct {

	/** next seed, seeds that were run, and that failed */
	uint64_t next, done;
	u_int failed;

	/** when to stop, and whether to stop now */
	double end;
	bool stop;
} shared_t;

/** What this process shares with others */
static shared_t *shared;

/**
 * Tell of a run that broke an invariant.
 */
static void report(sim_world_t *world, const options_t *options)
{
	if (!options->trace)
	{
		sim_trace_print(world->trace, stdout);
	}
	printf("seed %lu breaks '%s' at day %ld: %s\n"
		   "to see it again: tests/sim/sim --seed %lu --trace\n",
		   (long)world->seed, world->check->broken,
		   (long)(world->time->uptime / DAY), world->check->how,
		   (long)world->seed);
}

/**
 * Run a seed once.
 *
 * @param digest	gets the digest of what happened
 * @return			whether all held
 */
static bool run_once(sim_pool_t *pool, uint64_t seed, const options_t *options,
					 uint64_t *digest)
{
	sim_world_t *world;
	bool good;

	sim_setup_seed(seed);
	world = sim_world_create(pool, seed, options->days, options->trace);
	sim_world_run(world);
	good = !sim_check_failed(world);
	*digest = world->trace->digest;
	if (!good)
	{
		report(world, options);
	}
	else if (options->verbose || options->trace)
	{
		printf("seed %lu: digest %016lx, %lu lines, %u requests, %u "
			   "certificates, %u starts, %u steps on disk\n", (long)seed,
			   (long)*digest, (long)world->trace->count,
			   world->check->requests, world->check->installs,
			   world->check->boots, world->script.steps);
	}
	sim_world_destroy(world);
	return good;
}

/**
 * Run a seed as often as it is to be.
 */
static bool run_seed(sim_pool_t *pool, uint64_t seed, const options_t *options)
{
	uint64_t first, second;
	bool good;

	good = run_once(pool, seed, options, &first);
	if (good && options->twice)
	{
		good = run_once(pool, seed, options, &second) && first == second;
		if (!good)
		{
			printf("seed %lu: another run has digest %016lx, not %016lx\n",
				   (long)seed, (long)second, (long)first);
		}
	}
	fflush(stdout);
	return good;
}

/**
 * Run seeds, one after the other, as long as there are any.
 */
static void run_seeds(const options_t *options)
{
	sim_pool_t *pool;
	uint64_t seed;

	pool = sim_pool_create(SIM_KEYS);
	if (!pool)
	{
		printf("no keys in %s\n", SIM_KEYS);
		shared->failed++;
		return;
	}
	while (TRUE)
	{
		seed = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED);
		if (seed >= options->from + options->count ||
			(options->limit && sim_setup_seconds() > shared->end) ||
			(options->until_failed && shared->failed) || shared->stop)
		{	/* give it back: the next one is where to go on */
			__atomic_fetch_sub(&shared->next, 1, __ATOMIC_RELAXED);
			break;
		}
		if (!run_seed(pool, seed, options))
		{
			__atomic_fetch_add(&shared->failed, 1, __ATOMIC_RELAXED);
		}
		if (__atomic_add_fetch(&shared->done, 1, __ATOMIC_RELAXED) %
																PROGRESS == 0)
		{
			printf("%lu seeds, %u failed, at %lu\n", (long)shared->done,
				   shared->failed, (long)seed);
			fflush(stdout);
		}
	}
	sim_pool_destroy(pool);
}

/**
 * Run the seeds in some processes.
 */
static void run_jobs(const options_t *options)
{
	u_int i;
	int status;

	fflush(stdout);
	for (i = 1; i < options->jobs; i++)
	{
		if (fork() == 0)
		{
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			run_seeds(options);
			return;
		}
	}
	run_seeds(options);
	while (wait(&status) > 0)
	{
		shared->failed += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
	}
}

/**
 * Stop after the seeds that run now.
 */
static void interrupt(int signal)
{
	shared->stop = TRUE;
}

/**
 * Run all seeds, and tell how it went.
 *
 * @return			exit status
 */
static int run(const options_t *options)
{
	pid_t parent = getpid();
	double from = sim_setup_seconds(), took;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shared->next = options->from;
	shared->end = from + options->limit;
	signal(SIGINT, interrupt);
	signal(SIGTERM, interrupt);
	run_jobs(options);
	if (getpid() != parent)
	{	/* who failed is counted already */
		return EXIT_SUCCESS;
	}
	took = sim_setup_seconds() - from;
	printf("%lu seeds of %u days in %.1f s: %.2f a second; go on with "
		   "FROM=%lu\n", (long)shared->done, options->days, took,
		   shared->done / took, (long)shared->next);
	printf("%d%%: Checks: %lu, Failures: %u, Errors: 0\n", shared->done ?
		   (int)(100 - 100 * shared->failed / shared->done) : 0,
		   (long)shared->done, shared->failed);
	return shared->failed || !shared->done ? EXIT_FAILURE : EXIT_SUCCESS;
}

/**
 * Read a number.
 */
static uint64_t get_number(const char *text)
{
	return strtoull(text, NULL, 10);
}

/**
 * Read the command line.
 */
static void parse(options_t *options, int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "from", required_argument, NULL, 'f' },
		{ "count", required_argument, NULL, 'c' },
		{ "days", required_argument, NULL, 'd' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "limit", required_argument, NULL, 'l' },
		{ "trace", no_argument, NULL, 't' },
		{ "twice", no_argument, NULL, '2' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "until-failed", no_argument, NULL, 'u' },
		{ "real-rsa", no_argument, NULL, 'r' },
		{ },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", longs, NULL)) >= 0)
	{
		switch (opt)
		{
			case 's':
				options->count = 1;
				/* fall through */
			case 'f':
				options->from = get_number(optarg);
				break;
			case 'c':
				options->count = get_number(optarg);
				break;
			case 'd':
				options->days = get_number(optarg);
				break;
			case 'j':
				options->jobs = get_number(optarg);
				break;
			case 'l':
				options->limit = get_number(optarg);
				break;
			case 't':
				options->trace = TRUE;
				break;
			case '2':
				options->twice = TRUE;
				break;
			case 'v':
				options->verbose = TRUE;
				break;
			case 'u':
				options->until_failed = TRUE;
				break;
			case 'r':
				options->real = TRUE;
				break;
			default:
				fprintf(stderr, "usage: sim [--seed N | --from N --count N] "
						"[--days N] [--jobs N] [--limit SECONDS] [--trace] "
						"[--twice] [--verbose] [--until-failed] "
						"[--real-rsa]\n");
				exit(2);
		}
	}
}

int main(int argc, char *argv[])
{
	options_t options = { .count = 1, .days = DAYS, .jobs = 1 };
	int status;

	parse(&options, argc, argv);
	if (!sim_setup(options.real))
	{
		return EXIT_FAILURE;
	}
	status = run(&options);
	sim_setup_end();
	return status;
}
