/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "bytes.h"
#include "ca.h"
#include "http.h"
#include "operation.h"
#include "options.h"

#include <openssl/provider.h>
#include <openssl/x509.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/**
 * Print the fingerprint of the certificate on top, as ca_fingerprint wants it.
 */
static void print_fingerprint(X509 *cert)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;
	char *hex;

	X509_digest(cert, EVP_sha256(), digest, &len);
	hex = bytes_hex((bytes_t){ digest, len });
	printf("ca fingerprint sha256:%s\n", hex);
	free(hex);
}

/**
 * Wait for the signal to end.
 */
static void wait_for_end(const sigset_t *signals)
{
	int number;

	while (sigwait(signals, &number) != 0);
}

int main(int argc, char **argv)
{
	OSSL_PROVIDER *legacy, *standard;
	operations_t *operations;
	options_t options;
	sigset_t signals;
	http_t *http;
	ca_t *ca;

	options_parse(argc, argv, &options);
	/* before there are other threads, which inherit this */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	/* single DES is in none of the others */
	legacy = OSSL_PROVIDER_load(NULL, "legacy");
	standard = OSSL_PROVIDER_load(NULL, "default");
	if (!legacy || !standard)
	{
		die("OSSL_PROVIDER_load");
	}
	ca = ca_create(&options);
	operations = operations_create(&options, ca);
	http = http_create(&options, operations);
	print_fingerprint(ca_top(ca));
	printf("listening on %s\n", http_address(http));
	fflush(stdout);
	wait_for_end(&signals);
	http_destroy(http);
	operations_destroy(operations);
	ca_destroy(ca);
	OSSL_PROVIDER_unload(legacy);
	OSSL_PROVIDER_unload(standard);
	return 0;
}
