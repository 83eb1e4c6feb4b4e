/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_der der
 * @{ @ingroup server
 *
 * DER written and read by hand, for messages that OpenSSL does not build.
 * Strings that are passed to the writing functions get owned.
 */

#ifndef SERVER_DER_H_
#define SERVER_DER_H_

#include "bytes.h"

#include <openssl/asn1.h>

/** Tags */
#define DER_INTEGER		0x02
#define DER_OCTETS		0x04
#define DER_NULL		0x05
#define DER_OID			0x06
#define DER_UTF8		0x0c
#define DER_PRINTABLE	0x13
#define DER_SEQUENCE	0x30
#define DER_SET			0x31
#define DER_CONTEXT(n)	(0xa0 + (n))
#define DER_IMPLICIT(n)	(0x80 + (n))

/**
 * Encode an object by OpenSSL's function.
 */
#define der_i2d(i2d, object) ({ \
	unsigned char *_ptr = NULL; \
	int _len = i2d(object, &_ptr); \
	der_owned(_ptr, _len); })

/**
 * Copy and free what OpenSSL encoded.
 */
bytes_t der_owned(unsigned char *ptr, int len);

/**
 * Put a tag and a length before content.
 */
bytes_t der_wrap(int tag, bytes_t content);

/**
 * Put a tag before content and give it an indefinite length.
 */
bytes_t der_wrap_indefinite(int tag, bytes_t content);

/**
 * Concatenate.
 *
 * @param count		number of strings that follow
 */
bytes_t der_cat(int count, ...);

/**
 * Encode an object identifier.
 *
 * @param dotted	the OID in text
 */
bytes_t der_oid(const char *dotted);

/**
 * Encode a small INTEGER.
 */
bytes_t der_int(int value);

/**
 * Make a SET OF: sort elements as DER wants it.
 *
 * @param elements	concatenated elements
 */
bytes_t der_set_of(bytes_t elements);

/**
 * Take the first element with a definite length.
 *
 * @param in		bytes, gets advanced
 * @param tag		gets the tag
 * @param content	gets a view of the content
 * @param element	gets a view of the whole element
 * @return			FALSE if there is none
 */
bool der_take(bytes_t *in, int *tag, bytes_t *content, bytes_t *element);

/**
 * Go down in DER.
 *
 * @param der		bytes
 * @param path		'-' steps over an element, '>' into one
 * @return			view of what is left there, NULL if there is no such place
 */
bytes_t der_descend(bytes_t der, const char *path);

/**
 * Whether elements are in the order of a SET OF in DER.
 */
bool der_is_sorted(bytes_t elements);

#endif /** SERVER_DER_H_ @}*/
