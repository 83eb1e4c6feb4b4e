/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_script script
 * @{ @ingroup server
 *
 * Which words apply to which request: a file that is read at each one.
 */

#ifndef SERVER_SCRIPT_H_
#define SERVER_SCRIPT_H_

#include "words.h"

typedef struct script_t script_t;

/**
 * Create a script.
 *
 * @param path		file, need not exist
 * @param always	words for every answer, or NULL
 * @return			script; ends the program if a word does not exist
 */
script_t *script_create(const char *path, const char *always);

/**
 * Get the words for a request. Lines that are good for once are used up; all
 * begins anew when the file's content changes.
 *
 * @param this		script
 * @param operation	value of operation=
 * @param type		name of the messageType, or NULL
 * @param words		gets the words added
 * @return			NULL, or what is wrong with the file, allocated
 */
char *script_next(script_t *this, const char *operation, const char *type,
				  words_t *words);

/**
 * Destroy a script.
 */
void script_destroy(script_t *this);

#endif /** SERVER_SCRIPT_H_ @}*/
