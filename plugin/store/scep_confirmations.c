/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_confirmations.h"
#include "base/scep_limits.h"
#include "base/scep_text.h"
#include "config/scep_pin.h"
#include "store/scep_aside.h"

#include <stdio.h>

/** Files, and what is written on top of the one to read */
#define CONFIRMED	"ca/confirmed"
#define UNCONFIRMED	"ca/unconfirmed"
#define EXPLANATION \
	"# The server has certificates that nothing confirms yet. Compare each\n" \
	"# fingerprint with the CA's administrator; then give it to scepctl\n" \
	"# accept-ca, or append its line to the file 'confirmed' in this directory.\n"

/** What describes the fingerprint in the line after it */
#define CA_NOTE		"# ca: "
#define RA_NOTE		"# ra: "

/**
 * Parse a line: a fingerprint, or nothing, and maybe a comment.
 *
 * @param pin		gets the fingerprint, or NULL
 * @return			FALSE if it is malformed
 */
static bool parse_line(chunk_t line, scep_pin_t **pin)
{
	u_char *comment = memchr(line.ptr, '#', line.len);
	char *text;
	bool good;

	*pin = NULL;
	line.len = comment ? comment - line.ptr : line.len;
	while (line.len && strchr(" \t\r", *line.ptr))
	{
		line = chunk_skip(line, 1);
	}
	while (line.len && strchr(" \t\r", line.ptr[line.len - 1]))
	{
		line.len--;
	}
	if (!line.len)
	{
		return TRUE;
	}
	text = strndup((char*)line.ptr, line.len);
	if (strlen(text) == line.len)
	{
		*pin = scep_pin_create(text);
	}
	free(text);
	good = *pin && (*pin)->alg != HASH_SHA1;
	if (*pin && !good)
	{
		(*pin)->destroy(*pin);
		*pin = NULL;
	}
	return good;
}

/**
 * Keep what a line tells of the fingerprint that follows.
 */
static void take_note(chunk_t line, chunk_t *note)
{
	size_t len = strlen(CA_NOTE);

	if (line.len > len && (memeq(line.ptr, CA_NOTE, len) ||
						   memeq(line.ptr, RA_NOTE, len)))
	{
		*note = chunk_skip(line, 2);
		note->len = min(note->len, SCEP_QUOTED_LEN + 64);
	}
}

/**
 * Parse the lines of a file.
 */
static void parse_lines(chunk_t content, const char *path, linked_list_t *pins,
						scep_error_t *err)
{
	chunk_t line, note = chunk_empty;
	scep_pin_t *pin;
	u_char *end;
	u_int number;

	for (number = 1; content.len; number++)
	{
		end = memchr(content.ptr, '\n', content.len);
		line = chunk_create(content.ptr, end ? end - content.ptr : content.len);
		content = chunk_skip(content, line.len + (end ? 1 : 0));
		take_note(line, &note);
		if (!parse_line(line, &pin))
		{
			scep_fail(err, SCEP_LOCAL, "'%s' line %u is ignored: expected "
					  "sha256:, sha384: or sha512: and all its hexadecimal "
					  "digits", path, number);
		}
		else if (pin && pins->get_count(pins) >= SCEP_MAX_PINS)
		{
			scep_fail(err, SCEP_LOCAL, "'%s' line %u is ignored: expected at "
					  "most %d fingerprints", path, number, SCEP_MAX_PINS);
			pin->destroy(pin);
		}
		else if (pin)
		{
			pin->note = note.len ? strndup((char*)note.ptr, note.len) : NULL;
			note = chunk_empty;
			pins->insert_last(pins, pin);
		}
	}
}

/**
 * Read a file, nothing if there is none. Lines that make no sense are a
 * person's, not corrupt.
 */
static bool read_lines(scep_files_t *files, const char *name, chunk_t *content,
					   scep_error_t *err)
{
	scep_error_t error = {};

	*content = chunk_empty;
	return !scep_files_exist(files, name) ||
		   scep_files_read(files, name, FALSE, content, &error) ||
		   scep_aside_fail(files, name, &error, err);
}

/**
 * Read what was confirmed, nothing if there is no such file.
 */
static bool read_confirmed(scep_files_t *files, chunk_t *content,
						   scep_error_t *err)
{
	scep_disk_t *disk = files->disk;
	char path[PATH_MAX], dir[PATH_MAX];

	if (!read_lines(files, CONFIRMED, content, err))
	{
		return FALSE;
	}
	if (content->ptr &&
		(!disk->check_access(disk, scep_files_path(files, dir, "ca"), err) ||
		 !disk->check_access(disk, scep_files_path(files, path, CONFIRMED),
							 err)))
	{
		chunk_free(content);
		return FALSE;
	}
	return TRUE;
}

/**
 * Name of a fingerprint's hash, as scep_pin_create() takes it.
 */
static const char *get_algorithm(scep_pin_t *pin)
{
	switch (pin->alg)
	{
		case HASH_SHA512:
			return "sha512";
		case HASH_SHA384:
			return "sha384";
		default:
			return "sha256";
	}
}

/*
 * Described in header
 */
bool scep_confirmations_load(scep_files_t *files, linked_list_t **pins,
							 scep_error_t *err)
{
	char path[PATH_MAX];
	chunk_t content;

	*pins = linked_list_create();
	if (!read_confirmed(files, &content, err))
	{
		return FALSE;
	}
	parse_lines(content, scep_files_path(files, path, CONFIRMED), *pins, err);
	chunk_free(&content);
	return TRUE;
}

/*
 * Described in header
 */
bool scep_confirmations_load_asked(scep_files_t *files, linked_list_t **pins,
								   scep_error_t *err)
{
	char path[PATH_MAX];
	chunk_t content;

	*pins = linked_list_create();
	if (!read_lines(files, UNCONFIRMED, &content, err))
	{
		return FALSE;
	}
	parse_lines(content, scep_files_path(files, path, UNCONFIRMED), *pins, err);
	chunk_free(&content);
	return TRUE;
}

/*
 * Described in header
 */
bool scep_confirmations_add(scep_files_t *files, scep_pin_t *pin,
							scep_error_t *err)
{
	chunk_t content, line, hex;
	const char *end;

	if (!scep_files_make_dir(files, "ca", err) ||
		!read_confirmed(files, &content, err))
	{
		return FALSE;
	}
	/* an editor may have left the last line open */
	end = content.len && content.ptr[content.len - 1] != '\n' ? "\n" : "";
	hex = chunk_to_hex(pin->hash, NULL, FALSE);
	line = chunk_cat("ccccc", chunk_from_str((char*)end),
					 chunk_from_str((char*)get_algorithm(pin)),
					 chunk_from_str(":"), hex, chunk_from_str("\n"));
	free(hex.ptr);
	return scep_files_write(files, CONFIRMED, chunk_cat("mm", content, line),
							err);
}

/**
 * Describe certificates, each with a line that can be copied.
 */
static bool describe(linked_list_t *certs, const char *role, FILE *out,
					 scep_error_t *err)
{
	char subject[SCEP_MAX_SHOWN + 2], quoted[SCEP_QUOTED_LEN];
	char to[SCEP_TIME_LEN];
	chunk_t encoding, hash = chunk_empty;
	enumerator_t *enumerator;
	certificate_t *cert;
	hasher_t *hasher;
	bool success = TRUE;
	time_t not_after;
	size_t i;

	hasher = lib->crypto->create_hasher(lib->crypto, HASH_SHA256);
	enumerator = certs->create_enumerator(certs);
	while (success && enumerator->enumerate(enumerator, &cert))
	{
		success = hasher && cert->get_encoding(cert, CERT_ASN1_DER, &encoding);
		if (!success)
		{
			scep_fail(err, SCEP_LOCAL, "SHA-256 is not available: load a "
					  "strongSwan plugin that has it");
			break;
		}
		success = hasher->allocate_hash(hasher, encoding, &hash);
		snprintf(subject, sizeof(subject), "%Y", cert->get_subject(cert));
		cert->get_validity(cert, NULL, NULL, &not_after);
		fprintf(out, "\n# %s: subject=%s not_after=%s\nsha256:", role,
				scep_quote(chunk_from_str(subject), quoted),
				scep_time(not_after, to));
		for (i = 0; i < hash.len; i++)
		{
			fprintf(out, "%s%02x", i % 4 ? "" : " ", hash.ptr[i]);
		}
		fprintf(out, "\n");
		chunk_free(&hash);
		chunk_free(&encoding);
	}
	enumerator->destroy(enumerator);
	DESTROY_IF(hasher);
	return success;
}

/*
 * Described in header
 */
bool scep_confirmations_ask(scep_files_t *files, linked_list_t *cas,
							linked_list_t *ras, scep_error_t *err)
{
	char *text = NULL;
	bool success;
	size_t len;
	FILE *out;

	if (!cas->get_count(cas) && !ras->get_count(ras))
	{
		return !scep_files_exist(files, UNCONFIRMED) ||
			   scep_files_remove(files, UNCONFIRMED, err);
	}
	out = open_memstream(&text, &len);
	if (!out)
	{
		return scep_fail(err, SCEP_LOCAL, "out of memory");
	}
	fputs(EXPLANATION, out);
	success = describe(cas, "ca", out, err) && describe(ras, "ra", out, err);
	fclose(out);
	success = success && scep_files_make_dir(files, "ca", err) &&
			  scep_files_write(files, UNCONFIRMED,
							   chunk_clone(chunk_create((u_char*)text, len)),
							   err);
	free(text);
	return success;
}
