/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_error scep_error
 * @{ @ingroup scep_base
 *
 * Errors as values. A function that can fail takes a scep_error_t, returns
 * FALSE and fills it in; who decides what to do about it logs it, once.
 */

#ifndef SCEP_ERROR_H_
#define SCEP_ERROR_H_

#include "base/scep_limits.h"

#include <library.h>

typedef enum scep_error_kind_t scep_error_kind_t;
typedef struct scep_error_t scep_error_t;

/**
 * What an error means for the next step.
 */
enum scep_error_kind_t {
	/** no error */
	SCEP_OK = 0,
	/** may go away by itself: network, server busy, no memory */
	SCEP_TRANSIENT,
	/** stays until a person or the other side changes something */
	SCEP_PERMANENT,
	/** an answer that we do not believe (forged, replayed, malformed) */
	SCEP_SECURITY,
	/** needs the confirmation of an administrator (unknown CA or RA) */
	SCEP_UNCONFIRMED,
	/** our own disk or key generation failed */
	SCEP_LOCAL,
	/** others can read or replace what we have on disk: a person mends that */
	SCEP_EXPOSED,
	/** what we have on disk will never be read; known to the store only */
	SCEP_CORRUPT,
};

/**
 * Enum names for scep_error_kind_t.
 */
extern enum_name_t *scep_error_kind_names;

/**
 * An error with a reason that a person can act on.
 */
struct scep_error_t {

	/** what it means for the next step */
	scep_error_kind_t kind;

	/** reason, printable, at most SCEP_MAX_ERROR - 1 bytes */
	char text[SCEP_MAX_ERROR];
};

/**
 * Fill in an error. Any thread.
 *
 * The first error stays: where err already holds one, nothing is changed.
 *
 * @param err		error to fill in, or NULL to drop it
 * @param kind		what it means
 * @param fmt		printf format (libstrongswan's specifiers included);
 *					values from the network go through scep_quote() first
 * @return			FALSE, always: "return scep_fail(...)"
 */
bool scep_fail(scep_error_t *err, scep_error_kind_t kind, const char *fmt, ...);

/**
 * Put words in front of an error's text ("gw: " + text). Any thread.
 *
 * @param err		error to change, or NULL
 * @param fmt		printf format of the prefix
 * @return			FALSE, always
 */
bool scep_fail_in(scep_error_t *err, const char *fmt, ...);

#endif /** SCEP_ERROR_H_ @}*/
