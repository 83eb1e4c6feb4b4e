/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_bytes bytes
 * @{ @ingroup server
 *
 * Strings of bytes, to and from text and files.
 */

#ifndef SERVER_BYTES_H_
#define SERVER_BYTES_H_

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <openssl/bio.h>

typedef struct bytes_t bytes_t;

/**
 * Some bytes. Who owns them is said where they are passed.
 */
struct bytes_t {
	/** first one; NULL if the string is absent, not merely empty */
	unsigned char *ptr;
	/** number of them */
	size_t len;
};

/** An absent string */
#define BYTES_NONE		((bytes_t){})

/** View of text, without its NUL */
#define bytes_of(text)	((bytes_t){ (unsigned char*)(text), strlen(text) })

/**
 * End the program: something fails that cannot without a defect here.
 */
void die(const char *what) __attribute__((noreturn));

/**
 * Format text.
 *
 * @return			text, allocated
 */
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * Copy bytes.
 *
 * @return			allocated, never NULL
 */
bytes_t bytes_copy(const void *ptr, size_t len);

/**
 * Free bytes that were allocated.
 */
void bytes_free(bytes_t *this);

/**
 * Whether two strings are the same.
 */
bool bytes_equal(bytes_t a, bytes_t b);

/**
 * Get what was written to a memory BIO.
 *
 * @param bio		gets freed
 * @return			allocated
 */
bytes_t bytes_from_bio(BIO *bio);

/**
 * Get lower case hexadecimal digits.
 *
 * @return			text, allocated
 */
char *bytes_hex(bytes_t this);

/**
 * Append bytes.
 *
 * @param this		gets reallocated
 */
void bytes_append(bytes_t *this, const void *ptr, size_t len);

/**
 * Decode base64: one line, padded.
 *
 * @param text		text
 * @param out		gets the bytes, allocated
 * @return			FALSE if there is anything else in the text
 */
bool bytes_from_base64(const char *text, bytes_t *out);

/**
 * Read a file.
 *
 * @param out		gets the bytes and a NUL behind them, allocated
 * @return			FALSE if it cannot be read
 */
bool bytes_from_file(const char *path, bytes_t *out);

/**
 * Write a file beside its place and rename it.
 */
void bytes_to_file(const char *path, bytes_t this);

#endif /** SERVER_BYTES_H_ @}*/
