/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_files.h"
#include "store/scep_aside.h"
#include "store/scep_facts.h"
#include "base/scep_limits.h"

#include <plugins/plugin.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

/*
 * Described in header
 */
char *scep_files_path(scep_files_t *files, char *buf,
					  const char *name)
{
	snprintf(buf, PATH_MAX, "%s/%s", files->dir, name);
	return buf;
}

/*
 * Described in header
 */
bool scep_files_exist(scep_files_t *files, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	return lstat(scep_files_path(files, path, name), &st) == 0 ||
		   (errno != ENOENT && errno != ENOTDIR);
}

/**
 * Sync the directory that a path is in.
 */
static bool sync_above(scep_disk_t *disk, const char *path, scep_error_t *err)
{
	char dir[PATH_MAX];
	int len = strrchr(path, '/') - path;

	snprintf(dir, sizeof(dir), "%.*s", max(len, 1), path);
	return disk->sync_dir(disk, dir, err);
}

/*
 * Described in header
 */
bool scep_files_make_path(scep_disk_t *disk, const char *path,
						  scep_error_t *err)
{
	struct stat st;
	bool is_new = lstat(path, &st) != 0, is_ours = is_new && errno == ENOENT;

	if (disk->make_dir(disk, path, err) &&
		(!is_new || sync_above(disk, path, err)))
	{
		return TRUE;
	}
	if (is_ours)
	{	/* the next try is to sync it */
		disk->remove(disk, path, NULL);
	}
	return FALSE;
}

/*
 * Described in header
 */
bool scep_files_make_dir(scep_files_t *files, const char *name,
						 scep_error_t *err)
{
	char path[PATH_MAX];

	return scep_files_make_path(files->disk,
								scep_files_path(files, path, name), err);
}

/*
 * Described in header
 */
bool scep_files_sync(scep_files_t *files, scep_error_t *err)
{
	return files->disk->sync_dir(files->disk, files->dir, err);
}

/*
 * Described in header
 */
bool scep_files_remove(scep_files_t *files, const char *name,
					   scep_error_t *err)
{
	char path[PATH_MAX];

	return files->disk->remove(files->disk, scep_files_path(files, path, name),
							   err) &&
		   sync_above(files->disk, path, err);
}

/*
 * Described in header
 */
bool scep_files_rename(scep_files_t *files, const char *from, const char *to,
					   scep_error_t *err)
{
	char old[PATH_MAX], new[PATH_MAX];

	return files->disk->rename(files->disk, scep_files_path(files, old, from),
							   scep_files_path(files, new, to), err) &&
		   sync_above(files->disk, new, err);
}

/*
 * Described in header
 */
bool scep_files_check_dir(scep_files_t *files, const char *name,
						  scep_error_t *err)
{
	char path[PATH_MAX];
	struct stat st;

	if (stat(scep_files_path(files, path, name), &st) == 0
			? S_ISDIR(st.st_mode) : errno != ELOOP)
	{
		return TRUE;
	}
	return scep_fail(err, SCEP_CORRUPT, "'%s' is no directory", path);
}

/**
 * Files that we write: of a generation or request, of the CA, and others.
 */
static const char *names[] = {
	"facts", "key.pem", "cert.pem", "chain.pem", "csr.der",
	"announced.pem", "confirmed", "crl.der", "next.pem", "pinned.pem",
	"root.pem", "unconfirmed",
	"challenge", "current", "phrase", "server", "status",
};

/**
 * Get what follows in the name of an entry after that of a file of ours, NULL
 * if it is no such name.
 */
static const char *get_suffix(const char *entry)
{
	int i;

	for (i = 0; i < countof(names); i++)
	{
		if (strpfx(entry, names[i]) && (!entry[strlen(names[i])] ||
										entry[strlen(names[i])] == '.'))
		{
			return entry + strlen(names[i]);
		}
	}
	return NULL;
}

/**
 * Remove files of ours from a directory: all, or those beside that a crash has
 * left.
 */
static void remove_ours(scep_files_t *files, const char *dir, bool all)
{
	char path[PATH_MAX], name[PATH_MAX];
	struct dirent *entry;
	const char *suffix;
	DIR *open;

	open = opendir(scep_files_path(files, path, dir));
	while (open && (entry = readdir(open)))
	{
		suffix = get_suffix(entry->d_name);
		if (suffix && (streq(suffix, ".tmp") ||
					   (all && (!*suffix || strpfx(suffix, ".bad-")))))
		{
			snprintf(name, sizeof(name), "%s/%s", dir, entry->d_name);
			files->disk->remove(files->disk, scep_files_path(files, path, name),
								NULL);
		}
	}
	if (open)
	{
		closedir(open);
	}
}

/*
 * Described in header
 */
void scep_files_remove_dir(scep_files_t *files, const char *dir)
{
	char path[PATH_MAX], name[64];

	/* the facts first: without them it is no request */
	snprintf(name, sizeof(name), "%s/facts", dir);
	files->disk->remove(files->disk, scep_files_path(files, path, name), NULL);
	remove_ours(files, dir, TRUE);
	files->disk->remove(files->disk, scep_files_path(files, path, dir), NULL);
}

/*
 * Described in header
 */
void scep_files_clean(scep_files_t *files)
{
	struct dirent *entry;
	DIR *dir;

	remove_ours(files, ".", FALSE);
	dir = opendir(files->dir);
	while (dir && (entry = readdir(dir)))
	{
		if (streq(entry->d_name, "ca") || streq(entry->d_name, "request") ||
			strpfx(entry->d_name, "gen-"))
		{
			remove_ours(files, entry->d_name, FALSE);
		}
	}
	if (dir)
	{
		closedir(dir);
	}
}

/*
 * Described in header
 */
bool scep_files_write(scep_files_t *files, const char *name, chunk_t content,
					  scep_error_t *err)
{
	char path[PATH_MAX], beside[PATH_MAX + 4];
	bool success;

	scep_files_path(files, path, name);
	snprintf(beside, sizeof(beside), "%s.tmp", path);
	if (!scep_aside_check(files, name, err))
	{
		chunk_clear(&content);
		return FALSE;
	}
	success = files->disk->write(files->disk, beside, content, err) &&
			  files->disk->rename(files->disk, beside, path, err);
	if (!success)
	{
		files->disk->remove(files->disk, beside, NULL);
	}
	chunk_clear(&content);
	return success && sync_above(files->disk, path, err);
}

/*
 * Described in header
 */
bool scep_files_write_key(scep_files_t *files, const char *name,
						  private_key_t *key, scep_error_t *err)
{
	chunk_t pem;

	if (!key->get_encoding(key, PRIVKEY_PEM, &pem))
	{
		return scep_fail(err, SCEP_LOCAL, "private key can't be written as "
						 "PEM: load strongSwan's pem plugin");
	}
	return scep_files_write(files, name, pem, err);
}

/**
 * Append a certificate as PEM.
 */
static bool add_pem(chunk_t *pem, certificate_t *cert, scep_error_t *err)
{
	chunk_t encoding;

	if (!cert->get_encoding(cert, CERT_PEM, &encoding))
	{
		return scep_fail(err, SCEP_LOCAL, "certificate can't be written as "
						 "PEM: load strongSwan's pem plugin");
	}
	*pem = chunk_cat("mm", *pem, encoding);
	return TRUE;
}

/**
 * Write certificates, unless the file has them already: a flash disk is spared
 * the same again at each attempt.
 */
static bool write_pem(scep_files_t *files, const char *name, chunk_t pem,
					  scep_error_t *err)
{
	chunk_t old = chunk_empty;
	bool same;

	same = scep_files_exist(files, name) &&
		   scep_files_read(files, name, FALSE, &old, NULL) &&
		   chunk_equals(old, pem);
	chunk_free(&old);
	if (same)
	{
		chunk_free(&pem);
		return TRUE;
	}
	return scep_files_write(files, name, pem, err);
}

/*
 * Described in header
 */
bool scep_files_write_certs(scep_files_t *files, const char *name,
							linked_list_t *certs, scep_error_t *err)
{
	enumerator_t *enumerator;
	chunk_t pem = chunk_empty;
	certificate_t *cert;
	bool success = TRUE;

	enumerator = certs->create_enumerator(certs);
	while (success && enumerator->enumerate(enumerator, &cert))
	{
		success = add_pem(&pem, cert, err);
	}
	enumerator->destroy(enumerator);
	if (!success)
	{
		chunk_free(&pem);
		return FALSE;
	}
	return write_pem(files, name, pem, err);
}

/*
 * Described in header
 */
bool scep_files_write_cert(scep_files_t *files, const char *name,
						   certificate_t *cert, scep_error_t *err)
{
	chunk_t pem = chunk_empty;

	return add_pem(&pem, cert, err) && write_pem(files, name, pem, err);
}

/*
 * Described in header
 */
bool scep_files_read(scep_files_t *files, const char *name, bool secret,
					 chunk_t *content, scep_error_t *err)
{
	char path[PATH_MAX];

	scep_files_path(files, path, name);
	if (!files->disk->read(files->disk, path, secret, content, err))
	{
		return FALSE;
	}
	return content->ptr || scep_fail(err, SCEP_LOCAL, "'%s' is missing", path);
}

/*
 * Described in header
 */
scep_error_kind_t scep_files_get_blame()
{
	enumerator_t *enumerator;
	plugin_t *plugin;
	bool found = FALSE;

	enumerator = lib->plugins->create_plugin_enumerator(lib->plugins);
	while (!found && enumerator->enumerate(enumerator, &plugin, NULL))
	{
		found = streq(plugin->get_name(plugin), "pem");
	}
	enumerator->destroy(enumerator);
	return found ? SCEP_CORRUPT : SCEP_LOCAL;
}

/*
 * Described in header
 */
private_key_t *scep_files_read_key(scep_files_t *files, const char *name,
								   scep_error_t *err)
{
	private_key_t *key;
	chunk_t pem;

	if (!scep_files_read(files, name, TRUE, &pem, err))
	{
		return NULL;
	}
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_BLOB_PEM, pem, BUILD_END);
	chunk_clear(&pem);
	if (!key)
	{
		scep_fail(err, scep_files_get_blame(), "'%s/%s' holds no private key",
				  files->dir, name);
	}
	return key;
}

/*
 * Described in header
 */
bool scep_files_parse_certs(chunk_t pem, linked_list_t *certs)
{
	static const char marker[] = "-----END CERTIFICATE-----";
	certificate_t *cert;
	chunk_t part;
	char *end;

	while ((end = memmem(pem.ptr, pem.len, marker, strlen(marker))) &&
		   certs->get_count(certs) < SCEP_MAX_CERTS)
	{
		part = chunk_create(pem.ptr, (u_char*)end - pem.ptr + strlen(marker));
		pem = chunk_skip(pem, part.len);
		cert = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509,
								  BUILD_BLOB_PEM, part, BUILD_END);
		if (!cert)
		{
			return FALSE;
		}
		certs->insert_last(certs, cert);
	}
	return TRUE;
}

/**
 * Whether a text ends as the last of some certificates does: what we write is
 * nothing else.
 */
static bool is_whole(chunk_t pem)
{
	static const char end[] = "-----END CERTIFICATE-----";
	size_t len = strlen(end);

	while (pem.len && strchr("\r\n", pem.ptr[pem.len - 1]))
	{
		pem.len--;
	}
	return pem.len >= len && memeq(pem.ptr + pem.len - len, end, len);
}

/*
 * Described in header
 */
bool scep_files_read_certs(scep_files_t *files, const char *name,
						   linked_list_t *certs, scep_error_t *err)
{
	chunk_t pem;
	bool good;

	if (!scep_files_read(files, name, FALSE, &pem, err))
	{
		return FALSE;
	}
	good = !pem.len || (is_whole(pem) && scep_files_parse_certs(pem, certs));
	chunk_free(&pem);
	if (!good)
	{
		return scep_fail(err, scep_files_get_blame(), "'%s/%s' holds something "
						 "that is no certificate", files->dir, name);
	}
	return TRUE;
}

/*
 * Described in header
 */
certificate_t *scep_files_read_cert(scep_files_t *files, const char *name,
									scep_error_t *err)
{
	linked_list_t *certs = linked_list_create();
	certificate_t *cert = NULL;

	if (scep_files_read_certs(files, name, certs, err) &&
		certs->remove_first(certs, (void**)&cert) != SUCCESS)
	{
		scep_fail(err, SCEP_CORRUPT, "'%s/%s' holds no certificate", files->dir,
				  name);
	}
	certs->destroy_offset(certs, offsetof(certificate_t, destroy));
	return cert;
}

/*
 * Described in header
 */
bool scep_files_read_facts(scep_files_t *files, const char *name,
						   settings_t **facts, scep_error_t *err)
{
	char path[PATH_MAX];
	chunk_t content;

	*facts = NULL;
	scep_files_path(files, path, name);
	if (!files->disk->read(files->disk, path, FALSE, &content, err))
	{
		return FALSE;
	}
	if (!content.ptr)
	{
		return TRUE;
	}
	*facts = scep_facts_parse(content, path, err);
	chunk_clear(&content);
	return *facts != NULL;
}

/*
 * Described in header
 */
char *scep_files_read_fact(scep_files_t *files, const char *name,
						   const char *fact)
{
	settings_t *facts;
	char *value = NULL;

	if (scep_files_read_facts(files, name, &facts, NULL) && facts)
	{
		value = scep_facts_get_text(facts, fact);
		facts->destroy(facts);
	}
	return value;
}
