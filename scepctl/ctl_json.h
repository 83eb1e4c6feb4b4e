/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_json ctl_json
 * @{ @ingroup scepctl
 *
 * Writes JSON (RFC 8259), for scripts.
 */

#ifndef CTL_JSON_H_
#define CTL_JSON_H_

#include <library.h>

#include <stdio.h>

/** How deep arrays and objects may be inside of each other */
#define CTL_JSON_DEPTH	8

typedef struct ctl_json_t ctl_json_t;

/**
 * A document under way; all zero but the first two is the begin.
 */
struct ctl_json_t {

	/** where it goes to */
	FILE *out;

	/** whether it has to be on one line */
	bool compact;

	/** what closes each level, and whether it has members */
	char close[CTL_JSON_DEPTH];
	bool filled[CTL_JSON_DEPTH];

	/** number of levels that are open */
	u_int depth;
};

/**
 * Open an object or an array.
 *
 * @param json		document
 * @param key		name, NULL if it is in an array or is the document
 * @param type		'{' or '['
 */
void ctl_json_open(ctl_json_t *json, const char *key, char type);

/**
 * Close what was opened last; the document ends with a line's end.
 *
 * @param json		document
 */
void ctl_json_close(ctl_json_t *json);

/**
 * Add a string. What is no UTF-8 becomes U+FFFD.
 *
 * @param json		document
 * @param key		name, NULL in an array
 * @param value		string, NULL to add nothing
 */
void ctl_json_string(ctl_json_t *json, const char *key, const char *value);

/**
 * Add a number.
 *
 * @param json		document
 * @param key		name
 * @param value		decimal digits; NULL or anything else to add nothing
 */
void ctl_json_number(ctl_json_t *json, const char *key, const char *value);

/**
 * Add a truth value.
 *
 * @param json		document
 * @param key		name
 * @param value		value
 */
void ctl_json_bool(ctl_json_t *json, const char *key, bool value);

#endif /** CTL_JSON_H_ @}*/
