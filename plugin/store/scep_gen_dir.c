/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_gen_dir.h"
#include "store/scep_aside.h"
#include "store/scep_facts.h"

#include <credentials/certificates/x509.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/*
 * Described in header
 */
char *scep_gen_dir_name(char name[SCEP_GEN_NAME_LEN], u_int number,
						const char *file)
{
	snprintf(name, SCEP_GEN_NAME_LEN, "gen-%u%s%s", number, *file ? "/" : "",
			 file);
	return name;
}

/*
 * Described in header
 */
u_int scep_gen_dir_number(const char *name)
{
	char expected[SCEP_GEN_NAME_LEN];
	u_int number;

	return sscanf(name, "gen-%9u", &number) == 1 &&
		   streq(scep_gen_dir_name(expected, number, ""), name) ? number : 0;
}

/*
 * Described in header
 */
bool scep_gen_dir_current(scep_files_t *files, u_int *number,
						  scep_error_t *err)
{
	char path[PATH_MAX], target[SCEP_GEN_NAME_LEN];
	ssize_t len;

	*number = 0;
	len = readlink(scep_files_path(files, path, "current"), target,
				   sizeof(target) - 1);
	if (len < 0 && errno == ENOENT)
	{
		return TRUE;
	}
	if (len < 0 && errno != EINVAL)
	{
		return scep_fail(err, SCEP_LOCAL, "reading '%s' failed: %s", path,
						 strerror(errno));
	}
	target[max(len, 0)] = '\0';
	*number = scep_gen_dir_number(target);
	return *number || scep_fail(err, SCEP_CORRUPT, "'%s' is not a link to a "
								"generation", path);
}

/*
 * Described in header
 */
bool scep_gen_dir_exists(scep_files_t *files, u_int number)
{
	char name[SCEP_GEN_NAME_LEN];

	return number &&
		   scep_files_exist(files, scep_gen_dir_name(name, number, "")) &&
		   scep_files_check_dir(files, name, NULL);
}

/*
 * Described in header
 */
bool scep_gen_dir_is_whole(scep_files_t *files, u_int number)
{
	char name[SCEP_GEN_NAME_LEN];

	return number &&
		   scep_files_exist(files,
							scep_gen_dir_name(name, number, "key.pem")) &&
		   scep_files_exist(files,
							scep_gen_dir_name(name, number, "cert.pem"));
}

/*
 * Described in header
 */
bool scep_gen_dir_is_made_for(scep_files_t *files, u_int number,
							  const char *id)
{
	char name[SCEP_GEN_NAME_LEN], *made_for;
	bool result;

	made_for = scep_files_read_fact(files,
									scep_gen_dir_name(name, number, "facts"),
									"transaction_id");
	result = made_for && streq(made_for, id);
	free(made_for);
	return result;
}

/**
 * Whether a generation was in use. The one of the request under way was not,
 * nor one that was cut short.
 */
static bool was_used(scep_files_t *files, u_int number, const char *request_id)
{
	char name[SCEP_GEN_NAME_LEN];

	return scep_files_exist(files, scep_gen_dir_name(name, number, "facts")) &&
		   !(request_id && scep_gen_dir_is_made_for(files, number, request_id));
}

/*
 * Described in header
 */
u_int scep_gen_dir_orphan(scep_files_t *files)
{
	struct dirent *entry;
	u_int number, orphan = 0;
	char *id;
	DIR *dir;

	id = scep_files_read_fact(files, "request/facts", "transaction_id");
	dir = opendir(files->dir);
	while (dir && (entry = readdir(dir)))
	{
		number = scep_gen_dir_number(entry->d_name);
		if (number > orphan && was_used(files, number, id))
		{
			orphan = number;
		}
	}
	if (dir)
	{
		closedir(dir);
	}
	free(id);
	return orphan;
}

/*
 * Described in header
 */
u_int scep_gen_dir_previous(scep_files_t *files, u_int number)
{
	char name[SCEP_GEN_NAME_LEN], *fact;
	u_int previous = number - 1;

	fact = scep_files_read_fact(files, scep_gen_dir_name(name, number, "facts"),
								"previous");
	if (fact)
	{
		previous = min(strtoul(fact, NULL, 10), previous);
	}
	free(fact);
	return previous;
}

/**
 * Append binary data to facts.
 */
static chunk_t add_hex(chunk_t facts, const char *name, chunk_t data)
{
	chunk_t hex = chunk_to_hex(data, NULL, FALSE);

	facts = scep_facts_text(facts, name, (char*)hex.ptr);
	free(hex.ptr);
	return facts;
}

/*
 * Described in header
 */
chunk_t scep_gen_dir_facts(u_int previous, certificate_t *cert,
						   const char *digest, const char *id, time_t now)
{
	identification_t *issuer = cert->get_issuer(cert);
	x509_t *x509 = (x509_t*)cert;
	chunk_t facts = chunk_empty;

	facts = scep_facts_text(facts, "digest", digest);
	facts = scep_facts_text(facts, "transaction_id", id);
	facts = scep_facts_number(facts, "previous", previous);
	facts = scep_facts_time(facts, "committed", now);
	facts = add_hex(facts, "issuer", issuer->get_encoding(issuer));
	facts = add_hex(facts, "serial", x509->get_serial(x509));
	return facts;
}

/*
 * Described in header
 */
bool scep_gen_dir_switch(scep_files_t *files, u_int number, scep_error_t *err)
{
	char beside[PATH_MAX], path[PATH_MAX], target[SCEP_GEN_NAME_LEN];

	scep_files_path(files, beside, "current.tmp");
	scep_files_path(files, path, "current");
	return scep_aside_check(files, "current", err) &&
		   files->disk->link(files->disk, scep_gen_dir_name(target, number, ""),
							 beside, err) &&
		   files->disk->rename(files->disk, beside, path, err);
}
