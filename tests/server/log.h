/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_log log
 * @{ @ingroup server
 *
 * One line in JSON for each request.
 */

#ifndef SERVER_LOG_H_
#define SERVER_LOG_H_

#include "bytes.h"

#include <openssl/x509.h>

typedef struct log_line_t log_line_t;

/**
 * Begin a line with the time.
 */
log_line_t *log_begin();

/**
 * Add text; what is no printable ASCII is escaped.
 */
void log_text(log_line_t *this, const char *name, const char *value);

/**
 * Add bytes as text.
 */
void log_bytes(log_line_t *this, const char *name, bytes_t value);

/**
 * Add bytes as hexadecimal digits.
 */
void log_hex(log_line_t *this, const char *name, bytes_t value);

/**
 * Add a number.
 */
void log_number(log_line_t *this, const char *name, long value);

/**
 * Add true or false.
 */
void log_bool(log_line_t *this, const char *name, bool value);

/**
 * Add a distinguished name (RFC 2253).
 */
void log_name(log_line_t *this, const char *name, const X509_NAME *value);

/**
 * Append the line to a file and destroy it.
 */
void log_end(log_line_t *this, const char *path);

#endif /** SERVER_LOG_H_ @}*/
