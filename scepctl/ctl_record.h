/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_record ctl_record
 * @{ @ingroup scepctl
 *
 * What the daemon says in one message: keys and values, all text.
 */

#ifndef CTL_RECORD_H_
#define CTL_RECORD_H_

#include <library.h>
#include <collections/array.h>

typedef struct ctl_record_t ctl_record_t;

/**
 * Keys and values. The first value of a key counts.
 */
struct ctl_record_t {

	/**
	 * Add a value, or one more to a list.
	 *
	 * @param key		key, gets cloned
	 * @param value		value, gets cloned; each NUL in it becomes U+FFFD
	 */
	void (*add)(ctl_record_t *this, const char *key, chunk_t value);

	/**
	 * Get the value of a key.
	 *
	 * @param key		key
	 * @return			value, internal data; NULL if it is missing or empty
	 */
	const char *(*get)(ctl_record_t *this, const char *key);

	/**
	 * Get the value of a key that is a time.
	 *
	 * @param key		key
	 * @return			time, 0 if it is missing or none
	 */
	time_t (*get_time)(ctl_record_t *this, const char *key);

	/**
	 * Enumerate all values of a key.
	 *
	 * @param key		key
	 * @return			enumerator over char*
	 */
	enumerator_t *(*create_enumerator)(ctl_record_t *this, const char *key);

	/**
	 * Destroy a ctl_record_t.
	 */
	void (*destroy)(ctl_record_t *this);
};

/**
 * Create an empty record.
 *
 * @return			record
 */
ctl_record_t *ctl_record_create();

#endif /** CTL_RECORD_H_ @}*/
