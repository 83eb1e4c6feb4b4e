/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "options.h"
#include "words.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNTOF(array)	(sizeof(array) / sizeof(*(array)))

/**
 * Kinds of options.
 */
typedef enum {
	TEXT,
	NUMBER,
	FLAG,
} kind_t;

/**
 * An option.
 */
typedef struct {
	/** name without hyphens */
	const char *name;
	/** what its argument is; words with | between them are all there are */
	const char *argument;
	/** what it does */
	const char *help;
	/** what the argument is parsed as */
	kind_t kind;
	/** where it goes in options_t */
	size_t offset;
} option_entry_t;

#define AT(member)	offsetof(options_t, member)

/**
 * All options.
 */
static const option_entry_t entries[] = {
	{ "dir", "DIR", "state: keys, certificates, log (required)",
		TEXT, AT(dir) },
	{ "listen", "ADDRESS:PORT", "127.0.0.1:8080; port 0: any, it is printed",
		TEXT, AT(listen) },
	{ "tls-cert", "FILE", "certificate of the server, for https",
		TEXT, AT(tls_cert) },
	{ "tls-key", "FILE", "its key", TEXT, AT(tls_key) },
	{ "sub-ca", NULL, "the CA is below a root", FLAG, AT(sub_ca) },
	{ "ra", "none|one|split", "registration authority: none, one certificate, "
		"or one to sign and one to encrypt", TEXT, AT(ra) },
	{ "ra-eku", "request-agent|cmc|none", "how RA certificates are marked",
		TEXT, AT(ra_eku) },
	{ "ca-key", "rsa|ec", "key of the CA; ec needs an RA", TEXT, AT(ca_key) },
	{ "ra-key", "rsa|ec", "key of the RA's signer; ec needs --ra split",
		TEXT, AT(ra_key) },
	{ "order", "NAME,...", "what GetCACert returns: names of files in DIR, as "
		"ra-encrypt,ca,ra-sign,root", TEXT, AT(order) },
	{ "make", "NAME,...", "pairs to make at the start; gateway: a certificate "
		"that authenticates a first request", TEXT, AT(make) },
	{ "next-ca", NULL, "GetNextCACert has an answer", FLAG, AT(next_ca) },
	{ "ca-validity", "SECONDS", "lifetime of CA and RA certificates",
		NUMBER, AT(ca_validity) },
	{ "validity", "SECONDS", "lifetime of issued certificates",
		NUMBER, AT(validity) },
	{ "not-before", "SECONDS", "their notBefore, from now; -60 by default",
		NUMBER, AT(not_before) },
	{ "cdp", "URL", "CRL distribution point in them; auto: ours, at /crl",
		TEXT, AT(cdp) },
	{ "crl-validity", "SECONDS", "when the next CRL comes, from now",
		NUMBER, AT(crl_validity) },
	{ "challenge", "PHRASE", "challenge that requests need", TEXT,
		AT(challenge) },
	{ "challenge-file", "FILE", "challenges, one a line, each good for once; "
		"FILE is relative to DIR",
		TEXT, AT(challenge_file) },
	{ "page", "open|basic|ntlm", "page at /certsrv/mscep_admin with a challenge "
		"that is good for once, and how it is protected", TEXT, AT(page) },
	{ "page-user", "USER:PASSWORD", "who may see it", TEXT, AT(page_user) },
	{ "page-encoding", "utf-8|utf-16", "how it is encoded",
		TEXT, AT(page_encoding) },
	{ "page-life", "SECONDS", "how long its challenges are good; five at a time",
		NUMBER, AT(page_life) },
	{ "renewal-challenge", NULL, "a renewal needs a challenge, too",
		FLAG, AT(renewal_challenge) },
	{ "manual", NULL, "PENDING until DIR/approve or DIR/approve.TRANSACTION "
		"exists, FAILURE once DIR/reject or DIR/reject.TRANSACTION does",
		FLAG, AT(manual) },
	{ "polls", "N", "PENDING at the request and N-1 polls",
		NUMBER, AT(polls) },
	{ "renewal", "yes|no|ignored", "what becomes of messageType 17",
		TEXT, AT(renewal) },
	{ "caps", "WORD,...", "answer to GetCACaps", TEXT, AT(caps) },
	{ "methods", "both|get|post", "how PKIOperation may come",
		TEXT, AT(methods) },
	{ "ca-identifier", "TEXT", "value that message= must have in GetCACert and "
		"GetCACaps", TEXT, AT(ca_identifier) },
	{ "redirect", "URL", "target of redirect-other-host",
		TEXT, AT(redirect) },
	{ "script", "FILE", "script instead of DIR/script", TEXT, AT(script) },
	{ "words", "WORDS", "words for every answer", TEXT, AT(words) },
};

/**
 * Print how to use this, and all words.
 */
static void print_help()
{
	int i;

	printf("usage: scep-test-server --dir DIR [OPTION...]\n"
		   "A SCEP server to test clients with: strict, and false on demand.\n\n");
	for (i = 0; i < COUNTOF(entries); i++)
	{
		printf("  --%s %s\n        %s\n", entries[i].name,
			   entries[i].argument ?: "", entries[i].help);
	}
	printf("\nLines of the script: [*|N ]OPERATION: WORD...\n"
		   "  without a number: once; with N: for the N-th; with *: always.\n"
		   "  OPERATION: GetCACaps GetCACert GetNextCACert PKIOperation PKCSReq "
		   "RenewalReq\n  CertPoll GetCert GetCRL Page any\n");
	words_print(stdout);
}

/**
 * Complain and end.
 */
static void refuse(const char *name, const char *why)
{
	fprintf(stderr, "scep-test-server: --%s: %s\n", name, why);
	exit(2);
}

/**
 * Whether a value is one of those that an option's argument lists.
 */
static bool is_listed(const char *list, const char *value)
{
	size_t len = strlen(value);

	for (; list; list = strchr(list, '|'))
	{
		list += *list == '|';
		if (strcspn(list, "|") == len && !strncmp(list, value, len))
		{
			return true;
		}
	}
	return false;
}

/**
 * Store the value of an option.
 */
static void set(const option_entry_t *entry, char *value, options_t *options)
{
	char *end, *at = (char*)options + entry->offset;

	switch (entry->kind)
	{
		case FLAG:
			*(bool*)at = true;
			break;
		case NUMBER:
			*(int*)at = strtol(value, &end, 10);
			if (!*value || *end)
			{
				refuse(entry->name, "no number");
			}
			break;
		case TEXT:
			if (strchr(entry->argument, '|') &&
				!is_listed(entry->argument, value))
			{
				refuse(entry->name, entry->argument);
			}
			*(char**)at = value;
			break;
	}
}

/**
 * Check what options mean together.
 */
static void check(const options_t *options)
{
	bool split = !strcmp(options->ra, "split");

	if (!options->dir)
	{
		refuse("dir", "is required");
	}
	if (!strcmp(options->ca_key, "ec") && !strcmp(options->ra, "none"))
	{
		refuse("ca-key", "a CA with an EC key needs --ra: SCEP encrypts to RSA");
	}
	if (!strcmp(options->ra_key, "ec") && !split)
	{
		refuse("ra-key", "an RA with an EC key needs --ra split");
	}
	if (!strchr(options->page_user, ':'))
	{
		refuse("page-user", "no USER:PASSWORD");
	}
	if (!options->tls_cert != !options->tls_key)
	{
		refuse("tls-cert", "needs --tls-key, and --tls-key needs it");
	}
}

/*
 * Described in header
 */
void options_parse(int argc, char **argv, options_t *options)
{
	struct option longs[COUNTOF(entries) + 2] = {};
	int i, index;

	*options = (options_t){
		.listen = "127.0.0.1:8080",
		.ra = "none",
		.ra_eku = "request-agent",
		.ca_key = "rsa",
		.ra_key = "rsa",
		.ca_validity = 10 * 365 * 24 * 3600,
		.validity = 24 * 3600,
		.crl_validity = 24 * 3600,
		.not_before = -60,
		.renewal = "yes",
		.methods = "both",
		.page_user = "gw:swordfish",
		.page_encoding = "utf-8",
		.page_life = 3600,
		.redirect = "http://other.invalid/scep",
	};
	for (i = 0; i < COUNTOF(entries); i++)
	{
		longs[i].name = entries[i].name;
		longs[i].has_arg = entries[i].kind == FLAG ? no_argument
												   : required_argument;
	}
	longs[i].name = "help";
	longs[i].val = 'h';
	while ((i = getopt_long(argc, argv, "", longs, &index)) != -1)
	{
		if (i == 'h')
		{
			print_help();
			exit(0);
		}
		if (i != 0)
		{
			exit(2);
		}
		set(&entries[index], optarg, options);
	}
	if (optind < argc)
	{
		refuse(argv[optind], "no option");
	}
	check(options);
}
