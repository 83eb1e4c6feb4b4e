/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_text scep_text
 * @{ @ingroup scep_base
 *
 * Values made fit for a person's eyes: quoting of hostile text, times.
 */

#ifndef SCEP_TEXT_H_
#define SCEP_TEXT_H_

#include "base/scep_limits.h"

#include <library.h>

/** Room for a quoted value: each byte may become \xNN, quotes, "..." */
#define SCEP_QUOTED_LEN		(SCEP_MAX_SHOWN * 4 + 8)

/** Room for "2026-11-24T00:00:00Z" with a year of up to ten digits */
#define SCEP_TIME_LEN		32

/** Room for a SHA-512 fingerprint in hexadecimal with its algorithm */
#define SCEP_FINGERPRINT_LEN	(sizeof("sha512:") + 64 * 3)

/**
 * Length of the well-formed, printable UTF-8 sequence at the head of a value.
 * Control characters (C0, DEL, C1) and everything that changes the direction
 * or the lines of text are not printable. Any thread.
 *
 * @param value		value, not empty, not NUL-terminated
 * @return			length, 0 if there is none
 */
size_t scep_printable(chunk_t value);

/**
 * Quote a value that somebody else chose. Any thread.
 *
 * Printable ASCII stays, as does well-formed UTF-8 without control
 * characters; a quote and a backslash get a backslash, all else becomes
 * \xNN. After SCEP_MAX_SHOWN bytes of value it is cut, which "..." behind the
 * closing quote tells.
 *
 * @param value		value, not NUL-terminated
 * @param buf		buffer of SCEP_QUOTED_LEN bytes
 * @return			buf
 */
char *scep_quote(chunk_t value, char buf[SCEP_QUOTED_LEN]);

/**
 * Format a time as RFC 3339 in UTC ("2026-11-24T00:00:00Z"). Any thread.
 *
 * @param t			time, 0 for none
 * @param buf		buffer of SCEP_TIME_LEN bytes
 * @return			buf; "never" where t is 0
 */
char *scep_time(time_t t, char buf[SCEP_TIME_LEN]);

/**
 * Parse a time as scep_time() writes it. Any thread.
 *
 * @param text		text, or NULL
 * @return			time, 0 for "never", NULL and anything malformed
 */
time_t scep_time_parse(const char *text);

/**
 * Format a certificate's fingerprint, the way ca_fingerprint takes it:
 * "sha256:" and pairs of hexadecimal digits with colons. Any thread.
 *
 * @param encoding	DER of the whole certificate (RFC 8894, 2.2)
 * @param buf		buffer of SCEP_FINGERPRINT_LEN bytes
 * @return			buf; an empty string if SHA-256 is not available
 */
char *scep_fingerprint(chunk_t encoding, char buf[SCEP_FINGERPRINT_LEN]);

#endif /** SCEP_TEXT_H_ @}*/
