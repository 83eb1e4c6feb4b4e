/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_cert_id scep_cert_id
 * @{ @ingroup scep_message_layer
 *
 * How CMS says which certificate it means: SignerIdentifier and
 * RecipientIdentifier (RFC 5652, 5.3 and 6.2.1).
 */

#ifndef SCEP_CERT_ID_H_
#define SCEP_CERT_ID_H_

#include <library.h>
#include <credentials/certificates/certificate.h>

typedef struct scep_cert_id_t scep_cert_id_t;

/**
 * Issuer and serial number, or subjectKeyIdentifier. Points into the input.
 */
struct scep_cert_id_t {

	/** issuer, a Name as an element, or chunk_empty */
	chunk_t issuer;

	/** serial number, content of an INTEGER, or chunk_empty */
	chunk_t serial;

	/** subjectKeyIdentifier, or chunk_empty */
	chunk_t ski;
};

/**
 * Take an identifier. Any thread.
 *
 * @param in		input, shrinks
 * @param id		gets the identifier
 * @return			FALSE if it is something else
 */
bool scep_cert_id_take(chunk_t *in, scep_cert_id_t *id);

/**
 * Whether a certificate is meant. Any thread.
 *
 * @param id		identifier
 * @param cert		certificate, X.509
 * @return			TRUE if it is this one
 */
bool scep_cert_id_matches(const scep_cert_id_t *id, certificate_t *cert);

/**
 * Build the IssuerAndSerialNumber of a certificate, byte for byte as they
 * stand there. Any thread.
 *
 * @param cert		certificate, X.509
 * @return			DER, allocated; chunk_empty if it is no X.509 certificate
 */
chunk_t scep_cert_id_build(certificate_t *cert);

#endif /** SCEP_CERT_ID_H_ @}*/
