/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_der scep_der
 * @{ @ingroup scep_message_layer
 *
 * A strict reader of DER: definite, minimal lengths, nothing behind the end.
 * Tags have one byte; no format that we read has longer ones.
 *
 * A reader is a chunk that shrinks from its head. What is read points into the
 * input. An element that is there but empty has a pointer and no length, one
 * that is absent has neither. On failure nothing is taken.
 */

#ifndef SCEP_DER_H_
#define SCEP_DER_H_

#include <library.h>
#include <asn1/asn1.h>

/** Bytes of a dotted OID as libstrongswan writes it, with its NUL */
#define SCEP_OID_LEN	64

/**
 * Get the tag of the next element. Any thread.
 *
 * @param in		input
 * @return			tag, ASN1_INVALID at the end
 */
int scep_der_peek(chunk_t in);

/**
 * Take the next element, whatever it is. Any thread.
 *
 * @param in		input, shrinks
 * @param tag		gets the tag, or NULL
 * @param content	gets the content, or NULL
 * @param element	gets tag, length and content, or NULL
 * @return			FALSE at the end, and if it is no DER
 */
bool scep_der_next(chunk_t *in, int *tag, chunk_t *content, chunk_t *element);

/**
 * Take the content of the next element. Any thread.
 *
 * @param in		input, shrinks
 * @param tag		tag that it must have
 * @param content	gets the content
 * @return			FALSE if it is something else
 */
bool scep_der_take(chunk_t *in, int tag, chunk_t *content);

/**
 * Take the content of the next element, if it has a certain tag. Any thread.
 *
 * @param in		input, shrinks
 * @param tag		tag
 * @param content	gets the content, chunk_empty if the tag is another one
 * @return			FALSE if it has that tag, but is no DER
 */
bool scep_der_take_optional(chunk_t *in, int tag, chunk_t *content);

/**
 * Take the next element as a whole. Any thread.
 *
 * @param in		input, shrinks
 * @param tag		tag that it must have
 * @param element	gets tag, length and content
 * @return			FALSE if it is something else
 */
bool scep_der_take_element(chunk_t *in, int tag, chunk_t *element);

/**
 * Take the content of an element that is all there is in the input. Any thread.
 *
 * @param in		input
 * @param tag		tag that it must have
 * @param content	gets the content
 * @return			FALSE if it is something else or bytes follow
 */
bool scep_der_only(chunk_t in, int tag, chunk_t *content);

/**
 * Take an INTEGER from 0 to 127: versions. Any thread.
 *
 * @param in		input, shrinks
 * @param value		gets the value
 * @return			FALSE if it is something else
 */
bool scep_der_take_small(chunk_t *in, int *value);

/**
 * Take an AlgorithmIdentifier (RFC 5280, 4.1.1.2). Any thread.
 *
 * @param in		input, shrinks
 * @param oid		gets the content of the OID
 * @param params	gets the parameters as an element; chunk_empty if they are
 *					absent or NULL, which mean the same to us
 * @return			FALSE if it is something else
 */
bool scep_der_take_algorithm(chunk_t *in, chunk_t *oid, chunk_t *params);

/**
 * Find a known OID, by its whole length: asn1_known_oid() also matches what
 * only begins with one. Any thread.
 *
 * @param oid		content of an OID
 * @return			OID_*, OID_UNKNOWN if it is not known
 */
int scep_der_oid(chunk_t oid);

/**
 * Write an OID in dotted form, for errors. Any thread.
 *
 * @param oid		content of an OID, hostile
 * @param buf		buffer of SCEP_OID_LEN bytes
 * @return			buf
 */
char *scep_der_oid_text(chunk_t oid, char buf[SCEP_OID_LEN]);

/**
 * Build a SET OF in the order that DER demands (X.690, 11.6). Any thread.
 *
 * @param tag		tag: ASN1_SET, or an implicit one
 * @param elements	encoded elements, gets sorted
 * @param count		number of elements
 * @return			DER, allocated
 */
chunk_t scep_der_set_of(asn1_t tag, chunk_t *elements, int count);

/**
 * Whether a value can be a PrintableString. asn1_is_printablestring() lets NUL
 * pass. Any thread.
 *
 * @param value		value
 * @return			TRUE if all its bytes may be there
 */
bool scep_der_is_printable(chunk_t value);

/**
 * Whether a value is well-formed UTF-8 without control characters. Any thread.
 *
 * @param value		value
 * @return			TRUE if it is
 */
bool scep_der_is_utf8(chunk_t value);

#endif /** SCEP_DER_H_ @}*/
