/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_ber scep_ber
 * @{ @ingroup scep_message_layer
 *
 * BER to DER: what servers send may have indefinite lengths and strings in
 * pieces; what we parse has neither.
 */

#ifndef SCEP_BER_H_
#define SCEP_BER_H_

#include "base/scep_error.h"

#include <library.h>

/**
 * Convert one BER element to definite, minimal lengths. Any thread.
 *
 * Indefinite lengths become definite ones, constructed OCTET STRINGs and
 * BIT STRINGs primitive ones. Nothing else changes: a definite, minimal
 * encoding comes out as it went in, to the byte. Where an implicit tag hides a
 * string in pieces only the grammar can tell: who knows that one uses
 * scep_ber_join(). Nesting is bounded by SCEP_MAX_BER_DEPTH, the work is linear
 * in the size.
 *
 * @param ber		one element, from hostile hands
 * @param der		gets the DER, allocated
 * @param err		reason of a failure; trailing bytes are one
 * @return			FALSE if it is no single BER element
 */
bool scep_ber_to_der(chunk_t ber, chunk_t *der, scep_error_t *err);

/**
 * Join the pieces of an OCTET STRING with an implicit tag, as BER allows in
 * EncryptedContentInfo ([0] IMPLICIT OCTET STRING, RFC 5652, 6.1). Any thread.
 *
 * @param pieces	content of the constructed element, as scep_ber_to_der()
 *					left it: primitive OCTET STRINGs
 * @param joined	gets the string, allocated
 * @return			FALSE if there is anything else among the pieces
 */
bool scep_ber_join(chunk_t pieces, chunk_t *joined);

#endif /** SCEP_BER_H_ @}*/
