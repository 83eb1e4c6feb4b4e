/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_server.h"
#include "config/scep_digest.h"
#include "store/scep_facts.h"

#include <stdio.h>

/**
 * Names of scep_renew_method_t, as in the file.
 */
static const char *renew_methods[] = {
	"auto", "renewal", "pkcsreq", "challenge",
};

/**
 * Tell servers apart by a hash: the URL may hold a password.
 */
static bool get_identity(const char *url, const char *ca_identifier,
						 char identity[SCEP_DIGEST_LEN], scep_error_t *err)
{
	chunk_t all;
	bool success;

	all = chunk_cat("ccc", chunk_from_str((char*)url),
					ca_identifier ? chunk_from_chars('\n') : chunk_empty,
					chunk_from_str((char*)(ca_identifier ?: "")));
	success = scep_digest(all, identity, err);
	chunk_clear(&all);
	return success;
}

/*
 * Described in header
 */
bool scep_server_save(scep_files_t *files, const char *url,
					  const char *ca_identifier, const scep_server_t *server,
					  scep_error_t *err)
{
	char identity[SCEP_DIGEST_LEN];
	chunk_t facts = chunk_empty;

	if (!get_identity(url, ca_identifier, identity, err))
	{
		return FALSE;
	}
	facts = scep_facts_text(facts, "server", identity);
	facts = scep_facts_number(facts, "caps", server->caps_seen);
	facts = scep_facts_text(facts, "renew_method",
							renew_methods[server->renew_method]);
	facts = scep_facts_text(facts, "challenge_at_renewal",
							server->challenge_at_renewal ? "yes" : "no");
	facts = scep_facts_text(facts, "get_only", server->get_only ? "yes" : "no");
	facts = scep_facts_text(facts, "other_identifier",
							server->other_identifier ? "yes" : "no");
	return scep_files_write(files, "server", facts, err);
}

/**
 * Read facts that are about the server.
 */
static void read_server(settings_t *facts, scep_server_t *server)
{
	char *method = facts->get_str(facts, "renew_method", "");
	int i;

	server->caps_seen = max(0, facts->get_int(facts, "caps", 0));
	for (i = 0; i < countof(renew_methods); i++)
	{
		if (streq(method, renew_methods[i]))
		{
			server->renew_method = i;
		}
	}
	server->challenge_at_renewal = facts->get_bool(facts,
											"challenge_at_renewal", FALSE);
	server->get_only = facts->get_bool(facts, "get_only", FALSE);
	server->other_identifier = facts->get_bool(facts, "other_identifier",
											   FALSE);
}

/*
 * Described in header
 */
bool scep_server_load(scep_files_t *files, const char *url,
					  const char *ca_identifier, scep_server_t *server,
					  scep_error_t *err)
{
	char identity[SCEP_DIGEST_LEN];
	settings_t *facts;

	*server = (scep_server_t){};
	if (!get_identity(url, ca_identifier, identity, err) ||
		!scep_files_read_facts(files, "server", &facts, err))
	{
		return FALSE;
	}
	if (facts && streq(facts->get_str(facts, "server", ""), identity))
	{
		read_server(facts, server);
	}
	DESTROY_IF(facts);
	return TRUE;
}
