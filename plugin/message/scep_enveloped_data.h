/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_enveloped_data scep_enveloped_data
 * @{ @ingroup scep_message_layer
 *
 * CMS EnvelopedData (RFC 5652, 6): the pkcsPKIEnvelope (RFC 8894, 3.2.2).
 */

#ifndef SCEP_ENVELOPED_DATA_H_
#define SCEP_ENVELOPED_DATA_H_

#include "base/scep_error.h"

#include <library.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/private_key.h>
#include <crypto/crypters/crypter.h>

/**
 * Open an envelope. A worker: it decrypts. Only after the signature around it
 * has been verified.
 *
 * What can be told from the outside (a cipher that we don't read, nobody we
 * know as recipient) has its own error. Every failure from the private key on
 * has one and the same: the key did not open the envelope, bad padding, or
 * content that is no BER (no oracle).
 *
 * @param ber		ContentInfo with the EnvelopedData, DER or BER
 * @param recipient	our certificate, to which it is encrypted
 * @param key		our private key, RSA
 * @param accept_des whether single DES may be read
 * @param content	gets the content converted to DER, allocated; to be cleared
 * @param err		reason of a failure
 * @return			FALSE if it could not be opened
 */
bool scep_enveloped_data_open(chunk_t ber, certificate_t *recipient,
							  private_key_t *key, bool accept_des,
							  chunk_t *content, scep_error_t *err);

/**
 * Build a ContentInfo with an EnvelopedData for one recipient (RSA PKCS#1 v1.5,
 * issuer and serial number). A worker: it encrypts.
 *
 * @param content	what to encrypt
 * @param recipient	certificate of the recipient, RSA, at least
 *					SCEP_MIN_RECIPIENT_RSA bits
 * @param cipher	ENCR_AES_CBC or ENCR_3DES
 * @param key_size	key size of the cipher, bytes
 * @param der		gets the ContentInfo, allocated
 * @param err		reason of a failure
 * @return			FALSE if it could not be built
 */
bool scep_enveloped_data_build(chunk_t content, certificate_t *recipient,
							   encryption_algorithm_t cipher, size_t key_size,
							   chunk_t *der, scep_error_t *err);

#endif /** SCEP_ENVELOPED_DATA_H_ @}*/
