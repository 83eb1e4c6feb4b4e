/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_options options
 * @{ @ingroup server
 *
 * The command line.
 */

#ifndef SERVER_OPTIONS_H_
#define SERVER_OPTIONS_H_

#include <stdbool.h>

typedef struct options_t options_t;

/**
 * What the command line said. Texts point into it.
 */
struct options_t {
	/** state */
	char *dir;
	/** ADDRESS:PORT */
	char *listen;
	/** files with certificate and key for https, or NULL */
	char *tls_cert;
	char *tls_key;
	/** CA below a root */
	bool sub_ca;
	/** none, one, split */
	char *ra;
	/** request-agent, cmc, none */
	char *ra_eku;
	/** rsa, ec */
	char *ca_key;
	char *ra_key;
	/** names of the certificates that GetCACert returns, or NULL */
	char *order;
	/** names of pairs to make at the start, or NULL */
	char *make;
	/** whether there is a next CA */
	bool next_ca;
	/** lifetimes and offsets, seconds */
	int ca_validity;
	int validity;
	int not_before;
	int crl_validity;
	/** URL of the CRL in the certificates, "auto", or NULL */
	char *cdp;
	/** phrase, or NULL */
	char *challenge;
	/** file with phrases that are good for once, or NULL */
	char *challenge_file;
	/** open, basic, ntlm: how the page with phrases is protected; or NULL */
	char *page;
	/** USER:PASSWORD for it */
	char *page_user;
	/** utf-8, utf-16 */
	char *page_encoding;
	/** how long its phrases serve, seconds */
	int page_life;
	/** whether a renewal needs a phrase, too */
	bool renewal_challenge;
	/** until DIR/approve exists, requests are PENDING */
	bool manual;
	/** polls that are answered by PENDING */
	int polls;
	/** yes, no, ignored */
	char *renewal;
	/** answer to GetCACaps, with commas for newlines */
	char *caps;
	/** both, get, post */
	char *methods;
	/** value of message= that GetCACert and GetCACaps need, or NULL */
	char *ca_identifier;
	/** target of redirect-other-host */
	char *redirect;
	/** script, or NULL */
	char *script;
	/** words for all operations, or NULL */
	char *words;
};

/**
 * Parse the command line. Ends the program at --help or at an error.
 *
 * @param argc		number of arguments
 * @param argv		arguments
 * @param options	gets the options
 */
void options_parse(int argc, char **argv, options_t *options);

#endif /** SERVER_OPTIONS_H_ @}*/
