/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_attributes scep_attributes
 * @{ @ingroup scep_message_layer
 *
 * Attributes: those that CMS and SCEP sign (RFC 5652, 11; RFC 8894, 3.2.1).
 */

#ifndef SCEP_ATTRIBUTES_H_
#define SCEP_ATTRIBUTES_H_

#include "base/scep_error.h"

#include <library.h>

typedef struct scep_attributes_t scep_attributes_t;

/**
 * Values of signed attributes. They point into the input; the pointer of an
 * absent one is NULL.
 */
struct scep_attributes_t {

	/** contentType, content of the OID */
	chunk_t content_type;

	/** messageDigest */
	chunk_t message_digest;

	/** signingTime; not looked at */
	chunk_t signing_time;

	/** transactionID */
	chunk_t transaction_id;

	/** messageType, digits */
	chunk_t message_type;

	/** pkiStatus, digits */
	chunk_t pki_status;

	/** failInfo, digits */
	chunk_t fail_info;

	/** failInfoText */
	chunk_t fail_info_text;

	/** senderNonce */
	chunk_t sender_nonce;

	/** recipientNonce */
	chunk_t recipient_nonce;

	/** HRESULT of NDES, a signed decimal number */
	chunk_t hresult;
};

/**
 * Parse signed attributes. Any thread.
 *
 * Those above must not be there twice and must have exactly one value, of the
 * right type; others are ignored.
 *
 * @param content	content of SignedAttributes, DER
 * @param attributes gets the values
 * @param err		reason of a failure
 * @return			FALSE if there is something wrong with them
 */
bool scep_attributes_parse(chunk_t content, scep_attributes_t *attributes,
						   scep_error_t *err);

/**
 * Sort attributes as DER demands. Any thread.
 *
 * @param content	content of SignedAttributes, DER
 * @return			SET OF, sorted, allocated; chunk_empty if it is malformed
 */
chunk_t scep_attributes_sort(chunk_t content);

/**
 * Build an attribute with one value. Any thread.
 *
 * @param oid		type, OID_*
 * @param value		value, an element; gets owned and cleared
 * @return			DER, allocated
 */
chunk_t scep_attribute_build(int oid, chunk_t value);

#endif /** SCEP_ATTRIBUTES_H_ @}*/
