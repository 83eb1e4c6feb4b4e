/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_files scep_files
 * @{ @ingroup scep_store_layer
 *
 * Files of a profile's directory: keys, certificates and facts, written such
 * that the old content or the new one is there, whatever happens.
 */

#ifndef SCEP_FILES_H_
#define SCEP_FILES_H_

#include "base/scep_error.h"
#include "store/scep_disk.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>

typedef struct scep_files_t scep_files_t;

/**
 * A directory on a disk. Names of files are relative to it.
 */
struct scep_files_t {

	/** disk, not owned */
	scep_disk_t *disk;

	/** path of the directory, leaves room for names of 63 bytes */
	char *dir;
};

/**
 * Get the path of a file.
 *
 * @param files		directory
 * @param buf		buffer of PATH_MAX bytes
 * @param name		name
 * @return			buf
 */
char *scep_files_path(scep_files_t *files, char *buf, const char *name);

/**
 * Whether there is a file, link or directory of a name.
 *
 * @param files		directory
 * @param name		name
 * @return			TRUE if so, or if it can't be told
 */
bool scep_files_exist(scep_files_t *files, const char *name);

/**
 * Make a directory; a new one is synced in the directory that it is in.
 *
 * @param disk		disk
 * @param path		absolute path of the one to make
 * @param err		reason of a failure
 * @return			TRUE if it is there
 */
bool scep_files_make_path(scep_disk_t *disk, const char *path,
						  scep_error_t *err);

/**
 * Make a directory in the directory, like scep_files_make_path().
 *
 * @param files		directory
 * @param name		name of the one to make
 * @param err		reason of a failure
 * @return			TRUE if it is there
 */
bool scep_files_make_dir(scep_files_t *files, const char *name,
						 scep_error_t *err);

/**
 * Sync the directory itself: what was renamed in it stays renamed.
 *
 * @param files		directory
 * @param err		reason of a failure
 * @return			TRUE if synced
 */
bool scep_files_sync(scep_files_t *files, scep_error_t *err);

/**
 * Remove a file, and sync.
 *
 * @param files		directory
 * @param name		name
 * @param err		reason of a failure
 * @return			TRUE if it is gone
 */
bool scep_files_remove(scep_files_t *files, const char *name,
					   scep_error_t *err);

/**
 * Rename a file or directory, and sync.
 *
 * @param files		directory
 * @param from		name
 * @param to		new name, in the same directory
 * @param err		reason of a failure
 * @return			TRUE if renamed
 */
bool scep_files_rename(scep_files_t *files, const char *from, const char *to,
					   scep_error_t *err);

/**
 * Check that a name is that of a directory, if there is anything.
 *
 * @param files		directory
 * @param name		name
 * @param err		SCEP_CORRUPT if it is something else
 * @return			FALSE if it is something else
 */
bool scep_files_check_dir(scep_files_t *files, const char *name,
						  scep_error_t *err);

/**
 * Remove what a crash left beside files that it kept from being written.
 *
 * @param files		directory
 */
void scep_files_clean(scep_files_t *files);

/**
 * Remove a directory with the files that we write, and those that were set
 * aside in it; others stay, and so does the directory then.
 *
 * @param files		directory
 * @param name		name of the one to remove
 */
void scep_files_remove_dir(scep_files_t *files, const char *name);

/**
 * Write a file: beside, sync, rename, sync of the directory.
 *
 * @param files		directory
 * @param name		name
 * @param content	content, gets cleared and freed
 * @param err		reason of a failure
 * @return			FALSE if it can't be relied on: the old content or the new
 *					one is there
 */
bool scep_files_write(scep_files_t *files, const char *name, chunk_t content,
					  scep_error_t *err);

/**
 * Write a private key as PEM.
 *
 * @param files		directory
 * @param name		name
 * @param key		private key
 * @param err		reason of a failure
 * @return			TRUE if written
 */
bool scep_files_write_key(scep_files_t *files, const char *name,
						  private_key_t *key, scep_error_t *err);

/**
 * Write certificates as PEM, unless the file has the same ones already.
 *
 * @param files		directory
 * @param name		name
 * @param certs		certificate_t, may be empty
 * @param err		reason of a failure
 * @return			TRUE if written
 */
bool scep_files_write_certs(scep_files_t *files, const char *name,
							linked_list_t *certs, scep_error_t *err);

/**
 * Write one certificate as PEM.
 *
 * @param files		directory
 * @param name		name
 * @param cert		certificate
 * @param err		reason of a failure
 * @return			TRUE if written
 */
bool scep_files_write_cert(scep_files_t *files, const char *name,
						   certificate_t *cert, scep_error_t *err);

/**
 * Read a file; one that isn't there is an error. Here and below: the error is
 * SCEP_CORRUPT if the file will never be read.
 *
 * @param files		directory
 * @param name		name
 * @param secret	refuse one that others than its owner can read
 * @param content	gets the content, allocated
 * @param err		reason of a failure
 * @return			TRUE if read
 */
bool scep_files_read(scep_files_t *files, const char *name, bool secret,
					 chunk_t *content, scep_error_t *err);

/**
 * Tell what is to blame for a key or certificate that can't be parsed.
 *
 * @return			SCEP_CORRUPT for the file, SCEP_LOCAL if strongSwan lacks
 *					what is needed
 */
scep_error_kind_t scep_files_get_blame();

/**
 * Read a private key.
 *
 * @param files		directory
 * @param name		name
 * @param err		reason of a failure
 * @return			private key, or NULL
 */
private_key_t *scep_files_read_key(scep_files_t *files, const char *name,
								   scep_error_t *err);

/**
 * Parse the certificates of a PEM text, at most SCEP_MAX_CERTS. Any thread.
 *
 * @param pem		text, may have anything else in it
 * @param certs		gets them, certificate_t, owned by the caller
 * @return			FALSE if one of them is damaged
 */
bool scep_files_parse_certs(chunk_t pem, linked_list_t *certs);

/**
 * Read the certificates of a PEM file, at most SCEP_MAX_CERTS.
 *
 * @param files		directory
 * @param name		name
 * @param certs		gets them, certificate_t, owned by the caller
 * @param err		reason of a failure
 * @return			FALSE if one of them is damaged, or all can't be read
 */
bool scep_files_read_certs(scep_files_t *files, const char *name,
						   linked_list_t *certs, scep_error_t *err);

/**
 * Read a file that holds one certificate.
 *
 * @param files		directory
 * @param name		name
 * @param err		reason of a failure
 * @return			certificate, or NULL
 */
certificate_t *scep_files_read_cert(scep_files_t *files, const char *name,
									scep_error_t *err);

/**
 * Read facts.
 *
 * @param files		directory
 * @param name		name
 * @param facts		gets the facts; NULL and TRUE if there is no such file
 * @param err		reason of a failure
 * @return			FALSE if they can't be read
 */
bool scep_files_read_facts(scep_files_t *files, const char *name,
						   settings_t **facts, scep_error_t *err);

/**
 * Read one fact.
 *
 * @param files		directory
 * @param name		name of the file
 * @param fact		name of the fact
 * @return			value, allocated; NULL if it can't be had
 */
char *scep_files_read_fact(scep_files_t *files, const char *name,
						   const char *fact);

#endif /** SCEP_FILES_H_ @}*/
