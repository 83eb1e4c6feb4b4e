/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_fingerprint ctl_fingerprint
 * @{ @ingroup scepctl
 *
 * Fingerprints as people read them out and write them down.
 */

#ifndef CTL_FINGERPRINT_H_
#define CTL_FINGERPRINT_H_

#include <library.h>

/** Room for a fingerprint of SHA-512, and for a line of one */
#define CTL_FINGERPRINT_LEN	(sizeof("sha512:") + HASH_SIZE_SHA512 * 2)

/**
 * Read a fingerprint in any grouping: blanks, colons, dashes, dots and case
 * don't matter; without an algorithm its length tells that.
 *
 * @param text		text of a person
 * @param buf		gets "sha256:" and small digits, the same for sha384, sha512
 * @return			FALSE if it is none
 */
bool ctl_fingerprint_read(const char *text, char buf[CTL_FINGERPRINT_LEN]);

/**
 * Get a line of a fingerprint, to read it out: four groups of four digits.
 *
 * @param text		fingerprint as ctl_fingerprint_read() writes it
 * @param line		number of the line, 0 for the first one
 * @param buf		gets the line
 * @return			FALSE if there is no such line
 */
bool ctl_fingerprint_line(const char *text, u_int line,
						  char buf[CTL_FINGERPRINT_LEN]);

#endif /** CTL_FINGERPRINT_H_ @}*/
