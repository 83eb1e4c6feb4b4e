/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup certrep_der certrep_der
 * @{ @ingroup scep_tests
 *
 * A writer of DER and BER that shares nothing with the code under test. (And
 * libstrongswan's asn1.h cannot be included beside OpenSSL's headers.)
 */

#ifndef CERTREP_DER_H_
#define CERTREP_DER_H_

#include <library.h>

/** Tags */
#define DER_INTEGER		0x02
#define DER_BITS		0x03
#define DER_OCTETS		0x04
#define DER_NULL		0x05
#define DER_OID			0x06
#define DER_UTF8		0x0c
#define DER_PRINTABLE	0x13
#define DER_IA5			0x16
#define DER_UTCTIME		0x17
#define DER_BMP			0x1e
#define DER_SEQUENCE	0x30
#define DER_SET			0x31
#define DER_S_0			0x80
#define DER_C_0			0xa0
#define DER_C_1			0xa1

/**
 * Build an element.
 *
 * @param tag		tag
 * @param mode		'c' (copied) or 'm' (freed) for each part
 * @return			DER, allocated
 */
chunk_t der_wrap(int tag, const char *mode, ...);

/**
 * Concatenate; other than chunk_cat(), a function that evaluates its arguments
 * once.
 *
 * @param mode		'c' (copied) or 'm' (freed) for each part
 * @return			all parts, allocated
 */
chunk_t der_cat(const char *mode, ...);

/**
 * Build an OBJECT IDENTIFIER.
 *
 * @param oid		dotted
 * @return			DER, allocated
 */
chunk_t der_oid(const char *oid);

/**
 * Take the next element; ends the program if it is none.
 *
 * @param in		input, shrinks
 * @param content	gets the content, or NULL
 * @return			the element
 */
chunk_t der_next(chunk_t *in, chunk_t *content);

/**
 * Descend: each character of the path enters ('>') or skips ('-') an element.
 *
 * @param der		DER
 * @param path		path
 * @return			the rest after the last step
 */
chunk_t der_descend(chunk_t der, const char *path);

/**
 * Encode DER as BER: indefinite lengths for all that is constructed, OCTET
 * STRINGs in pieces.
 *
 * @param der		one element
 * @param piece		size of a piece, 0 to leave strings alone
 * @return			BER, allocated
 */
chunk_t der_to_ber(chunk_t der, size_t piece);

#endif /** CERTREP_DER_H_ @}*/
