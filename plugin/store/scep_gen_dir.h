/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_gen_dir scep_gen_dir
 * @{ @ingroup scep_store_layer
 *
 * Directories of generations, gen-N: which ones there are, and "current", the
 * link that says which one is in use.
 */

#ifndef SCEP_GEN_DIR_H_
#define SCEP_GEN_DIR_H_

#include "store/scep_files.h"

/** Room for the name of a file in such a directory */
#define SCEP_GEN_NAME_LEN	64

/**
 * Name of a generation's directory, or of a file in it.
 *
 * @param name		buffer
 * @param number	number of the generation
 * @param file		name of the file, or ""
 * @return			name
 */
char *scep_gen_dir_name(char name[SCEP_GEN_NAME_LEN], u_int number,
						const char *file);

/**
 * Number in the name of a generation's directory, 0 if it is something else.
 */
u_int scep_gen_dir_number(const char *name);

/**
 * Get the number of the current generation.
 *
 * @param files		directory of the profile
 * @param number	gets it, 0 if there is none
 * @param err		SCEP_CORRUPT if what is there is no link to one
 * @return			FALSE if it can't be told
 */
bool scep_gen_dir_current(scep_files_t *files, u_int *number,
						  scep_error_t *err);

/**
 * Whether a generation is on disk.
 */
bool scep_gen_dir_exists(scep_files_t *files, u_int number);

/**
 * Whether a generation has key and certificate: what is corrupt was set aside.
 */
bool scep_gen_dir_is_whole(scep_files_t *files, u_int number);

/**
 * Whether a generation was made for a transaction.
 */
bool scep_gen_dir_is_made_for(scep_files_t *files, u_int number,
							  const char *id);

/**
 * Number of the last generation that was in use although nothing says that it
 * is current, 0 if there is none.
 */
u_int scep_gen_dir_orphan(scep_files_t *files);

/**
 * Number of the generation that was current when another one was made.
 */
u_int scep_gen_dir_previous(scep_files_t *files, u_int number);

/**
 * What is noted about a generation.
 *
 * @param previous	number of the one that was in use before
 * @param cert		its certificate
 * @param digest	request_digest of the profile, or ""
 * @param id		transactionID that it was made for, or NULL
 * @param now		wall clock, 0 if it was made at another time
 * @return			content of its facts
 */
chunk_t scep_gen_dir_facts(u_int previous, certificate_t *cert,
						   const char *digest, const char *id, time_t now);

/**
 * Point "current" to a generation: the one step that commits.
 *
 * @param files		directory of the profile
 * @param number	number of the generation
 * @param err		reason of a failure
 * @return			TRUE if it points there, though not yet durably
 */
bool scep_gen_dir_switch(scep_files_t *files, u_int number, scep_error_t *err);

#endif /** SCEP_GEN_DIR_H_ @}*/
