/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_server.h"
#include "base/scep_text.h"
#include "store/scep_aside.h"
#include "store/scep_facts.h"

/**
 * Names of scep_renew_method_t, as in the file.
 */
static const char *renew_methods[] = {
	"auto", "renewal", "pkcsreq", "challenge",
};

/*
 * Described in header
 */
bool scep_server_identity(const char *url, const char *ca_identifier,
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

/**
 * Append what is known of a server, as a section of its own.
 */
static chunk_t append(chunk_t facts, const char *identity,
					  const scep_server_t *server)
{
	facts = chunk_cat("mcc", facts, chunk_from_str((char*)identity),
					  chunk_from_str(" {\n"));
	facts = scep_facts_number(facts, "caps", server->caps_seen);
	facts = scep_facts_text(facts, "renew_method",
							renew_methods[server->renew_method]);
	facts = scep_facts_text(facts, "challenge_at_renewal",
							server->challenge_at_renewal ? "yes" : "no");
	facts = scep_facts_text(facts, "get_only", server->get_only ? "yes" : "no");
	facts = scep_facts_text(facts, "other_identifier",
							server->other_identifier ? "yes" : "no");
	facts = scep_facts_time(facts, "failed_at", server->failed_at);
	return chunk_cat("mc", facts, chunk_from_str("}\n"));
}

/**
 * Read a fact about a server.
 */
static char *get_fact(settings_t *facts, const char *identity, const char *name)
{
	return facts->get_str(facts, "%s.%s", "", identity, name);
}

/**
 * Read what is known of a server.
 */
static void read_server(settings_t *facts, const char *identity,
						scep_server_t *server)
{
	char *method = get_fact(facts, identity, "renew_method");
	int i;

	*server = (scep_server_t){};
	server->caps_seen = max(0, facts->get_int(facts, "%s.caps", 0, identity));
	for (i = 0; i < countof(renew_methods); i++)
	{
		if (streq(method, renew_methods[i]))
		{
			server->renew_method = i;
		}
	}
	server->challenge_at_renewal = streq("yes",
							get_fact(facts, identity, "challenge_at_renewal"));
	server->get_only = streq("yes", get_fact(facts, identity, "get_only"));
	server->other_identifier = streq("yes",
							get_fact(facts, identity, "other_identifier"));
	server->failed_at = scep_time_parse(get_fact(facts, identity, "failed_at"));
}

/**
 * Whether a section is one of ours.
 */
static bool is_identity(const char *name)
{
	return strlen(name) == SCEP_DIGEST_LEN - 1 &&
		   strspn(name, "0123456789abcdef") == SCEP_DIGEST_LEN - 1;
}

/**
 * Append the other servers, the last ones that were written first: which of
 * them are still configured is not known here.
 */
static chunk_t append_others(chunk_t text, settings_t *facts,
							 const char *identity)
{
	enumerator_t *enumerator;
	scep_server_t server;
	char *other;
	int count = 1;

	enumerator = facts->create_section_enumerator(facts, "");
	while (count < SCEP_MAX_SERVERS &&
		   enumerator->enumerate(enumerator, &other))
	{
		if (is_identity(other) && !streq(other, identity))
		{
			read_server(facts, other, &server);
			text = append(text, other, &server);
			count++;
		}
	}
	enumerator->destroy(enumerator);
	return text;
}

/*
 * Described in header
 */
bool scep_server_save(scep_files_t *files, const char *url,
					  const char *ca_identifier, const scep_server_t *server,
					  scep_error_t *err)
{
	char identity[SCEP_DIGEST_LEN];
	settings_t *facts = NULL;
	chunk_t text;

	if (!scep_server_identity(url, ca_identifier, identity, err))
	{
		return FALSE;
	}
	text = append(chunk_empty, identity, server);
	/* what can't be read is not worth a failure */
	scep_files_read_facts(files, "server", &facts, NULL);
	if (facts)
	{
		text = append_others(text, facts, identity);
		facts->destroy(facts);
	}
	return scep_files_write(files, "server", text, err);
}

/*
 * Described in header
 */
bool scep_server_load(scep_files_t *files, const char *url,
					  const char *ca_identifier, scep_server_t *server,
					  scep_error_t *err)
{
	char identity[SCEP_DIGEST_LEN];
	scep_error_t error = {};
	settings_t *facts;

	*server = (scep_server_t){};
	if (!scep_server_identity(url, ca_identifier, identity, err))
	{
		return FALSE;
	}
	if (!scep_files_read_facts(files, "server", &facts, &error))
	{
		return scep_aside_fail(files, "server", &error, err);
	}
	if (facts)
	{
		read_server(facts, identity, server);
		facts->destroy(facts);
	}
	return TRUE;
}
