/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_facts scep_facts
 * @{ @ingroup scep_store_layer
 *
 * Small state files: "name = value" lines in strongswan.conf's syntax.
 */

#ifndef SCEP_FACTS_H_
#define SCEP_FACTS_H_

#include "base/scep_error.h"

#include <library.h>

/**
 * Append a text. Quoted such that the parser gives back the same text.
 *
 * @param facts		content so far, gets owned
 * @param name		name
 * @param value		value, NULL is left out
 * @return			content
 */
chunk_t scep_facts_text(chunk_t facts, const char *name, const char *value);

/**
 * Append a number.
 *
 * @param facts		content so far, gets owned
 * @param name		name
 * @param value		value
 * @return			content
 */
chunk_t scep_facts_number(chunk_t facts, const char *name, uint64_t value);

/**
 * Append a time; 0 is left out.
 *
 * @param facts		content so far, gets owned
 * @param name		name
 * @param value		value
 * @return			content
 */
chunk_t scep_facts_time(chunk_t facts, const char *name, time_t value);

/**
 * Parse facts, as they were written: at least one line, and all of the last.
 *
 * @param content	content of a file
 * @param path		path of the file, for the error
 * @param err		reason of a failure: SCEP_CORRUPT
 * @return			settings, or NULL
 */
settings_t *scep_facts_parse(chunk_t content, const char *path,
							 scep_error_t *err);

/**
 * Get a time from parsed facts.
 *
 * @param facts		parsed facts
 * @param name		name
 * @return			time, 0 if absent or malformed
 */
time_t scep_facts_get_time(settings_t *facts, const char *name);

/**
 * Get a text from parsed facts.
 *
 * @param facts		parsed facts
 * @param name		name
 * @return			text, allocated, or NULL if absent
 */
char *scep_facts_get_text(settings_t *facts, const char *name);

#endif /** SCEP_FACTS_H_ @}*/
