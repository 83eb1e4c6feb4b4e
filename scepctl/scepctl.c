/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_client.h"
#include "ctl_commands.h"
#include "ctl_text.h"

#include "base/scep_limits.h"
#include "config/scep_value.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef SCEP_STATE_DIR
#define SCEP_STATE_DIR	"/var/lib/strongswan/scep"
#endif

/** Socket of the daemon, unless its configuration names another one */
#define SOCKET	"unix:///run/charon.scep"

/** Column of the help, less one */
#define HELP	28

/** Edits that make a command of a misspelt one */
#define NEAR	3

/**
 * Options that not all commands take.
 */
enum {
	URI = 1 << 0,
	JSON = 1 << 1,
	WAIT = 1 << 2,
	WITHIN = 1 << 3,
	FILES = 1 << 4,
	STATE_DIR = 1 << 5,
};

/**
 * Commands.
 */
static const struct {
	const char *name, *args, *help;
	ctl_exit_t (*run)(const ctl_options_t *options);
	int min, max;
	u_int options;
} commands[] = {
	{ "list", "", "all profiles, and what is next",
		ctl_list, 0, 0, URI | JSON },
	{ "show", "NAME", "all of a profile, and what to do about it",
		ctl_show, 1, 1, URI | JSON },
	{ "ca", "NAME", "the CA's fingerprint, to be read out",
		ctl_ca, 1, 1, URI | JSON },
	{ "accept-ca", "NAME FINGERPRINT", "confirm the CA with this fingerprint",
		ctl_accept_ca, 2, 64, URI | JSON },
	{ "set-challenge", "NAME", "give a challenge phrase (standard input)",
		ctl_set_challenge, 1, 1, URI | JSON },
	{ "enroll", "NAME [--wait SECONDS]", "ask for a certificate at once",
		ctl_enroll, 1, 1, URI | JSON | WAIT },
	{ "renew", "NAME [--within TIME] [--wait SECONDS]", "renew at once, or at "
		"a random moment within TIME", ctl_renew, 1, 1,
		URI | JSON | WAIT | WITHIN },
	{ "cancel", "NAME", "give the request under way up",
		ctl_cancel, 1, 1, URI | JSON },
	{ "import", "NAME --key FILE --cert FILE", "take a key and its certificate "
		"from files", ctl_import, 1, 1, URI | JSON | FILES | STATE_DIR },
	{ "watch", "", "events as they happen",
		ctl_watch, 0, 0, URI | JSON },
	{ "metrics", "", "metrics in Prometheus' text format",
		ctl_metrics, 0, 0, URI },
	{ "check", "[FILE]", "validate the configuration",
		ctl_check, 0, 1, JSON },
};

/**
 * Options, and whether they have a value.
 */
static const struct option long_options[] = {
	{ "uri", required_argument, NULL, 'u' },
	{ "json", no_argument, NULL, 'j' },
	{ "wait", required_argument, NULL, 'w' },
	{ "within", required_argument, NULL, 'i' },
	{ "key", required_argument, NULL, 'k' },
	{ "cert", required_argument, NULL, 'c' },
	{ "state-dir", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL },
};

/**
 * Print how the tool is called.
 */
static void print_help(FILE *out)
{
	int i, width;

	fprintf(out, "usage: scepctl COMMAND [OPTION...]\n\n");
	for (i = 0; i < countof(commands); i++)
	{
		width = fprintf(out, "  %s %s", commands[i].name, commands[i].args);
		if (width > HELP)
		{
			fprintf(out, "\n");
			width = 0;
		}
		fprintf(out, "%*s%s\n", HELP + 1 - width, "", commands[i].help);
	}
	fprintf(out,
		"\n"
		"  --uri URI        socket of the daemon (%s)\n"
		"  --json           output for programs\n"
		"  --wait SECONDS   wait until it is done, telling how it goes\n"
		"  --within TIME    30s, 10m, 2h or 7d\n"
		"  --state-dir DIR  where to import to without a daemon (%s)\n"
		"  --version        versions of this tool and of the daemon\n"
		"\n"
		"Exit status: 0 done, 1 refused or failed, 2 usage, 3 no daemon.\n",
		SOCKET, SCEP_STATE_DIR);
}

/**
 * Print the versions of the tool, and of the daemon if one is there.
 */
static ctl_exit_t print_version(const ctl_options_t *options)
{
	ctl_client_t *client;
	ctl_record_t *reply;
	char *line, *safe;
	bool absent;

	printf("scepctl %s, strongSwan %s\n", SCEP_VERSION, STRONGSWAN_VERSION);
	client = ctl_client_try(options->uri, &absent);
	if (!client)
	{
		return CTL_DONE;
	}
	if (client->call(client, "version", NULL, FALSE, &reply) == CTL_DONE)
	{
		if (asprintf(&line, "daemon %s, strongSwan %s, started %s",
					 reply->get(reply, "version") ?: "unknown",
					 reply->get(reply, "strongswan") ?: "unknown",
					 reply->get(reply, "started") ?: "unknown") > 0)
		{
			safe = ctl_text_safe(line);
			puts(safe);
			free(safe);
			free(line);
		}
		reply->destroy(reply);
	}
	client->destroy(client);
	return CTL_DONE;
}

/**
 * Tell that the command line is wrong.
 */
static ctl_exit_t usage(const char *what, const char *which)
{
	ctl_error("%s%s\nscepctl --help tells what there is", what, which);
	return CTL_USAGE;
}

/**
 * Take the time of an option.
 *
 * @param option	'w' or 'i'
 */
static ctl_exit_t take_time(ctl_options_t *options, int option)
{
	static char within[24];
	uint64_t seconds;

	if (!scep_value_time(optarg, 1, SCEP_MAX_TIME, &seconds))
	{
		return usage(option == 'w' ? "--wait takes seconds, not " :
					 "--within takes a time such as 2h, not ", optarg);
	}
	if (option == 'w')
	{
		options->wait = seconds;
	}
	else
	{
		snprintf(within, sizeof(within), "%llu", (unsigned long long)seconds);
		options->within = within;
	}
	return CTL_DONE;
}

/**
 * Take an option.
 *
 * @param option	what getopt_long() returned
 * @param given		gets which option it is
 */
static ctl_exit_t take(ctl_options_t *options, int option, u_int *given)
{
	switch (option)
	{
		case 'u':
			options->uri = optarg;
			*given |= URI;
			return CTL_DONE;
		case 'j':
			options->json = TRUE;
			*given |= JSON;
			return CTL_DONE;
		case 'w':
			*given |= WAIT;
			return take_time(options, option);
		case 'i':
			*given |= WITHIN;
			return take_time(options, option);
		case 'k':
			options->key = optarg;
			*given |= FILES;
			return CTL_DONE;
		case 'c':
			options->cert = optarg;
			*given |= FILES;
			return CTL_DONE;
		case 's':
			options->state_dir = optarg;
			*given |= STATE_DIR;
			return CTL_DONE;
		default:
			return CTL_USAGE;
	}
}

/**
 * Parse the options.
 *
 * @param options	gets them
 * @param given		gets which of them were given
 * @param action	gets 'h' or 'v' if help or version is wanted
 */
static ctl_exit_t parse(int argc, char **argv, ctl_options_t *options,
						u_int *given, int *action)
{
	ctl_exit_t status = CTL_DONE;
	int option;

	while (status == CTL_DONE &&
		   (option = getopt_long(argc, argv, ":hv", long_options, NULL)) != -1)
	{
		switch (option)
		{
			case 'h':
			case 'v':
				*action = option;
				break;
			case ':':
				return usage("a value is missing after ", argv[optind - 1]);
			case '?':
				return usage("unknown option ", argv[optind - 1]);
			default:
				status = take(options, option, given);
				break;
		}
	}
	options->args = argv + optind;
	options->count = argc - optind;
	return status;
}

/**
 * Tell that there is no such command, and which one may be meant.
 */
static ctl_exit_t unknown(const char *name)
{
	u_int distance, best = NEAR + 1;
	const char *nearest = NULL;
	char what[64];
	int i;

	for (i = 0; i < countof(commands); i++)
	{
		distance = scep_value_distance(name, commands[i].name);
		if (distance < best)
		{
			best = distance;
			nearest = commands[i].name;
		}
	}
	snprintf(what, sizeof(what), "no such command%s%s: ",
			 nearest ? ", did you mean " : "", nearest ?: "");
	return usage(what, name);
}

/**
 * Run the command that the command line names.
 */
static ctl_exit_t run(ctl_options_t *options, u_int given)
{
	const char *name;
	int i;

	if (!options->count)
	{
		return usage("a command is missing", "");
	}
	name = *options->args++;
	options->count--;
	for (i = 0; i < countof(commands); i++)
	{
		if (!streq(name, commands[i].name))
		{
			continue;
		}
		if (options->count < commands[i].min ||
			options->count > commands[i].max)
		{
			ctl_error("usage: scepctl %s %s", name, commands[i].args);
			return CTL_USAGE;
		}
		if (given & ~commands[i].options)
		{
			return usage("an option is not one of the command ", name);
		}
		return commands[i].run(options);
	}
	return unknown(name);
}

/**
 * Nobody logs: what goes wrong is told by the commands.
 */
static void no_log(debug_t group, level_t level, char *fmt, ...)
{
}

/**
 * Get a setting of the plugin, as charon-systemd or charon has it.
 */
static char *get_setting(const char *key, char *def)
{
	char format[64];

	snprintf(format, sizeof(format), "charon-systemd.plugins.scep.%s", key);
	def = lib->settings->get_str(lib->settings, format, def);
	snprintf(format, sizeof(format), "charon.plugins.scep.%s", key);
	return lib->settings->get_str(lib->settings, format, def);
}

int main(int argc, char **argv)
{
	ctl_options_t options = {};
	ctl_exit_t status;
	u_int given = 0;
	int action = 0;

	ctl_text_init();
	dbg = no_log;
	/* a configuration with errors is none: the defaults have to do */
	library_init(NULL, "scepctl");
	options.uri = get_setting("socket", SOCKET);
	options.state_dir = get_setting("state_dir", SCEP_STATE_DIR);
	status = parse(argc, argv, &options, &given, &action);
	if (status == CTL_DONE)
	{
		if (action == 'h')
		{
			print_help(stdout);
		}
		else
		{
			status = action == 'v' ? print_version(&options)
								   : run(&options, given);
		}
	}
	library_deinit();
	if (fflush(stdout) != 0 || ferror(stdout))
	{
		return CTL_FAILED;
	}
	return status;
}
