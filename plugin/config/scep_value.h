/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_value scep_value
 * @{ @ingroup scep_config_layer
 *
 * Values and names of settings, read strictly.
 */

#ifndef SCEP_VALUE_H_
#define SCEP_VALUE_H_

#include <library.h>

/** Edits that make another name of one that was misspelt */
#define SCEP_VALUE_NEAR		3

/**
 * Parse a whole number.
 *
 * @param value		decimal digits and nothing else
 * @param min		smallest number
 * @param max		largest number
 * @param number	gets it
 * @return			FALSE if it is something else, or not within the bounds
 */
bool scep_value_number(const char *value, uint64_t min, uint64_t max,
					   uint64_t *number);

/**
 * Parse a time.
 *
 * @param value		decimal digits and one of s, m, h, d, or nothing: seconds
 * @param min		shortest time, seconds
 * @param max		longest time, seconds
 * @param number	gets it, in seconds
 * @return			FALSE if it is something else, or not within the bounds
 */
bool scep_value_time(const char *value, uint64_t min, uint64_t max,
					 uint64_t *number);

/**
 * Whether a value names a file. Nothing else is opened: who reads a FIFO waits
 * for who writes it.
 *
 * @param value		value
 * @return			TRUE if it is the absolute path of a regular file, or of a
 *					link to one, that can be read
 */
bool scep_value_file(const char *value);

/**
 * Number of edits between two names (Levenshtein).
 *
 * @param a			name
 * @param b			name
 * @return			edits, UINT_MAX if b is long
 */
u_int scep_value_distance(const char *a, const char *b);

#endif /** SCEP_VALUE_H_ @}*/
